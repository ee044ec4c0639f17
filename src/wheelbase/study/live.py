"""The front of a study while its values move: cars by the chains at once, exactly when it rests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.cost import price
from wheelbase.errors import DataError, FitError
from wheelbase.fit import Draws, Fit, envelope, fit, interval_draws, outline, own_tools
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
        car: Closed on itself; None where it does not fit or misses what is asked.
        missed: What it misses, in words; empty where it does not fit.
    """

    made_of: _Made = field(repr=False)
    fit: Fit = field(repr=False)
    tools: tuple[str, ...]
    car: Variant | None = field(repr=False)
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Previous:
    """The variants of the last call by their id, and the facts that they are computed from."""

    facts: Catalogue = field(repr=False)
    standing: Mapping[str, Standing]


def live_results(
    package: Package, body: str, platforms: Sequence[str], previous: Previous | None = None
) -> tuple[dict[str, Any], Previous]:
    """Return what platforms make of one body, by the chains, and what the next call may reuse.

    The tree has the shape of a run's results. Left out: intervals of the geometry, shadow prices,
    the EPA label, warm drives on cycles, levers on a missed target, exact placement. A variant that
    does not fit or misses its targets is there with its geometry alone; lengths that contradict
    each other are in "problems". What is made of the same as before is not computed again.

    Args:
        package: The study, changed as the sliders stand.
        body: Id of the body.
        platforms: Ids of the platforms, each with everything that it carries.
        previous: What the last call returned.

    Raises:
        DataError: No such body or platform; names what is near.
    """
    known = previous.standing if previous and previous.facts is package.facts else {}
    found: dict[str, Standing] = {}
    problems: list[str] = []
    for name, train in _pairs(package, body, platforms):
        id = variant_id(train, name, body)
        made_of = (
            package.platforms[name],
            package.bodies[body],
            package.powertrains[train],
            targets_of(package, train),
        )
        before = known.get(id)
        try:
            same = before is not None and before.made_of == made_of
            found[id] = before if same and before else _standing(made_of, package.facts, {}, True)
        except DataError as error:
            problems.extend(error.problems)
    tree = _tree(package, found, problems) | {"platforms": _outlines(package, body, platforms)}
    return tree, Previous(package.facts, found)


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
    found: dict[str, Standing] = {}
    problems: list[str] = []
    for id, (train, name, _) in pairs.items():
        made_of = (
            package.platforms[name],
            package.bodies[body],
            package.powertrains[train],
            targets_of(package, train),
        )
        try:
            found[id] = _standing(made_of, package.facts, draws, False)
        except DataError as error:
            problems.extend(error.problems)
    tree = _tree(package, found, problems)
    for name in platforms:
        around = envelope(package.platforms[name], package.bodies[body], package.facts)
        tree["platforms"][name] = platform_tree(package, name, around, body)
    if variant in found:
        tree["variants"][variant] |= _placed(package, pairs[variant], found[variant])
    return tree


def _standing(made_of: _Made, facts: Catalogue, draws: Draws, brief: bool) -> Standing:
    """Return a variant as it stands; with `brief` without what a slider need not show.

    Raises:
        DataError: Lengths that contradict each other.
    """
    platform, body, train, targets = made_of
    by_chains = fit(platform, body, train, facts, draws)
    tools = own_tools(platform, body, train, facts)
    if by_chains.status != "fits":
        return Standing(made_of, by_chains, tools, None, ())
    manner = Manner(placed=by_chains, draws=draws, brief=brief)
    try:
        car = integrate(platform, body, train, targets, facts, manner)
    except FitError as error:
        return Standing(made_of, by_chains, tools, None, error.problems)
    return Standing(made_of, by_chains, tools, car, ())


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
    }


def _undriven() -> dict[str, Any]:
    """Return what a tree holds in place of the figures of a car that is none."""
    return {"masses": {}, "consumption": {}, "losses": {}, "shortfall": [], "trace": None}


def _outlines(package: Package, body: str, platforms: Sequence[str]) -> dict[str, Any]:
    """Return the platforms around a body without shadow prices."""
    c = constants_of(package.facts)
    return {
        name: platform_tree(
            package, name, outline(package.platforms[name], package.bodies[body], c), body
        )
        for name in platforms
    }


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
