"""Where the numeric core runs: NumPy by default, the same functions under JAX on request."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from wheelbase.errors import DataError
from wheelbase.simulate.roadload import Intervals
from wheelbase.simulate.stack import count, rows
from wheelbase.simulate.totals import Model

__all__ = ["Backend", "Core", "Work", "keep_compiled", "run"]

_BLOCK = 70_000  # numbers in one array of a block: larger ones leave the processor's cache
_TOGETHER = 8  # cars that one compiled step takes at once
_LARGE = 3_900_000  # numbers, just below the 32 MiB up to which glibc adapts


class Backend(Enum):
    """An array library."""

    NUMPY = "numpy"
    JAX = "jax"
    JAX_SINGLE = "jax-float32"


@dataclass(frozen=True, slots=True)
class Work:
    """A cycle to drive: its intervals, the share of a cold start, and the price of battery energy.

    The price is None where the cycle decides.
    """

    trace: Intervals
    soak: float
    price: float | None


Core = Callable[[Any, Model, Intervals, float, float | None], Any]
"""Array namespace, stacked cars, intervals, soak and price to a named tuple of arrays."""


def run(
    core: Core,
    model: Model,
    work: Work,
    backend: Backend,
    cars: int | None = None,
) -> Any:
    """Return what the core finds of stacked cars on a cycle, in blocks that fit the cache.

    Args:
        core: `totals` or `spent`; returns a named tuple of arrays with a row per car.
        model: The cars; a number that all of them share may stand once.
        work: The cycle.
        backend: Where to compute.
        cars: How many cars there are, where no number of the model says it.

    Raises:
        DataError: JAX is asked for and not installed.
    """
    cars = count(model) if cars is None else cars
    if backend is not Backend.NUMPY:
        return _whole(_under_jax(core, model, work, backend), cars)
    _settle()
    size = max(1, _BLOCK // (len(work.trace.speed) * _gears(model)))
    blocks = [
        _whole(
            core(np, rows(model, slice(n, n + size)), work.trace, work.soak, work.price),
            min(size, cars - n),
        )
        for n in range(0, cars, size)
    ]
    if len(blocks) == 1:
        return blocks[0]
    return type(blocks[0])(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


def _whole(found: Any, cars: int) -> Any:
    """Return results with a row for each car, those that all cars share repeated."""
    return type(found)(*(np.broadcast_to(x, (cars, *np.shape(x)[1:])) for x in found))


@lru_cache(maxsize=1)
def _settle() -> None:
    """Free one large array, once: glibc then keeps smaller ones instead of returning their pages.

    Without it every temporary above about 64 KB costs a page fault per 4 KB, each time again.
    """
    np.empty(_LARGE)


def _gears(model: Any) -> int:
    """Return the greatest number of gears, which multiplies the size of an array."""
    if not isinstance(model, tuple):
        return int(model.shape[1]) if np.ndim(model) == 3 else 1
    return max((_gears(x) for x in model), default=1)


def _under_jax(core: Core, model: Model, work: Work, backend: Backend) -> Any:
    try:
        import jax
    except ImportError:
        raise DataError("backend jax: not installed; install wheelbase[jax]") from None
    trace = work.trace
    if backend is Backend.JAX_SINGLE:
        model, figures = _halved(model), _halved(tuple(trace))
        trace = type(trace)(*figures)
    cars = count(model)
    size = _rounded(cars)
    if size != cars:
        model = rows(model, np.minimum(np.arange(size), cars - 1))
    with jax.enable_x64(backend is Backend.JAX):
        done = _compiled(core)(model, trace, work.soak, work.price)
        found = (np.asarray(x, dtype=np.float64) for x in done)
        return type(done)(*(x if len(x) == 1 else x[:cars] for x in found))


def _rounded(cars: int) -> int:
    """Return a number of rows not below `cars` that comes again: each new one is compiled anew."""
    step = 1 << max(cars.bit_length() - 4, 0)
    return -(-cars // step) * step


def keep_compiled(folder: Path) -> None:
    """Keep what JAX compiles in a folder, for later processes; does nothing without JAX."""
    try:
        import jax
    except ImportError:
        return
    kept: Any = jax.config
    kept.update("jax_compilation_cache_dir", str(folder))
    kept.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    kept.update("jax_persistent_cache_min_entry_size_bytes", -1)


def _halved(model: Any) -> Any:
    """Return numbers of double precision in single precision, in the tuples that hold them."""
    if isinstance(model, tuple):
        parts = [_halved(x) for x in model]
        return type(model)(*parts) if hasattr(model, "_fields") else tuple(parts)
    return model.astype(np.float32) if getattr(model, "dtype", None) == np.float64 else model


@lru_cache(maxsize=4)
def _compiled(core: Core) -> Any:
    """Return the core compiled: a few cars after another, which keeps their arrays in cache.

    What all cars share is not mapped over, so it is computed once.
    """
    import jax
    import jax.numpy as jnp

    def every(model: Any, trace: Any, soak: Any, ends: Any, cuts: Any, price: Any) -> Any:
        whole = trace._replace(ends=ends, cuts=cuts)
        leaves, tree = jax.tree.flatten(model)
        many = [n for n, leaf in enumerate(leaves) if leaf.shape[0] > 1]

        def one(row: Any) -> Any:
            mixed = list(leaves)
            for n, leaf in zip(many, row, strict=True):
                mixed[n] = leaf[None]
            car = jax.tree.unflatten(tree, mixed)
            return jax.tree.map(lambda x: x[0], core(jnp, car, whole, soak, price))

        if not many:
            return core(jnp, model, whole, soak, price)
        return jax.lax.map(one, [leaves[n] for n in many], batch_size=_TOGETHER)

    fast = jax.jit(every, static_argnames=("ends", "cuts", "price"))

    def call(model: Any, trace: Any, soak: float, price: float | None) -> Any:
        plain = trace._replace(ends=(), cuts=())
        return fast(model, plain, soak, ends=trace.ends, cuts=trace.cuts, price=price)

    return call
