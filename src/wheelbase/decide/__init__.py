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
from wheelbase.decide.hindcast import Case, Forecast, forecast, path_value
from wheelbase.decide.score import Failure, Outcome, judge, score_decision
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
    "Case",
    "Failure",
    "Flip",
    "Forecast",
    "Lattice",
    "Outcome",
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
    "forecast",
    "judge",
    "lattice",
    "path_value",
    "quantile_year",
    "score_decision",
    "solve",
    "time_launch",
    "tornado",
]
