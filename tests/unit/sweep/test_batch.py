"""A table of designs says what the rooms say of each design alone."""

from collections import Counter

import numpy as np
import pytest

from wheelbase.catalogue import catalogue
from wheelbase.cost import price
from wheelbase.errors import DataError
from wheelbase.fit import fit
from wheelbase.integrate import Manner, integrate
from wheelbase.study import basis_of, bill_year, load, load_package, read_text, targets_of
from wheelbase.study.load import package_of
from wheelbase.sweep.batch import bench, designs
from wheelbase.sweep.space import Space, Uniform, Varied

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
BRIEF = Manner(brief=True, draws={})


def space(**ends):
    """Return a space of paths, "__" for ".", each with low, high and unit."""
    return Space(
        tuple(Varied(p.replace("__", "."), u, Uniform(a, b)) for p, (a, b, u) in ends.items())
    )


WIDE = space(
    bodies__sedan_d__L103=(4650, 4850, "mm"),
    bodies__sedan_d__drag=(0.22, 0.26, ""),
    powertrains__bev__battery__request=(300, 420, "km"),
    powertrains__petrol__final_drive=(2.6, 3.2, ""),
    powertrains__plugin__tank=(35, 55, "l"),
    platforms__clar_like__hard_points__pinned__tunnel_h=(240, 270, "mm"),
)


def values(found, points, seed=1):
    shares = np.random.default_rng(seed).random((points, len(found.varied)))
    return np.stack([v.law.values(shares[:, n]) for n, v in enumerate(found.varied)], axis=1)


def row(table, n):
    return {name: None if np.ma.is_masked(x[n]) else x[n] for name, x in table.items()}


def changed(study, found, point):
    return study.set(
        {v.path: f"{x!r} {v.unit}" for v, x in zip(found.varied, map(float, point), strict=True)}
    )


def test_every_design_is_the_car_of_the_study_with_those_values():
    made, at = bench(STUDY, WIDE), values(WIDE, 3)
    table = designs(made, 0, 3 * len(made.variants), at)
    assert table["design"].tolist() == list(range(3 * len(made.variants)))
    for point in range(3):
        study = changed(STUDY, WIDE, at[point])
        for k, variant in enumerate(made.variants):
            told = row(table, point * len(made.variants) + k)
            assert (told["variant"], told["point"]) == (variant, point)
            train, _, rest = variant.partition("@")
            platform, _, body = rest.partition(".")
            parts = (study.platforms[platform], study.bodies[body], study.powertrains[train])
            one = integrate(*parts, targets_of(study, train), FACTS, BRIEF)
            bill = price(one, bill_year(study), basis_of(study))
            wltp = one.certificates["wltp"]
            assert told["status"] == "fits" and told["misses"] == "" and told["short_of"] is None
            for name, want in {
                "short_mm": 0.0,
                "boot_l": one.boot * 1e3,
                "usable_length_mm": one.usable_length * 1e3,
                "battery_fit_kwh": one.fit.energy_fit / 3.6e6,
                "battery_gross_kwh": one.battery_energy / 3.6e6,
                "curb_mass_kg": one.curb_mass,
                "front_load_percent": 100 * one.balance.curb.front_share,
                "fuel_wltp_l_per_100km": wltp.fuel * 1e8,
                "wall_energy_wltp_kwh_per_100km": wltp.energy / 3.6e6 * 1e5,
                "co2_wltp_g_per_km": wltp.co2 * 1e6,
                "electric_range_wltp_km": wltp.electric_range / 1e3,
                "acceleration_0_100_s": one.acceleration.time_0_100,
                "top_speed_kmh": one.acceleration.top_speed * 3.6,
                "gradeability_percent": 100 * one.gradeability,
                "direct_cost_eur2019": bill.direct,
                "pack_cost_eur2019": bill.pack,
            }.items():
                assert told[name] == pytest.approx(want, rel=2e-6, abs=1e-9), (variant, name)


def test_an_input_is_empty_in_designs_that_it_does_not_move():
    made = bench(STUDY, WIDE)
    table = designs(made, 0, len(made.variants), values(WIDE, 1))
    told = {v: row(table, k) for k, v in enumerate(made.variants)}
    assert told["six@clar_like.suv_d"]["bodies_sedan_d_l103_mm"] is None
    assert told["six@clar_like.suv_d"]["powertrains_plugin_tank_l"] is not None  # sets hard points
    assert told["bev@ev_like.suv_d"]["powertrains_bev_battery_request_km"] is not None
    assert told["bev@ev_like.suv_d"]["powertrains_petrol_final_drive"] is None
    assert "compact@faar_like.suv_c" not in told  # nothing of it is varied


def test_a_slice_of_a_sweep_is_the_same_designs():
    made, at = bench(STUDY, WIDE), values(WIDE, 4)
    many = len(made.variants)
    whole = designs(made, 0, 4 * many, at)
    first, last = many + 3, 3 * many + 1
    part = designs(made, first, last, at[1:4])
    for name, column in part.items():
        assert np.array_equal(
            np.ma.getmaskarray(column), np.ma.getmaskarray(whole[name][first:last])
        )
        assert column.compressed().tolist() == whole[name][first:last].compressed().tolist()


def test_what_does_not_fit_says_what_is_missing_and_has_no_car():
    low = space(
        bodies__sedan_d__H100=(1250, 1440, "mm"),
        platforms__clar_like__hard_points__pinned__tunnel_h=(120, 260, "mm"),
    )
    made, at = bench(STUDY, low), values(low, 40)
    table = designs(made, 0, 40 * len(made.variants), at)
    found = Counter(table["status"].tolist())
    assert found["fits"] and found["does not fit"]
    for n, status in enumerate(table["status"]):
        told = row(table, n)
        if status != "does not fit":
            continue
        assert told["curb_mass_kg"] is None and told["misses"] is None
        study = changed(STUDY, low, at[told["point"]])
        parts = (told["platform"], told["body"], told["powertrain"])
        alone = fit(
            study.platforms[parts[0]],
            study.bodies[parts[1]],
            study.powertrains[parts[2]],
            FACTS,
            {},
        )
        worst = max(alone.conflicts, key=lambda c: c.short_by)
        assert told["short_of"] == worst.requirement
        assert told["short_mm"] == pytest.approx(worst.short_by * 1e3)


def test_a_study_that_asks_only_what_fits_has_no_prices():
    made = bench(
        load_package("reference-platforms", FACTS), space(bodies__clar__L103=(4650, 4800, "mm"))
    )
    assert not any("eur" in c.name for c in made.columns)
    table = designs(made, 0, len(made.variants), np.array([[4700.0]]))
    assert set(table) == {c.name for c in made.columns}


@pytest.mark.parametrize(
    "ends,told",
    [
        (
            {"demand__volume__value": (2000, 2100, "k/yr")},
            "demand.volume.value: moves nothing that",
        ),
        (
            {"bodies__suv_c__L101": (2600, 2700, "mm"), "finance__wacc__value": (7, 8, "%")},
            "finance.wacc.value: moves nothing",
        ),
    ],
)
def test_a_quantity_that_moves_no_car_is_refused_by_name(ends, told):
    with pytest.raises(DataError, match=told):
        bench(STUDY, space(**ends))


def test_targets_that_are_missed_are_named():
    text = STUDY.document.text.replace("sweep:", "sweep:")
    study = package_of(read_text(text, "study.yaml"), FACTS).set({"targets.boot": "480 l"})
    found = space(bodies__sedan_d__L103=(4600, 4900, "mm"), targets__acceleration_0_100=(5, 8, "s"))
    made, at = bench(study, found), values(found, 30)
    table = designs(made, 0, 30 * len(made.variants), at)
    for n in np.nonzero(table["variant"] == "bev@clar_like.sedan_d")[0]:
        told = row(table, n)
        if told["status"] != "fits":
            continue
        slow = told["acceleration_0_100_s"] > at[told["point"], 1] * (1 + 1e-4)
        small = told["boot_l"] < 480
        want = [name for name, missed in (("acceleration_0_100", slow), ("boot", small)) if missed]
        assert [
            m for m in told["misses"].split(", ") if m in ("acceleration_0_100", "boot")
        ] == want
    assert any("boot" in str(m) for m in table["misses"].compressed())
