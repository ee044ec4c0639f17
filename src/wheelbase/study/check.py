"""What no single field can see: parts of a study that contradict each other, or are never used."""

from collections.abc import Iterator, Mapping

from wheelbase.catalogue import Body
from wheelbase.errors import DataError
from wheelbase.study.spec import CostSpec, StudySpec
from wheelbase.study.spec_car import PackageSpec
from wheelbase.study.spec_deal import DealSpec, InvestSpec
from wheelbase.study.volumes import experience_of
from wheelbase.units import show

__all__ = [
    "Problem",
    "body_problems",
    "contradictions",
    "deal_problems",
    "segment_problems",
    "unused_keys",
]

_WIDEST = 1.0
"""Yearly spread of a logit or logarithm: a factor of 2.7 from one year to the next."""

_LONGEST = 2.25
"""Length of a car in wheelbases, beyond any."""

Problem = tuple[tuple[str | int, ...], str]


def contradictions(spec: StudySpec) -> list[Problem]:
    """Return every pair of figures or references that cannot both hold, by its place."""
    return [
        *segment_problems(spec),
        *_platforms(spec),
        *_demand(spec),
        *deal_problems(spec.deals),
        *_fitted(spec),
        *_maker(spec),
        *_times(spec),
    ]


def segment_problems(spec: CostSpec) -> Iterator[Problem]:
    """Yield what keeps a segment from being compared."""
    for id, segment in spec.segments.items():
        here = ("segments", id)
        if segment.flexible == segment.bespoke:
            yield (*here, "bespoke"), "is the flexible platform; name another one"
        for key, (train, name, body) in segment.cars.items():
            if spec.powertrains[train].kind != "bev":
                yield here, f"'{train}' is not a bev"
            if train not in spec.platforms[name].powertrains:
                yield (*here, key), f"platform '{name}' does not carry '{train}'"
            if body not in spec.platforms[name].bodies:
                yield (*here, key), f"platform '{name}' does not carry body '{body}'"
    for train in sorted({train for s in spec.segments.values() for train, *_ in s.cars.values()}):
        battery = spec.powertrains[train].battery
        if spec.powertrains[train].kind == "bev" and battery and battery.request.range is None:
            what = "is compared at equal range in a segment; ask for a range, such as '440 km'"
            yield ("powertrains", train, "battery", "request"), what
    if spec.new_cell is not None and (not spec.segments or spec.customer is None):
        yield ("new_cell",), "is weighed in segments by what buyers pay; add segments and customer"
    known = spec.deals if isinstance(spec, StudySpec) else {}
    for id, volume in spec.volumes.items():
        if volume.deal is not None and volume.deal not in known:
            names = ", ".join(known) or "the study has none"
            yield ("volumes", id, "deal"), f"no deal '{volume.deal}'; {names}"
        elif volume.deal is not None and known[volume.deal].type != "codevelop":
            yield ("volumes", id, "deal"), f"'{volume.deal}' pools nothing; name a co-development"
    for id, volume in spec.volumes.items():
        try:
            experience_of(id, volume, None if volume.deal is None else 1.0)
        except DataError as error:
            for what in error.problems:
                yield ("volumes", id), what.removeprefix(f"volumes {id}: ")
    counted = [group for volume in spec.volumes.values() for group in volume.groups]
    for group in sorted({g for g in counted if counted.count(g) > 1}):
        yield ("volumes",), f"'{group}' learns by two of them; give each group one clock"
    if spec.segments and spec.customer is None:
        yield ("segments",), "what buyers pay is missing; add a section customer"


def _platforms(spec: StudySpec) -> Iterator[Problem]:
    if spec.powertrains[spec.electric].kind != "bev":
        yield ("electric",), f"'{spec.electric}' is not a bev; name one that both platforms carry"
    for key in ("flexible", "bespoke"):
        chosen = spec.platforms[getattr(spec, key)]
        if spec.electric not in chosen.powertrains:
            yield (key,), f"platform '{getattr(spec, key)}' does not carry '{spec.electric}'"
        for body in spec.demand.bodies:
            if body not in chosen.bodies:
                yield (key,), f"platform '{getattr(spec, key)}' does not carry body '{body}'"
    if spec.flexible == spec.bespoke:
        yield ("bespoke",), "is the flexible platform; name another one"
    if spec.platforms[spec.bespoke].launch == "running":
        where = ("platforms", spec.bespoke, "launch")
        yield where, "the bespoke platform needs a launch with lead, cost and block, not 'running'"
    weighed = [tuple(s.cars.values()) for s in spec.segments.values()]
    for body in spec.demand.bodies:
        asked = tuple((spec.electric, p, body) for p in (spec.flexible, spec.bespoke))
        if asked not in weighed:
            pair = f"'{spec.electric}' on '{spec.flexible}' and on '{spec.bespoke}'"
            yield ("segments",), f"none compares {pair} in body '{body}', which is sold; add it"
    flexible = spec.platforms[spec.flexible]
    for name in spec.demand.rest:
        if name not in flexible.powertrains:
            where = ("demand", "rest", name)
            yield where, f"is sold, but platform '{spec.flexible}' does not carry it"


def _demand(spec: StudySpec) -> Iterator[Problem]:
    years = list(spec.demand.bev_share)
    if len(years) < 2 or min(years) > spec.finance.first or max(years) < spec.finance.last:
        span = f"{spec.finance.first}..{spec.finance.last}"
        yield ("demand", "bev_share"), f"must reach from the first to the last year, {span}"
    if (high := spec.demand.spread.high) > _WIDEST:
        yield ("demand", "spread"), f"{high:g} a year is beyond any market; at most {_WIDEST:g}"
    for name in spec.demand.rest:
        if spec.powertrains[name].kind == "bev":
            yield ("demand", "rest", name), "is a bev; `rest` shares the cars that are not"


def deal_problems(deals: Mapping[str, DealSpec]) -> Iterator[Problem]:
    """Yield what keeps the partners of a deal from being partners."""
    for id, deal in deals.items():
        here = ("deals", id, "partners")
        if len(deal.partners) < 2:
            yield here, "a deal needs at least two partners"
        named: dict[str, str] = {}
        for member, part in deal.partners.items():
            who = part.partner or str(part.label)
            if who in named:
                what = f"'{who}' is already partner '{named[who]}'; list it once"
                yield (*here, member), what
            named[who] = member
            if part.volume.low < 1:
                spot = (*here, member, "volume")
                yield spot, "must be a car or more at its low too; leave the partner out otherwise"
        for role in ("supplier", "licensor", "investor", "target"):
            name = getattr(deal, role, None)
            if name is not None and name not in deal.partners:
                where = ("deals", id, role)
                yield where, f"'{name}' is no partner; name one of {', '.join(deal.partners)}"
        if isinstance(deal, InvestSpec) and deal.investor == deal.target:
            yield ("deals", id, "target"), "is the investor itself; name another partner"


def _fitted(spec: StudySpec) -> Iterator[Problem]:
    """Yield the powertrains that a deal fits its component to and that are not sold."""
    sold = {spec.electric, *spec.demand.rest}
    for id, deal in spec.deals.items():
        for train in getattr(deal, "fitted", {}):
            if train not in sold:
                what = f"no powertrain '{train}' is sold; {', '.join(sorted(sold))} are"
                yield ("deals", id, "fitted", train), what


def _maker(spec: StudySpec) -> Iterator[Problem]:
    """Yield what keeps the maker from being a partner of every deal."""
    names = list(dict.fromkeys(name for deal in spec.deals.values() for name in deal.partners))
    if not spec.deals and spec.maker is not None:
        yield ("maker",), "is a partner of the deals, and the study has none; leave it out"
    elif spec.deals and spec.maker is None:
        yield ("maker",), f"missing; say whose study it is, one of {', '.join(names)}"
    for id, deal in spec.deals.items():
        if spec.maker is not None and spec.maker not in deal.partners:
            what = f"the maker, '{spec.maker}', is none of them; write it as in `maker`"
            yield ("deals", id, "partners"), what


def _times(spec: StudySpec) -> Iterator[Problem]:
    if spec.finance.last - spec.finance.first < 5:
        yield ("finance", "last"), "the study looks at least five years ahead"
    if spec.finance.first < spec.base.date.year:
        yield ("finance", "first"), f"begins before the day of the study, {spec.base.date}"
    launch = spec.platforms[spec.bespoke].launch
    if launch != "running" and spec.finance.first + int(launch.lead) > spec.finance.last:
        where = ("platforms", spec.bespoke, "launch", "lead")
        yield where, f"its first cars come after the last year, {spec.finance.last}"
    yield from _window(spec)
    yield from _plants(spec)
    yield from _outlook(spec)
    stages = spec.plan.stages
    if len(stages) < 3 or list(stages) != sorted(set(stages)):
        yield ("plan", "stages"), "name at least three years in rising order"
    elif stages[0] != spec.finance.first or stages[-1] > spec.finance.last:
        yield ("plan", "stages"), "must begin in finance.first and end by finance.last"


def _plants(spec: StudySpec) -> Iterator[Problem]:
    """Yield what keeps the plants of the plan from being those of the timing."""
    launch, plants = spec.platforms[spec.bespoke].launch, spec.plan.plants
    if launch == "running" or not plants:
        return
    taken = sum(int(p.most) for p in plants.values())
    if taken != int(launch.block.most):
        what = f"take {taken} blocks, the launch of '{spec.bespoke}' says {launch.block.most:g}"
        yield ("plan", "plants"), f"{what}; let both say the same"


def _outlook(spec: StudySpec) -> Iterator[Problem]:
    """Yield what keeps the markets of the plan from being those of the study."""
    outlook, here = spec.plan.outlook, ("plan", "outlook")
    if outlook is None:
        return
    parts = {id: m.part.value for id, m in outlook.markets.items()}
    if abs(sum(parts.values()) - 1) > 1e-9:
        yield (*here, "markets"), f"the parts sum to {100 * sum(parts.values()):g} %, not to 100 %"
    for id, part in parts.items():
        if part <= 0:
            yield (*here, "markets", id), "has no part of the volume; leave it out"
    for name in ("plug_in_spread", "volume_spread", "price_spread"):
        if (high := getattr(outlook, name).high) > _WIDEST:
            yield (*here, name), f"{high:g} a year is beyond any market; at most {_WIDEST:g}"
    ruled = sum(parts[id] for id, m in outlook.markets.items() if m.regulated)
    if abs(ruled - spec.demand.regulated.value) > 1e-9:
        given = f"{100 * ruled:g} % and demand.regulated {100 * spec.demand.regulated.value:g} %"
        yield (*here, "markets"), f"regulated parts are {given}; let both say the same"
    ways = outlook.regulation
    if ways and outlook.revealed is None:
        yield (*here, "regulation"), "say when it is known which, in `revealed`"
    if not ways and outlook.revealed is not None:
        yield (*here, "revealed"), "there is no regulation to be revealed; leave it out"
    if ways and outlook.revealed not in (None, *spec.plan.stages[1:]):
        stages = ", ".join(map(str, spec.plan.stages[1:]))
        yield (*here, "revealed"), f"must be a stage after the first: {stages}"
    if ways and next(iter(ways.values())).rules != spec.rules:
        yield (*here, "regulation"), f"the first must be the standing one, 'builtin/{spec.rules}'"
    for id, way in ways.items():
        if way.probability.value <= 0:
            yield (*here, "regulation", id), "has no probability; leave it out"
    total = sum(way.probability.value for way in ways.values())
    if ways and abs(total - 1) > 1e-9:
        yield (*here, "regulation"), f"the probabilities sum to {100 * total:g} %, not to 100 %"


def _window(spec: StudySpec) -> Iterator[Problem]:
    first, last = spec.finance.first, spec.finance.last
    decide = spec.decide
    for name in ("earliest", "latest"):
        year = getattr(decide, name)
        if year is not None and not first <= year <= last:
            yield ("decide", name), f"{year} lies outside {first} to {last}; move it inside"
    launch = spec.platforms[spec.bespoke].launch
    if launch != "running" and decide.earliest and decide.earliest + int(launch.lead) >= last:
        what = f"no start from {decide.earliest} on builds a car by {last}; begin earlier"
        yield ("decide", "earliest"), what
    if decide.earliest and decide.latest and decide.earliest > decide.latest:
        yield ("decide", "earliest"), f"lies after latest, {decide.latest}; no year is left"


def body_problems(bodies: Mapping[str, Body]) -> Iterator[Problem]:
    """Yield lengths of a body that cannot belong to one car."""
    for id, body in bodies.items():
        if body.L101 is not None and body.L101 >= body.L103:
            what = f"{show(body.L101, 'mm', 4)} between the axles"
            yield ("bodies", id), f"{what} are no less than its length, {show(body.L103, 'mm', 4)}"
        elif body.L101 is not None and body.L103 > _LONGEST * body.L101:
            what = f"{show(body.L103, 'mm', 4)} are too long for {show(body.L101, 'mm', 4)} between"
            yield ("bodies", id), f"{what} the axles; mend one of them"
        for name in ("H156", "tyre_radius"):
            height = getattr(body, name) * (2 if name == "tyre_radius" else 1)
            if height >= body.H100:
                what = f"reaches as high as the car, {show(body.H100, 'mm', 4)}; mend one of them"
                yield ("bodies", id, name), what


def unused_keys(spec: PackageSpec) -> Iterator[Problem]:
    """Yield what the study defines and never refers to."""
    carried = {name for p in spec.platforms.values() for name in p.powertrains}
    worn = {name for p in spec.platforms.values() for name in p.bodies}
    for name in sorted(spec.powertrains.keys() - carried):
        yield ("powertrains", name), "W-unused-key: on no platform; it changes nothing"
    for name in sorted(spec.bodies.keys() - worn):
        yield ("bodies", name), "W-unused-key: on no platform; it changes nothing"
    held = {train.battery.cell for train in spec.powertrains.values() if train.battery}
    weighed = {spec.new_cell} if isinstance(spec, CostSpec) else set()
    for name in sorted(spec.cells.keys() - held - weighed):
        yield ("cells", name), "W-unused-key: in no battery; it changes nothing"
