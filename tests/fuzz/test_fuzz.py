"""A share of the fuzzing with fixed seeds, and whether its own eyes are open.

The record of the long runs is docs/reliability.md; `python -m fuzz` makes them.
"""

import random

import pytest
from fuzz import registry, targets
from fuzz.measures import unit_names, unit_of
from fuzz.mutate import Chance
from fuzz.registry import TARGETS, input_of, tried
from fuzz.sense import BOUNDS, absurd_car, absurd_parse, absurd_study, bound_at, leaves

from wheelbase import units
from wheelbase.study import bundled

SHARES = {
    "quantity": 1500, "yaml": 1500, "change": 250, "study": 250, "cars": 30, "facts": 250,
    "sources": 1000, "cycle": 500, "list": 500, "smps": 700, "store": 30, "results": 200,
    "query": 30, "json": 1500, "api": 250, "command": 40,
    "recording": 500, "vehicle": 300, "book": 60,
    "mode": 250, "hindcast": 60, "programs": 300,
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_hostile_input_is_accepted_with_sense_or_refused_in_words(name, tmp_path):
    found = []
    for index in range(SHARES[name]):
        outcome = tried(name, input_of(name, 7, index), tmp_path)
        if outcome.kind == "finding":
            found.append(f"python -m fuzz --seed 7 --show {name} {index}: {outcome.what}")
    assert not found, "\n".join(found[:5])


def test_a_target_that_raises_or_accepts_nonsense_is_a_finding(tmp_path, monkeypatch):
    def raises(given, place):
        raise KeyError("a fault")

    def absurd(given, place):
        raise targets.Absurd("a car of 7 km")

    for run in (raises, absurd):
        monkeypatch.setitem(registry.TARGETS, "odd", targets.Target(lambda rng: 1, run))
        assert tried("odd", 1, tmp_path).kind == "finding"


def test_an_input_depends_on_its_number_alone():
    for name in ("study", "api", "smps"):
        assert input_of(name, 3, 5) == input_of(name, 3, 5) != input_of(name, 3, 6)


def test_bytes_steer_what_is_made_of_them():
    contents = [random.Random(n).randbytes(80) for n in range(40)]
    made = [TARGETS["json"].make(Chance(content)) for content in contents]
    assert len(set(made)) > 20
    assert made == [TARGETS["json"].make(Chance(content)) for content in contents]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tank: 59 l", "tank: 59 m3"),
        ("charger: 11 kW", "charger: 11 mm"),
        ("request: 380 km", "request: 380 mm"),
        ("date: 2019-11-14", "date: 0019-11-14"),
        ("value: 8 %, low: 6 %", "value: 8 %, low: 9 %"),
        ("extends: builtin/sedan-d,", "extends: builtin/sedan-d, L101: 5 m, L103: 4.5 m,"),
    ],
)
def test_the_second_reader_sees_what_makes_no_sense(old, new):
    text = bundled()["clar-or-bespoke"].read_text("utf-8")
    assert old in text and not absurd_study(text)
    assert absurd_study(text.replace(old, new, 1))


def test_the_second_reader_takes_every_study_that_others_are_made_of():
    for text in targets.studies().values():
        assert targets.checked(text)
        assert not absurd_study(text)


def test_every_bound_is_met_by_a_number_of_those_studies():
    met = {bound_at(path) for text in targets.studies().values() for path, _ in leaves(text)}
    assert not set(BOUNDS) - met


def test_a_number_of_which_the_second_reader_knows_nothing_is_a_finding():
    text = bundled()["bills"].read_text("utf-8")
    assert absurd_study(text + "more: {something: 3 kg}\n")
    assert not absurd_study(text + "more: {something: a word}\n")


@pytest.mark.parametrize(
    ("target", "blind"),
    [
        ("study", (units.Quantity, "admits", lambda quantity, value: True)),  # a load of -400 kg
        ("quantity", (units, "_expect", lambda *any_: None)),  # a length of 3 kg
    ],
    ids=["no range", "no dimension"],
)
def test_a_product_that_looks_at_nothing_is_found_out(target, blind, tmp_path, monkeypatch):
    monkeypatch.setattr(*blind)
    outcomes = [tried(target, input_of(target, 7, n), tmp_path) for n in range(SHARES["study"])]
    found = [outcome.what for outcome in outcomes if outcome.kind == "finding"]
    assert len([what for what in found if what.startswith("Absurd")]) >= 3, found


def test_both_readers_of_quantities_know_the_same_units():
    assert {*unit_names()} == {*units._ATOMS}
    for name in unit_names():
        assert not absurd_parse(f"7 {name}", "any", name, 7.0)
        dimensions, factor = units._ATOMS[name]
        second = unit_of(name)
        assert second.dimensions == {*dimensions}
        assert second.factor == pytest.approx(factor, rel=1e-15)


def test_the_second_reader_of_quantities_and_cars_can_say_no():
    assert absurd_parse("3 kg", "length", "m", 3.0)
    assert absurd_parse("3 mm", "length", "m", 3.0)
    assert absurd_parse("3 mm*", "length", "m", 0.003)
    assert absurd_parse("3 EUR/USD", "share", "-", 3.0)
    assert absurd_parse("3 USD2019", "money", "EUR", 3e6)
    assert not absurd_parse("3 mm", "length", "m", 0.003)
    assert not absurd_parse("2 N/(m/s)^2", "drag", "N/(m/s)^2", 2.0)
    assert absurd_car({"curb_mass": (90.0, "kg")}) and absurd_car({"any": (float("nan"), "-")})
    assert not absurd_car({"curb_mass": (1500.0, "kg")})
