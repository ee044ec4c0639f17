"""The planning model: a problem as a capacity-state program, and as text to read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.cost import annuity_factor
from wheelbase.plan.offer import Pool
from wheelbase.plan.operate import OPERATE, slots
from wheelbase.plan.problem import CARS, MONEY, Problem, Row, StrategyRow
from wheelbase.plan.program import Entries, Operation, Program, csr
from wheelbase.plan.solver import INFINITY, Arrays
from wheelbase.plan.strategy import STRATEGY, block, launch, once, pick, top_hat

__all__ = ["FAMILIES", "Decision", "decisions", "lp_text", "objective", "program_of"]

Array = NDArray[np.float64]

FAMILIES = (*STRATEGY, *OPERATE)
"""Names of all families of constraints."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One column of the strategy.

    Args:
        name: Of the column.
        node: Where it is decided.
        once: EUR, renewed after each life.
        yearly: EUR/yr.
        lead: Years from decision to use.
        most: Greatest value.
        state: What a node sees of it once it is usable, if anything.
        paid_at_once: Whether it is paid for from the decision on, not from its use.
    """

    name: str
    node: int
    once: float
    yearly: float
    lead: int
    most: int
    state: str
    paid_at_once: bool = False


def decisions(p: Problem) -> Iterator[Decision]:
    """Yield every column of the strategy, node by node."""
    o = p.offer
    for n in range(p.nodes):
        for platform in o.launchable:
            name = launch(platform.id, n)
            yield Decision(name, n, platform.development, 0.0, platform.lead, 1, "", True)
        for b in o.blocks:
            for plant in o.plants:
                name, state = block(b.id, plant.id, n), f"Z {b.id} {plant.id}"
                yield Decision(name, n, b.invest, b.fixed, b.lead, plant.most_blocks, state)
        for d in o.derivatives:
            name, state = top_hat(d.model, d.platform, n), f"H {d.model} {d.platform}"
            yield Decision(name, n, d.top_hat, 0.0, d.lead, 1, state)
        for link in o.links:
            name, state = once("link", link.plant, link.model, n), f"G {link.plant} {link.model}"
            yield Decision(name, n, link.cost, 0.0, link.lead, 1, state)
        for c in o.components:
            for s in c.sources:
                if not s.running:
                    name, state = pick(c.id, s.id, n), f"S {c.id} {s.id}"
                    yield Decision(name, n, s.once, 0.0, s.lead, 1, state)


def program_of(p: Problem, without: Collection[str] = ()) -> Program:
    """Return the capacity-state program of a problem.

    Args:
        p: The problem.
        without: Families of constraints to leave out.
    """
    columns = list(decisions(p))
    states = tuple(dict.fromkeys(d.state for d in columns if d.state))
    return Program(
        parent=p.tree.parent,
        probability=p.tree.probability,
        strategy=_strategy(p, columns, without),
        node=np.array([d.node for d in columns], int),
        states=states,
        link=_link(p, columns, states),
        operation=_operation(p, states, without),
        paid=_paid(p, columns),
    )


def _strategy(p: Problem, columns: list[Decision], without: Collection[str]) -> Arrays:
    place = {d.name: i for i, d in enumerate(columns)}
    rows = [row for name, family in STRATEGY.items() if name not in without for row in family(p)]
    terms = [(r, place[c], v) for r, row in enumerate(rows) for c, v in row.terms.items()]
    start, index, value = csr(_entries(terms), len(rows))
    paid = _paid(p, columns)
    return Arrays(
        cost=np.asarray(np.bincount(paid.column, paid.value, len(columns)), float),
        low=np.zeros(len(columns)),
        high=np.array([float(d.most) for d in columns]),
        integer=np.ones(len(columns), bool),
        start=start,
        index=index,
        value=value,
        row_low=np.array([row.low for row in rows], float),
        row_high=np.array([row.high for row in rows], float),
        columns=list(place),
        rows=[row.name for row in rows],
    )


def _entries(terms: list[tuple[int, int, float]]) -> Entries:
    if not terms:
        return Entries(np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    row, column, value = (np.array(part) for part in zip(*terms, strict=True))
    return Entries(row, column, value.astype(float))


def _paid(p: Problem, columns: list[Decision]) -> Entries:
    """Return what each decision costs in which node, EUR m: annuity and fixed cost of its years.

    CRF(r, life) x once + yearly, in every node from the decision (a launch) or the use on.
    """
    annuity = annuity_factor(p.options.wacc, p.options.life)
    weight = p.probability * p.discounts * MONEY
    by_node: list[list[int]] = [[] for _ in range(p.nodes)]
    for i, d in enumerate(columns):
        by_node[d.node].append(i)
    each = [annuity * d.once + d.yearly for d in columns]
    leads = [0 if d.paid_at_once else d.lead for d in columns]
    return _entries(
        [
            (n, i, each[i] * float(weight[n]))
            for n in range(p.nodes)
            for m in p.tree.path(n)
            for i in by_node[m]
            if each[i] and leads[i] <= p.tree.start[n] - p.tree.start[m]
        ]
    )


def _link(p: Problem, columns: list[Decision], states: tuple[str, ...]) -> Entries:
    place = {name: i for i, name in enumerate(states)}
    by_node: list[list[int]] = [[] for _ in range(p.nodes)]
    for i, d in enumerate(columns):
        if d.state:
            by_node[d.node].append(i)
    return _entries(
        [
            (n * len(states) + place[columns[i].state], i, 1.0)
            for n in range(p.nodes)
            for m in p.tree.path(n)
            for i in by_node[m]
            if columns[i].lead <= p.tree.start[n] - p.tree.start[m]
        ]
    )


def _operation(p: Problem, states: tuple[str, ...], without: Collection[str]) -> Operation:
    rows = _rows(p, without)
    costs, limits = objective(p), _limits(p)
    names = list(dict.fromkeys(name for row in rows for name in row.terms))
    place = {name: i for i, name in enumerate(names)}
    seen = {name: i for i, name in enumerate(states)}
    count = p.nodes
    zero, tall = np.zeros(count), np.full(count, INFINITY)
    terms = [(place[c], v) for row in rows for c, v in row.terms.items()]
    lengths = [len(row.terms) for row in rows]
    state = [
        (r, seen[z], v) for r, row in enumerate(rows) for z, v in row.state.items() if z in seen
    ]
    return Operation(
        cost=np.array([costs.get(name, zero) for name in names]).T,
        low=np.zeros((1, len(names))),
        high=np.array([np.broadcast_to(limits.get(name, tall), count) for name in names]).T,
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        index=np.array([c for c, _ in terms], np.int32),
        value=np.array([np.broadcast_to(v, count) for _, v in terms]).T,
        state=_entries(state),
        row_low=np.array([np.broadcast_to(row.low, count) for row in rows]).T,
        row_high=np.array([np.broadcast_to(row.high, count) for row in rows]).T,
        columns=names,
        rows=[row.name for row in rows],
    )


def _rows(p: Problem, without: Collection[str]) -> list[Row]:
    return [row for name, family in OPERATE.items() if name not in without for row in family(p)]


def _limits(p: Problem) -> dict[str, float | Array]:
    """Return the greatest value of the columns that have one, thousand cars a year."""
    found: dict[str, float | Array] = {
        f"b {m} {wanted} {taken} {r}": cars
        for (m, wanted, taken, r), cars in p.wanted.items()
        if wanted != taken  # the row of the demand limits those who take what they want
    }
    found |= {f"o {plant.id}": plant.overtime * CARS for plant in p.offer.plants}
    found |= {f"sold {c.id}": c.sold * CARS for c in p.offer.components if c.sold > 0}
    for pool in p.offer.pools:
        for k in range(len(slots(p, pool))):
            found[f"credit {pool.id} {k}"] = pool.credits * 1e6 * CARS
    return found


def objective(p: Problem) -> dict[str, Array]:
    """Return the cost of operating, EUR m, (n,) for each column, minimised.

    sum_n p_n sum over years of the discount factor x [ - (contribution - cells x change of the
    cell price) q + overtime o + idle + unit y - price sold + take-or-pay + premium e + price of
    credits ]
    """
    weight = p.probability * p.discounts * (MONEY / CARS)
    factors = [p.discounted(n) for n in range(p.nodes)]
    found: dict[str, Array] = {}
    for car, market in p.shipped:
        earned = [sum(f * car.contribution[y] for y, f in years.items()) for years in factors]
        dearer = car.cells * p.discounts * np.array(p.demand.cell_price or 0.0)
        found[f"q {car.id} {market}"] = (dearer - earned) * p.probability * (MONEY / CARS)
    for plant in p.offer.plants:
        found[f"o {plant.id}"] = weight * plant.overtime_cost
        found[f"idle {plant.id}"] = weight * plant.idle_cost
    for c in p.offer.components:
        for s in c.sources:
            found[f"y {c.id} {s.id}"] = weight * s.unit
            found[f"short {c.id} {s.id}"] = weight * s.unit
        found[f"sold {c.id}"] = -weight * c.price
    for pool in p.offer.pools:
        found |= _premiums(p, pool)
    return found


def _premiums(p: Problem, pool: Pool) -> dict[str, Array]:
    found = {}
    per = p.probability * (MONEY / CARS) * 1e-6  # of EUR per kg/m and car, over g/km
    for k, slot in enumerate(slots(p, pool)):
        found[f"e {pool.id} {k}"] = per * slot.weight * slot.premium
        found[f"credit {pool.id} {k}"] = per * slot.weight * pool.credit_price
    return found


def lp_text(p: Problem) -> str:
    """Return the model as text, one row a line, for reading and for golden tests."""
    program = program_of(p)
    s, op = program.strategy, program.operation
    lines = ["minimise, EUR m and thousand cars"]
    lines += [f"  {c:+.6g} {name}" for name, c in zip(s.columns, s.cost, strict=True) if c]
    lines += _texts(p, [row for family in STRATEGY.values() for row in family(p)])
    for n in range(p.nodes):
        lines.append(f"node {n}")
        lines += [
            f"  {c:+.6g} {name}" + (f" <= {h:g}" if np.isfinite(h) else "")
            for name, c, h in zip(op.columns, op.cost[n], op.high[n], strict=True)
        ]
        lines += [_line(row, n) for row in _rows(p, ())]
    return "\n".join(lines) + "\n"


def _texts(p: Problem, rows: list[StrategyRow]) -> Iterator[str]:
    for row in rows:
        terms = " ".join(f"{v:+.6g} {name}" for name, v in row.terms.items())
        yield f"{row.name}: {row.low:g} <= {terms} <= {row.high:g}"


def _line(row: Row, node: int) -> str:
    def of(value: float | Array) -> float:
        return float(value[node]) if isinstance(value, np.ndarray) else float(value)

    terms: Mapping[str, float | Array] = {**row.terms, **row.state}
    text = " ".join(f"{of(v):+.6g} {name}" for name, v in terms.items())
    return f"{row.name}: {of(row.low):g} <= {text} <= {of(row.high):g}"
