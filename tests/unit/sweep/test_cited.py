"""A sweep cites what a design of each of its variants read, and the methods that ran."""

import cProfile
import pstats
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from wheelbase.cli.main import run_command
from wheelbase.errors import DataError
from wheelbase.study import load_package
from wheelbase.sweep import Sampling, cited, sweep
from wheelbase.sweep.cited import METHODS


def place_of(function):
    module, name = function.rsplit(".", 1)
    found = getattr(import_module(f"wheelbase.{module}"), name)
    return Path(found.__code__.co_filename).resolve(), name


@pytest.fixture(scope="module", params=["lhs", "sobol"])
def profiled(request, facts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps") / request.param
    profile, study = cProfile.Profile(), load_package("family", facts)
    profile.runcall(sweep, study, 6, Sampling(request.param), folder=folder, workers=1)
    called = {(Path(file).resolve(), name) for file, _, name in pstats.Stats(profile).stats}
    return folder, called


def test_the_methods_that_a_sweep_cites_are_those_that_ran(profiled):
    folder, called = profiled
    expected = {k for m in METHODS if place_of(m.function) in called for k in m.keys}
    assert {work.key for work in cited(folder) if work.kind == "method"} == expected


def test_a_sweep_cites_the_sources_of_what_its_designs_read(profiled):
    folder, _ = profiled
    sources = {work.key for work in cited(folder) if work.kind == "facts"}
    assert {"omega-glider", "auvecode", "batterydesign-ix3"} <= sources  # masses, chains, its cell
    assert not {"iea-gevo-2019", "eurostat-2019"} & sources  # forecasts and prices of energy


def test_a_catalogue_of_the_cited_facts_alone_gives_the_same_designs(
    profiled, facts, monkeypatch, tmp_path
):
    """What is not cited was not needed: all of it is taken away."""
    folder, _ = profiled
    module, used = import_module("wheelbase.sweep.cited"), {}
    facts_of = module.facts_of
    monkeypatch.setattr(module, "facts_of", lambda f, ids: used.update(ids) or facts_of(f, ids))
    cited(folder)
    shelves = {
        shelf.kind: replace(
            shelf, items={i: v for i, v in shelf.items.items() if i in used.get(shelf.kind, ())}
        )
        for shelf in facts.shelves
    }
    less = load_package("family", replace(facts, **shelves))
    first, second = (
        sweep(study, 6, folder=tmp_path / name, workers=1)
        .sql("from designs order by design")
        .rows()
        for name, study in (("all", load_package("family", facts)), ("cited", less))
    )
    assert first == second and len(first) == 6


def test_the_command_cites_a_sweep(profiled, capsys):
    folder, _ = profiled
    assert run_command(["cite", str(folder)]) == 0
    assert "@software{wheelbase" in capsys.readouterr().out


def test_what_is_no_sweep_is_refused(ran):
    with pytest.raises(DataError, match="is no sweep"):
        cited(ran.folder)
