"""The plan of a study: what may be built and sold, over the scenario tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from wheelbase.cost import PackPath
from wheelbase.plan import (
    Block,
    Car,
    Demand,
    FleetTarget,
    Grown,
    Law,
    Limit,
    Offer,
    Options,
    Plan,
    Plant,
    PlatformChoice,
    Pool,
    Rehearsal,
    Stability,
    Tree,
    blocks,
    mean_of,
    plan,
    rule_pack,
    share_tree,
    stability,
    target_of,
)
from wheelbase.study.cars import Cars, bespoke_launch
from wheelbase.study.load import Study
from wheelbase.study.outlooks import World, world_of
from wheelbase.study.penalties import Penalties, segment_of
from wheelbase.study.placing import variant_id
from wheelbase.study.sourcing import components_of
from wheelbase.study.spec_money import PlantSpec

__all__ = ["BLOCK", "Plans", "Tested", "offer_of", "plans_of", "tested"]

BLOCK = "line"
"""Name of the line block of the bespoke platform."""
_REGULATED, _ELSEWHERE = "regulated", "elsewhere"
_SEEDS, _FRESH = (1, 2, 3, 4, 5), 6


@dataclass(frozen=True, slots=True)
class Plans:
    """The plan that is free to choose, and those that never and at once launch.

    `alone` is the free plan without the deals, if the study has deals that it may choose.
    `world` is what the tree was grown from, `grown` how, if the study tells its markets apart.
    """

    tree: Tree
    offer: Offer
    demand: Demand
    options: Options
    free: Plan
    never: Plan
    now: Plan
    alone: Plan | None = None
    world: World | None = None
    grown: Grown | None = None

    @property
    def rules(self) -> Mapping[int, FleetTarget]:
        """Year to the fleet rule of the regulated market."""
        return self.offer.pools[0].law.targets


def plans_of(
    study: Study,
    cars: Cars,
    penalties: Penalties,
    shares: Mapping[int, float],
    pack: PackPath,
) -> Plans:
    """Return the plans over the scenario tree.

    Args:
        study: The study.
        cars: Its variants.
        penalties: Of the flexible battery car, by segment and year.
        shares: Year to mean battery share.
        pack: Path of the battery price.

    Raises:
        DataError: A market of the study of which nothing was known on its day.
        SolveError: No plan satisfies all constraints.
    """
    spec, bespoke = study.spec, study.spec.bespoke
    world, grown = None, None
    if spec.plan.outlook:
        world = world_of(study, pack, shares)
        grown = world.grow(spec.plan.outlook.leaves, np.random.default_rng(_SEEDS[0]))
        tree = grown.tree
        demand = world.demand(tree)
    else:
        tree = share_tree(
            spec.plan.stages, spec.finance.last, dict(shares), spec.demand.spread.value,
            spec.plan.branches,
        )  # fmt: skip
        demand = _demand(study, tree)
    offer = offer_of(study, cars, penalties)
    free = Options(
        wacc=spec.finance.wacc.value,
        life=bespoke_launch(study).life.value,
        terminal=spec.finance.terminal.value,
        gap=spec.plan.gap,
        limit=spec.plan.limit,
        least_blocks={BLOCK: int(spec.plan.least_blocks)} if spec.plan.least_blocks else {},
        risk=spec.plan.risk,
    )
    first = spec.plan.stages[0]
    never = replace(free, windows={bespoke: None}, least_blocks={})
    now = replace(free, windows={bespoke: (first, first)}, must=frozenset({bespoke}))
    found = [plan(tree, offer, demand, options) for options in (free, never, now)]
    alone = None
    if offer.components:
        alone = plan(tree, replace(offer, components=()), demand, free)
    return Plans(tree, offer, demand, free, found[0], found[1], found[2], alone, world, grown)


@dataclass(frozen=True, slots=True)
class Tested:
    """How far a plan hangs on its tree.

    Args:
        stability: Of trees of other seeds and sizes.
        ahead: "free" and "now" to what these plans bring beyond never launching on the fresh
            futures: mean and standard error, EUR.
    """

    stability: Stability
    ahead: Mapping[str, tuple[float, float]]


def tested(plans: Plans) -> Tested | None:
    """Return how far the plan hangs on its tree; None without an outlook, or where risk counts.

    Trees of other seeds and up to four times the leaves are planned, and what their plans do is
    played on the same fresh futures. Their mean says nothing of a value that holds the risk.
    """
    world, grown = plans.world, plans.grown
    if world is None or grown is None or plans.options.risk:
        return None
    rehearsal = Rehearsal(
        world.fresh(_FRESH), world.stages, plans.offer, world.demand, plans.options
    )
    found = stability(
        world.grow,
        lambda grown: plan(grown.tree, plans.offer, world.demand(grown.tree), plans.options),
        rehearsal.play,
        _SEEDS,
        (world.spec.leaves, 4 * world.spec.leaves),
        chance=rehearsal.chance,
    )
    never = rehearsal.play(grown, plans.never)
    ahead = {
        name: mean_of(rehearsal.play(grown, chosen) - never, rehearsal.chance)
        for name, chosen in (("free", plans.free), ("now", plans.now))
    }
    return Tested(found, ahead)


def offer_of(study: Study, cars: Cars, penalties: Penalties) -> Offer:
    """Return what the maker of a study may build and sell."""
    spec, launch = study.spec, bespoke_launch(study)
    years = range(spec.finance.first, spec.finance.last + 1)
    found = tuple(_cars(study, cars, penalties, years))
    flexible = frozenset(c.id for c in found if c.platform == spec.flexible)
    electric = frozenset(c.id for c in found if c.powertrain == spec.electric)
    outlook = spec.plan.outlook
    ruled = [id for id, m in outlook.markets.items() if m.regulated] if outlook else [_REGULATED]
    return Offer(
        cars=found,
        platforms=(
            PlatformChoice(id=spec.flexible, running=True),
            PlatformChoice(
                id=spec.bespoke, development=launch.development.value, lead=int(launch.lead)
            ),
        ),
        plants=tuple(_plants(study)),
        blocks=(
            Block(
                id=BLOCK,
                platform=spec.bespoke,
                size=launch.block.size,
                invest=launch.block.invest.value,
                fixed=launch.block.fixed.value,
                takes=launch.block.size,
            ),
        ),
        limits=(
            Limit(
                id="battery cars on flexible lines",
                cars=flexible & electric,
                most=spec.plan.flexible_capacity.value,
            ),
        ),
        components=components_of(study),
        pools=(
            Pool(
                id="fleet",
                markets=frozenset(ruled),
                law=_law(study, spec.rules, years),
                branches={
                    id: _law(study, way.rules, years)
                    for id, way in (outlook.regulation if outlook else {}).items()
                },
            ),
        ),
    )


def _law(study: Study, id: str, years: range) -> Law:
    """Return a rule over the years, for emissions under the NEDC and masses in running order."""
    pack = rule_pack(study.facts, id)
    rule = pack.rule
    constant = study.facts.vehicle_constant["wltp-over-nedc"].value
    margin = rule.test_mass_margin or 0.0
    return Law(
        targets={year: target_of(rule, year).as_nedc(constant, margin) for year in years},
        blocks=tuple(block for block in blocks(rule, years) if len(block) > 1),
        plug_in={year: pack.plug_in(year)[1] for year in years},
    )


def _cars(study: Study, cars: Cars, penalties: Penalties, years: range) -> Iterator[Car]:
    """Yield every car that is sold, on the platforms that carry it."""
    spec = study.spec
    margin = spec.demand.contribution.value
    constant = study.facts.vehicle_constant["wltp-over-nedc"].value
    driver = study.facts.mass_constant["driver"].value
    platforms: dict[str, tuple[str, ...]] = dict.fromkeys(spec.demand.rest, (spec.flexible,))
    platforms[spec.electric] = (spec.flexible, spec.bespoke)
    for body in spec.demand.bodies:
        lost = penalties.segments[segment_of(study, body)].years
        for train, carried in platforms.items():
            for platform in carried:
                car = cars.variants[variant_id(train, platform, body)]
                charged = train == spec.electric and platform == spec.flexible
                yield Car(
                    id=car.id,
                    model=body,
                    powertrain=train,
                    platform=platform,
                    contribution={
                        y: margin - (lost[y].quantiles[1] if charged else 0.0) for y in years
                    },
                    emission=car.certificates["wltp"].co2 / constant,
                    mass=car.curb_mass + driver,
                    plug_in=spec.powertrains[train].kind == "phev",
                    cells=car.battery_energy,
                )


def _plants(study: Study) -> Iterator[Plant]:
    spec = study.spec
    if not spec.plan.plants:
        whole = spec.demand.volume.value
        most = int(bespoke_launch(study).block.most)
        yield Plant(id="lines", body=whole, paint=whole, assembly=whole, most_blocks=most)
    for id, given in spec.plan.plants.items():
        yield _plant(id, given)


def _plant(id: str, given: PlantSpec) -> Plant:
    body = given.body.value
    assembly = given.assembly.value if given.assembly else body
    overtime = given.overtime.value if given.overtime else 0.0
    return Plant(
        id=id,
        body=body,
        paint=given.paint.value if given.paint else body,
        assembly=assembly,
        most_blocks=int(given.most),
        overtime=overtime * assembly,
        overtime_cost=given.overtime_cost.value if given.overtime_cost else 0.0,
        builds=frozenset(given.bodies),
    )


def _demand(study: Study, tree: Tree) -> Demand:
    """Return what buyers ask for in every node: the same shares under the rule and elsewhere."""
    spec = study.spec
    regulated = spec.demand.regulated.value
    markets = {_REGULATED: regulated, _ELSEWHERE: 1 - regulated}
    share = np.array(tree.share)
    found = {}
    for body, part in spec.demand.bodies.items():
        trains = {train: (1 - share) * rest for train, rest in spec.demand.rest.items()}
        trains[spec.electric] = share
        for train, sold in trains.items():
            for market, of in markets.items():
                cars = spec.demand.volume.value * part * of * sold
                found[body, train, market] = tuple(float(v) for v in cars)
    return Demand(cars=found)
