"""What goes in? Dimensional chains, shared hard points, the battery that fits, exact placement."""

from wheelbase.fit.check import Clearances, Overlap, check, clearances_of
from wheelbase.fit.compare import Cause, Difference, compare
from wheelbase.fit.counted_list import read_counted_packs
from wheelbase.fit.envelope import envelope, outline
from wheelbase.fit.explain import explain, repaired
from wheelbase.fit.family import FAMILIES
from wheelbase.fit.many import Fits, fit_many
from wheelbase.fit.pack import PackDesign, built_to_pack, pack_of
from wheelbase.fit.pack_check import PackCheck, PackChecks, counted_packs, validate_packs
from wheelbase.fit.packed_list import read_packed_cars
from wheelbase.fit.place import PLACE_LEAVES_OUT, Effort, place
from wheelbase.fit.reality import PackagingError, PackedCar, PackError, validate_packaging
from wheelbase.fit.result import (
    Bound,
    Box,
    Conflict,
    Envelope,
    Explanation,
    Fit,
    Level,
    Placement,
    Remedy,
    Repair,
    Solver,
    Zone,
)
from wheelbase.fit.tooling import ToolSets, own_tools, tool_sets
from wheelbase.fit.verb import LEAVES_OUT, Draws, fit, interval_draws, sample

__all__ = [
    "FAMILIES",
    "LEAVES_OUT",
    "PLACE_LEAVES_OUT",
    "Bound",
    "Box",
    "Cause",
    "Clearances",
    "Conflict",
    "Difference",
    "Draws",
    "Effort",
    "Envelope",
    "Explanation",
    "Fit",
    "Fits",
    "Level",
    "Overlap",
    "PackCheck",
    "PackChecks",
    "PackDesign",
    "PackError",
    "PackagingError",
    "PackedCar",
    "Placement",
    "Remedy",
    "Repair",
    "Solver",
    "ToolSets",
    "Zone",
    "built_to_pack",
    "check",
    "clearances_of",
    "compare",
    "counted_packs",
    "envelope",
    "explain",
    "fit",
    "fit_many",
    "interval_draws",
    "outline",
    "own_tools",
    "pack_of",
    "place",
    "read_counted_packs",
    "read_packed_cars",
    "repaired",
    "sample",
    "tool_sets",
    "validate_packaging",
    "validate_packs",
]
