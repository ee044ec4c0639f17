"""The command hindcast: what the timing would have said before a decision, and what came."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome, hush, tell
from wheelbase.cli.study_commands import AsJson

__all__ = ["hindcast"]

_Maker = Annotated[str | None, typer.Option("--maker", metavar="M", help="That maker alone.")]
_SCORES = ("model", "uniform", "never", "now", "trigger")


def hindcast(maker: _Maker = None, json: AsJson = False) -> Outcome:
    """Forecast past decisions from what was known before them, and score with what happened."""
    from wheelbase.catalogue import catalogue
    from wheelbase.study import forecasts, hindcasts, outcomes, register, scored

    folder = hindcasts()
    found = forecasts(register(folder), maker, hush if json else tell)
    prices = catalogue().prices(2019)
    result = scored(found, outcomes(folder), prices)
    lines = [f"inputs registered as SHA-256 {result['registered']}", result["failure"]]
    for case in result["cases"].values():
        lines += ["", *_text(case)]
    if maker is None:
        lines += ["", "not scored", *(f"  {m}: {why}" for m, why in result["not_scored"].items())]
    return Outcome("hindcast", 0, "\n".join(lines), result)


def _text(case: Mapping[str, Any]) -> Iterator[str]:
    """Yield one case: vantage, what happened, and each tier."""
    yield f"{case['label']}, {case['vantage']}"
    yield f"  {case['question']}"
    yield f"  happened: {case['happened']['what']}"
    for tier, found in case["tiers"].items():
        yield f"  {tier}"
        yield from (f"    {line}" for line in _tier(found))
    for tier, why in case["not_run"].items():
        yield f"  {tier}: not run: {why}"
    if case["pack_price"]:
        yield f"  pack price {_inside(case['pack_price'])}"


def _tier(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield distribution, scores against the baselines, demand, verdict and the sentence."""
    for name in ("decision", "start"):
        d = found[name]
        label = "start of production" if name == "start" else name
        yield (
            f"{label:<20} p10 {d['p10']}, p50 {d['p50']}, p90 {d['p90']}; "
            f"never {100 * d['never']:.0f} %"
        )
    low, middle, high = found["option_meur"]
    window = "none" if found["window"] is None else "{} to {}".format(*found["window"])
    yield (
        f"option EUR m {low:,.0f} / {middle:,.0f} / {high:,.0f}; window at base {window}; "
        f"{found['label']}"
    )
    yield "score" + "".join(f"{name:>10}" for name in _SCORES)
    for key, label in (("log", "log  "), ("crps_years", "CRPS ")):
        yield label + "".join(f"{found['scores'][n][key]:>10.2f}" for n in _SCORES)
    demand = found["demand"]
    if demand:
        yield f"battery share {_inside(demand)}"
    yield f"failed: {_verdict(found)}"
    yield found["sentence"]


def _verdict(found: Mapping[str, Any]) -> str:
    if found["failed"]:
        return f"yes, it {'; '.join(found['reasons'])}"
    if found["open_until"]:
        return f"no, but what happens up to {found['open_until']} is not yet known"
    return "no"


def _inside(rows: Sequence[Mapping[str, Any]]) -> str:
    inside = sum(row["inside"] for row in rows)
    return f"inside its 80 % interval in {inside} of {len(rows)} years"
