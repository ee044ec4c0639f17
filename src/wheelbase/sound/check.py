"""The verb `check`: whether a warning sound is loud enough, in the right bands, and rises in pitch.

It checks the source signal: what the loudspeaker and the machines radiate, at 2 m in the free
field. A type approval measures the car on a track, at 2 m, with tyres, wind and background.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, SoundMode, WarningRule
from wheelbase.errors import DataError
from wheelbase.simulate import Car, Combustion, Parallel
from wheelbase.sound.level import band_levels, level
from wheelbase.sound.render import render
from wheelbase.sound.trace import steady
from wheelbase.units import Quantity, convert, parse

__all__ = ["Finding", "Verdict", "check", "rule_named"]

Array = NDArray[np.float64]

_RATE = 48_000
_LASTS, _EDGE = 3.0, 0.25  # s of a test, and of its beginning and end that are not measured
_SPEED = Quantity("speed", "m/s")
_SPEEDS = {
    "standing": 0.0,
    "reverse": parse("6 km/h", _SPEED),
    **{f"{v}": parse(f"{v} km/h", _SPEED) for v in (10, 20, 30)},
}
_NEAR = 0.06  # by which a tone may rise from one speed to the next and be the same tone
_STEPS = 61  # speeds: a tone in proportion to speed rises by 5 % from the first to the second
_TONES = 4  # tones that are followed
_RANGE = (140.0, 5600.0)  # Hz: from the lowest to the highest edge of the third octaves


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule asks for.

    Args:
        where: Under which condition, such as "10 km/h".
        text: What was found and what is asked for, with bands and dB.
        passes: Whether it is so.
        status: How firm the limit is: published, or an estimate.
    """

    where: str
    text: str
    passes: bool
    status: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a warning sound.

    Args:
        rule: The rule.
        findings: Everything that it asks for, in its order.
        bands: Condition to the A-weighted level of each third octave of the rule, dB.
    """

    rule: WarningRule
    findings: tuple[Finding, ...]
    bands: Mapping[str, tuple[float, ...]]

    @property
    def met(self) -> bool:
        """Whether everything passes."""
        return all(f.passes for f in self.findings)

    @property
    def verified(self) -> bool:
        """Whether no limit is an estimate."""
        return all(f.status != "estimate" for f in self.findings)

    @property
    def text(self) -> str:
        """The verdict in words."""
        return ("met" if self.met else "not met") + ("" if self.verified else ", not verified")


def rule_named(regulation: str, series: str | None, facts: Catalogue) -> WarningRule:
    """Return the rule of a regulation in one series of amendments, or the only one there is.

    Raises:
        DataError: No such regulation, or a series whose limits the catalogue does not hold.
    """
    known = [r for r in facts.warning_rule if r.regulation == regulation]
    if not known:
        names = ", ".join(dict.fromkeys(r.regulation for r in facts.warning_rule))
        raise DataError(f"--check {regulation}: no such rule; one of {names}")
    for rule in known:
        if series in (None, rule.series):
            return rule
    held = ", ".join(r.series for r in known)
    why = "its limits are not in the catalogue, since no public text of them could be read"
    raise DataError(f"--series {series}: {why}; {regulation} is held in series {held}")


def check(
    car: Car,
    mode: SoundMode,
    rule: WarningRule,
    facts: Catalogue,
    own: Mapping[str, SoundMode] = {},
) -> Verdict:
    """Return what a rule says of the sound of a car at the speeds of the rule, engine off.

    Every level is measured from rendered samples: overall A-weighted, and in third octaves.

    Args:
        car: A car that can drive without an engine.
        mode: How it sounds.
        rule: What is asked for.
        facts: Status of the limits, warning sounds.
        own: Modes of the user.

    Raises:
        DataError: A car that always drives on its engine, or SciPy is missing.
    """
    p = car.powertrain
    if isinstance(p, Combustion) or (isinstance(p, Parallel) and float(np.max(p.coupled)) > 0):
        raise DataError(
            f"{car.id}: always drives on its engine; {rule.name} asks nothing of it, "
            "choose a plug-in, full hybrid or battery variant"
        )

    def status(field: str) -> str:
        return facts.warning_rule.origins[rule.id, field].status

    def heard(name: str) -> Array:
        moved = steady(car, _SPEEDS[name], _LASTS, reverse=name == "reverse")
        return _inner(render(moved, mode, facts, _RATE, own).samples())

    asked = [n for n in _SPEEDS if getattr(rule, f"minimum_{n}") or _overall(rule, n) is not None]
    samples = {name: heard(name) for name in asked}
    bands = {name: band_levels(found, _RATE, rule.band) for name, found in samples.items()}
    findings: list[Finding] = []
    for name, found in samples.items():
        where = _where(name)
        findings += _overall_findings(rule, name, where, level(found, _RATE), status)
        if least := getattr(rule, f"minimum_{name}"):
            text, passes = _in_bands(rule, bands[name], np.array(least))
            findings.append(Finding(where, text, passes, status(f"minimum_{name}")))
    findings += _steps(rule, bands, status)
    findings += _pitch(car, mode, rule, facts, own, status)
    findings += _pause(mode, rule, status)
    return Verdict(rule, tuple(findings), {n: tuple(map(float, b)) for n, b in bands.items()})


def _where(name: str) -> str:
    return f"{name} km/h" if name.isdigit() else name


def _overall(rule: WarningRule, name: str) -> float | None:
    found: float | None = getattr(rule, f"overall_{name}", None)
    return found


def _inner(samples: Array) -> Array:
    edge = round(_EDGE * _RATE)
    return samples[:, edge:-edge]


def _overall_findings(
    rule: WarningRule, name: str, where: str, found: float, status: Callable[[str], str]
) -> Iterator[Finding]:
    if (least := _overall(rule, name)) is not None:
        text = f"overall {found:.1f} dB(A), at least {least:g}{_short(least - found)}"
        yield Finding(where, text, found >= least, status(f"overall_{name}"))
    if rule.overall_most is not None and name != "reverse":
        over = found - rule.overall_most
        more = f": {over:.1f} dB too loud" if over > 0 else ""
        text = f"overall {found:.1f} dB(A), at most {rule.overall_most:g}{more}"
        yield Finding(where, text, over <= 0, status("overall_most"))


def _short(missing: float) -> str:
    return f": {missing:.1f} dB short" if missing > 0 else ""


def _in_bands(rule: WarningRule, found: Array, least: Array) -> tuple[str, bool]:
    """Return which bands reach their least level, and whether they are enough."""
    reached = [k for k in range(len(least)) if found[k] >= least[k]]
    chosen = _apart(reached) if rule.apart == "yes" else reached
    span = chosen[-1] - chosen[0] + 1 if chosen else 0
    low = rule.lowest_band is None or any(rule.band[k] <= rule.lowest_band for k in chosen)
    passes = len(chosen) >= rule.bands and span >= rule.span and low
    names = ", ".join(f"{rule.band[k]:g} Hz ({found[k]:.1f}, least {least[k]:g})" for k in chosen)
    kind = "band" if len(chosen) == 1 else "bands apart" if rule.apart == "yes" else "bands"
    text = f"{len(chosen)} {kind}, at least {rule.bands}: {names or 'none'}"
    if rule.span:
        text += f", across {span}, at least {rule.span}"
    if passes:
        return text, True
    order = np.argsort(least - found, kind="stable")
    beside = {k + d for k in chosen for d in (-1, 1)} if rule.apart == "yes" else set()
    free = [k for k in order if k not in reached and k not in beside]
    nearest = free[: max(rule.bands - len(chosen), 1)]
    missing = ", ".join(f"{rule.band[k]:g} Hz by {least[k] - found[k]:.1f} dB" for k in nearest)
    if not low:
        text += f", none at or below {rule.lowest_band:g} Hz"
    return f"{text}; nearest to it: {missing or 'none'}", False


def _apart(reached: list[int]) -> list[int]:
    """Return as many bands as possible of which no two are neighbours, first and last kept."""
    chosen: list[int] = []
    for k in reached:
        if not chosen or k > chosen[-1] + 1:
            chosen.append(k)
    if reached and chosen[-1] != reached[-1] and len(chosen) > 1:
        chosen[-1] = reached[-1]
    return chosen


def _steps(
    rule: WarningRule, bands: Mapping[str, Array], status: Callable[[str], str]
) -> Iterator[Finding]:
    """Yield whether the sum of the bands grows enough from each speed to the next."""
    if rule.step is None:
        return
    forwards = [n for n in bands if n != "reverse"]
    sums = {n: float(10 * np.log10(np.sum(10 ** (bands[n] / 10)))) for n in forwards}
    for first, second in pairwise(forwards):
        rise = sums[second] - sums[first]
        text = f"sum of the bands rises by {rise:.1f} dB, at least {rule.step:g}"
        where = f"{_where(first)} to {_where(second)}"
        yield Finding(where, text + _short(rule.step - rise), rise >= rule.step, status("step"))


def _pitch(
    car: Car,
    mode: SoundMode,
    rule: WarningRule,
    facts: Catalogue,
    own: Mapping[str, SoundMode],
    status: Callable[[str], str],
) -> Iterator[Finding]:
    """Yield by how much the pitch of a tone rises with speed: the tone that rises most."""
    if rule.shift is None or rule.shift_from is None or rule.shift_to is None:
        return
    speeds = np.linspace(rule.shift_from, rule.shift_to, _STEPS)
    tones, first = np.empty(0), np.empty(0)
    for v in speeds:
        heard = _inner(render(steady(car, float(v), 1.0), mode, facts, _RATE, own).samples())
        tones = _tones(heard, tones)
        first = first if len(first) else tones
    rises = (tones / first - 1) / (speeds[-1] - speeds[0]) if len(first) else np.zeros(1)
    found = float(rises.max())
    shown, least = (convert(x, "%/(km/h)") for x in (found, rule.shift))
    at = f" ({first[rises.argmax()]:.0f} Hz)" if len(first) else ""
    text = f"pitch rises by {shown:.2f} % per km/h{at}, at least {least:g}"
    where = " to ".join(f"{convert(v, 'km/h'):.0f}" for v in (speeds[0], speeds[-1])) + " km/h"
    yield Finding(where, text, found >= rule.shift, status("shift"))


def _tones(samples: Array, before: Array) -> Array:
    """Return the frequencies of the strongest tones, or of those that were there before, Hz."""
    heard = samples.mean(axis=0)
    size = 2 ** int(np.ceil(np.log2(len(heard))) + 1)
    found = np.abs(np.fft.rfft(heard * np.hanning(len(heard)), size))
    frequency = np.fft.rfftfreq(size, 1 / _RATE)
    if len(before):
        near = [np.abs(frequency / f - 1) <= _NEAR for f in before]
        return np.array([frequency[np.where(n, found, 0.0).argmax()] for n in near])
    inside = np.where((frequency >= _RANGE[0]) & (frequency <= _RANGE[1]), found, 0.0)
    peaks: list[float] = []
    while len(peaks) < _TONES and inside.max() > 1e-2 * found.max() > 0:
        peaks.append(float(frequency[inside.argmax()]))
        inside = np.where(np.abs(frequency / peaks[-1] - 1) <= _NEAR, 0.0, inside)
    return np.array(peaks)


def _pause(mode: SoundMode, rule: WarningRule, status: Callable[[str], str]) -> Iterator[Finding]:
    if rule.pause == "prohibited":
        has = mode.warning is not None
        what = "has a warning sound" if has else "switches the warning sound off"
        text = f"the mode {what}; a pause function is prohibited"
        yield Finding("always", text, has, status("pause"))
