"""What a car must reach."""

from dataclasses import dataclass, field

from wheelbase.fit import Draws, Fit

__all__ = ["USUAL", "Manner", "Targets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a car is closed on itself: from where, with what at hand, and what is left out.

    Args:
        battery: Energy to begin with over what fits; where the loop rests does not depend on it.
        scale: Drive units to begin with over the catalogue's; likewise.
        placed: Fit of the powertrain as the catalogue has it, where it is known.
        draws: What fits take their intervals from, as `fit` has it.
        brief: No EPA label, no lever on a missed target, no warm drives on cycles.
    """

    battery: float = 1.0
    scale: float = 1.0
    placed: Fit | None = field(default=None, repr=False)
    draws: Draws | None = field(default=None, repr=False)
    brief: bool = False


USUAL = Manner()
"""From what fits and what is chosen, with nothing known and nothing left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a car must reach.

    Args:
        range: WLTP range in m that the battery is sized to; None for what the powertrain asks.
        acceleration_0_100: Longest time to 100 km/h in s; None for no target.
        boot: Least boot volume in m3; None for no target.
        payload: Least gross less curb mass in kg; None for no target.
        gradeability: Steepest slope to pull away on at gross mass, rise over run on the level;
            None for no target.
        sized: Whether the drive units of a battery car are scaled, up or down, so that the
            acceleration and the slope asked for are just reached.
        cycles: Names of the cycles that the car is driven on.
        year: Year of the certificate, which decides the utility factor of a plug-in hybrid.
    """

    range: float | None = None
    acceleration_0_100: float | None = None
    boot: float | None = None
    payload: float | None = None
    gradeability: float | None = None
    sized: bool = False
    cycles: tuple[str, ...] = ("wltc_class3b", "udds", "ftp75", "hwfet")
    year: int = 2020

    def __post_init__(self) -> None:
        """Refuse a size without anything to size to."""
        if self.sized and self.acceleration_0_100 is None and self.gradeability is None:
            raise ValueError("sized drive units need acceleration_0_100 or gradeability")
