"""A cheap sweep for tests: designs whose figures are plain functions of what is varied.

As a script it sweeps into a folder and says "begun" after each part: a process to be killed.
"""

import errno
import os
import sys
import time
from pathlib import Path

import duckdb
import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.study.load import package_of
from wheelbase.study.read import read_text
from wheelbase.sweep import sweep

STUDY = """
wheelbase: 1
name: cheap
title: Two powertrains in one body
question: cost
base: {date: 2024-06-30, currency: EUR2024, seed: 7}
bodies:
  sedan_d: {extends: builtin/sedan-d}
powertrains:
  petrol:
    {kind: ice, engine: bmw-b48-190kw, gearbox: zf-8hp, final_drive: 2.81, drive: rwd, tank: 59 l}
  bev:
    kind: bev
    drive: rwd
    rear: bmw-gen5-210kw
    battery: {cell: prismatic-91, request: 380 km}
    charger: 11 kW
platforms:
  clar:
    kind: flexible
    layout: longitudinal
    floor: variant
    bodies: [sedan_d]
    powertrains: [petrol, bev]
    hard_points: {common: [L104, x_fw, L105, z_boot, x_seatback]}
sweep:
  vary:
    bodies.sedan_d.L103: [4650 mm, 4850 mm]
    powertrains.bev.battery.request: {triangular: [330 km, 380 km, 450 km]}
    bodies.sedan_d.rolling: {normal: [0.009, 0.0003]}
"""


def study(text=STUDY):
    """Return the study of this text."""
    return package_of(read_text(text, "cheap.yaml"), catalogue())


def computed(bench, first, last, values):
    """Return a table whose outputs are the first varied value and the number of the design."""
    many, rows = len(bench.variants), np.arange(first, last)
    points = rows // many - first // many
    table = {}
    for column in bench.columns:
        empty = np.zeros(len(rows), dtype=bool)
        if column.name in ("design", "point"):
            figures = rows if column.name == "design" else rows // many
        elif column.kind == "varchar":
            figures = np.array([bench.variants[n % many] for n in rows], dtype=object)
            empty = rows % 5 == 4
        elif column.role == "input":
            figures = values[points, [v.column for v in bench.space.varied].index(column.name)]
        else:
            figures = values[points, 0] / 7 + rows
            empty = rows % 3 == 2
        table[column.name] = np.ma.array(figures, mask=empty)
    return table


def otherwise(bench, first, last, values):
    """Return the same but for one figure of design 51."""
    table = computed(bench, first, last, values)
    if first == 50:
        boot = table["boot_l"].copy()
        boot[1] = np.float32(boot[1]) * 2
        table["boot_l"] = boot
    return table


def slow(bench, first, last, values):
    """Return the same after a while."""
    time.sleep(0.03)
    return computed(bench, first, last, values)


def deadly(bench, first, last, values):
    """End the process of the third part, once for each mark that is left."""
    marks = Path(os.environ["WHEELBASE_TEST_MARKS"])
    if first == 2 * 50 and (left := sorted(marks.iterdir())):
        left[0].unlink()
        os._exit(9)
    return computed(bench, first, last, values)


def begun(progress):
    """Say that a part is done."""
    if progress.rate:
        sys.stdout.write("begun\n")
        sys.stdout.flush()


def swept(folder, n=230, rows=50, compute=computed, workers=1, **more):
    """Return a small sweep into a folder."""
    return sweep(study(), n, folder=folder, rows=rows, workers=workers, compute=compute, **more)


def files(folder):
    """Return name to bytes of every part."""
    return {p.name: p.read_bytes() for p in (folder / "designs").glob("part-*")}


def content(folder):
    """Return every row of the store in the order of the designs."""
    with duckdb.connect() as store:
        pattern = str(folder / "designs" / "*.parquet")
        return store.execute(f"select * from '{pattern}' order by design").fetchall()


def full(monkeypatch, after):
    """Let the disk be full after some parts are written."""
    count, real = [0], os.fsync

    def fsync(handle):
        count[0] += 1
        if count[0] > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle)

    monkeypatch.setattr(os, "fsync", fsync)


if __name__ == "__main__":
    folder, n, rows, workers = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    sweep(
        study(), n, folder=folder, workers=workers, resume=True, rows=rows, tell=begun, compute=slow
    )
