"""The maker that the tests of the decision share: invented figures, two segments."""

from types import SimpleNamespace

import pytest
from timed_maker import BASE, ONE, VARIED

from wheelbase.decide import PenaltyShare, Scope, Segment, decide

SEGMENTS = (
    Segment("sedan", "sedan", 0.5, -900 * ONE),
    Segment("suv", "SUV", 0.5, 900 * ONE),
)
PARTS = (
    PenaltyShare("hours", "mixed line", "cost", 800 * ONE),
    PenaltyShare("cabin", "cabin", "packaging", 1500 * ONE),
)
SCOPE = Scope(segments=SEGMENTS, parts=PARTS)


@pytest.fixture(scope="session")
def case():
    """Return the figures of the maker."""
    return SimpleNamespace(
        base=BASE, varied=VARIED, segments=SEGMENTS, parts=PARTS, scope=SCOPE, one=ONE
    )


@pytest.fixture(scope="session")
def answer():
    """Return its decision, tested on a few draws."""
    return decide(BASE, VARIED, 60, 5, SCOPE)
