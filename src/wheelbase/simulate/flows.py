"""What flows through a powertrain in each interval of a cycle."""

from typing import Any, NamedTuple

__all__ = ["Flows"]


class Flows(NamedTuple):
    """Powers of each interval, W; what they lose between each other is booked once, by sums.

    Each is (V, t), or (V, 1) where it never changes.

    Args:
        fuel: Fuel power burnt.
        work: Power of the crankshaft.
        chemical: Power out of the battery's cells; negative while charging.
        terminal: Power out of the battery's terminals.
        machines: Loss of the e-machines with their inverters.
        auxiliaries: Mechanical and electric load.
        delivered: Power that reaches the wheels; negative where the powertrain brakes them.
        overspeed: Speed in rad/s by which engine or machine is beyond its limit.
        ratio: Engine speed over vehicle speed in the chosen gear, 1/m; 0 without gears.
        running: 1 where the engine turns under its own power.
    """

    fuel: Any
    work: Any
    chemical: Any
    terminal: Any
    machines: Any
    auxiliaries: Any
    delivered: Any
    overspeed: Any
    ratio: Any
    running: Any
