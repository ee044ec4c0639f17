"""Packs of real cars, built of their cells, as a table.

Usage: python calibration/packs.py [docs/validation.md]
With a file, the table between its two marks is replaced.
"""

from page import main

from wheelbase.catalogue import catalogue
from wheelbase.fit import counted_packs, validate_packs
from wheelbase.units import convert

ERRORS = ("energy_error", "mass_error", "left_out_error", "ratio_error", "voltage_error")


def tables():
    """Return the table of every pack, and what the errors come to, as Markdown."""
    facts = catalogue()
    found = validate_packs(counted_packs(facts), facts)
    lines = [
        "| pack | cell | gross kWh | built | published cells | energy % | mass % | mass %, other "
        "makes' factor | cells of mass % | volt % |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for check in sorted(found.packs, key=lambda c: (c.of.counted, c.of.pack.id)):
        pack, design = check.of.pack, check.design
        wiring = design.wiring if design else None
        cells = f"{pack.cells}{' (input)' if check.of.counted else ''}" if pack.cells else ""
        errors = [getattr(check, name) for name in ERRORS]
        shown = (
            pack.id.removeprefix("pack-"), check.of.cell.id,
            f"{convert(pack.gross_energy, 'kWh'):g}",
            f"{wiring.cells} ({wiring.series}s{wiring.parallel}p)" if wiring else "none",
            cells or "not published",
            *("" if e is None else f"{100 * e:+.1f}" for e in errors),
        )  # fmt: skip
        lines.append("| " + " | ".join(shown) + " |")
    exact, counted = found.exact
    lines += ["", f"Counts: {exact} of the {counted} that are checks are exact."]
    names = {
        "energy_error": "Energy", "mass_error": "Mass",
        "ratio_error": "Mass of the cells over that of the pack",
    }  # fmt: skip
    lines += [
        f"{label}: {found.within(name)} of {len(found.errors(name))} within "
        f"{100 * found.tolerance:.0f} % (mean {100 * found.mean(name):.1f} %)."
        for name, label in names.items()
    ]
    left = found.mean("left_out_error")
    return "\n".join(
        [*lines, f"Mass with a factor from the packs of other makes: mean {100 * left:.1f} %."]
    )


if __name__ == "__main__":
    main("packs", tables)
