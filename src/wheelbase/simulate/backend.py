"""Where the numeric core runs: NumPy by default, the same functions under JAX on request."""

from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np

from wheelbase.errors import DataError
from wheelbase.simulate.roadload import Intervals
from wheelbase.simulate.totals import Model, Totals, totals

__all__ = ["Backend", "run"]

_BLOCK = 70_000  # numbers in one array of a block: larger ones leave the processor's cache
_TOGETHER = 8  # cars that one compiled step takes at once
_LARGE = 3_900_000  # numbers, just below the 32 MiB up to which glibc adapts


class Backend(Enum):
    """An array library."""

    NUMPY = "numpy"
    JAX = "jax"


def run(
    model: Model, trace: Intervals, soak: float, price: float | None, backend: Backend
) -> Totals:
    """Return the energies of stacked cars on a cycle, in blocks that fit the processor's cache.

    Raises:
        DataError: JAX is asked for and not installed.
    """
    if backend is Backend.JAX:
        return _under_jax(model, trace, soak, price)
    _settle()
    cars, gears = len(model.warming), _gears(model)
    size = max(1, _BLOCK // (len(trace.speed) * gears))
    if cars <= size:
        return totals(np, model, trace, soak, price)
    blocks = [
        totals(np, _rows(model, slice(n, n + size)), trace, soak, price)
        for n in range(0, cars, size)
    ]
    return Totals(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


@lru_cache(maxsize=1)
def _settle() -> None:
    """Free one large array, once: glibc then keeps smaller ones instead of returning their pages.

    Without it every temporary above about 64 KB costs a page fault per 4 KB, each time again.
    """
    np.empty(_LARGE)


def _rows(model: Any, part: slice) -> Any:
    """Return some rows of stacked models."""
    if not isinstance(model, tuple):
        return model[part]
    parts = [_rows(x, part) for x in model]
    return type(model)(*parts) if hasattr(model, "_fields") else tuple(parts)


def _gears(model: Any) -> int:
    """Return the greatest number of gears, which multiplies the size of an array."""
    if not isinstance(model, tuple):
        return int(model.shape[1]) if np.ndim(model) == 3 else 1
    return max((_gears(x) for x in model), default=1)


def _under_jax(model: Model, trace: Intervals, soak: float, price: float | None) -> Totals:
    try:
        import jax
    except ImportError:
        raise DataError("backend jax: not installed; install wheelbase[jax]") from None
    with jax.enable_x64(True):
        done = _compiled()(model, trace, soak, price)
        return Totals(*(np.asarray(x) for x in done))


@lru_cache(maxsize=1)
def _compiled() -> Any:
    """Return the core compiled: a few cars after another, which keeps their arrays in cache."""
    import jax
    import jax.numpy as jnp

    def every(model: Any, trace: Any, soak: Any, ends: Any, cuts: Any, price: Any) -> Any:
        whole = trace._replace(ends=ends, cuts=cuts)

        def one(row: Any) -> Any:
            car = jax.tree.map(lambda x: x[None], row)
            return jax.tree.map(lambda x: x[0], totals(jnp, car, whole, soak, price))

        return jax.lax.map(one, model, batch_size=_TOGETHER)

    fast = jax.jit(every, static_argnames=("ends", "cuts", "price"))

    def call(model: Any, trace: Any, soak: float, price: float | None) -> Any:
        plain = trace._replace(ends=(), cuts=())
        return fast(model, plain, soak, ends=trace.ends, cuts=trace.cuts, price=price)

    return call
