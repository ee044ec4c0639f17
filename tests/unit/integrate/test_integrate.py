from dataclasses import replace

import pytest

from wheelbase.errors import FitError
from wheelbase.integrate import Targets, curb_masses, integrate


def electric(study, facts, platform="clar_like", body="sedan_d", **targets):
    train = study.powertrains["bev"]
    wanted = Targets(**({"range": 400e3} | targets))
    return integrate(study.platforms[platform], study.bodies[body], train, wanted, facts)


def test_the_loop_closes_on_the_range(study, facts):
    car = electric(study, facts)
    assert car.range == pytest.approx(400e3, rel=1e-6)
    assert car.residual < 1e-7 and car.iterations < 20
    wltp = car.certificates["wltp"].drives["wltc_class3b"]
    assert car.usable_energy * wltp.distance / wltp.battery_energy == pytest.approx(400e3, rel=1e-6)


def test_masses_sum_to_the_car_and_the_battery_weighs_what_it_stores(study, facts):
    car = electric(study, facts)
    assert sum(car.masses.values()) == pytest.approx(car.curb_mass)
    assert 120 < car.battery_energy / 3600 / car.masses["battery"] < 190  # Wh/kg of a pack


def test_more_range_takes_a_bigger_battery_and_a_heavier_car(study, facts):
    near, far = (electric(study, facts, range=r) for r in (300e3, 400e3))
    assert far.battery_energy > near.battery_energy * 400 / 300
    assert far.curb_mass > near.curb_mass


def test_a_range_beyond_the_floor_names_the_target_and_the_gap(study, facts):
    with pytest.raises(FitError, match=r"targets\.range: 900 km asked, \d+ km reached") as caught:
        electric(study, facts, range=900e3)
    assert "km short" in str(caught.value)


def test_every_missed_target_is_named_at_once(study, facts):
    with pytest.raises(FitError) as caught:
        electric(study, facts, range=900e3, acceleration_0_100=3.0, boot=1.0)
    words = ("targets.range", "targets.acceleration_0_100", "targets.boot")
    assert len(caught.value.problems) == 3
    for word, line in zip(words, caught.value.problems, strict=True):
        assert word in line


def test_what_does_not_fit_is_no_car(study, facts):
    petrol = study.powertrains["petrol"]
    with pytest.raises(FitError, match="no tunnel"):
        integrate(study.platforms["ev_like"], study.bodies["sedan_d"], petrol, Targets(), facts)


def test_a_battery_that_is_too_big_is_refused_in_kilowatt_hours(study, facts):
    train = replace(study.powertrains["plugin"], battery=60 * 3.6e6)
    with pytest.raises(FitError, match="battery: 60.0 kWh asked"):
        integrate(study.platforms["clar_like"], study.bodies["sedan_d"], train, Targets(), facts)


def test_the_flexible_car_is_heavier_by_tunnel_and_fixings_and_what_follows(study, facts):
    flexible, bespoke = (electric(study, facts, p) for p in ("clar_like", "ev_like"))
    gap = {k: flexible.masses[k] - bespoke.masses.get(k, 0.0) for k in flexible.masses}
    assert gap["tunnel"] > 0 and gap["carry-over fixings"] > 0
    assert gap["battery"] > 0 and gap["structure"] > 0 and gap["brakes and axles"] > 0
    for name in ("trim", "drive units", "charger and cables"):
        assert gap[name] == 0
    primary = gap["tunnel"] + gap["carry-over fixings"] + gap["battery"]
    assert flexible.fit.wheelbase == bespoke.fit.wheelbase
    assert sum(gap.values()) == pytest.approx(primary / (1 - 0.0588 - 0.12))


def test_the_electric_sibling_is_within_ten_percent_of_the_real_one(study, facts):
    """BMW i4 eDrive40, 2050 kg unladen (ADEME), trim anchored at its petrol sibling alone."""
    car = electric(study, facts)
    heavier = 83.9 * 3.6e6 - car.battery_energy  # the i4 carries more battery
    per_joule = car.masses["battery"] / car.battery_energy
    assert car.curb_mass + heavier * per_joule == pytest.approx(2050, rel=0.10)


def test_a_longer_wheelbase_weighs_more(study, facts):
    car = electric(study, facts)
    longer = replace(car.fit, wheelbase=car.fit.wheelbase + 0.1)
    args = (car.platform, car.body, car.powertrain, car.battery_energy, facts)
    more = sum(curb_masses(longer, *args).values()) - sum(curb_masses(car.fit, *args).values())
    slope = 5.5045 / 0.3048**2 * 0.86 * car.body.W103
    primary = 0.1 * slope + 0.1 * 2 * 0.26 * 0.0012 * 7850
    assert more == pytest.approx(primary / (1 - 0.0588 - 0.12), rel=1e-6)
