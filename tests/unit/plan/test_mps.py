"""Core files: kinds of rows, bounds and ranges, fixed and free fields, what is refused."""

import numpy as np
import pytest
from newsvendor import VENDOR

from wheelbase.errors import DataError
from wheelbase.plan.mps import read_core

BOUNDED = """NAME B
ROWS
 N COST
 N SPARE
 L L
 G G
 E UP
 E DOWN
COLUMNS
 M 'MARKER' 'INTORG'
 A COST 1 L 1
 A SPARE 1
 M 'MARKER' 'INTEND'
 B COST 1 G 1
 C COST 1 UP 1
 D COST 1 DOWN 1
 E COST 1 L 1
 F COST 1 L 1
 G COST 1 L 1
 H COST 1 L 1
 I COST 1 L 1
RHS
 COST -7 L 4
 G 3 UP 5
 DOWN 5
RANGES
 L 1 G 2
 UP 2 DOWN -2
BOUNDS
 UP BND B 4
 LO BND B 1
 FX BND C 2.5
 FR BND D
 MI BND E
 BV BND F
 LI BND G 2
 UI BND G 9
 UP BND H 1e30
 UP BND I -1
ENDATA
"""


def test_every_kind_of_bound_and_range_is_read():
    core = read_core(BOUNDED)
    inf = np.inf
    assert core.low.tolist() == [0, 1, 2.5, -inf, -inf, 0, 2, 0, -inf]
    assert core.high.tolist() == [inf, 4, 2.5, inf, inf, 1, 9, inf, -1]
    assert core.integer.tolist() == [True, *[False] * 4, True, True, False, False]
    assert (core.rhs + core.low_shift).tolist() == [3, 3, 5, 3]
    assert (core.rhs + core.high_shift).tolist() == [4, 5, 7, 5]
    assert core.offset == 7
    said = "\n".join(core.warnings)
    assert "free row 'SPARE'" in said and "1 whole columns have no bound" in said
    assert "taken from -infinity" in said


def fixed(kind="", *fields):
    """Return a line with its fields at the columns 2, 5, 15, 25, 40 and 50."""
    text = f" {kind:2} "
    for begin, word in zip((4, 14, 24, 39, 49), fields, strict=False):
        text = f"{text:{begin}}{word}"
    return text


def test_fixed_fields_allow_names_with_spaces():
    core = [
        "NAME", "ROWS", fixed("N", "COST"), fixed("L", "SHELF"), fixed("E", "DE MAND"), "COLUMNS",
        fixed("", "MY X", "COST", "1.0", "SHELF", "1.0"), fixed("", "MY X", "DE MAND", "1.0"),
        fixed("", "SHORT", "COST", "3.0", "DE MAND", "1.0"),
        fixed("", "OVER", "COST", "0.5", "DE MAND", "-1.0"),
        "RHS", fixed("", "RHS", "SHELF", "10.0", "DE MAND", "2.0"), "ENDATA",
    ]  # fmt: skip
    found, free = read_core("\n".join(core)), read_core(VENDOR)
    assert found.columns == ("MY X", "SHORT", "OVER") and found.has_spaces and not free.has_spaces
    for name in ("cost", "row_of", "column_of", "value", "rhs"):
        assert getattr(found, name).tolist() == getattr(free, name).tolist()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("X COST 1", "X COST one", "core:7: 'one' is no finite number"),
        ("X COST 1", "X COST nan", "core:7: 'nan' is no finite number"),
        ("X DEMAND 1", "X DEMANDS 1", "core:8: no row 'DEMANDS'; did you mean 'DEMAND'?"),
        (" X DEMAND 1", " X SHELF 2", "core:8: X in SHELF stands twice"),
        (" L SHELF", " Q SHELF", "core:4: a row is N, L, G or E"),
        (" N COST", " L COST", "core: no objective"),
        ("RHS\n", "QUADOBJ\n", "core:11: section 'QUADOBJ' is not read"),
        ("ENDATA", "BOUNDS\n UP BND X -1\n LO BND X 3\nENDATA", "must lie in 3 .. -1"),
        ("ENDATA", "BOUNDS\n SC BND X 4\nENDATA", "core:14: bound 'SC' is not read"),
        (" X COST 1 SHELF 1", " X COST 1 SHELF", "core:7: 4 fields"),
    ],
)
def test_bad_cores_are_named_with_their_line(old, new, said):
    with pytest.raises(DataError) as caught:
        read_core(VENDOR.replace(old, new, 1))
    assert any(said in problem for problem in caught.value.problems), caught.value.problems
