"""A sweep made again from its own folder, and held to what it gave then."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.simulate import Backend
from wheelbase.study import open_tables, read_manifest
from wheelbase.study.load import package_of
from wheelbase.study.parts import check_files, journal
from wheelbase.study.replay import Deviation, Replay, kept_document, versions_apart
from wheelbase.sweep.run import sweep
from wheelbase.sweep.sample import Sampling
from wheelbase.sweep.work import DEFAULT, Compute

__all__ = ["replay"]


def replay(
    folder: Path, say: Callable[[str], None] = lambda line: None, compute: Compute = DEFAULT
) -> Replay:
    """Return how a sweep comes out when it is made again from its own study, in another folder.

    Args:
        folder: Of a finished sweep.
        say: Takes a line as a tenth more is done.
        compute: Makes a table of designs.

    Raises:
        DataError: No sweep, an unfinished one, or every part of it that was changed.
    """
    then = read_manifest(folder)
    if then.get("kind") != "sweep":
        raise DataError(f"{folder}: is no sweep")
    if then.get("state") != "done":
        raise DataError(f"{folder}: the sweep did not finish; resume it")
    parts = {part.name: part.sha256 for part in journal(folder)}
    check_files(folder, parts, "replay another copy, or sweep again")
    package = package_of(kept_document(folder, then), catalogue())
    told = [0]

    def tell(progress: Any) -> None:
        if progress.done * 10 // progress.total > told[0]:
            told[0] = progress.done * 10 // progress.total
            say(f"{10 * told[0]} % of {progress.total:,} designs")

    with TemporaryDirectory(prefix="wheelbase-replay-") as place:
        again = Path(place) / "run"
        sweep(
            package, int(then["n"]), Sampling(then["method"]), int(then["seed"]), again,
            backend=Backend(then["backend"]), rows=int(then["part_rows"]), tell=tell,
            compute=compute,
        )  # fmt: skip
        made = {part.name: part.sha256 for part in journal(again)}
        same = {name: parts.get(name) == made.get(name) for name in sorted({*parts, *made})}
        now = read_manifest(again)
        found = () if all(same.values()) else tuple(_deviations(folder, again))
    return Replay(all(same.values()), same, tuple(versions_apart(then, now)), found)


def _deviations(folder: Path, again: Path) -> Iterator[Deviation]:
    """Yield of each column the first design in which it differs, and how many more do."""
    tables = [open_tables(place) for place in (folder, again)]
    names: list[str] = list(
        dict.fromkeys(c.name for t in tables for c in t.views["designs"].columns)
    )
    for name in names:
        columns = [_column(table.views["designs"].columns, table, name) for table in tables]
        if columns[0] is None or columns[1] is None:
            was, is_ = ("there" if c is not None else None for c in columns)
            yield Deviation(f"designs: {name}", was, is_, None)
            continue
        yield from _first(name, columns[0], columns[1])


def _column(columns: Any, table: Any, name: str) -> Any:
    if name not in {c.name for c in columns}:
        return None
    return table.sql(f'select "{name}" as x from designs order by design').arrays()["x"]


def _first(name: str, then: Any, now: Any) -> Iterator[Deviation]:
    empty = [np.ma.getmaskarray(x) for x in (then, now)]
    plain = [np.ma.getdata(x) for x in (then, now)]
    apart = (empty[0] != empty[1]) | (~empty[0] & ~empty[1] & (plain[0] != plain[1]))
    rows = np.nonzero(apart)[0]
    if not len(rows):
        return
    first = int(rows[0])
    values = [None if e[first] else _plain(p[first]) for e, p in zip(empty, plain, strict=True)]
    figures = [v for v in values if isinstance(v, int | float)]
    relative = None
    if len(figures) == 2 and max(map(abs, figures)) > 0:
        relative = abs(figures[0] - figures[1]) / max(map(abs, figures))
    place = f"designs: {name} of design {first} and {len(rows) - 1:,} more"
    yield Deviation(place, values[0], values[1], relative)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
