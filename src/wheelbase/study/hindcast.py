"""Hindcasts: forecast from what was registered, then open the outcomes and score."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from wheelbase.decide import Case, Forecast, Outcome, forecast, path_value, score_decision
from wheelbase.decide import verdict as judged
from wheelbase.decide.score import DecisionScore, crps, interval
from wheelbase.errors import DataError
from wheelbase.prices import Prices
from wheelbase.study.field import Model
from wheelbase.study.figures import in_unit, rounded
from wheelbase.study.hindcast_spec import (
    OUTCOMES,
    PACK,
    SHARE,
    TIERS,
    CaseSpec,
    DocumentSpec,
    Registered,
    case_of,
    load_model,
)
from wheelbase.study.read import read
from wheelbase.units import parse

__all__ = ["Forecasts", "HappenedSpec", "OutcomesSpec", "forecasts", "outcomes", "scored"]

Array = NDArray[np.float64]

_RANKS = (np.arange(200) + 0.5) / 200


class HappenedSpec(Model):
    """What became of one decision.

    `known` is the last year of which is known whether it was decided; `hypotheses` are possible
    reasons for a disagreement, none of them tested.
    """

    what: str
    decided: int | None = None
    started: int | None = None
    known: int
    documents: tuple[DocumentSpec, ...]
    bev_share: dict[int, str] = Field(default_factory=dict)
    hypotheses: tuple[str, ...]


class OutcomesSpec(Model):
    """The file of what happened, read when everything has been forecast."""

    hindcast: Literal["outcomes"]
    cases: dict[str, HappenedSpec]
    pack_price: dict[int, str]
    documents: tuple[DocumentSpec, ...]


@dataclass(frozen=True, slots=True)
class Forecasts:
    """The forecasts of the registered cases, by case and tier; no outcome is in them."""

    registered: Registered
    cases: Mapping[str, Mapping[str, tuple[Case, Forecast]]] = field(repr=False)


def forecasts(
    registered: Registered,
    maker: str | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Forecasts:
    """Return the forecasts of all makers, or of one, in every tier that it has.

    Args:
        registered: The inputs.
        maker: That maker alone.
        say: Takes a line as each case is done.

    Raises:
        DataError: No such maker (near misses are named), or one that is not scored.
    """
    makers = sorted({spec.maker for spec in registered.cases.values()})
    if maker is not None and maker not in makers:
        if reason := registered.common.not_scored.get(maker):
            raise DataError(f"maker {maker!r}: not scored: {reason}; one of {', '.join(makers)}")
        near = get_close_matches(maker, makers, n=1) or makers
        raise DataError(f"no maker {maker!r}; did you mean {', '.join(near)}?")
    found: dict[str, dict[str, tuple[Case, Forecast]]] = {}
    for id, spec in registered.cases.items():
        if maker not in (None, spec.maker):
            continue
        tiers = [t for t in TIERS if t == "strict" or spec.engineering is not None]
        cases = {tier: case_of(registered.common, spec, tier) for tier in tiers}
        found[id] = {tier: (case, forecast(case)) for tier, case in cases.items()}
        say(f"{spec.label}: {registered.common.draws} draws in {' and '.join(tiers)}")
    return Forecasts(registered, found)


def outcomes(folder: Path) -> OutcomesSpec:
    """Return what happened, from the folder's file of outcomes.

    Raises:
        DataError: No such file, or every problem of it.
    """
    document = read(folder / OUTCOMES)
    return load_model(OutcomesSpec, document)


def scored(found: Forecasts, happened: OutcomesSpec, prices: Prices) -> dict[str, Any]:
    """Return the forecasts as plain data, with what happened, the scores and the verdicts.

    Raises:
        DataError: A case without an outcome.
    """
    if missing := [id for id in found.cases if id not in happened.cases]:
        raise DataError([f"{OUTCOMES}: cases.{id}: missing; say what happened" for id in missing])
    common = found.registered.common
    return {
        "registered": found.registered.hash,
        "draws": common.draws,
        "horizon": common.horizon,
        "failure": common.failure.text,
        "not_scored": dict(common.not_scored),
        "cases": {
            id: _case(found.registered, id, tiers, happened, prices)
            for id, tiers in found.cases.items()
        },
    }


def _case(
    registered: Registered,
    id: str,
    tiers: Mapping[str, tuple[Case, Forecast]],
    happened: OutcomesSpec,
    prices: Prices,
) -> dict[str, Any]:
    spec, what = registered.cases[id], happened.cases[id]
    return {
        "maker": spec.maker,
        "label": spec.label,
        "question": spec.question,
        "vantage": spec.vantage,
        "failure_rule": spec.failure,
        "happened": {
            "what": what.what,
            "decided": what.decided,
            "started": what.started,
            "known_to": what.known,
            "hypotheses": list(what.hypotheses),
        },
        "tiers": {t: _tier(registered, spec, what, *pair) for t, pair in tiers.items()},
        "not_run": {} if spec.engineering else {"engineering": spec.engineering_missing},
        "pack_price": _packs(spec, happened, prices),
    }


def _tier(
    registered: Registered, spec: CaseSpec, what: HappenedSpec, case: Case, found: Forecast
) -> dict[str, Any]:
    common = registered.common
    outcome = Outcome(what.decided, what.known)
    first, count, draws = found.years[0], common.horizon, common.draws
    actual = {year: parse(text, SHARE) for year, text in sorted(what.bev_share.items())}
    demand = _demand(found, actual)
    inside = [bool(d["inside"]) for d in demand]
    last = first + common.failure.within - 1
    verdict = judged(common.rule, found.decision, first, outcome, (inside, found.label == "firm"))
    even = np.full(count, 1 / (count + 1))
    rivals = {
        "model": found.decision,
        "uniform": even,
        "never": np.zeros(count),
        "now": np.eye(count)[0],
        "trigger": found.triggered,
    }
    scores = {n: score_decision(d, first, outcome, count, draws) for n, d in rivals.items()}
    tree = {
        "decision": _quantiles(found.quantiles(), found.never),
        "by_year": {
            str(y): rounded(float(p), 4) for y, p in zip(found.years, found.decision, strict=True)
        },
        "start": _quantiles(found.starts(), 1 - sum(found.start.values())),
        "at_once": rounded(found.at_once, 4),
        "within_rule": rounded(float(found.decision[: common.failure.within].sum()), 4),
        "ways": {way: rounded(share, 4) for way, share in found.shares.items()},
        "label": found.label,
        "option_meur": [rounded(in_unit(v, "MEUR"), 4) for v in found.option],
        "window": found.window,
        "scores": {name: _score(score) for name, score in scores.items()},
        "demand": demand,
        "regret": _regret(case, what, actual),
        "failed": verdict.failed,
        "open_until": None if outcome.settled_by(last) else last,
        "reasons": list(verdict.reasons),
    }
    return tree | {"sentence": _sentence(spec, what, tree, common.failure.within)}


def _quantiles(years: tuple[int | None, ...], never: float) -> dict[str, Any]:
    names = ("p10", "p50", "p90")
    shown = {n: "never" if y is None else y for n, y in zip(names, years, strict=True)}
    return {**shown, "never": rounded(max(never, 0.0), 4)}


def _score(score: DecisionScore) -> dict[str, Any]:
    return {
        "given": rounded(score.given, 4),
        "log": rounded(score.log, 4),
        "crps_years": rounded(score.crps, 4),
        "pit": [rounded(p, 4) for p in score.pit],
    }


def _demand(found: Forecast, actual: Mapping[int, float]) -> list[dict[str, Any]]:
    """Return 80 % interval, median and CRPS of the battery share of each known year."""
    rows = []
    for t, year in enumerate(found.years):
        if year not in actual:
            continue
        values = found.battery[t].ravel()
        weights = np.repeat(found.mass[t], found.battery.shape[2])
        low, high = interval(values, weights)
        middle = interval(values, weights, 0.0)[0]
        score = crps(values, weights, actual[year])
        percent = [rounded(in_unit(v, "%"), 4) for v in (low, middle, high, actual[year], score)]
        names = ("low", "median", "high", "actual", "crps")
        rows.append(
            {"year": year, **dict(zip(names, percent, strict=True)),
             "inside": low <= actual[year] <= high}
        )  # fmt: skip
    return rows


def _packs(spec: CaseSpec, happened: OutcomesSpec, prices: Prices) -> list[dict[str, Any]]:
    """Return interval and CRPS of the pack price of each known year from the vantage on."""
    points = spec.strict.pack_price
    if not points:
        return []
    at = sorted(points)
    logs = {
        side: np.log([parse(str(getattr(points[y], side)), PACK, prices) for y in at])
        for side in ("low", "value", "high")
    }
    rows = []
    for year, text in sorted(happened.pack_price.items()):
        if not max(spec.day.year + 1, at[0]) <= year <= at[-1]:
            continue
        low, base, high = (float(np.exp(np.interp(year, at, logs[s]))) for s in logs)
        values = np.interp(_RANKS, (0, 0.5, 1), (low, base, high))
        actual = parse(text, PACK, prices)
        ends = np.interp((0.1, 0.9), (0, 0.5, 1), (low, base, high))
        score = crps(values, np.ones(len(values)), actual)
        shown = (*ends, base, actual, score)
        names = ("low", "high", "median", "actual", "crps")
        money = [rounded(in_unit(float(v), "EUR/kWh"), 4) for v in shown]
        inside = bool(ends[0] <= actual <= ends[1])
        rows.append({"year": year, **dict(zip(names, money, strict=True)), "inside": inside})
    return rows


def _regret(case: Case, what: HappenedSpec, actual: Mapping[int, float]) -> dict[str, Any]:
    """Return what the real path lost against two fixed policies to the last known year, EUR m.

    Positive where the policy would have been better; "after" is what lies beyond and is still open.
    """
    known = {y: actual[y] for y in case.years if y in actual}
    if not known or sorted(known) != list(case.years[: len(known)]):
        return {}
    lead = what.started - what.decided if what.started and what.decided else None
    real = path_value(case, known, what.decided, lead)
    found: dict[str, Any] = {"to": max(known)}
    for name, year in (("flexible only", None), ("bespoke at once", case.years[0])):
        other = path_value(case, known, year)
        found[name] = {
            "known_meur": rounded(in_unit(other.known - real.known, "MEUR"), 4),
            "after_meur": rounded(in_unit(other.after - real.after, "MEUR"), 4),
        }
    return found


def _sentence(spec: CaseSpec, what: HappenedSpec, tree: Mapping[str, Any], within: int) -> str:
    """Return in one sentence whether the forecast agrees with history, and why it may not."""
    last = spec.day.year + within
    by = tree["within_rule"]
    if what.decided is not None and what.decided <= last:
        given, said, did = by, f"a decision by {last}", f"it came in {what.decided}"
    else:
        given, said = 1 - by, f"no decision by {last}"
        did = f"none is known up to {min(what.known, last)}"
    text = f"It gave {in_unit(given, '%'):.0f} % to {said}, and {did}"
    if given >= 0.5:
        return text + ": it agrees with history, but one case proves little."
    reasons = "; ".join(what.hypotheses)
    return f"{text}: it disagrees with history. Possible reasons, none of them tested: {reasons}."
