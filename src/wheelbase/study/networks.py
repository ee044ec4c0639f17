"""Where: the plants and products of a study that asks nothing else, and what links are worth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from wheelbase.catalogue import Catalogue
from wheelbase.errors import DataError
from wheelbase.plan import (
    Design,
    Flexibility,
    Network,
    PlantLink,
    Product,
    Sampling,
    Site,
    evaluate,
    flexibility,
)
from wheelbase.study.check import Problem
from wheelbase.study.load import Assumption, assumptions_of, spec_of
from wheelbase.study.quantity import Assumed
from wheelbase.study.read import Document
from wheelbase.study.spec_network import NetworkSpec

__all__ = [
    "PLAIN_DESIGNS",
    "NetworkStudy",
    "Swing",
    "flexibility_of",
    "network_of",
    "network_study",
    "swings_of",
]

PLAIN_DESIGNS = {
    "none": "every plant keeps to its own",
    "today": "as built today",
    "pairs": "plants help each other in pairs",
    "chain": "a long chain through all plants",
    "total": "every plant builds everything it can",
    "best": "the best found",
    "enough": "enough: the knee of the curve",
}
"""Designs in everyday words; those of the study go by their own name."""


@dataclass(frozen=True, slots=True)
class NetworkStudy:
    """A checked study that asks where, and nothing else."""

    spec: NetworkSpec
    document: Document = field(repr=False)
    facts: Catalogue = field(repr=False)
    assumptions: tuple[Assumption, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def ids(self, shelf: str) -> set[str]:
        """Return the ids of a catalogue shelf that the study looks at."""
        if shelf == "plant":
            return {p.plant for p in self.spec.plants.values() if p.plant}
        if shelf == "model_series":
            return {id for product in self.spec.products.values() for id in product.series}
        return set()


@dataclass(frozen=True, slots=True)
class Swing:
    """What the best design gains over today, EUR/yr, with one kind of input at its low and high."""

    label: str
    low: float
    high: float


def network_study(document: Document, facts: Catalogue) -> NetworkStudy:
    """Return the study that a document which asks where describes.

    Raises:
        DataError: Every problem at once, each with file, line, column, path and remedy.
    """
    spec = spec_of(NetworkSpec, document, facts)
    problems = [f"{document.place(path)}: {what}" for path, what in _problems(spec, facts)]
    if not problems:
        found = dict.fromkeys(_networks_problems(spec, facts))
        problems = [f"{document.place(_place(line))}: {line}" for line in found]
    if problems:
        raise DataError(problems)
    return NetworkStudy(spec, document, facts, assumptions_of(spec, document))


def _networks_problems(spec: NetworkSpec, facts: Catalogue) -> Iterator[str]:
    """Yield what is wrong with the network, and with one kind of input at its low or its high."""
    try:
        network_of(spec, facts).check(_designs(spec))
    except DataError as error:
        yield from error.problems
        return
    for kind in _kinds(spec, facts):
        for side in ("low", "high"):
            try:
                network_of(spec, facts, partial(_moved, kind, side))
            except DataError as error:
                yield from (f"{line} ({kind} at its {side})" for line in error.problems)


def _place(line: str) -> tuple[str, ...]:
    """Return where in the file a problem of the network stands, as well as it can be told."""
    what, _, rest = line.partition(" ")
    what = what.rstrip(":")
    if what in ("loss", "wacc"):
        return ("links", what)
    sections = {"plant": "plants", "product": "products", "design": "designs"}
    return (sections[what], rest.split(":")[0]) if what in sections else (what,)


def _problems(spec: NetworkSpec, facts: Catalogue) -> Iterator[Problem]:
    for id, plant in spec.plants.items():
        here = ("plants", id)
        known = facts.plant[plant.plant] if plant.plant else None
        if plant.capacity is None and (known is None or known.capacity is None):
            yield here, "has no capacity in the catalogue; add `capacity`"
        if plant.capacity is not None and plant.capacity.low <= 0:
            yield (*here, "capacity"), "must be above zero at its low too; leave the plant out"
        if plant.builds is None and known is None:
            yield here, "what does it build? add `builds`, or `plant` of the catalogue"
        for key, listed in (("builds", plant.builds or ()), ("never", plant.never)):
            for product in sorted({p for p in listed if listed.count(p) > 1}):
                yield (*here, key), f"'{product}' is listed twice; list it once"
        for product in _built(spec, facts, id):
            if not _possible(spec, id, product):
                yield here, f"builds '{product}', which `never` or `region` forbids; change one"
    named: dict[str, str] = {}
    for id, family in spec.products.items():
        if family.spread.high * spec.cut.high > 1:
            what = f"at its high demand would be negative; at most {100 / spec.cut.high:g} %"
            yield ("products", id, "spread"), what
        for key in ("mean", "margin"):
            if getattr(family, key).low <= 0:
                yield ("products", id, key), "must be above zero at its low too"
        for series in family.series:
            if series in named:
                what = f"'{series}' is in product '{named[series]}' already; list it once"
                yield ("products", id, "series"), what
            named[series] = id
    for id, design in spec.designs.items():
        if id in PLAIN_DESIGNS:
            yield ("designs", id), f"stands for {PLAIN_DESIGNS[id]!r}; name the design otherwise"
        for name, products in design.items():
            for product in sorted({p for p in products if products.count(p) > 1}):
                yield ("designs", id, name), f"'{product}' is listed twice; list it once"


def _built(spec: NetworkSpec, facts: Catalogue, id: str) -> tuple[str, ...]:
    """Return the products that a plant builds today: as the study says, else the catalogue."""
    plant = spec.plants[id]
    if plant.builds is not None:
        return plant.builds
    series = facts.plant[plant.plant].builds if plant.plant else ()
    return tuple(p for p, family in spec.products.items() if set(family.series) & set(series))


_Pick = Callable[[str, Assumed], float]
"""Takes the kind of an input and its assumption, returns the figure to compute with."""


def _base(kind: str, figure: Assumed) -> float:
    return figure.value


def _moved(kind: str, side: str, name: str, figure: Assumed) -> float:
    """Return an input at its low or high if it is of a kind, else as it is."""
    return float(getattr(figure, side if name == kind else "value"))


def network_of(spec: NetworkSpec, facts: Catalogue, pick: _Pick = _base) -> Network:
    """Return the plants, products and links of a study.

    Args:
        spec: The study.
        facts: The catalogue.
        pick: Chooses the figure of an assumption; by default its value.

    Raises:
        DataError: A network that cannot be.
    """
    built = {id: _built(spec, facts, id) for id in spec.plants}
    products = spec.products
    links = []
    for id in spec.plants:
        platforms = {products[product].platform for product in built[id]}
        for product, family in products.items():
            if _possible(spec, id, product):
                same = family.platform in platforms
                cost = spec.links.same_platform if same else spec.links.other_platform
                links.append(PlantLink(id, product, pick("link cost", cost)))
    return Network(
        sites=tuple(Site(id, pick("capacity", _capacity(spec, facts, id))) for id in spec.plants),
        products=tuple(_product(id, spec, pick) for id in products),
        links=tuple(links),
        present=tuple((id, product) for id, listed in built.items() for product in listed),
        correlation=_correlation(spec, pick),
        cut=pick("cut", spec.cut),
        loss=pick("loss", spec.links.loss),
        wacc=pick("wacc", spec.links.wacc),
        life=pick("life", spec.links.life),
    )


def _possible(spec: NetworkSpec, plant: str, product: str) -> bool:
    """Return whether a plant can be made to build a product: allowed, and not of another region."""
    regions = {spec.plants[plant].region, spec.products[product].region} - {None}
    return product not in spec.plants[plant].never and len(regions) < 2


def _product(id: str, spec: NetworkSpec, pick: _Pick) -> Product:
    family = spec.products[id]
    mean = pick("mean demand", family.mean)
    return Product(id, mean, mean * pick("spread", family.spread), pick("margin", family.margin))


def _capacity(spec: NetworkSpec, facts: Catalogue, id: str) -> Assumed:
    """Return the capacity of a plant: as the study says, else with the catalogue's interval."""
    plant = spec.plants[id]
    if plant.capacity is not None:
        return plant.capacity
    assert plant.plant is not None
    value = facts.plant[plant.plant].capacity or 0.0
    low, high = facts.plant.intervals.get((plant.plant, "capacity"), (value, value))
    return Assumed(value, low, high, "", ("", "", ""))


def _correlation(spec: NetworkSpec, pick: _Pick) -> tuple[tuple[float, ...], ...]:
    any_two = pick("correlation", spec.correlation.all)
    same = max(pick("correlation", spec.correlation.group), any_two)
    groups = {id: family.group for id, family in spec.products.items()}

    def of(a: str, b: str) -> float:
        if a == b:
            return 1.0
        return same if groups[a] is not None and groups[a] == groups[b] else any_two

    return tuple(tuple(of(a, b) for b in groups) for a in groups)


def _designs(spec: NetworkSpec) -> list[Design]:
    return [
        Design(name, frozenset((plant, p) for plant, products in links.items() for p in products))
        for name, links in spec.designs.items()
    ]


def flexibility_of(study: NetworkStudy) -> Flexibility:
    """Return which plant of a study should be able to build what."""
    spec = study.spec
    return flexibility(network_of(spec, study.facts), _designs(spec), _sampling(spec))


def _sampling(spec: NetworkSpec) -> Sampling:
    draws, search = int(spec.draws), int(spec.search)
    return Sampling(draws=draws, seed=spec.base.seed, search=search, proof=spec.proof)


def swings_of(study: NetworkStudy, found: Flexibility) -> tuple[Swing, ...]:
    """Return how the gain of the best design moves with each kind of input, the widest first.

    All inputs of a kind move together to their low, then to their high; the design stays.
    """
    spec = study.spec
    sampling = Sampling(draws=int(spec.search), seed=spec.base.seed)
    designs = [found.outcomes[found.start].design, found.search.design]

    def gain(kind: str, side: str) -> float:
        moved = network_of(spec, study.facts, partial(_moved, kind, side))
        today, best = evaluate(moved, designs, sampling)
        return best.net - today.net

    kinds = _kinds(spec, study.facts)
    swings = [Swing(kind, gain(kind, "low"), gain(kind, "high")) for kind in kinds]
    return tuple(sorted(swings, key=lambda swing: -abs(swing.high - swing.low)))


def _kinds(spec: NetworkSpec, facts: Catalogue) -> list[str]:
    """Return the kinds of input that have an interval, in their order."""
    kinds: dict[str, None] = {}

    def pick(name: str, figure: Assumed) -> float:
        if figure.low < figure.high:
            kinds[name] = None
        return figure.value

    network_of(spec, facts, pick)
    return list(kinds)
