"""What goes in: every pair of a study fitted by the chains, placed exactly, and explained."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.errors import DataError, FitError
from wheelbase.fit import Explanation, Fit, Placement, explain, fit, own_tools, place
from wheelbase.integrate import Balance, balance, curb_masses, test_mass
from wheelbase.study.load import Package

__all__ = ["FITTING", "Asked", "Placed", "Verdict", "asked", "place_all", "refused", "variant_id"]

Asked = tuple[str, str, str]  # powertrain, platform, body
Verdict = Literal["fits", "fits with tooling", "does not fit", "not proven"]
FITTING = ("fits", "fits with tooling")


def variant_id(powertrain: str, platform: str, body: str) -> str:
    """Return the name of a variant."""
    return f"{powertrain}@{platform}.{body}"


@dataclass(frozen=True, slots=True)
class Placed:
    """One powertrain in one body on one platform: by chains, exactly, and why not.

    Args:
        id: "powertrain@platform.body".
        carried: Whether the platform must carry it.
        fit: By the dimensional chains.
        placement: By exact placement of its parts; None where a part is larger than the car.
        too_large: Those parts, in words with millimetres.
        explanation: The conflict and its repairs; None where the placement is feasible.
        tools: Tool groups of which it needs a version of its own.
        balance: Axle loads and centre of gravity with the battery asked for, or what fits.
    """

    id: str
    carried: bool
    fit: Fit = field(repr=False)
    placement: Placement | None = field(repr=False)
    too_large: tuple[str, ...]
    explanation: Explanation | None = field(repr=False)
    tools: tuple[str, ...]
    balance: Balance = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """What the exact placement found; a proof is one, a time-out is none."""
        if self.placement is None or self.placement.status == "infeasible":
            return "does not fit"
        if self.placement.status == "not_proven" and not self.placement.boxes:
            return "not proven"
        return "fits with tooling" if self.tools else "fits"

    @property
    def disagreement(self) -> str:
        """Where chains and placement do not say the same; empty where they do."""
        chains, exact = self.fit.status == "fits", self.verdict in FITTING
        if chains and not exact and self.verdict != "not proven":
            return "the chains let it pass, exact placement does not"
        if exact and not chains:
            reasons = "; ".join(c.text for c in self.fit.conflicts)
            return f"exact placement finds room where the chains do not ({reasons})"
        return ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it does not fit, in words with millimetres; empty where it does."""
        if self.verdict in FITTING:
            return ()
        if self.too_large:
            return self.too_large
        if self.explanation is not None:
            return (self.explanation.text,)
        if self.verdict == "not proven":
            return ("the search ended before a place or a proof was found",)
        chains = tuple(c.text for c in self.fit.conflicts)
        return chains or (
            f"{self.fit.powertrain}: its parts find no place; `wheelbase fit` says why",
        )


def asked(package: Package, variant: str | None = None) -> list[Asked]:
    """Return every carried powertrain in every body, and every other one in each first body.

    Args:
        package: The study.
        variant: "powertrain@platform" or "powertrain@platform.body" for that alone.

    Raises:
        DataError: No such variant; names near misses.
    """
    every = list(_pairs(package))
    if variant is None:
        return every
    chosen = [p for p in every if variant in (variant_id(*p), f"{p[0]}@{p[1]}")]
    if not chosen:
        known = sorted({variant_id(*p) for p in every})
        near = get_close_matches(variant, known, n=3, cutoff=0.3) or known[:3]
        raise DataError(f"no variant {variant!r}; did you mean {', '.join(near)}?")
    return chosen


def _pairs(package: Package) -> Iterator[Asked]:
    for name, spec in package.spec.platforms.items():
        for body in spec.bodies:
            yield from ((train, name, body) for train in spec.powertrains)
        others = (t for t in package.spec.powertrains if t not in spec.powertrains)
        yield from ((train, name, spec.bodies[0]) for train in others)


def place_all(
    package: Package,
    pairs: Iterable[Asked],
    sized: Mapping[str, tuple[Platform, Powertrain]] | None = None,
    only_carried: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Placed]:
    """Return fit, placement and explanation of each pair by its id.

    Args:
        package: The study.
        pairs: What to place.
        sized: Platform and powertrain of the cars whose drive units were sized, by id.
        only_carried: Explain only what a platform must carry.
        say: Takes the id of each pair before it is placed.
    """
    found = {}
    for pair in pairs:
        id = variant_id(*pair)
        say(id)
        found[id] = _place(package, pair, (sized or {}).get(id), only_carried)
    return found


def _place(
    package: Package,
    pair: Asked,
    sized: tuple[Platform, Powertrain] | None,
    only_carried: bool,
) -> Placed:
    train, name, body_name = pair
    body, facts = package.bodies[body_name], package.facts
    platform, powertrain = sized or (package.platforms[name], package.powertrains[train])
    by_chains = fit(platform, body, powertrain, facts)
    carried, told = train in package.spec.platforms[name].powertrains, None
    placement: Placement | None = None
    too_large: tuple[str, ...] = ()
    try:
        placement = place(platform, body, powertrain, facts)
    except FitError as error:
        if carried:
            raise
        too_large = error.problems  # what nobody asked the platform to carry is a result
    if placement and placement.status == "infeasible" and (carried or not only_carried):
        told = explain(platform, body, powertrain, facts)
    return Placed(
        id=variant_id(*pair),
        carried=carried,
        fit=by_chains,
        placement=placement,
        too_large=too_large,
        explanation=told,
        tools=own_tools(platform, body, powertrain, facts),
        balance=_balance(by_chains, platform, body, powertrain, facts),
    )


def _balance(
    by_chains: Fit, platform: Platform, body: Body, powertrain: Powertrain, facts: Catalogue
) -> Balance:
    """Return how the car stands with the energy that its powertrain asks for, or what fits."""
    asked_for = by_chains.energy_fit if powertrain.battery is None else powertrain.battery
    energy = min(asked_for, by_chains.energy_fit)
    masses = curb_masses(by_chains, platform, body, powertrain, energy, facts)
    loaded = test_mass(sum(masses.values()), body.payload, facts)
    return balance(by_chains, body, powertrain, masses, loaded, facts)


def refused(placed: Mapping[str, Placed]) -> tuple[Placed, ...]:
    """Return the carried pairs that do not fit: a negative answer."""
    return tuple(p for p in placed.values() if p.carried and p.verdict == "does not fit")
