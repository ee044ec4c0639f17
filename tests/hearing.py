"""What the tests hear with: motions made by hand, spectra, and a detector of clicks."""

import numpy as np

from wheelbase.simulate import Shortfall
from wheelbase.sound import Motion

RATE = 48_000
REFERENCE = 20e-6
RPM = 2 * np.pi / 60
KMH = 1 / 3.6


def moved(seconds=2.0, **figures):
    """Return a motion at rest or steady, where no other figure is given."""
    n = round(seconds * 100) + 1
    names = ("speed", "pedal", "gear", "engine_speed", "engine_load", "running")
    names += ("machine_speed", "machine_load")
    arrays = {name: np.broadcast_to(figures.get(name, 0.0), n).astype(float) for name in names}
    return Motion(
        car="made by hand",
        cylinders=figures.get("cylinders", 0),
        electric=figures.get("electric", False),
        reverse=figures.get("reverse", False),
        shortfall=Shortfall(0.0, 0.0, 0.0),
        **arrays,
    )


def engine(cylinders, rpm, load=0.0, seconds=2.0):
    """Return a car whose engine alone is heard."""
    return moved(
        seconds, cylinders=cylinders, engine_speed=rpm * RPM, engine_load=load, running=1.0
    )


def electric(kmh, load=0.0, rpm=0.0, seconds=2.0):
    """Return a battery car at a speed."""
    return moved(
        seconds, electric=True, speed=kmh * KMH, machine_load=load, machine_speed=rpm * RPM
    )


def middle(samples):
    """Return samples without their beginning and end, where a sound fades."""
    edge = samples.shape[-1] // 8
    return samples[..., edge:-edge]


def spectrum(samples):
    """Return frequencies in Hz and the amplitude of each in the left channel, Pa."""
    heard = middle(samples)[0]
    window = np.hanning(len(heard))
    found = np.abs(np.fft.rfft(heard * window)) / window.sum() * 2
    return np.fft.rfftfreq(len(heard), 1 / RATE), found


def at(samples, frequency, width=4.0):
    """Return the greatest amplitude within some Hz of a frequency, Pa."""
    f, found = spectrum(samples)
    return found[np.abs(f - frequency) <= width].max()


def decibel(ratio):
    return 20 * np.log10(ratio)


def a_level(samples):
    """Return the A-weighted level of a sound by the formula of IEC 61672-1, dB."""
    heard = middle(samples)
    n = heard.shape[-1]
    f2 = np.fft.rfftfreq(n, 1 / RATE) ** 2
    weight = 12194.217**2 * f2**2 / (f2 + 20.598997**2) / (f2 + 12194.217**2)
    weight /= np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2))
    power = np.square(np.abs(np.fft.rfft(heard)) * weight * 10 ** (2.0 / 20))
    mean = 2 * power.sum(axis=-1).mean() / n**2
    return 10 * np.log10(mean / REFERENCE**2)


def clicks(samples):
    """Return the sharpest crack of a sound above 10 kHz, where none of its tones lie.

    Over the root mean square of all that is heard within 20 ms around it.
    """
    samples = np.pad(samples, ((0, 0), (0, RATE)))  # or what ends would be heard at the beginning
    n = samples.shape[-1]
    high = np.fft.rfft(samples)
    high[..., np.fft.rfftfreq(n, 1 / RATE) < 10_000] = 0.0
    cracks = np.abs(np.fft.irfft(high, n)).max(axis=0)
    size = 960
    blocks = cracks[: n // size * size].reshape(-1, size).max(axis=1)
    power = np.square(samples).mean(axis=0)[: n // size * size].reshape(-1, size).mean(axis=1)
    heard = power > 1e-8 * power.max()
    return (blocks[heard] / np.sqrt(power[heard])).max()
