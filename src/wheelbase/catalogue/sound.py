"""How a car sounds: modes of the drive sound, warning sounds, and the rules that these must meet.

Levels are A-weighted, in dB over 20 uPa, of the source signal: as a microphone at 2 m would hear it
in the free field, without the body, the road, tyres and wind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from wheelbase.catalogue.component import Id
from wheelbase.catalogue.load import load
from wheelbase.catalogue.spec import Spec
from wheelbase.errors import DataError
from wheelbase.units import Count, Quantity, Ratio, Share, Speed

__all__ = ["SoundMode", "WarningRule", "WarningSound", "read_modes"]

_Level = Annotated[float, Quantity("sound level", "dBA", low=-20, high=130)]
_Gain = Annotated[float, Quantity("gain", "dB", low=-80, high=40)]
_Fall = Annotated[float, Quantity("fall per order", "dB", low=0.5, high=40)]
_Frequency = Annotated[float, Quantity("frequency", "Hz", low=0, open_low=True, high=20_000)]
_Shift = Annotated[float, Quantity("pitch per speed", "1/(m/s)", low=0, high=1)]
_Standing = Annotated[float, Quantity("speed", "m/s", low=0)]


def _of_one_length(spec: Spec, pairs: Iterable[tuple[str, str]]) -> None:
    problems = [
        f"{a} has {len(getattr(spec, a))} entries and {b} {len(getattr(spec, b))}; give one each"
        for a, b in pairs
        if len(getattr(spec, a)) != len(getattr(spec, b))
    ]
    if problems:
        raise DataError(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundMode(Spec):
    """How the drive sounds in one mode; what is heard of it follows speed, torque and pedal.

    Args:
        name: In words.
        engine_level: At 2000 rpm without load.
        engine_load: From no load to full load.
        engine_speed: Per doubling of engine speed.
        engine_fall: By which each crank order is weaker than the one before it, without load; half
            a decibel at least, since the intake falls by so much less.
        engine_fall_full: The same at full load: less is brighter.
        half_order: Of orders between the firing orders, over those.
        intake: Share of the intake in the sound at full load; the exhaust has the rest.
        roughness: Spread of the level from one combustion cycle to the next.
        engine_noise: Of the broad-band noise of combustion and flow, over the orders.
        machine_level: Of the drive units at 50 km/h without torque.
        machine_load: From no torque to full torque.
        machine_regeneration: From no torque to full braking torque.
        machine_speed: Per doubling of speed.
        machine_order: Sounds per turn of the machine.
        machine_order_level: Of each, over the first.
        designed_level: Of the sound from loudspeakers at 50 km/h without torque.
        designed_load: From no torque to full torque.
        designed_regeneration: From no torque to full braking torque.
        designed_speed: Per doubling of speed.
        designed_frequency: Of each tone at rest.
        designed_frequency_level: Of each, over the first.
        designed_shift: By which share the tones rise with speed.
        brightness_load: Per octave above the lowest tone, from no torque to full torque.
        brightness_speed: The same from rest to 100 km/h.
        brightness_regeneration: The same from no torque to full braking torque.
        turns_into: Mode that it becomes where the pedal is pressed further.
        turns_from: Pedal at which it begins to.
        turns_to: Pedal at which it has.
        warning: Its warning sound while the car drives without an engine; none where silent.
    """

    name: str
    engine_level: _Level
    engine_load: _Gain
    engine_speed: _Gain
    engine_fall: _Fall
    engine_fall_full: _Fall
    half_order: _Gain
    intake: Share
    roughness: _Gain
    engine_noise: _Gain
    machine_level: _Level
    machine_load: _Gain
    machine_regeneration: _Gain
    machine_speed: _Gain
    machine_order: tuple[Ratio, ...]
    machine_order_level: tuple[_Gain, ...]
    designed_level: _Level | None = None
    designed_load: _Gain = 0.0
    designed_regeneration: _Gain = 0.0
    designed_speed: _Gain = 0.0
    designed_frequency: tuple[_Frequency, ...] = ()
    designed_frequency_level: tuple[_Gain, ...] = ()
    designed_shift: _Shift = 0.0
    brightness_load: _Gain = 0.0
    brightness_speed: _Gain = 0.0
    brightness_regeneration: _Gain = 0.0
    turns_into: Id | None = None
    turns_from: Share = 0.0
    turns_to: Share = 1.0
    warning: Id | None = None

    def __post_init__(self) -> None:
        """Refuse orders or tones without their levels, and a change that ends before it begins."""
        super(SoundMode, self).__post_init__()
        _of_one_length(
            self,
            (
                ("machine_order", "machine_order_level"),
                ("designed_frequency", "designed_frequency_level"),
            ),
        )
        if self.turns_from >= self.turns_to:
            what = f"turns_from {self.turns_from:g} is not below turns_to {self.turns_to:g}"
            raise DataError(f"{what}; exchange them")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSound(Spec):
    """A sound for people outside, while the car drives without an engine.

    Args:
        name: In words.
        frequency: Of each tone at rest.
        frequency_level: Of each, over the first.
        shift: By which share the tones rise with speed.
        speed: Speeds, rising, at which `level` stands; in between it is interpolated.
        level: All tones together, forwards; beyond the last speed the sound ends within 10 km/h.
        reverse_level: The same in reverse.
    """

    name: str
    frequency: tuple[_Frequency, ...]
    frequency_level: tuple[_Gain, ...]
    shift: _Shift
    speed: tuple[_Standing, ...]
    level: tuple[_Level, ...]
    reverse_level: _Level

    def __post_init__(self) -> None:
        """Refuse tones or speeds without their levels."""
        super(WarningSound, self).__post_init__()
        _of_one_length(self, (("frequency", "frequency_level"), ("speed", "level")))
        if list(self.speed) != sorted(set(self.speed)):
            raise DataError("speed does not rise; write its rows in the order of the speeds")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRule(Spec):
    """What a regulation asks of the warning sound of a car that drives without an engine.

    Args:
        name: In words.
        regulation: Its short name.
        series: Series of amendments, or the year of its text.
        band: Nominal mid frequencies of the third octaves that count.
        minimum_standing: Least level of each band at rest; empty where none is asked for.
        minimum_reverse: The same in reverse.
        minimum_10: The same at 10 km/h.
        minimum_20: The same at 20 km/h.
        minimum_30: The same at 30 km/h.
        overall_reverse: Least overall level in reverse.
        overall_10: The same at 10 km/h.
        overall_20: The same at 20 km/h.
        overall_most: Greatest overall level forwards.
        bands: How many bands must reach their least level at once.
        apart: Whether those must not be neighbours.
        span: How many bands they must reach across, from the first to the last.
        lowest_band: Mid frequency at or below which one of them must lie.
        shift: Least mean rise of a tone with speed, as a share of its frequency.
        shift_from: Speed from which it is counted.
        shift_to: Speed up to which it is counted.
        step: By which the sum of the bands must grow from each speed to the next.
        pause: Whether a driver may switch the sound off.
    """

    name: str
    regulation: Literal["r138", "fmvss141"]
    series: str
    band: tuple[_Frequency, ...]
    minimum_standing: tuple[_Level, ...] = ()
    minimum_reverse: tuple[_Level, ...] = ()
    minimum_10: tuple[_Level, ...] = ()
    minimum_20: tuple[_Level, ...] = ()
    minimum_30: tuple[_Level, ...] = ()
    overall_reverse: _Level | None = None
    overall_10: _Level | None = None
    overall_20: _Level | None = None
    overall_most: _Level | None = None
    bands: Count
    apart: Literal["yes", "no"]
    span: Count = 0
    lowest_band: _Frequency | None = None
    shift: _Shift | None = None
    shift_from: Speed | None = None
    shift_to: Speed | None = None
    step: _Gain | None = None
    pause: Literal["prohibited", "not ruled"]

    def __post_init__(self) -> None:
        """Refuse minima that do not stand for every band."""
        super(WarningRule, self).__post_init__()
        names = ("standing", "reverse", "10", "20", "30")
        given = [f"minimum_{n}" for n in names if getattr(self, f"minimum_{n}")]
        _of_one_length(self, ((name, "band") for name in given))


_LARGEST = 200_000  # bytes; the modes of the catalogue take a tenth of it


def read_modes(path: Path, sources: Iterable[str]) -> dict[str, SoundMode]:
    """Return the modes that a user's CSV file describes, written as the catalogue's own are.

    Its sources are keys of the catalogue, or `own`.

    Raises:
        DataError: Unreadable, or every bad row with file:line.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path}: larger than {_LARGEST} bytes, which no list of modes is")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as modes: {error}") from None
    found = load(SoundMode, text, path.name, (*sources, "own"))
    if not found.items:
        raise DataError(f"{path}: holds no mode; write its rows as the catalogue does")
    return dict(found.items)
