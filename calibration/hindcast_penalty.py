"""Prints the penalties that the engineering tier of the hindcast takes from fit, simulate and cost.

Usage: python calibration/hindcast_penalty.py
The cars are those of the study clar-or-bespoke; pack prices those known on the day of each case.
"""

import tempfile
from pathlib import Path

import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.study import bundled, load
from wheelbase.study.cars import basis_of, build_cars
from wheelbase.study.penalties import fleet_penalties, segment_penalty

# McKinsey, July 2012, in USD of 2011: 500-600 that day, about 200 in 2020 and 160 in 2025
_SAID = {2012: (500, 550, 600), 2020: (150, 200, 300), 2025: (120, 160, 250)}
_PRICES = [
    f"{year}: {{value: {value} USD2011/kWh, low: {low} USD2011/kWh, high: {high} USD2011/kWh, "
    "note: July 2012" + "}"
    for year, (low, value, high) in _SAID.items()
]
MCKINSEY = "{" + ", ".join(_PRICES) + "}"
CASES = {
    "bmw": ("2019-11-14", "forecasts", ("sedan_d", "suv_d"), 2020),
    "vw": ("2014-12-31", MCKINSEY, ("suv_c",), 2015),
    "jlr": ("2022-12-31", "forecasts", ("suv_d",), 2023),
}


def study_at(day, pack_price, year, facts, folder):
    text = bundled()["clar-or-bespoke"].read_text("utf-8")
    text = text.replace("date: 2019-11-14", f"date: {day}")
    text = text.replace("pack_price: forecasts", f"pack_price: {pack_price}")
    if year > 2020:
        text = text.replace("first: 2020", f"first: {year}").replace(
            "stages: [2020, 2024, 2028, 2032]", f"stages: [{year}, 2027, 2030, 2033]"
        )
    path = Path(folder) / "study.yaml"
    path.write_text(text, "utf-8")
    return load(path, facts)


def penalties(day, pack_price, segments, year, facts=None):
    """Return the 5th, 50th and 95th percentile of the penalty, EUR per battery car."""
    facts = facts or catalogue()
    with tempfile.TemporaryDirectory() as folder:
        study = study_at(day, pack_price, year, facts, folder)
    cars, basis = build_cars(study).variants, basis_of(study)
    if set(segments) == {"sedan_d", "suv_d"}:
        fleet = fleet_penalties(study, cars, basis)
        at = fleet.years.index(year)
        return fleet.low[at], fleet.middle[at], fleet.high[at]
    found = [segment_penalty(study, s, cars, basis, (year,)).years[year] for s in segments]
    samples = np.mean([f.samples for f in found], axis=0)
    return tuple(np.quantile(samples, (0.05, 0.5, 0.95)))


if __name__ == "__main__":
    for name, case in CASES.items():
        low, middle, high = penalties(*case)
        print(f"{name:<5} p5 {low:7,.0f}  p50 {middle:7,.0f}  p95 {high:7,.0f} EUR2019")
