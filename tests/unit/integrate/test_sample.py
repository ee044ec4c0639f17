"""Joint draws of one car: exact at the base, equal to the whole loop elsewhere."""

from dataclasses import replace

import numpy as np
import pytest

from wheelbase.catalogue import drawn
from wheelbase.errors import FitError
from wheelbase.integrate import Targets, integrate, sample_car
from wheelbase.study import load_costed
from wheelbase.study.cars import build_cars

RANGE = 380e3


@pytest.fixture(scope="module")
def car(study):
    return build_cars(study).variants["bev@clar_like.suv_d"]


def test_without_a_cause_every_draw_is_the_car(car, facts):
    found = sample_car(car, facts, 3, 7, ())
    assert found.energy == pytest.approx(car.battery_energy, rel=1e-6)
    assert found.curb_mass == pytest.approx(car.curb_mass, rel=1e-6)
    assert found.structure_mass == pytest.approx(car.structure_mass, rel=1e-6)
    assert found.consumption == pytest.approx(car.certificates["wltp"].energy, rel=1e-6)
    assert found.time_0_100 == pytest.approx(car.acceleration.time_0_100, rel=1e-6)
    assert found.boot == pytest.approx(car.boot)
    assert found.couple_distance == pytest.approx(car.fit.couple_distance)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_draw_of_masses_is_what_the_whole_loop_makes_of_its_constants(car, facts, study, n):
    found = sample_car(car, facts, 3, 11, ("mass",))
    values = drawn(facts.mass_constant, 3, 11)
    shelf = facts.mass_constant
    items = {item.id: replace(item, **{item.figure: float(values[item.id][n])}) for item in shelf}
    other = replace(facts, mass_constant=replace(shelf, items=items))
    targets = Targets(range=RANGE, cycles=("wltc_class3b",))
    train = study.powertrains["bev"]
    whole = integrate(study.platforms["clar_like"], car.body, train, targets, other)
    assert found.curb_mass[n] == pytest.approx(whole.curb_mass, rel=5e-4)
    assert found.energy[n] == pytest.approx(whole.battery_energy, rel=5e-4)
    assert found.consumption[n] == pytest.approx(whole.certificates["wltp"].energy, rel=5e-4)
    assert found.time_0_100[n] == pytest.approx(whole.acceleration.time_0_100, rel=5e-3)


def test_draws_are_common_to_all_who_share_a_seed_and_differ_with_it(car, facts):
    first, again = (sample_car(car, facts, 50, 7) for _ in range(2))
    other = sample_car(car, facts, 50, 8)
    assert np.array_equal(first.energy, again.energy)
    assert not np.array_equal(first.energy, other.energy)


def test_a_heavier_draw_needs_more_and_is_slower(car, facts):
    found = sample_car(car, facts, 200, 7, ("mass",))
    for figure in (found.energy, found.consumption, found.time_0_100):
        assert np.corrcoef(found.curb_mass, figure)[0, 1] > 0.98


def test_only_a_battery_car_is_sized_to_a_range(study, facts):
    petrol = build_cars(study).variants["petrol@clar_like.suv_d"]
    with pytest.raises(ValueError, match="no battery car"):
        sample_car(petrol, facts, 10, 7)


def test_the_energy_of_one_more_km_is_what_the_whole_loop_needs_for_it(car, facts, study):
    """More than all energy over all range: every further cell also carries its own weight."""
    found = sample_car(car, facts, 1, 7, ())
    platform, train = study.platforms["clar_like"], study.powertrains["bev"]
    full = float(found.range_fit[0])
    near, far = (
        integrate(platform, car.body, train, Targets(range=r, cycles=("wltc_class3b",)), facts)
        for r in (full - 6e3, full - 1e3)
    )
    by_hand = (far.battery_energy - near.battery_energy) / (far.range - near.range)
    assert found.further[0] == pytest.approx(by_hand, rel=0.02)
    assert found.further[0] > 1.05 * found.energy_fit[0] / full


def test_half_of_the_draws_use_less_of_the_battery_than_its_cell_says(car, facts):
    """With masses, lengths and consumption certain, full range is in proportion to that share."""
    shelf, name = facts.vehicle_constant, "model-error-electric"
    items = dict(shelf.items) | {name: replace(shelf[name], **{shelf[name].figure: 0.0})}
    sure = replace(facts, vehicle_constant=replace(shelf, items=items))
    cell = car.powertrain.cell
    low, high = facts.cell.intervals[cell.id, "usable_share"]
    assert high - cell.usable_share < cell.usable_share - low
    base = sample_car(car, sure, 1, 7, ()).range_fit
    of_share = sample_car(car, sure, 4000, 7, ("consumption",)).range_fit / base * cell.usable_share
    assert np.mean(of_share < cell.usable_share) == pytest.approx(0.5, abs=0.03)
    assert low <= of_share.min() and of_share.max() <= high


def test_no_draw_carries_more_cells_than_fit_and_a_full_one_has_the_range_they_give(car, facts):
    """At 380 km some of the draws of this car's chains lack the room, at 420 km most."""
    found = sample_car(car, facts, 1000, 7)
    assert 0.05 < np.mean(~found.fits) < 0.25
    for held in (found, sample_car(replace(car, range=420e3), facts, 1000, 7)):
        full = ~held.fits
        assert np.all(held.energy <= held.energy_fit)
        assert held.energy[full] == pytest.approx(held.energy_fit[full], rel=1e-9)
        assert np.all(held.range_fit[full] < held.asked[full])
        assert np.all(held.range_fit[~full] >= held.asked[~full] * (1 - 1e-6))
    assert np.mean(full) > 0.5
    assert np.array_equal(held.range_fit, found.range_fit)


def test_a_car_for_which_no_cell_fits_in_some_draws_is_refused_with_their_share(facts):
    car = build_cars(load_costed("bills", facts)).variants["id3@meb.id3"]
    assert sample_car(car, facts, 50, 7, ("mass", "consumption")).fits.all()
    with pytest.raises(FitError, match=r"id3@meb.id3: battery: no cell fits in 1\d(\.\d)? %"):
        sample_car(car, facts, 2000, 7)
