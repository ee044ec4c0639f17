"""A run cites the methods and the facts that it used, all of them and nothing else."""

import cProfile
import json
import pstats
import re
from dataclasses import replace
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from pkgutil import walk_packages

import pytest

import wheelbase
from wheelbase.cli.main import run_command
from wheelbase.study import alliance_results, citations, load, load_any, network_results
from wheelbase.study.methods import METHODS, entries
from wheelbase.study.reads import ids_read, noted
from wheelbase.study.run import results_of
from wheelbase.sweep.cited import METHODS as SWEPT

ROOT = Path(__file__).parents[3]
SMALL = {"edu-alliance": alliance_results, "plant-flexibility": network_results}


def functions_called(profile):
    """Return file and name of every function that ran."""
    return {(Path(file).resolve(), name) for file, _, name in pstats.Stats(profile).stats}


def place_of(function):
    module, name = function.rsplit(".", 1)
    found = getattr(import_module(f"wheelbase.{module}"), name)
    return Path(found.__code__.co_filename).resolve(), name


@pytest.fixture(scope="module", params=SMALL)
def profiled(request, facts):
    study, profile = load_any(request.param, facts), cProfile.Profile()
    return profile.runcall(SMALL[request.param], study), functions_called(profile)


def test_the_methods_that_a_small_run_cites_are_those_that_ran(profiled):
    results, called = profiled
    assert [m.function for m in METHODS if m.ran(results)] == [
        m.function for m in METHODS if place_of(m.function) in called
    ]


def test_the_methods_that_the_demo_cites_are_those_that_ran(ran, ran_functions):
    cited = {m.function for m in METHODS if m.ran(ran.results)}
    assert cited == {m.function for m in METHODS if place_of(m.function) in ran_functions}


ELSEWHERE = {
    "cost.bill.price": "omega-frm",
    "cost.learning.learned": "omega-frm",
    "integrate.mass._pack": "auvecode",
    "integrate.mass._trim": "omega-glider",
    "integrate.mass.masses_of": "alonso-2012",
    "partner.nucleolus.is_nucleolus": "kohlberg-1971",
    "plan.reduce.reduction": "heitsch-roemisch-2009",
    "simulate.machine.machine_model": "auvecode",
}
"""Functions with a source that is cited for another function, or for the facts that it reads."""
NO_WORK = {"cost.customer.monthly_payment", "simulate.charge_battery.limit_rate"}


def functions_with_a_source():
    """Return every function of the product whose docstring names a source."""
    found = []
    for module in walk_packages(wheelbase.__path__, "wheelbase."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(import_module(module.name)).items():
            own = isfunction(value) and value.__module__ == module.name
            if own and "Source:" in (value.__doc__ or ""):
                found.append(f"{module.name.removeprefix('wheelbase.')}.{name}")
    return found


def test_no_function_that_ran_and_names_a_work_is_left_out(ran, ran_functions):
    asked = {f for f in functions_with_a_source() if place_of(f) in ran_functions}
    assert len(asked) > 15
    assert asked - {m.function for m in METHODS} == set(ELSEWHERE) | NO_WORK
    assert set(ELSEWHERE.values()) <= {c.key for c in ran.citations()}


def test_no_function_of_a_small_run_that_names_a_work_is_left_out(profiled):
    called = profiled[1]
    asked = {f for f in functions_with_a_source() if place_of(f) in called}
    assert asked and asked - {m.function for m in METHODS} <= set(ELSEWHERE)


def test_a_run_without_a_deal_cites_no_rule_of_sharing(results):
    works = {c.key for c in citations(results)}
    assert {"shapley-1953", "schmeidler-1969", "wright-1936"} <= works
    asked = {m["key"]: m["used"] for m in _methods_without(results, "alliance")}
    assert not {"schmeidler-1969", "wright-1936", "maschler-1979"} & set(asked)
    assert not any("deal" in use for use in asked["shapley-1953"])  # causes are shared by it too


def test_a_plan_by_benders_cites_benders_and_not_the_extensive_form(results):
    other = results | {"plan": results["plan"] | {"method": "Benders decomposition"}}
    keys = {m["key"] for m in _methods_without(other)}
    assert "benders-1962" in keys and "birge-louveaux-2011" not in keys
    assert "benders-1962" not in {c.key for c in citations(results)}


def test_a_study_without_a_plug_in_cites_no_utility_factor(results):
    cars = {id: v for id, v in results["variants"].items() if v["kind"] != "phev"}
    keys = {m["key"] for m in _methods_without(results | {"variants": cars})}
    assert "eu-2023-443" not in keys and "eu-2023-443" in {c.key for c in citations(results)}


def _methods_without(results, *sections):
    from wheelbase.study.methods import methods_tree

    return methods_tree({k: v for k, v in results.items() if k not in sections})


def test_every_work_is_that_of_a_method_or_of_a_page():
    pages = "".join(p.read_text("utf-8") for p in (ROOT / "docs").rglob("*.md"))
    cited = set(
        re.findall(r"[a-z][a-z0-9-]+", " ".join(re.findall(r"\{cite\w*\}`([^`]+)`", pages)))
    )
    used = {key for m in (*METHODS, *SWEPT) for key in m.keys}
    assert used <= set(entries())
    assert set(entries()) <= used | cited


def test_facts_that_no_car_of_the_demo_needs_are_not_cited(results, facts):
    """Its diesel is in it, an Atkinson engine is not."""
    ids = {f["id"] for f in results["facts"] if f["place"].startswith("engine_technology")}
    assert "diesel" in ids
    assert "atkinson-petrol" in facts.engine_technology and "atkinson-petrol" not in ids
    assert {f["source"] for f in results["facts"]} == {s["key"] for s in results["sources"]}


def test_a_list_that_no_step_of_the_demo_reads_is_not_cited(results, facts):
    """Published charging times are for validation; of the chargers one is charged at."""
    read = {}
    for fact in results["facts"]:
        read.setdefault(fact["place"].split(".csv")[0], set()).add(fact["id"])
    assert len(facts.charge_time) > 20 and "charge_time" not in read
    assert len(read["charger"]) == 1 < len(facts.charger)
    assert len(read["cell_model"]) == len(read["charge_class"]) == 1  # of its one chemistry
    assert read["warning_sound"] == {"warning-world"}  # the battery car warns those on foot


def test_a_catalogue_of_the_cited_facts_alone_gives_the_same_run(results, facts):
    """What is not cited was not needed: all of it is taken away."""
    cited = {}
    for fact in results["facts"]:
        cited.setdefault(fact["place"].split(".csv")[0], set()).add(fact["id"])
    shelves = {
        shelf.kind: replace(
            shelf, items={i: v for i, v in shelf.items.items() if i in cited.get(shelf.kind, ())}
        )
        for shelf in facts.shelves
    }
    assert sum(len(s) for s in shelves.values()) < 0.6 * sum(len(s) for s in facts.shelves)
    again, _ = results_of(load("clar-or-bespoke", replace(facts, **shelves)))
    kept = {"manifest"}  # holds the hash of all facts
    assert [
        k for k in results if k not in kept and _as_json(again[k]) != _as_json(results[k])
    ] == []


def _as_json(value):
    return json.dumps(value, sort_keys=True)


def test_notes_are_taken_of_what_is_read_by_id_and_as_a_list(facts):
    kept, read = noted(facts)
    kept.engine_technology["atkinson-petrol"]
    assert list(read) == ["engine_technology:atkinson-petrol"]
    list(kept.overhead), list(kept.engine_technology)
    found = ids_read(read, facts)
    assert found["overhead"] == {item.id for item in facts.overhead}
    assert found["engine_technology"] == {"atkinson-petrol"}  # chosen from, then read by its id


def test_the_bibliography_of_a_run_is_bibtex(ran, capsys, tmp_path):
    pybtex = pytest.importorskip("pybtex.database")
    assert run_command(["cite", str(ran.folder)]) == 0
    found = pybtex.parse_string(capsys.readouterr().out, "bibtex")
    keys = {c.key for c in ran.citations()}
    assert set(found.entries) == keys and len(keys) > 50
    assert found.entries["shapley-1953"].fields["year"] == "1953"
    titles = {key: entry.fields["title"] for key, entry in found.entries.items()}
    assert titles["perron-2023"] == "{The CP-SAT-LP solver}"  # a style would make it cp-sat-lp
    assert all(t.startswith("{") and t.endswith("}") for t in titles.values())
    assert run_command(["cite", str(ran.folder), "-o", str(tmp_path / "refs.bib")]) == 0
    assert set(pybtex.parse_file(tmp_path / "refs.bib").entries) == keys


def test_a_program_reads_what_each_work_was_used_for(ran, capsys):
    assert run_command(["cite", str(ran.folder), "--json"]) == 0
    works = json.loads(capsys.readouterr().out)["result"]["citations"]
    shapley = next(w for w in works if w["key"] == "shapley-1953")
    assert shapley["kind"] == "method" and "Shapley" in shapley["used"]
    assert works[0]["kind"] == "software"


def test_a_place_that_cannot_be_written_is_named(ran, capsys, tmp_path):
    assert run_command(["cite", str(ran.folder), "-o", str(tmp_path / "none" / "x.bib")]) == 2
    assert "name another file" in capsys.readouterr().err
