"""Pictures of an answer: figures, drawings, and one offline page. Computes nothing."""

from wheelbase.report.drawing import side_view, top_view
from wheelbase.report.figures import FIGURES, Figure
from wheelbase.report.page import figure, page, write

__all__ = ["FIGURES", "Figure", "figure", "page", "side_view", "top_view", "write"]
