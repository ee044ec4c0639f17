from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from wheelbase.catalogue import Charger, class_of_voltage
from wheelbase.errors import DataError
from wheelbase.simulate import (
    FAST,
    Battery,
    Limit,
    Taper,
    battery_of,
    battery_of_car,
    battery_of_pack,
    charge,
    charge_time,
    fast_charge_time,
    fit_taper,
    is_chargeable,
)
from wheelbase.simulate.charge_battery import PER_HOUR, charge_class, limit_rate

KWH = 3.6e6


def plain(**changes):
    """A battery of 80 kWh at 400 V that takes the charge in an hour everywhere, without loss."""
    whole = np.array([0.0, 1.0])
    given = {
        "id": "plain", "energy": 80 * KWH, "usable_share": 1.0, "series": 100.0,
        "cell_voltage": 4.0, "highest": 4.5, "states": whole, "rest": np.array([4.0, 4.0]),
        "resistance_states": whole, "resistance_charge": np.array([1e-6, 1e-6]),
        "limit_states": whole,
        "limits": np.array([PER_HOUR, PER_HOUR]),
    }  # fmt: skip
    return Battery(**{**given, **changes})


def post(**changes):
    given = {"power": 1e6, "current": 1e4, "voltage": 1e3, "cable_current": 1e4}
    return Charger(id="post", **{**given, **changes})


def test_a_battery_that_takes_its_charge_in_an_hour_takes_seven_tenths_of_it_in_42_minutes():
    found = charge(plain(), None, *FAST)
    assert found.duration == pytest.approx(42 * 60)
    assert found.energy == pytest.approx(56 * KWH, rel=1e-6)
    assert (found.peak, found.mean) == pytest.approx((80e3, 80e3), rel=1e-6)
    assert found.shares == {Limit.CELL: pytest.approx(1.0)}


@pytest.mark.parametrize(
    ("charger", "limit", "kilowatts"),
    [
        ({"power": 50e3}, Limit.CHARGER, 50),
        ({"current": 100.0}, Limit.CHARGER_CURRENT, 40),
        ({"cable_current": 150.0}, Limit.CABLE, 60),
    ],
)
def test_each_limit_of_the_charger_binds_where_it_is_least(charger, limit, kilowatts):
    """At 400 V: 100 A are 40 kW, 150 A are 60 kW; the battery alone would take 80 kW."""
    found = charge(plain(), post(**charger), 0.0, 1.0)
    assert set(found.limits) == {limit}
    assert found.peak == pytest.approx(kilowatts * 1e3, rel=1e-6)
    assert found.duration == pytest.approx(80 / kilowatts * 3600, rel=1e-6)


def test_the_power_that_the_car_takes_binds_like_that_of_a_charger():
    found = charge(plain(power=40e3), None)
    assert set(found.limits) == {Limit.CAR}
    assert found.duration == pytest.approx(0.7 * 80 / 40 * 3600, rel=1e-6)


def test_the_voltage_window_holds_the_current_that_its_resistance_leaves_room_for():
    """4.2 V less 4.0 V over 0.4 Ohm Ah is half the charge in an hour."""
    battery = plain(highest=4.2, resistance_charge=np.full(2, 0.4 * 3600))
    found = charge(battery, None)
    assert set(found.limits) == {Limit.WINDOW}
    assert found.duration == pytest.approx(84 * 60)
    assert found.voltage == pytest.approx(np.full(71, 420.0))


def test_a_charger_gives_no_more_than_its_voltage_and_says_so():
    battery = plain(resistance_charge=np.full(2, 0.4 * 3600))
    found = charge(battery, post(voltage=420.0))
    assert set(found.limits) == {Limit.CHARGER_VOLTAGE}
    with pytest.raises(DataError, match="no current at 10% by the charger voltage; its voltage"):
        charge(battery, post(voltage=390.0))


def test_a_window_without_room_is_refused_with_the_remedy():
    with pytest.raises(DataError, match=r"plain: no current .* voltage window; its cells end at 4"):
        charge(plain(highest=4.0), None)


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (0.8, 0.1, "from: 80% is not below to: 10%; exchange them"),
        (0.5, 0.5, "from: 50% is not below to: 50%"),
        (-0.1, 1.2, "from: -10% is no state of charge"),
        (float("nan"), 0.8, "from: nan% is no state of charge"),
    ],
)
def test_states_of_charge_out_of_order_are_refused(start, end, says):
    for call in (charge, charge_time):
        with pytest.raises(DataError, match=says):
            call(plain(), None, start, end)


def test_a_charger_of_no_current_cannot_be_built():
    with pytest.raises(DataError, match="current: 0 A is outside the range above 0 A"):
        post(current=0.0)


@pytest.fixture(scope="module")
def real(facts):
    return battery_of(facts.cell["prismatic-91"], 80 * KWH, 400.0, facts)


@given(
    energy=some.floats(20, 150), start=some.floats(0.02, 0.6), span=some.floats(0.05, 0.35),
    power=some.floats(20, 500), amperes=some.floats(50, 700),
)  # fmt: skip
def test_energy_through_the_terminals_is_stored_or_heat(real, energy, start, span, power, amperes):
    battery = replace(real, energy=energy * KWH)
    charger = post(power=power * 1e3, cable_current=amperes)
    found = charge(battery, charger, start, start + span)
    assert found.energy == pytest.approx(found.stored + found.heat, rel=1e-12)
    assert np.trapezoid(found.power, found.time) == pytest.approx(found.energy, rel=2e-3)
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert (found.power <= power * 1e3 * (1 + 1e-9)).all()
    assert (found.current <= amperes * (1 + 1e-9)).all()
    assert float(charge_time(battery, charger, start, start + span)) == pytest.approx(
        found.duration, rel=1e-12
    )


@given(power=some.floats(20, 400), more=some.floats(1.0, 3.0), amperes=some.floats(50, 700))
def test_a_stronger_charger_never_takes_longer(real, power, more, amperes):
    weak = post(power=power * 1e3, cable_current=amperes)
    strong = post(power=power * more * 1e3, cable_current=amperes * more)
    assert charge_time(real, strong, *FAST) <= charge_time(real, weak, *FAST) * (1 + 1e-12)


def test_a_part_of_a_charge_takes_the_rest_of_the_whole(real):
    whole = charge_time(real, None, 0.1, 0.8)
    parts = charge_time(real, None, 0.1, 0.4) + charge_time(real, None, 0.4, 0.8)
    assert parts == pytest.approx(whole, rel=1e-9)


def test_many_batteries_charge_as_each_alone(facts):
    cell, energies = facts.cell["prismatic-91"], np.array([[30.0], [80.0], [140.0]]) * KWH
    charger = facts.charger["hpc-350"]
    for peak in (None, 150e3):
        many = charge_time(battery_of(cell, energies, 400.0, facts, peak), charger, *FAST)
        single = [
            charge_time(battery_of(cell, float(e), 400.0, facts, peak), charger, *FAST)
            for e in energies[:, 0]
        ]
        assert many.shape == (3,)
        assert np.array_equal(many, single)


def test_the_limit_of_a_cell_is_its_table_scaled_to_the_taper_and_cut_at_the_peak(facts):
    model = facts.cell_model["chen2020"]
    states, limits = limit_rate(model, 2 * PER_HOUR, Taper(0.8, 0.5))
    plating = np.array([model.charge_limit[s] for s in states])
    half = np.interp(0.5, states, plating)
    expected = np.minimum(plating * 0.8 * 2**0.5 / half * PER_HOUR, 2 * PER_HOUR)
    assert limits == pytest.approx(expected)


def test_a_known_peak_power_counts_before_the_class(facts):
    cell = facts.cell["prismatic-91"]
    usual, strong = (battery_of(cell, 80 * KWH, 400.0, facts, peak) for peak in (None, 200e3))
    assert usual.defaults == ("peak rate of charge class nmc-400", "356 V nominal")
    assert strong.defaults == ("356 V nominal",) and strong.power == 200e3
    assert charge_time(strong, None, *FAST) < charge_time(usual, None, *FAST)


def test_an_unknown_voltage_class_is_the_lowest_and_is_named(facts):
    battery = battery_of(facts.cell["prismatic-91"], 80 * KWH, None, facts)
    assert "voltage class 400 V" in battery.defaults
    assert charge_class(facts.cell["prismatic-91"], 700.0, facts).id == "nmc-800"
    assert charge_class(facts.cell["cylindrical-70"], 400.0, facts).id == "nmc-400"


def test_the_voltage_class_of_the_drive_units_decides_the_charge_class(facts, bev):
    units = {"rear_unit": facts.drive_unit["bmw-gen6-240kw"]}
    fast = battery_of_car(replace(bev, **units), 80 * KWH, facts)
    usual = battery_of_car(bev, 80 * KWH, facts)
    assert fast.defaults == ("peak rate of charge class nmc-800", "684 V nominal")
    assert fast.series > 1.7 * usual.series and "voltage class 400 V" in usual.defaults


def test_a_cell_that_is_full_at_a_lower_voltage_still_charges_to_the_end(facts):
    usual, low = (
        facts.cell["prismatic-91"],
        replace(facts.cell["prismatic-91"], maximum_voltage=4.0),
    )
    whole, part = (battery_of(cell, 80 * KWH, 400.0, facts) for cell in (usual, low))
    assert whole.states[-1] == 1.0 and part.states[-1] > 1.2
    assert np.interp(1.0, part.states, part.rest) == pytest.approx(4.0)
    assert part.cell_voltage < whole.cell_voltage
    assert charge_time(part, None, 0.0, 1.0) > 0
    none = replace(usual, minimum_voltage=1.0, nominal_voltage=1.5, maximum_voltage=2.0)
    with pytest.raises(DataError, match=r"cell prismatic-91: is full at 2.*V, where chen2020"):
        battery_of(none, 80 * KWH, 400.0, facts)


def test_a_cell_with_a_limit_of_its_own_takes_that(facts):
    cell = facts.cell["lg-m50"]
    battery = battery_of(cell, 80 * KWH, 400.0, facts)
    assert dict(zip(battery.limit_states, battery.limits, strict=True)) == cell.charge_limit
    assert battery.defaults == ("356 V nominal",)


def test_a_published_pack_charges_at_the_voltage_of_its_own_strings(facts):
    """E-GMP's 58 kWh has 144 cells in series, the EV9's 552 V nominal; the class is at 684 V."""
    small = battery_of_pack(facts.pack["pack-hyundai-egmp-58"], facts)
    large = battery_of_pack(facts.pack["pack-kia-ev9"], facts)
    assert small.series == pytest.approx(144)
    assert large.series == pytest.approx(552 / facts.cell["prismatic-91"].nominal_voltage)
    assert not any("nominal" in text for battery in (small, large) for text in battery.defaults)
    found = charge(small, facts.charger["hpc-350"])
    assert found.voltage.min() > 144 * 3.0 and found.voltage.max() < 144 * 4.3


def test_a_car_of_800_volts_without_a_class_of_its_chemistry_has_twice_the_voltage(facts):
    low, high = (battery_of(facts.cell["blade-90-lfp"], 60 * KWH, v, facts) for v in (400, 800))
    assert high.series == pytest.approx(2 * low.series)
    assert high.defaults[0] == "peak rate of charge class lfp-400"


@pytest.mark.parametrize(("volts", "expected"), [(345, 400), (454, 400), (523, 800), (723, 800)])
def test_packs_on_either_side_of_what_400_volts_reach_have_their_class(volts, expected):
    """iX3, a full i4, E-GMP with 58 kWh, Taycan."""
    assert class_of_voltage(volts) == expected


def test_cells_of_a_chemistry_without_tables_are_not_chargeable_and_the_rest_are(facts):
    known = {cell.id: is_chargeable(cell, facts) for cell in facts.cell}
    assert known == {cell.id: cell.chemistry != "sodium" for cell in facts.cell}


def test_a_cell_without_a_charge_class_or_tables_is_refused(facts):
    odd = facts.cell["prismatic-91"]
    object.__setattr__(odd := replace(odd), "chemistry", "solid")
    with pytest.raises(DataError, match="cell prismatic-91: no cell model stands for") as told:
        battery_of(odd, 80 * KWH, 400.0, facts)
    assert [("--pybamm" in p, "no charge class" in p) for p in told.value.problems] == [
        (True, False), (False, True),
    ]  # fmt: skip
    with pytest.raises(DataError, match="no charge class has chemistry 'solid'; add one"):
        charge_class(odd, 400.0, facts)


def test_the_taper_of_the_catalogue_is_the_one_that_its_published_times_come_to(facts):
    fitted = fit_taper(list(facts.charge_time), facts)
    constant = facts.vehicle_constant
    assert constant["charge-taper"].value == pytest.approx(fitted.factor, abs=5e-4)
    assert constant["charge-taper-exponent"].value == pytest.approx(fitted.exponent, abs=5e-4)


def test_more_energy_of_the_same_cells_takes_no_longer_until_the_cable_is_warm(facts, bev):
    """The limit is a rate, so only the current that a cable carries tells large from small."""
    small, large, huge = (fast_charge_time(bev, e * KWH, facts) for e in (50, 70, 140))
    assert small == pytest.approx(large, rel=1e-9)
    assert huge > 1.05 * small


@pytest.fixture(scope="module")
def bev(facts):
    from wheelbase.study import build_cars, load_costed

    cars = build_cars(load_costed("family", facts)).variants.values()
    return next(car.powertrain for car in cars if car.powertrain.kind == "bev")


def test_a_charging_time_needs_an_energy_and_an_order(facts):
    time = facts.charge_time["time-bmw-i4-edrive40"]
    for changes, says in (
        ({"start": 0.8, "end": 0.1}, "start: 80% is not below end 10%"),
        ({"net_energy": None, "gross_energy": None}, "none is given; give one"),
        ({"net_energy": 90 * KWH}, "net_energy: is above gross_energy"),
    ):
        with pytest.raises(DataError, match=says):
            replace(time, **changes)
