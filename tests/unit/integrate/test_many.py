"""Many cars at once are the same cars as one after another."""

from dataclasses import replace

import numpy as np
import pytest

from wheelbase.catalogue import catalogue, with_columns
from wheelbase.cost import price, price_many
from wheelbase.errors import DataError, FitError
from wheelbase.fit import fit, fit_many
from wheelbase.integrate import Manner, Targets, integrate, integrate_many
from wheelbase.simulate import Backend
from wheelbase.study import load
from wheelbase.study.cars import basis_of, bill_year, targets_of

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
BRIEF = Manner(brief=True, draws={})
V = 6
VARIANTS = [
    (platform, body, train)
    for platform, spec in STUDY.spec.platforms.items()
    for body in spec.bodies[:1]
    for train in spec.powertrains
]


def columns(seed, body):
    """Return outer sizes and resistances around a body, one column each."""
    rng = np.random.default_rng(seed)
    return {
        "L103": body.L103 + rng.uniform(-0.06, 0.06, (V, 1)),
        "H100": body.H100 + rng.uniform(0.0, 0.03, (V, 1)),
        "drag": body.drag * rng.uniform(0.93, 1.07, (V, 1)),
        "tyre_radius": body.tyre_radius + rng.uniform(-0.01, 0.01, (V, 1)),
    }


def at(value, row):
    return np.broadcast_to(value, (V, 1))[row, 0]


def alone(body, given, row):
    return replace(body, **{name: float(column[row, 0]) for name, column in given.items()})


def same_car(many, row, one, tolerance):
    found, want = many.approved, one.certificates["wltp"]
    pairs = {
        "energy": (many.battery_energy, one.battery_energy),
        "mass": (many.curb_mass, one.curb_mass),
        "co2": (found.co2, want.co2),
        "wall": (found.energy, want.energy),
        "range": (found.electric_range, want.electric_range),
        "share": (found.utility_factor, want.utility_factor),
        "time": (many.full.time_0_100, one.acceleration.time_0_100),
        "top": (many.full.top_speed, one.acceleration.top_speed),
        "slope": (many.gradeability, one.gradeability),
        "boot": (many.fits.boot, one.boot),
        "room": (many.fits.usable_length, one.usable_length),
        "couple": (many.fits.couple_distance, one.fit.couple_distance),
        "fits": (many.fits.energy_fit, one.fit.energy_fit),
        "circle": (many.fits.turning_circle, one.fit.turning_circle),
        "scale": (many.scale, one.scale),
    }
    for name, (a, b) in pairs.items():
        assert at(a, row) == pytest.approx(b, rel=tolerance, abs=1e-12), name


@pytest.mark.parametrize("platform,body,train", VARIANTS, ids=str)
def test_every_car_of_a_batch_is_the_car_made_alone(platform, body, train):
    base, made = STUDY.bodies[body], STUDY.platforms[platform]
    given, powertrain = columns(3, base), STUDY.powertrains[train]
    targets = replace(targets_of(STUDY, train), acceleration_0_100=None, gradeability=None)
    many = integrate_many(made, with_columns(base, **given), powertrain, targets, FACTS, V)
    basis, year = basis_of(STUDY), bill_year(STUDY)
    costs = price_many(many, year, basis)
    for row in range(V):
        one = integrate(made, alone(base, given, row), powertrain, targets, FACTS, BRIEF)
        same_car(many, row, one, 1e-6 if train.endswith("bev") else 1e-13)
        bill = price(one, year, basis)
        for name, want in (
            ("direct", bill.direct), ("pack", bill.pack)
        ):  # fmt: skip
            assert at(getattr(costs, name), row) == pytest.approx(want, rel=1e-6), name


def test_sized_drive_units_of_a_batch_are_those_of_the_car_made_alone():
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"]
    given, train = columns(5, base), STUDY.powertrains["bev"]
    targets = Targets(range=330e3, acceleration_0_100=6.0, gradeability=0.3, sized=True)
    many = integrate_many(made, with_columns(base, **given), train, targets, FACTS, V)
    assert np.ptp(many.scale) > 1e-3
    for row in range(V):
        one = integrate(made, alone(base, given, row), train, targets, FACTS, BRIEF)
        same_car(many, row, one, 2e-6)


def test_what_is_varied_in_powertrain_platform_and_targets_reaches_the_car():
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"]
    ranges = np.linspace(250e3, 380e3, V)[:, None]
    drives = np.linspace(2.5, 3.5, V)[:, None]
    point = made.hard_points["tunnel_h"]
    heights = np.linspace(0.24, 0.27, V)[:, None]
    higher = with_columns(
        made, hard_points={**made.hard_points, "tunnel_h": with_columns(point, value=heights)}
    )
    electric, petrol = STUDY.powertrains["bev"], STUDY.powertrains["petrol"]
    plain = targets_of(STUDY, "petrol")
    ranged = with_columns(targets_of(STUDY, "bev"), range=ranges)
    bevs = integrate_many(higher, base, electric, ranged, FACTS, V)
    geared = integrate_many(made, base, with_columns(petrol, final_drive=drives), plain, FACTS, V)
    for row in range(V):
        low = made.pin(tunnel_h=float(heights[row, 0]))
        asked = replace(targets_of(STUDY, "bev"), range=float(ranges[row, 0]))
        same_car(bevs, row, integrate(low, base, electric, asked, FACTS, BRIEF), 1e-6)
        other = replace(petrol, final_drive=float(drives[row, 0]))
        same_car(geared, row, integrate(made, base, other, plain, FACTS, BRIEF), 1e-13)


def test_no_car_depends_on_those_beside_it():
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"]
    given, train = columns(9, base), STUDY.powertrains["bev"]
    targets = targets_of(STUDY, "bev")
    whole = integrate_many(made, with_columns(base, **given), train, targets, FACTS, V)
    part = {name: column[2:4] for name, column in given.items()}
    some = integrate_many(made, with_columns(base, **part), train, targets, FACTS, 2)
    assert np.array_equal(whole.battery_energy[2:4], some.battery_energy)
    assert np.array_equal(whole.approved.energy[2:4], some.approved.energy)


def test_what_does_not_fit_is_short_by_what_the_worst_conflict_says():
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"].pin(x_fw=0.6)
    lengths = np.linspace(base.L103 - 0.1, base.L103 + 0.1, V)[:, None]
    heights = np.linspace(base.H100 - 0.12, base.H100, V)[:, None]
    body = with_columns(base, L103=lengths, H100=heights)
    misfits = 0
    for train in ("six", "bev", "plugin"):
        powertrain = STUDY.powertrains[train]
        many = fit_many(made, body, powertrain, FACTS)
        for row in range(V):
            one = replace(base, L103=float(lengths[row, 0]), H100=float(heights[row, 0]))
            try:
                found = fit(made, one, powertrain, FACTS, {})
            except DataError:
                assert at(many.contradicts, row)
                continue
            assert not at(many.contradicts, row)
            worst = max(found.conflicts, key=lambda c: c.short_by, default=None)
            assert at(many.short, row) == pytest.approx(worst.short_by if worst else 0.0)
            if worst is not None:
                asked = many.requirements[at(many.requirement, row)]
                assert asked == worst.requirement
                misfits += 1
    assert misfits >= V


def test_lengths_that_contradict_each_other_are_marked_where_one_car_is_refused():
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["ev_like"]
    lengths = np.array([[2.6], [4.7], [2.8]])
    many = fit_many(made, with_columns(base, L103=lengths), STUDY.powertrains["bev"], FACTS)
    for row, length in enumerate(lengths[:, 0]):
        try:
            fit(made, replace(base, L103=float(length)), STUDY.powertrains["bev"], FACTS, {})
            refused = False
        except DataError:
            refused = True
        assert bool(np.broadcast_to(many.contradicts, (3, 1))[row, 0]) is refused
    assert np.any(many.contradicts) and not np.all(many.contradicts)


def test_a_battery_that_does_not_fit_is_marked_and_a_missed_target_named():
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"]
    plug, energies = STUDY.powertrains["plugin"], np.linspace(8, 40, V)[:, None] * 3.6e6
    targets = Targets(acceleration_0_100=5.5, boot=0.3, payload=2000.0)
    many = integrate_many(made, base, with_columns(plug, battery=energies), targets, FACTS, V)
    for row in range(V):
        wanted = replace(plug, battery=float(energies[row, 0]))
        try:
            integrate(made, base, wanted, Targets(), FACTS, BRIEF)
            holds = True
        except FitError:
            holds = False
        assert bool(at(many.holds, row)) is holds
    assert not np.all(many.holds)
    slow = many.full.time_0_100 > 5.5
    assert np.array_equal(many.missed["acceleration_0_100"], slow) and np.any(slow)
    assert np.all(many.missed["payload"])
    assert np.array_equal(at(many.missed["boot"], 0), at(many.fits.boot, 0) < 0.3)


@pytest.mark.parametrize("backend,tolerance", [(Backend.JAX, 1e-9), (Backend.JAX_SINGLE, 2e-4)])
def test_jax_makes_the_same_cars(backend, tolerance):
    pytest.importorskip("jax", reason="extra jax is not installed")
    base, made = STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"]
    given = columns(11, base)
    for name in ("bev", "petrol", "plugin"):
        targets = replace(targets_of(STUDY, name), acceleration_0_100=None)
        args = (made, with_columns(base, **given), STUDY.powertrains[name], targets, FACTS, V)
        plain, jax = integrate_many(*args), integrate_many(*args, backend)
        for a, b in (
            (plain.approved.co2, jax.approved.co2),
            (plain.approved.energy, jax.approved.energy),
            (plain.battery_energy, jax.battery_energy),
        ):
            assert np.broadcast_to(b, (V, 1)) == pytest.approx(
                np.broadcast_to(a, (V, 1)), rel=tolerance
            )


def test_the_year_of_the_certificate_decides_the_share_of_a_plug_in_hybrid():
    base, made, plug = (
        STUDY.bodies["sedan_d"], STUDY.platforms["clar_like"], STUDY.powertrains["plugin"]
    )  # fmt: skip
    shares = [
        integrate(made, base, plug, Targets(year=year), FACTS, BRIEF).certificates["wltp"]
        for year in (2024, 2025, 2027)
    ]
    assert shares[0].utility_factor > shares[1].utility_factor > shares[2].utility_factor
