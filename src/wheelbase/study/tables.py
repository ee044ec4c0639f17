"""The tables of a run or a sweep, read through SQL that can do nothing but read them."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from wheelbase.errors import DataError, LimitError
from wheelbase.study.columns import unit_of
from wheelbase.study.folder import quoted, read_manifest
from wheelbase.study.parts import Part, check_files, journal

__all__ = ["MEMORY_GB", "Selection", "TableColumn", "Tables", "View", "open_tables", "text_of"]

MEMORY_GB = 2
"""Most memory of a query, in GB."""
_LONGEST = 100_000  # characters of a query
_CHUNK = 10_000  # rows that are taken at once
_OTHERS = ('Did you mean "pg_', 'Did you mean "sqlite_')  # tables of DuckDB itself
_KINDS = {"bigint": "BIGINT", "double": "DOUBLE", "float": "FLOAT", "varchar": "VARCHAR"}
_LOCKS = (
    f"memory_limit='{MEMORY_GB}GB'",
    "temp_directory=''",
    "autoinstall_known_extensions=false",
    "autoload_known_extensions=false",
    "allow_community_extensions=false",
    "python_enable_replacements=false",
    "enable_external_access=false",
    "lock_configuration=true",
)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name, the unit of its numbers ("" without one), and DuckDB's type."""

    name: str
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class View:
    """A table of a folder.

    Args:
        name: As a query names it.
        files: Its Parquet files, in the order of its rows.
        columns: In their order.
        rows: How many it has.
    """

    name: str
    files: tuple[Path, ...]
    columns: tuple[TableColumn, ...]
    rows: int

    @property
    def sql(self) -> str:
        """The query that gives its rows."""
        if self.files:
            return f"select * from read_parquet([{', '.join(map(text_of, self.files))}])"
        kinds = (f"null::{c.kind} as {quoted(c.name)}" for c in self.columns)
        return f"select {', '.join(kinds)} where false"


@dataclass(frozen=True, slots=True)
class Selection:
    """The answer of a query, held in memory by the database that computed it."""

    columns: tuple[str, ...]
    count: int
    store: duckdb.DuckDBPyConnection = field(repr=False)

    def rows(self, most: int | None = None) -> list[tuple[Any, ...]]:
        """Return the rows, or the first of them, as Python values; None where there is no value."""
        limit = "" if most is None else f" limit {most:d}"
        return list(self.store.execute(f"from result.answer{limit}").fetchall())

    def chunks(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield all rows, some thousands at a time."""
        found = self.store.execute("from result.answer")
        while rows := found.fetchmany(_CHUNK):
            yield rows

    def arrays(self) -> dict[str, Any]:
        """Return the columns as NumPy arrays; one with empty places is masked there."""
        return dict(self.store.execute("from result.answer").fetchnumpy())

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame.

        Raises:
            DataError: pandas is not installed.
        """
        with _package("pandas"):
            return self.store.sql("from result.answer").df()

    def to_arrow(self) -> Any:
        """Return a pyarrow Table.

        Raises:
            DataError: pyarrow is not installed.
        """
        with _package("pyarrow"):
            return self.store.sql("from result.answer").to_arrow_table()


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a folder; `sql` asks them.

    Args:
        folder: Of the run or sweep.
        views: Name to table.
    """

    folder: Path
    views: Mapping[str, View]

    def sql(self, query: str, limit: float | None = None, into: Path | None = None) -> Selection:
        """Return the answer of one SELECT over the views; it can neither write nor read else.

        Args:
            query: As DuckDB reads it.
            limit: Seconds after which it is stopped; it is asked between batches of rows.
            into: The one file that may be written once the answer is there, by its holder.

        Raises:
            DataError: No query, several, one that is no SELECT, or one that DuckDB refuses.
            LimitError: It was stopped.
        """
        store = self.connect(into)
        problem = _refused(store, query)
        if problem:
            raise DataError(f"query: {problem}")
        with self.asked(store, limit):
            store.execute(f"create table result.answer as {query}")
            (count,) = store.execute("select count(*) from result.answer").fetchone() or (0,)
            store.execute("from result.answer limit 0")
        return Selection(tuple(c[0] for c in store.description or ()), int(count), store)

    def connect(self, into: Path | None = None) -> duckdb.DuckDBPyConnection:
        """Return a new database in memory with the views, shut to all but their files.

        Args:
            into: The one file that may be written as well.

        Raises:
            DataError: A file is no table.
        """
        store = duckdb.connect(":memory:")
        files = [file for view in self.views.values() for file in view.files]
        allowed = ", ".join(text_of(path) for path in (*files, *([into.resolve()] if into else [])))
        for setting in (f"allowed_paths=[{allowed}]", *_LOCKS):
            store.execute(f"set {setting}")
        store.execute("create schema result")
        for view in self.views.values():
            try:
                store.execute(f"create view {quoted(view.name)} as {view.sql}")
            except duckdb.Error as error:
                where = view.files[0] if view.files else view.name
                raise DataError(f"{where}: is no table: {_told(error)}") from None
        return store

    @contextmanager
    def asked(
        self,
        store: duckdb.DuckDBPyConnection,
        limit: float | None = None,
        place: Path | None = None,
    ) -> Iterator[None]:
        """Tell what DuckDB raises in the house's words, and stop it after `limit` seconds.

        Args:
            store: That is asked.
            limit: Seconds.
            place: File that is written; None while a query is answered.

        Raises:
            DataError: What DuckDB refused.
            LimitError: It was stopped.
        """
        timer = threading.Timer(limit or 0.0, store.interrupt)
        timer.daemon = True
        if limit is not None:
            timer.start()
        try:
            yield
        except duckdb.InterruptException:
            what = f"query: takes longer than {limit:g} s; ask for less, or allow it more time"
            raise LimitError(what) from None
        except duckdb.OutOfMemoryException:
            what = f"needs more memory than {MEMORY_GB} GB; ask for fewer rows or columns, or count"
            raise DataError(f"query: {what}") from None
        except duckdb.Error as error:
            told = (
                f"{place}: {_told(error)}" if place else f"query: {_told(error)}; {self._views()}"
            )
            raise DataError(told) from None
        except RuntimeError as error:
            if "interrupted" in str(error).lower():  # so DuckDB says that Ctrl-C was pressed
                raise KeyboardInterrupt from None
            raise
        finally:
            timer.cancel()
            if limit is not None:
                timer.join()  # a thread that Python kills as it ends takes the process with it

    def _views(self) -> str:
        return f"the views are {', '.join(self.views)}" if self.views else "the run has no tables"


def open_tables(folder: Path) -> Tables:
    """Return the tables of a finished run, or of a sweep: the designs of its whole parts.

    Every file is held to the hash that was written down for it.

    Raises:
        DataError: No run, an unfinished one, a broken manifest or journal, or every file that is
            not what was written.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") == "sweep":
        return _complete(folder, [_designs(folder, manifest)])
    if manifest.get("state") != "done":
        raise DataError(f"{folder}: the run did not finish; run the study again")
    return _complete(folder, _tables(folder, manifest))


def text_of(value: object) -> str:
    """Return a text as SQL writes one."""
    return "'" + str(value).replace("'", "''") + "'"


def _tables(folder: Path, manifest: Mapping[str, Any]) -> list[View]:
    path, files = folder / "manifest.json", manifest.get("files")
    if not isinstance(files, dict):
        raise DataError(f"{path}: files: is not a mapping of names; run the study again")
    hashes = {str(n): str(h) for n, h in files.items() if str(n).lower().endswith(".parquet")}
    odd = [name for name in hashes if Path(name).name != name or "\0" in name]
    if odd:
        raise DataError([f"{path}: files: {n!r} is no file of the run; run it again" for n in odd])
    names = {name: name[: -len(".parquet")] for name in hashes}
    if len({name.casefold() for name in names.values()}) < len(names):
        raise DataError(f"{path}: files: two tables differ in capitals alone; run the study again")
    check_files(folder, hashes, "run the study again")
    return [View(name, ((folder / file).resolve(),), (), 0) for file, name in names.items()]


def _designs(folder: Path, manifest: Mapping[str, Any]) -> View:
    columns, parts = _manifest_columns(folder, manifest), journal(folder)
    check_files(folder, {p.name: p.sha256 for p in parts}, "resume the sweep, which makes it anew")
    files = tuple((folder / part.name).resolve() for part in parts)
    return View("designs", files, columns, _rows(parts))


def _rows(parts: Sequence[Part]) -> int:
    return sum(part.rows for part in parts)


def _manifest_columns(folder: Path, manifest: Mapping[str, Any]) -> tuple[TableColumn, ...]:
    found = manifest.get("columns")
    problems, columns = [], []
    for number, told in enumerate(found if isinstance(found, list) else [None]):
        told = told if isinstance(told, dict) else {}
        name, unit, kind = told.get("name"), told.get("unit"), _KINDS.get(str(told.get("kind")))
        if not isinstance(name, str) or not name or not isinstance(unit, str) or kind is None:
            place = f"{folder / 'manifest.json'}: columns[{number}]"
            problems.append(f"{place}: is no name, kind and unit; restore the file, or sweep again")
        else:
            columns.append(TableColumn(name, unit, kind))
    if problems:
        raise DataError(problems)
    return tuple(columns)


def _complete(folder: Path, views: Sequence[View]) -> Tables:
    """Return tables with the columns and rows that their files have.

    Raises:
        DataError: A file is no table, or has other columns or rows than the sweep says.
    """
    opened = Tables(folder, {view.name: view for view in views})
    store = opened.connect()
    found: dict[str, View] = {}
    problems: list[str] = []
    for view in views:
        with opened.asked(store):
            described = store.execute(f"describe {quoted(view.name)}").fetchall()
            counted = store.execute(f"select count(*) from {quoted(view.name)}").fetchone()
        columns = tuple(TableColumn(str(r[0]), unit_of(str(r[0])), str(r[1])) for r in described)
        count = int(counted[0]) if counted else 0
        if view.columns:
            problems += _differing(view, columns, count)
            columns = view.columns
        found[view.name] = View(view.name, view.files, columns, count)
    if problems:
        raise DataError([f"{folder}: {problem}" for problem in problems])
    return Tables(folder, found)


def _differing(view: View, columns: Sequence[TableColumn], rows: int) -> Iterator[str]:
    """Yield where the files of a sweep are other than its manifest and journal say."""
    remedy = "start the sweep again in a new folder"
    if [(c.name, c.kind) for c in columns] != [(c.name, c.kind) for c in view.columns]:
        yield f"the parts have other columns than manifest.json says; {remedy}"
    if rows != view.rows:
        yield f"the parts hold {rows} designs, the journal says {view.rows}; {remedy}"


def _refused(store: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return why a text is not one SELECT; "" where it is."""
    if len(query) > _LONGEST or "\0" in query:
        return f"is longer than {_LONGEST} characters or holds a NUL; write a shorter one"
    try:
        query.encode()
        statements = store.extract_statements(query)
    except UnicodeError:
        return "is no text; write one SELECT"
    except duckdb.Error as error:
        return f"{_told(error)}; write one SELECT"
    if len(statements) != 1:
        return f"holds {len(statements)} statements; write one SELECT"
    kind = statements[0].type
    if kind != duckdb.StatementType.SELECT:
        name = str(kind).rpartition(".")[2]
        return (
            f"is a statement of the kind {name}; only SELECT is allowed, and -o FILE keeps "
            "what it finds"
        )
    return ""


def _told(error: duckdb.Error) -> str:
    """Return what DuckDB says, in one line, without its kind and the quoted query."""
    told = str(error).split("\n\nLINE ")[0]
    lines = [line.strip(" !") for line in told.splitlines() if line.strip(" !")]
    lines = [line for line in lines if not line.startswith(_OTHERS)]
    first = lines[0].partition(" Error: ")[2] or lines[0] if lines else "was refused"
    return "; ".join([first[0].lower() + first[1:], *lines[1:]]).rstrip(".")


@contextmanager
def _package(name: str) -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise DataError(f"needs the package {name!r}: pip install {name}") from None
