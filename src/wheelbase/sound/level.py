"""Sound levels of samples: A-weighted, over time and in third octaves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError

__all__ = ["REFERENCE", "a_weight", "audible", "band_levels", "fast_levels", "level", "weighted"]

Array = NDArray[np.float64]

REFERENCE = 20e-6
"""Pressure of 0 dB, Pa."""

_SILENCE = REFERENCE**2  # mean square below which a level is called 0 dB
_FAST = 0.125  # s, the averaging of a sound level meter set to F
_LOWEST = 50.0  # Hz
_OCTAVE = 10**0.3  # ratio of an octave in the base-10 system of IEC 61260-1
_NORM = 10 ** (2.0 / 20)  # makes the weight 1 at 1 kHz


def a_weight(frequency: Any) -> Array:
    """Return the factor by which A-weighting multiplies a pressure at a frequency in Hz.

    Source: IEC 61672-1:2013, annex E.
    """
    f2 = np.square(np.asarray(frequency, dtype=np.float64))
    low, high = 20.598997**2, 12194.217**2
    middle = np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2))
    return np.asarray(_NORM * high * f2 * f2 / ((f2 + low) * middle * (f2 + high)))


def audible(frequency: Any) -> Array:
    """Return A-weighting for making tones as loud as asked: below 50 Hz that of 50 Hz.

    Otherwise the tones of a machine that hardly turns would shake the loudspeaker.
    """
    return a_weight(np.maximum(frequency, _LOWEST))


def weighted(pressure: Array, rate: int) -> Array:
    """Return A-weighted pressure of the same length; time last."""
    n = pressure.shape[-1]
    heard = np.fft.rfft(pressure) * a_weight(np.fft.rfftfreq(n, 1 / rate))
    found: Array = np.fft.irfft(heard, n)
    return found


def level(pressure: Array, rate: int) -> float:
    """Return the A-weighted level of a pressure in Pa, dB; channels are averaged by energy."""
    return _decibel(float(np.mean(np.square(weighted(pressure, rate)))))


def fast_levels(pressure: Array, rate: int) -> Array:
    """Return the A-weighted level of each eighth of a second, dB; channels averaged by energy."""
    squares = np.square(np.atleast_2d(weighted(pressure, rate))).mean(axis=0)
    size = round(_FAST * rate)
    blocks = squares[: len(squares) // size * size].reshape(-1, size).mean(axis=1)
    found: Array = 10 * np.log10(np.maximum(blocks, _SILENCE) / REFERENCE**2)
    return found


def band_levels(pressure: Array, rate: int, nominal: tuple[float, ...]) -> Array:
    """Return the A-weighted level of each third octave, dB.

    Each is filtered by a Butterworth band-pass of third order with its edges at the exact mid
    frequency times G^(1/6) and G^(-1/6), G = 10^0.3, which is of class 1.

    Args:
        pressure: Pa, time last; channels are averaged by energy.
        rate: Samples per second.
        nominal: Nominal mid frequencies, Hz.

    Raises:
        DataError: SciPy is missing.

    Source: IEC 61260-1:2014.
    """
    try:
        from scipy import signal
    except ImportError:
        raise DataError(
            "third octaves: needs the extra 'sound': pip install 'wheelbase[sound]'"
        ) from None
    heard, found = weighted(pressure, rate), []
    for name in nominal:
        middle = 1000.0 * 10 ** (round(10 * np.log10(name / 1000.0)) / 10)
        edges = (middle * _OCTAVE ** (-1 / 6), middle * _OCTAVE ** (1 / 6))
        filtered = signal.sosfilt(signal.butter(3, edges, "bandpass", fs=rate, output="sos"), heard)
        settled = filtered[..., filtered.shape[-1] // 4 :]  # the filter has swung in by then
        found.append(_decibel(float(np.mean(np.square(settled)))))
    return np.array(found)


def _decibel(square: float) -> float:
    return float(10 * np.log10(max(square, _SILENCE) / REFERENCE**2))
