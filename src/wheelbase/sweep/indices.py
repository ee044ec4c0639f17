"""Which quantity moves what: Sobol and Morris indices of the figures of a study's cars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.study import Package
from wheelbase.sweep.batch import Bench, bench, designs
from wheelbase.sweep.progress import Tell, counted, silent
from wheelbase.sweep.space import Space

__all__ = ["Index", "Method", "Sensitivity", "sensitivity"]

Array = NDArray[np.float64]

_LEAST = 1e-6  # relative spread of a figure that nothing moves but rounding
_BATCH = 5_000


class Method(Enum):
    """How indices are found."""

    SOBOL = "sobol"
    MORRIS = "morris"


@dataclass(frozen=True, slots=True)
class Index:
    """How much of a figure one quantity moves.

    Args:
        path: The quantity.
        first: Share of the variance that it makes alone (Sobol), or None.
        total: Share that it makes with all others together (Sobol); Morris: mean of the absolute
            effect of its whole range, in the unit of the figure.
        width: Half the 95 % interval of `total`.
    """

    path: str
    first: float | None
    total: float
    width: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Indices of one figure of one variant.

    Args:
        variant: "powertrain@platform.body".
        column: The figure.
        indices: By quantity, the greatest `total` first; empty where nothing moves the figure.
        left_out: Why there are none: share of the designs without the figure; 0 where there are.
    """

    variant: str
    column: str
    indices: tuple[Index, ...]
    left_out: float


def sensitivity(
    package: Package,
    space: Space,
    method: Method = Method.SOBOL,
    n: int = 256,
    seed: int = 7,
    columns: Sequence[str] | None = None,
    tell: Tell = silent,
) -> tuple[Sensitivity, ...]:
    """Return how much each varied quantity moves each figure of each variant.

    Quantities are taken as independent, each along its law. Sobol needs n (2 d + 2) designs of each
    variant for d quantities, Morris n (d + 1).

    Args:
        package: The study.
        space: What is varied; at least two quantities for Sobol.
        method: Sobol's indices or Morris's elementary effects.
        n: Base samples (a power of two for Sobol), or trajectories of Morris.
        seed: Of the samples.
        columns: Figures; None for every output.
        tell: Takes how far it is after each batch.

    Raises:
        DataError: The extra is not installed, n is no power of two, or no such figure.

    Source: Saltelli et al. 2010 (Sobol, total order), Morris 1991, by SALib.
    """
    if method is Method.SOBOL and (n < 2 or n & (n - 1)):
        raise DataError(f"n: {n} is no power of two of at least 2; write {_power(n)}")
    if n < 2:
        raise DataError(f"n: {n} trajectories; write at least 2")
    made = bench(package, space)
    figures = [c.name for c in made.columns if c.role == "output" and c.kind == "float"]
    chosen = figures if columns is None else list(columns)
    if odd := [name for name in chosen if name not in figures]:
        raise DataError(f"no figure '{odd[0]}'; there are {', '.join(figures)}")
    problem = {
        "num_vars": len(space.varied),
        "names": [v.path for v in space.varied],
        "bounds": [[0.0, 1.0]] * len(space.varied),
    }
    shares = _sampled(problem, method, n, seed)
    table = _computed(made, space, shares, tell)
    return tuple(
        _found(problem, method, seed, shares, variant, name, table[name][k :: len(made.variants)])
        for k, variant in enumerate(made.variants)
        for name in chosen
    )


def _power(n: int) -> int:
    return int(2 ** max(round(np.log2(max(n, 2))), 1))


def _library() -> Any:
    try:
        import SALib.analyze.morris
        import SALib.analyze.sobol
        import SALib.sample.morris
        import SALib.sample.sobol
    except ImportError:
        raise DataError(
            "sensitivity: needs the extra 'sensitivity': pip install 'wheelbase[sensitivity]'"
        ) from None
    return SALib


def _sampled(problem: Mapping[str, Any], method: Method, n: int, seed: int) -> Array:
    """Return the samples in shares of each law, strictly between 0 and 1."""
    library = _library()
    if method is Method.SOBOL:
        found = library.sample.sobol.sample(problem, n, calc_second_order=False, seed=seed)
    else:
        found = library.sample.morris.sample(problem, n, num_levels=4, seed=seed)
    return np.clip(np.asarray(found, dtype=np.float64), 1e-6, 1 - 1e-6)


def _computed(made: Bench, space: Space, shares: Array, tell: Tell) -> dict[str, Any]:
    """Return the table of all variants at all samples, in batches."""
    values = np.stack([v.law.values(shares[:, n]) for n, v in enumerate(space.varied)], axis=1)
    many = len(made.variants)
    step = max(_BATCH // many, 1)
    parts = [
        designs(made, many * a, many * min(a + step, len(values)), values[a : a + step])
        for a in counted(range(0, len(values), step), tell)
    ]
    joined: Any = np.ma.concatenate
    return {name: joined([part[name] for part in parts]) for name in parts[0]}


def _found(
    problem: Mapping[str, Any],
    method: Method,
    seed: int,
    shares: Array,
    variant: str,
    column: str,
    figures: Any,
) -> Sensitivity:
    missing = float(np.mean(np.ma.getmaskarray(figures)))
    values = np.asarray(np.ma.filled(figures, 0.0), dtype=np.float64)
    spread = np.ptp(values) if len(values) else 0.0
    if missing > 0 or spread <= _LEAST * np.max(np.abs(values), initial=1e-300):
        return Sensitivity(variant, column, (), missing)
    library = _library()
    if method is Method.SOBOL:
        scaled = (values - values.mean()) / values.std()
        found = library.analyze.sobol.analyze(
            problem, scaled, calc_second_order=False, seed=seed, print_to_console=False
        )
        rows = zip(found["S1"], found["ST"], found["ST_conf"], strict=True)
    else:
        found = library.analyze.morris.analyze(
            problem, shares, values, num_levels=4, seed=seed, print_to_console=False
        )
        firsts = [None] * len(problem["names"])
        rows = zip(firsts, found["mu_star"], found["mu_star_conf"], strict=True)
    indices = [
        Index(path, None if first is None else float(first), float(total), float(width))
        for path, (first, total, width) in zip(problem["names"], rows, strict=True)
    ]
    return Sensitivity(variant, column, tuple(sorted(indices, key=lambda i: -i.total)), 0.0)
