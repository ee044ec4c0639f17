"""What does it sound like? The drive sound of a variant, and whether its warning sound will do."""

from wheelbase.sound.check import Finding, Verdict, check, rule_named
from wheelbase.sound.file import FULL_SCALE, clip, need, write_wav
from wheelbase.sound.level import a_weight, band_levels, fast_levels, level
from wheelbase.sound.mode import mode_named
from wheelbase.sound.picture import Spectrogram, spectrogram
from wheelbase.sound.render import RATES, Sound, render
from wheelbase.sound.trace import Motion, kickdown, motion, steady

__all__ = [
    "FULL_SCALE",
    "LEAVES_OUT",
    "RATES",
    "Finding",
    "Motion",
    "Sound",
    "Spectrogram",
    "Verdict",
    "a_weight",
    "band_levels",
    "check",
    "clip",
    "fast_levels",
    "kickdown",
    "level",
    "mode_named",
    "motion",
    "need",
    "render",
    "rule_named",
    "spectrogram",
    "steady",
    "write_wav",
]

LEAVES_OUT = (
    "tyres, wind, body, road and room: the source alone is heard, as at 2 m in the free field",
    "resonances of exhausts, intakes and gears; modes are estimates, not recordings",
    "slip of clutches and converters: an engine below idle is heard at idle",
)
