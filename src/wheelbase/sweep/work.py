"""One part of a sweep, computed by whoever is asked: this process, another one, another machine."""

import pickle
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from wheelbase.simulate import Backend, keep_compiled
from wheelbase.study.parts import DESIGNS, Part
from wheelbase.sweep.batch import Bench, designs
from wheelbase.sweep.progress import peak_memory
from wheelbase.sweep.sample import Sampling, unit_points
from wheelbase.sweep.store import write_part

__all__ = ["DEFAULT", "Compute", "Job", "Made", "Plan", "make_part", "packed"]

Compute = Callable[[Bench, int, int, Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sweep is cut: design i is of variant i modulo `variants`, at point i // variants.

    Args:
        n: Designs.
        rows: Of a part; the last may have less.
        seed: Of the sample.
        method: Of sampling.
        variants: How many share each point.
        dimensions: Quantities that are varied.
    """

    n: int
    rows: int
    seed: int
    method: Sampling
    variants: int
    dimensions: int

    @property
    def points(self) -> int:
        """Sample points."""
        return -(-self.n // self.variants)

    @property
    def parts(self) -> int:
        """Parts."""
        return -(-self.n // self.rows)

    def span(self, number: int) -> tuple[int, int]:
        """Return first design of a part, and the one after its last."""
        return number * self.rows, min((number + 1) * self.rows, self.n)


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker is given.

    Args:
        plan: How the sweep is cut.
        bench: The study made ready; pickled once for other processes.
        compute: Makes the table of some designs.
        folder: Of the sweep where the worker reaches it; None to send the part's bytes back.
        compiled: Where JAX keeps what it compiled; None for nowhere.
    """

    plan: Plan
    bench: Bench | bytes
    compute: Compute
    folder: Path | None
    compiled: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A part as a worker made it.

    Args:
        part: Number, rows, hash.
        seconds: That it took.
        memory: Greatest memory that the worker has held, bytes.
        content: The file, where the worker does not reach the folder.
    """

    part: Part
    seconds: float
    memory: int
    content: bytes | None


def packed(job: Job) -> Job:
    """Return a job as other processes are sent it, its bench pickled once."""
    return replace(job, bench=pickle.dumps(job.bench, protocol=pickle.HIGHEST_PROTOCOL))


@lru_cache(maxsize=1)
def _unpacked(bench: bytes) -> Bench:
    found = pickle.loads(bench)
    assert isinstance(found, Bench)
    return found


def make_part(job: Job, number: int) -> Made:
    """Compute one part and write it, or return its bytes.

    Raises:
        DataError: The part cannot be written.
    """
    began = time.perf_counter()
    bench = _unpacked(job.bench) if isinstance(job.bench, bytes) else job.bench
    if job.compiled is not None and bench.backend is not Backend.NUMPY:
        keep_compiled(job.compiled)
    plan = job.plan
    first, last = plan.span(number)
    points = (first // plan.variants, (last - 1) // plan.variants + 1)
    shares = unit_points(plan.method, plan.dimensions, plan.points, plan.seed, *points)
    table = job.compute(bench, first, last, bench.space.values(shares))
    content = None
    if job.folder is not None:
        part = write_part(job.folder, number, bench.columns, table)
    else:
        with tempfile.TemporaryDirectory(prefix="wheelbase-") as place:
            (Path(place) / DESIGNS).mkdir()
            part = write_part(Path(place), number, bench.columns, table)
            content = (Path(place) / part.name).read_bytes()
    return Made(part, time.perf_counter() - began, peak_memory(), content)


DEFAULT: Compute = designs
"""What computes a table of designs unless a test takes another."""
