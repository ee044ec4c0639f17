"""What the tests of sound share: the cars of the study."""

import pytest

from wheelbase.study import build_cars


@pytest.fixture(scope="package")
def cars(study):
    return build_cars(study).variants
