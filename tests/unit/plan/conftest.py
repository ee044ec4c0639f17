"""The trees over which plans are tested."""

import pytest
from small_maker import FORECAST, STAGES

from wheelbase.plan import Tree, share_tree


@pytest.fixture(scope="module")
def tree():
    return share_tree(STAGES, 2032, FORECAST, 0.28, 3)


@pytest.fixture(scope="module")
def line():
    """One way, without branches."""
    return Tree((-1, 0, 1), (0, 1, 2), STAGES, (4, 4, 5), (1.0,) * 3, (0.1, 0.2, 0.3))
