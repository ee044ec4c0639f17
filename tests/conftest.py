"""Fixtures that are costly to make, once for the whole session."""

import cProfile
import os
import pstats
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from wheelbase.catalogue import catalogue
from wheelbase.study import load, run_study

settings.register_profile("untimed", deadline=None)  # how long an example takes is no finding
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def facts():
    return catalogue()


@pytest.fixture(scope="session")
def study(facts):
    return load("clar-or-bespoke", facts)


@pytest.fixture(scope="session")
def profiled_run(study, tmp_path_factory):
    """The demo's study, run once under a profiler."""
    profile = cProfile.Profile()
    done = profile.runcall(run_study, study, tmp_path_factory.mktemp("demo") / "run")
    return done, profile


@pytest.fixture(scope="session")
def ran(profiled_run):
    """The demo's study, run once: results and run folder; tests write elsewhere."""
    return profiled_run[0]


@pytest.fixture(scope="session")
def ran_functions(profiled_run):
    """File and name of every function that the run of the demo called."""
    stats = pstats.Stats(profiled_run[1]).stats
    return {(Path(file).resolve(), name) for file, _, name in stats}


@pytest.fixture(scope="session")
def results(ran):
    return ran.results


def pytest_addoption(parser):
    parser.addoption("--golden", action="store_true", help="write the records in tests/golden anew")


def pytest_configure(config):
    # A shell starts what runs in the background deaf to Ctrl-C, which its children inherit.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--golden"):
        os.environ["WHEELBASE_GOLDEN"] = "1"
