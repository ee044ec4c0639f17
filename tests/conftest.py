"""Fixtures that are costly to make, once for the whole session."""

import pytest

from wheelbase.catalogue import catalogue
from wheelbase.study import load, results_of


@pytest.fixture(scope="session")
def facts():
    return catalogue()


@pytest.fixture(scope="session")
def study(facts):
    return load("clar-or-bespoke", facts)


@pytest.fixture(scope="session")
def results(study):
    return results_of(study)[0]
