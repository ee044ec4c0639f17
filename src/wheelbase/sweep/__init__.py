"""What about a million others? Sample, compute, store and query whole families of designs."""

from wheelbase.sweep.again import replay
from wheelbase.sweep.batch import Bench, bench, designs
from wheelbase.sweep.cited import cited
from wheelbase.sweep.front import OBJECTIVES, front
from wheelbase.sweep.indices import Index, Method, Sensitivity, sensitivity
from wheelbase.sweep.placed import FRONT, design_of, place_front
from wheelbase.sweep.progress import Progress, silent
from wheelbase.sweep.run import MOST, Sweep, sweep
from wheelbase.sweep.sample import Sampling
from wheelbase.sweep.space import Space, Uniform, Varied, space_of
from wheelbase.sweep.summary import summary
from wheelbase.sweep.table import Column

__all__ = [
    "FRONT",
    "MOST",
    "OBJECTIVES",
    "Bench",
    "Column",
    "Index",
    "Method",
    "Progress",
    "Sampling",
    "Sensitivity",
    "Space",
    "Sweep",
    "Uniform",
    "Varied",
    "bench",
    "cited",
    "design_of",
    "designs",
    "front",
    "place_front",
    "replay",
    "sensitivity",
    "silent",
    "space_of",
    "summary",
    "sweep",
]
