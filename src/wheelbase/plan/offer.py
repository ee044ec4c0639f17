"""What a maker may build and sell: cars, platforms, plants, line blocks, derivatives, sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from wheelbase.errors import DataError
from wheelbase.plan.compliance import FleetTarget

__all__ = ["Block", "Car", "Component", "Demand", "Derivative", "Law", "Limit", "Link", "Offer"]
__all__ += ["Plant", "PlatformChoice", "Pool", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformChoice:
    """A platform that runs, or that may be launched.

    Args:
        id: Its name.
        running: Whether its cars can be built today; such a platform is not launched.
        development: EUR, paid as an annuity from the launch on: it is renewed after each life.
        lead: Years from launch to start of production.
    """

    id: str
    running: bool = False
    development: float = 0.0
    lead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A line block: it gives body capacity to a platform and takes some from the running ones.

    Args:
        id: Its name.
        platform: Whose cars it builds.
        size: Cars a year.
        invest: EUR, renewed after each life.
        fixed: EUR/yr while it stands.
        takes: Cars a year of the plant's running body capacity that it takes.
        adds_paint: Cars a year of paint that it brings.
        adds_assembly: Cars a year of assembly that it brings.
        lead: Years from decision to standing.
    """

    id: str
    platform: str
    size: float
    invest: float
    fixed: float
    takes: float
    adds_paint: float = 0.0
    adds_assembly: float = 0.0
    lead: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A plant by department, cars a year.

    Args:
        id: Its name.
        body: Of the running platforms.
        paint: Of all cars.
        assembly: Of all cars.
        most_blocks: Line blocks that the site can take.
        overtime: Cars a year beyond assembly, at most.
        overtime_cost: EUR per car built in overtime.
        builds: Models that it can build today; all where none is named.
        committed: Cars a year that it must build.
        idle_cost: EUR per car that it does not build of these.
    """

    id: str
    body: float
    paint: float
    assembly: float
    most_blocks: int = 0
    overtime: float = 0.0
    overtime_cost: float = 0.0
    builds: frozenset[str] = frozenset()
    committed: float = 0.0
    idle_cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """A car that can be sold: model and powertrain on a platform.

    Args:
        id: Its name.
        model: What buyers compare.
        powertrain: Likewise.
        platform: What it stands on.
        contribution: Year to EUR per car sold, of all years of the plan.
        emission: kg/m as the fleet rule counts it.
        mass: kg as the fleet rule counts it.
        plug_in: Whether it is a plug-in hybrid, whose emission hangs on the law's utility factor.
        cells: J of cells, whose price the contribution was computed with; it moves with
            `Demand.cell_price`.
    """

    id: str
    model: str
    powertrain: str
    platform: str
    contribution: Mapping[int, float] = field(repr=False)
    emission: float
    mass: float
    plug_in: bool = False
    cells: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A model that may be offered on a platform: its top hat, EUR, renewed after each life."""

    model: str
    platform: str
    top_hat: float
    lead: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A model that a plant may learn to build: fixtures and training, EUR."""

    plant: str
    model: str
    cost: float
    lead: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Cars of which all plants together can build no more than `most` a year."""

    id: str
    cars: frozenset[str]
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a component may come from: made, bought, or by a deal with a partner.

    Args:
        id: Its name.
        once: EUR, renewed after each life: a line, or development; below zero where it saves.
        unit: EUR per unit beyond what the contribution of its cars holds; below zero where cheaper.
        capacity: Units a year, at most: of the line, or of the partner.
        least: Units a year that are paid for at least, once it is chosen.
        lead: Years from decision to first use.
        running: Whether it serves today, at no further cost.
    """

    id: str
    once: float
    unit: float
    capacity: float
    least: float = 0.0
    lead: int = 0
    running: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A component that cars need.

    Args:
        id: Its name.
        usage: Powertrain to units per car.
        sources: Where it may come from; one alone serves at a time, the first that runs at first.
        sold: Units a year that partners would buy of it, at most.
        price: EUR per unit sold to them.
    """

    id: str
    usage: Mapping[str, float]
    sources: Sequence[Source]
    sold: float = 0.0
    price: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A CO2 rule over the years.

    Args:
        targets: Year to the target in force, of all years of the plan.
        blocks: Groups of years whose mean counts; all others count year by year.
        plug_in: Year to what a plug-in hybrid counts, over its `emission`; 1 in other years.
    """

    targets: Mapping[int, FleetTarget] = field(repr=False)
    blocks: tuple[tuple[int, ...], ...] = ()
    plug_in: Mapping[int, float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A fleet under one CO2 rule.

    Args:
        id: Its name.
        markets: Where its cars are registered.
        law: The rule where the tree has no branch of that name.
        branches: Branch of the tree to the rule that holds in its nodes.
        credits: (kg/m) x cars a year that may be bought from others, at most.
        credit_price: EUR per (kg/m) x car.
    """

    id: str
    markets: frozenset[str]
    law: Law
    branches: Mapping[str, Law] = field(default_factory=dict)
    credits: float = 0.0
    credit_price: float = 0.0

    def law_in(self, branch: Sequence[str], node: int) -> Law:
        """Return the rule in a node of a tree with these branches; empty where it has none."""
        return self.branches.get(branch[node], self.law) if branch else self.law


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Cars a year that buyers ask for, by node.

    Args:
        cars: (model, powertrain, market) to cars a year in every node, (n,).
        substitution: (wanted, taken) powertrain to the share of buyers who would take another one.
        cell_price: EUR/J of cells above that with which contributions were computed, (n,) or
            nothing where it is the same.
    """

    cars: Mapping[tuple[str, str, str], tuple[float, ...]] = field(repr=False)
    substitution: Mapping[tuple[str, str], float] = field(default_factory=dict)
    cell_price: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Everything that the maker may build and sell.

    Raises:
        DataError: Names that do not exist or come twice, figures below zero or no numbers, plants
            that must build more than they can, a component that nothing serves today.
    """

    cars: tuple[Car, ...]
    platforms: tuple[PlatformChoice, ...]
    plants: tuple[Plant, ...]
    blocks: tuple[Block, ...] = ()
    derivatives: tuple[Derivative, ...] = ()
    links: tuple[Link, ...] = ()
    limits: tuple[Limit, ...] = ()
    components: tuple[Component, ...] = ()
    pools: tuple[Pool, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no offer."""
        if problems := [*_figures(self), *_names(self), *_commitments(self)]:
            raise DataError(problems)

    def platform(self, id: str) -> PlatformChoice:
        """Return a platform by its name."""
        return next(p for p in self.platforms if p.id == id)

    @property
    def launchable(self) -> tuple[PlatformChoice, ...]:
        """Platforms that do not run yet."""
        return tuple(p for p in self.platforms if not p.running)

    @property
    def models(self) -> tuple[str, ...]:
        """Models in the order of the cars."""
        return tuple(dict.fromkeys(car.model for car in self.cars))

    def can_build(self, plant: Plant, model: str) -> bool:
        """Return whether a plant builds a model today."""
        return not plant.builds or model in plant.builds


def _figures(offer: Offer) -> Iterator[str]:
    kinds = ("platforms", "plants", "blocks", "derivatives", "links", "limits", "components")
    sources = [source for component in offer.components for source in component.sources]
    for items in (*(getattr(offer, kind) for kind in (*kinds, "pools")), sources):
        for item in items:
            for name in type(item).__dataclass_fields__:
                value = getattr(item, name)
                if isinstance(item, Source) and name in ("once", "unit"):
                    if not isfinite(value):
                        yield f"plan: {item.id}: {name} {value:g} must be a number"
                elif isinstance(value, float | int) and not (isfinite(value) and value >= 0):
                    yield f"plan: {_name_of(item)}: {name} {value:g} must be a number from 0 on"
    for car in offer.cars:
        for year, value in car.contribution.items():
            if not isfinite(value):
                yield f"plan: {car.id}: contribution of {year} is no number"
        if not all(isfinite(v) and v >= 0 for v in (car.emission, car.mass, car.cells)):
            yield f"plan: {car.id}: emission, mass and cells must be numbers from 0 on"


def _name_of(item: object) -> str:
    for name in ("id", "model"):
        if hasattr(item, name):
            return str(getattr(item, name))
    return type(item).__name__


def _names(offer: Offer) -> Iterator[str]:
    for kind in ("cars", "platforms", "plants", "blocks", "components", "pools"):
        ids = [item.id for item in getattr(offer, kind)]
        for id in sorted({i for i in ids if ids.count(i) > 1}):
            yield f"plan: {kind}: {id} comes twice; give each one its name"
    platforms = {p.id for p in offer.platforms}
    plants, models = {p.id for p in offer.plants}, set(offer.models)
    asked = [
        *((f"car {c.id}", c.platform, platforms) for c in offer.cars),
        *((f"block {b.id}", b.platform, platforms) for b in offer.blocks),
        *((f"top hat of {d.model}", d.platform, platforms) for d in offer.derivatives),
        *((f"top hat on {d.platform}", d.model, models) for d in offer.derivatives),
        *((f"link of {link.model}", link.plant, plants) for link in offer.links),
        *((f"link of {link.plant}", link.model, models) for link in offer.links),
        *((f"plant {p.id}", model, models) for p in offer.plants for model in sorted(p.builds)),
        *(
            (f"limit {limit.id}", car, {c.id for c in offer.cars})
            for limit in offer.limits
            for car in sorted(limit.cars)
        ),
    ]
    for place, name, known in asked:
        if name not in known:
            yield f"plan: {place}: no {name!r}; known are {', '.join(sorted(known))}"
    for link in offer.links:
        plant = next((p for p in offer.plants if p.id == link.plant), None)
        if plant is not None and offer.can_build(plant, link.model):
            yield f"plan: link of {link.plant}: it builds {link.model} today; leave the link out"
    running = {p.id for p in offer.platforms if p.running}
    for block in offer.blocks:
        if block.platform in running:
            yield f"plan: block {block.id}: {block.platform} runs; name a platform to launch"
    trains = {c.powertrain for c in offer.cars}
    for component in offer.components:
        if sum(source.running for source in component.sources) != 1:
            yield f"plan: component {component.id}: exactly one source must run today"
        for source in component.sources:
            if source.least > 0 and source.unit < 0:
                yield f"plan: source {source.id}: saves on each unit, so `least` says nothing"
            if source.running and source.least > 0:
                yield f"plan: source {source.id}: runs today, so `least` is no choice; leave it out"
        for name in sorted(set(component.usage) - trains):
            yield f"plan: component {component.id}: no powertrain {name!r}"


def _commitments(offer: Offer) -> Iterator[str]:
    for plant in offer.plants:
        most = min(plant.body, plant.paint, plant.assembly + plant.overtime)
        if plant.committed > most:
            yield (
                f"plan: plant {plant.id}: must build {plant.committed:,.0f} cars a year and can "
                f"build {most:,.0f}; lower the commitment or raise its smallest department"
            )
        taken = plant.most_blocks * max((b.takes for b in offer.blocks), default=0.0)
        if taken > plant.body:
            yield (
                f"plan: plant {plant.id}: its blocks take {taken:,.0f} cars a year of body and it "
                f"has {plant.body:,.0f}; allow fewer blocks, or blocks that take less"
            )
