from dataclasses import replace

import numpy as np
import pytest

from wheelbase.errors import DataError
from wheelbase.fit import envelope, fit, sample
from wheelbase.fit.chain import constants_of, package
from wheelbase.fit.envelope import total


def parts(study, platform="clar_like", body="sedan_d", train="bev"):
    return study.platforms[platform], study.bodies[body], study.powertrains[train]


def test_the_engine_of_a_six_is_two_spacings_longer_than_that_of_a_four(study, facts):
    c = constants_of(facts)
    four, six = (package(study.powertrains[n], "longitudinal", c) for n in ("petrol", "six"))
    assert six.engine_length - four.engine_length == pytest.approx(2 * 0.091)


def test_the_firewall_of_the_six_by_hand(study, facts):
    c = constants_of(facts)
    length = 5 * 0.091 + 0.082 + 0.200
    behind = length - c["engine-nose"] + c["bell-housing"]
    by_hand = behind + c["engine-to-bulkhead"] + c["bulkhead"]
    around = envelope(study.platforms["clar_like"], study.bodies["sedan_d"], facts)
    assert around.drivers["x_fw"].powertrain == "six"
    assert around.hard_points["x_fw"] == pytest.approx(by_hand)


def test_every_bound_is_the_sum_of_its_terms(study, facts):
    around = envelope(study.platforms["clar_like"], study.bodies["suv_d"], facts)
    assert len(around.bounds) > 20
    for bound in around.bounds:
        assert bound.value == pytest.approx(total(bound.terms), abs=1e-12)


def test_a_common_hard_point_is_the_greatest_of_all_bounds(study, facts):
    around = envelope(study.platforms["clar_like"], study.bodies["sedan_d"], facts)
    for name in ("L104", "x_fw", "L105"):
        most = max(b.value for b in around.bounds if b.hard_point == name)
        assert around.hard_points[name] == pytest.approx(most)


def test_dropping_a_powertrain_never_raises_a_hard_point(study, facts):
    platform, body, _ = parts(study)
    full = envelope(platform, body, facts).hard_points
    for train in platform.powertrains:
        rest = tuple(t for t in platform.powertrains if t.id != train.id)
        less = envelope(replace(platform, powertrains=rest), body, facts).hard_points
        assert less["L104"] <= full["L104"] + 1e-12
        assert less["x_fw"] <= full["x_fw"] + 1e-12


def test_the_shadow_price_of_the_six_is_what_the_envelope_gains_without_it(study, facts):
    platform, body, _ = parts(study)
    around = envelope(platform, body, facts)
    rest = replace(platform, powertrains=tuple(t for t in platform.powertrains if t.id != "six"))
    gain = around.hard_points["x_fw"] - envelope(rest, body, facts).hard_points["x_fw"]
    assert around.shadow["six"]["usable_length"] == pytest.approx(gain)
    assert gain > 0.1


def test_the_label_of_a_platform_changes_no_number(study, facts):
    for name in ("clar_like", "ev_like"):
        platform, body, train = parts(study, name)
        other = "bespoke" if platform.kind == "flexible" else "flexible"
        assert fit(replace(platform, kind=other), body, train, facts) == fit(
            platform, body, train, facts
        )


def test_petrol_does_not_fit_a_flat_floor_and_says_by_how_much(study, facts):
    found = fit(*parts(study, "ev_like", train="petrol"), facts)
    assert found.status == "does_not_fit"
    tunnel = next(c for c in found.conflicts if c.requirement == "tunnel")
    assert tunnel.short_by == pytest.approx(constants_of(facts)["tunnel-need"])
    assert "240 mm" in tunnel.text and tunnel.remedy == "tunnel +240 mm"


def test_a_transverse_six_does_not_pass_between_the_rails(study, facts):
    found = fit(*parts(study, "faar_like", "suv_c", "six"), facts)
    c = constants_of(facts)
    gearbox = c["transaxle-length"] - c["transaxle-below-rail"]
    length = 5 * 0.091 + 0.082 + c["engine-ancillaries"] + gearbox
    short = length - (study.bodies["suv_c"].W103 - 2 * c["rail-spread"])
    rails = next(x for x in found.conflicts if x.requirement == "rails")
    assert rails.short_by == pytest.approx(short)


def test_a_pinned_firewall_that_is_too_short_is_a_conflict_in_millimetres(study, facts):
    platform, body, train = parts(study, train="six")
    need = envelope(platform, body, facts).hard_points["x_fw"]
    tight = platform.pin(x_fw=need - 0.040)
    found = fit(tight, body, train, facts)
    assert [round(1e3 * c.short_by) for c in found.conflicts] == [40]
    assert fit(platform.pin(x_fw=need), body, train, facts).status == "fits"


def test_the_carry_over_floor_holds_far_less_than_one_of_its_own(study, facts):
    platform, body, train = parts(study)
    carried = fit(replace(platform, floor="carry-over"), body, train, facts)
    own = fit(platform, body, train, facts)
    assert 0 < carried.energy_fit < 0.7 * own.energy_fit
    assert {z.id for z in carried.zones} >= {"under rear seat", "tunnel"}
    assert all(z.id != "slab" for z in carried.zones)


def test_the_slab_by_hand(study, facts):
    found = fit(*parts(study, "ev_like"), facts)
    slab = next(z for z in found.zones if z.id == "slab")
    cell = study.powertrains["bev"].cell
    area = (slab.x1 - slab.x0) * (slab.y1 - slab.y0)
    by_hand = area * cell.height * cell.energy_density / cell.plan_factor
    assert slab.energy == pytest.approx(by_hand)
    assert found.energy_fit == pytest.approx(sum(z.energy for z in found.zones))


def test_zones_hold_what_fits_and_lie_between_the_axles(study, facts):
    for name, body in (("clar_like", "sedan_d"), ("clar_like", "suv_d"), ("ev_like", "suv_d")):
        found = fit(*parts(study, name, body), facts)
        assert found.energy_fit <= found.energy_max
        for zone in found.zones:
            assert 0 < zone.x0 < zone.x1 < found.wheelbase
            assert zone.z0 >= study.bodies[body].H156


def test_lengths_add_up_to_the_car(study, facts):
    for name in ("clar_like", "ev_like"):
        platform, body, train = parts(study, name)
        p = fit(platform, body, train, facts).hard_points
        assert p["L104"] + p["L101"] + p["L105"] == pytest.approx(body.L103)


def test_a_combustion_car_stores_nothing_for_driving(study, facts):
    found = fit(*parts(study, train="diesel"), facts)
    assert (found.energy_fit, found.energy_max, found.zones) == (0.0, 0.0, ())


def test_a_body_too_short_for_its_overhangs_is_refused_in_millimetres(study, facts):
    platform, body, train = parts(study)
    with pytest.raises(DataError, match="L103: 2500 mm leave a wheelbase"):
        fit(platform, replace(body, L103=2.5), train, facts)


def test_a_body_that_hangs_over_its_wheelbase_is_refused_in_millimetres(study, facts):
    platform, body, train = parts(study)
    with pytest.raises(DataError, match="are too much for a wheelbase of 2600 mm"):
        fit(platform, replace(body, L101=2.6, L103=2.6 * 2.3), train, facts)


def test_the_same_seed_draws_the_same_constants_for_every_platform(study, facts):
    draws = [sample(*parts(study, n), facts, 200, 3) for n in ("clar_like", "ev_like")]
    assert np.corrcoef(draws[0]["energy_fit"], draws[1]["energy_fit"])[0, 1] > 0.9
    again = sample(*parts(study), facts, 200, 3)
    assert all(np.array_equal(again[k], draws[0][k]) for k in again)


def test_one_draw_at_a_time_gives_the_same_as_all_at_once(study, facts):
    platform, body, train = parts(study)
    many = sample(platform, body, train, facts, 50, 9)
    assert many["energy_fit"].shape == (50,)
    assert sample(platform, body, train, facts, 1, 9)["boot"][0] == pytest.approx(many["boot"][0])


def test_a_stronger_unit_is_never_smaller(study, facts):
    from wheelbase.fit.chain import unit_envelope

    c = constants_of(facts)
    unit = facts.drive_unit["bmw-gen5-210kw"]
    sizes = [
        unit_envelope(replace(unit, peak_torque=t, peak_power=525 * t), c)
        for t in np.linspace(150, 700, 30)
    ]
    for small, big in zip(sizes, sizes[1:], strict=False):
        assert all(big[k] >= small[k] for k in small)


def test_a_tool_version_is_shared_where_its_hard_points_are_equal(study, facts):
    from wheelbase.fit import own_tools, tool_sets

    platform, body, _ = parts(study)
    sets = tool_sets(platform, body, facts)
    assert list(sets) == ["centre_floor"]
    assert list(sets["centre_floor"].values()) == [("petrol", "six", "diesel", "plugin"), ("bev",)]
    assert own_tools(platform, body, study.powertrains["bev"], facts) == ("centre_floor",)
    assert own_tools(platform, body, study.powertrains["six"], facts) == ()


def test_the_causes_of_a_difference_sum_to_it(study, facts):
    from wheelbase.fit import compare

    lines = compare(
        study.platforms["clar_like"],
        study.platforms["ev_like"],
        study.bodies["sedan_d"],
        study.powertrains["bev"],
        facts,
    )
    assert {line.quantity for line in lines} >= {"usable_length", "boot", "energy_fit"}
    for line in lines:
        gap = line.second - line.first
        assert sum(c.amount for c in line.causes) == pytest.approx(gap, rel=1e-9, abs=1e-9)
    usable = next(line for line in lines if line.quantity == "usable_length")
    assert [c.group for c in usable.causes] == ["firewall"]
    assert "six" in usable.causes[0].text


def test_a_platform_compared_with_itself_differs_in_nothing(study, facts):
    from wheelbase.fit import compare

    clar = study.platforms["clar_like"]
    other = replace(clar, id="twin", kind="bespoke")
    for line in compare(clar, other, study.bodies["suv_d"], study.powertrains["bev"], facts):
        assert line.first == line.second and line.causes == ()


def test_the_second_row_stands_where_the_roomiest_powertrain_keeps_the_promised_boot(study, facts):
    platform, body, _ = parts(study)
    boots = [fit(platform, body, t, facts).boot for t in platform.powertrains]
    assert max(boots) == pytest.approx(body.boot)
    electric = fit(platform, body, study.powertrains["bev"], facts)
    assert electric.boot < body.boot


def test_the_pack_of_a_plug_in_hybrid_drives_the_tank_into_the_boot(study, facts):
    platform, body, _ = parts(study)
    plugin, petrol = (
        fit(platform, body, study.powertrains[n], facts) for n in ("plugin", "petrol")
    )
    assert petrol.boot - plugin.boot == pytest.approx(0.040 / 0.87)


def test_lengths_that_contradict_each_other_are_refused_with_their_sum(study, facts):
    platform, body, train = parts(study)
    wrong = platform.pin(L104=0.8, L101=2.8, L105=1.0)
    with pytest.raises(DataError, match=r"L104 \+ L101 \+ L105 are 4600 mm, but sedan_d: L103"):
        fit(wrong, body, train, facts)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"x_seatback": 0.5}, "lies behind x_seatback"),
        ({"rail_y": 1.2}, "rail_y 1200 mm lies outside"),
        ({"z_floor": 0.05}, "not above the ground clearance"),
        ({"bat_max_w": 2.5}, "bat_max_w 2500 mm lies outside"),
    ],
)
def test_hard_points_outside_the_car_are_refused_in_millimetres(study, facts, given, words):
    platform, body, train = parts(study)
    with pytest.raises(DataError, match=words):
        fit(platform.pin(**given), body, train, facts)


def test_a_given_wheelbase_turns_as_it_may(study, facts):
    platform, body, train = parts(study)
    long = fit(platform, replace(body, L101=3.1), train, facts)
    assert long.wheelbase == 3.1
    sine, tyre = (constants_of(facts)[n] for n in ("steering-sine", "turning-tyre"))
    assert long.turning_circle == pytest.approx(2 * (3.1 / sine + tyre))
    assert not [b for b in long.bounds if b.name == "turning circle"]


def test_a_given_hard_point_is_drawn_within_its_tolerance(study, facts):
    platform, body, train = parts(study)
    point = replace(platform.hard_points["x_fw"], value=0.700, tolerance=0.010)
    loose = replace(platform, hard_points={**platform.hard_points, "x_fw": point})
    firm = platform.pin(x_fw=0.700)
    moved = sample(loose, body, train, facts, 500, 3)["usable_length"]
    still = sample(firm, body, train, facts, 500, 3)["usable_length"]
    gap = moved - still
    assert np.abs(gap).max() <= 0.010 and gap.min() < -0.008 and gap.max() > 0.008


def test_a_comparison_ends_at_what_each_platform_gives_alone(study, facts):
    from wheelbase.fit import compare

    body, train = study.bodies["sedan_d"], study.powertrains["bev"]
    pair = [study.platforms[name] for name in ("clar_like", "faar_like")]
    assert pair[0].layout != pair[1].layout  # a transverse engine costs lock of the wheels
    for first, second in (pair, pair[::-1]):
        lines = {line.quantity: line for line in compare(first, second, body, train, facts)}
        for key in ("turning_circle", "usable_length", "boot", "energy_fit", "energy_max"):
            alone = [getattr(fit(p, body, train, facts, {}), key) for p in (first, second)]
            assert [lines[key].first, lines[key].second] == pytest.approx(alone)
        assert "layout" in {cause.group for cause in lines["turning_circle"].causes}
