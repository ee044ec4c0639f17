"""The front of a study while its values move: cars by the chains at once, exactly when it rests."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.cost import price
from wheelbase.errors import DataError, FitError
from wheelbase.fit import (
    Draws,
    Envelope,
    Fit,
    ToolSets,
    envelope,
    fit,
    interval_draws,
    outline,
    tool_sets,
)
from wheelbase.fit.chain import constants_of
from wheelbase.integrate import Manner, Targets, Variant, integrate
from wheelbase.study.cars import basis_of, bill_year, targets_of
from wheelbase.study.knobs import knobs
from wheelbase.study.load import Costed, Package, Study
from wheelbase.study.placing import place_all, variant_id
from wheelbase.study.tree_cars import bills_tree, car_figures, driven, named
from wheelbase.study.tree_package import (
    base_tree,
    conflicts_tree,
    geometry,
    pack_figures,
    package_of,
    platform_tree,
    room_figures,
)

__all__ = ["Previous", "Standing", "live_results", "settled_results", "study_tree"]

_Made = tuple[Platform, Body, Powertrain, Targets]


@dataclass(frozen=True, slots=True)
class Standing:
    """One variant as it stands.

    Args:
        made_of: Platform, body, powertrain and targets that decide everything else here.
        fit: By the dimensional chains.
        tools: Tool groups of which it needs a version of its own.
        car: Closed on itself; None where it does not fit, misses what is asked, or waits.
        missed: What it misses, in words; empty where it does not fit.
        waits: It fits by the chains, and has not been driven yet.
    """

    made_of: _Made = field(repr=False)
    fit: Fit = field(repr=False)
    tools: tuple[str, ...]
    car: Variant | None = field(repr=False)
    missed: tuple[str, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all variants of a platform and a body share: who drives its hard points, its tools."""

    made_of: tuple[Platform, Body]
    around: Envelope
    tools: ToolSets

    def own_tools(self, train: str) -> tuple[str, ...]:
        """Return the groups in which a powertrain goes onto other tools than the first one."""
        firsts = {group: next(iter(sets.values())) for group, sets in self.tools.items()}
        return tuple(group for group, trains in firsts.items() if train not in trains)


@dataclass(frozen=True, slots=True)
class Previous:
    """The variants of the last call by their id, and the facts that they are computed from."""

    facts: Catalogue = field(repr=False)
    standing: Mapping[str, Standing]
    shared: Mapping[str, _Shared] = field(repr=False)


def live_results(
    package: Package,
    body: str,
    platforms: Sequence[str],
    previous: Previous | None = None,
    wanted: Collection[str] | None = None,
) -> tuple[dict[str, Any], Previous]:
    """Return what platforms make of one body, by the chains, and what the next call may reuse.

    The tree has the shape of a run's results. Left out: intervals of the geometry, shadow prices,
    the EPA label, warm drives on cycles, levers on a missed target, exact placement. A variant that
    does not fit or misses its targets is there with its geometry alone; lengths that contradict
    each other are in "problems". What is made of the same as before is not computed again. Of a
    variant that "waits" nothing but its geometry is known: neither figures of driving and money,
    nor whether it meets its targets.

    Args:
        package: The study, changed as the sliders stand.
        body: Id of the body.
        platforms: Ids of the platforms, each with everything that it carries.
        previous: What the last call returned.
        wanted: Ids of the variants that are driven and priced now; the others wait where their
            figures are not known from the last call. None for all.

    Raises:
        DataError: No such body or platform; names what is near.
    """
    pairs = list(_pairs(package, body, platforms))
    known = previous if previous and previous.facts is package.facts else None
    shared = _all_shared(package, body, platforms, known.shared if known else {})
    found: dict[str, Standing] = {}
    problems: list[str] = []
    for name, train in pairs:
        id, made_of = variant_id(train, name, body), _made_of(package, name, body, train)
        before = known.standing.get(id) if known else None
        try:
            if before is None or before.made_of != made_of:
                before = _fitted(made_of, package.facts, {}, shared[name])
            if before.waits and (wanted is None or id in wanted):
                before = _driven(before, package.facts, {}, True)
            found[id] = before
        except DataError as error:
            problems.extend(error.problems)
    tree = _tree(package, found, problems)
    for name, one in shared.items():
        tree["platforms"][name] = platform_tree(package, name, one.around, one.tools)
    return tree, Previous(package.facts, found, shared)


def settled_results(
    package: Package, body: str, platforms: Sequence[str], variant: str
) -> dict[str, Any]:
    """Return the same tree as `live_results` with everything it leaves out, one variant placed.

    Args:
        package: The study, changed as the sliders stand.
        body: Id of the body.
        platforms: Ids of the platforms, each with everything that it carries.
        variant: Id of the variant that is placed exactly, and explained where it does not fit.

    Raises:
        DataError: No such body, platform or variant; names what is near.
    """
    pairs = {variant_id(t, p, body): (t, p, body) for p, t in _pairs(package, body, platforms)}
    _refuse_unknown("variant", variant, pairs)
    draws = interval_draws(package.facts)
    shared = _all_shared(package, body, platforms, {})
    found: dict[str, Standing] = {}
    problems: list[str] = []
    for id, (train, name, _) in pairs.items():
        made_of = _made_of(package, name, body, train)
        try:
            fitted = _fitted(made_of, package.facts, draws, shared[name])
            found[id] = _driven(fitted, package.facts, draws, False)
        except DataError as error:
            problems.extend(error.problems)
    tree = _tree(package, found, problems)
    for name, one in shared.items():
        around = envelope(package.platforms[name], package.bodies[body], package.facts)
        tree["platforms"][name] = platform_tree(package, name, around, one.tools)
    if variant in found:
        tree["variants"][variant] |= _placed(package, pairs[variant], found[variant])
    return tree


def _made_of(package: Package, platform: str, body: str, train: str) -> _Made:
    targets = targets_of(package, train)
    return package.platforms[platform], package.bodies[body], package.powertrains[train], targets


def _all_shared(
    package: Package, body: str, platforms: Sequence[str], known: Mapping[str, _Shared]
) -> dict[str, _Shared]:
    """Return what the variants of each platform share; where it is made of the same, as it was."""
    c, facts = constants_of(package.facts), package.facts
    found: dict[str, _Shared] = {}
    for name in platforms:
        made_of = package.platforms[name], package.bodies[body]
        before = known.get(name)
        if before is None or before.made_of != made_of:
            before = _Shared(made_of, outline(*made_of, c), tool_sets(*made_of, facts))
        found[name] = before
    return found


def _fitted(made_of: _Made, facts: Catalogue, draws: Draws, shared: _Shared) -> Standing:
    """Return a variant as the chains have it; where it fits, it waits to be driven.

    Raises:
        DataError: Lengths that contradict each other.
    """
    platform, body, train, _ = made_of
    by_chains = fit(platform, body, train, facts, draws, shared.around.drivers)
    tools, waits = shared.own_tools(train.id), by_chains.status == "fits"
    return Standing(made_of, by_chains, tools, None, (), waits)


def _driven(now: Standing, facts: Catalogue, draws: Draws, brief: bool) -> Standing:
    """Return a variant that waits as a car; with `brief` without what a slider need not show."""
    if not now.waits:
        return now
    manner = Manner(placed=now.fit, draws=draws, brief=brief)
    try:
        car = integrate(*now.made_of, facts, manner)
    except FitError as error:
        return replace(now, missed=error.problems, waits=False)
    return replace(now, car=car, waits=False)


def _placed(package: Package, pair: tuple[str, str, str], now: Standing) -> dict[str, Any]:
    """Return verdict, explanation and geometry of a variant whose parts are placed exactly."""
    id = variant_id(*pair)
    sized = {id: (now.car.platform, now.car.powertrain)} if now.car else {}
    try:
        exact = place_all(package, [pair], sized)[id]
    except FitError as error:  # a part larger than the car: a result here
        return {"fits": False, "status": "does not fit", "reasons": list(error.problems)}
    shown = geometry(exact.fit, exact.placement, now.made_of[1])
    return {**package_of(exact), "fit": shown}


def _tree(
    package: Package, found: Mapping[str, Standing], problems: Sequence[str]
) -> dict[str, Any]:
    spec = package.spec
    cars = {id: now.car for id, now in found.items() if now.car is not None}
    bills: dict[str, Any] = {}
    if isinstance(package, Costed):
        basis, year = basis_of(package), bill_year(package)
        bills = bills_tree({id: price(car, year, basis) for id, car in cars.items()})
    return {
        "name": spec.name,
        "title": spec.title,
        "question": spec.question,
        "base": base_tree(spec.base),
        "variants": {id: _variant(package, now) for id, now in found.items()},
        "platforms": {},
        "bills": bills,
        "problems": list(dict.fromkeys(problems)),
    }


def _variant(package: Package, now: Standing) -> dict[str, Any]:
    fits = now.fit.status == "fits"
    status = "does not fit" if not fits else "fits with tooling" if now.tools else "fits"
    shown = now.fit if now.car is None else now.car.fit
    if now.car is None:
        figures = room_figures(shown) | (pack_figures(shown) if shown.energy_max > 0 else {})
    else:
        figures = car_figures(now.car)
    return {
        **named(package, shown),
        "fits": fits,
        "status": status,
        "tools": list(now.tools),
        "reasons": [c.text for c in shown.conflicts],
        "disagreement": "",
        "conflicts": conflicts_tree(shown),
        "placement": None,
        "explanation": None,
        "figures": figures,
        "fit": geometry(shown, None, now.made_of[1]),
        **(_undriven() if now.car is None else driven(now.car)),
        "missed": list(now.missed),
        "waits": now.waits,
    }


def _undriven() -> dict[str, Any]:
    """Return what a tree holds in place of the figures of a car that is none."""
    return {"masses": {}, "consumption": {}, "losses": {}, "shortfall": [], "trace": None}


def _pairs(package: Package, body: str, platforms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield platform and powertrain of every variant asked for."""
    _refuse_unknown("body", body, package.bodies)
    for name in platforms:
        _refuse_unknown("platform", name, package.platforms)
    for name in dict.fromkeys(platforms):
        for train in package.spec.platforms[name].powertrains:
            yield name, train


def _refuse_unknown(what: str, id: str, known: Mapping[str, Any]) -> None:
    if id not in known:
        near = get_close_matches(id, known, n=3, cutoff=0.3) or list(known)[:5]
        raise DataError(f"no {what} {id!r}; did you mean {', '.join(near)}?")


def study_tree(package: Package) -> dict[str, Any]:
    """Return what a page needs to know of a study before it asks for results."""
    spec = package.spec
    pair = None
    if isinstance(package, Study):
        chosen = package.spec
        pair = {k: getattr(chosen, k) for k in ("flexible", "bespoke", "electric")}
    return {
        "name": spec.name,
        "title": spec.title,
        "question": spec.question,
        "base": base_tree(spec.base),
        "bodies": {id: body.label or id for id, body in spec.bodies.items()},
        "powertrains": {
            id: {"label": train.label or id, "kind": package.powertrains[id].kind}
            for id, train in spec.powertrains.items()
        },
        "platforms": {
            id: {
                "label": platform.label or id,
                "kind": platform.kind,
                "layout": platform.layout,
                "floor": platform.floor,
                "bodies": list(platform.bodies),
                "powertrains": list(platform.powertrains),
            }
            for id, platform in spec.platforms.items()
        },
        "pair": pair,
        "cycles": list(spec.cycles),
        "warnings": list(package.warnings),
        "knobs": knobs(package),
    }
