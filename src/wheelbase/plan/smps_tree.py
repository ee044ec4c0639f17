"""Scenarios of a stoch file to a scenario tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wheelbase.plan.mps_text import Notes
from wheelbase.plan.stochastic import Level

__all__ = ["LARGEST_TABLE", "Data", "Datum", "Scenario", "tree_of"]

Array = NDArray[np.float64]
Index = NDArray[np.int64]

# A datum of the core: its kind (as in Slots), its row and its column, -1 where it has none.
Datum = tuple[int, int, int]

LARGEST_TABLE = 40_000_000


@dataclass(slots=True)
class Scenario:
    """A scenario: it shares the nodes of its parent until `stage`, then differs by `values`."""

    name: str
    parent: str
    probability: float
    stage: int
    line: int
    values: Mapping[Datum, float]


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that any scenario changes.

    Args:
        place: Datum to its place in what follows.
        slots: (k,) of the data.
        stages: (k,) when each is known.
        core: (k,) its value in the core.
        periods: Names of the stages.
    """

    place: Mapping[Datum, int]
    slots: Index = field(repr=False)
    stages: Index = field(repr=False)
    core: Array = field(repr=False)
    periods: Sequence[str]


def tree_of(
    scenarios: Sequence[Scenario], data: Data, inherits: bool, notes: Notes
) -> tuple[Level, ...]:
    """Return the tree; a node has the data of the first scenario that passes through it.

    The probability of a node is the sum over the scenarios through it.

    Args:
        scenarios: In the order of the file; a parent stands before its children.
        data: What they change.
        inherits: Whether data that are not named are the parent's rather than the core's.
        notes: Takes problems: a circle, an unknown parent, data that differ in a shared node.

    Raises:
        DataError: Every problem.
    """
    parents = _parents(scenarios, notes)
    if len(scenarios) * len(data.slots) > LARGEST_TABLE:
        notes.problem(0, f"{len(scenarios)} scenarios with {len(data.slots)} data are too many; "
                         "leave some out")  # fmt: skip
    notes.finish()
    last = len(scenarios)
    table = np.empty((last + 1, len(data.slots)))
    table[last] = data.core
    growth = _Growth(len(data.periods), last)
    for i, scenario in enumerate(scenarios):
        parent = parents[i]
        table[i] = table[parent] if inherits else data.core
        branch = scenario.stage
        if branch == 0 and i > 0:
            branch = min(1, len(data.periods) - 1)
            notes.warn(scenario.line, "begins in the first period, which all scenarios share; "
                                      "taken to branch after it")  # fmt: skip
        for datum, value in scenario.values.items():
            place = data.place[datum]
            if data.stages[place] < branch and value != table[parent][place]:
                notes.problem(
                    scenario.line, f"scenario {scenario.name[:40]!r} changes data of period "
                    f"{data.periods[data.stages[place]]!r}, before it branches; branch earlier",
                )  # fmt: skip
            table[i, place] = value
        if branch == 0:
            first = data.stages == 0
            table[last, first] = table[i, first]
        growth.add(i, parent, branch, scenario.probability)
    notes.finish()
    return growth.levels(table, data)


def _parents(scenarios: Sequence[Scenario], notes: Notes) -> list[int]:
    """Return the parent of each scenario; the root is one behind the last."""
    place: dict[str, int] = {}
    for i, scenario in enumerate(scenarios):
        if scenario.name in place or scenario.name.upper() == "ROOT":
            notes.problem(scenario.line, f"scenario {scenario.name[:40]!r} is taken; rename it")
        place.setdefault(scenario.name, i)
    found = []
    for i, scenario in enumerate(scenarios):
        root = scenario.parent.upper() == "ROOT" and scenario.parent not in place
        parent = len(scenarios) if root else place.get(scenario.parent, -1)
        if parent == -1:
            notes.unknown(scenario.line, "scenario", scenario.parent, place)
        elif not root and parent >= i:
            circle = _returns(i, scenarios, place)
            notes.problem(
                scenario.line, f"scenario {scenario.name[:40]!r} and its parent "
                f"{scenario.parent[:40]!r} "
                + ("go in a circle; name ROOT somewhere" if circle else "stand in the wrong order; "
                   "put the parent first"),
            )  # fmt: skip
        found.append(parent)
    return found


def _returns(start: int, scenarios: Sequence[Scenario], place: Mapping[str, int]) -> bool:
    """Return whether the line of parents leads back to a scenario."""
    at = start
    for _ in range(min(len(scenarios), 10_000)):
        at = place.get(scenarios[at].parent, -1)
        if at == start:
            return True
        if at == -1:
            return False
    return False


class _Growth:
    """A tree that grows path by path; `owner` is whose data a node has."""

    def __init__(self, stages: int, root: int) -> None:
        self.parent: list[list[int]] = [[] for _ in range(stages)]
        self.owner: list[list[int]] = [[] for _ in range(stages)]
        self.paths: dict[int, list[int]] = {root: []}
        self.chances: list[float] = []
        self.root = root

    def _node(self, stage: int, above: int, owner: int) -> int:
        self.parent[stage].append(above)
        self.owner[stage].append(owner)
        return len(self.owner[stage]) - 1

    def add(self, scenario: int, parent: int, branch: int, chance: float) -> None:
        """Add the path of a scenario: shared until `branch`, its own from there."""
        shared = self.paths[parent]
        while len(shared) < branch:  # only the path of the root may be too short
            shared.append(self._node(len(shared), shared[-1] if shared else 0, parent))
        path = shared[:branch]
        for stage in range(branch, len(self.owner)):
            path.append(self._node(stage, path[-1] if path else 0, scenario))
        if branch == 0:
            self.paths[self.root] = path[:1]
        self.paths[scenario] = path
        self.chances.append(chance)

    def levels(self, table: Array, data: Data) -> tuple[Level, ...]:
        """Return the stages of the tree, probabilities summed from the leaves."""
        chance = np.array(self.chances)
        found = []
        for stage in reversed(range(len(self.owner))):
            here = np.flatnonzero(data.stages == stage)
            parent = np.array(self.parent[stage], np.int64)
            found.append(
                Level(
                    parent=parent,
                    probability=chance,
                    slots=data.slots[here],
                    values=table[np.array(self.owner[stage], np.int64)][:, here],
                )
            )
            if stage:
                above = np.zeros(len(self.owner[stage - 1]))
                np.add.at(above, parent, chance)
                chance = above
        return tuple(reversed(found))
