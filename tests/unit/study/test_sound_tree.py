"""The clips of a run: heard again, measured, made twice, and missing."""

import base64
import io
import sys

import numpy as np
import pytest
from hearing import decibel

from wheelbase.study.cars import build_cars
from wheelbase.study.tree_sound import sound_tree


def decoded(clip):
    import soundfile

    return soundfile.read(io.BytesIO(base64.b64decode(clip["data"])))


@pytest.fixture(scope="module")
def cars(study):
    return build_cars(study)


@pytest.fixture(scope="module")
def tree(study, cars):
    return sound_tree(study, cars)


def test_petrol_hybrid_and_electric_cars_of_one_platform_are_heard(tree):
    assert tree["missing"] is None
    kinds = {id: clip["kind"] for id, clip in tree["clips"].items()}
    assert list(kinds.values()) == ["petrol", "phev", "bev"]
    assert len({id.split("@")[1] for id in kinds}) == 1


def test_a_clip_lasts_as_long_as_its_kick_down_and_fills_what_it_can_hold(tree):
    peaks = []
    for clip in tree["clips"].values():
        samples, rate = decoded(clip)
        assert len(samples) / rate == pytest.approx(clip["duration_s"], abs=0.2)
        peaks.append(np.abs(samples).max())
    assert 0.7 < max(peaks) <= 1.0


def test_clips_are_as_loud_to_each_other_as_their_cars(tree):
    """Full load, by the energy of the decoded samples against that of the spectrogram's cells."""
    heard, told = [], []
    for clip in tree["clips"].values():
        samples, rate = decoded(clip)
        heard.append(decibel(np.sqrt(np.square(samples[2 * rate : 3 * rate]).mean())))
        told.append(clip["loudest_dba"])
    assert heard[0] > heard[2] + 3 and told[0] > told[2] + 3
    assert abs(heard[0] - heard[1]) < 4


def test_the_spectrogram_of_a_battery_car_rises_with_its_speed(tree):
    clip = next(c for c in tree["clips"].values() if c["kind"] == "bev")
    level, frequency = np.array(clip["level_dba"]), np.array(clip["frequency_hz"])
    speed = np.array(clip["speed_kmh"])
    full = [n for n, x in enumerate(clip["torque_percent"]) if x > 95]
    first, last = full[0], full[-1]
    centre = [
        (frequency * 10 ** (level[:, n] / 10)).sum() / (10 ** (level[:, n] / 10)).sum()
        for n in (first, last)
    ]
    assert speed[last] > 1.5 * speed[first] and centre[1] > 1.1 * centre[0]


def test_the_firing_order_rises_in_the_picture_and_falls_where_a_gear_changes(tree):
    """Order 2 of four cylinders, from 3,900 to 6,300 rpm: the strongest tone from 110 to 230 Hz.

    A cell is 15 Hz wide; ends are left out, where the engine takes up a gear and its tone smears.
    """
    clip = next(c for c in tree["clips"].values() if c["kind"] == "petrol")
    frequency, level = np.array(clip["frequency_hz"]), np.array(clip["level_dba"])
    inside = (frequency > 110) & (frequency < 230)
    tone = frequency[inside][level[inside].argmax(axis=0)]
    pulls: dict[int, list[float]] = {}
    for n, percent in enumerate(clip["torque_percent"]):
        if percent > 95:
            pulls.setdefault(clip["gear"][n], []).append(tone[n])
    low, high = (tones[1:-1] for tones in pulls.values())
    assert low == sorted(low) and low[-1] > 1.4 * low[0]
    assert high == sorted(high) and high[-1] > 1.05 * high[0]
    assert high[0] < 0.85 * low[-1]


def test_the_grid_is_of_one_shape(tree):
    for clip in tree["clips"].values():
        shape = np.array(clip["level_dba"]).shape
        assert shape == (len(clip["frequency_hz"]), len(clip["time_s"]))
        assert (
            len(clip["speed_kmh"]) == len(clip["torque_percent"]) == len(clip["gear"]) == shape[1]
        )


def test_the_same_study_gives_the_same_clips(tree, study, cars):
    assert sound_tree(study, cars) == tree


def test_without_the_extra_the_pictures_are_there_and_the_clips_are_not(
    tree, study, cars, monkeypatch
):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    silent = sound_tree(study, cars)
    assert "pip install 'wheelbase[sound]'" in silent["missing"]
    for id, clip in silent["clips"].items():
        assert clip["data"] == "" and clip["level_dba"] == tree["clips"][id]["level_dba"]
