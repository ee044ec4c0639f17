"""From a motion and a mode to layers: what is heard of speed, torque, pedal and regeneration."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, SoundMode, WarningSound
from wheelbase.errors import DataError
from wheelbase.sound.layer import Noise, Orders, Tones, amplitude_of, phase_of
from wheelbase.sound.level import audible, weighted
from wheelbase.sound.trace import CONTROL, Motion
from wheelbase.units import Quantity, parse

__all__ = ["Layer", "layers", "mode_named"]

Array = NDArray[np.float64]
Layer = Tones | Orders | Noise

_ENGINE_REFERENCE = parse("2000 rpm", Quantity("angular speed", "rad/s"))
_SPEED = Quantity("speed", "m/s")
_REFERENCE, _FULL = parse("50 km/h", _SPEED), parse("100 km/h", _SPEED)
_ENDS = parse("10 km/h", _SPEED)  # over which a warning sound ends
_WALK = 1.0  # m/s below which machines and loudspeakers fade out
_HALF_ORDERS = 48
_INTEGER = -22.0  # dB of the whole orders between firing orders over those, an estimate
_INTAKE_HALF = 0.4  # share of the intake's part without load over that at full load, an estimate
_INTAKE_FALL = 0.5  # dB per crank order by which the intake falls slower than the exhaust
_QUIET = 0.25  # s over which the level of combustion cycles wanders
_WIDTH = 0.1  # of a turn between left and right, which makes a sound wide
_TOP = 0.45  # of the sample rate, above which no tone is made
_LOOP = 2**18  # samples of the noise
_BAND = (150.0, 2500.0)  # Hz of the noise of combustion and flow


def mode_named(name: str, facts: Catalogue, own: Mapping[str, SoundMode] = {}) -> SoundMode:
    """Return a mode of the catalogue or of a user's file.

    Raises:
        DataError: No such mode, with near misses.
    """
    known = {m.id: m for m in facts.sound_mode} | dict(own)
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)
        raise DataError(f"no sound mode {name!r}; did you mean {', '.join(near)}?")
    return known[name]


def layers(
    motion: Motion, mode: SoundMode, facts: Catalogue, rate: int, own: Mapping[str, SoundMode] = {}
) -> list[Layer]:
    """Return what a car sounds like in a mode, which may turn into another with the pedal.

    Args:
        motion: What the car does.
        mode: The mode.
        facts: Other modes and warning sounds.
        rate: Samples per second.
        own: Modes of the user.

    Raises:
        DataError: A mode or a warning sound that there is not.
    """
    found: list[Layer] = []
    weight = np.ones_like(motion.speed)
    if mode.turns_into is not None:
        other = mode_named(mode.turns_into, facts, own)
        span = (motion.pedal - mode.turns_from) / (mode.turns_to - mode.turns_from)
        share = np.sin(np.pi / 2 * np.clip(span, 0.0, 1.0)) ** 2
        found += _drive(motion, other, rate, share)
        weight = 1 - share
    found += _drive(motion, mode, rate, weight)
    if motion.electric and mode.warning is not None:
        found.append(_warning(motion, facts.warning_sound[mode.warning], rate))
    return found


def _drive(motion: Motion, mode: SoundMode, rate: int, share: Array) -> Iterator[Layer]:
    edge = share * _edges(len(share))
    if motion.cylinders:
        yield from _engine(motion, mode, rate, edge)
    if motion.electric:
        yield _machines(motion, mode, rate, edge)
        if mode.designed_level is not None:
            yield _designed(motion, mode, rate, edge)


def _edges(n: int) -> Array:
    """Return a gain that begins and ends at nothing within a tenth of a second, (n,)."""
    ramp = np.minimum(np.arange(n), np.arange(n)[::-1]) / (CONTROL / 10)
    return np.sin(np.pi / 2 * np.clip(ramp, 0.0, 1.0)) ** 2


def _engine(motion: Motion, mode: SoundMode, rate: int, share: Array) -> Iterator[Layer]:
    """Yield exhaust, intake and noise of the engine.

    Level = engine_level + engine_load load + engine_speed log2(speed / 2000 rpm); the firing order
    of a four-stroke is half its cylinders; in overrun it is as without load.
    """
    load = np.clip(motion.engine_load, 0.0, 1.0)
    w = np.maximum(motion.engine_speed, 1.0)
    aimed = mode.engine_level + mode.engine_load * load
    aimed = aimed + mode.engine_speed * np.log2(w / _ENGINE_REFERENCE) + _wander(len(w), mode)
    half = w / (4 * np.pi)  # turns of the camshaft a second
    turns = phase_of(half)
    fall = mode.engine_fall + (mode.engine_fall_full - mode.engine_fall) * load
    weight = _weights(motion.cylinders, mode.half_order)
    intake = mode.intake * (_INTAKE_HALF + (1 - _INTAKE_HALF) * load)
    heard = share * motion.running
    noisy = 10 ** (mode.engine_noise / 10)
    tonal = heard / np.sqrt(1 + noisy)
    # A quarter of a turn apart, exhaust and intake add their energies in every order.
    shares = ((1 - intake, fall, weight), (intake, fall - _INTAKE_FALL, 1j * weight))
    for part, down, w_h in shares:
        b = 10 ** (-down / 40)  # per half order
        gain = amplitude_of(aimed, Orders.square(half, b, w_h)) * np.sqrt(part) * tonal
        yield Orders(half, turns, b, gain, w_h, _WIDTH)
    gain = amplitude_of(aimed, np.ones_like(w)) * heard * np.sqrt(noisy / (1 + noisy))
    yield Noise(_noise(rate), gain, half * motion.cylinders, turns * motion.cylinders, 0.6)


def _weights(cylinders: int, half_order: float) -> NDArray[np.complex128]:
    """Return the strength of each half order, the firing orders first, with a phase of its own."""
    h = np.arange(1, _HALF_ORDERS + 1)
    decibel = np.where(h % cylinders == 0, 0.0, np.where(h % 2 == 0, _INTEGER, half_order))
    turns = (h * h * 0.6180339887) % 1.0
    return np.asarray(10 ** (decibel / 20) * np.exp(2j * np.pi * turns))


def _wander(n: int, mode: SoundMode) -> Array:
    """Return how the level of combustion cycles wanders, (n,) dB, always the same way."""
    raw = np.random.default_rng(4).standard_normal(n)
    size = 2 * int(_QUIET * CONTROL / 2) + 1
    window = np.hanning(size + 2)[1:-1]
    smooth = np.convolve(np.pad(raw, size // 2, mode="wrap"), window, mode="valid")
    return np.asarray(mode.roughness * smooth / np.sqrt(np.square(window).sum()))


def _noise(rate: int) -> Array:
    """Return two channels of a loop of band noise with unit A-weighted mean square."""
    raw = np.random.default_rng(11).standard_normal((2, _LOOP))
    frequency = np.fft.rfftfreq(_LOOP, 1 / rate)
    low, high = _BAND
    shape = 1 / np.sqrt(
        (1 + (low / np.maximum(frequency, 1.0)) ** 4) * (1 + (frequency / high) ** 4)
    )
    loop = np.fft.irfft(np.fft.rfft(raw) * shape, _LOOP)
    return np.asarray(loop / np.sqrt(np.square(weighted(loop, rate)).mean()))


def _machines(motion: Motion, mode: SoundMode, rate: int, share: Array) -> Tones:
    """Return the orders of the machines: level by torque, braking torque and speed."""
    order = np.array(mode.machine_order)[:, None]
    relative = np.array(mode.machine_order_level)[:, None]
    aimed = mode.machine_level + _of_torque(motion, mode.machine_load, mode.machine_regeneration)
    aimed = aimed + mode.machine_speed * _doublings(motion.speed)
    frequency = order * motion.machine_speed / (2 * np.pi)
    relative = relative + _brightness(motion, mode) * np.log2(order / order.min())
    return _tones(frequency, relative, aimed, share * _moving(motion.speed), rate)


def _designed(motion: Motion, mode: SoundMode, rate: int, share: Array) -> Tones:
    """Return the tones of the loudspeakers: f = f_0 (1 + shift v), brighter by torque and speed."""
    base = np.array(mode.designed_frequency)[:, None]
    relative = np.array(mode.designed_frequency_level)[:, None]
    aimed = (mode.designed_level or 0.0) + mode.designed_speed * _doublings(motion.speed)
    aimed = aimed + _of_torque(motion, mode.designed_load, mode.designed_regeneration)
    relative = relative + _brightness(motion, mode) * np.log2(base / base.min())
    frequency = base * (1 + mode.designed_shift * motion.speed)
    return _tones(frequency, relative, aimed, share * _moving(motion.speed), rate)


def _warning(motion: Motion, warning: WarningSound, rate: int) -> Tones:
    """Return the warning sound, which is off where an engine runs and beyond its last speed."""
    top = warning.speed[-1]
    aimed = np.interp(motion.speed, warning.speed, warning.level)
    if motion.reverse:
        aimed = np.full_like(aimed, warning.reverse_level)
    on = np.clip((top + _ENDS - motion.speed) / _ENDS, 0.0, 1.0) * (1 - motion.running)
    frequency = np.array(warning.frequency)[:, None] * (1 + warning.shift * motion.speed)
    relative = np.array(warning.frequency_level)[:, None] + np.zeros_like(frequency)
    return _tones(frequency, relative, aimed, on * _edges(len(on)), rate)


def _tones(frequency: Array, relative: Array, aimed: Array, share: Array, rate: int) -> Tones:
    """Return tones of given relative levels that are together as loud as aimed, times a share."""
    strength = np.where(frequency < _TOP * rate, 10 ** (relative / 20), 0.0)
    square = np.square(strength * audible(frequency)).sum(axis=0) / 2
    lead = np.where(np.arange(len(frequency)) % 2 == 0, _WIDTH, -_WIDTH)
    return Tones(
        frequency, phase_of(frequency), strength * amplitude_of(aimed, square) * share, lead
    )


def _of_torque(motion: Motion, drives: float, brakes: float) -> Array:
    load = motion.machine_load
    return np.where(load > 0, drives * load, -brakes * load)


def _brightness(motion: Motion, mode: SoundMode) -> Array:
    """Return by how many dB each octave above the lowest tone rises, (n,)."""
    torque = _of_torque(motion, mode.brightness_load, mode.brightness_regeneration)
    return torque + mode.brightness_speed * np.minimum(motion.speed / _FULL, 1.0)


def _doublings(speed: Array) -> Array:
    return np.log2(np.maximum(speed, _WALK) / _REFERENCE)


def _moving(speed: Array) -> Array:
    return np.clip(speed / _WALK, 0.0, 1.0)
