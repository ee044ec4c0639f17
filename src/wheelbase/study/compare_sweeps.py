"""Two or more sweeps side by side: laws that differ, and outputs by quantile for each variant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wheelbase.errors import DataError
from wheelbase.study.columns import without_unit
from wheelbase.study.compare import differing, inputs_of
from wheelbase.study.folder import quoted
from wheelbase.study.read import Document
from wheelbase.study.tables import TableColumn, Tables

__all__ = ["compare_sweeps"]

_QUANTILES = (0.05, 0.5, 0.95)
_KEYS = ("design", "point", "variant", "platform", "body", "powertrain")
_Row = dict[str, Any]
_Found = dict[str, Sequence[Any]]  # variant to low, median and high of each column, in turn


def compare_sweeps(
    sweeps: Mapping[str, Tables], studies: Mapping[str, Document], inputs: Mapping[str, set[str]]
) -> dict[str, Any]:
    """Return two or more sweeps in columns, only the rows that differ.

    Args:
        sweeps: Name of a sweep to its tables, the base first.
        studies: The same names to the study files that the sweeps kept.
        inputs: The same names to the columns that were varied.

    Returns:
        `columns`; `laws`, what was varied otherwise, and `inputs`, what else the studies say
        otherwise, as `label` and `values`; `results`, for each output of each variant `label`,
        `unit`, `values` (medians), `low` and `high` (quantiles 5 and 95 %); `only`, outputs that
        not every sweep has.

    Raises:
        DataError: The sweeps have no output in common.
    """
    outputs = {
        name: {c.name: c for c in tables.views["designs"].columns if _is_output(c, inputs[name])}
        for name, tables in sweeps.items()
    }
    first = next(iter(outputs.values()))
    shared = [c for id, c in first.items() if all(id in known for known in outputs.values())]
    if not shared:
        raise DataError(f"{' and '.join(sweeps)}: have no output in common; compare other sweeps")
    names = {id for known in outputs.values() for id in known} - {c.name for c in shared}
    laws = {name: _laws(study) for name, study in studies.items()}
    found = [_quantiles(tables, shared) for tables in sweeps.values()]
    return {
        "columns": list(sweeps),
        "laws": [row for row in _law_rows([laws[name] for name in sweeps]) if differing(row)],
        "inputs": [
            row
            for row in inputs_of([studies[name] for name in sweeps])
            if not row["label"].startswith("sweep.vary.") and differing(row)
        ],
        "results": [row for row in _results(found, shared) if differing(row)],
        "only": sorted(names),
    }


def _is_output(column: TableColumn, inputs: set[str]) -> bool:
    return column.kind in ("DOUBLE", "FLOAT", "BIGINT") and column.name not in {*_KEYS, *inputs}


def _laws(study: Document) -> dict[str, str]:
    """Return each varied quantity's law as the study writes it, such as "normal 1440 mm, 10 mm"."""
    section = study.data.get("sweep")
    vary = section.get("vary") if isinstance(section, dict) else None
    found = {}
    for path, law in (vary if isinstance(vary, dict) else {}).items():
        kinds = law if isinstance(law, dict) else {"uniform": law}
        said = [f"{kind} {_ends(ends)}" for kind, ends in kinds.items()]
        found[str(path)] = "; ".join(said)
    return found


def _ends(ends: Any) -> str:
    return ", ".join(map(str, ends)) if isinstance(ends, list) else str(ends)


def _law_rows(laws: Sequence[Mapping[str, str]]) -> Iterator[_Row]:
    for path in dict.fromkeys(path for table in laws for path in table):
        empty = [None] * len(laws)
        values = [table.get(path) for table in laws]
        yield {"label": path, "unit": "", "values": values, "low": empty, "high": empty}


def _quantiles(tables: Tables, columns: Sequence[TableColumn]) -> _Found:
    wanted = ", ".join(f"quantile_cont({quoted(c.name)}, {q})" for c in columns for q in _QUANTILES)
    rows = tables.sql(f"select variant, {wanted} from designs group by variant").rows()
    return {str(row[0]): row[1:] for row in rows}


def _results(found: Sequence[_Found], columns: Sequence[TableColumn]) -> Iterator[_Row]:
    for variant in dict.fromkeys(sorted(id for table in found for id in table)):
        for n, column in enumerate(columns):
            start = n * len(_QUANTILES)
            spans = [
                table[variant][start : start + len(_QUANTILES)] if variant in table else [None] * 3
                for table in found
            ]
            low, middle, high = (list(side) for side in zip(*spans, strict=True))
            label = f"{variant}: {without_unit(column.name, column.unit)}"
            yield {
                "label": label, "unit": column.unit, "values": middle, "low": low, "high": high,
            }  # fmt: skip
