"""Commands on whole families of designs: sweep, front, sensitivity."""

import os
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wheelbase.cli.changes import Changes, changes_of
from wheelbase.cli.outcome import Outcome
from wheelbase.cli.study_commands import AsJson, Folder, Quiet, RunName, StudyName
from wheelbase.errors import DataError

if TYPE_CHECKING:
    from wheelbase.sweep import Sensitivity, Sweep

__all__ = ["front", "sensitivity", "sweep"]


class _Sampling(StrEnum):
    LHS = "lhs"
    SOBOL = "sobol"
    GRID = "grid"


class _Backend(StrEnum):
    NUMPY = "numpy"
    JAX = "jax"
    JAX_FLOAT32 = "jax-float32"


class _Indices(StrEnum):
    SOBOL = "sobol"
    MORRIS = "morris"


_N = Annotated[int, typer.Option("--n", help="Designs, all variants of the study together.")]
_Method = Annotated[_Sampling | None, typer.Option("--method", help="How to sample.")]
_Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Of the sample.")]
_Workers = Annotated[int | None, typer.Option("--workers", help="Processes; one per processor.")]
_Executor = Annotated[
    str | None, typer.Option("--executor", metavar="dask:ADDRESS", help="A cluster.")
]
_Where = Annotated[_Backend, typer.Option("--backend", help="What computes the cycles.")]
_Resume = Annotated[bool, typer.Option("--resume", help="Go on with a sweep that was cut off.")]
_Kind = Annotated[_Indices, typer.Option("--method", help="Sobol's or Morris's.")]
_Base = Annotated[int, typer.Option("--n", help="Base samples, or trajectories of Morris.")]
_Place = Annotated[int, typer.Option("--place", min=0, help="Designs to place exactly.")]
_Figures = Annotated[list[str] | None, typer.Option("--figure", help="A column; several may be.")]


def sweep(
    study: StudyName,
    n: _N,
    method: _Method = None,
    seed: _Seed = None,
    o: Folder = None,
    workers: _Workers = None,
    backend: _Where = _Backend.NUMPY,
    executor: _Executor = None,
    resume: _Resume = False,
    s: Changes = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> Outcome:
    """Compute very many designs of a study and store them; its section sweep says what varies."""
    from wheelbase.catalogue import catalogue
    from wheelbase.cli.bar import bar
    from wheelbase.simulate import Backend
    from wheelbase.study import load_package
    from wheelbase.sweep import Sampling, silent
    from wheelbase.sweep import sweep as swept

    if workers is not None and executor is not None:
        raise DataError("workers: are those of the cluster; leave --workers or --executor out")
    found = load_package(study, catalogue(), changes_of(s))
    try:
        done = swept(
            found,
            n,
            Sampling(method.value) if method else None,
            seed,
            o,
            executor or workers,
            Backend(backend.value),
            resume,
            compiled=_cache_folder(),
            tell=silent if json or quiet else bar("designs"),
        )
    except KeyboardInterrupt:
        what = "interrupted; what was computed is kept: add --resume to go on"
        return Outcome("sweep", 130, problems=(what,))
    result = {
        "folder": str(done.folder), "designs": done.n, "made": done.made, "seconds": done.seconds,
        "memory_bytes": done.memory, "size_bytes": done.size, "single_precision_error": done.error,
    }  # fmt: skip
    return Outcome("sweep", 0, _swept(done), result, warnings=found.warnings, run=str(done.folder))


def _swept(done: "Sweep") -> str:
    rate = done.made / done.seconds if done.seconds else 0.0
    off = "" if done.error is None else f"; single precision is off by {done.error:.0e} at most"
    there = "" if done.made == done.n else f", {done.n - done.made:,} were there"
    return (
        f"{done.n:,} designs in {done.folder}: {done.made:,} computed in {done.seconds:.1f} s"
        f" ({rate:,.0f}/s){there}; {done.size / 1e6:.1f} MB, {done.memory / 1e6:,.0f} MB of memory "
        f"at most{off}\n"
        f'wheelbase query {done.folder} "select variant, status, count(*) from designs group by all'
        '"'
    )


def _cache_folder() -> Path:
    """Return where JAX keeps what it compiles, between one sweep and the next."""
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path.home() / ".cache") / "wheelbase" / "jax"


def front(run: RunName, place: _Place = 0, json: AsJson = False, quiet: Quiet = False) -> Outcome:
    """Show the designs of a sweep that nothing beats, and place some of them exactly."""
    from wheelbase.catalogue import catalogue
    from wheelbase.cli.bar import bar
    from wheelbase.sweep import place_front, silent, summary

    found = summary(run)
    placed = list(found.get("placed", ()))
    if place:
        shown = silent if json or quiet else bar("designs placed")
        placed = place_front(run, found["front"], catalogue(), place, shown)
    result = {**found["front"], "placed": placed}
    return Outcome("front", 0, "\n".join(_front_lines(found, placed)), result, run=str(run))


def _front_lines(found: Mapping[str, Any], placed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the front body by body, some designs along the cost, and what was placed."""
    yield found["sentence"]
    senses = found["front"]["objectives"]
    for body, told in found["front"]["bodies"].items():
        yield ""
        yield f"{body}: {told['size']:,} of {told['designs']:,}"
        yield f"{'design':>12}  {'variant':<32}" + "".join(f"{n[:26]:>28}" for n in senses)
        rows = told["rows"]
        for row in rows[:: max(-(-len(rows) // 12), 1)]:
            figures = "".join(f"{row[n]:>28.5g}" for n in senses)
            yield f"{row['design']:>12}  {row['variant']:<32}{figures}"
    if placed:
        yield ""
    for one in placed:
        why = f": {'; '.join(one['reasons'])}" if one["reasons"] else ""
        kwh = f", {one['battery_kwh']:g} kWh of cells" if one["battery_kwh"] else ""
        yield f"placed {one['design']} {one['variant']}: {one['status']}{kwh}{why}"


def sensitivity(
    study: StudyName,
    method: _Kind = _Indices.SOBOL,
    n: _Base = 256,
    seed: _Seed = None,
    figure: _Figures = None,
    s: Changes = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> Outcome:
    """Say which varied quantity moves which figure of the cars, and by how much."""
    from wheelbase.catalogue import catalogue
    from wheelbase.cli.bar import bar
    from wheelbase.study import load_package
    from wheelbase.sweep import Method, silent, space_of
    from wheelbase.sweep import sensitivity as indices

    found = load_package(study, catalogue(), changes_of(s))
    start = found.spec.base.seed if seed is None else seed
    shown = silent if json or quiet else bar("batches")
    told = indices(found, space_of(found), Method(method.value), n, start, figure, shown)
    result = {"method": method.value, "n": n, "seed": start, "figures": list(_tree(told))}
    return Outcome("sensitivity", 0, "\n".join(_lines(told, method)), result)


def _tree(told: "Sequence[Sensitivity]") -> Iterator[dict[str, Any]]:
    for one in told:
        yield {
            "variant": one.variant,
            "figure": one.column,
            "left_out": one.left_out,
            "indices": [
                {"path": i.path, "first": i.first, "total": i.total, "width": i.width}
                for i in one.indices
            ],
        }


def _lines(told: "Sequence[Sensitivity]", method: _Indices) -> Iterator[str]:
    """Yield a line per figure that anything moves: the quantities, the strongest first."""
    for one in told:
        if one.left_out > 0:
            share = f"{100 * one.left_out:.0f} % of the designs lack it"
            yield f"{one.variant}  {one.column}: no indices, {share}"
        if not one.indices:
            continue
        strong = [i for i in one.indices if i.total > 0.005 * one.indices[0].total]
        if method is _Indices.SOBOL:
            parts = [f"{i.path} {100 * i.total:.0f} % +- {100 * i.width:.0f}" for i in strong]
        else:
            parts = [f"{i.path} {i.total:.3g} +- {i.width:.1g}" for i in strong]
        yield f"{one.variant}  {one.column}: {', '.join(parts)}"
