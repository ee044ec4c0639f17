"""The verb `charge`: power over state of charge at a fast charger, and the time that it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import Catalogue, Charger, Powertrain
from wheelbase.errors import DataError
from wheelbase.simulate.charge_battery import PER_HOUR, Battery, battery_of_car
from wheelbase.units import show

__all__ = ["FAST", "FAST_CHARGER", "Charging", "Limit", "charge", "charge_time", "fast_charge_time"]

Array = NDArray[np.float64]

FAST = (0.1, 0.8)
"""States of charge between which charging times are stated."""
FAST_CHARGER = "hpc-350"
"""Charger at which the charging time of a car is stated."""
_STEP = 0.01  # of state of charge, at most, between the nodes of a curve
_NONE = 1e-9  # of that; a smaller rate is none


class Limit(Enum):
    """What holds the current where it is."""

    CELL = "cell"
    WINDOW = "voltage window"
    CAR = "car"
    CHARGER = "charger power"
    CHARGER_CURRENT = "charger current"
    CHARGER_VOLTAGE = "charger voltage"
    CABLE = "cable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charging:
    """A charge, node by node over the state of charge that the car shows.

    Args:
        battery: Its id.
        charger: Its id; empty for one that never limits.
        state_of_charge: (n,), rising from start to end.
        time: s since the start, (n,).
        power: Into the battery's terminals, W, (n,).
        current: A, (n,).
        voltage: At the terminals, V, (n,).
        limits: What holds the current at each node.
        duration: s.
        energy: Through the terminals, J.
        stored: In the cells, J.
        heat: In the battery's resistance, J; `energy` = `stored` + `heat`.
        defaults: What was not known of the battery.
    """

    battery: str
    charger: str
    state_of_charge: Array = field(repr=False)
    time: Array = field(repr=False)
    power: Array = field(repr=False)
    current: Array = field(repr=False)
    voltage: Array = field(repr=False)
    limits: tuple[Limit, ...] = field(repr=False)
    duration: float
    energy: float
    stored: float
    heat: float
    defaults: tuple[str, ...] = ()

    @property
    def peak(self) -> float:
        """Greatest power, W."""
        return float(self.power.max())

    @property
    def mean(self) -> float:
        """Mean power over the time, W."""
        return self.energy / self.duration

    @property
    def shares(self) -> Mapping[Limit, float]:
        """Limit to the share of the time that it holds the current, the greatest first."""
        spent = np.zeros(len(self.time))
        half = np.diff(self.time) / 2
        spent[:-1] += half
        spent[1:] += half
        found = {
            limit: float(spent[[held is limit for held in self.limits]].sum()) / self.duration
            for limit in dict.fromkeys(self.limits)
        }
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def charge_time(battery: Battery, charger: Charger | None, start: float, end: float) -> Any:
    """Return the time of a charge in s, (V,) for many batteries.

    Raises:
        DataError: States of charge out of order, or a limit that lets no current through.
    """
    nodes = _nodes(start, end)
    rate = _rates(battery, charger, nodes).min(axis=0)
    _refuse_stillstand(battery, charger, nodes, rate)
    slow = battery.usable_share / rate
    step = nodes[1] - nodes[0]
    return step * (slow.sum(axis=-1) - (slow[..., 0] + slow[..., -1]) / 2)


def fast_charge_time(powertrain: Powertrain, energy: Any, facts: Catalogue) -> Any:
    """Return the time from 10 to 80 % at a fast charger in s, (V,) for many cars.

    Args:
        powertrain: With a cell.
        energy: Gross, J; a column (V, 1) for many cars.
        facts: The catalogue.

    Raises:
        DataError: Nothing is known of charging its cell.
    """
    charger = facts.charger[FAST_CHARGER]
    return charge_time(battery_of_car(powertrain, energy, facts), charger, *FAST)


def charge(
    battery: Battery, charger: Charger | None, start: float = FAST[0], end: float = FAST[1]
) -> Charging:
    """Return a charge of one battery: its curve, time and energy, and what limits it where.

    At every state of charge the current is the least of what the cell takes, what its greatest
    voltage leaves room for over the resistance, and what car, charger and cable carry. Temperature
    is that of a battery made ready for the charge.

    Args:
        battery: One battery, not many.
        charger: None for one that never limits.
        start: State of charge that the car shows, 0 .. 1.
        end: The same at the end, above `start`.

    Raises:
        DataError: States of charge out of order, or a limit that lets no current through.
    """
    nodes = _nodes(start, end)
    every = _rates(battery, charger, nodes)
    rate, rank = every.min(axis=0), every.argmin(axis=0)
    _refuse_stillstand(battery, charger, nodes, rate)
    rest, resistance = _cell(battery, nodes)
    capacity = battery.energy / battery.cell_voltage
    slow = battery.usable_share / rate
    time = np.concatenate([[0.0], np.cumsum((slow[1:] + slow[:-1]) / 2 * np.diff(nodes))])
    closed = rest + resistance * rate
    powers = {"energy": closed, "stored": rest, "heat": resistance * rate}
    moved = {
        name: capacity * battery.usable_share * float(np.trapezoid(volts, nodes))
        for name, volts in powers.items()
    }
    names = tuple(Limit)
    return Charging(
        battery=battery.id,
        charger=charger.id if charger else "",
        state_of_charge=nodes,
        time=time,
        power=capacity * rate * closed,
        current=capacity / battery.series * rate,
        voltage=battery.series * closed,
        limits=tuple(names[n] for n in rank),
        duration=float(time[-1]),
        defaults=battery.defaults,
        **moved,
    )


def _nodes(start: float, end: float) -> Array:
    problems = [
        f"{name}: {value:.0%} is no state of charge; give 0 % to 100 %"
        for name, value in (("from", start), ("to", end))
        if not 0 <= value <= 1
    ]
    if not problems and start >= end:
        problems = [f"from: {start:.0%} is not below to: {end:.0%}; exchange them"]
    if problems:
        raise DataError(problems)
    return np.linspace(start, end, int(np.ceil((end - start) / _STEP - _NONE)) + 1)


def _cell(battery: Battery, nodes: Array) -> tuple[Array, Array]:
    """Return open-circuit voltage and resistance times capacity at states that the car shows."""
    state = _inside(battery, nodes)
    rest = np.interp(state, battery.states, battery.rest)
    return rest, np.interp(state, battery.resistance_states, battery.resistance_charge)


def _inside(battery: Battery, nodes: Array) -> Array:
    """Return the cell's own state of charge."""
    return np.asarray(0.5 + battery.usable_share * (nodes - 0.5))


def _rates(battery: Battery, charger: Charger | None, nodes: Array) -> Any:
    """Return the greatest rate by every limit, 1/s, (limits, n) or (limits, V, n), as `Limit`.

    Current over capacity is the rate, which is the same for every cell. With energy E, cells of
    mean voltage u, at rest u0, and resistance times capacity r, power P = E / u rate (u0 + r rate)
    gives rate = 2 p / (u0 + sqrt(u0^2 + 4 r p)) with p = P u / E.
    """
    rest, resistance = _cell(battery, nodes)
    state = _inside(battery, nodes)
    cell = _at(state, battery.limit_states, battery.limits)
    window = np.maximum(battery.highest - rest, 0.0) / resistance
    per_current = battery.series * battery.cell_voltage / battery.energy
    found = [cell, window, _by_power(battery, battery.power, rest, resistance)]
    if charger is None:
        found += [np.inf] * 4
    else:
        found += [
            _by_power(battery, charger.power, rest, resistance),
            charger.current * per_current,
            np.maximum(charger.voltage / battery.series - rest, 0.0) / resistance,
            charger.cable_current * per_current,
        ]
    return np.stack(np.broadcast_arrays(*found, 0.0 * nodes)[:-1])


def _at(state: Array, states: Array, limits: Any) -> Any:
    """Return limits, (n,) or a row of them per battery, at states of charge."""
    if np.ndim(limits) == 1:
        return np.interp(state, states, limits)
    return np.stack([np.interp(state, states, row) for row in limits])


def _by_power(battery: Battery, power: Any, rest: Array, resistance: Array) -> Any:
    if np.all(np.isinf(power)):
        return np.inf
    wanted = power * battery.cell_voltage / battery.energy
    return 2 * wanted / (rest + np.sqrt(rest * rest + 4 * resistance * wanted))


def _refuse_stillstand(battery: Battery, charger: Charger | None, nodes: Array, rate: Any) -> None:
    """Raise DataError where a limit lets no current through, naming it."""
    still = np.flatnonzero((np.atleast_2d(rate) <= _NONE * PER_HOUR).any(axis=0))
    if not len(still):
        return
    where = nodes[still[0]]
    every = _rates(battery, charger, nodes[still[:1]])
    limit = tuple(Limit)[int(every.reshape(len(Limit), -1).argmin(axis=0)[0])]
    remedy = {
        Limit.WINDOW: f"its cells end at {show(battery.highest, 'V')}; charge to less, or give a "
        "cell with a higher voltage",
        Limit.CHARGER_VOLTAGE: "its voltage is below that of the battery; take another charger",
    }.get(limit, "it is zero there; give one that lets current through")
    raise DataError(f"{battery.id}: no current at {where:.0%} by the {limit.value}; {remedy}")
