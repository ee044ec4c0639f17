"""What a sweep found, as plain data: shares, quantiles, clouds of points, the Pareto front."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.errors import DataError
from wheelbase.study import Tables, open_tables, read, read_manifest
from wheelbase.study.figures import rounded
from wheelbase.sweep.cited import cited
from wheelbase.sweep.front import OBJECTIVES, front
from wheelbase.sweep.placed import FRONT

__all__ = ["front_of", "summary"]

Array = NDArray[np.float64]

_POINTS = 4000  # of a cloud, in all
_BINS = 48
_ALIKE = 1e-6  # relative; a figure that differs by less is no axis
_ROWS = 400  # of the front that are told, evenly along the cost
_GOOD = "status = 'fits' and misses = ''"
_CLOUDS = (("energy_wltp_kwh_per_100km", "direct_cost"), ("boot_l", "battery_fit_kwh"))


def summary(folder: Path) -> dict[str, Any]:
    """Return what a sweep found.

    Returns:
        `name`, `title`, `n` designs of it that are there, `sentence`; `inputs` and `outputs`, the
        columns; `variants`, each with shares by status, missed targets and quantiles (5, 50, 95 %)
        of the good ones; `clouds`, counts in bins and some points of the good ones; `front`, by
        body the designs that nothing beats; `cited`, the works behind it; `manifest`.

    Raises:
        DataError: No sweep, or a part of it that is not what was written.
    """
    manifest, tables = read_manifest(folder), open_tables(folder)
    if manifest.get("kind") != "sweep":
        raise DataError(f"{folder}: is no sweep; `wheelbase sweep` makes one")
    columns = manifest["columns"]
    by_role = {
        role: [c for c in columns if c["role"] == role and c["kind"] in ("double", "float")]
        for role in ("input", "output")
    }
    found = {
        "kind": "sweep",
        "name": manifest["name"],
        "title": manifest.get("title", manifest["name"]),
        "n": tables.views["designs"].rows,
        "asked": manifest["n"],
        "inputs": _with_laws(folder, by_role["input"]),
        "outputs": by_role["output"],
        "variants": dict(_variants(tables, [c["name"] for c in by_role["output"]])),
        "clouds": list(_clouds(tables, [c["name"] for c in by_role["output"]])),
        "front": front_of(tables, columns),
        "cited": _cited(folder),
        "manifest": {k: manifest.get(k) for k in ("seed", "method", "n", "state", "versions")},
    }
    if (folder / FRONT).is_file():
        found["placed"] = json.loads((folder / FRONT).read_text("utf-8"))["placed"]
    return found | {"sentence": _sentence(found)}


def _cited(folder: Path) -> dict[str, Any]:
    """Return what to cite; of a sweep that today's catalogue cannot compute, why it is not told."""
    try:
        works = cited(folder)
    except DataError as error:
        return {"works": [], "missing": error.problems[0]}
    names = ("key", "kind", "title", "author", "date", "used")
    return {"works": [{n: getattr(w, n) for n in names} for w in works], "missing": ""}


def _with_laws(folder: Path, inputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return input columns with the law that the study of the sweep writes, in words."""
    vary = read(folder / "study.yaml").data.get("sweep", {}).get("vary", {})
    return [{**c, "law": _law(vary.get(c["meaning"]))} for c in inputs]


def _law(written: Any) -> str:
    if isinstance(written, dict):
        return ", ".join(f"{k}: {' .. '.join(map(str, v))}" for k, v in written.items())
    return f"uniform: {' .. '.join(map(str, written))}" if isinstance(written, list) else ""


def _variants(tables: Tables, outputs: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each variant with what became of its designs."""
    counts = tables.sql(
        "select variant, kind, platform, body, powertrain, count(*) from designs "
        "group by all order by min(design)"
    ).rows()
    status = tables.sql("select variant, status, count(*) from designs group by all").rows()
    missed = tables.sql(
        "select variant, target, count(*) from (select variant, "
        "unnest(string_split(misses, ', ')) as target from designs where misses <> '') group by all"
    ).rows()
    spans = {row[0]: row[1:] for row in _quantiles(tables, outputs)}
    for variant, kind, platform, body, powertrain, designs in counts:
        values = spans.get(variant, ())
        yield (
            variant,
            {
                "kind": kind,
                "platform": platform,
                "body": body,
                "powertrain": powertrain,
                "designs": designs,
                "status": {s: n for v, s, n in sorted(status) if v == variant},
                "misses": {t: n for v, t, n in sorted(missed) if v == variant},
                "quantiles": {
                    name: [rounded(x) for x in span]
                    for name, span in zip(outputs, values, strict=False)
                    if span is not None and None not in span
                },
            },
        )


def _quantiles(tables: Tables, outputs: Sequence[str]) -> list[tuple[Any, ...]]:
    spans = ", ".join(f'quantile_cont("{name}", [0.05, 0.5, 0.95])' for name in outputs)
    return tables.sql(f"select variant, {spans} from designs where {_GOOD} group by variant").rows()


def _full(name: str, outputs: Sequence[str]) -> str | None:
    """Return a column by its name, of money without its year; None where there is none."""
    return next((o for o in outputs if o == name or o.startswith(f"{name}_eur")), None)


def _clouds(tables: Tables, outputs: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield pairs of figures of all good designs: how many lie where, and some of them."""
    for pair in _CLOUDS:
        x, y = (_full(name, outputs) for name in pair)
        if x is None or y is None:
            continue
        where = f'{_GOOD} and "{x}" is not null and "{y}" is not null'
        if y == "battery_fit_kwh":
            where += f' and "{y}" > 0'
        ends = tables.sql(
            f'select min("{x}"), max("{x}"), min("{y}"), max("{y}"), count(*) from designs '
            f"where {where}"
        ).rows()[0]
        if ends[4] and all(b - a > _ALIKE * abs(b) for a, b in (ends[:2], ends[2:4])):
            yield {"x": x, "y": y} | _binned(tables, (x, y), where, ends)


def _binned(
    tables: Tables, pair: tuple[str, str], where: str, ends: tuple[Any, ...]
) -> dict[str, Any]:
    (x, y), (x0, x1, y0, y1, count) = pair, ends
    wide, high = ((b - a or 1.0) / _BINS for a, b in ((x0, x1), (y0, y1)))
    bins = tables.sql(
        f'select least(floor(("{x}" - {x0!r}) / {wide!r}), {_BINS - 1})::int as i, '
        f'least(floor(("{y}" - {y0!r}) / {high!r}), {_BINS - 1})::int as j, count(*) '
        f"from designs where {where} group by all"
    ).rows()
    grid = [[0] * _BINS for _ in range(_BINS)]
    for i, j, n in bins:
        grid[j][i] = n
    step = max(-(-count // _POINTS), 1)
    taken = tables.sql(
        f'select variant, design, "{x}", "{y}" from designs where {where} '
        f"and (point * 7919) % {step} = 0 order by design limit {2 * _POINTS}"
    ).rows()
    points: dict[str, dict[str, list[Any]]] = {}
    for variant, design, a, b in taken:
        into = points.setdefault(variant, {"x": [], "y": [], "design": []})
        for key, value in (("x", rounded(a, 4)), ("y", rounded(b, 4)), ("design", design)):
            into[key].append(value)
    return {
        "count": count,
        "xs": [rounded(x0 + (n + 0.5) * wide) for n in range(_BINS)],
        "ys": [rounded(y0 + (n + 0.5) * high) for n in range(_BINS)],
        "bins": grid,
        "points": points,
    }


def front_of(tables: Tables, columns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return by body the good designs that no other one of that body beats in everything.

    A figure that no design of a body has, such as the battery of petrol cars, counts as 0.

    Returns:
        `objectives`, column to 1 for more or -1 for less; `bodies`, each with the number of its
        good `designs`, how many are on the front (`size`), how many of each variant, and `rows`,
        some of them evenly along the first cost.
    """
    names = [c["name"] for c in columns]
    senses = {n: s for name, s in OBJECTIVES.items() if (n := _full(name, names)) is not None}
    inputs = [c["name"] for c in columns if c["role"] == "input"]
    found: dict[str, Any] = {"objectives": senses, "bodies": {}}
    for (body,) in tables.sql("select distinct body from designs order by body").rows():
        chosen = ", ".join(f'coalesce("{name}", 0.0) as "{name}"' for name in senses)
        text = str(body).replace("'", "''")
        arrays = tables.sql(
            f"select design, variant, {chosen} from designs where {_GOOD} and body = '{text}'"
        ).arrays()
        if not len(arrays["design"]):
            continue
        best = front({name: np.asarray(arrays[name]) for name in senses}, senses)
        kept = np.nonzero(best)[0]
        variants, counts = np.unique(
            np.asarray(arrays["variant"], dtype=str)[kept], return_counts=True
        )
        found["bodies"][body] = {
            "designs": len(best),
            "size": len(kept),
            "variants": dict(zip(variants.tolist(), counts.tolist(), strict=True)),
            "rows": _rows(tables, arrays["design"][_along(arrays, kept, senses)], senses, inputs),
        }
    return found


def _along(arrays: Mapping[str, Any], kept: Any, senses: Mapping[str, int]) -> Any:
    """Return some of the kept rows, evenly along the cost."""
    cost = next((n for n in senses if n.startswith("direct_cost")), next(iter(senses)))
    order = kept[np.argsort(arrays[cost][kept], kind="stable")]
    if len(order) <= _ROWS:
        return order
    return order[np.linspace(0, len(order) - 1, _ROWS).round().astype(int)]


def _rows(
    tables: Tables, designs: Any, senses: Mapping[str, int], inputs: Sequence[str]
) -> list[dict[str, Any]]:
    """Return designs in the order of their cost: objectives rounded, inputs as they were drawn."""
    names = ("design", "variant", *senses, *inputs)
    wanted = ", ".join(str(int(d)) for d in designs)
    chosen = ", ".join(f'"{n}"' for n in names)
    rows = tables.sql(f"select {chosen} from designs where design in ({wanted})").rows()
    by_number = {row[0]: row for row in rows}
    return [
        {
            name: rounded(value) if name in senses else value
            for name, value in zip(names, by_number[int(d)], strict=True)
        }
        for d in designs
    ]


def _sentence(found: Mapping[str, Any]) -> str:
    """Return what a sweep says in one sentence."""
    good = sum(v["status"].get("fits", 0) for v in found["variants"].values())
    share = 100 * good / max(found["n"], 1)
    told = f"Of {found['n']:,} designs of {len(found['variants'])} variants {share:.0f} % are cars"
    ends = [f"{f['size']:,} of {body}" for body, f in found["front"]["bodies"].items()]
    if not ends:
        return f"{told}."
    return f"{told}; no other one beats {', '.join(ends)} in everything that is weighed."
