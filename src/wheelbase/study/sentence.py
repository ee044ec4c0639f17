"""The answer in words: every number in it is a field of a result, none is typed."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.decide import Answer
from wheelbase.fit import Fit
from wheelbase.study.cars import Cars, bill_year
from wheelbase.study.decision_text import flip_tree, sentence_parts, whom_tree
from wheelbase.study.figures import figure, in_unit, money
from wheelbase.study.load import Study
from wheelbase.study.penalties import Penalties, segment_of
from wheelbase.study.placing import FITTING, Placed, variant_id
from wheelbase.study.planning import Plans

__all__ = ["answer_tree"]


def answer_tree(
    study: Study,
    cars: Cars,
    placed: Mapping[str, Placed],
    penalties: Penalties,
    plans: Plans,
    answer: Answer,
) -> dict[str, Any]:
    """Return the answer: sentence, verdict, confidence, flips, reasons, warnings."""
    return {
        "sentence": " ".join(sentence_parts(study, penalties, answer)),
        "verdict": _verdict(study, cars, placed),
        "which": answer.which,
        "segments": list(answer.segments),
        "confidence": answer.confidence,
        "confidence_share": figure(answer.agreement, "%"),
        "value": money(answer.timing.option_value),
        "flips": [flip_tree(flip) for flip in answer.flips],
        "whom": whom_tree(study, answer),
        "why": list(_why(study, cars, penalties, plans, answer)),
        "warnings": list(_warnings(study, cars)),
    }


def _verdict(study: Study, cars: Cars, placed: Mapping[str, Placed]) -> str:
    """Return what becomes of "in one architecture you can integrate all components"."""
    flexible = study.spec.flexible
    trains = study.spec.powertrains
    own = study.spec.platforms[flexible].powertrains
    body = study.spec.platforms[flexible].bodies[0]
    holds = [n for n in own if placed[variant_id(n, flexible, body)].verdict in FITTING]
    fails = [n for n in own if n not in holds]

    def words(names: list[str]) -> str:
        return ", ".join(trains[n].label or n for n in names)

    text = "'In one architecture you can integrate all components': "
    text += f"holds for {words(holds)}" if holds else "holds for nothing"
    text += f"; fails for {words(fails)}. " if fails else "; fails for none of what it must carry. "
    text += "'You don't have to compromise': "
    shadow = cars.envelopes[flexible].shadow
    prices = {n: p for n, p in shadow.items() if p["usable_length"] > 5e-4}
    if not prices:
        return text + "holds, no powertrain costs the others anything."
    parts = [
        f"the {trains[n].label or n} costs {in_unit(p['usable_length'], 'mm'):.0f} mm of usable "
        f"length and {in_unit(p['battery_energy'], 'kWh'):.1f} kWh of the battery car"
        for n, p in prices.items()
    ]
    return text + f"fails, {'; '.join(parts)}."


def _why(
    study: Study, cars: Cars, penalties: Penalties, plans: Plans, answer: Answer
) -> Iterator[str]:
    """Yield one plain sentence for each cause of the answer."""
    body = next(iter(study.spec.demand.bodies))
    pair = [
        cars.variants[f"{study.spec.electric}@{p}.{body}"]
        for p in (study.spec.flexible, study.spec.bespoke)
    ]
    length, boot, energy = (
        (pair[1].usable_length - pair[0].usable_length, "mm"),
        (pair[1].boot - pair[0].boot, "l"),
        (pair[0].battery_energy - pair[1].battery_energy, "kWh"),
    )
    label = study.spec.bodies[body].label or body
    yield (
        f"At the same outer size ({label}) the bespoke platform gives "
        f"{in_unit(*length):+.0f} mm of usable length and {in_unit(*boot):+.0f} l of boot; for the "
        f"same range the flexible car needs {in_unit(*energy):+.2f} kWh."
    )
    parts = _largest(penalties, segment_of(study, body), bill_year(study))
    yield f"Most of the penalty is {parts}; room is worth what larger cars are sold for."
    need = answer.flips[0].flip
    if need is not None:
        have = answer.flips[0].varied.shown("base")
        yield (
            f"Platform and lines pay back at about EUR {need:,.0f} per battery car; the penalty is "
            f"EUR {have:,.0f}."
        )
    option = in_unit(plans.free.value - plans.never.value, "MEUR")
    now = in_unit(plans.now.value - plans.never.value, "MEUR")
    yield (
        f"Over the scenario tree the freedom to launch is worth EUR {option:,.0f} m "
        f"(gap {in_unit(plans.free.gap, '%'):.2f} %); launching now EUR {now:+,.0f} m."
    )


def _largest(penalties: Penalties, segment: str, year: int) -> str:
    found = penalties.segments[segment].years[year]
    parts = sorted(found.parts, key=lambda p: -abs(p.base))[:2]
    return " and ".join(f"{p.label} (EUR {p.base:,.0f})" for p in parts)


def _warnings(study: Study, cars: Cars) -> Iterator[str]:
    statuses: Mapping[str, int] = _statuses(study)
    share = statuses.get("estimate", 0) / max(sum(statuses.values()), 1)
    yield f"{in_unit(share, '%'):.0f} % of the facts and every assumption are estimates."
    for id, car in cars.variants.items():
        if any(d.shortfall.seconds > 0 for d in car.drives.values()):
            yield f"{id} cannot follow a cycle; the shortfall is in its table."
    raised: dict[str, Fit] = {id: f for id, f in cars.fits.items() if f.seat_raise > 5e-4}
    if raised:
        names = ", ".join(raised)
        most = max(in_unit(f.seat_raise, "mm") for f in raised.values())
        yield f"Seats rise by up to {most:.0f} mm over the battery in {names}."


def _statuses(study: Study) -> dict[str, int]:
    counts: dict[str, int] = {}
    for shelf in study.facts.shelves:
        for origin in shelf.origins.values():
            counts[origin.status] = counts.get(origin.status, 0) + 1
    return counts
