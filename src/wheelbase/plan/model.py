"""The planning model: one function per constraint family, its docstring is its formula.

Inside this file money is in EUR m and cars in thousands, so that the coefficients lie close to
one; `Plan` is back in EUR and cars.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from wheelbase.errors import DataError
from wheelbase.plan.compliance import FleetTarget
from wheelbase.plan.tree import Tree

__all__ = ["CARS", "FAMILIES", "MONEY", "Offer", "Options", "Problem", "Row", "discounted_years"]
__all__ += ["capacity_bespoke", "capacity_flexible", "commitment", "demand_combustion"]
__all__ += ["demand_electric", "fleet_co2", "launch_once", "launch_window", "objective"]
__all__ += ["site_limit"]

MONEY = 1e-6  # EUR to EUR m
CARS = 1e-3  # cars to thousand cars


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the maker sells and builds; EUR, cars, kg/m, kg.

    Args:
        cars: Cars sold a year.
        penalty: Node's first year to EUR per battery car on the flexible platform.
        margin: EUR lost with a car that cannot be built.
        capacity: Cars a year of the flexible lines.
        block_size: Cars a year of a bespoke block; it takes as much flexible capacity.
        block_cost: EUR.
        block_fixed: EUR/yr.
        most_blocks: Blocks that the sites can take.
        development: EUR.
        lead: Years from launch to start of production.
        regulated: Share of the cars under the fleet rule.
        emission: Mean of the combustion cars, kg/m as the rule counts it.
        masses: Mean mass of combustion and battery cars, kg.
    """

    cars: float
    penalty: Mapping[int, float]
    margin: float
    capacity: float
    block_size: float
    block_cost: float
    block_fixed: float
    most_blocks: int
    development: float
    lead: int
    regulated: float
    emission: float
    masses: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the plan is made.

    Args:
        wacc: Cost of capital.
        life: Years over which investments are renewed.
        terminal: Years for which the last stage is repeated.
        gap: Relative gap at which the solver may stop.
        limit: Seconds after which it must stop.
        launch: None for free, True for at the root, False for never.
        least_blocks: Blocks that must stand in every leaf.
    """

    wacc: float
    life: float
    terminal: float
    gap: float = 1e-3
    limit: float = 20.0
    launch: bool | None = None
    least_blocks: int = 0

    def __post_init__(self) -> None:
        """Refuse options that contradict each other."""
        problems = []
        if not (self.wacc > 0 and self.life > 0 and self.terminal >= 0 and self.limit > 0):
            problems.append("plan: wacc, life and limit must be above zero, terminal not below")
        if self.launch is False and self.least_blocks > 0:
            problems.append(
                f"plan: {self.least_blocks} blocks are asked of a platform never launched"
            )
        if problems:
            raise DataError(problems)


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that the constraint families read."""

    tree: Tree
    offer: Offer
    rules: Mapping[int, FleetTarget] = field(repr=False)
    options: Options

    def column(self, kind: str, node: int) -> str:
        """Return the name of a variable of a node."""
        return f"{kind}_{node}"

    def usable(self, node: int) -> Iterator[int]:
        """Yield the nodes of the path whose launch is usable at `node`."""
        for n in self.tree.path(node):
            if self.tree.start[n] + self.offer.lead <= self.tree.start[node]:
                yield n

    def standing(self, node: int) -> Iterator[int]:
        """Yield the nodes of the path whose blocks stand at `node`: all before it."""
        yield from self.tree.path(node)[:-1]

    def demand(self, node: int) -> tuple[float, float]:
        """Return combustion and battery cars a year, thousands."""
        cars = self.offer.cars * CARS
        return cars * (1 - self.tree.share[node]), cars * self.tree.share[node]


@dataclass(frozen=True, slots=True)
class Row:
    """One constraint: low <= sum of coefficient x variable <= high."""

    name: str
    terms: Mapping[str, float]
    low: float
    high: float


_INFINITE = float("inf")


def launch_once(p: Problem) -> Iterator[Row]:
    """sum of u over the path to a leaf <= 1."""
    for leaf in p.tree.leaves:
        terms = {p.column("launch", n): 1.0 for n in p.tree.path(leaf)}
        yield Row(f"launch_once_{leaf}", terms, -_INFINITE, 1.0)


def launch_window(p: Problem) -> Iterator[Row]:
    """u at the root = 1 if the launch is to be now; sum of all u = 0 if never."""
    if p.options.launch is True:
        yield Row("launch_now", {p.column("launch", 0): 1.0}, 1.0, 1.0)
    if p.options.launch is False:
        nodes = range(len(p.tree.parent))
        yield Row("launch_never", {p.column("launch", n): 1.0 for n in nodes}, 0.0, 0.0)


def site_limit(p: Problem) -> Iterator[Row]:
    """Z[n] = sum of v over the path before n <= K U[n], U[n] = launches usable at n."""
    for n in range(len(p.tree.parent)):
        terms = {p.column("blocks", m): 1.0 for m in p.standing(n)}
        if not terms:
            continue
        for m in p.usable(n):
            terms[p.column("launch", m)] = -float(p.offer.most_blocks)
        yield Row(f"site_limit_{n}", terms, -_INFINITE, 0.0)


def commitment(p: Problem) -> Iterator[Row]:
    """Z[leaf] >= the blocks that must stand."""
    if p.options.least_blocks > 0:
        for leaf in p.tree.leaves:
            terms = {p.column("blocks", m): 1.0 for m in p.standing(leaf)}
            yield Row(f"commitment_{leaf}", terms, float(p.options.least_blocks), _INFINITE)


def demand_combustion(p: Problem) -> Iterator[Row]:
    """built combustion cars + lost = demand."""
    for n in range(len(p.tree.parent)):
        terms = {p.column("combustion", n): 1.0, p.column("lost_combustion", n): 1.0}
        wanted = p.demand(n)[0]
        yield Row(f"demand_combustion_{n}", terms, wanted, wanted)


def demand_electric(p: Problem) -> Iterator[Row]:
    """battery cars on both platforms + lost = demand."""
    for n in range(len(p.tree.parent)):
        kinds = ("flexible", "bespoke", "lost_electric")
        wanted = p.demand(n)[1]
        terms = {p.column(k, n): 1.0 for k in kinds}
        yield Row(f"demand_electric_{n}", terms, wanted, wanted)


def capacity_flexible(p: Problem) -> Iterator[Row]:
    """combustion + flexible battery cars <= capacity - size Z: a block converts a flexible line."""
    for n in range(len(p.tree.parent)):
        terms = {p.column("combustion", n): 1.0, p.column("flexible", n): 1.0}
        for m in p.standing(n):
            terms[p.column("blocks", m)] = p.offer.block_size * CARS
        yield Row(f"capacity_flexible_{n}", terms, -_INFINITE, p.offer.capacity * CARS)


def capacity_bespoke(p: Problem) -> Iterator[Row]:
    """bespoke battery cars <= size Z."""
    for n in range(len(p.tree.parent)):
        terms = {p.column("bespoke", n): 1.0}
        for m in p.standing(n):
            terms[p.column("blocks", m)] = -p.offer.block_size * CARS
        yield Row(f"capacity_bespoke_{n}", terms, -_INFINITE, 0.0)


def fleet_co2(p: Problem) -> Iterator[Row]:
    """sum over regulated cars of (co2 - T0 - a (M - M0)) <= E, in g/km x thousand cars."""
    grams = 1e6  # kg/m to g/km
    for n in range(len(p.tree.parent)):
        rule = p.rules[p.tree.start[n]]
        burning, electric = (
            rule.excess(emission, mass) * grams * p.offer.regulated
            for emission, mass in zip((p.offer.emission, 0.0), p.offer.masses, strict=True)
        )
        terms = {
            p.column("combustion", n): burning,
            p.column("flexible", n): electric,
            p.column("bespoke", n): electric,
            p.column("excess", n): -1.0,
        }
        yield Row(f"fleet_co2_{n}", terms, -_INFINITE, 0.0)


FAMILIES: Mapping[str, Callable[[Problem], Iterator[Row]]] = {
    f.__name__: f
    for f in (
        launch_once,
        launch_window,
        site_limit,
        commitment,
        demand_combustion,
        demand_electric,
        capacity_flexible,
        capacity_bespoke,
        fleet_co2,
    )
}


def discounted_years(p: Problem, node: int) -> tuple[float, float]:
    """Return the discounted years of a node, and of its repetition after the last stage."""
    r, first = p.options.wacc, p.tree.start[0]
    begin = p.tree.start[node] - first
    inside = sum((1 + r) ** -(begin + k + 0.5) for k in range(p.tree.years[node]))
    if node not in p.tree.leaves:
        return inside, 0.0
    end = begin + p.tree.years[node]
    repeated = (1 - (1 + r) ** -p.options.terminal) / r * (1 + r) ** -(end - 0.5)
    return inside, float(repeated)


def objective(p: Problem, annuity: float) -> dict[str, float]:
    """Return the cost of each variable, EUR m, minimised.

    min sum_n p_n delta_n [ penalty x flexible + margin x lost + 95 EUR x excess ]
    + annuities of the development from launch and of blocks from standing, to the horizon.
    """
    costs: dict[str, float] = {}
    for n in range(len(p.tree.parent)):
        years = sum(discounted_years(p, n)) * p.tree.probability[n]
        rule = p.rules[p.tree.start[n]]
        per_car = MONEY / CARS
        costs[p.column("flexible", n)] = years * p.offer.penalty[p.tree.start[n]] * per_car
        for kind in ("lost_combustion", "lost_electric"):
            costs[p.column(kind, n)] = years * p.offer.margin * per_car
        costs[p.column("excess", n)] = years * rule.premium * 1e-6 * per_car
        block = (annuity * p.offer.block_cost + p.offer.block_fixed) * MONEY
        for m in p.tree.path(n):
            name = p.column("launch", m)
            paid = years * annuity * p.offer.development * MONEY
            costs[name] = costs.get(name, 0.0) + paid
        for m in p.standing(n):
            name = p.column("blocks", m)
            costs[name] = costs.get(name, 0.0) + years * block
    return costs
