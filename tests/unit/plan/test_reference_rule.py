"""When a reference that is written down counts as met."""

import numpy as np
import pytest

from wheelbase.plan import Reference, check_reference
from wheelbase.plan.solver import Solved, Status


def reference(value=100.0, bound=100.0, more=1150.0):
    done = Solved(value=value, bound=bound, gap=0.0, status=Status.OPTIMAL, point=np.zeros(0),
                  duals=np.zeros(0), seconds=0.0)  # fmt: skip
    return Reference(name="r", published=100.0, source="a book", solvers={"one": lambda: done},
                     more={"VSS": 1150.0}, derive=lambda: {"VSS": more})  # fmt: skip


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        ({}, True),
        ({"value": 100 + 0.9e-4, "bound": 100 - 0.9e-4}, True),
        ({"value": 100 + 1.1e-4}, False),
        ({"bound": 100 - 1.1e-4}, False),
        ({"more": 1150.005}, True),  # half a unit of the second decimal
        ({"more": 1150.0052}, False),
    ],
)
def test_a_reference_is_met_within_a_millionth_and_its_further_values_to_two_decimals(given, ok):
    checked = check_reference(reference(**given))
    assert checked.ok is ok and checked.is_published and checked.source == "a book"
