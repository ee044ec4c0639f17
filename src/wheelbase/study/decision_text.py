"""The decision in plain words: every number in it is a field of a result, none is typed."""

from collections.abc import Iterator
from typing import Any

from wheelbase.decide import Answer, Flip, Which
from wheelbase.study.cars import bill_year
from wheelbase.study.figures import in_unit, money, rounded
from wheelbase.study.load import Study
from wheelbase.study.penalties import Penalties
from wheelbase.study.tree_decision import WAY_WORDS

__all__ = ["flip_tree", "sentence_parts", "whom_tree"]

_WORDS = {
    "flexible": "Keep the flexible architecture",
    "bespoke_now": "Start the bespoke EV platform now",
    "switch": "Keep the flexible architecture for now and switch to a bespoke EV platform",
}
_UNITS = {
    "EUR": "EUR {:z,.0f} per car",
    "MEUR": "EUR {:z,.0f} m",
    "k/yr": "{:z,.0f} thousand a year",
}


def sentence_parts(study: Study, penalties: Penalties, answer: Answer) -> Iterator[str]:
    """Yield the parts of the sentence: how flat, which, when with its distribution, why, flips."""
    yield from _flat(answer)
    agree = f"{in_unit(answer.agreement, '%'):.0f} %"
    yield f"{_which(study, answer)} ({answer.confidence}: best in {agree} of"
    yield f"{answer.robustness.draws} draws over all assumptions):"
    at = penalties.years.index(bill_year(study))
    low, high = (rounded(float(v), 3) for v in penalties.deciles[at])
    middle = rounded(float(penalties.middle[at]), 3)
    more = "more" if middle >= 0 else "less"
    low, high = (low, high) if middle >= 0 else (-high, -low)
    yield f"a battery car is worth EUR {abs(middle):z,.0f} {more} on a bespoke platform"
    yield f"({low:z,.0f} to {high:z,.0f}, 10 to 90 %), and"
    yield from _when(answer)
    yield from _worth(answer)
    yield from _causes(answer)
    yield from _turns(answer)
    if answer.whom is not None:
        names = study.spec.deals[answer.whom.deal].partners
        others = " and ".join(names[p].name(study.facts) for p in answer.whom.partners)
        maker = names[str(study.spec.maker)].name(study.facts)
        saving = in_unit(answer.whom.saving, "MEUR")
        component = study.spec.deals[answer.whom.deal].component
        yield f"Either way share the {component} with {others}:"
        yield f"it saves {maker} EUR {saving:z,.0f} m."


def _which(study: Study, answer: Answer) -> str:
    first = answer.ways[0].start
    if answer.which == "bespoke_now" and first not in (None, study.spec.finance.first):
        return f"Start the bespoke EV platform in {first}, as soon as it may"
    if answer.which != "mixed":
        return _WORDS[answer.which]
    names = " and ".join(study.spec.bodies[s].label or s for s in answer.segments)
    return f"Move the {names} to a bespoke EV platform and keep all other cars flexible"


def _flat(answer: Answer) -> Iterator[str]:
    """Yield what must be said first: that others do as well."""
    flat = answer.flat
    if flat.years:
        yield f"The optimum is flat: a fixed start in any year from {flat.years[0]} to"
        yield f"{flat.years[-1]} loses less than 2 %."
    if flat.ways:
        yield f"To {_names(flat.ways)} is worth the same within 2 % of what is at stake."
    noise = [w for w in flat.noise if w not in flat.ways]
    if noise:
        yield f"Within the noise of the assumptions one may as well {_names(noise)}."


def _names(ways: Any) -> str:
    return " or ".join(WAY_WORDS[way] for way in ways)


def _when(answer: Answer) -> Iterator[str]:
    t = answer.timing
    never = in_unit(t.never, "%")
    if t.p50 is None:
        yield f"the programme is never started in {never:.0f} % of futures."
        return
    span = f"{t.p10} / {t.p50} / {t.p90 or 'never'} (10 / 50 / 90 %)"
    yield f"the programme starts in {span}, never in {never:.0f} % of futures; cars follow"
    yield f"{t.lead} years later."


def _worth(answer: Answer) -> Iterator[str]:
    best, *others = answer.ways
    low, _, high = (in_unit(v, "MEUR") for v in best.quantiles)
    if answer.which != "flexible":
        yield f"It is worth EUR {in_unit(best.value, 'MEUR'):z,.0f} m against staying flexible for"
        yield f"ever ({low:z,.0f} to {high:z,.0f} m)."
    if others:
        other = others[0]
        low, _, high = (in_unit(v, "MEUR") for v in other.behind_quantiles)
        wins = in_unit(other.wins, "%")
        less = in_unit(other.behind, "MEUR")
        yield f"Second best is to {_way(other.way, other.start)}: EUR {less:z,.0f} m less"
        yield f"({low:z,.0f} to {high:z,.0f} m), best in {wins:.0f} % of the draws."


def _way(way: Which, start: int | None) -> str:
    when = f", in {start}" if start is not None and way != "bespoke_now" else ""
    return WAY_WORDS[way] + when


def _causes(answer: Answer) -> Iterator[str]:
    if answer.causes is None:
        return
    pro = [c for c in answer.causes.causes if c.share > 0.5e6]
    con = [c for c in answer.causes.causes if c.share < -0.5e6]

    def listed(found: Any) -> str:
        ordered = sorted(found, key=lambda c: -abs(c.share))
        return ", ".join(
            f"{c.label} (EUR {abs(in_unit(c.share, 'MEUR')):z,.0f} m)" for c in ordered
        )

    start = f"a start in {answer.causes.year}"
    if answer.which == "mixed":
        start = f"moving all segments in {answer.causes.year}"
    if pro:
        yield f"For {start} speak {listed(pro)}{';' if con else '.'}"
    if con:
        yield f"{'against it' if pro else f'Against {start} speak'} {listed(con)}."


def _turns(answer: Answer) -> Iterator[str]:
    found = []
    for flip in answer.flips:
        if flip.flip is None:
            continue
        value = flip.flip * flip.varied.scale
        unit = _UNITS.get(flip.varied.unit, "{:g} " + flip.varied.unit)
        unit = "{:g}" if flip.varied.unit == "-" else unit
        base = flip.varied.shown("base")
        word = "above" if value > base else "below"
        found.append(f"the {flip.varied.label} {word} {unit.format(rounded(value, 3))}")
    if found:
        yield f"It would flip with {', or '.join(found)}."
    maps = [m for m in (answer.map, answer.further_map) if m is not None and m.crosses]
    if maps:
        boxes = " and of ".join(f"{m.x.label} and {m.y.label}" for m in maps)
        yield f"The study's own intervals of {boxes} hold both answers."


def flip_tree(flip: Flip) -> dict[str, Any]:
    """Return where an input turns the answer."""
    v = flip.varied
    ends = {which: rounded(v.shown(which), 5) for which in ("low", "base", "high")}
    return {
        "input": v.name,
        "label": v.label,
        "unit": v.unit,
        **ends,
        "flip": None if flip.flip is None else rounded(flip.flip * v.scale, 4),
        "reason": "" if flip.flip is not None else "nothing in the searched range turns it",
        "searched": [rounded(s * v.scale, 4) for s in flip.searched],
    }


def whom_tree(study: Study, answer: Answer) -> dict[str, Any] | None:
    """Return the best deal with its partners by name; None where the study has none."""
    if answer.whom is None:
        return None
    names, maker = study.spec.deals[answer.whom.deal].partners, str(study.spec.maker)
    return {
        "deal": answer.whom.deal,
        "maker": maker,
        "maker_name": names[maker].name(study.facts),
        "rule": answer.whom.rule,
        "partners": [names[p].name(study.facts) for p in answer.whom.partners],
        "saving": money(answer.whom.saving),
        "stable": answer.whom.stable,
    }
