"""Pictures of an answer: figures, drawings, and one offline page. Computes nothing."""

from wheelbase.report.drawing import side_view, top_view
from wheelbase.report.figures import FIGURES, Figure
from wheelbase.report.gltf import glb
from wheelbase.report.isometric import isometric_view
from wheelbase.report.page import figure, page, write
from wheelbase.report.scene import boxes_json
from wheelbase.report.sheets import arrangement, sheet
from wheelbase.report.svg import standalone

__all__ = ["FIGURES", "Figure", "arrangement", "boxes_json", "figure", "glb", "isometric_view"]
__all__ += ["page", "sheet", "side_view", "standalone", "top_view", "write"]
