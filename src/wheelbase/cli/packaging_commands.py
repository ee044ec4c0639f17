"""Commands on packaging: validate it on packs of real cars."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome

if TYPE_CHECKING:
    from wheelbase.fit import PackError

__all__ = ["packaging"]


def packaging(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file.")],
    json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
) -> Outcome:
    """Predict the gross pack energy of real battery cars and show the error of each."""
    from wheelbase.catalogue import catalogue
    from wheelbase.fit import read_packed_cars, validate_packaging

    facts = catalogue()
    found = validate_packaging(read_packed_cars(file, facts), facts)
    cars = [_figures(car) for car in found.cars]
    lines = [
        f"gross pack energy of {found.n} cars",
        f"cell height not told: mean error {found.blind_mae:.1%}, "
        f"median {found.blind_median:.1%}, bias {found.blind_bias:+.1%}",
        f"cell height told ({found.given_n} cars): mean error {found.given_mae:.1%}",
        f"published at most 1.1 times the geometric limit: {found.bounded:.0%} of cars",
        "  not told    told  published   usual  limit kWh",
    ]
    for car in sorted(cars, key=lambda car: -abs(car["blind_error"])):
        defaults = f"  (defaults: {', '.join(car['defaults'])})" if car["defaults"] else ""
        lines.append(
            f"  {car['blind_error']:+7.1f}% {car['given_error']:+6.1f}% "
            f"{car['gross_kwh']:10.1f} {car['kwh_fit']:7.1f} {car['kwh_max']:6.1f}  "
            f"{car['car']}{defaults}"
        )
    if found.left_out:
        lines.append(f"left out, no published energy: {', '.join(found.left_out)}")
    result = {
        "n": found.n,
        "blind_mae": 100 * found.blind_mae,
        "blind_median": 100 * found.blind_median,
        "given_height_mae": 100 * found.given_mae,
        "blind_bias": 100 * found.blind_bias,
        "given_height_n": found.given_n,
        "within_geometric_limit": found.bounded,
        "left_out": list(found.left_out),
        "cars": cars,
    }
    return Outcome("validate packaging", 0, "\n".join(lines), result, flat=True)


def _figures(found: "PackError") -> dict[str, Any]:
    """Return one car in units of files: kWh, mm and percent of gross energy."""
    from wheelbase.units import convert

    blind, given = found.blind, found.given
    return {
        "car": found.car.name,
        "gross_kwh": convert(found.gross, "kWh"),
        "blind_kwh": convert(blind.energy, "kWh"),
        "given_height_kwh": convert(given.energy, "kWh"),
        "blind_error": 100 * found.blind_error,
        "given_error": 100 * found.given_error,
        "kwh_fit": convert(blind.fit, "kWh"),
        "kwh_max": convert(given.most, "kWh"),
        "cell": blind.cell,
        "cell_height_mm": convert(blind.cell_height, "mm"),
        "length_mm": convert(blind.length, "mm"),
        "width_mm": convert(blind.width, "mm"),
        "year": found.car.year,
        "defaults": list(found.car.defaults),
    }
