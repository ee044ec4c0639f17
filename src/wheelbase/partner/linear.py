"""Small dense linear programs for the games, solved by HiGHS."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import SolveError

__all__ = ["Program", "Solution"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solution:
    """Where a program is greatest.

    Args:
        value: Greatest value.
        point: (n,) where.
        duals: (m,) of the rows, in the order in which they were added.
    """

    value: float
    point: Array
    duals: Array


class Program:
    """A linear program to maximise; rows are added in blocks.

    Holds: (n,) objective and bounds of the variables, blocks of rows with their lower and upper
    ends.
    """

    def __init__(self, objective: Array, low: float, high: float) -> None:
        """Begin with an objective and one pair of bounds for every variable."""
        self.objective, self.low, self.high = objective, low, high
        self.blocks: list[tuple[Array, Array, Array]] = []

    def add(self, rows: Array, lower: Array | float, upper: Array | float) -> None:
        """Add (m, n) rows with their ends."""
        count = len(rows)
        self.blocks.append(
            (rows, np.broadcast_to(lower, count).astype(float),
             np.broadcast_to(upper, count).astype(float))
        )  # fmt: skip

    def maximum(self) -> Solution:
        """Return the greatest value, where it is, and the duals of the rows.

        Raises:
            SolveError: The program has no finite optimum.
        """
        matrix = np.vstack([rows for rows, _, _ in self.blocks])
        model = highspy.HighsLp()
        rows, columns = matrix.shape
        model.num_col_, model.num_row_ = columns, rows
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = self.objective
        model.col_lower_ = np.full(columns, self.low)
        model.col_upper_ = np.full(columns, self.high)
        model.row_lower_ = np.concatenate([low for _, low, _ in self.blocks])
        model.row_upper_ = np.concatenate([high for _, _, high in self.blocks])
        filled = matrix != 0
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.append(0, np.cumsum(filled.sum(axis=1))).astype(np.int32)
        model.a_matrix_.index_ = np.nonzero(filled)[1].astype(np.int32)
        model.a_matrix_.value_ = matrix[filled]
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolveError(f"a linear program of a game ended {solver.getModelStatus()}")
        found = solver.getSolution()
        point = np.array(found.col_value)
        return Solution(float(self.objective @ point), point, np.array(found.row_dual))
