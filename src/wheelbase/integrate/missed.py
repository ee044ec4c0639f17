"""Targets that a car misses: by how much, and the lever that costs least."""

from collections.abc import Iterator
from dataclasses import replace

from wheelbase.catalogue import Body, Catalogue, Platform, Powertrain
from wheelbase.errors import FitError
from wheelbase.fit import fit
from wheelbase.integrate.mass import constants_of
from wheelbase.integrate.size import Loop, closed_loop, scale_limits
from wheelbase.integrate.target import Manner, Targets
from wheelbase.units import show

__all__ = ["gaps", "missed"]

_PLAIN = Manner(draws={}, brief=True)  # what a lever does needs no interval and no label
_SLACK = 1e-4
_MOST_CHANGED = 0.3  # no lever is named that asks for more than this share


def missed(
    loop: Loop,
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    targets: Targets,
    facts: Catalogue,
) -> Iterator[str]:
    """Yield a line for each target that the car misses: gap and least lever.

    Of several levers the one is named that asks for the least relative change.
    """
    car = (platform, body, powertrain)
    for target, gap in gaps(loop, body, targets):
        if target == "range":
            lever = _range_lever(loop, *car, targets, facts)
        elif target == "acceleration_0_100":
            lever = _power_lever(*car, replace(targets, gradeability=None, sized=True), facts)
        elif target == "gradeability":
            lever = _power_lever(*car, replace(targets, acceleration_0_100=None, sized=True), facts)
        elif target == "boot":
            longer = _longer_for_boot(targets.boot or 0.0, *car, facts)
            lever = (
                f"L103 +{1e3 * longer:.0f} mm would do" if longer else "no length alone would do"
            )
        else:
            lever = _payload_lever((targets.payload or 0.0) - body.payload, body, facts)
        yield f"{gap}; {lever}"


def gaps(loop: Loop, body: Body, targets: Targets) -> Iterator[tuple[str, str]]:
    """Yield each target that the car misses, and by how much in words."""
    name = f"{loop.powertrain.id}@{loop.platform.id}.{body.id}: targets"
    if targets.range is not None and loop.range < targets.range * (1 - _SLACK):
        yield (
            "range",
            f"{name}.range: {show(targets.range, 'km')} asked, {show(loop.range, 'km')} "
            f"reached with the {show(loop.energy, 'kWh')} that fit, "
            f"{show(targets.range - loop.range, 'km')} short",
        )
    found, limit = loop.acceleration, targets.acceleration_0_100
    if limit is not None and not (found.reaches_100 and found.time_0_100 <= limit * (1 + _SLACK)):
        reached = f"{found.time_0_100:.2f} s reached" if found.reaches_100 else "never reached"
        slow = f", {found.time_0_100 - limit:.2f} s too slow" if found.reaches_100 else ""
        yield (
            "acceleration_0_100",
            f"{name}.acceleration_0_100: {reached}, {limit:.2f} s asked{slow}",
        )
    slope = targets.gradeability
    if slope is not None and loop.gradeability < slope * (1 - _SLACK):
        yield (
            "gradeability",
            f"{name}.gradeability: {100 * slope:.1f} % asked, "
            f"{100 * loop.gradeability:.1f} % climbed at gross mass, "
            f"{100 * (slope - loop.gradeability):.1f} % short",
        )
    boot = loop.fit.boot
    if targets.boot is not None and boot < targets.boot:
        yield (
            "boot",
            f"{name}.boot: {show(targets.boot, 'l')} asked, {show(boot, 'l')} left, "
            f"{show(targets.boot - boot, 'l')} short",
        )
    if targets.payload is not None and body.payload < targets.payload:
        yield (
            "payload",
            f"{name}.payload: {show(targets.payload, 'kg')} asked, {show(body.payload, 'kg')} "
            f"promised by the body, {show(targets.payload - body.payload, 'kg')} short",
        )


def _payload_lever(short: float, body: Body, facts: Catalogue) -> str:
    """Return what the body must promise, and what that weighs itself."""
    constant = constants_of(facts)
    per = constant("brakes-and-axles-per-gross") + constant("reinforcement-per-gross")
    more = show(short * per / (1 - per), "kg")
    return f"raise bodies.{body.id}.payload, which takes {more} of brakes, axles and structure"


def _longer_for_boot(
    wanted: float,
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    facts: Catalogue,
) -> float | None:
    """Return by how many m the body must grow for a boot, by bisection; None beyond a metre."""

    def found(longer: float) -> float:
        return fit(platform, replace(body, L103=body.L103 + longer), powertrain, facts, {}).boot

    low, high = 0.0, 1.0
    if found(high) < wanted:
        return None
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) >= wanted else (middle, high)
    return high


def _range_lever(
    loop: Loop,
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    targets: Targets,
    facts: Catalogue,
) -> str:
    """Return the lever on range that asks for the least relative change.

    Each is tried by a hundredth, and the range that this gains tells how much of it is missing.
    """
    assert targets.range is not None
    step = 0.01
    tried = {
        "drag": replace(body, drag=body.drag * (1 - step)),
        "rolling": replace(body, rolling=body.rolling * (1 - step)),
        "L103": replace(body, L103=body.L103 * (1 + step)),
    }
    levers = [(_MOST_CHANGED, "ask for less, or free a hard point")]
    for what, changed in tried.items():
        gain = closed_loop(platform, changed, powertrain, targets, facts, _PLAIN).range - loop.range
        share = step * (targets.range - loop.range) / gain if gain > 0 else 1.0
        value = getattr(body, what)
        longer = f"about L103 +{1e3 * value * share:.0f} mm would do"
        less = f"about {what} {value * (1 - share):.3g}, not {value:.3g}, would do"
        levers.append((share, longer if what == "L103" else less))
    return min(levers)[1]


def _power_lever(
    platform: Platform,
    body: Body,
    powertrain: Powertrain,
    targets: Targets,
    facts: Catalogue,
) -> str:
    """Return the power of the drive units that would do, or why none of their class does."""
    if powertrain.engine is not None:
        return _engine_lever(platform, body, powertrain, targets, facts)
    try:
        sized = closed_loop(platform, body, powertrain, targets, facts, _PLAIN)
    except FitError as error:
        return f"a stronger drive unit does not fit: {error.problems[0]}"
    power = sum(unit.peak_power for unit in sized.powertrain.units)
    _, most = scale_limits(powertrain)
    if sized.scale < most * (1 - _SLACK):
        return f"drive units of {show(power, 'kW')} in all would do"
    both = "" if powertrain.drive == "awd" else ", or drive both axles"
    return f"not even {show(power, 'kW')} do, the end of their class; ask for less{both}"


def _engine_lever(
    platform: Platform, body: Body, powertrain: Powertrain, targets: Targets, facts: Catalogue
) -> str:
    """Return the power of the engine that would do, its displacement and torque curve kept."""
    assert powertrain.engine is not None
    engine, scale = powertrain.engine, 1.0
    as_chosen = replace(targets, sized=False)
    for _ in range(30):
        power, torque = engine.peak_power * scale, engine.peak_torque * scale
        stronger = replace(engine, peak_power=power, peak_torque=torque, mass=None)
        train = replace(powertrain, engine=stronger)
        found = closed_loop(platform, body, train, as_chosen, facts, _PLAIN)
        if targets.acceleration_0_100 is not None:
            more = found.acceleration.time_0_100 / targets.acceleration_0_100
        else:
            more = (targets.gradeability or 0.0) / max(found.gradeability, 1e-3)
        if abs(more - 1) < 10 * _SLACK:
            return f"an engine of about {show(power, 'kW')} would do"
        if scale >= 2 and more > 1:
            break
        scale = min(scale * more, 2.0)
    both = "" if powertrain.drive == "awd" else ", or drive both axles"
    return f"not even twice its engine does; ask for less{both}"
