"""Plants, products and the links between them: who can build what, and the demand that comes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import annuity_factor
from wheelbase.errors import DataError

__all__ = ["Design", "Network", "Pair", "PlantLink", "Product", "Site", "draw_demand"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

Pair = tuple[str, str]
"""A plant and a product that it builds."""

_WIDEST = 8.0
"""Spreads up to which a normal's probabilities differ from 0 and 1 in floats."""

_GRID = np.linspace(-8.5, 8.5, 17_001)
"""Normal deviates at which the cut normal is worked out; linear in between, within 1e-6 spreads."""


@dataclass(frozen=True, slots=True)
class Site:
    """A plant and what it builds in a year when it builds one product, cars a year."""

    id: str
    capacity: float


@dataclass(frozen=True, slots=True)
class Product:
    """A product, the demand for it (cars a year) and what a car of it earns.

    Args:
        id: Name.
        mean: Expected demand.
        spread: Standard deviation of demand before it is cut.
        margin: Contribution of a car, EUR.
    """

    id: str
    mean: float
    spread: float
    margin: float = 1.0


@dataclass(frozen=True, slots=True)
class PlantLink:
    """That a plant can be made to build a product, and what that costs once, EUR."""

    plant: str
    product: str
    cost: float = 0.0

    @property
    def pair(self) -> Pair:
        """Plant and product."""
        return self.plant, self.product


@dataclass(frozen=True, slots=True)
class Design:
    """Which plant builds which product."""

    name: str
    pairs: frozenset[Pair]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Plants, products, every link that is possible, and those that stand today.

    A link that stands costs nothing more. Demand is normal, cut at `cut` spreads on either side;
    `correlation` is that of the normals before they are cut.

    Args:
        sites: Plants.
        products: Products.
        links: Every possible link with its cost.
        present: Links that stand today, in the order in which a product calls plants its home.
        correlation: (products, products), or none where demands are independent.
        cut: Spreads at which demand is cut, at most 8: beyond, a normal has no draws in floats.
        loss: Share of a plant's capacity that each product beyond the first costs it.
        wacc: Real cost of capital, 1/yr.
        life: Years over which a link is paid for.

    Raises:
        DataError: Every figure that is none, name that is unknown or given twice, and product that
            no plant can build.
    """

    sites: tuple[Site, ...]
    products: tuple[Product, ...]
    links: tuple[PlantLink, ...]
    present: tuple[Pair, ...] = ()
    correlation: tuple[tuple[float, ...], ...] | None = field(default=None, repr=False)
    cut: float = 2.0
    loss: float = 0.0
    wacc: float = 0.08
    life: float = 7.0

    def __post_init__(self) -> None:
        """Refuse a network that cannot be."""
        if problems := [*_figures(self), *_names(self), *_terms(self)]:
            raise DataError(problems)

    @property
    def pairs(self) -> frozenset[Pair]:
        """Every possible link."""
        return frozenset(link.pair for link in self.links)

    @property
    def capacity(self) -> Array:
        """(plants,) capacity of each plant building one product, cars a year."""
        return np.array([site.capacity for site in self.sites])

    @property
    def margins(self) -> Array:
        """(products,) what a car earns, EUR."""
        return np.array([product.margin for product in self.products])

    @property
    def homes(self) -> dict[str, str]:
        """Product to the plant that is its home: of its first present, else its cheapest link."""
        found: dict[str, str] = {}
        cheapest = sorted(self.links, key=lambda link: link.cost)
        for plant, product in (*self.present, *(link.pair for link in cheapest)):
            found.setdefault(product, plant)
        return found

    def built(self, pairs: Iterable[Pair]) -> Flags:
        """Return (plants, products) whether a plant builds a product."""
        rows = {site.id: row for row, site in enumerate(self.sites)}
        columns = {product.id: column for column, product in enumerate(self.products)}
        flags = np.zeros((len(rows), len(columns)), bool)
        for plant, product in pairs:
            flags[rows[plant], columns[product]] = True
        return flags

    def left(self, built: Flags) -> Array:
        """Return (plants,) the capacity that is left of each plant by what it builds, cars a year.

        capacity (1 - loss (products - 1)).
        """
        further = np.maximum(built.sum(axis=1) - 1, 0)
        left: Array = self.capacity * (1 - self.loss * further)
        return left

    def annual(self, pairs: Iterable[Pair]) -> float:
        """Return what links cost a year beyond those that stand, EUR/yr."""
        costs = {link.pair: link.cost for link in self.links} | dict.fromkeys(self.present, 0.0)
        return sum(costs[p] for p in sorted(pairs)) * annuity_factor(self.wacc, self.life)

    def check(self, designs: Sequence[Design]) -> None:
        """Refuse designs that the network does not allow.

        Raises:
            DataError: A name given twice, a link that is not possible.
        """
        known, names = self.pairs, [design.name for design in designs]
        problems = [f"design {n}: given twice; name it otherwise" for n in _twice(names)]
        problems += [
            f"design {design.name}: {plant} cannot build {product}; add a link between them"
            for design in designs
            for plant, product in sorted(design.pairs - known)
        ]
        if problems:
            raise DataError(problems)


def draw_demand(network: Network, draws: int, rng: np.random.Generator) -> Array:
    """Return (draws, products) of demand, cars a year.

    Each is mean + spread x, x standard normal between -cut and cut; products depend on each other
    as correlated normals do (a Gaussian copula).
    """
    mean = np.array([product.mean for product in network.products])
    spread = np.array([product.spread for product in network.products])
    normal = rng.standard_normal((draws, len(mean)))
    if network.correlation is not None:
        normal = normal @ _root(np.array(network.correlation)).T
    standard = NormalDist()
    low, high = standard.cdf(-network.cut), standard.cdf(network.cut)
    ranks = [low + standard.cdf(z) * (high - low) for z in _GRID]
    cut = np.interp(normal, _GRID, [standard.inv_cdf(rank) for rank in ranks])
    demand: Array = mean + spread * np.clip(cut, -network.cut, network.cut)
    return demand


def _root(correlation: Array) -> Array:
    """Return a matrix whose square is the correlation; exact where it is singular too."""
    values, vectors = np.linalg.eigh(correlation)
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def _twice(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return [name for name in dict.fromkeys(listed) if listed.count(name) > 1]


def _figures(network: Network) -> Iterator[str]:
    for site in network.sites:
        if not (isfinite(site.capacity) and site.capacity > 0):
            yield f"plant {site.id}: capacity {site.capacity:g} must be above zero"
    for product in network.products:
        here = f"product {product.id}"
        if not (isfinite(product.mean) and product.mean > 0):
            yield f"{here}: mean {product.mean:g} must be above zero"
        if not (isfinite(product.spread) and product.spread >= 0):
            yield f"{here}: spread {product.spread:g} must be zero or above"
        if network.cut * product.spread > product.mean > 0:
            limit = product.mean / network.cut
            yield f"{here}: spread {product.spread:g} makes demand negative; at most {limit:g}"
        if not (isfinite(product.margin) and product.margin > 0):
            yield f"{here}: margin {product.margin:g} must be above zero"
    for link in network.links:
        if not (isfinite(link.cost) and link.cost >= 0):
            yield f"link {link.plant} to {link.product}: cost {link.cost:g} must be zero or above"


def _names(network: Network) -> Iterator[str]:
    plants, products = [s.id for s in network.sites], [p.id for p in network.products]
    for what, names in (("plant", plants), ("product", products)):
        if not names:
            yield f"{what}s: none; name at least one"
        yield from (f"{what} {name}: listed twice; list it once" for name in _twice(names))
    pairs = [link.pair for link in network.links]
    for place, listed in (("link", pairs), ("present link", list(network.present))):
        for plant, product in dict.fromkeys(listed):
            here = f"{place} {plant} to {product}"
            if plant not in plants:
                yield f"{here}: no plant {plant}; one of {', '.join(plants)}"
            if product not in products:
                yield f"{here}: no product {product}; one of {', '.join(products)}"
            if listed.count((plant, product)) > 1:
                yield f"{here}: listed twice; list it once"
    for plant, product in network.present:
        if (plant, product) not in pairs:
            yield f"present link {plant} to {product}: is not among the possible links; add it"
    for product in sorted(set(products) - {product for _, product in pairs}):
        yield f"product {product}: no plant can build it; add a link or leave it out"


def _terms(network: Network) -> Iterator[str]:
    if not 0 < network.cut <= _WIDEST:
        yield f"cut {network.cut:g}: must be above zero and at most {_WIDEST:g} spreads"
    most = len(network.products) - 1
    if not (network.loss >= 0 and network.loss * most < 1):
        yield f"loss {network.loss:g}: must be at least 0 and below 1 with {most + 1} products"
    if not (isfinite(network.wacc) and network.wacc >= 0 and 0 < network.life < np.inf):
        yield f"wacc {network.wacc:g}, life {network.life:g}: must be finite, the life above zero"
    if network.correlation is None:
        return
    matrix, count = network.correlation, len(network.products)
    if len(matrix) != count or any(len(row) != count for row in matrix):
        yield f"correlation: must have {count} rows and columns, one for each product"
        return
    array = np.array(matrix)
    if not np.isfinite(array).all() or (array != array.T).any() or (np.diag(array) != 1).any():
        yield "correlation: must be finite, symmetric and one on its diagonal"
    elif np.linalg.eigvalsh(array).min() < -1e-9:
        yield "correlation: no demands are correlated like that (not positive semidefinite)"
