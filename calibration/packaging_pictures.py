"""Draws the pictures of docs/packaging.md and prints its tables, from the bundled studies.

Usage: python calibration/packaging_pictures.py FOLDER
"""

import sys
from pathlib import Path

from wheelbase.catalogue import catalogue
from wheelbase.report import sheet
from wheelbase.report.svg import standalone
from wheelbase.study import fit_package, load_package

SHEETS = {
    "package-clar": ("CLAR: six, plug-in and battery in the body of the 4 Series Gran Coupe",
                     ("six@clar.g26", "plugin@clar.g26", "i4@clar.g26")),
    "package-faar": ("FAAR: petrol and battery in the X1; the carried-over floor of the MINI",
                     ("compact@faar.u11", "ix1@faar.u11", "se@ukl.f56")),
    "package-bespoke": ("Platforms for batteries alone: Neue Klasse and MEB",
                        ("nk@neue_klasse.na5", "meb@meb.id3")),
}  # fmt: skip
FIGURES = (
    ("battery_placed", "{:.1f}"), ("battery_fit", "{:.1f}"), ("usable_length", "{:,.0f}"),
    ("couple_distance", "{:,.0f}"), ("boot", "{:.0f}"), ("frunk", "{:.0f}"),
    ("front_overhang", "{:.0f}"), ("rear_overhang", "{:,.0f}"), ("wheelbase", "{:,.0f}"),
)  # fmt: skip


def main(folder):
    tree = fit_package(load_package("same-body-pairs", catalogue()))
    for name, (title, ids) in SHEETS.items():
        drawn = standalone(sheet({id: tree["variants"][id] for id in ids}, title))
        (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
    for id, variant in tree["variants"].items():
        if not variant["carried"]:
            continue
        cells = [
            form.format(variant["figures"][key]["value"]) if key in variant["figures"] else ""
            for key, form in FIGURES
        ]
        print(f"| {id} | {variant['status']} | " + " | ".join(cells) + " |")
    matrix = tree["fit_matrix"]
    print("| | " + " | ".join(matrix["powertrains"]) + " |")
    for name, row in zip(matrix["platforms"], matrix["cells"], strict=True):
        print(f"| {name} | " + " | ".join(c["status"] for c in row) + " |")
    for id, variant in tree["variants"].items():
        if variant["disagreement"]:
            print(f"{id}: {variant['disagreement']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
