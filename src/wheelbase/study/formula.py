"""How each figure of a run is found: its formula in words, the figures and facts it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "BALANCE",
    "COST",
    "CYCLE",
    "FIGURES",
    "LOSSES",
    "MASSES",
    "PENALTY",
    "POINTS",
    "Formula",
]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in words.

    Args:
        text: What is computed.
        inputs: Names of figures beside it; a name ending in ".*" stands for all below it.
        reads: Steps whose facts it takes, or shelves of the parts the car is made of.
        only: Beginnings of fact ids that matter among those; all where empty.
    """

    text: str
    inputs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


_TRAIN = (
    "engine", "engine_technology", "gearbox", "gearbox_technology", "drive_unit",
    "machine_technology", "cell",
)  # fmt: skip
_MOTION = ("drive", "road", *_TRAIN, "body")
_PACK = ("x_bat0", "bat_max_w", "z_floor", "L101", "x_seatback")

FIGURES: Mapping[str, Formula] = {
    "curb_mass": Formula("sum of its mass groups, tank 90 % full, without driver", ("mass.*",)),
    "wheelbase": Formula("hard point L101", ("L101",)),
    "usable_length": Formula(
        "length of the car - front overhang - bulkhead - walls",
        ("L104", "x_fw"),
        ("usable length", "body"),
    ),
    "couple_distance": Formula(
        "back of the second row - bulkhead - seat chain",
        ("x_seatback", "x_fw"),
        ("couple distance",),
    ),
    "boot": Formula(
        "share x width x (length over the axle x height + length behind it x height)",
        ("L101", "L105", "x_seatback", "z_boot"),
        ("boot", "body"),
    ),
    "acceleration_0_100": Formula(
        "time to 100 km/h at full load: least of power, grip and battery at every speed",
        ("balance.test.mass",),
        (*_MOTION, "grip"),
    ),
    "top_speed": Formula(
        "speed at which full power meets the road load, or the drive's limit",
        ("balance.test.mass",),
        _MOTION,
    ),
    "gradeability": Formula(
        "slope to pull away on at gross mass: least of torque and grip",
        ("balance.loaded.mass",),
        (*_MOTION, "grip"),
    ),
    "payload": Formula("what the body promises to carry, driver included", (), ("body",)),
    "front_load": Formula(
        "sum over mass groups of m (1 - x / L101) over curb mass",
        ("mass.*", "L101"),
        ("balance", "body"),
    ),
    "gravity_height": Formula(
        "sum over mass groups of m z over curb mass", ("mass.*", "z_floor"), ("balance", "body")
    ),
    "battery_gross": Formula(
        "least battery for the range asked for, or the energy asked for; in a closed loop with "
        "consumption and mass, which are those of the car at rest",
        ("asked.request", "battery_fit"),
        ("cell",),
    ),
    "battery_fit": Formula(
        "plan area of the battery zones x layers x energy per area of the cell",
        _PACK,
        ("battery", "cell", "body", "drive_unit"),
    ),
    "battery_max": Formula(
        "the same with every layer that the height allows",
        _PACK,
        ("battery", "cell", "body", "drive_unit"),
    ),
    "seat_raise": Formula(
        "height of one layer of cells less that of the floor",
        ("z_floor",),
        ("battery", "cell", "body"),
    ),
    "range_wltp": Formula(
        "usable energy of the battery over the energy it gives per distance on the WLTP",
        ("battery_gross", "consumption_wltp"),
        ("cell", "wltp"),
    ),
    "electric_range_wltp": Formula(
        "distance until the battery is used up on the WLTP",
        ("battery_gross", "losses.wltc_class3b.*"),
        ("cell", "wltp"),
    ),
    "utility_factor": Formula(
        "share of driving that the electric range covers, by the curve of the rule",
        ("electric_range_wltp",),
        ("wltp",),
    ),
    "consumption_wltp": Formula(
        "energy at wheel plus losses over the WLTC from wall or tank, cold start, rule of the WLTP",
        ("losses.wltc_class3b.*", "balance.test.mass"),
        ("wltp", "drive", "road"),
    ),
    "co2_wltp": Formula(
        "fuel on the WLTP x CO2 of the fuel", ("consumption_wltp",), ("drive", "wltp")
    ),
    "charge_10_80": Formula(
        "time of the least current that cell, voltage window, charger and cable let through, "
        "summed from 10 to 80 % of charge",
        ("battery_gross",),
        ("charging", "cell"),
    ),
    "label_epa": Formula(
        "city and highway consumption, weighted and adjusted as the EPA label",
        ("consumption.udds", "consumption.hwfet"),
        ("epa", "drive", "road"),
    ),
}
"""Figures of a variant."""

MASSES: Mapping[str, Formula] = {
    "structure": Formula(
        "slope x footprint + base, and a share of the gross mass above the anchor's",
        ("wheelbase",),
        ("mass", "body"),
        ("structure-", "track-share", "reinforcement-", "gross-", "brakes-", "trim-sedan-size",
         "trim-suv-size"),
    ),
    "tunnel": Formula(
        "2 x height x length x gauge x steel",
        ("L101", "x_fw", "tunnel_h"),
        ("mass",),
        ("floor-gauge", "steel"),
    ),
    "trim": Formula(
        "anchor x size^exponent + per volume x footprint x height above the anchor's",
        ("wheelbase",),
        ("mass", "body"),
        ("trim-", "height-", "track-share"),
    ),
    "carry-over fixings": Formula(
        "mounts for parts that only sister cars have", (), ("mass",), ("fixings-",)
    ),
    "engine": Formula(
        "as published, or per power + base of the fuel", (), ("mass", "engine"), ("engine-",)
    ),
    "gearbox": Formula("as published", (), ("mass", "gearbox"), ("gearbox",)),
    "exhaust": Formula("as estimated for every combustion car", (), ("mass",), ("exhaust",)),
    "tank and fuel": Formula(
        "tank system + fill x volume x density", (), ("mass",), ("tank-", "fuel-", "density-")
    ),
    "shaft and final drive": Formula(
        "as estimated for a driven rear axle", (), ("mass",), ("shaft-",)
    ),
    "second axle": Formula("as published for all-wheel drive", (), ("mass",), ("second-axle",)),
    "drive units": Formula(
        "as published, or power x mass per power", (), ("mass", "drive_unit"), ("drive-unit-",)
    ),
    "charger and cables": Formula("as estimated", (), ("mass",), ("charger-",)),
    "battery": Formula(
        "energy / energy density of the cell x module factor + housing by volume + base",
        ("battery_gross",),
        ("mass", "cell"),
        ("pack-",),
    ),
    "brakes and axles": Formula(
        "a share of the gross mass", ("payload",), ("mass",), ("brakes-", "reinforcement-")
    ),
}  # fmt: skip
"""Mass groups of a variant; facts of a part that the car is made of are never left out."""

POINTS: Mapping[str, Formula] = {
    "L101": Formula(
        "length - both overhangs, or as given", ("L104", "L105"), ("hard points", "body"),
        ("steering-", "turning-"),
    ),
    "tunnel_w": Formula("constant of a floor with a tunnel, or as given", (), ("hard points",),
                        ("tunnel-width",)),
    "tunnel_h": Formula("constant of a floor with a tunnel, or as given", (), ("hard points",),
                        ("tunnel-height",)),
    "z_floor": Formula(
        "clearance + what roof, headroom, seat and carpet leave, raised where a pack needs it",
        (), ("hard points", "battery", "body"),
        ("roof", "carpet", "floor-sheet", "carry-over-floor", "seat-raise"),
    ),
    "rail_y": Formula("half of the width - spread of the rails", (), ("hard points", "body"),
                      ("rail-spread",)),
    "x_bat0": Formula(
        "bulkhead, or wheelhouse and torque box", ("x_fw",), ("hard points", "body"),
        ("wheelhouse-gap", "torque-box", "engine-to-bulkhead"),
    ),
    "bat_max_w": Formula("width - side crash on both sides", (), ("hard points", "body"),
                         ("side-crash",)),
    "x_seat2": Formula("back of the second row - its length", ("x_seatback",), ("hard points",),
                       ("rear-seat-length",)),
    "z_seat2": Formula("constant", (), ("hard points",), ("rear-seat-base",)),
    "z_boot": Formula(
        "highest boot floor of all powertrains that share it", (), ("hard points", "body"),
        ("boot-floor", "unit-", "stator-", "housing"),
    ),
    "x_seatback": Formula(
        "as far back as the promised boot lets the roomiest powertrain that shares it",
        ("L101", "L105", "x_fw", "z_boot"), ("hard points", "body"),
        ("boot-", "cabin-", "unit-", "stator-", "housing"),
    ),
}  # fmt: skip
"""Hard points that no chain of lengths sets."""

CYCLE = Formula(
    "energy at wheel plus losses over the cycle, warm, from wall or tank",
    ("balance.test.mass",),
    ("drive", "road"),
)
"""Consumption over one cycle; its losses are added as inputs."""

LOSSES: Mapping[str, Formula] = {
    "air": Formula("half density x drag area x speed^3 over the cycle", (), ("road", "body")),
    "rolling": Formula(
        "rolling resistance x weight over the cycle",
        ("balance.test.mass",),
        ("road", "body"),
    ),
    "brakes": Formula(
        "braking that the drive does not take back", ("balance.test.mass",), ("drive", "grip")
    ),
    "kinetic": Formula("speed at the end, zero over a whole cycle", ("balance.test.mass",)),
    "engine": Formula("fuel less work of the engine", (), ("engine", "engine_technology", "drive")),
    "machines": Formula(
        "loss map of the e-machines and inverters", (),
        ("drive_unit", "machine_technology", "drive"),
    ),
    "gearbox": Formula(
        "torque and speed loss of the gears", (),
        ("gearbox", "gearbox_technology", "machine_technology", "drive"),
    ),
    "battery": Formula("current^2 x resistance", ("battery_gross",), ("cell", "drive")),
}  # fmt: skip
"""Losses over a cycle; those not named here take the facts of the drive."""

BALANCE: Mapping[str, Formula] = {
    "curb.mass": Formula("curb mass", ("curb_mass",)),
    "test.mass": Formula(
        "curb mass + driver + luggage + share of what may still be loaded",
        ("curb_mass", "payload"),
        ("test mass",),
    ),
    "loaded.mass": Formula("curb mass + payload", ("curb_mass", "payload")),
}
"""Masses of the three loads; axle loads and heights follow from the mass groups."""

COST = Formula("sum of the lines of the bill, direct manufacturing cost")
"""The bill of a variant."""

_MARGIN = "dealer-margin"
_NET = ("vat", _MARGIN)
PENALTY: Mapping[str, Formula] = {
    "bill": Formula("", (".cost", ".curb_mass")),
    "energy": Formula("", (".battery_gross", "pack_price")),
    "cells": Formula("", (".battery_gross", "pack_price")),
    "energy_use": Formula(
        "", (".consumption_wltp", ".curb_mass"), (),
        ("charged-energy", "yearly-distance", "saving-years", *_NET),
    ),
    "acceleration": Formula("", (".acceleration_0_100",), (), ("acceleration", *_NET)),
    "range": Formula(
        "", (".range_wltp", ".battery_fit", "pack_price"), (),
        ("range", "range-reference", "range-fall", *_NET),
    ),
    "boot": Formula("", (".boot", "segments"), (), ("space", _MARGIN)),
    "cabin": Formula("", (".couple_distance", "segments"), (), ("space", "cabin-", _MARGIN)),
    "hours": Formula("", ("customer.mixed_line",)),
}  # fmt: skip
"""Part of the penalty to the figures of both cars (".name"), other figures and customer values."""
