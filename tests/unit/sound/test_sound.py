"""What is heard, measured from the samples and not read from the settings that made them."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hearing import (
    KMH,
    RATE,
    REFERENCE,
    RPM,
    a_level,
    at,
    clicks,
    decibel,
    electric,
    engine,
    middle,
    moved,
    spectrum,
)

from wheelbase.catalogue import Cycle, read_modes
from wheelbase.errors import DataError, FitError
from wheelbase.sound import (
    FULL_SCALE,
    a_weight,
    band_levels,
    clip,
    fast_levels,
    kickdown,
    level,
    mode_named,
    motion,
    render,
    write_wav,
)


def heard(moving, mode, facts, **changes):
    return render(moving, replace(facts.sound_mode[mode], **changes), facts).samples()


def driven(variant, trace=None):
    fitted = variant.powertrain.engine
    trace = kickdown(variant.car) if trace is None else trace
    return motion(variant.car, fitted.cylinders if fitted else 0, trace)


@pytest.mark.parametrize("cylinders", [3, 4, 6])
@pytest.mark.parametrize("rpm", [1500, 4000])
def test_the_loudest_tone_of_a_four_stroke_is_a_multiple_of_its_firing_order(facts, cylinders, rpm):
    f, found = spectrum(heard(engine(cylinders, rpm), "calm", facts))
    firing = rpm / 60 * cylinders / 2
    multiple = f[found.argmax()] / firing
    assert multiple == pytest.approx(round(multiple), abs=0.02) and 1 <= round(multiple) <= 3


def test_half_orders_stand_out_in_sport_more_than_in_calm(facts):
    half, firing = 2.5 * 3000 / 60, 2 * 3000 / 60
    shown = {m: heard(engine(4, 3000, load=1.0), m, facts) for m in ("calm", "sport")}
    ratio = {m: decibel(at(s, half) / at(s, firing)) for m, s in shown.items()}
    assert ratio["sport"] > ratio["calm"] + 6


def test_load_makes_an_engine_louder_and_brighter(facts):
    shown = [heard(engine(4, 3000, load=x), "sport", facts) for x in (0.0, 0.5, 1.0)]
    levels = [a_level(s) for s in shown]
    high = [decibel(at(s, 16 * 50) / at(s, 2 * 50)) for s in shown]  # orders 16 and 2 at 50 turns/s
    assert levels == sorted(levels) and high == sorted(high) and high[-1] > high[0] + 6


def test_an_engine_is_as_loud_as_its_mode_says(facts):
    mode = facts.sound_mode["sport"]
    for rpm, load in ((2000, 0.0), (2000, 1.0), (4000, 0.5)):
        asked = mode.engine_level + mode.engine_load * load
        asked += mode.engine_speed * np.log2(rpm / 2000)
        found = a_level(heard(engine(4, rpm, load, seconds=4.0), "sport", facts, roughness=0.0))
        assert found == pytest.approx(asked, abs=0.3)


def test_the_level_of_the_room_is_the_level_of_the_formula(facts):
    samples = heard(electric(50, 0.5, 6000), "sport", facts)
    assert level(middle(samples), RATE) == pytest.approx(a_level(samples), abs=0.01)
    assert np.median(fast_levels(samples, RATE)) == pytest.approx(a_level(samples), abs=0.5)


@pytest.mark.parametrize(("hertz", "decibels"), [(31.5, -39.4), (100, -19.1), (1000, 0.0),
                                                 (2500, 1.3), (10_000, -2.5)])  # fmt: skip
def test_a_weighting_is_that_of_the_standard(hertz, decibels):
    """IEC 61672-1:2013 table 3, to a tenth of a decibel at the exact middle of the band."""
    exact = 1000 * 10 ** (round(10 * np.log10(hertz / 1000)) / 10)
    assert decibel(a_weight(exact)) == pytest.approx(decibels, abs=0.051)


def third_octave(ratio):
    """Return where a ratio of the octave filter of IEC 61260-1 lies for a third octave."""
    g = 10**0.3
    return 1 + (g ** (1 / 6) - 1) / (g**0.5 - 1) * (ratio - 1)


@pytest.mark.parametrize("nominal", [160, 1000, 5000])
@pytest.mark.parametrize(
    ("exponent", "least", "most"),
    [(0, -0.4, 0.4), (1 / 8, -0.4, 0.5), (1 / 4, -0.4, 0.7), (3 / 8, -0.4, 1.4),
     (0.499, -0.4, 5.3), (1, 16.6, np.inf), (2, 40.5, np.inf), (3, 60, np.inf)],
)  # fmt: skip
def test_the_third_octaves_are_filters_of_class_1(nominal, exponent, least, most):
    """IEC 61260-1:2014 table 1: limits of the attenuation at either side of the middle."""
    middle_frequency = 1000 * 10 ** (round(10 * np.log10(nominal / 1000)) / 10)
    ratio = third_octave((10**0.3) ** exponent)
    for frequency in {middle_frequency * ratio, middle_frequency / ratio}:
        if frequency > 20_000:
            continue
        tone = np.sin(2 * np.pi * frequency * np.arange(8 * RATE) / RATE)
        found = band_levels(tone, RATE, (nominal,))[0]
        into = decibel(np.sqrt(0.5) * a_weight(frequency) / REFERENCE)
        assert least <= into - found <= most


def test_machine_orders_follow_the_machine(facts):
    orders = facts.sound_mode["silent"].machine_order
    for rpm in (3000, 9000):
        f, found = spectrum(heard(electric(50, 1.0, rpm), "silent", facts))
        strongest = f[found.argmax()] / (rpm / 60)
        assert min(abs(strongest - order) for order in orders) < 0.05


def test_designed_tones_rise_with_speed_as_the_mode_says(facts):
    mode = facts.sound_mode["sport"]
    for kmh in (20, 60):
        samples = heard(electric(kmh, 0.5, 10.0), "sport", facts, warning=None)
        for base in mode.designed_frequency[:3]:
            tone = base * (1 + mode.designed_shift * kmh * KMH)
            assert at(samples, tone, 1.0) > 30 * at(samples, tone * 1.06, 1.0)


def test_torque_and_regeneration_change_level_and_brightness(facts):
    def tilt(samples):
        shift = 1 + facts.sound_mode["sport"].designed_shift * 50 * KMH
        tones = [f * shift for f in facts.sound_mode["sport"].designed_frequency]
        return decibel(at(samples, tones[-1]) / at(samples, tones[0]))

    drives, rolls, brakes = (
        heard(electric(50, x, 10.0), "sport", facts, warning=None) for x in (1.0, 0.0, -1.0)
    )
    mode = facts.sound_mode["sport"]
    assert a_level(drives) - a_level(rolls) == pytest.approx(mode.designed_load, abs=1.0)
    assert a_level(brakes) - a_level(rolls) == pytest.approx(mode.designed_regeneration, abs=1.0)
    assert tilt(drives) > tilt(brakes) + 6 and tilt(brakes) > tilt(rolls) + 2


def test_an_adaptive_mode_is_calm_with_the_pedal_up_and_sport_with_it_down(facts):
    for pedal, same in ((0.0, "calm"), (1.0, "sport")):
        moving = moved(cylinders=6, engine_speed=3000 * RPM, running=1.0, pedal=pedal)
        adaptive, other = (heard(moving, m, facts) for m in ("adaptive", same))
        assert np.abs(adaptive - other).max() < 1e-9


def test_a_battery_car_at_rest_makes_its_warning_sound_alone(facts):
    assert np.abs(heard(electric(0), "silent", facts)).max() == 0.0
    warning = facts.warning_sound["warning-world"]
    found = a_level(heard(electric(0), "sport", facts))
    assert found == pytest.approx(warning.level[0], abs=0.1)


def test_a_hybrid_is_heard_to_start_its_engine_in_a_kick_down(facts, cars):
    moving = driven(cars["plugin@clar_like.sedan_d"])
    samples = render(moving, facts.sound_mode["sport"], facts).samples()
    cruise, pull = samples[:, : RATE // 2], samples[:, 3 * RATE : 3 * RATE + RATE // 2]
    rpm = moving.engine_speed[50] / RPM
    assert moving.running[50] == 0.0 and moving.running[325] == 1.0
    assert at(cruise, rpm / 60 * 2) < 0.02 * at(pull, moving.engine_speed[325] / RPM / 60 * 2, 30)
    assert a_level(pull) > a_level(cruise) + 15


def test_the_firing_order_follows_gear_shifts_in_a_kick_down(facts, cars):
    moving = driven(cars["petrol@clar_like.sedan_d"])
    samples = render(moving, facts.sound_mode["sport"], facts).samples()
    shift = int(np.nonzero(np.diff(moving.gear[150:-250]))[0][-1]) + 150
    found = []
    for start in (shift - 60, shift + 30):
        part = samples[:, start * 480 : (start + 30) * 480]
        rpm = moving.engine_speed[start + 15] / RPM
        assert at(part, rpm / 60 * 2, 25) > 5 * at(part, rpm / 60 * 1.25, 5)
        found.append(rpm)
    assert found[1] < 0.85 * found[0]


@pytest.mark.parametrize("train", ["petrol", "six", "plugin", "bev"])
@pytest.mark.parametrize("mode", ["calm", "sport", "silent", "adaptive"])
def test_no_kick_down_clicks(facts, cars, train, mode):
    tonal = {m.id: replace(m, engine_noise=-80.0) for m in facts.sound_mode}
    moving = driven(cars[f"{train}@clar_like.sedan_d"])
    samples = render(moving, tonal[mode], facts, own=tonal).samples()
    found = clicks(samples)
    broken = samples.copy()
    broken[:, RATE * 2] += 0.01 * np.abs(samples).max()
    assert found < 2e-3 and clicks(broken) > 5e-3
    assert np.abs(samples[:, :2]).max() < 1e-4 * np.abs(samples).max()
    assert np.abs(samples[:, -2:]).max() < 1e-3 * np.abs(samples).max()


def test_the_loop_of_the_noise_has_no_seam(facts):
    samples = heard(engine(4, 3000, 1.0, seconds=12.0), "sport", facts, engine_noise=40.0)
    seam = 2**18
    around = np.abs(np.diff(samples[:, seam - 2000 : seam + 2000], axis=-1)).max(axis=0)
    assert around[1998:2001].max() < around.max()


def test_the_same_input_gives_the_same_bytes(facts, cars):
    files = []
    for _ in range(2):
        made = render(driven(cars["bev@clar_like.sedan_d"]), facts.sound_mode["sport"], facts)
        store = io.BytesIO()
        write_wav(made, store)
        pressure = made.samples().mean(axis=0)[::2]
        files.append((store.getvalue(), clip(pressure, RATE // 2, 1.0)))
    assert files[0] == files[1]


def test_a_file_holds_the_pressure_in_stereo_at_48_khz(facts):
    import soundfile

    made = render(electric(50, 1.0, 6000), facts.sound_mode["sport"], facts)
    store = io.BytesIO()
    peak = write_wav(made, store)
    store.seek(0)
    read, rate = soundfile.read(store)
    assert rate == 48_000 and read.shape == (2 * RATE, 2)
    assert np.abs(read).max() * FULL_SCALE == pytest.approx(peak, abs=1e-5)
    assert a_level(read.T * FULL_SCALE) == pytest.approx(a_level(made.samples()), abs=0.01)
    left, right = made.samples()
    assert np.abs(left - right).max() > 0.05 * np.abs(left).max()


def test_a_sound_is_the_same_however_it_is_cut_and_at_another_rate(facts, cars):
    moving = driven(cars["six@clar_like.sedan_d"])
    mode = replace(facts.sound_mode["sport"], engine_noise=-60.0)
    fine, coarse = (render(moving, mode, facts, rate).samples() for rate in (48_000, 24_000))
    assert np.abs(fine[:, ::2] - coarse).max() < 2e-3 * np.abs(fine).max()


@pytest.mark.parametrize("rate", [0, -48_000, 22_050, 400_000])
def test_a_sample_rate_that_is_none_is_refused(facts, rate):
    with pytest.raises(DataError, match="48 kHz is usual"):
        render(engine(4, 2000), facts.sound_mode["calm"], facts, rate)


def test_a_mode_that_there_is_not_names_the_nearest(facts):
    with pytest.raises(DataError, match="did you mean sport"):
        mode_named("sprot", facts)


def test_a_cycle_that_the_car_cannot_follow_is_refused_with_a_remedy(cars):
    racing = Cycle("dragstrip", np.array([0.0, 3.0, 6.0]), np.array([0.0, 40.0, 60.0]))
    with pytest.raises(FitError, match=r"cannot follow.*choose a milder cycle"):
        driven(cars["petrol@clar_like.sedan_d"], racing)


def mode_file(path, **changes):
    """Return a file with the mode `own`, which is calm but for some rows."""
    from importlib.resources import files

    text = (files("wheelbase.catalogue") / "facts" / "sound_mode.csv").read_text()
    lines = [line.replace("calm,", "own,", 1) for line in text.splitlines() if "calm," in line[:5]]
    for field, value in changes.items():
        number = next(n for n, line in enumerate(lines) if line.startswith(f"own,{field},"))
        cells = lines[number].split(",", 3)
        lines[number] = ",".join([*cells[:2], value, cells[3]])
    path.write_text("\n".join([text.splitlines()[0], *lines]) + "\n")
    return path


def test_a_mode_of_ones_own_is_heard(facts, tmp_path):
    own = read_modes(mode_file(tmp_path / "own.csv", engine_level="66"), facts.sources)
    louder = render(engine(4, 2000), own["own"], facts).samples()
    assert a_level(louder) - a_level(heard(engine(4, 2000), "calm", facts)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("designed_frequency", "-98", r"own.csv:\d+: own.designed_frequency: -98 Hz is outside"),
        ("machine_order", "0", "own.machine_order: 0 is outside the range above 0"),
        ("engine_level", "loud", "'loud' is not a number"),
        ("intake", "1.5", "outside the range 0 .. 1"),
        ("engine_fall_full", "0.2", "0.2 dB is outside the range 0.5 .. 40 dB"),
        ("designed_frequency_level", "-90", "-90 dB is outside the range -80 .. 40 dB"),
    ],
)
def test_a_mode_that_is_none_is_refused_by_line(facts, tmp_path, field, value, says):
    with pytest.raises(DataError, match=says):
        read_modes(mode_file(tmp_path / "own.csv", **{field: value}), facts.sources)


def test_without_the_extra_it_is_named(monkeypatch, facts):
    import sys

    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(DataError, match=r"pip install 'wheelbase\[sound\]'"):
        write_wav(render(engine(4, 2000), facts.sound_mode["calm"], facts), io.BytesIO())
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(DataError, match=r"pip install 'wheelbase\[sound\]'"):
        band_levels(np.zeros(RATE), RATE, (1000.0,))
