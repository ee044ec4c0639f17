"""The bill of a variant: which parts a car has, and how its cost is put together."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import Powertrain, catalogue
from wheelbase.cost import Basis, Part, glider_of, line, pack_path, parts_of, price
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
    assert bill.price_net == pytest.approx(1.5 * bill.direct, rel=1e-4)
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


def test_a_line_carries_the_weakest_status_of_what_it_rests_on():
    lines = {item.part: item for item in price(car("petrol"), 2025, BASIS).lines}
    assert lines["turbocharger"].status == "published"
    assert lines["three-way catalyst with precious metals"].status == "estimate"


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
