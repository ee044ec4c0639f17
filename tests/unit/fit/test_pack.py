"""From a cell to a pack: every number is worked out from the cell by hand."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.errors import FitError
from wheelbase.fit import PackedCar, built_to_pack, fit, pack_of, validate_packaging
from wheelbase.fit.cells import wiring
from wheelbase.fit.pack import energy_of, wired

KWH = 3.6e6


def test_a_pack_is_the_sum_of_its_cells_modules_and_housing(facts):
    """96s3p of the E78: 78 Ah x 3.65 V, 265 Wh/kg; AuVeCoDe's factors as the facts hold them."""
    cell = facts.cell["lg-e78"]
    found = wired(cell, 96, 3, facts)
    energy = 288 * 78 * 3600 * 3.65
    assert found.energy == pytest.approx(energy)
    cells = energy / 3600 / 265
    volume = energy / cell.energy_density * 2.155 * (101 + 43.47) / 101
    assert found.cell_mass == pytest.approx(cells)
    assert found.volume == pytest.approx(volume)
    assert found.mass == pytest.approx(cells * 1.2325 + 336 * volume + 11.49)
    assert found.mass_ratio == pytest.approx(cells / found.mass)
    assert found.modules == 12
    assert found.voltages == pytest.approx((96 * 2.8, 96 * 4.2))
    assert found.charge == pytest.approx(3 * 78 * 3600)


def test_resistance_of_a_pack_is_that_of_its_strings(facts):
    """0.101 Ohm Ah over 116 Ah is 0.87 mOhm a cell; 94 in series and two strings are 40.9 mOhm."""
    found = wired(facts.cell["catl-116"], 94, 2, facts)
    assert found.resistance == pytest.approx(0.101 / 116 * 94 / 2)


@pytest.mark.parametrize(("volts", "low"), [(400.0, 0.58), (800.0, 0.5)])
def test_strings_lie_in_the_window_of_their_class(facts, volts, low):
    """The iX3 of 400 V is empty at 235 V (batterydesign.net), E-GMP of 800 V at 144 x 2.8 V."""
    assert low * volts <= {400.0: 235.0, 800.0: 144 * 2.8}[volts]
    empty, full = pack_of(facts.cell["lg-m50"], 80 * KWH, volts, facts).voltages
    assert low * volts <= empty < full <= 1.16 * volts


def test_the_smallest_pack_of_an_800_volt_car_lies_in_its_window_alone(facts):
    """E-GMP's 58 kWh: 24 modules of 12 cells in pairs (InsideEVs) are 144 in series."""
    cell = facts.cell["sk-on-56"]
    found = pack_of(cell, 58 * KWH, 800.0, facts)
    assert (found.wiring.series, found.wiring.parallel, found.modules) == (144, 2, 24)
    assert pack_of(cell, 58 * KWH, 400.0, facts).wiring.series == 96
    c = {id: constant.value for id, constant in facts.chain_constant.items.items()}
    assert wiring(144, cell, 800.0, c) == wired(cell, 144, 1, facts).wiring
    assert wiring(143, cell, 800.0, c) is None


def test_the_strings_of_a_published_pack_of_400_volts_are_wired(facts):
    """The iX3 holds 94s2p, empty at 235 V (batterydesign.net)."""
    c = {id: constant.value for id, constant in facts.chain_constant.items.items()}
    assert wiring(94, facts.cell["catl-116"], 400.0, c).series == 94


def test_without_modules_a_pack_is_lighter_and_smaller(facts):
    cell = facts.cell["catl-btf0-161"]
    plain = replace(cell, plan_factor=2.0)
    alone = built_to_pack(plain, facts)
    assert alone.plan_factor == 1.5 and alone.module_mass_factor == 1.03
    with_modules, without = (wired(c, 106, 1, facts) for c in (plain, alone))
    assert without.mass < with_modules.mass and without.volume < with_modules.volume
    assert without.energy == with_modules.energy
    assert without.modules is None


def test_a_round_cell_packs_no_closer_without_modules(facts):
    cell = facts.cell["panasonic-2170"]
    assert built_to_pack(cell, facts).plan_factor == cell.plan_factor


def test_a_pack_that_no_count_of_strings_meets_names_the_nearest_ones(facts):
    """20 kWh of 800 V: the least string has 403 V / 2.8 V = 144 cells, 12 modules, 29.1 kWh."""
    with pytest.raises(FitError) as caught:
        pack_of(facts.cell["sk-on-56"], 20 * KWH, 800.0, facts)
    (said,) = caught.value.problems
    assert "20.0 kWh of sk-on-56" in said and "modules of 12" in said
    assert f"ask for {144 * 55.6 * 3.63 / 1000:.1f} kWh (144 cells)" in said


def test_a_cell_that_swings_wider_than_the_window_says_what_to_do(facts):
    wide = replace(facts.cell["lg-e78"], minimum_voltage=1.5)
    with pytest.raises(FitError, match="limit its use to less"):
        pack_of(wide, 80 * KWH, 400.0, facts)


def test_a_voltage_class_without_any_string_names_the_others(facts):
    with pytest.raises(FitError, match="400 V or the 800 V class"):
        pack_of(facts.cell["lg-e78"], 1 * KWH, 3.0, facts)


def test_a_cell_of_unknown_charge_and_size_builds_no_pack(facts):
    with pytest.raises(FitError, match="neither its charge nor its length and width"):
        energy_of(replace(facts.cell["lg-e78"], charge=None, length=None))


def test_what_chooses_among_formats_does_not_see_makers_cells(study, facts):
    shelf = facts.cell
    alone = replace(shelf, items={id: c for id, c in shelf.items.items() if c.is_format})
    assert 0 < len(alone) < len(shelf)
    train = replace(study.powertrains["bev"], cell=shelf["cylindrical-95"])
    body, platform = replace(study.bodies["sedan_d"], H100=1.40), study.platforms["clar_like"]
    both = [fit(platform, body, train, f, {}) for f in (facts, replace(facts, cell=alone))]
    assert both[0].remedies == both[1].remedies
    car = PackedCar(
        name="one", floor="flat", style="suv", L101=2.9, W103=1.9, H100=1.65, H156=0.16,
        tyre_radius=0.37, shape="pouch", cell_height=None, rear_power=150e3, front_power=0.0,
        second_level=False, year=2025.0, gross=80 * KWH,
    )  # fmt: skip
    found = [validate_packaging((car,), f) for f in (facts, replace(facts, cell=alone))]
    assert found[0] == found[1]


@settings(max_examples=60, deadline=None)
@given(
    energy=st.floats(40, 120),
    volts=st.sampled_from([400.0, 800.0]),
    name=st.sampled_from(["lg-m50", "panasonic-2170", "tesla-4680"]),
)
def test_small_cells_meet_any_energy_within_half_a_string(facts, energy, volts, name):
    cell = facts.cell[name]
    found = pack_of(cell, energy * KWH, volts, facts)
    apart = abs(found.energy - energy * KWH) / energy_of(cell)
    assert apart <= found.wiring.series / 2 + 1e-6
    assert found.cells == found.wiring.series * found.wiring.parallel
    assert found.cell_mass < found.mass and found.cell_volume < found.volume


@settings(max_examples=40, deadline=None)
@given(energy=st.floats(55, 120))
def test_a_pack_of_modules_has_whole_ones(facts, energy):
    found = pack_of(facts.cell["lg-60"], energy * KWH, 400.0, facts)
    assert found.modules is not None and found.modules * 12 == found.cells
