"""Fits taper and peak rates of charging to the published times of the catalogue.

Usage: python calibration/charging.py [docs/charging.md]
Prints the facts, and the table of every car predicted from other makers; with a file, the table
between its two marks is replaced.
"""

import sys

from page import main

from wheelbase.catalogue import catalogue
from wheelbase.simulate import class_peak, fit_taper, validate_charging
from wheelbase.units import convert


def facts():
    """Print what stands in vehicle_constant.csv and charge_class.csv."""
    found = catalogue()
    times = list(found.charge_time)
    taper = fit_taper(times, found)
    print(f"charge-taper {taper.factor:.3f}, charge-taper-exponent {taper.exponent:.3f}")
    for known in found.charge_class:
        rate = class_peak(times, known.chemistry, known.voltage_class, found)
        print(f"{known.id} peak_rate {convert(rate, '1/h'):.3f} 1/h")
    errors = validate_charging(times, found).errors(told=False)
    print(f"charge-time-error {sum(map(abs, errors)) / len(errors):.2f}")


def tables():
    """Return the table of every car as Markdown."""
    found = catalogue()
    lines = [
        "| car | published, min | peak told, min | error | nothing told, min | error |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for check in validate_charging(list(found.charge_time), found).checks:
        time = check.time
        span = f"{100 * time.start:.0f} to {100 * time.end:.0f} %"
        told = ("", "")
        if check.told is not None and check.told_error is not None:
            told = (f"{convert(check.told, 'min'):.1f}", f"{check.told_error:+.0%}")
        cells = (
            f"{time.name}, {span}", f"{convert(time.duration, 'min'):g}", *told,
            f"{convert(check.untold, 'min'):.1f}", f"{check.untold_error:+.0%}",
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        facts()
    main("charging", tables)
