"""Small dense linear programs in free variables, solved by HiGHS."""

import highspy
import numpy as np
from numpy.typing import NDArray

__all__ = ["maximum"]

Array = NDArray[np.float64]

_TOLERANCE = 1e-10


def maximum(
    objective: Array, matrix: Array, lower: Array, upper: Array, box: float = np.inf
) -> tuple[Array, Array]:
    """Return the point (n,) that maximises, and the dual of each row (m,), its size only.

    Args:
        objective: Gain per unit of each variable, (n,).
        matrix: Rows, (m, n).
        lower: Least of each row, (m,).
        upper: Most of each row, (m,).
        box: Most size of each variable.

    Raises:
        ValueError: The program has no optimum.
    """
    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = -objective
    model.col_lower_, model.col_upper_ = np.full(columns, -box), np.full(columns, box)
    model.row_lower_, model.row_upper_ = lower, upper
    used = matrix != 0
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.append(0, np.cumsum(used.sum(axis=1))).astype(np.int32)
    model.a_matrix_.index_ = np.nonzero(used)[1].astype(np.int32)
    model.a_matrix_.value_ = matrix[used]
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("primal_feasibility_tolerance", _TOLERANCE)
    solver.setOptionValue("dual_feasibility_tolerance", _TOLERANCE)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ValueError(f"linear program ended {solver.getModelStatus()}")
    solution = solver.getSolution()
    return np.array(solution.col_value), np.abs(np.array(solution.row_dual))
