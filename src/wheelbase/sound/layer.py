"""The layers of a sound: sets of tones and noise whose pressures are linear in between samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wheelbase.sound.level import REFERENCE, audible
from wheelbase.sound.trace import CONTROL

__all__ = ["Noise", "Orders", "Tones", "amplitude_of", "phase_of"]

Array = NDArray[np.float64]
_Complex = NDArray[np.complex128]

_CHUNK = 4_800  # samples at once: what is summed over orders stays in the processor's cache


def amplitude_of(aimed: Array, square: Array) -> Array:
    """Return the factor that brings tones of a mean square (A-weighted) to a level in dB(A).

    Args:
        aimed: (n,) dB over 20 uPa.
        square: (n,) A-weighted mean square of what is to be multiplied.
    """
    return REFERENCE * 10 ** (aimed / 20) / np.sqrt(np.maximum(square, 1e-30))


def phase_of(frequency: Array) -> Array:
    """Return turns at each control sample of tones whose frequency (..., n), Hz, is linear."""
    steps = (frequency[..., 1:] + frequency[..., :-1]) / (2 * CONTROL)
    start = np.zeros((*frequency.shape[:-1], 1))
    return np.concatenate([start, np.cumsum(steps, axis=-1)], axis=-1)


def _linear(values: Array, first: int, last: int, size: int) -> Array:
    """Return control values first .. last as samples, `size` per step."""
    ramp = np.arange(size) / size
    a, b = values[first:last, None], values[first + 1 : last + 1, None]
    return (a + (b - a) * ramp).ravel()


def _turned(phase: Array, frequency: Array, first: int, last: int, size: int) -> Array:
    """Return turns at every sample, quadratic where the frequency is linear, less whole turns."""
    time = np.arange(size) / (size * CONTROL)
    f, g = frequency[first:last, None], frequency[first + 1 : last + 1, None]
    start = phase[first:last, None] % 1.0
    return (start + time * (f + (g - f) * (CONTROL / 2) * time)).ravel()


@dataclass(frozen=True, slots=True)
class Tones:
    """Tones with frequency (Hz), phase (turns) and amplitude (Pa) of their own, (k, n) each.

    `lead` is by how many turns the right channel leads the left, (k,).
    """

    frequency: Array
    phase: Array
    amplitude: Array
    lead: Array

    def samples(self, first: int, last: int, size: int) -> Array:
        """Return the pressure of both channels between two control samples, (2, samples) Pa."""
        out = np.zeros((2, (last - first) * size))
        for k, frequency in enumerate(self.frequency):
            if not np.any(self.amplitude[k, first : last + 1]):
                continue
            turns = 2 * np.pi * _turned(self.phase[k], frequency, first, last, size)
            strength = _linear(self.amplitude[k], first, last, size)
            out[0] += strength * np.cos(turns)
            turns += 2 * np.pi * self.lead[k]
            out[1] += strength * np.cos(turns)
        return out


@dataclass(frozen=True, slots=True)
class Orders:
    """All multiples of one frequency, as a polynomial: Re sum of w_h (b e^(i phase))^h.

    Args:
        frequency: Of the first multiple, (n,) Hz.
        phase: Of the first multiple, (n,) turns.
        fall: b, by which each multiple is weaker than the one before, (n,) 0 .. 1.
        gain: Of their sum, (n,) Pa.
        weight: w_h, complex, (multiples,).
        lead: By how many turns the right channel leads the left in every multiple.
    """

    frequency: Array
    phase: Array
    fall: Array
    gain: Array
    weight: _Complex
    lead: float

    @staticmethod
    def square(frequency: Array, fall: Array, weight: _Complex) -> Array:
        """Return the A-weighted mean square of a sum without its gain, (n,)."""
        h = np.arange(1, len(weight) + 1)[:, None]
        strength = np.abs(weight)[:, None] * fall**h * audible(h * frequency)
        return np.asarray(np.square(strength).sum(axis=0) / 2)

    def samples(self, first: int, last: int, size: int) -> Array:
        """Return the pressure of both channels between two control samples, (2, samples) Pa."""
        if not np.any(self.gain[first : last + 1]):
            return np.zeros((2, (last - first) * size))
        turns = _turned(self.phase, self.frequency, first, last, size)
        base = _linear(self.fall, first, last, size) * np.exp(2j * np.pi * turns)
        total = np.zeros_like(base)
        for start in range(0, len(base), _CHUNK):
            part, q = total[start : start + _CHUNK], base[start : start + _CHUNK]
            for weight in self.weight[::-1]:
                part += weight
                part *= q
        total *= _linear(self.gain, first, last, size)
        turn = np.exp(2j * np.pi * self.lead)
        return np.stack([total.real, (total * turn).real])


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise of a band, a loop that closes without a seam, as loud as `gain` (n,) Pa says.

    `loop` has two channels of unit A-weighted mean square; `beat` and `phase` are the frequency
    (n,) Hz and the turns (n,) of its pulses, `depth` their share of its pressure.
    """

    loop: Array
    gain: Array
    beat: Array
    phase: Array
    depth: float

    def samples(self, first: int, last: int, size: int) -> Array:
        """Return the pressure of both channels between two control samples, (2, samples) Pa."""
        place = np.arange(first * size, last * size) % self.loop.shape[-1]
        turns = 2 * np.pi * _turned(self.phase, self.beat, first, last, size)
        pulse = (1 + self.depth * np.cos(turns)) / np.sqrt(1 + self.depth**2 / 2)
        return np.asarray(self.loop[:, place] * (_linear(self.gain, first, last, size) * pulse))
