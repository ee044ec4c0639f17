"""The verb `sweep`: sample, compute, store, resume."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wheelbase.errors import DataError
from wheelbase.simulate import Backend
from wheelbase.study import Package, Selection, fingerprint, open_tables
from wheelbase.study.folder import write_bytes
from wheelbase.study.parts import Part
from wheelbase.sweep.batch import bench, designs
from wheelbase.sweep.executor import (
    Workers,
    cpus,
    dask_workers,
    given_workers,
    own_workers,
)
from wheelbase.sweep.progress import Progress, Tell, peak_memory, silent
from wheelbase.sweep.sample import Sampling, levels, unit_points
from wheelbase.sweep.space import Space, space_of
from wheelbase.sweep.store import append, begun, end_of, held, refuse, state_of, task_of
from wheelbase.sweep.work import DEFAULT, Compute, Job, Made, Plan

__all__ = ["MOST", "Sweep", "single_precision_error", "sweep"]

MOST = 1_000_000_000
"""Most designs of a sweep."""
_ROWS = 10_000
_SAMPLE = 100  # points by which the error of single precision is told
_MOST_SEED = 2**31  # as a study's own


@dataclass(frozen=True, slots=True)
class Sweep:
    """A finished sweep.

    Args:
        folder: Its store.
        n: Designs in it.
        made: Designs that this call computed; the others were there.
        seconds: That it took.
        memory: Greatest memory that any worker held, bytes.
        size: Of the store, bytes.
        error: Greatest relative error of single precision in a sample; None in double precision.
    """

    folder: Path
    n: int
    made: int
    seconds: float
    memory: int
    size: int
    error: float | None = None

    def sql(self, query: str) -> Selection:
        """Return what a SELECT over the view `designs` gives.

        Raises:
            DataError: The query is refused.
        """
        return open_tables(self.folder).sql(query)


def sweep(
    study: Package,
    n: int,
    method: Sampling | None = None,
    seed: int | None = None,
    folder: Path | None = None,
    workers: int | str | Executor | None = None,
    backend: Backend = Backend.NUMPY,
    resume: bool = False,
    tell: Tell = silent,
    compiled: Path | None = None,
    rows: int = _ROWS,
    compute: Compute = DEFAULT,
) -> Sweep:
    """Compute n designs of a study, store them, and return the store.

    Design i is of variant i modulo their number, at sample point i // number, so platforms are
    compared at the same points. Every byte depends on study, method, n, seed, rows and backend
    alone, not on who computes it or how often the sweep was cut off.

    Args:
        study: With a section `sweep`.
        n: Designs, all variants together.
        method: Of sampling; None for that of the study.
        seed: Of the sample; None for that of the study.
        folder: Of the store; None for `runs/NAME-sweep-HASH8`.
        workers: How many processes, "dask:ADDRESS", or an executor; None for one per processor.
        backend: Where cycles are driven.
        resume: Go on with a sweep that was cut off; begins where there is none.
        tell: Takes where it stands, a few times a second at most.
        compiled: Folder in which JAX keeps what it compiles.
        rows: Designs of a part.
        compute: Makes a table of designs.

    Raises:
        DataError: n, a quantity, the folder or the cluster is not as it must be; names it.
        KeyboardInterrupt: Stopped by hand; the store can be resumed.
    """
    _refuse_numbers(n, seed)
    spec, space = study.spec, space_of(study)
    made = bench(study, space, backend)
    chosen = method or Sampling(spec.sweep.method if spec.sweep else "lhs")
    plan = Plan(
        n, rows, spec.base.seed if seed is None else seed, chosen, len(made.variants),
        len(space.varied),
    )  # fmt: skip
    if chosen is Sampling.GRID:
        levels(plan.points, plan.dimensions)
    place = folder or Path("runs") / f"{spec.name}-sweep-{fingerprint(study)[:8]}"
    task = task_of(
        study, seed=plan.seed, method=chosen.value, n=n, part_rows=rows, backend=backend.value
    )
    with _crew(workers) as crew:
        refuse(place, task, resume)
        with held(place):
            parts = begun(place, study, task, made.columns, resume)
            job = Job(plan, made, compute, place if crew.shares_disk else None, compiled)
            return _made(crew, job, place, parts, tell, _found_out(study, space, plan, backend))


def _refuse_numbers(n: int, seed: int | None) -> None:
    """Raise DataError for a number of designs or a seed that none is."""
    if not 1 <= n <= MOST:
        raise DataError(f"n: {n:,} designs; write a number from 1 to {MOST:,}")
    if seed is not None and not 0 <= seed <= _MOST_SEED:
        raise DataError(f"seed: {seed}; write a number from 0 to {_MOST_SEED:,}")


def _found_out(study: Package, space: Space, plan: Plan, backend: Backend) -> dict[str, Any]:
    if backend is not Backend.JAX_SINGLE:
        return {}
    return {"single_precision_error": single_precision_error(study, space, plan)}


@contextmanager
def _crew(workers: int | str | Executor | None) -> Iterator[Workers]:
    """Yield the workers that are asked for.

    Raises:
        DataError: There are none, or they do not answer.
    """
    if isinstance(workers, str):
        kind, _, address = workers.partition(":")
        if kind != "dask" or not address:
            raise DataError(f"executor: {workers!r} is none; write dask:ADDRESS")
        with dask_workers(address) as crew:
            yield crew
        return
    if isinstance(workers, Executor):
        yield given_workers(workers)
        return
    yield own_workers(cpus() if workers is None else workers)


def _made(
    crew: Workers,
    job: Job,
    place: Path,
    parts: Sequence[Part],
    tell: Tell,
    found_out: Mapping[str, Any],
) -> Sweep:
    """Make the parts that are missing, and end the sweep; the manifest is told what was found."""
    began = time.perf_counter()
    there = {part.number for part in parts}
    missing = [n for n in range(job.plan.parts) if n not in there]
    first = done = sum(part.rows for part in parts)
    memory = peak_memory()
    state_of(place, "running", {})
    try:
        tell(Progress(done, job.plan.n, 0.0, None, memory))
        with closing(crew.made(job, missing)) as parts_made:
            for found in parts_made:
                _keep(place, found)
                done, memory = done + found.part.rows, max(memory, found.memory, peak_memory())
                rate = (done - first) / (time.perf_counter() - began)
                tell(Progress(done, job.plan.n, rate, (job.plan.n - done) / rate, memory))
    except BaseException:
        with suppress(DataError):  # what stopped it is said, not that this could not be noted
            end_of(place, "stopped", _took(began, memory, found_out))
        raise
    seconds = time.perf_counter() - began
    end_of(place, "done", _took(began, memory, found_out))
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    error = found_out.get("single_precision_error")
    return Sweep(place, done, done - first, seconds, memory, size, error)


def _took(began: float, memory: int, found_out: Mapping[str, Any]) -> dict[str, Any]:
    seconds = round(time.perf_counter() - began, 3)
    return {"seconds": seconds, "memory_bytes": memory, **found_out}


def _keep(place: Path, found: Made) -> None:
    """Write a part that came as bytes, and add it to the journal."""
    if found.content is not None:
        write_bytes(place / found.part.name, found.content)
    append(place, found.part)


def single_precision_error(study: Package, space: Space, plan: Plan) -> float:
    """Return by how much figures in single precision are off, relative, at most in a sample.

    The first designs of the sweep are computed in double precision too.
    """
    points = min(plan.points, _SAMPLE)
    shares = unit_points(plan.method, plan.dimensions, plan.points, plan.seed, 0, points)
    values, last = space.values(shares), points * plan.variants
    single, double = (
        designs(bench(study, space, backend), 0, last, values)
        for backend in (Backend.JAX_SINGLE, Backend.NUMPY)
    )
    worst = 0.0
    for name, exact in double.items():
        if exact.dtype.kind == "f":
            size = np.ma.maximum(abs(exact), abs(single[name]))
            off = np.ma.filled(abs(single[name] - exact) / np.ma.maximum(size, 1e-300), 0.0)
            worst = max(worst, float(np.max(off, initial=0.0)))
    return worst
