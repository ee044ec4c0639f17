"""Which way, and when? Timing as optimal stopping, its robustness, and what would flip it."""

from wheelbase.decide.answer import (
    Answer,
    Flip,
    Partnering,
    Regret,
    Robustness,
    Which,
    decide,
)
from wheelbase.decide.timing import (
    Lattice,
    Policy,
    Solution,
    TimingInputs,
    decision_years,
    lattice,
    solve,
)
from wheelbase.decide.value import (
    BreakEven,
    Swing,
    Timing,
    Varied,
    break_even,
    quantile_year,
    time_launch,
    tornado,
)

__all__ = [
    "Answer",
    "BreakEven",
    "Flip",
    "Lattice",
    "Partnering",
    "Policy",
    "Regret",
    "Robustness",
    "Solution",
    "Swing",
    "Timing",
    "TimingInputs",
    "Varied",
    "Which",
    "break_even",
    "decide",
    "decision_years",
    "lattice",
    "quantile_year",
    "solve",
    "time_launch",
    "tornado",
]
