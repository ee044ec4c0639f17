"""Names of table columns, which end in their unit: `range_wltp_km`, `cost_eur2019`."""

import re

__all__ = ["unit_of", "with_unit", "without_unit"]

# Spelled otherwise than in lower case with `_per_` for the stroke.
_SPELLED = {"km/h": "kmh", "%": "percent"}
_UNITS = (
    "kWh/100km", "Wh/100km", "l/100km", "Wh/km", "g/km", "km/h", "kWh/kg", "Wh/kg", "Wh/l", "%",
    "mm", "cm", "km", "m2", "m3", "l", "kg", "g", "t", "s", "min", "h", "kWh", "Wh", "MJ", "kW",
    "W", "Nm", "kN", "N", "V", "Ah", "A", "deg", "rpm", "yr", "EUR", "EUR m", "EUR/kWh", "EUR/kg",
)  # fmt: skip
_MONEY = re.compile(r"(?P<name>.+)_(?P<currency>eur|usd|gbp)(?P<year>\d{4})(?P<rest>_per_[a-z]+)?")


def _suffix(unit: str) -> str:
    return _SPELLED.get(unit, unit.lower().replace("/", "_per_").replace(" ", "_"))


# The longest first: `_kwh_per_100km` goes before `_km`.
_BY_SUFFIX = dict(sorted(((_suffix(u), u) for u in _UNITS), key=lambda pair: -len(pair[0])))


def with_unit(name: str, unit: str) -> str:
    """Return the name of a column, such as "range_wltp_km"; a bare number adds nothing to it."""
    return f"{name}_{_suffix(unit)}" if unit not in ("", "-") else name


def unit_of(column: str) -> str:
    """Return the unit that a column's name ends in, such as "kWh/100km"; "" where it has none."""
    money = _MONEY.fullmatch(column)
    if money:
        per = (money["rest"] or "").removeprefix("_per_")
        per = _BY_SUFFIX.get(per, per)
        return f"{money['currency'].upper()}{money['year']}" + (f"/{per}" if per else "")
    for suffix, unit in _BY_SUFFIX.items():
        if column.endswith(f"_{suffix}"):
            return unit
    return ""


def without_unit(column: str, unit: str) -> str:
    """Return the name of a column without its unit; as it is where it does not end in that."""
    return column.removesuffix(f"_{_suffix(unit)}") if unit else column
