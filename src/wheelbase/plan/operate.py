"""Families of constraints of operating a node; each docstring is its formula.

x production, q ship, b served buyers, o overtime, e excess CO2; capital letters are states. Every
node can be operated in every state: cars that are not built are lost, idle capacity costs nothing,
commitments and take-or-pay have a priced shortfall, excess CO2 pays the premium.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.offer import Car, Component, Plant, Pool, Source
from wheelbase.plan.problem import CARS, Problem, Row

__all__ = ["OPERATE", "Slot", "built", "pairs", "slots"]
__all__ += ["assembly", "balance_made", "balance_sold", "body_bespoke", "body_running", "committed"]
__all__ += [
    "demand",
    "fleet_co2",
    "limited",
    "linked",
    "offered",
    "paint",
    "source_capacity",
    "sourced",
]
__all__ += ["take_or_pay"]

Array = NDArray[np.float64]

_GRAMS = 1e6  # kg/m to g/km


def built(car: Car, plant: Plant) -> str:
    """Return the name of the column of production."""
    return f"x {car.id} {plant.id}"


def pairs(p: Problem) -> Iterator[tuple[Car, Plant]]:
    """Yield every car with every plant that builds it, or may learn to."""
    links = {(link.plant, link.model) for link in p.offer.links}
    for car in p.offer.cars:
        for plant in p.offer.plants:
            if p.offer.can_build(plant, car.model) or (plant.id, car.model) in links:
                yield car, plant


def _made(p: Problem, plant: Plant, running: bool | None = None) -> dict[str, float | Array]:
    return {
        built(car, at): 1.0
        for car, at in pairs(p)
        if at is plant and running in (None, p.offer.platform(car.platform).running)
    }


def demand(p: Problem) -> Iterator[Row]:
    """sum over taken w' of b[m, w, w', r] <= D[n, m, w, r]."""
    for (model, wanted, market), cars in p.demand.cars.items():
        terms: dict[str, float | Array] = {
            f"b {model} {wanted} {taken} {market}": 1.0
            for (m, w, taken, r) in p.wanted
            if (m, w, r) == (model, wanted, market)
        }
        if terms:
            yield Row(f"demand {model} {wanted} {market}", terms, high=np.array(cars) * CARS)


def balance_made(p: Problem) -> Iterator[Row]:
    """sum over plants of x[c, l] = sum over markets of q[c, r]."""
    for car in p.offer.cars:
        terms: dict[str, float | Array] = {
            built(car, plant): 1.0 for c, plant in pairs(p) if c is car
        }
        terms |= {f"q {car.id} {market}": -1.0 for c, market in p.shipped if c is car}
        yield Row(f"balance_made {car.id}", terms, 0.0, 0.0)


def balance_sold(p: Problem) -> Iterator[Row]:
    """sum over cars of (m, w') of q[c, r] = sum over wanted w of b[m, w, w', r]."""
    for model, taken, market in dict.fromkeys((m, t, r) for m, _, t, r in p.wanted):
        terms: dict[str, float | Array] = {
            f"q {car.id} {market}": 1.0
            for car in p.offer.cars
            if (car.model, car.powertrain) == (model, taken)
        }
        for m, wanted, t, r in p.wanted:
            if (m, t, r) == (model, taken, market):
                terms[f"b {model} {wanted} {taken} {market}"] = -1.0
        yield Row(f"balance_sold {model} {taken} {market}", terms, 0.0, 0.0)


def body_running(p: Problem) -> Iterator[Row]:
    """sum of x[c, l] on running platforms + sum over j of takes[j] Z[l, j] <= body[l]."""
    for plant in p.offer.plants:
        state = {f"Z {b.id} {plant.id}": b.takes * CARS for b in p.offer.blocks}
        terms = _made(p, plant, running=True)
        yield Row(f"body_running {plant.id}", terms, high=plant.body * CARS, state=state)


def body_bespoke(p: Problem) -> Iterator[Row]:
    """sum of x[c, l] on a launched platform k <= sum over its blocks j of size[j] Z[l, j]."""
    for plant in p.offer.plants:
        for platform in p.offer.launchable:
            terms: dict[str, float | Array] = {
                built(car, at): 1.0
                for car, at in pairs(p)
                if at is plant and car.platform == platform.id
            }
            state = {
                f"Z {b.id} {plant.id}": -b.size * CARS
                for b in p.offer.blocks
                if b.platform == platform.id
            }
            yield Row(f"body_bespoke {platform.id} {plant.id}", terms, high=0.0, state=state)


def paint(p: Problem) -> Iterator[Row]:
    """sum of x[c, l] <= paint[l] + sum over j of what its blocks bring."""
    for plant in p.offer.plants:
        brings = {
            f"Z {b.id} {plant.id}": -b.adds_paint * CARS for b in p.offer.blocks if b.adds_paint
        }
        yield Row(f"paint {plant.id}", _made(p, plant), high=plant.paint * CARS, state=brings)


def assembly(p: Problem) -> Iterator[Row]:
    """sum of x[c, l] - o[l] <= assembly[l] + sum over j of what its blocks bring."""
    for plant in p.offer.plants:
        brings = {
            f"Z {b.id} {plant.id}": -b.adds_assembly * CARS
            for b in p.offer.blocks
            if b.adds_assembly
        }
        terms = _made(p, plant) | {f"o {plant.id}": -1.0}
        yield Row(f"assembly {plant.id}", terms, high=plant.assembly * CARS, state=brings)


def committed(p: Problem) -> Iterator[Row]:
    """sum of x[c, l] + shortfall >= what plant l must build."""
    for plant in p.offer.plants:
        if plant.committed > 0:
            terms = _made(p, plant) | {f"idle {plant.id}": 1.0}
            yield Row(f"committed {plant.id}", terms, low=plant.committed * CARS)


def linked(p: Problem) -> Iterator[Row]:
    """sum of x[c, l] over cars of model m <= what l can paint and assemble at most x G[l, m]."""
    for link in p.offer.links:
        plant = next(plant for plant in p.offer.plants if plant.id == link.plant)
        terms: dict[str, float | Array] = {
            built(car, at): 1.0 for car, at in pairs(p) if at is plant and car.model == link.model
        }
        paint = plant.paint + plant.most_blocks * sum(b.adds_paint for b in p.offer.blocks)
        built_most = plant.assembly + plant.overtime
        built_most += plant.most_blocks * sum(b.adds_assembly for b in p.offer.blocks)
        most = min(paint, built_most) * CARS
        state = {f"G {link.plant} {link.model}": -most}
        yield Row(f"linked {link.plant} {link.model}", terms, high=0.0, state=state)


def limited(p: Problem) -> Iterator[Row]:
    """sum over plants of x[c, l], c in a group <= what all lines can build of them."""
    for limit in p.offer.limits:
        terms: dict[str, float | Array] = {
            built(car, plant): 1.0 for car, plant in pairs(p) if car.id in limit.cars
        }
        yield Row(f"limited {limit.id}", terms, high=limit.most * CARS)


def offered(p: Problem) -> Iterator[Row]:
    """sum of q[c, r] over cars of model m on platform k <= greatest demand of m x H[m, k]."""
    for item in p.offer.derivatives:
        terms: dict[str, float | Array] = {
            f"q {car.id} {market}": 1.0
            for car, market in p.shipped
            if (car.model, car.platform) == (item.model, item.platform)
        }
        asked = [np.array(v) for (m, _, _), v in p.demand.cars.items() if m == item.model]
        most = float(np.max(np.sum(asked, axis=0))) * CARS if asked else 0.0
        state = {f"H {item.model} {item.platform}": -most}
        yield Row(f"offered {item.model} {item.platform}", terms, high=0.0, state=state)


def sourced(p: Problem) -> Iterator[Row]:
    """sum over sources of y[c, i] = sum of usage x[c, l] + what partners take."""
    for item in p.offer.components:
        terms: dict[str, float | Array] = {_unit(item, source): 1.0 for source in item.sources}
        for car, plant in pairs(p):
            if usage := item.usage.get(car.powertrain, 0.0):
                terms[built(car, plant)] = -usage
        if item.sold > 0:
            terms[f"sold {item.id}"] = -1.0
        yield Row(f"sourced {item.id}", terms, 0.0, 0.0)


def _unit(component: Component, source: Source) -> str:
    return f"y {component.id} {source.id}"


def source_capacity(p: Problem) -> Iterator[Row]:
    """y[c, i] <= capacity[i] S[c, i]; the source of today has capacity (1 - sum of the others)."""
    for item in p.offer.components:
        others = [source.id for source in item.sources if not source.running]
        for source in item.sources:
            size = source.capacity * CARS
            if source.running:
                state, high = {f"S {item.id} {id}": size for id in others}, size
            else:
                state, high = {f"S {item.id} {source.id}": -size}, 0.0
            terms: dict[str, float | Array] = {_unit(item, source): 1.0}
            name = f"source_capacity {item.id} {source.id}"
            yield Row(name, terms, high=high, state=state)


def take_or_pay(p: Problem) -> Iterator[Row]:
    """y[c, i] + shortfall >= least[i] S[c, i]."""
    for item in p.offer.components:
        for source in item.sources:
            if source.least > 0 and not source.running:
                terms: dict[str, float | Array] = {
                    _unit(item, source): 1.0,
                    f"short {item.id} {source.id}": 1.0,
                }
                state = {f"S {item.id} {source.id}": -source.least * CARS}
                name = f"take_or_pay {item.id} {source.id}"
                yield Row(name, terms, low=0.0, state=state)


class Slot:
    """Years of the nodes that count together in a pool: (n,) target, slope, mass, weight.

    `plug_in` is what a plug-in hybrid counts over its emission.
    """

    def __init__(self, nodes: int) -> None:
        """Begin with no year in any node."""
        self.target, self.slope, self.mass = (np.zeros(nodes) for _ in range(3))
        self.weight, self.premium = np.zeros(nodes), np.zeros(nodes)
        self.plug_in = np.ones(nodes)


def slots(p: Problem, pool: Pool) -> list[Slot]:
    """Return the years of each node in groups that are averaged, the same number for every node.

    A block of years that reaches over two nodes is averaged within each of them; the premium is
    then at most too high. Years with the same rule are one group: their fleet is the same.
    """
    groups = [_groups(p, pool, n) for n in range(p.nodes)]
    found = [Slot(p.nodes) for _ in range(max(len(g) for g in groups))]
    for n in range(p.nodes):
        factors, law = p.discounted(n), p.law(pool, n)
        for slot, years in zip(found, groups[n], strict=False):
            rules = [law.targets[y] for y in years]
            slot.target[n] = np.mean([r.target for r in rules])
            slot.slope[n] = np.mean([r.slope for r in rules])
            slot.mass[n] = np.mean([r.slope * r.reference_mass for r in rules])
            slot.weight[n] = sum(factors[y] for y in years)
            slot.premium[n] = np.mean([r.premium for r in rules])
            slot.plug_in[n] = np.mean([law.plug_in.get(y, 1.0) for y in years])
    return found


def _groups(p: Problem, pool: Pool, node: int) -> list[list[int]]:
    found: dict[object, list[int]] = {}
    law = p.law(pool, node)
    for year in p.years(node):
        block = next((b for b in law.blocks if year in b), None)
        rule = law.targets[year]
        own = (rule.target, rule.slope, rule.reference_mass, rule.premium,
               law.plug_in.get(year, 1.0))  # fmt: skip
        found.setdefault(block or own, []).append(year)
    return list(found.values())


def fleet_co2(p: Problem) -> Iterator[Row]:
    """sum over registered cars of (co2 - T0 - a (M - M0)) q[c, r] - credits <= e, g/km x cars.

    co2 of a plug-in hybrid is times what the law of the node counts it.
    """
    for pool in p.offer.pools:
        for k, slot in enumerate(slots(p, pool)):
            terms: dict[str, float | Array] = {}
            for car, market in p.shipped:
                if market in pool.markets:
                    emission = car.emission * (slot.plug_in if car.plug_in else 1.0)
                    above = emission - slot.target - slot.slope * car.mass + slot.mass
                    terms[f"q {car.id} {market}"] = above * _GRAMS * (slot.weight > 0)
            terms |= {f"e {pool.id} {k}": -1.0, f"credit {pool.id} {k}": -1.0}
            yield Row(f"fleet_co2 {pool.id} {k}", terms, high=0.0)


OPERATE: Mapping[str, Callable[[Problem], Iterator[Row]]] = {
    family.__name__: family
    for family in (
        demand,
        balance_made,
        balance_sold,
        body_running,
        body_bespoke,
        paint,
        assembly,
        committed,
        linked,
        limited,
        offered,
        sourced,
        source_capacity,
        take_or_pay,
        fleet_co2,
    )
}
