"""Fleet CO2: what a fleet may emit, and what each gram and car beyond it costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from wheelbase.catalogue import FleetRule

__all__ = ["FleetTarget", "premium", "target_of"]


@dataclass(frozen=True, slots=True)
class FleetTarget:
    """A fleet rule in one year: target in kg/m at the reference mass, slope in kg/m per kg."""

    target: float
    slope: float
    reference_mass: float
    premium: float

    def excess(self, emission: float, mass: float) -> float:
        """Return what a car of that mass is above its target, kg/m; negative below it."""
        return emission - self.target - self.slope * (mass - self.reference_mass)


def target_of(rule: FleetRule, year: int) -> FleetTarget:
    """Return the rule in force in `year`: the newest entry of each series not after it.

    `premium` is EUR per kg/m and car: nominal EUR per g/km, taken as real.
    """
    return FleetTarget(
        _in_force(rule.target, year),
        _in_force(rule.slope, year),
        _in_force(rule.reference_mass, year),
        rule.premium / rule.premium_unit,
    )


def _in_force(series: Mapping[int, float], year: int) -> float:
    known = [y for y in series if y <= year]
    return series[max(known)] if known else series[min(series)]


def premium(emissions: Mapping[int, float], target: float, cars: float, block: bool) -> float:
    """Return the yearly or block premium in EUR of fleets averaged over years, 95 EUR per g/km.

    Args:
        emissions: Year to fleet average, g/km.
        target: g/km.
        cars: Cars a year.
        block: True where the years are averaged before they are compared.
    """
    excess = [value - target for value in emissions.values()]
    if block:
        return 95.0 * max(sum(excess), 0.0) * cars
    return 95.0 * sum(max(e, 0.0) for e in excess) * cars
