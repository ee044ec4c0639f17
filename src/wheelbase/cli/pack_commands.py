"""Commands on packs: one pack of a cell, and packs of real cars against their cells."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson

if TYPE_CHECKING:
    from wheelbase.catalogue import Catalogue, Cell
    from wheelbase.fit import PackCheck, PackChecks, PackDesign

__all__ = ["pack", "packs"]

_File = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="A list of packs; the catalogue's by default.")
]
_CellName = Annotated[str, typer.Argument(metavar="CELL", help="A cell of the catalogue.")]
_Gross = Annotated[str, typer.Option("--energy", metavar="KWH", help="Gross energy.")]
_Volts = Annotated[str, typer.Option("--class", metavar="VOLT", help="Voltage class.")]
_ToPack = Annotated[bool, typer.Option("--cell-to-pack", help="Build it without modules.")]
_YEARS = (2020, 2025, 2030)


def pack(
    cell: _CellName,
    energy: _Gross = "80 kWh",
    class_: _Volts = "400 V",
    cell_to_pack: _ToPack = False,
    json: AsJson = False,
) -> Outcome:
    """Build one pack of a cell: strings, modules, mass, volume, ratios, resistance, price."""
    from wheelbase.catalogue import catalogue
    from wheelbase.errors import DataError
    from wheelbase.fit import built_to_pack, pack_of
    from wheelbase.study.field import REQUESTS
    from wheelbase.units import Voltage, parse

    facts = catalogue()
    try:
        gross = parse(energy, REQUESTS["energy"])
        volts = parse(class_, Voltage.__metadata__[0])  # type: ignore[attr-defined]
    except ValueError as error:
        raise DataError(f"pack: {error}") from None
    chosen = facts.cell[cell]
    chosen = built_to_pack(chosen, facts) if cell_to_pack else chosen
    design = pack_of(chosen, gross, volts, facts)
    result = _design(design) | {"price_eur_per_kwh": _prices(design, facts)}
    return Outcome("pack", 0, "\n".join(_said(design, result, facts)), result)


def _prices(design: "PackDesign", facts: "Catalogue") -> dict[str, float]:
    """Return what surveys and forecasts give per kWh of this pack, EUR of 2024, by year."""
    from datetime import date

    from wheelbase.cost import pack_path
    from wheelbase.units import convert

    path = pack_path(facts, facts.prices(2024), date(2026, 1, 1), "survey")
    prices = {year: path.at(year, design.energy, design.cell)[1] for year in _YEARS}
    return {str(year): price * convert(1, "kWh") ** -1 for year, price in prices.items()}


def _design(design: "PackDesign") -> dict[str, Any]:
    """Return a pack in units of files."""
    from wheelbase.units import convert

    low, high = design.voltages
    return {
        "cell": design.cell.id,
        "integration": design.cell.integration,
        "series": design.wiring.series,
        "parallel": design.wiring.parallel,
        "cells": design.cells,
        "modules": design.modules,
        "nominal_v": design.wiring.voltage,
        "empty_v": low,
        "full_v": high,
        "gross_kwh": convert(design.energy, "kWh"),
        "usable_kwh": convert(design.usable, "kWh"),
        "charge_ah": convert(design.charge, "Ah"),
        "mass_kg": design.mass,
        "cells_kg": design.cell_mass,
        "volume_l": convert(design.volume, "l"),
        "cells_l": convert(design.cell_volume, "l"),
        "mass_ratio": design.mass_ratio,
        "volume_ratio": design.volume_ratio,
        "wh_per_kg": convert(design.specific_energy, "Wh/kg"),
        "wh_per_l": convert(design.energy_density, "Wh/l"),
        "resistance_mohm": convert(design.resistance, "mOhm"),
    }


def _said(design: "PackDesign", r: dict[str, Any], facts: "Catalogue") -> Iterator[str]:
    cell = design.cell
    maker = f", {cell.maker}" if cell.maker else ", a format"
    built = f"{r['modules']} modules" if r["modules"] else cell.integration
    yield f"{cell.id}{maker} ({cell.shape}, {cell.chemistry}, {cell.available_from})"
    yield f"  {r['series']}s{r['parallel']}p, {r['cells']} cells, {built}"
    yield (
        f"  {r['gross_kwh']:.1f} kWh gross, {r['usable_kwh']:.1f} kWh usable, "
        f"{r['charge_ah']:.0f} Ah, {r['empty_v']:.0f} / {r['nominal_v']:.0f} / "
        f"{r['full_v']:.0f} V empty, nominal, full"
    )
    yield (
        f"  {r['mass_kg']:.0f} kg ({r['wh_per_kg']:.0f} Wh/kg), of it cells "
        f"{r['mass_ratio']:.0%}; {r['volume_l']:.0f} l ({r['wh_per_l']:.0f} Wh/l), of it cells "
        f"{r['volume_ratio']:.0%}; {r['resistance_mohm']:.0f} mOhm"
    )
    prices = ", ".join(f"{y}: {p:.0f}" for y, p in r["price_eur_per_kwh"].items())
    yield f"  EUR of 2024 per kWh, curve {cell.price_curve}: {prices}"
    yield f"  {_firmness(cell, facts)}"


def _firmness(cell: "Cell", facts: "Catalogue") -> str:
    from collections import Counter

    origins = facts.cell.origins.items()
    status = Counter(origin.status for (id, _), origin in origins if id == cell.id)
    counts = ", ".join(f"{n} {name}" for name, n in status.most_common())
    return f"figures of the cell: {counts} (wheelbase catalogue show {cell.id})"


def packs(file: _File = None, json: AsJson = False) -> Outcome:
    """Build the packs of real cars of their cells and show every error."""
    from wheelbase.catalogue import catalogue
    from wheelbase.fit import counted_packs, read_counted_packs, validate_packs

    facts = catalogue()
    listed, left = read_counted_packs(file, facts) if file else (counted_packs(facts), ())
    found = validate_packs(listed, facts)
    lines = [*_heading(found), *map(_line, found.packs)]
    if left:
        lines.append(f"left out: {'; '.join(left)}")
    result = {
        "n": len(found.packs),
        "tolerance": 100 * found.tolerance,
        "counts_exact": found.exact[0],
        "counts_checked": found.exact[1],
        **_summary(found, "energy_error", "energy"),
        **_summary(found, "mass_error", "mass"),
        **_summary(found, "ratio_error", "ratio"),
        "mass_left_out_mae": 100 * found.mean("left_out_error"),
        "left_out": list(left),
        "packs": [_row(check) for check in found.packs],
    }
    return Outcome("validate packs", 0, "\n".join(lines), result, flat=True)


def _summary(found: "PackChecks", name: str, short: str) -> dict[str, Any]:
    """Return number, those within the tolerance, and the mean of errors in percent."""
    count = len(found.errors(name))
    return {
        f"{short}_n": count,
        f"{short}_within": found.within(name),
        f"{short}_mae": 100 * found.mean(name) if count else None,
    }


def _heading(found: "PackChecks") -> Iterator[str]:
    exact, counted = found.exact
    yield f"{len(found.packs)} packs built of their cells for the published gross energy"
    yield f"cell counts that are checks: {exact} of {counted} exact"
    labels = {
        "energy_error": "energy of the counted cells",
        "mass_error": "mass",
        "ratio_error": "mass of the cells over that of the pack",
    }
    for name, label in labels.items():
        if not found.errors(name):
            yield f"{label}: no published figure is a check"
            continue
        yield (
            f"{label}: {found.within(name)} of {len(found.errors(name))} within "
            f"{found.tolerance:.0%}, mean error {found.mean(name):.1%}"
        )
    if found.errors("left_out_error"):
        yield (
            "a factor on mass from the packs of other makes would leave a mean error of "
            f"{found.mean('left_out_error'):.1%}; none is applied"
        )
    yield "  energy %  mass %  volt %  cells built / published"


def _line(check: "PackCheck") -> str:
    pack, design = check.of.pack, check.design
    errors = (check.energy_error, check.mass_error, check.voltage_error)
    shown = "".join(f"{'-' if e is None else f'{100 * e:+.1f}':>8}" for e in errors)
    built = f"{design.wiring.series}s{design.wiring.parallel}p" if design else "none"
    counts = f"{design.cells if design else '-':>5} ({built:<8}) / {pack.cells or '-':<5}"
    told = "  count is an input" if check.of.counted and pack.cells else ""
    why = f"  none built: {check.refused}" if check.refused else ""
    return f"  {shown}  {counts} {pack.id.removeprefix('pack-')}: {check.of.cell.id}{told}{why}"


def _row(check: "PackCheck") -> dict[str, Any]:
    """Return one pack in units of files and percent."""
    from wheelbase.units import convert

    pack, built, off = check.of.pack, check.built, check.cells_off
    errors = ("energy_error", "mass_error", "ratio_error", "voltage_error", "left_out_error")
    percent = {n: None if (e := getattr(check, n)) is None else 100 * e for n in errors}
    return {
        "pack": pack.id.removeprefix("pack-"),
        "cell": check.of.cell.id,
        "count_is_input": check.of.counted,
        "gross_kwh": convert(pack.gross_energy, "kWh"),
        "cells": pack.cells,
        "cells_built": check.design.cells if check.design else None,
        "series": check.design.wiring.series if check.design else None,
        "parallel": check.design.wiring.parallel if check.design else None,
        "cells_off": check.cells_off,
        "cells_error": None if off is None or not pack.cells else 100 * off / pack.cells,
        "mass_kg": pack.mass,
        "mass_built_kg": built.mass if built else None,
        "mass_ratio": built.mass_ratio if built else None,
        "volume_ratio": built.volume_ratio if built else None,
        "refused": check.refused,
        **percent,
    }
