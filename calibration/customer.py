"""Derives what buyers pay for room: list prices over interior volume, and second rows measured.

Usage: python calibration/customer.py FLEET.csv OVERHANGS.csv

FLEET is a list of cars on sale with list price, power, outer size and interior volume; OVERHANGS
holds second-row lengths as measured. Nothing is written: the facts hold what was chosen.

Room: log price over log power, interior volume and outer length, with a constant for each make,
electrification, drive and fuel. The spread over makes left out tells how far one make decides it.
Second row: length behind a front row set to 1,000 mm over outer length, and over whether the
platform is made for batteries alone.
"""

import csv
import sys
from pathlib import Path

import numpy as np

# Outer length in mm, from memory of brochures, and whether the platform carries batteries alone.
SEDANS = {
    "tesla_model3": (4694, 1), "hyundai_ioniq6": (4855, 1), "byd_seal": (4800, 1),
    "mercedes_a_sedan_2019": (4549, 0), "vw_passat_2019": (4767, 0),
    "mercedes_cla_2019": (4688, 0), "bmw_3_g20_2019": (4709, 0), "audi_a4_2020": (4762, 0),
    "volvo_s60_2019": (4761, 0), "mercedes_c_w206_2021": (4751, 0), "peugeot_508_2019": (4750, 0),
    "kia_stinger_2018": (4830, 0), "skoda_superb_2019": (4869, 0), "opel_insignia_2020": (4897, 0),
    "audi_a7_2018": (4969, 0),
}  # fmt: skip


def number(text):
    """Return a cell as a number, not-a-number where it is blank."""
    return float(text) if text else float("nan")


def fleet(path):
    """Return the rows with price, power, length and interior volume: (make, words, figures)."""
    rows = []
    with Path(path).open(encoding="utf-8") as file:
        for r in csv.DictReader(file):
            power = "emachine_power_kw" if r["fuel"] == "electricity" else "engine_power_kw"
            figures = [number(r[k]) for k in ("msrp_usd", power, "length_mm", "interior_volume_l")]
            price, kilowatts, length, volume = figures
            fits = 5e3 < price < 2e5 and kilowatts > 40 and length > 3000 and volume > 0
            if fits and number(r["wheelbase_mm"]) > 2000:
                words = (r["make"], r["electrification"], r["drive"], r["fuel"])
                rows.append((r["make"], words, figures, r["size_class"]))
    return rows


def dummies(words):
    """Return (n, k) ones for each word but the first."""
    kinds = sorted(set(words))
    return np.array([[float(w == k) for k in kinds[1:]] for w in words]).reshape(len(words), -1)


def least_squares(columns, y, makes):
    """Return coefficients and their standard errors, clustered by make."""
    x = np.column_stack([np.ones(len(y)), *columns])
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    rest, inverse = y - x @ b, np.linalg.pinv(x.T @ x)
    scores = [x[makes == m].T @ rest[makes == m] for m in sorted(set(makes))]
    spread = inverse @ sum(np.outer(s, s) for s in scores) @ inverse
    return b, np.sqrt(np.diag(spread))


def room(rows):
    """Return the share of price per m3 at equal power and length, and its standard error."""
    makes = np.array([r[0] for r in rows])
    figures = np.array([r[2] for r in rows])
    fixed = [dummies([r[1][k] for r in rows]) for k in range(4)]
    columns = [np.log(figures[:, 1]), figures[:, 3] / 1e3, figures[:, 2] / 1e3, *fixed]
    b, error = least_squares(columns, np.log(figures[:, 0]), makes)
    return b[2], error[2]


def second_row(path):
    """Return by how many mm the second row of battery platforms is longer, and its error."""
    with Path(path).open(encoding="utf-8") as file:
        found = {
            r["id"]: float(r["value"])
            for r in csv.DictReader(file)
            if r["field"] == "row2_length_at_row1_1000_mm"
        }
    length, battery = (np.array([SEDANS[i][k] for i in found], float) for k in (0, 1))
    y = np.array(list(found.values()))
    x = np.column_stack([np.ones(len(y)), length - length.mean(), battery])
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ b
    error = np.sqrt(np.diag(np.linalg.inv(x.T @ x) * (rest @ rest) / (len(y) - 3)))
    return b[2], error[2], len(y)


def main(fleet_path, overhangs_path):
    """Print both figures and how far one make decides the first."""
    rows = fleet(fleet_path)
    share, error = room(rows)
    print(f"room: {share:.3f} +- {error:.3f} of the price per m3, {len(rows)} cars")
    without = {}
    for make in sorted({r[0] for r in rows}):
        without[make] = room([r for r in rows if r[0] != make])[0]
    low, high = min(without, key=without.get), max(without, key=without.get)
    print(f"  makes left out: {without[low]:.3f} (without {low}) to {without[high]:.3f} "
          f"(without {high})")  # fmt: skip
    sedans = [r for r in rows if r[3] in ("Compact", "Midsize", "Large")]
    share, error = room(sedans)
    print(f"  sedans alone: {share:.3f} +- {error:.3f}, {len(sedans)} cars")
    longer, error, n = second_row(overhangs_path)
    print(f"second row: {longer:+.0f} +- {error:.0f} mm on battery platforms, {n} sedans")


if __name__ == "__main__":
    main(*sys.argv[1:3])
