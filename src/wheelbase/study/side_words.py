"""Two studies side by side in words: how much is the cell, what one platform takes, what moves."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.decide import Answer
from wheelbase.study.figures import in_unit
from wheelbase.study.half import Half
from wheelbase.study.placing import variant_id
from wheelbase.study.tree_decision import WAY_WORDS

__all__ = ["sentences", "warnings"]

_Pair = tuple[Half, Half]
_TOLD = ("battery_gross", "range_full", "charge_10_80")


def sentences(pair: _Pair, shares: list[dict[str, Any]], only_cells: bool) -> list[str]:
    """Return what the change does, and whose it is, in whole sentences.

    Args:
        pair: Both halves.
        shares: How the change of each segment divides.
        only_cells: Whether the studies differ in nothing but cells.
    """
    told = (_told(share, only_cells) for share in shares if share["touched"])
    return [*told, *_alone(pair), *_moved(pair)]


def _told(share: Mapping[str, Any], only_cells: bool) -> str:
    """Return in plain words how much of a comparison of both at once is the cell."""
    worth = share["measures"][0]
    what, ways = "the difference of the studies", ["in the first study", "in the second"]
    if only_cells:
        what, ways = "the cell", [f"with {cell}" for cell in share["cells"]]
    first, second = ways
    flexible, bespoke = share["platforms"]
    total, alone, after = (worth[key] for key in ("total", "platform_alone", "platform_after"))
    text = (
        f"{share['label']}: on {bespoke} {second} a car is worth {_more(total)} than on "
        f"{flexible} {first}; of that {what} makes EUR {worth['cell']:+,.0f} and the platform "
        f"EUR {worth['platform']:+,.0f}. {bespoke} alone makes EUR {alone:+,.0f} {first} and "
        f"EUR {after:+,.0f} {second}; the rest of what a comparison of both at once shows is "
        f"{what}."
    )
    for measure in share["measures"][1:]:
        if measure["measure"] in _TOLD:
            text += (
                f" {measure['label'].capitalize()} {measure['total']:+,.1f} {measure['unit']}: "
                f"{what} {measure['cell']:+,.1f}, the platform {measure['platform']:+,.1f}."
            )
    return text


def _more(value: float) -> str:
    return f"EUR {abs(value):,.0f} {'less' if value < 0 else 'more'}"


def _alone(pair: _Pair) -> Iterator[str]:
    """Yield where only one platform takes what the second study brings."""
    before, after = pair
    for spec in after.study.spec.segments.values():
        names = [variant_id(*car) for car in spec.cars.values()]
        built = [name in after.cars for name in names]
        if sum(built) == 1 and all(name in before.cars for name in names):
            takes, lacks = names if built[0] else names[::-1]
            yield (
                f"{takes} can be built with the change, {lacks} cannot: what it brings there is "
                "not to be had without that platform."
            )


def _moved(pair: _Pair) -> Iterator[str]:
    """Yield whether the answer moves: which way, and when."""
    first, second = (half.answer for half in pair)
    if first is None or second is None:
        return
    ways = [_way(half, answer) for half, answer in zip(pair, (first, second), strict=True)]
    sure = [f"{a.confidence}, {in_unit(a.agreement, '%'):.0f} % of draws" for a in (first, second)]
    if first.which == second.which and first.segments == second.segments:
        yield f"The answer stays: {ways[0]} ({sure[0]}; then {sure[1]})."
    else:
        yield f"The answer moves: from {ways[0]} ({sure[0]}) to {ways[1]} ({sure[1]})."
    starts = [_start(answer) for answer in (first, second)]
    moved = "stays:" if starts[0] == starts[1] else f"moves: from {starts[0]} to"
    yield f"The start of the bespoke programme {moved} {starts[1]}."


def _way(half: Half, answer: Answer) -> str:
    names = [half.study.spec.bodies[s].label or s for s in answer.segments]
    moves = f" ({', '.join(names)})" if answer.which == "mixed" else ""
    return WAY_WORDS[answer.which] + moves


def _start(answer: Answer) -> str:
    t, never = answer.timing, in_unit(answer.timing.never, "%")
    if t.p50 is None:
        return f"never in {never:.0f} % of futures"
    years = " / ".join(str(year or "never") for year in (t.p10, t.p50, t.p90))
    return f"{years} (10 / 50 / 90 %), never in {never:.0f} % of futures"


def warnings(names: tuple[str, str], pair: _Pair) -> Iterator[str]:
    """Yield which cars cannot be, which cells are of later years, and prices of two years."""
    for name, half in zip(names, pair, strict=True):
        for why in half.refused.values():
            yield f"{name}: {why}"
        for train in half.study.powertrains.values():
            cell = train.cell
            if cell is not None and cell.available_from > half.year:
                yield (
                    f"{name}: {cell.id} is on sale from {cell.available_from}, the cars are priced "
                    f"in {half.year}"
                )
    if pair[0].year != pair[1].year:
        yield f"prices of {pair[0].year} and {pair[1].year}: nothing is shared out among causes"
