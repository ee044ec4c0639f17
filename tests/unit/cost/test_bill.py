"""The bill of a variant: which parts a car has, and how its cost is put together."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import Powertrain, catalogue
from wheelbase.cost import Basis, Part, glider_of, line, pack_path, parts_of, price
from wheelbase.prices import Money
from wheelbase.study import load

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
PRICES = FACTS.prices(2019)
BASIS = Basis(FACTS, PRICES, pack_path(FACTS, PRICES, date(2019, 11, 14)))
MASSES = {"structure": 390.0, "trim": 776.0, "brakes and axles": 150.0}


@dataclass(frozen=True)
class Car:
    powertrain: object
    battery_energy: float = 0.0
    masses: dict = None
    id: str = "car"
    body: object = STUDY.bodies["sedan_d"]


def car(name, energy=0.0, **changed):
    return Car(replace(STUDY.powertrains[name], **changed), energy, MASSES)


def names(train, style="sedan"):
    return [p.equation for p in parts_of(train, style)]


def test_direct_indirect_and_margin_make_one_and_a_half_times_direct_cost():
    bill = price(car("petrol"), 2025, BASIS)
    assert bill.direct + bill.overhead + bill.margin.cost == pytest.approx(bill.price_net)
    assert bill.price_net == pytest.approx(1.5 * bill.direct, rel=1e-6)
    assert all(item.low <= item.cost <= item.high for item in (*bill.indirect, bill.margin))


def test_groups_sum_to_direct_cost_and_no_part_stands_twice():
    for name, energy in (("petrol", 0.0), ("diesel", 0.0), ("plugin", 12 * 3.6e6),
                         ("bev", 60 * 3.6e6), ("compact", 0.0)):  # fmt: skip
        bill = price(car(name, energy), 2025, BASIS)
        assert sum(bill.groups().values()) == pytest.approx(bill.direct)
        parts = [item.part for item in bill.lines]
        assert len(parts) == len(set(parts)), name
        assert all(item.low <= item.cost <= item.high for item in bill.lines)
        assert {"body", "glider", "interior", "chassis", "assembly"} <= bill.groups().keys()


def test_a_battery_car_has_no_engine_and_a_petrol_car_no_inverter():
    electric = price(car("bev", 60 * 3.6e6), 2025, BASIS).groups()
    burning = price(car("petrol"), 2025, BASIS).groups()
    assert not {"engine", "gearbox", "after-treatment"} & electric.keys()
    assert not {"inverter", "battery", "charger", "48 V"} & burning.keys()


def test_an_engine_is_priced_by_its_layout_fuel_and_technology():
    train = STUDY.powertrains["petrol"]
    v = replace(train, engine=replace(train.engine, layout="v", technology="deac-petrol"))
    assert {"block-v", "turbo-v", "injection-v", "exhaust-v", "deactivation-v"} & set(names(v)) == {
        "block-v", "injection-v", "exhaust-v", "deactivation-v",
    }  # fmt: skip
    assert "coolant-ice-v" in names(v)
    diesel = names(STUDY.powertrains["diesel"])
    assert {"block-diesel", "aftertreatment-diesel", "turbo"} <= set(diesel)
    assert not {"catalyst", "particulate-filter"} & set(diesel)


def test_a_mild_hybrid_pays_for_its_48_volt_set_and_a_full_one_for_its_gearbox(facts):
    petrol, plug = STUDY.powertrains["petrol"], STUDY.powertrains["plugin"]
    mild = replace(petrol, kind="mhev")
    assert "set-48v" in names(mild) and "start-stop" not in names(mild)
    full = replace(plug, kind="hev", charger=None)
    assert {"hybrid-gearbox", "converter", "coolant-hev"} <= set(names(full))
    assert not {"charger", "cord"} & set(names(full))
    assert "power-split" in names(replace(full, topology="power-split"))


def test_gearboxes_and_the_second_axle_are_told_apart():
    train = STUDY.powertrains["petrol"]
    for technology, part in (("dct", "dct"), ("manual", "manual"), ("cvt", "cvt"),
                             ("hybrid-automatic", "automatic")):  # fmt: skip
        gearbox = replace(train.gearbox, technology=technology)
        assert part in names(replace(train, gearbox=gearbox))
    assert "awd-suv" in names(replace(train, drive="awd"), "suv")


def test_machines_and_inverters_are_priced_by_their_kind():
    train = STUDY.powertrains["bev"]
    unit = train.rear_unit
    assert unit.technology == "eesm" and "motor-eesm" in names(train)
    pm = replace(unit, technology="pmsm", inverter="sic")
    assert {"motor", "inverter-sic"} <= set(names(replace(train, rear_unit=pm)))
    two = Powertrain(
        id="two", kind="bev", drive="awd", rear_unit=pm,
        front_unit=replace(unit, technology="asm"),
        machine_technologies=train.machine_technologies * 2, cell=train.cell, charger=11e3,
    )  # fmt: skip
    found = names(two)
    assert "motor-second" in found and found.count("reduction-sedan") == 2
    assert {"harness-high-sedan-awd", "coolant-sedan-awd"} <= set(found)


def _both_axles(name, **changed):
    """A car with a second drive unit in front, of half the power."""
    train = STUDY.powertrains[name]
    front = replace(train.rear_unit, peak_power=train.rear_unit.peak_power / 2)
    twice = train.machine_technologies * 2
    return replace(train, drive="awd", front_unit=front, machine_technologies=twice, **changed)


@pytest.mark.parametrize(("name", "kind"), [("bev", "bev"), ("plugin", "phev"), ("plugin", "hev")])
def test_two_drive_units_stand_under_two_names(name, kind):
    parts = [
        p.part for p in price(Car(_both_axles(name, kind=kind), 1e8, MASSES), 2025, BASIS).lines
    ]
    assert len(parts) == len(set(parts))
    assert "inverter, second drive unit" in parts and "all-wheel drive by shaft" not in parts


def test_the_machine_that_drives_an_axle_is_not_paid_as_one_in_the_gearbox():
    parts = {p.equation: p for p in parts_of(STUDY.powertrains["plugin"], "sedan")}
    both = list(parts_of(_both_axles("plugin"), "sedan"))
    gearbox = next(p for p in both if p.equation == "hybrid-gearbox")
    assert gearbox.power == parts["hybrid-gearbox"].power == 80e3
    assert [p.power for p in both if p.equation.startswith("inverter")] == [80e3, 40e3]
    assert sum(p.equation.startswith("reduction") for p in both) == 1


def test_an_engine_that_never_stops_has_no_start_stop():
    assert "start-stop" not in names(replace(STUDY.powertrains["petrol"], start_stop=0.0))


def test_a_line_carries_the_weakest_status_of_what_it_rests_on():
    lines = {item.part: item for item in price(car("petrol"), 2025, BASIS).lines}
    assert FACTS.cost_equation.origins["turbo", "fixed"].status == "published"
    assert lines["turbocharger"].status == "derived"  # USD2022 by derived price levels and rate
    assert lines["three-way catalyst with precious metals"].status == "estimate"


def test_a_catalyst_is_priced_by_its_shell_and_its_metals_at_its_own_volume():
    """Of EPA: a shell in dollars of 2012, 1.2 l per litre of engine, 2 g Pd and 0.11 g Rh a litre.

    The metals are in dollars of 2022, their prices being means of the five years to then.
    """
    litres, catalyst = 2.0, 2.0 * 1.2
    shell = 6.108 * catalyst + 1.95456 + 5.09 * catalyst + 2.4432 * catalyst
    metals = catalyst * 0.0322 * (2 * 2331 + 0.11 * 17981)
    by_hand = PRICES.real(Money(shell, "USD", 2012)) + PRICES.real(Money(metals, "USD", 2022))
    found = line(Part("catalyst", volume=litres * 1e-3), 2022, BASIS)
    assert found.cost == pytest.approx(by_hand, rel=1e-4)


def test_a_line_says_its_equation_and_what_went_into_it():
    found = line(Part("motor", power=190e3), 2022, BASIS)
    equation, origin = FACTS.cost_equation["motor"], FACTS.cost_equation.origins
    written = {n: origin["motor", n] for n in ("fixed", "per_power") if ("motor", n) in origin}
    assert "per_power" in written
    for name, fact in written.items():
        size = " x 190 kW" if name == "per_power" else ""
        assert f"{fact.value} {fact.unit}{size}" in found.equation
    assert found.equation.count(" + ") == len(written) - 1
    assert found.inputs == {"power": "190 kW"}
    assert found.low == pytest.approx(found.cost * equation.spread_low)
    assert found.high == pytest.approx(found.cost * equation.spread_high)


@pytest.mark.parametrize("size", [12, 60, 95])
def test_the_line_of_the_pack_says_by_how_much_its_size_moves_the_price(size):
    lines = {x.part: x for x in price(car("bev", size * 3.6e6), 2025, BASIS).lines}
    pack, cell = lines["battery pack"], STUDY.powertrains["bev"].cell
    told = float(pack.learning.split("; x ")[1].split()[0])
    usual, own = (BASIS.pack.at(2025, *of)[1] for of in ((), (size * 3.6e6, cell)))
    assert told == pytest.approx(own / usual, abs=6e-4)


def test_a_line_in_money_of_2024_rests_on_an_estimated_price_level():
    """The price levels of 2024 are quoted from memory; money of 2024 needs none of them."""
    prices = FACTS.prices(2024)
    basis = Basis(FACTS, prices, pack_path(FACTS, prices, date(2025, 12, 1), "survey"))
    lines = {item.part: item for item in price(car("bev", 60 * 3.6e6), 2025, basis).lines}
    assert {item.status for part, item in lines.items() if part != "battery pack"} == {"estimate"}
    assert lines["battery pack"].status == "derived"
    at_home = {item.part: item for item in price(car("bev", 60 * 3.6e6), 2025, BASIS).lines}
    assert at_home["inverter"].status == "derived"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["motor", "motor-second", "inverter", "charger", "inverter-sic", "motor-eesm"]),
    st.floats(5e3, 3e5), st.floats(1.0, 1.5),
)  # fmt: skip
def test_more_power_never_costs_less(equation, power, more):
    small, large = (line(Part(equation, power=p), 2025, BASIS).cost for p in (power, power * more))
    assert large >= small > 0


@settings(max_examples=40, deadline=None)
@given(st.floats(300, 500), st.floats(600, 1000), st.floats(100, 200), st.floats(1.0, 1.3))
def test_a_heavier_glider_never_costs_less(structure, trim, axles, more):
    def cost(factor):
        masses = {"structure": structure, "trim": trim, "brakes and axles": axles}
        parts = glider_of({k: v * factor for k, v in masses.items()}, "suv")
        return sum(line(part, 2025, BASIS).cost for part in parts)

    assert cost(more) >= cost(1.0)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["block", "block-v", "block-diesel", "block-hybrid", "catalyst",
                     "particulate-filter", "aftertreatment-diesel"]),
    st.floats(0.8e-3, 6e-3), st.floats(1.0, 2.0),
)  # fmt: skip
def test_a_larger_engine_never_costs_less(equation, volume, more):
    small, large = (
        line(Part(equation, volume=v), 2025, BASIS).cost for v in (volume, volume * more)
    )
    assert large >= small > 0


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["automatic", "dct", "hybrid-gearbox"]), st.integers(4, 10))
def test_another_gear_never_costs_less(equation, gears):
    few, many = (line(Part(equation, gears=n), 2025, BASIS).cost for n in (gears, gears + 1))
    assert many >= few > 0


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["petrol", "diesel", "plugin", "bev", "compact"]), st.integers(2018, 2050),
    st.floats(5, 120),
)  # fmt: skip
def test_every_bill_adds_up_and_every_line_lies_in_its_interval(name, year, energy):
    burns = name not in ("plugin", "bev")
    bill = price(car(name, 0.0 if burns else energy * 3.6e6), year, BASIS)
    assert all(item.low <= item.cost <= item.high for item in bill.lines)
    assert bill.price_net == pytest.approx(1.5 * bill.direct, rel=1e-6)
    assert len({item.part for item in bill.lines}) == len(bill.lines)
