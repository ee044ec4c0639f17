"""What holds of every fleet under the EU rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.partner import ally
from wheelbase.plan import (
    FleetCars,
    comply,
    pool,
    pool_game,
    pool_members,
    rule_pack,
)

G = 1e-6
CARS = st.builds(
    lambda g, mass, cars: FleetCars(g * G, mass, cars),
    st.floats(0, 300),
    st.floats(800, 3500),
    st.floats(1, 1e6),
)
FLEET = st.lists(CARS, min_size=1, max_size=4).map(tuple)
THREE = st.fixed_dictionaries(dict.fromkeys((2025, 2026, 2027), FLEET))
YEARS = st.sampled_from((2019, 2020, 2021, 2024, 2025, 2029, 2030, 2034, 2035))


@pytest.fixture(scope="module")
def law(facts):
    return rule_pack(facts, "eu-cars-2025")


def plain(pack):
    """The rule without super-credits and without relief: the linear row alone."""
    return replace(pack, rule=replace(pack.rule, super_credit={}, relief={}))


def without_periods(pack):
    return replace(pack, rule=replace(pack.rule, block={}))


def close(premium):
    return 1e-9 * premium + 1e-3


@given(FLEET, FLEET, YEARS)
@settings(max_examples=100, deadline=None)
def test_a_pool_never_costs_more_than_its_makers_alone(law, one, other, year):
    """In 2020 too: the twentieth that does not count is at least as dirty in the pool."""
    rule = plain(law)
    alone = comply(rule, {year: one}).premium + comply(rule, {year: other}).premium
    assert comply(rule, pool([{year: one}, {year: other}])).premium <= alone + close(alone)


@given(st.lists(THREE, min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_gain_of_a_pool_is_superadditive(law, makers):
    """v(S) + v(T) <= v(S + T) for disjoint groups, so that nobody gains by staying out."""
    rule = plain(law)

    def due(group):
        return comply(rule, pool(group)).premium

    a, b, c = makers
    alone = [due([m]) for m in makers]
    pair = alone[0] + alone[1] - due([a, b])
    whole = sum(alone) - due([a, b, c])
    assert pair <= whole + close(sum(alone))


@given(st.lists(FLEET, min_size=3, max_size=3))
@settings(max_examples=25, deadline=None)
def test_some_sharing_keeps_every_maker_in_the_pool(law, fleets):
    """Premiums are max(0, sum): the game is one of a linear program, and its core is not empty."""
    makers = {name: {2028: fleet} for name, fleet in zip("abc", fleets, strict=True)}
    alliance = ally(pool_members(makers), pool_game(plain(law), makers))
    alone = sum(comply(plain(law), fleets).premium for fleets in makers.values())
    assert alliance.least_core.epsilon <= close(alone)  # gains are differences of premiums
    nucleolus = next(s for s in alliance.sharings if s.rule == "nucleolus")
    assert nucleolus.least_surplus >= -close(alone)


@given(THREE)
@settings(max_examples=100, deadline=None)
def test_a_period_never_costs_more_than_its_years(law, fleets):
    yearly = comply(without_periods(law), fleets).premium
    assert comply(law, fleets).premium <= yearly + close(yearly)


@given(FLEET, YEARS, st.floats(800, 3500), st.floats(1, 1e5))
@settings(max_examples=100, deadline=None)
def test_a_car_without_emission_never_raises_the_premium(law, fleet, year, mass, cars):
    rule = plain(law)
    before = comply(rule, {year: fleet}).premium
    after = comply(rule, {year: (*fleet, FleetCars(0.0, mass, cars))}).premium
    assert after <= before + close(before)


@given(FLEET, YEARS)
@settings(max_examples=100, deadline=None)
def test_below_the_target_nothing_is_due(law, fleet, year):
    found = comply(law, {year: fleet})
    (balance,) = found.years
    assert (found.premium == 0) == (balance.excess <= 0)
    assert found.periods[0].premium * found.periods[0].credit == 0
    assert 0 <= balance.relief <= 0.05 and balance.average <= balance.plain + 1e-18


@given(FLEET, st.floats(0.1, 10))
@settings(max_examples=60, deadline=None)
def test_twice_the_fleet_pays_twice(law, fleet, factor):
    scaled = tuple(replace(k, cars=k.cars * factor) for k in fleet)
    one = comply(law, {2025: fleet}).premium
    assert comply(law, {2025: scaled}).premium == pytest.approx(factor * one, rel=1e-6, abs=1e-2)
