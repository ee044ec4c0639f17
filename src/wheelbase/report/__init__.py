"""Pictures of an answer: figures, drawings, and one offline page. Computes nothing."""

from wheelbase.report.drawing import side_view, top_view
from wheelbase.report.figures import FIGURES, Figure
from wheelbase.report.front import three_view
from wheelbase.report.gltf import glb
from wheelbase.report.isometric import isometric_view
from wheelbase.report.page import figure, figures_of, page, page_parts, write
from wheelbase.report.scene import boxes_json
from wheelbase.report.sheets import arrangement, sheet
from wheelbase.report.svg import standalone
from wheelbase.report.sweep_page import sweep_figures, sweep_page, sweep_parts, write_sweep
from wheelbase.report.view import view_json

__all__ = [
    "FIGURES",
    "Figure",
    "arrangement",
    "boxes_json",
    "figure",
    "figures_of",
    "glb",
    "isometric_view",
]
__all__ += ["page", "page_parts", "sheet", "side_view", "standalone", "three_view", "top_view"]
__all__ += ["sweep_figures", "sweep_page", "sweep_parts", "view_json", "write", "write_sweep"]
