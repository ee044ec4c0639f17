"""Tables of cells by PyBaMM; few points, since each one is a solved cell."""

import csv
import io
import sys

import pytest

from wheelbase.catalogue import CellModel, read_sources
from wheelbase.catalogue.load import load
from wheelbase.errors import DataError
from wheelbase.simulate import derive_cell
from wheelbase.simulate.charge_battery import PER_HOUR

# Computed before with PyBaMM 26.10.1.1: rate to charge where plating begins, over nominal 5 Ah.
BEFORE = {0.75: 0.727, 1.0: 0.586, 1.25: 0.429, 1.5: 0.288, 2.0: 0.178, 2.5: 0.137, 3.0: 0.124}
NOMINAL = 5.0  # Ah
COLUMNS = ("id", "field", "value", "unit", "source", "page", "status")


@pytest.fixture(scope="module")
def derived():
    return derive_cell("Chen2020", (0.2, 0.5, 0.8), (2 * PER_HOUR, PER_HOUR, 0.25 * PER_HOUR))


def test_the_tables_of_chen2020_are_those_of_the_catalogue(derived, facts):
    model, shipped = derived.model, facts.cell_model["chen2020"]
    assert model.capacity == pytest.approx(shipped.capacity, rel=1e-3)
    for state in (0.2, 0.5, 0.8):
        for name in ("open_circuit_voltage", "resistance_charge"):
            there = getattr(shipped, name)[state]
            assert getattr(model, name)[state] == pytest.approx(there, rel=2e-3)
    by_rate = {round(rate / PER_HOUR, 6): state for state, rate in shipped.charge_limit.items()}
    found = {round(rate / PER_HOUR, 6): state for state, rate in model.charge_limit.items()}
    assert {c: found[c] for c in (1.0, 2.0)} == pytest.approx(
        {c: by_rate[c] for c in (1.0, 2.0)}, abs=2e-3
    )


def test_a_rate_without_plating_holds_up_to_the_full_cell(derived):
    assert derived.model.charge_limit[1.0] == pytest.approx(0.25 * PER_HOUR)


def test_the_open_circuit_voltage_of_a_full_and_an_empty_cell_is_its_window(facts):
    for model in facts.cell_model:
        volts = model.open_circuit_voltage
        assert volts[0.0] == pytest.approx(model.lower_voltage, abs=2e-3)
        assert volts[1.0] == pytest.approx(model.upper_voltage, abs=2e-3)
        assert sorted(volts.values()) == [volts[state] for state in sorted(volts)]


def test_the_charge_limit_is_the_one_computed_before(facts):
    """Both begin at a tenth; the earlier one counts charge and rate over the nominal 5 Ah.

    It was read off coarse steps of time, so it may be off by 0.02.
    """
    model = facts.cell_model["chen2020"]
    whole = model.capacity / 3600
    for c, before in BEFORE.items():
        rate = c * NOMINAL / whole * PER_HOUR
        points = sorted((r, s) for s, r in model.charge_limit.items())
        (r0, s0), (r1, s1) = next(
            pair
            for pair in zip(points, points[1:], strict=False)
            if pair[0][0] <= rate <= pair[1][0]
        )
        state = s0 + (s1 - s0) * (rate - r0) / (r1 - r0)
        assert 0.1 + (state - 0.1) * whole / NOMINAL == pytest.approx(before, abs=0.02), c


def test_a_later_parameter_set_of_the_same_cell_gives_the_same_limit(facts):
    first, second = (facts.cell_model[id].charge_limit for id in ("chen2020", "okane2022"))
    pairs = zip(sorted(first), sorted(second), strict=True)
    assert all(abs(a - b) < 0.015 for a, b in pairs)


def test_the_rows_are_a_facts_file_and_the_entry_one_of_its_sources(derived):
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *derived.rows("pybamm-chen2020")])
    sources = read_sources(derived.entry("pybamm-chen2020"), "new.bib")
    read = load(CellModel, text.getvalue(), "cell_model.csv", sources)["chen2020"]
    for name in ("charge_limit", "open_circuit_voltage", "resistance_charge"):
        there, back = getattr(derived.model, name), getattr(read, name)
        assert sorted(back) == pytest.approx(sorted(there), rel=1e-3)
        assert list(back.values()) == pytest.approx(list(there.values()), rel=1e-3)
    assert sources["pybamm-chen2020"].made.year == 2020
    assert "Widanage" in sources["pybamm-chen2020"].author
    assert "@article{Chen2020" in derived.citation and "@article{Sulzer2021" in derived.citation
    assert {row[-1] for row in derived.rows("x")} == {"derived"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Chen2021", "no parameter set 'Chen2021' in PyBaMM; did you mean Chen2020"),
        ("Xu2019", "Xu2019: has no .*; take a set of a whole lithium-ion cell"),
        ("ECM_Example", "ECM_Example: has no .*Negative electrode OCP"),
    ],
)
def test_a_set_that_is_none_or_holds_no_whole_cell_is_refused(name, says):
    with pytest.raises(DataError, match=says):
        derive_cell(name)


def test_without_the_extra_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pybamm", None)
    with pytest.raises(DataError, match=r"PyBaMM is not installed; .*wheelbase\[cells\]"):
        derive_cell("Chen2020")


def test_the_rooms_load_without_pybamm():
    import subprocess

    code = "import sys, wheelbase.simulate, wheelbase.cli.app; print('pybamm' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
