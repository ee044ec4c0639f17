"""Regret: what a policy fixed today loses, in every future, against the best one of that future."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide.cells import weigh
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.value import Varied
from wheelbase.decide.ways import Judged, Portfolio, judge

__all__ = [
    "Course",
    "Licence",
    "Regret",
    "RegretWorld",
    "base_rules",
    "courses",
    "licensed",
    "regret",
    "worth_of",
]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Licence:
    """A licensed platform instead of an own one.

    Args:
        deal: The deal.
        label: In words.
        lead: Years from the decision to the start of production.
        development: EUR paid instead of the own development: access, top hats, support.
        fee: EUR per car more than on an own platform: fee and modules; may be negative.
    """

    deal: str
    label: str
    lead: int
    development: float
    fee: float

    def applied(self, inputs: TimingInputs) -> TimingInputs:
        """Return the inputs of a maker that licenses."""
        return replace(inputs, lead=self.lead, development=self.development, fee=self.fee)


@dataclass(frozen=True, slots=True)
class Course:
    """A policy that can be fixed today: never, in a year, or by a rule, for a portfolio.

    Args:
        label: In words.
        portfolio: Index of the segments that it moves.
        year: Fixed year; None for a rule or never.
        by_rule: Whether it starts at a share of each year, fixed with the study's own figures.
    """

    label: str
    portfolio: int = 0
    year: int | None = None
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class Regret:
    """Regret of policies in futures, EUR, (policy, future), against the best of each future.

    Args:
        policies: Names.
        futures: Names.
        regret: (policy, future).
        expected: Mean regret of each policy over the draws of all inputs.
        won: Share of the draws in which no other policy of the list is better; ties count for all.
        minimax: Index of the policy whose worst regret is least.
    """

    policies: tuple[str, ...]
    futures: tuple[str, ...]
    regret: tuple[tuple[float, ...], ...]
    expected: tuple[float, ...] = field(default=())
    won: tuple[float, ...] = field(default=())
    minimax: int = 0


def base_rules(base: Judged) -> list[Array]:
    """Return for each portfolio the least share at which its best rule starts, (t,)."""
    triggers = base.of("trigger")[:, :, 0]
    return [triggers[:, p] for p in range(base.size)]


def courses(inputs: TimingInputs, chosen: Sequence[Portfolio], best_year: int) -> list[Course]:
    """Return the policies that are compared.

    Args:
        inputs: The base design.
        chosen: Portfolios, all segments first.
        best_year: Best fixed year after the first.
    """
    first = inputs.years[inputs.open_years().index(True)]
    found = [
        Course("flexible for ever"),
        Course(f"bespoke now ({first})", year=first),
        Course(f"bespoke in {best_year}", year=best_year),
        Course("bespoke at a share that triggers it", by_rule=True),
    ]
    for p, portfolio in enumerate(chosen[1:], start=1):
        found.append(Course(f"{portfolio.label} alone now ({first})", p, year=first))
        found.append(Course(f"{portfolio.label} alone at its share", p, by_rule=True))
    return found


def worth_of(course: Course, inputs: TimingInputs, judged: Judged) -> Array:
    """Return what a policy is worth in every cell, EUR, (c,)."""
    if course.by_rule:
        return np.asarray(judged.of("ruled")[course.portfolio])
    if course.year is None:
        return np.asarray(judged.of("never")[0])
    return np.asarray(judged.of("fixed")[inputs.years.index(course.year), course.portfolio])


def licensed(
    licences: Sequence[Licence], cells: TimingInputs, executor: Executor | None
) -> dict[str, Array]:
    """Return what each licence, taken at once, is worth in every cell, EUR, (c,)."""
    first = cells.open_years().index(True)
    return {
        f"{item.label} now": weigh(item.applied(cells), executor).fixed[first] for item in licences
    }


def regret(
    inputs: TimingInputs,
    varied: Sequence[Varied],
    chosen: Sequence[Portfolio],
    listed: Sequence[Course],
    world: "RegretWorld",
) -> Regret:
    """Return the regret of policies in named futures, and over the draws.

    Args:
        inputs: The base design.
        varied: Its uncertain inputs; share and block cost make the futures.
        chosen: Portfolios.
        listed: Policies.
        world: The draws, the rules and the licences.
    """
    futures, cells = _futures(inputs, varied)
    here = judge(cells, chosen, world.executor, world.rules)
    table, best = _table(cells, here, listed, licensed(world.licences, cells, world.executor))
    drawn, top = _table(inputs, world.drawn, listed, world.drawn_licences)
    lost = np.maximum(best - table, 0.0)
    ahead = drawn >= drawn.max(axis=0) - 1.0
    names = [c.label for c in listed] + [f"{item.label} now" for item in world.licences]
    return Regret(
        policies=tuple(names),
        futures=tuple(futures),
        regret=tuple(tuple(float(v) for v in row) for row in lost),
        expected=tuple(float(v) for v in np.maximum(top - drawn, 0.0).mean(axis=1)),
        won=tuple(float(v) for v in ahead.mean(axis=1)),
        minimax=int(np.argmin(lost.max(axis=1))),
    )


@dataclass(frozen=True, slots=True)
class RegretWorld:
    """What policies are tried on: judged draws, rules of the portfolios, licences."""

    drawn: Judged = field(repr=False)
    rules: Sequence[Array] = field(repr=False)
    licences: Sequence[Licence] = ()
    drawn_licences: Mapping[str, Array] = field(default_factory=dict, repr=False)
    executor: Executor | None = None


def _table(
    inputs: TimingInputs, judged: Judged, listed: Sequence[Course], more: Mapping[str, Array]
) -> tuple[Array, Array]:
    """Return values, (policy, c), and the best that could be had in each cell, (c,)."""
    rows = np.stack([*(worth_of(c, inputs, judged) for c in listed), *more.values()])
    return rows, np.maximum(judged.value, rows.max(axis=0))


def _futures(inputs: TimingInputs, varied: Sequence[Varied]) -> tuple[list[str], TimingInputs]:
    """Return names and cells of the futures: shares and costs of blocks, low, base and high."""
    by_name = {v.name: v for v in varied}
    share, block = by_name.get("mean_share"), by_name.get("block_cost")
    futures = {"base": (0.5, 0.5)}
    if share:
        futures |= {"low share": (0.0, 0.5), "high share": (1.0, 0.5)}
    if block:
        futures |= {"cheap blocks": (0.5, 0.0), "dear blocks": (0.5, 1.0)}
    if share and block:
        futures |= {"high share, cheap blocks": (1.0, 0.0), "low share, dear blocks": (0.0, 1.0)}
    at = np.array(list(futures.values())).T
    columns: dict[str, Any] = {
        v.name: v.at(row) for v, row in zip((share, block), at, strict=True) if v
    }
    return list(futures), replace(inputs, **columns)
