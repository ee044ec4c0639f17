"""Results tree of the plan: what it is worth, what it does in each node, what it rests on."""

from typing import Any

from wheelbase.plan import Plan, Plant
from wheelbase.study.figures import figure, in_unit, money, rounded
from wheelbase.study.outlooks import World
from wheelbase.study.planning import Plans, Tested

__all__ = ["plan_tree", "stability_tree"]


def plan_tree(plans: Plans) -> dict[str, Any]:
    """Return the plan with value, bound and gap, and what is done in each node."""
    p = plans.free
    return {
        "value": money(p.value),
        "bound": money(p.bound),
        "gap": figure(p.gap, "%"),
        "status": p.status.value,
        "method": p.method.value,
        "risk": plans.options.risk,
        "never": _bounded(plans.never),
        "now": _bounded(plans.now),
        "option": _ahead(p, plans.never),
        "deals": None if plans.alone is None else _ahead(p, plans.alone),
        "launch_probability": figure(sum(p.launch_probability.values()), "%"),
        "terminal_share": figure(p.terminal_share, "%"),
        "size": {"columns": p.columns, "rows": p.rows, "integers": p.integers},
        "solver": p.solver,
        "stages": len(set(plans.tree.stage)),
        "cars": [
            {
                "id": c.id,
                "platform": c.platform,
                "emission": figure(c.emission, "g/km"),
                "mass": figure(c.mass, "kg"),
            }
            for c in plans.offer.cars
        ],
        "plants": [_plant(plant) for plant in plans.offer.plants],
        "targets": {str(year): _target(plans, year) for year in plans.rules},
        "nodes": [_node(plans, n) for n in range(len(p.nodes))],
        "leaves_out": list(p.leaves_out),
        "outlook": _world(plans.world),
        "stability": None,
    }


def _ahead(p: Plan, other: Plan) -> dict[str, Any]:
    """Return by how much a plan is worth more than another one, between what both bounds allow."""
    return money(p.value - other.value, p.value - other.bound, p.bound - other.value)


def _bounded(p: Plan) -> dict[str, Any]:
    return {"value": money(p.value), "bound": money(p.bound), "gap": figure(p.gap, "%")}


def _target(plans: Plans, year: int) -> dict[str, Any]:
    rule = plans.rules[year]
    return {
        "target": figure(rule.target, "g/km", status="derived"),
        "premium_eur_per_g_km": rounded(rule.premium * 1e-6),
    }


def _node(plans: Plans, n: int) -> dict[str, Any]:
    node, tree = plans.free.nodes[n], plans.tree
    law = plans.offer.pools[0].law_in(tree.branch, n)
    made: dict[str, float] = dict.fromkeys(("combustion", "flexible", "bespoke"), 0.0)
    plants: dict[str, float] = {}
    running = {p.id for p in plans.offer.platforms if p.running}
    electric = {car for limit in plans.offer.limits for car in limit.cars}
    for car in plans.offer.cars:
        kind = "flexible" if car.id in electric else "combustion"
        for plant in plans.offer.plants:
            built = node.production.get((car.id, plant.id), 0.0)
            made[kind if car.platform in running else "bespoke"] += built
            plants[plant.id] = plants.get(plant.id, 0.0) + built
    made["lost"] = sum(node.lost.values())
    return {
        "id": n,
        "parent": tree.parent[n],
        "stage": tree.stage[n],
        "start": tree.start[n],
        "end": tree.start[n] + tree.years[n] - 1,
        "probability": rounded(tree.probability[n]),
        "rules": tree.branch[n] if tree.branch else None,
        "co2_target": figure(law.targets[tree.start[n]].target, "g/km"),
        "bev_share_percent": in_unit(tree.share[n], "%"),
        "launch": bool(node.launches),
        "blocks": sum(node.blocks.values()),
        "standing": sum(node.standing.values()),
        "changes": list(node.changes),
        "units_k": {f"{c} {s}": in_unit(v, "k/yr") for (c, s), v in node.units.items()},
        "blocks_by_plant": {plant: count for (_, plant), count in node.blocks.items()},
        "production_k": {name: in_unit(cars, "k/yr") for name, cars in made.items()},
        "plants_k": {name: in_unit(cars, "k/yr") for name, cars in plants.items()},
        "premium_meur": in_unit(sum(node.premiums.values()), "MEUR"),
        "prices": {
            name: rounded(price, 4)
            for name, price in node.prices.items()
            if name.startswith(_PRICED) and abs(price) > 1e-9
        },
    }


_PRICED = ("body_", "paint ", "assembly ", "limited ", "fleet_co2 ")
"""Rows whose price is shown: what one unit more of a capacity, or of CO2, is worth."""


def _plant(plant: Plant) -> dict[str, Any]:
    return {
        "id": plant.id,
        "body": figure(plant.body, "k/yr"),
        "paint": figure(plant.paint, "k/yr"),
        "assembly": figure(plant.assembly, "k/yr"),
        "overtime": figure(plant.overtime, "k/yr"),
        "blocks": plant.most_blocks,
        "builds": sorted(plant.builds),
    }


def stability_tree(tested: Tested | None) -> dict[str, Any] | None:
    """Return how far the plan hangs on its tree; None where it was not tested."""
    if tested is None:
        return None
    found = tested.stability
    return {
        "sentence": found.verdict,
        "stable": found.is_stable,
        "interval": [in_unit(end, "MEUR") for end in found.interval],
        "ahead_of_never": {
            name: {"mean_meur": in_unit(mean, "MEUR"), "error_meur": in_unit(error, "MEUR")}
            for name, (mean, error) in tested.ahead.items()
        },
        "rounds": [
            {
                "leaves": r.leaves,
                "trees": len(r.values),
                "in_sample_percent": in_unit(r.in_sample, "%"),
                "out_of_sample_percent": in_unit(r.out_of_sample, "%"),
                "optimism_percent": in_unit(r.optimism, "%"),
                "error_percent": in_unit(max(r.errors) / abs(min(r.means, key=abs)), "%"),
            }
            for r in found.rounds
        ],
    }


def _world(world: World | None) -> dict[str, Any] | None:
    """Return the markets apart, and what their outlook rests on."""
    if world is None:
        return None
    outlook, expected = world.outlook, world.expected
    return {
        "years": list(outlook.years),
        "markets": [
            {
                "id": m.name,
                "name": world.study.facts.market[m.name].name,
                "part": figure(world.spec.markets[m.name].part.value, "%"),
                "bev_share_percent": [in_unit(v, "%") for v in m.bev],
                "plug_in_share_percent": [in_unit(v, "%") for v in m.phev],
                "extrapolated_from": min(expected.extrapolated[f"bev/{m.name}"], default=None),
                "like": expected.borrowed.get(m.name),
                "split_percent": _percent(expected.split.get(m.name)),
            }
            for m in outlook.markets
        ],
        "shift": [rounded(float(v), 4) for v in world.shift],
        "regulation": [
            {"id": r.name, "probability": figure(r.probability, "%"), "lift": r.lift}
            for r in outlook.regulation
        ],
        "revealed": outlook.revealed,
        "statements": [
            {
                "fact": s.fact,
                "by": s.by,
                "made": s.made.isoformat(),
                "market": s.market,
                "kind": s.kind,
                "year": s.year,
                "value": rounded(s.value),
                "past": s.past,
            }
            for s in expected.statements
            if not s.past
        ],
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else in_unit(share, "%")
