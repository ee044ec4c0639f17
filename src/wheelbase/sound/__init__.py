"""What does it sound like? The drive sound of a variant, and whether its warning sound will do."""

from wheelbase.sound.file import FULL_SCALE, clip, need, write_wav
from wheelbase.sound.level import a_weight, band_levels, fast_levels, level
from wheelbase.sound.mode import mode_named
from wheelbase.sound.render import RATES, Sound, render
from wheelbase.sound.trace import Motion, kickdown, motion, steady

__all__ = [
    "FULL_SCALE",
    "RATES",
    "Motion",
    "Sound",
    "a_weight",
    "band_levels",
    "clip",
    "fast_levels",
    "kickdown",
    "level",
    "mode_named",
    "motion",
    "need",
    "render",
    "steady",
    "write_wav",
]
