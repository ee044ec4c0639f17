"""What goes in? Dimensional chains, shared hard points, and the battery that fits."""

from wheelbase.fit.compare import Cause, Difference, compare
from wheelbase.fit.envelope import envelope
from wheelbase.fit.packed_list import read_packed_cars
from wheelbase.fit.reality import PackagingError, PackedCar, PackError, validate_packaging
from wheelbase.fit.result import Bound, Box, Conflict, Envelope, Fit, Remedy, Zone
from wheelbase.fit.tooling import own_tools, tool_sets
from wheelbase.fit.verb import LEAVES_OUT, fit, sample

__all__ = [
    "LEAVES_OUT",
    "Bound",
    "Box",
    "Cause",
    "Conflict",
    "Difference",
    "Envelope",
    "Fit",
    "PackError",
    "PackagingError",
    "PackedCar",
    "Remedy",
    "Zone",
    "compare",
    "envelope",
    "fit",
    "own_tools",
    "read_packed_cars",
    "sample",
    "tool_sets",
    "validate_packaging",
]
