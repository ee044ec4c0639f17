"""An explanation: a number, its formula, its inputs, and the facts it ends in; as text and data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Explanation", "Ground"]

_MOST = 6  # facts that one figure shows in text


@dataclass(frozen=True, slots=True)
class Ground:
    """What an explanation ends in: a fact, an assumption or a choice, with its source.

    Args:
        kind: "fact", "assumption" or "choice" of the study.
        name: Entry and field, or path in the study.
        value: As written, with its interval.
        unit: As written; empty where the value carries it.
        status: certified, published, derived, estimate, or "chosen".
        place: file:line.
        page: Page or table of the source, or how an estimate was made.
        source: Key of the source; empty for the study itself.
        title: Title of the source.
        date: Of the source.
        url: Of the source.
    """

    kind: str
    name: str
    value: str
    unit: str
    status: str
    place: str
    page: str = ""
    source: str = ""
    title: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number and where it comes from: formula, inputs that are explained too, facts.

    Args:
        name: Its name in the run.
        value: As it stands in the results.
        unit: Its unit.
        low: Lower end; None without an interval.
        high: Upper end.
        status: "computed", or how firm it is.
        formula: In words.
        inputs: The numbers it takes.
        grounds: Facts, assumptions and choices it takes.
    """

    name: str
    value: float | str | None
    unit: str
    low: float | None
    high: float | None
    status: str
    formula: str
    inputs: tuple["Explanation", ...]
    grounds: tuple[Ground, ...]

    def figure(self) -> str:
        """Return value, unit and interval as text."""
        if self.value is None:
            return "several numbers"
        value = f"{self.value:,.6g}" if isinstance(self.value, float | int) else self.value
        span = "" if self.low is None else f" [{self.low:,.6g} .. {self.high:,.6g}]"
        return f"{value} {self.unit}".strip() + span

    def every_ground(self) -> Iterator[Ground]:
        """Yield the facts, assumptions and choices of the whole chain, each once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            item = waiting.pop()
            if id(item) not in seen:
                seen.add(id(item))
                yield from item.grounds
                waiting.extend(item.inputs)

    def text(self, depth: int = 3) -> str:
        """Return the chain as text: to `depth`, then the sources it names."""
        return "\n".join(_shown(self, depth))

    def data(self, depth: int = 3) -> dict[str, Any]:
        """Return the chain as plain data; inputs below `depth` by name alone."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "status": self.status,
            "formula": self.formula,
            "facts": [
                {n: getattr(g, n) for n in Ground.__dataclass_fields__} for g in self.grounds
            ],
            "inputs": [i.data(depth - 1) if depth > 0 else i.name for i in self.inputs],
        }


def _shown(explanation: Explanation, depth: int) -> Iterator[str]:
    yield from _lines(explanation, depth, "", {})
    sources = {g.source: g for g in _grounds(explanation, depth) if g.source}
    if sources:
        yield from ("", "sources")
        yield from (f"  [{key}] {_source(g)}" for key, g in sorted(sources.items()))
    firm = {(g.kind, g.name): g.status for g in explanation.every_ground()}
    guessed = sum(status == "estimate" for status in firm.values())
    yield from ("", f"rests on {len(firm)} facts and assumptions, {guessed} of them estimates")


def _source(ground: Ground) -> str:
    return " ".join(part for part in (f"{ground.title}.", ground.date, ground.url) if part)


def _grounds(explanation: Explanation, depth: int) -> Iterator[Ground]:
    yield from explanation.grounds[:_MOST]
    if depth > 0:
        for item in explanation.inputs:
            yield from _grounds(item, depth - 1)


def _lines(e: Explanation, depth: int, indent: str, told: dict[str, int]) -> Iterator[str]:
    """Yield a number, its formula, its facts, its inputs; what was told as deep is named only."""
    head = f"{indent}{e.name} = {e.figure()}{_mark(e.status)}"
    if told.get(e.name, -1) >= depth:
        yield f"{head}, see above"
        return
    told[e.name] = depth
    yield head
    inside = indent + "    "
    if e.formula:
        yield f"{indent}  = {e.formula}"
    for ground in e.grounds[:_MOST]:
        yield f"{inside}{_fact(ground)}"
    if len(e.grounds) > _MOST:
        yield f"{inside}and {len(e.grounds) - _MOST} more facts; --json lists them"
    if depth > 0:
        for item in e.inputs:
            yield from _lines(item, depth - 1, inside, told)
    elif e.inputs:
        yield f"{inside}from {', '.join(item.name for item in e.inputs)}; deeper with --depth"


def _mark(status: str) -> str:
    return f" [{status}]" if status and status != "computed" else ""


def _fact(ground: Ground) -> str:
    unit = f" {ground.unit}" if ground.unit else ""
    place = f" {ground.place}" if ground.place else ""
    source = f" -> [{ground.source}]" if ground.source else ""
    page = f" {ground.page}" if ground.page else ""
    shown = f"{ground.kind} {ground.name} = {ground.value}{unit}"
    return f"{shown} [{ground.status}]{place}{source}{page}"
