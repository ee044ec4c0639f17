"""Deals of a study as sources in its plan."""

import pytest

from wheelbase.errors import DataError
from wheelbase.study import bundled, read_text, study_of
from wheelbase.study.alliances import alliances
from wheelbase.study.sourcing import ALONE, components_of

TEXT = bundled()["clar-or-bespoke"].read_text()


def changed(facts, *changes):
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return study_of(read_text(text, "my.yaml"), facts)


def test_a_deal_saves_over_the_volume_of_the_maker_what_the_game_gives_it(study):
    (component,) = components_of(study)
    alone, together = component.sources
    assert (alone.id, alone.running, alone.once, alone.unit) == (ALONE, True, 0.0, 0.0)
    assert component.usage == {"bev": 1.0, "plugin": 1.0}
    saving = alliances(study)["drive_unit"].sharings[0].shares["bmw"]
    assert together.once + 2.5e6 * together.unit == pytest.approx(-saving)


def test_engineering_is_paid_by_volume_and_tooling_by_each(study):
    """400 m with a fifth of coordination, 60 m for each of three; 2.5 of 4.5 m units; 150 m."""
    together = components_of(study)[0].sources[1]
    paid = (400 * 1.2 + 3 * 60) * 2.5 / 4.5 + 150
    assert together.once == pytest.approx((paid - 400 - 150) * 1e6)


def test_joint_tooling_is_paid_by_volume_too(facts):
    """Three partners with an exponent of one half: 1.73 times the tooling of one."""
    joint = changed(
        facts,
        ("    development: {value: 400 MEUR", "    production: joint\n    tooling_scale: "
         "{value: 50 %, low: 30 %, high: 70 %, note: n}\n    development: {value: 400 MEUR"),
    )  # fmt: skip
    together = components_of(joint)[0].sources[1]
    paid = (400 * 1.2 + 3 * 60 + 3**0.5 * 150) * 2.5 / 4.5
    assert together.once == pytest.approx((paid - 400 - 150) * 1e6)


def test_a_deal_that_fits_no_car_is_no_source(facts):
    assert components_of(changed(facts, ("    fitted: {bev: 1, plugin: 1}\n", ""))) == ()
    with pytest.raises(DataError, match=r"deals.drive_unit.fitted.six_pack: no powertrain"):
        changed(facts, ("fitted: {bev: 1, plugin: 1}", "fitted: {bev: 1, six_pack: 1}"))


def test_the_plan_takes_the_deal_at_once_and_is_worth_more(results):
    """Both cars with a plug bring at most 139 EUR a unit and a little engineering."""
    plan = results["plan"]
    assert plan["nodes"][0]["changes"] == ["source drive_unit jlr+geely"]
    assert all(n["units_k"]["drive_unit alone"] == 0 for n in plan["nodes"])
    units = [n["units_k"]["drive_unit jlr+geely"] for n in plan["nodes"]]
    years = sum(1.08 ** -(k + 0.5) for k in range(29))
    assert 139 * min(units) * 1e3 * years < plan["deals"]["value"] * 1e6
    assert plan["deals"]["value"] * 1e6 < (139 * max(units) * 1e3 + 34e6) * years
