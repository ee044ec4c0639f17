from dataclasses import replace

import numpy as np
import pytest

from wheelbase.catalogue import Cycle, cycle
from wheelbase.errors import DataError
from wheelbase.simulate import (
    RoadLoad,
    Scheme,
    accelerate,
    accelerate_many,
    assemble_vehicle,
    certify,
    certify_many,
    drive,
    label_derived,
    utility_factor,
    utility_factor_us,
    wltc,
)
from wheelbase.simulate.energy import Start
from wheelbase.simulate.hybrid import sustain
from wheelbase.simulate.roadload import intervals, numbers, wheel_demand
from wheelbase.simulate.stack import stack


@pytest.fixture(scope="module")
def petrol(facts):
    return assemble_vehicle(facts.vehicle["bmw-330i-g20"], facts)


@pytest.fixture(scope="module")
def electric(facts):
    return assemble_vehicle(facts.vehicle["bmw-i4-edrive40"], facts)


@pytest.fixture(scope="module")
def plugin(facts):
    return assemble_vehicle(facts.vehicle["bmw-330e-g20"], facts)


ROAD = RoadLoad(mass=1800, A=150, B=1.0, C=0.4, radius=0.33)


def test_wheel_power_at_a_steady_100_kmh_by_hand():
    v = 100 / 3.6
    trace = intervals(Cycle("steady", np.array([0.0, 1.0]), np.array([v, v])))
    assert wheel_demand(np, numbers(ROAD), trace).power[0] == pytest.approx(
        (150 + v + 0.4 * v**2) * v
    )


def test_kinetic_energy_telescopes_over_any_trace():
    trace = intervals(cycle("us06"))
    kinetic = trace.acceleration * trace.speed * trace.duration
    start, end = cycle("us06").speed[[0, -1]]
    assert kinetic.sum() == pytest.approx((end**2 - start**2) / 2, abs=1e-9)


@pytest.mark.parametrize("name", ["wltc_class3b", "udds", "ftp75", "hwfet"])
def test_every_joule_is_booked(petrol, electric, plugin, name):
    for car in (petrol, electric, plugin, plugin.depleting()):
        done = drive(car, cycle(name))
        assert done.balance_error < 1e-9
        inside = {k: v for k, v in done.losses.items() if k != "kinetic"}
        assert min(inside.values()) > -1e-6 * max(inside.values())


def test_phases_sum_to_the_whole_when_warm(petrol):
    done = drive(petrol, cycle("wltc_class3b"))
    assert sum(fuel for fuel, _ in done.phases.values()) == pytest.approx(done.fuel_energy)


def test_a_cold_start_burns_more(petrol):
    warm, cold = (drive(petrol, cycle("ftp75"), s) for s in (Start.WARM, Start.COLD))
    extra = cold.fuel_energy - warm.fuel_energy
    assert 0 < extra <= petrol.powertrain.engine.cold_energy


def test_a_plug_in_hybrid_ends_as_charged_as_it_began(plugin):
    done = drive(plugin, cycle("wltc_class3b"))
    assert abs(done.battery_energy) < 0.01 * done.fuel_energy
    assert 2.0 < done.price < 4.0


def test_no_price_of_battery_energy_gives_a_higher_dual_value(plugin):
    trace, model = intervals(cycle("udds")), stack([plugin.model])
    wheel, hybrid = wheel_demand(np, model.road, trace), model.powertrain
    _, best = sustain(np, hybrid, wheel, trace, None)
    options = hybrid.options(np, wheel, trace)

    def dual(price):
        fuel, cells, *_ = hybrid.at_price(np, options, trace, price)
        return float(((fuel + price * cells) * trace.duration).sum())

    top = dual(best)
    assert all(dual(best * k) <= top * (1 + 1e-6) for k in (0.5, 0.8, 0.95, 1.05, 1.2, 2.0))


def test_a_trace_beyond_the_car_is_kept_and_the_miss_reported(petrol):
    fast = Cycle("fast", np.arange(12.0), np.minimum(np.arange(12.0) * 7, 80))
    done = drive(petrol, fast)
    assert done.shortfall.seconds > 0
    assert np.isfinite(done.fuel_energy) and done.balance_error < 1e-9
    assert drive(petrol, cycle("udds")).shortfall.seconds == 0


def test_economy_speaks_the_language_of_labels(electric, petrol):
    city = drive(petrol, cycle("udds"))
    e = city.economy
    assert e.l_per_100km == pytest.approx(city.fuel_volume * 1e3 / (city.distance / 1e5))
    assert e.mpg_us == pytest.approx(235.214583 / e.l_per_100km, rel=1e-6)
    wall = drive(electric, cycle("udds"))
    per_mile = wall.wall_energy / 3.6e6 / (wall.distance / 1609.344)
    assert wall.economy.mpge == pytest.approx(33.705 / per_mile)


def test_the_ftp_is_what_its_three_bags_add_up_to(petrol, facts):
    epa = certify(petrol, Scheme.EPA, facts)
    cold, hot = (drive(petrol, cycle("ftp75"), s).phases for s in (Start.COLD, Start.HOT))
    fuel = 0.43 * (cold["bag1"][0] + cold["bag2"][0]) + 0.57 * (hot["bag1"][0] + hot["bag2"][0])
    ftp = cycle("ftp75")
    distance = sum(ftp.part(p).distance for p in ftp.phases[:2])
    assert epa.city == pytest.approx(fuel / 31.9e9 / distance, rel=2e-3)


def test_the_derived_label_by_hand():
    per_mpg = 3.785411784e-3 / 1609.344
    city = 1 / (0.004091 + 1.1601 / 30)
    highway = 1 / (0.003191 + 1.2945 / 45)
    combined = 1 / (0.55 / city + 0.45 / highway)
    assert label_derived(per_mpg / 30, per_mpg / 45) == pytest.approx(per_mpg / combined, rel=1e-9)


@pytest.mark.parametrize(("year", "share"), [(2020, 0.803), (2025, 0.492), (2027, 0.303)])
def test_the_utility_factor_of_60_km_in_three_steps_of_the_regulation(year, share):
    assert utility_factor(60e3, year) == pytest.approx(share, abs=5e-4)


def test_the_utility_factor_rises_with_range():
    values = [utility_factor(r * 1e3, 2020) for r in range(0, 200, 5)]
    assert values[0] == 0 and all(a <= b for a, b in zip(values, values[1:], strict=False))
    assert values[-1] <= 1


@pytest.mark.parametrize("name", ["mass", "A", "B", "C", "radius", "rotating_share"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e9])
def test_what_no_car_is_is_refused_by_name(name, value):
    figures = {"mass": 1800, "A": 150, "B": 1.0, "C": 0.4, "radius": 0.33} | {name: value}
    with pytest.raises(DataError, match=f"road load: {name} "):
        RoadLoad(**figures)


@pytest.mark.parametrize(
    ("name", "value"), [("mass", 0.0), ("drag_area", -0.3), ("rolling", float("nan"))]
)
def test_a_design_that_no_car_is_is_refused_by_name(facts, name, value):
    figures = {"mass": 1800.0, "drag_area": 0.7, "rolling": 0.009} | {name: value}
    with pytest.raises(DataError, match=f"road load: {name} .* is outside"):
        RoadLoad.design(**figures, radius=0.33, facts=facts)


def test_an_efficiency_above_one_is_refused_by_name(facts):
    with pytest.raises(DataError, match="indicated_efficiency: .*1.5"):
        replace(facts.engine_technology["turbo-petrol"], indicated_efficiency=1.5)


def test_full_load_times_are_in_order(electric, petrol):
    for car in (electric, petrol):
        a = accelerate(car)
        assert 3 < a.time_0_100 < 12 and a.reaches_100
        assert 0 < a.time_80_120 < a.time_0_100
        assert a.top_speed > 45


def test_one_car_is_driven_the_same_twice(electric):
    first, second = (drive(electric, cycle("udds")) for _ in range(2))
    assert first == second


def test_many_are_certified_and_accelerated_as_each_alone(facts, petrol, electric, plugin):
    cars = (petrol, electric, plugin)
    for scheme in Scheme:
        many = certify_many(cars, scheme, facts)
        assert many == tuple(certify(car, scheme, facts) for car in cars)
    assert accelerate_many(cars) == tuple(accelerate(car) for car in cars)


def test_slopes_are_held_by_force_and_shrink_with_speed(electric, petrol):
    for car in (electric, petrol):
        launch, town, road = (g for _, g in sorted(accelerate(car).grades.items()))
        assert (
            0.2 < launch <= 1.0
        )  # a petrol car launches at idle torque, without a slipping clutch
        assert 0.1 < road < town <= 1.0


def test_the_cycle_of_the_wltp_follows_power_over_mass(electric, petrol):
    assert wltc(petrol).id == wltc(electric).id == "wltc_class3b"
    weak = petrol.powertrain._replace(engine=petrol.powertrain.engine._replace(peak_power=5.4e4))
    assert wltc(replace(petrol, powertrain=weak)).id == "wltc_class2"
    weaker = weak._replace(engine=weak.engine._replace(peak_power=3.0e4))
    assert wltc(replace(petrol, powertrain=weaker)).id == "wltc_class1"


@pytest.mark.parametrize("kind", ["label", "fleet", "city", "highway"])
def test_the_us_utility_factor_is_a_share_that_rises_to_its_cap(kind):
    miles = [utility_factor_us(d * 1609.344, kind) for d in (0, 10, 20, 40, 80)]
    assert miles[0] == 0 and miles == sorted(miles) and miles[-1] < 1


def test_the_us_fleet_utility_factor_of_forty_miles():
    x = 40 / 399
    powers = (10.52, -7.282, -26.37, 79.08, -77.36, 26.07)
    by_hand = 1 - np.exp(-sum(c * x ** (k + 1) for k, c in enumerate(powers)))
    assert utility_factor_us(40 * 1609.344, "fleet") == pytest.approx(by_hand, rel=1e-12)


def steady(speed):
    return Cycle("steady", np.array([0.0, 1.0]), np.array([speed, speed]))


def test_a_petrol_car_at_a_steady_speed_by_hand(petrol):
    v, road, p = 30.0, petrol.road, petrol.powertrain
    box, e = p.gearbox, p.engine
    wheel = (road.A + road.B * v + road.C * v * v) * v
    w = v * box.ratios[-1]  # at 108 km/h the top gear neither lugs nor lacks reserve
    work = wheel / box.efficiency + box.drag * w + p.auxiliaries
    done = drive(petrol, steady(v))
    assert done.fuel_energy == pytest.approx((work + e.drag * w) / e.efficiency, rel=1e-12)
    assert done.losses["engine"] == pytest.approx(done.fuel_energy - work, rel=1e-9)
    lost = wheel * (1 / box.efficiency - 1) + box.drag * w
    assert done.losses["gearbox"] == pytest.approx(lost, rel=1e-9)
    assert done.losses["brakes"] == pytest.approx(0.0, abs=1e-6)


def test_a_battery_car_at_a_steady_speed_by_hand(electric):
    v, road, p = 30.0, electric.road, electric.powertrain
    (m,) = p.machines
    wheel = (road.A + road.B * v + road.C * v * v) * v
    w, shaft = v * m.ratio, wheel / m.gear_efficiency
    torque = shaft / w
    loss = m.k0 + m.k2 * w * w + m.kt * torque * torque + m.kx * torque * w
    terminal = shaft + loss + p.auxiliaries
    current = (1 - np.sqrt(1 - p.resistance * terminal)) * 2 / p.resistance  # U I with U = 1
    done = drive(electric, steady(v))
    assert done.battery_energy == pytest.approx(current, rel=1e-9)
    assert done.losses["machines"] == pytest.approx(loss, rel=1e-9)
    assert done.losses["battery"] == pytest.approx(current - terminal, rel=1e-6)
    assert done.losses["gearbox"] == pytest.approx(shaft - wheel, rel=1e-9)


def test_the_balance_fails_where_a_powertrain_gives_more_than_was_asked(electric, monkeypatch):
    from wheelbase.simulate import powertrain

    honest = powertrain._shaft

    def generous(xp, machine, force, speed):
        shaft, out = honest(xp, machine, force, speed)
        return shaft, out * 1.01

    monkeypatch.setattr(powertrain, "_shaft", generous)
    assert drive(electric, cycle("udds")).balance_error > 1e-4
