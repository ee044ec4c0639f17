"""Two studies side by side in words for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["study_lines"]


def study_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a comparison of two studies: answer first, then what it rests on."""
    cause = "the cell" if found["only_cells"] else "the studies"
    yield f"before | after: {' | '.join(found['columns'])}"
    yield from (f"  {r['label']}: {' | '.join(map(_shown, r['values']))}" for r in found["inputs"])
    if not found["only_cells"]:
        yield "  more than the cell differs: the difference of the studies is taken as one cause"
    if found["sentences"]:
        yield ""
        yield from found["sentences"]
    rows = [row for row in found["cars"] if _apart(row)]
    yield from ("", "battery cars, what differs" if rows else "no battery car differs")
    car = ""
    for row in rows:
        if row["car"] != car:
            car = row["car"]
            yield f"  {car}"
        yield f"    {row['label']:<30} {_pair(row)}"
    if found["penalties"]:
        yield from ("", "penalty of the flexible car, EUR (10 to 90 %)")
        for row in found["penalties"]:
            spans = zip(row["values"], row["low"], row["high"], strict=True)
            yield f"  {row['segment']:<12} {'  |  '.join(_span(*span) for span in spans)}"
    for share in found["shares"]:
        if not share["touched"]:
            continue
        yield from ("", f"{share['label']}: whose the change is, mean of both orders")
        yield f"    {'':<36} {'in all':>12} {cause:>12} {'the platform':>13}"
        for m in share["measures"]:
            label = f"{m['label']}, {m['unit']}"
            yield f"    {label:<36} {m['total']:>+12,.1f} {m['cell']:>+12,.1f} " + (
                f"{m['platform']:>+13,.1f}"
            )


def _apart(row: Mapping[str, Any]) -> bool:
    """Return whether a row has two values that a person sees as different, or lacks one."""
    first, second = row["values"]
    return first is None or second is None or _number(first) != _number(second)


def _pair(row: Mapping[str, Any]) -> str:
    first, second = row["values"]
    shown = f"{_number(first):>10} | {_number(second):>10} {row['unit']}"
    if first is None or second is None:
        return shown
    return f"{shown}  ({second - first:+,.1f})"


def _span(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return "-"
    return f"{value:,.0f} ({low:,.0f} to {high:,.0f})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}"


def _shown(value: Any) -> str:
    return "-" if value is None else str(value)
