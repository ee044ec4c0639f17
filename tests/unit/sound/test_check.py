"""Warning sounds held to rules: levels, bands and pitch, measured from the samples."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hearing import RATE, REFERENCE, a_level

from wheelbase.catalogue import Shelf
from wheelbase.errors import DataError
from wheelbase.sound import (
    a_weight,
    band_levels,
    check,
    fast_levels,
    level,
    render,
    rule_named,
    steady,
)
from wheelbase.sound.check import _apart


@pytest.fixture(scope="module")
def bev(cars):
    return cars["bev@clar_like.sedan_d"].car


def with_warning(facts, **changes):
    """Return the catalogue with another warning sound in its modes sport and adaptive."""
    shelf = facts.warning_sound
    items = dict(shelf.items) | {"warning-world": replace(shelf["warning-world"], **changes)}
    return replace(facts, warning_sound=Shelf("warning_sound", items, shelf.origins, {}))


def held(bev, facts, rule="r138", mode="sport"):
    return check(bev, facts.sound_mode[mode], rule_named(rule, None, facts), facts)


def found(verdict, where, word):
    return [f for f in verdict.findings if f.where == where and word in f.text]


def test_a_tone_is_in_its_third_octave_with_its_level():
    tone = 0.02 * np.sin(2 * np.pi * 1000 * np.arange(3 * RATE) / RATE)
    levels = band_levels(tone, RATE, (630, 800, 1000, 1250, 1600))
    assert levels[2] == pytest.approx(20 * np.log10(0.02 / np.sqrt(2) / REFERENCE), abs=0.05)
    assert max(np.delete(levels, 2)) < levels[2] - 17


def test_the_sum_of_the_bands_is_the_overall_level(bev, facts):
    """All tones of the sound lie within the bands of the rule, so their energies add up."""
    samples = render(steady(bev, 10 / 3.6, 3.0), facts.sound_mode["calm"], facts).samples()
    bands = held(bev, facts, mode="calm").bands["10"]
    summed = 10 * np.log10(sum(10 ** (b / 10) for b in bands))
    assert summed == pytest.approx(a_level(samples), abs=0.5)


def test_a_loud_chord_meets_both_rules_but_limits_from_memory_are_not_verified(bev, facts):
    verdict = held(bev, facts)
    assert verdict.met and not verdict.verified and verdict.text == "met, not verified"
    us = held(bev, facts, "fmvss141")
    assert us.met and [f.where for f in us.findings if f.status == "estimate"] == ["reverse"]


@pytest.mark.parametrize("quieter", [5.0, 12.0])
def test_what_is_missing_is_named_in_db_and_by_band(bev, facts, quieter):
    """The same sound, so many dB quieter, lacks so many dB more."""
    world = facts.warning_sound["warning-world"]
    quiet = with_warning(facts, level=tuple(x - quieter - 5 for x in world.level))
    silent = replace(facts.sound_mode["sport"], designed_level=None, machine_level=-20.0)
    rule = rule_named("r138", None, facts)
    verdict = check(bev, silent, rule, quiet)
    overall = next(f for f in found(verdict, "10 km/h", "at least"))
    level = world.level[1] - quieter - 5
    assert not overall.passes
    short = float(overall.text.rsplit(": ", 1)[1].split()[0])
    assert short == pytest.approx(rule.overall_10 - level, abs=0.15)
    bands = next(f for f in found(verdict, "10 km/h", "band"))
    assert not bands.passes and "Hz by" in bands.text


def test_a_sound_too_loud_is_refused(bev, facts):
    world = facts.warning_sound["warning-world"]
    loud = with_warning(facts, level=tuple(x + 25 for x in world.level))
    over = found(held(bev, loud), "20 km/h", "at most")
    assert not over[0].passes and "too loud" in over[0].text


@pytest.mark.parametrize(("percent", "passes"), [(0.5, False), (0.9, True), (1.6, True)])
def test_the_rise_of_pitch_is_measured_from_the_samples(bev, facts, percent, passes):
    """f = f0 (1 + s v), counted from 5 to 20 km/h over f at 5 km/h: s / (1 + 5 s)."""
    tuned = with_warning(facts, shift=percent / 100 * 3.6)
    mode = replace(facts.sound_mode["sport"], designed_level=None, machine_level=-20.0)
    verdict = check(bev, mode, rule_named("r138", None, facts), tuned)
    rise = found(verdict, "5 to 20 km/h", "pitch")[0]
    value = float(rise.text.split()[3])
    assert value == pytest.approx(percent / (1 + percent / 100 * 5), abs=0.03)
    assert rise.passes is passes


def test_one_band_alone_is_not_enough(bev, facts):
    """A single tone of 60 dB(A) at 10 km/h is loud enough overall and in one band only."""
    one = with_warning(facts, frequency=(920.0,), frequency_level=(0.0,), level=(54, 60, 66, 70))
    mode = replace(facts.sound_mode["sport"], designed_level=None, machine_level=-20.0)
    verdict = check(bev, mode, rule_named("r138", None, facts), one)
    assert found(verdict, "10 km/h", "at least")[0].passes
    bands = found(verdict, "10 km/h", "band")[0]
    assert not bands.passes and bands.text.startswith("1 band, at least 2: 1000 Hz")


def test_high_bands_alone_are_not_enough(bev, facts):
    high = with_warning(facts, frequency=(2000.0, 3300.0), frequency_level=(0.0, 0.0), shift=0.04)
    mode = replace(facts.sound_mode["sport"], designed_level=None, machine_level=-20.0)
    bands = found(check(bev, mode, rule_named("r138", None, facts), high), "10 km/h", "band")[0]
    assert not bands.passes and "none at or below 1600 Hz" in bands.text


def test_a_silent_mode_breaks_the_ban_on_pausing(bev, facts):
    verdict = held(bev, facts, mode="silent")
    assert not verdict.met and not found(verdict, "always", "pause")[0].passes


def test_a_warning_sound_that_ends_at_20_km_h_fails_the_american_rule_at_30(bev, facts):
    verdict = held(bev, facts, "fmvss141", "calm")
    assert not any(f.passes for f in found(verdict, "30 km/h", "band"))
    assert "dB short" in found(verdict, "20 km/h to 30 km/h", "sum")[0].text


@pytest.mark.parametrize("seed", range(20))
def test_of_bands_that_reach_their_level_as_many_as_possible_stand_apart(seed):
    rng = np.random.default_rng(seed)
    reached = sorted(rng.choice(13, size=rng.integers(1, 10), replace=False).tolist())
    best = max(
        len(s) for n in range(1, 14) for s in combinations(reached, n)
        if all(b - a > 1 for a, b in zip(s, s[1:], strict=False))
    )  # fmt: skip
    chosen = _apart(reached)
    assert len(chosen) == best and all(b - a > 1 for a, b in zip(chosen, chosen[1:], strict=False))
    assert set(chosen) <= set(reached)


def test_a_series_without_limits_is_refused_with_the_reason(facts):
    with pytest.raises(DataError, match="02: its limits are not in the catalogue.*series 01"):
        rule_named("r138", "02", facts)
    with pytest.raises(DataError, match="one of r138, fmvss141"):
        rule_named("r51", None, facts)


def test_a_car_that_always_drives_on_its_engine_is_refused(cars, facts):
    with pytest.raises(DataError, match="always drives on its engine"):
        held(cars["petrol@clar_like.sedan_d"].car, facts)


def test_every_limit_of_r138_that_is_from_memory_says_so(facts):
    origins = facts.warning_rule.origins
    for field in ("minimum_10", "minimum_20", "overall_10", "overall_20", "overall_reverse"):
        origin = origins["r138.01", field]
        assert origin.status == "estimate" and "from memory" in origin.page
    assert a_weight(1000.0) == pytest.approx(1.0, abs=1e-3)


def test_silence_has_no_level_in_any_measure():
    """Half a second of zeros: overall, by eighths of a second and in third octaves 0 dB."""
    silence = np.zeros((2, RATE // 2))
    assert level(silence, RATE) == 0.0
    assert fast_levels(silence, RATE).tolist() == [0.0] * 4
    assert band_levels(silence, RATE, (160.0, 5000.0)).tolist() == [0.0, 0.0]
