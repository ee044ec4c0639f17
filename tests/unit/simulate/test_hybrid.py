"""The closed form of a hybrid's split against a fine grid, and the dual it is the maximum of."""

from dataclasses import replace

import numpy as np
import pytest

from wheelbase.catalogue import cycle
from wheelbase.simulate import assemble_vehicle, drive
from wheelbase.simulate.battery import chemical_power
from wheelbase.simulate.hybrid import PowerSplit, sustain
from wheelbase.simulate.roadload import intervals, wheel_demand
from wheelbase.simulate.stack import stack


@pytest.fixture(scope="module")
def plugin(facts):
    return assemble_vehicle(facts.vehicle["bmw-330e-g20"], facts)


def parts(car, name="udds"):
    trace, model = intervals(cycle(name)), stack([car.model])
    wheel = wheel_demand(np, model.road, trace)
    return trace, wheel, model.powertrain, model.powertrain.options(np, wheel, trace)


def value(hybrid, options, trace, price):
    fuel, cells, *_ = hybrid.at_price(np, options, trace, np.full((1, 1), price))
    return float(((fuel + price * cells) * trace.duration).sum())


def test_no_split_of_a_fine_grid_is_cheaper(plugin):
    trace, _, hybrid, o = parts(plugin)
    price = 2.7
    best = value(hybrid, o, trace, price)
    engine, m = hybrid.engine, hybrid.machine
    low = np.maximum(o["total"] - o["most"], -o["limit"])
    high = np.clip(o["total"] + engine.drag, -o["limit"], o["limit"])
    torque = low + (high - low) * np.linspace(0, 1, 201)[:, None]
    burnt = o["total"] - torque
    pull = o["spinning"] / m.ratio
    loss = m.k0 + m.k2 * o["spinning"] ** 2 + m.kt * (torque / m.ratio) ** 2
    loss = (loss + m.kx * np.abs(torque / m.ratio) * o["spinning"]) * trace.moving
    terminal = torque * pull + loss + hybrid.auxiliaries
    cells = chemical_power(np, hybrid.resistance, terminal)
    fuel = o["w"] * (burnt + engine.drag) / engine.efficiency
    on = (fuel + price * cells).min(axis=0)
    on = np.where(trace.moving > 0, on, np.inf)
    grid = (np.minimum(on, price * o["off"][0]) * trace.duration).sum()
    assert best <= grid * (1 + 5e-3)


@pytest.fixture(scope="module")
def split(plugin):
    """The engine and machine of a plug-in hybrid behind a planetary gear."""
    p = plugin.powertrain
    shared = {name: getattr(p, name) for name in p._fields if name in PowerSplit._fields}
    shared["machine"] = p.machine._replace(ratio=30.0)
    line = {"line_torque": 0.6 * p.engine.peak_torque, "lowest_speed": 110.0, "path": 0.93}
    return replace(plugin, powertrain=PowerSplit(**shared, **line))


@pytest.mark.parametrize("price", [2.2, 2.5, 2.8])
def test_no_power_of_a_fine_grid_is_cheaper_behind_a_planetary_gear(split, price):
    trace, _, hybrid, o = parts(split)
    engine, m = hybrid.engine, hybrid.machine
    best = value(hybrid, o, trace, price)
    burnt = np.linspace(0.0, 1.0, 801)[:, None] * engine.peak_power
    power = np.clip(o["demand"] - burnt, -o["limit"], o["limit"])
    turning = np.maximum(hybrid.lowest_speed, burnt / hybrid.line_torque)
    fuel = (burnt + engine.drag * turning) / engine.efficiency
    spinning = np.maximum(o["spinning"], 1.0)
    torque = power / spinning
    loss = m.k0 + m.k2 * o["spinning"] ** 2 + m.kt * torque**2
    loss = (loss + m.kx * np.abs(torque) * o["spinning"]) * trace.moving
    cells = chemical_power(np, hybrid.resistance, power + loss + hybrid.auxiliaries)
    gap = np.abs(o["demand"] - power - burnt)  # a watt too much or too little ranks as 100
    on = np.where(trace.moving == 0, np.inf, fuel + price * cells + 100 * gap)
    off = price * o["off"][0] + 100 * o["missed"][0] + o["blocked"][0]
    chosen = on.argmin(axis=0), np.arange(on.shape[1])
    spent = np.where(on[chosen] < off, (fuel + price * cells)[chosen], price * o["off"][0])
    grid = float((spent * trace.duration).sum())
    burning = float((np.where(on[chosen] < off, fuel[chosen[0], 0], 0.0) * trace.duration).sum())
    # A step of the grid costs the grid up to 0.3 % of the fuel; the closed form must not cost more.
    assert -3e-3 * burning <= best - grid <= 2e-4 * burning


def test_the_dual_is_concave_in_the_price(plugin):
    trace, _, hybrid, options = parts(plugin)
    prices = np.linspace(1.2, 6.0, 25)
    values = np.array([value(hybrid, options, trace, p) for p in prices])
    assert np.all(np.diff(values, 2) <= 1e-6 * values.max())


def test_the_battery_gives_less_the_dearer_its_energy(plugin):
    trace, _, hybrid, options = parts(plugin)
    drained = [
        float((hybrid.at_price(np, options, trace, np.full((1, 1), p))[1] * trace.duration).sum())
        for p in np.linspace(1.0, 9.0, 15)
    ]
    assert all(a >= b - 1.0 for a, b in zip(drained, drained[1:], strict=False))
    assert drained[0] > 0 > drained[-1]


def test_a_price_in_the_bracket_keeps_the_charge(plugin):
    trace, wheel, hybrid, _ = parts(plugin)
    flows, price = sustain(np, hybrid, wheel, trace, None)
    left = float((flows.chemical * trace.duration).sum())
    assert abs(left) < 0.01 * float((flows.fuel * trace.duration).sum())
    assert 1.5 < price[0, 0] < 4.5


def test_a_machine_on_the_crank_cannot_drive_alone(plugin):
    belt = replace(plugin, powertrain=plugin.powertrain._replace(coupled=1.0, off_speed=5.0))
    trace, wheel, hybrid, _ = parts(belt)
    flows, _ = sustain(np, hybrid, wheel, trace, None)
    pulling = (wheel.force[0] > 0) & (trace.moving > 0)
    assert np.all(flows.running[0][pulling] == 1)


def test_no_machine_gives_or_takes_more_than_its_limit(plugin):
    for coupled in (0.0, 1.0):
        car = replace(plugin, powertrain=plugin.powertrain._replace(coupled=coupled))
        trace, _, hybrid, o = parts(car, "us06")
        for price in (1.0, 2.7, 9.0):
            torque = hybrid.at_price(np, o, trace, np.full((1, 1), price))[2]
            assert np.all(np.abs(torque) <= o["limit"] * (1 + 1e-12))


def test_more_mass_and_drag_need_more_fuel_in_a_hybrid_too(plugin):
    base = drive(plugin, cycle("udds"))
    for name in ("mass", "A", "C"):
        road = replace(plugin.road, **{name: getattr(plugin.road, name) * 1.05})
        more = drive(replace(plugin, road=road), cycle("udds"))
        assert more.fuel_volume > base.fuel_volume


def test_blended_lies_between_the_battery_alone_and_a_kept_charge(plugin):
    modes = (plugin.depleting(), plugin.blended(), plugin)
    battery, both, kept = (drive(car, cycle("wltc_class3b")) for car in modes)
    assert battery.fuel_energy < both.fuel_energy < kept.fuel_energy
    assert battery.battery_energy > both.battery_energy > kept.battery_energy
    assert both.wall_energy > 0 == kept.wall_energy and both.balance_error < 1e-9


def test_the_state_of_charge_ends_where_the_energy_says(plugin):
    for car, start in ((plugin.depleting(), 1.0), (plugin, 0.5)):
        done = drive(car, cycle("udds"), traced=True)
        charge = done.trace["state_of_charge"]
        assert charge[-1] == pytest.approx(start - done.battery_energy / car.usable_energy)
        assert np.all((charge > 0) & (charge <= 1.001))
