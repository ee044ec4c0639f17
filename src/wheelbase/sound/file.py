"""Sound as a file: WAV that keeps the pressure, MP3 that is small. Same sound, same bytes."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from wheelbase.errors import DataError
from wheelbase.sound.render import Sound

__all__ = ["FULL_SCALE", "clip", "need", "write_wav"]

FULL_SCALE = 20.0
"""Pressure in Pa of the greatest number in a WAV file: a full sine has 117 dB."""

_COMPRESSION = 0.95  # of 0 .. 1: 8 kbit/s where the rate is 12 kHz


def need() -> Any:
    """Return the library that writes sound.

    Raises:
        DataError: It is missing.
    """
    try:
        import soundfile
    except (ImportError, OSError):  # OSError: its own library does not load
        raise DataError("sound: needs the extra 'sound': pip install 'wheelbase[sound]'") from None
    return soundfile


def write_wav(
    sound: Sound, file: BinaryIO, heard: Callable[[Any], None] = lambda block: None
) -> float:
    """Write a sound as stereo WAV of 24 bits and return its greatest pressure, Pa.

    Args:
        sound: The sound.
        file: Where it goes.
        heard: Takes each block, (2, samples) Pa.

    Raises:
        DataError: soundfile is missing, or the sound is louder than a file can hold.
    """
    library, peak = need(), 0.0
    with library.SoundFile(
        file, "w", samplerate=sound.rate, channels=2, format="WAV", subtype="PCM_24"
    ) as out:
        for block in sound.blocks():
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            out.write(np.ascontiguousarray(block.T) / FULL_SCALE)
            heard(block)
    if peak > FULL_SCALE:
        raise DataError(
            f"mode {sound.mode.id}: {peak:.0f} Pa are more than the {FULL_SCALE:g} Pa of a file; "
            "lower its levels"
        )
    return peak


def clip(pressure: Any, rate: int, gain: float) -> bytes:
    """Return a sound as MP3, its pressure (Pa, (samples,) or (2, samples)) times a gain.

    Ogg would hold a serial number drawn by the clock, so no two files would be alike.

    Raises:
        DataError: soundfile is missing, or too old for MP3.
    """
    library, store = need(), io.BytesIO()
    if "MP3" not in library.available_formats():
        raise DataError("sound: this soundfile writes no MP3; pip install -U soundfile")
    library.write(
        store, np.ascontiguousarray((pressure * gain).T), rate, format="MP3",
        subtype="MPEG_LAYER_III", compression_level=_COMPRESSION, bitrate_mode="CONSTANT",
    )  # fmt: skip
    return store.getvalue()
