"""The front of a study while its values move, against the study itself."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.fit import fit, interval_draws, own_tools
from wheelbase.integrate import Manner, integrate
from wheelbase.integrate.target import USUAL
from wheelbase.study import (
    build_cars,
    knobs,
    live_results,
    load,
    load_package,
    settled_results,
    study_tree,
)
from wheelbase.study.cars import price_cars, targets_of
from wheelbase.study.tree_cars import bills_tree, car_figures, driven

FACTS = catalogue()
STUDY = load("clar-or-bespoke", FACTS)
BODY, PAIR = "sedan_d", ("clar_like", "ev_like")
WALL = "platforms.clar_like.hard_points.pinned.x_fw"
SIX = "six@clar_like.sedan_d"
KNOBS = knobs(STUDY)


@cache
def built():
    cars = build_cars(STUDY)
    return cars, price_cars(STUDY, cars)[1]


def live(package=STUDY, previous=None, wanted=None):
    return live_results(package, BODY, PAIR, previous, wanted)


def value(figure):
    return figure["value"]


def test_live_figures_are_those_of_the_study():
    cars, bills = built()
    tree, _ = live()
    asked = [id for id in cars.variants if id.endswith(BODY)]
    assert list(tree["variants"]) == asked and tree["problems"] == []
    for id in asked:
        whole, quick = car_figures(cars.variants[id]), tree["variants"][id]["figures"]
        assert quick.keys() == whole.keys() - {"label_epa"}
        for name in quick:
            assert value(quick[name]) == pytest.approx(value(whole[name]), rel=1e-12)
        parts = driven(cars.variants[id])
        for name in ("masses", "balance", "sized", "loop"):
            assert tree["variants"][id][name] == parts[name]
        assert tree["variants"][id]["consumption"] == {}
    assert tree["bills"] == bills_tree({id: bills[id] for id in asked})


def test_one_fit_at_a_time_is_the_fit_that_shares_its_draws():
    draws = interval_draws(FACTS)
    for name in PAIR:
        for train in STUDY.platforms[name].powertrains:
            args = (STUDY.platforms[name], STUDY.bodies[BODY], train, FACTS)
            alone, shared, bare = fit(*args), fit(*args, draws), fit(*args, {})
            assert alone == shared
            assert bare.intervals == {} and bare.boxes == alone.boxes
            targets = targets_of(STUDY, train.id)
            known = Manner(placed=alone, draws=draws)
            one, other = (integrate(*args[:3], targets, FACTS, manner) for manner in (USUAL, known))
            assert one.certificates == other.certificates and one.drives == other.drives
            assert one.masses == other.masses and one.fit == other.fit
            assert (one.range, one.residual) == (other.range, other.residual)


def test_a_firewall_ahead_of_what_the_six_needs_is_short_by_just_that():
    needed = live()[0]["platforms"]["clar_like"]["drivers"][1]
    assert (needed["hard_point"], needed["powertrain"]) == ("x_fw", "six")
    short = 25
    moved, _ = live(STUDY.set({WALL: f"{needed['value_mm'] - short} mm"}))
    six = moved["variants"][SIX]
    assert (six["status"], six["fits"], six["missed"]) == ("does not fit", False, [])
    conflict = max(six["conflicts"], key=lambda c: c["short_by_mm"])
    assert conflict["short_by_mm"] == pytest.approx(short, abs=1e-3)
    assert conflict["text"].startswith(f"six needs {short} mm more at x_fw")
    assert six["consumption"] == {} and SIX not in moved["bills"]
    assert six["fit"]["boxes"] and "boot" in six["figures"]
    assert moved["variants"]["bev@clar_like.sedan_d"]["fits"]


def test_a_missed_target_leaves_the_geometry_and_says_the_gap():
    far = STUDY.set({"powertrains.bev.battery.request": "790 km"})
    bev = live(far)[0]["variants"]["bev@clar_like.sedan_d"]
    assert bev["fits"] and bev["consumption"] == {} and bev["fit"]["zones"]
    assert "targets.range: 790 km asked" in bev["missed"][0]


def test_what_has_not_changed_is_kept_and_makes_no_difference():
    _, previous = live()
    moved = STUDY.set({WALL: "700 mm"})
    again, kept = live(moved, previous)
    fresh, _ = live(moved)
    assert again == fresh
    twin = "bev@ev_like.sedan_d"
    assert kept.standing[twin] is previous.standing[twin]
    assert kept.standing[SIX] is not previous.standing[SIX]
    back, _ = live(STUDY, kept)
    assert back == live()[0]


def test_a_car_that_is_not_wanted_waits_with_what_the_chains_say_and_no_more():
    whole, _ = live()
    quick, kept = live(wanted=[SIX])
    assert quick["variants"][SIX] == whole["variants"][SIX]
    assert quick["bills"] == {SIX: whole["bills"][SIX]}
    assert quick["platforms"] == whole["platforms"]
    others = [id for id in whole["variants"] if id != SIX]
    assert [id for id, v in quick["variants"].items() if v["waits"]] == others
    for id in others:
        waiting, driven = quick["variants"][id], whole["variants"][id]
        for name in ("fits", "status", "tools", "conflicts", "fit"):
            assert waiting[name] == driven[name]
        assert waiting["figures"].items() <= driven["figures"].items()
        assert not waiting["figures"].keys() & {"curb_mass", "consumption_wltp", "range_wltp"}
        assert waiting["masses"] == {} and waiting["missed"] == []
    assert live(previous=kept)[0] == whole


def test_a_car_that_waited_is_driven_where_it_is_wanted_and_stays_known_where_it_is_not():
    moved = STUDY.set({WALL: "700 mm"})
    _, previous = live()
    quick, kept = live(moved, previous, [SIX])
    waiting = {id for id, v in quick["variants"].items() if v["waits"]}
    assert waiting == {id for id in quick["variants"] if "@clar_like" in id} - {SIX}
    again, _ = live(moved, kept, ["bev@clar_like.sedan_d"])
    assert {id for id, v in again["variants"].items() if v["waits"]} == waiting - {
        "bev@clar_like.sedan_d"
    }
    assert live(moved, kept)[0] == live(moved)[0]


def test_a_car_that_does_not_fit_or_misses_a_target_does_not_wait():
    ahead, far = {WALL: "560 mm"}, {"powertrains.bev.battery.request": "790 km"}
    short = live(STUDY.set(ahead), wanted=[])[0]["variants"][SIX]
    assert not short["fits"] and short["conflicts"] and not short["waits"]
    missing = live(STUDY.set(far))[0]["variants"]["bev@clar_like.sedan_d"]
    assert missing["missed"] and not missing["waits"]
    unasked = live(STUDY.set(far), wanted=[])[0]["variants"]["bev@clar_like.sedan_d"]
    assert unasked["missed"] == [] and unasked["waits"]


def test_tools_of_a_car_are_those_that_it_shares_with_no_first_powertrain():
    for study in (STUDY, STUDY.set({WALL: "760 mm"})):
        for id, car in live(study)[0]["variants"].items():
            train, platform = id.removesuffix(f".{BODY}").split("@")
            parts = (study.platforms[platform], study.bodies[BODY], study.powertrains[train])
            assert tuple(car["tools"]) == own_tools(*parts, FACTS)


def test_lengths_that_contradict_each_other_are_told_and_stop_nothing():
    tree, _ = live(STUDY.set({"platforms.clar_like.hard_points.pinned.x_seat2": "500 mm"}))
    assert list(tree["variants"]) == ["bev@ev_like.sedan_d"]
    assert any("x_fw" in line and "lies behind" in line for line in tree["problems"])
    assert set(tree["platforms"]) == set(PAIR)


def test_unknown_names_are_refused_with_what_is_near():
    with pytest.raises(DataError, match="no body 'sedan'; did you mean sedan_d"):
        live_results(STUDY, "sedan", PAIR)
    with pytest.raises(DataError, match="no platform 'clar'; did you mean clar_like"):
        live_results(STUDY, BODY, ["clar"])
    with pytest.raises(DataError, match="no variant 'bev'; did you mean"):
        settled_results(STUDY, BODY, PAIR, "bev")


@pytest.mark.parametrize(
    "odd", ["nan mm", "1e999 mm", "-1 mm", "5 5", "5 kg", "1 mm^99999", "null x"]
)
def test_hostile_values_of_every_knob_are_refused_together(odd):
    with pytest.raises(DataError) as caught:
        STUDY.set({k["path"]: odd for k in KNOBS})
    assert {p.split(": ")[0] for p in caught.value.problems} == {
        f"change {k['path']}" for k in KNOBS
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(KNOBS), st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))),
        min_size=1,
        max_size=4,
    )
)
def test_every_position_of_the_knobs_is_a_tree_or_is_refused(moves):
    changes = {
        k["path"]: f"{k['low'] + share * (k['high'] - k['low']):.6g} {k['unit']}"
        for k, share in moves
    }
    try:
        moved = STUDY.set(changes)
        for body, platforms in ((BODY, PAIR), ("suv_c", ("faar_like", "ev_compact"))):
            tree, _ = live_results(moved, body, platforms)
            assert tree["variants"] or tree["problems"]
            for v in tree["variants"].values():
                assert v["fits"] == (not v["conflicts"])
    except DataError as error:
        assert error.problems


def test_knobs_hold_the_present_value_and_know_what_is_given():
    found = {k["path"]: k for k in KNOBS}
    assert all(k["low"] <= k["value"] <= k["high"] and k["step"] > 0 for k in KNOBS)
    assert len(found) == len(KNOBS)
    tunnel = found["platforms.clar_like.hard_points.pinned.tunnel_w"]
    assert (tunnel["value"], tunnel["given"], tunnel["unit"]) == (300, True, "mm")
    assert not found[WALL]["given"] and found[WALL]["meaning"].startswith("firewall")
    assert "platforms.ev_like.hard_points.pinned.tunnel_w" not in found
    assert found["powertrains.bev.battery.request"]["value"] == 380
    assert found["powertrains.plugin.battery.request"]["unit"] == "kWh"
    assert found["bodies.sedan_d.drag"]["group"] == "body"


def test_a_study_that_asks_what_fits_has_knobs_and_live_results_without_bills():
    package = load_package("reference-platforms", FACTS)
    name, spec = next(iter(package.spec.platforms.items()))
    tree, _ = live_results(package, spec.bodies[0], [name])
    assert tree["bills"] == {} and len(tree["variants"]) == len(spec.powertrains)
    shown = study_tree(package)
    assert shown["pair"] is None and shown["knobs"] == knobs(package)


def test_a_page_learns_what_a_study_holds():
    shown = study_tree(STUDY)
    assert shown["pair"] == {"flexible": "clar_like", "bespoke": "ev_like", "electric": "bev"}
    assert shown["bodies"]["sedan_d"] == "mid-size sedan"
    assert shown["powertrains"]["bev"] == {"label": "battery electric", "kind": "bev"}
    assert shown["platforms"]["ev_like"]["powertrains"] == ["bev"]
    assert shown["cycles"] == list(STUDY.spec.cycles)


def test_settled_results_hold_what_the_live_ones_leave_out():
    id = "bev@ev_like.sedan_d"
    tree = settled_results(STUDY, BODY, PAIR, id)
    quick, _ = live()
    assert tree["variants"].keys() == quick["variants"].keys()
    assert not any(variant["waits"] for variant in tree["variants"].values())
    shown = tree["variants"][id]
    assert shown["fit"]["exact"] and shown["placement"]["status"] == "optimal"
    assert shown["figures"]["boot"]["low"] < shown["figures"]["boot"]["high"]
    assert shown["figures"]["label_epa"]["value"] > 0
    assert set(shown["consumption"]) == set(STUDY.spec.cycles)
    assert [s["powertrain"] for s in tree["platforms"]["clar_like"]["shadow"]] == list(
        STUDY.spec.platforms["clar_like"].powertrains
    )
    assert not tree["variants"][SIX]["fit"]["exact"]


def test_settled_results_explain_a_variant_that_does_not_fit():
    tree = settled_results(STUDY.set({WALL: "640 mm"}), BODY, PAIR, SIX)
    told = tree["variants"][SIX]["explanation"]
    assert tree["variants"][SIX]["status"] == "does not fit"
    assert told["short_by_mm"] > 0 and told["cheapest"]
