"""The command query: SQL over the tables of a run or a sweep, which it can only read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, time, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, RunName

__all__ = ["Limit", "Sql", "Target", "query"]

Sql = Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the run's tables.")]
Limit = Annotated[float, typer.Option("--limit", min=0.01, metavar="S", help="Seconds at most.")]
Target = Annotated[
    Path | None, typer.Option("-o", metavar="FILE", help="A .csv, .parquet or .xlsx file.")
]

_SHOWN = 40  # rows
_WIDE = 60  # characters of a cell
_GB = 10**9


def query(
    run: RunName, sql: Sql, limit: Limit = 60.0, o: Target = None, json: AsJson = False
) -> Outcome:
    """Ask the tables of a finished run, or the designs of a sweep, in SQL."""
    from wheelbase.study import open_tables
    from wheelbase.study.exchange import selected_into

    tables = open_tables(run)
    with _capped():
        if o is not None:
            found = selected_into(tables, sql, o, limit)
            result: dict[str, Any] = {"files": [str(o)], "count": found.count}
            return Outcome("query", 0, f"{o}: {_rows(found.count)}", result, run=str(run))
        found = tables.sql(sql, limit)
        rows = found.rows(None if json else _SHOWN)
    if json:
        plain = [[_plain(value) for value in row] for row in rows]
        result = {"columns": list(found.columns), "rows": plain, "count": found.count}
        return Outcome("query", 0, result=result, run=str(run))
    lines = [*_table(found.columns, rows)]
    if found.count > len(rows):
        more = f"and {found.count - len(rows):,} more of {_rows(found.count)}"
        lines.append(f"{more}; -o FILE or --json gives all")
    return Outcome("query", 0, "\n".join(lines), run=str(run))


@contextmanager
def _capped() -> Iterator[None]:
    """Hold this process to the memory of a query, single huge values too, where systems can.

    DuckDB counts its tables and not the values that it works on.
    """
    from wheelbase.study.tables import MEMORY_GB

    try:
        import resource

        with Path("/proc/self/statm").open() as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):  # not a Linux
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = now + 2 * MEMORY_GB * _GB
    least = min([most, *(n for n in (soft, hard) if n != resource.RLIM_INFINITY)])
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (least, hard))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _rows(count: int) -> str:
    return f"{count:,} row" + ("s" if count != 1 else "")


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of an aligned table, numbers to the right."""
    cells = [[_shown(value) for value in row] for row in rows]
    heads = [_printable(name) for name in columns]
    right = [
        any(_is_number(row[n]) for row in rows)
        and all(row[n] is None or _is_number(row[n]) for row in rows)
        for n in range(len(heads))
    ]
    widths = [max(len(line[n]) for line in [heads, *cells]) for n in range(len(heads))]
    for line in [heads, *cells]:
        placed = zip(line, widths, right, strict=True)
        yield "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in placed).rstrip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """Return a value as a person reads it; a number with at most seven digits after rounding."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal):
        return f"{float(value):.7g}"
    return _printable(str(value))


def _printable(text: str) -> str:
    """Return a text in one line that moves no cursor, cut where it is long."""
    kept = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: _WIDE + 1])
    return kept if len(kept) <= _WIDE else kept[: _WIDE - 3] + "..."


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it; None for NaN and infinities."""
    if isinstance(value, float | Decimal):
        return float(value) if isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
