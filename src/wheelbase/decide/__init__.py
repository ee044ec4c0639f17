"""Which way, for which segments, and when? Timing as optimal stopping, and what would flip it."""

from wheelbase.decide.answer import Answer, Confidence, Flat, Flip, Partnering, Scope, decide
from wheelbase.decide.breakeven import BreakEven, break_even, chosen_inputs
from wheelbase.decide.cause import Cause, Causes, PenaltyShare, causes
from wheelbase.decide.cells import Weighed, weigh
from wheelbase.decide.hindcast import Case, Forecast, forecast, path_value
from wheelbase.decide.inputs import TimingInputs
from wheelbase.decide.regret import Licence, Regret
from wheelbase.decide.renew import Renewal, renewal
from wheelbase.decide.robust import Robustness, WayValue, drawn_inputs
from wheelbase.decide.score import Failure, Outcome, score_decision, verdict
from wheelbase.decide.timing import Lattice, Policy, Solution, decision_years, lattice, solve
from wheelbase.decide.truth import Move, Truth
from wheelbase.decide.value import (
    Swing,
    Timing,
    Varied,
    quantile_year,
    time_launch,
    tornado,
)
from wheelbase.decide.ways import Judged, Portfolio, Segment, Which, judge, portfolios
from wheelbase.decide.worth import Priced, Stages

__all__ = [
    "Answer",
    "BreakEven",
    "Case",
    "Cause",
    "Causes",
    "Confidence",
    "Failure",
    "Flat",
    "Flip",
    "Forecast",
    "Judged",
    "Lattice",
    "Licence",
    "Move",
    "Outcome",
    "Partnering",
    "PenaltyShare",
    "Policy",
    "Portfolio",
    "Priced",
    "Regret",
    "Renewal",
    "Robustness",
    "Scope",
    "Segment",
    "Solution",
    "Stages",
    "Swing",
    "Timing",
    "TimingInputs",
    "Truth",
    "Varied",
    "WayValue",
    "Weighed",
    "Which",
    "break_even",
    "causes",
    "chosen_inputs",
    "decide",
    "decision_years",
    "drawn_inputs",
    "forecast",
    "judge",
    "lattice",
    "path_value",
    "portfolios",
    "quantile_year",
    "renewal",
    "score_decision",
    "solve",
    "time_launch",
    "tornado",
    "verdict",
    "weigh",
]
