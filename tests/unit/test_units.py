import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase import units
from wheelbase.prices import Prices
from wheelbase.units import convert, parse, parse_money, show, to_si


def q(hint):
    return hint.__metadata__[0]


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ("190 kW", units.Power, 190e3),
        ("190kW", units.Power, 190e3),
        ("1.5e2 kg", units.Mass, 150.0),
        ("8 %", units.Share, 0.08),
        ("0.08", units.Share, 0.08),
        ("450 km", units.Length, 450e3),
        ("450\u202fkm", units.Length, 450e3),
        ("100 km/h", units.Speed, 100 / 3.6),
        ("59 l", units.Volume, 0.059),
        ("400 Nm", units.Torque, 400.0),
        ("150 k/yr", units.CarsPerYear, 150e3),
        ("1 kWh", units.Energy, 3.6e6),
        ("6500 rpm", units.AngularSpeed, 6500 * 2 * math.pi / 60),
        ("0.04 N/(km/h)^2", units.DragSquare, 0.04 * 3.6**2),
        ("24 rpm/mph", units.Gearing, 24 * 2 * math.pi / 60 / 0.44704),
    ],
)
def test_a_quantity_becomes_the_unit_of_the_code(text, hint, value):
    assert parse(text, q(hint)) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "hint", "says"),
    [
        ("2975", units.Length, "2975 has no unit; write '2975 mm'"),
        ("3 kg", units.Time, "'kg' is a unit of mass, not of time; one of s"),
        ("3 Nm", units.Energy, "not of energy"),
        ("3 J", units.Torque, "not of torque"),
        ("5 KW", units.Power, "did you mean 'kW'"),
        ("5 mmm", units.Length, "'mmm' is not a known unit; did you mean 'mm'"),
        ("5 m*", units.Length, "has a sign or a bracket with nothing beside it"),
        ("5 /m", units.Length, "has a sign or a bracket with nothing beside it"),
        ("5 m^", units.Length, "'^' is not a known unit"),
        ("5 m^^2", units.Area, "'^' is not a known unit"),
        ("5 kg^0", units.Ratio, "to the power of 0 measures nothing"),
        ("5 EUR2019/USD2019", units.Ratio, "names money twice"),
        ("1,5 t", units.Mass, "'1.5 t'"),
        ("1 000 kg", units.Mass, "'1000 kg'"),
        ("1_000 kg", units.Mass, "'1000 kg'"),
        ("nan kg", units.Mass, "not a number with a unit"),
        ("inf kg", units.Mass, "not a number with a unit"),
        ("1e999 kg", units.Mass, "outside the range"),
        ("-5 kg", units.Mass, "outside the range above 0 kg"),
        ("0 kg", units.Mass, "outside the range above 0 kg"),
        ("150 %", units.Share, "outside the range 0 .. 100 %"),
        ("1.5", units.Share, "1.5 is outside the range 0 .. 1"),
        ("1.5", units.Count, "whole number"),
        ("heavy", units.Mass, "expected such as '1850 kg'"),
        ("5 (km", units.Length, "closing bracket"),
        ("5 km)", units.Length, "bracket too many"),
        ("5 EUR2019", units.Cost, "price tables"),
    ],
)
def test_bad_input_is_refused_with_the_remedy(text, hint, says):
    with pytest.raises(ValueError) as caught:
        parse(text, q(hint))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("900 l", "0.5 .. 800 l"),  # 0.8 m3 at 1e-3 m3 for each l
        ("1 m3", "0.0005 .. 0.8 m3"),
        ("300 gal_us", "0.132086 .. 211.338 gal_us"),  # 0.8 / 3.785411784e-3
        ("1e6 cm3", "500 .. 800000 cm3"),
    ],
)
def test_a_range_is_told_in_the_unit_that_was_written(text, told):
    with pytest.raises(ValueError) as caught:
        parse(text, units.Quantity("volume", "m3", low=0.0005, high=0.8))
    assert str(caught.value) == f"{text} is outside the range {told}"


def test_a_range_of_far_too_small_a_unit_is_told_in_that_of_the_code():
    with pytest.raises(ValueError, match=r"380 mm is outside the range 1000 \.\. 3e\+06 m$"):
        parse("380 mm", units.Quantity("range", "m", low=1e3, high=3e6))


@given(st.floats(1e-3, 1e6), st.sampled_from(["kW", "PS", "hp", "W"]))
def test_a_unit_survives_the_way_there_and_back(value, unit):
    assert convert(to_si(value, unit, q(units.Power)), unit) == pytest.approx(value, rel=1e-12)


PRICES = Prices(
    base=2019,
    deflators={
        ("USD", 2019): 106.0,
        ("USD", 2022): 121.9,
        ("EUR", 2018): 104.0,
        ("EUR", 2019): 106.6,
    },
    rates={("USD", 2019): 1.12, ("USD", 2022): 1.05},
)


def test_money_is_deflated_in_its_own_currency_and_then_converted():
    money = parse_money(100.0, "USD2022", q(units.Cost))
    right = 100 * 106.0 / 121.9 / 1.12
    wrong_order = 100 / 1.05 * 106.0 / 121.9
    assert PRICES.real(money) == pytest.approx(right, rel=1e-12)
    assert PRICES.real(money) != pytest.approx(wrong_order, rel=1e-3)


def test_euros_of_another_year_are_inflated():
    assert parse("2 bnEUR2018", q(units.Cost), PRICES) == pytest.approx(2e9 * 106.6 / 104.0)
    assert parse("2 MEUR", q(units.Cost), PRICES) == 2e6


def test_money_of_a_year_without_a_deflator_is_refused():
    with pytest.raises(ValueError, match="no deflator of USD for 1999"):
        PRICES.real(parse_money(1.0, "USD1999", q(units.Cost)))


def test_a_figure_is_shown_with_its_unit():
    assert show(179 * 3.6, "kWh/100km") == "17.9 kWh/100km"
    assert show(0.08, "%") == "8.00 %"


def test_a_car_that_burns_seven_litres_does_33_6_miles_to_the_gallon():
    burnt = to_si(7.0, "l/100km", units.Quantity("consumption", "m2"))
    assert 1 / (burnt * units.GALLONS_PER_MILE) == pytest.approx(235.214583 / 7.0, rel=1e-6)


def test_months_are_parts_of_a_year():
    quantity = units.Quantity("number of years", "yr")
    assert parse("36 months", quantity) == pytest.approx(3.0)
    assert parse("1 month", quantity) == pytest.approx(1 / 12)
