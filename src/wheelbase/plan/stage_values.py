"""What uncertainty and its resolution are worth in a two-stage program; all minimised.

    RP   least expected cost                       EVPI = RP - WS
    EV   cost of the mean scenario                 VSS  = EEV - RP
    EEV  expected cost of the first stage of EV
    WS   expected cost if the scenario were known first

Source: Birge and Louveaux, Introduction to Stochastic Programming, chapter 4.
"""

from dataclasses import dataclass, replace

import numpy as np

from wheelbase.errors import DataError, SolveError
from wheelbase.plan.solver import Arrays, solve
from wheelbase.plan.stochastic import Level, StochasticProgram, extensive, levels_of

__all__ = ["StageValues", "stage_values"]


@dataclass(frozen=True, slots=True)
class StageValues:
    """Values of a two-stage program, in the unit of its objective."""

    rp: float
    ev: float
    eev: float
    ws: float

    @property
    def evpi(self) -> float:
        """Expected value of perfect information, RP - WS."""
        return self.rp - self.ws

    @property
    def vss(self) -> float:
        """Value of the stochastic solution, EEV - RP."""
        return self.eev - self.rp


def stage_values(program: StochasticProgram) -> StageValues:
    """Return RP, EV, EEV and WS of a two-stage program.

    Raises:
        DataError: It has more or fewer stages than two.
        SolveError: One of the programs has no least point.
    """
    if len(program.periods) != 2:
        raise DataError(f"stage values: {len(program.periods)} periods; they are of two stages")
    root, leaves = levels_of(program)
    whole = extensive(program, (root, leaves))
    weight = leaves.probability / leaves.probability.sum()
    mean = replace(leaves, parent=leaves.parent[:1], values=(weight @ leaves.values)[None],
                   probability=leaves.probability.sum()[None])  # fmt: skip
    middle = extensive(program, (root, mean))
    ev, point = _least(middle.arrays, "the mean scenario")
    first = whole.block < 0
    fixed = point[middle.block < 0]
    low, high = whole.arrays.low.copy(), whole.arrays.high.copy()
    low[first] = high[first] = fixed
    eev, _ = _least(replace(whole.arrays, low=low, high=high), "the first stage of the mean")
    rp, _ = _least(whole.arrays, "the program")
    seen = [_least(extensive(program, (root, _only(leaves, k))).arrays, f"scenario {k}")[0]
            for k in range(len(weight))]  # fmt: skip
    return StageValues(rp=rp, ev=ev, eev=eev, ws=float(weight @ np.array(seen)))


def _only(leaves: Level, scenario: int) -> Level:
    """Return one scenario, certain."""
    return replace(leaves, parent=leaves.parent[:1], probability=leaves.probability.sum()[None],
                   values=leaves.values[scenario : scenario + 1])  # fmt: skip


def _least(arrays: Arrays, what: str) -> tuple[float, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    found = solve(arrays)
    if not found.has_point:
        raise SolveError(f"stage values: {what} has no least point ({found.status.value})")
    return found.value, found.point
