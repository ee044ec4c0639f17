"""The decision as plain data: ways, timing, causes, values, maps, tornado, regret, truths."""

from collections.abc import Mapping
from typing import Any

from wheelbase.decide import (
    Answer,
    BreakEven,
    Causes,
    Priced,
    Renewal,
    Swing,
    Timing,
    Truth,
    Varied,
    WayValue,
)
from wheelbase.study.figures import figure, in_unit, money, rounded

__all__ = ["WAY_WORDS", "decision_tree"]

WAY_WORDS = {
    "flexible": "keep the flexible architecture",
    "bespoke_now": "start the bespoke EV platform now",
    "switch": "switch to a bespoke EV platform later",
    "mixed": "move some segments, keep the others flexible",
}


def decision_tree(answer: Answer) -> dict[str, Any]:
    """Return ways, timing, causes, values, maps, tornado, regret, robustness and truths."""
    further = answer.further_map
    regret = answer.regret
    return {
        "ways": [_way(w, answer) for w in answer.ways],
        "flat": {
            "years": list(answer.flat.years),
            "ways": list(answer.flat.ways),
            "noise": list(answer.flat.noise),
        },
        "timing": _timing(answer.timing),
        "causes": None if answer.causes is None else _causes(answer.causes),
        "values": [_priced(p) for p in answer.values],
        "stages": {
            "eev": money(answer.stages.mean),
            "rp": money(answer.stages.optimal),
            "ws": money(answer.stages.foreseen),
            "ws_error": money(answer.stages.error),
            "mean_year": answer.stages.mean_year,
        },
        "renewal": _renewal(answer.renewal),
        "break_even": _map(answer.map),
        "further_map": None if further is None else _map(further),
        "tornado": [_swing(s) for s in answer.swings],
        "tornado_year": answer.swing_year,
        "truths": [_truth(t) for t in answer.truths],
        "regret": {
            "policies": list(regret.policies),
            "futures": list(regret.futures),
            "regret": [[in_unit(v, "MEUR") for v in row] for row in regret.regret],
            "expected": [in_unit(v, "MEUR") for v in regret.expected],
            "won_percent": [in_unit(v, "%") for v in regret.won],
            "minimax": regret.policies[regret.minimax],
        },
        "robustness": {
            "draws": answer.robustness.draws,
            "shares_percent": _percent(answer.robustness.shares),
            "median_years_percent": _percent(answer.robustness.medians),
        },
    }


def _percent(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: in_unit(share, "%") for name, share in shares.items()}


def _way(w: WayValue, answer: Answer) -> dict[str, Any]:
    low, middle, high = w.quantiles
    behind_low, behind_middle, behind_high = w.behind_quantiles
    return {
        "way": w.way,
        "label": WAY_WORDS[w.way],
        "segments": list(w.segments),
        "start": w.start,
        "value": money(w.value, low, high),
        "median": money(middle),
        "behind": money(w.behind, behind_low, behind_high),
        "behind_median": money(behind_middle),
        "wins_percent": in_unit(w.wins, "%"),
        "is_best": w.way == answer.which,
    }


def _timing(t: Timing) -> dict[str, Any]:
    starts = t.production
    return {
        "years": list(t.years),
        "decision": [rounded(v) for v in t.decision],
        "production": {
            "lead": t.lead,
            "years": list(starts),
            "probability": [rounded(v) for v in starts.values()],
            **{f"p{level}": _plus(getattr(t, f"p{level}"), t.lead) for level in (10, 50, 90)},
        },
        "never": figure(t.never, "%"),
        "p10": t.p10,
        "p50": t.p50,
        "p90": t.p90,
        "option_value": money(t.option_value),
        "waiting_value": money(t.waiting_value),
        "adaptivity": money(t.adaptivity),
        "window": list(t.window) if t.window else None,
        "fixed": {
            "years": list(t.fixed),
            "value": [in_unit(v, "MEUR") for v in t.fixed.values()],
            "unit": "MEUR",
        },
        "trigger": {
            "years": list(t.trigger),
            "share_percent": [in_unit(v, "%") for v in t.trigger.values()],
        },
    }


def _plus(year: int | None, lead: int) -> int | None:
    return None if year is None else year + lead


def _causes(found: Causes) -> dict[str, Any]:
    def when(t: Timing) -> dict[str, Any]:
        return {
            "p10": t.p10,
            "p50": t.p50,
            "p90": t.p90,
            "never_percent": in_unit(t.never, "%"),
            "option": money(t.option_value),
        }

    return {
        "year": found.year,
        "gain": money(found.gain),
        "with_all": when(found.with_all),
        "kinds_meur": {
            kind: in_unit(found.kind(kind), "MEUR") for kind in ("speed", "cost", "packaging")
        },
        "causes": [
            {
                "id": c.id,
                "label": c.label,
                "kind": c.kind,
                "share_meur": in_unit(c.share, "MEUR"),
                "without_it_meur": in_unit(c.change, "MEUR"),
                "without": when(c.without),
            }
            for c in found.causes
        ],
    }


def _priced(p: Priced) -> dict[str, Any]:
    return {
        "id": p.id,
        "label": p.label,
        "value": money(p.value, p.low, p.high) if p.over else money(p.value),
        "over": p.over,
    }


def _renewal(r: Renewal) -> dict[str, Any]:
    due = sum(r.due.values())
    return {
        "life": r.life,
        "worth": money(r.worth),
        "due_percent": in_unit(due, "%"),
        "given_up_percent": in_unit(sum(r.given_up.values()), "%"),
        "years": list(r.due),
        "due": [rounded(v) for v in r.due.values()],
        "given_up": [rounded(v) for v in r.given_up.values()],
    }


def _axis(v: Varied, values: tuple[float, ...]) -> dict[str, Any]:
    ends = {which: rounded(v.shown(which), 5) for which in ("low", "base", "high")}
    scaled = [rounded(x * v.scale, 5) for x in values]
    return {"input": v.name, "label": v.label, "unit": v.unit, "values": scaled, **ends}


def _map(m: BreakEven) -> dict[str, Any]:
    return {
        "x": _axis(m.x, m.x_values),
        "y": _axis(m.y, m.y_values),
        "median_year": [list(row) for row in m.median],
        "never": [[rounded(v, 4) for v in row] for row in m.never],
        "line": [[rounded(x * m.x.scale, 5), rounded(y * m.y.scale, 5)] for x, y in m.line],
        "crosses": m.crosses,
    }


def _swing(s: Swing) -> dict[str, Any]:
    v = s.varied
    return {
        "input": v.name,
        "label": v.label,
        "unit": v.unit,
        **{which: rounded(v.shown(which), 5) for which in ("low", "base", "high")},
        "value_low": in_unit(s.value_low, "MEUR"),
        "value_high": in_unit(s.value_high, "MEUR"),
        "gain_low": in_unit(s.gain_low, "MEUR"),
        "gain_high": in_unit(s.gain_high, "MEUR"),
        "decision_low": str(s.year_low) if s.year_low else "never",
        "decision_high": str(s.year_high) if s.year_high else "never",
    }


def _truth(t: Truth) -> dict[str, Any]:
    def moves(found: Any) -> list[dict[str, Any]]:
        return [
            {
                "input": m.varied.name,
                "label": m.varied.label,
                "unit": m.varied.unit,
                "halves": rounded(m.halves, 3),
                "base": rounded(m.varied.shown("base"), 5),
                "value": rounded(m.value * m.varied.scale, 5),
            }
            for m in found
        ]

    return {
        "way": t.way,
        "label": WAY_WORDS[t.way],
        "joint": None if t.joint is None else rounded(t.joint, 3),
        "moved": moves(t.moved),
        "singles": moves(t.singles),
        "searched": t.searched,
    }
