"""A small folder that reads as that of a sweep: two variants, one varied length, one output."""

import hashlib
import json

import duckdb

COLUMNS = (
    ("design", "bigint", "", "key"),
    ("point", "bigint", "", "key"),
    ("variant", "varchar", "", "key"),
    ("platform", "varchar", "", "key"),
    ("body", "varchar", "", "key"),
    ("powertrain", "varchar", "", "key"),
    ("bodies_sedan_d_l103_mm", "double", "mm", "input"),
    ("energy_kwh", "double", "kWh", "output"),
)
VARIANTS = (("bev@flex.sedan_d", "flex"), ("bev@ev.sedan_d", "ev"))
STUDY = """name: two
question: fit
sweep:
  method: lhs
  vary:
    bodies.sedan_d.L103: [4650 mm, 4850 mm]
"""


def design(i, energy=lambda variant, point: 80.0 + point if variant else None):
    """Return design i: its variant is i % 2, its point i // 2; energy is of variant and point."""
    variant, point = i % 2, i // 2
    id, platform = VARIANTS[variant]
    return (
        i, point, id, platform, "sedan_d", "bev", 4650.0 + point, energy(variant, point),
    )  # fmt: skip


def write_part(folder, number, rows, columns=COLUMNS):
    path = folder / "designs" / f"part-{number:05d}.parquet"
    with duckdb.connect() as store:
        kinds = ", ".join(f'"{name}" {kind}' for name, kind, _, _ in columns)
        store.execute(f"create table t ({kinds})")
        store.executemany(f"insert into t values ({', '.join('?' * len(columns))})", rows)
        store.execute(f"copy t to '{path}' (format parquet)")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return json.dumps({"part": number, "rows": len(rows), "sha256": sha256}) + "\n"


def write_sweep(folder, n=20, part_rows=8, state="done", study=STUDY, columns=COLUMNS, **made):
    """Write the folder of a sweep of n designs, and return it."""
    (folder / "designs").mkdir(parents=True)
    told = [
        {"name": name, "kind": kind, "unit": unit, "role": role, "meaning": name}
        for name, kind, unit, role in columns
    ]
    manifest = {
        "wheelbase": 1, "kind": "sweep", "name": "two", "state": state, "n": n,
        "part_rows": part_rows, "seed": 1, "method": "lhs", "columns": told,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "study.yaml").write_text(study)
    with (folder / "designs" / "parts.jsonl").open("w") as journal:
        for number, first in enumerate(range(0, n, part_rows)):
            rows = [design(i, **made) for i in range(first, min(first + part_rows, n))]
            journal.write(write_part(folder, number, rows, columns))
    return folder
