"""What a sound looks like: its level over time and frequency, on a coarse grid."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wheelbase.sound.level import REFERENCE, a_weight

__all__ = ["Spectrogram", "spectrogram"]

Array = NDArray[np.float64]

_WINDOW = 0.15  # s


class Spectrogram(NamedTuple):
    """A-weighted level, (frequencies, times) dB, of cells around times (s) and frequencies (Hz)."""

    time: Array
    frequency: Array
    level: Array


def spectrogram(pressure: Array, rate: int, step: float, width: float, top: float) -> Spectrogram:
    """Return the spectrogram of a pressure in Pa, (2, samples) or (samples,); channels averaged.

    Args:
        pressure: The sound.
        rate: Samples per second.
        step: From one time to the next, s.
        width: From one frequency to the next, Hz.
        top: Highest frequency, Hz.
    """
    heard = np.atleast_2d(pressure)
    size = round(_WINDOW * rate)
    window = np.hanning(size)
    starts = np.arange(0, heard.shape[-1] - size + 1, round(step * rate))
    frames = heard[:, starts[:, None] + np.arange(size)] * window
    power = (
        np.square(np.abs(np.fft.rfft(frames))).mean(axis=0) * 2 / (size * np.square(window).sum())
    )
    fine = np.fft.rfftfreq(size, 1 / rate)
    power = power * np.square(a_weight(fine))
    cell = np.floor(fine / width).astype(int)
    count = round(top / width)
    cells = np.stack([power[:, cell == k].sum(axis=1) for k in range(count)])
    level: Array = 10 * np.log10(np.maximum(cells, REFERENCE**2) / REFERENCE**2)
    time: Array = (starts + size / 2) / rate
    middle: Array = np.linspace(width / 2, (count - 0.5) * width, count)
    return Spectrogram(time, middle, level)
