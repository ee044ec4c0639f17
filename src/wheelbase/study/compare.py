"""Finished runs side by side: what went in differently, what came out differently, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.study.read import Document

__all__ = ["compare_runs", "differences", "differing", "inputs_of"]

_LEAST = 1e-9  # relative; smaller differences are none
_FIGURES = (
    ("usable_length", "usable length"), ("boot", "boot"), ("battery_gross", "battery"),
    ("battery_fit", "battery that fits"), ("consumption_wltp", "consumption, WLTP"),
    ("co2_wltp", "CO2, WLTP"), ("range_wltp", "range, WLTP"), ("curb_mass", "mass"),
    ("acceleration_0_100", "0 to 100 km/h"), ("charge_10_80", "10 to 80 % at a fast charger"),
)  # fmt: skip

Results = Mapping[str, Any]
_Row = dict[str, Any]


def compare_runs(runs: Mapping[str, Results], studies: Mapping[str, Document]) -> dict[str, Any]:
    """Return two or more runs in columns, only the rows that differ.

    Args:
        runs: Name of a run to its results, the base first.
        studies: The same names to the study files that the runs kept.

    Returns:
        `columns`; `inputs` and `results`, rows of `label`, `unit`, `values`, `low` and `high` with
        a value per run, None where a run has none; `causes` of what differs between the penalties
        of the first two runs, or None. Money of runs in other price years is not made the same:
        its unit names the years, and it has no causes.
    """
    found = list(runs.values())
    years = list(dict.fromkeys(map(_year, found)))
    rows = [*_answers(found), *_penalties(found), *_cars(found), *_bills(found)]
    rows = [_of_years(row, years) for row in rows]
    return {
        "columns": list(runs),
        "inputs": [row for row in inputs_of([studies[name] for name in runs]) if differing(row)],
        "results": [row for row in rows if differing(row)],
        "causes": _causes(list(runs.items())[:2]),
    }


def _row(label: str, figures: list[Mapping[str, Any] | None]) -> _Row:
    def column(key: str) -> list[Any]:
        return [None if f is None else f.get(key) for f in figures]

    units = dict.fromkeys(str(f["unit"]) for f in figures if f is not None and f.get("unit"))
    return {"label": label, "unit": ", ".join(units), "values": column("value"),
            "low": column("low"), "high": column("high")}  # fmt: skip


def _year(run: Results) -> str:
    """Return the price year of a run's money, as in "2019"; "" where it counts none."""
    return str(run.get("base", {}).get("currency", ""))[3:]


def _of_years(row: _Row, years: list[str]) -> _Row:
    if "EUR" not in row["unit"] or len(years) < 2:
        return row
    return {**row, "unit": f"{row['unit']} of {', '.join(filter(None, years))}"}


def differing(row: Mapping[str, Any]) -> bool:
    """Return whether a row's columns are not all the same."""
    return any(
        _apart(row[key][0], other) for key in ("values", "low", "high") for other in row[key]
    )


def differences(row: Mapping[str, Any]) -> list[float | None]:
    """Return what each column of a row is more than the first; None where either is no number."""
    base = row["values"][0]
    return [_less(value, base) for value in row["values"]]


def _less(value: Any, base: Any) -> float | None:
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (value, base)]
    return value - base if all(numbers) else None


def _apart(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b) > _LEAST * max(abs(a), abs(b), _LEAST)
    return bool(a != b)


def inputs_of(studies: list[Document]) -> Iterator[_Row]:
    """Yield every value of any study file; an assumption with its low and high as they stand."""
    tables = [dict(_values(study.data, ())) for study in studies]
    for path in _names(tables):
        yield _row(path, [table.get(path) for table in tables])


def _values(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, Mapping) and "value" in value:
        yield ".".join(path), {key: value.get(key) for key in ("value", "low", "high")}
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _values(item, (*path, str(key)))
    else:
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield ".".join(path), {"value": said}


def _answers(runs: list[Results]) -> Iterator[_Row]:
    told = [run.get("answer", {}) for run in runs]
    for key in ("sentence", "which", "confidence"):
        yield _row(key, [{"value": answer.get(key)} for answer in told])
    yield _row("best in so many draws", [answer.get("confidence_share") for answer in told])
    ways = [{way["label"]: way for way in run.get("ways", ())} for run in runs]
    for name in _names(ways):
        yield _row(f"{name}: worth", [table.get(name, {}).get("value") for table in ways])
        yield _row(f"{name}: start", [{"value": t.get(name, {}).get("start")} for t in ways])


def _names(tables: list[Any]) -> list[str]:
    """Return the keys of several tables, each once, in their order."""
    return list(dict.fromkeys(name for table in tables for name in table))


def _penalties(runs: list[Results]) -> Iterator[_Row]:
    tables = [run.get("penalty", {}).get("segments", {}) for run in runs]
    for id in _names(tables):
        yield _row(f"penalty, {id}", [table.get(id, {}).get("total") for table in tables])


def _cars(runs: list[Results]) -> Iterator[_Row]:
    tables = [run.get("variants", {}) for run in runs]
    for id in _names(tables):
        cars = [table.get(id, {}).get("figures", {}) for table in tables]
        for key, label in _FIGURES:
            yield _row(f"{id}: {label}", [car.get(key) for car in cars])


def _bills(runs: list[Results]) -> Iterator[_Row]:
    tables = [run.get("bills", {}) for run in runs]
    for id in _names(tables):
        yield _row(f"{id}: direct cost", [table.get(id, {}).get("total") for table in tables])


def _causes(pair: list[tuple[str, Results]]) -> dict[str, Any] | None:
    """Return what makes the first segment's penalty another, part by part; None where none can."""
    (first, before), (second, after) = pair
    if _year(before) != _year(after):
        return None
    tables = [run.get("penalty", {}).get("segments", {}) for run in (before, after)]
    segment = next((id for id in tables[0] if id in tables[1]), None)
    if segment is None:
        return None
    parts = [{p["id"]: p for p in table[segment]["parts"]} for table in tables]
    steps = []
    for id in _names(parts):
        values = [t[id]["figure"]["value"] if id in t else 0.0 for t in parts]
        if _apart(*values):
            known = parts[1].get(id) or parts[0][id]
            amount = values[1] - values[0]
            steps.append({"group": known["label"], "amount": amount, "text": known["text"]})
    total = tables[0][segment]["total"]
    label = f"penalty of the {tables[0][segment]['label']}"
    columns = [first, second]
    return {"what": label, "unit": total["unit"], "columns": columns, "steps": steps}
