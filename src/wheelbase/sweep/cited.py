"""What to cite for a sweep: the facts that a design of each variant reads, the methods that ran."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.study import Citation, Costed, citations, read_manifest
from wheelbase.study.load import package_of
from wheelbase.study.methods import Method, methods_tree
from wheelbase.study.reads import ids_read, noted, parts_of
from wheelbase.study.replay import kept_document
from wheelbase.study.tree_money import facts_of
from wheelbase.sweep.batch import bench, designs
from wheelbase.sweep.space import space_of

__all__ = ["METHODS", "cited"]

_LISTS = ("chain_constant",)
_PRICES = ("currency", "pack_curve", "pack_shape")
"""Shelves that are read as whole lists; of all others what is read by id counts."""


def _sampled(method: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda found: found["method"] == method


def _kinds(*kinds: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda found: bool({*kinds} & {*found["kinds"]})


METHODS = (
    Method(
        ("mckay-1979",),
        "Latin hypercube of what is varied",
        "sweep.sample._layers",
        _sampled("lhs"),
    ),
    Method(
        ("joe-kuo-2008",),
        "Sobol sequence of what is varied",
        "sweep.sample._sobol",
        _sampled("sobol"),
    ),
    Method(
        ("guzzella-sciarretta-2013",),
        "energy from a speed trace, backward from wheel to tank and battery (chapter 2)",
        "simulate.roadload.wheel_demand",
        lambda found: True,
    ),
    Method(
        ("guzzella-onder-2010",),
        "engines as Willans lines (chapter 2)",
        "simulate.engine.engine_model",
        _kinds("petrol", "diesel", "mhev", "hev", "phev"),
    ),
    Method(
        ("eu-2017-1151",),
        "WLTP: class and trace",
        "simulate.certify.approve_many",
        lambda found: True,
    ),
    Method(
        ("eu-2023-443",),
        "share of electric driving of plug-in hybrids, WLTP",
        "simulate.certify.utility_factor",
        _kinds("phev"),
    ),
)
"""Methods that a sweep may use; a test holds each to the functions that ran."""


def cited(folder: Path) -> tuple[Citation, ...]:
    """Return what to cite for a sweep.

    One design of each variant, in the middle of what is varied, is computed once more against a
    catalogue that keeps note of what is read.

    Raises:
        DataError: No sweep.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != "sweep":
        raise DataError(f"{folder}: is no sweep; `wheelbase sweep` makes one")
    facts, read = noted(catalogue())
    package = package_of(kept_document(folder, manifest), facts)
    made = bench(package, space_of(package))
    middle = np.full((1, len(made.space.varied)), 0.5)
    table = designs(made, 0, len(made.variants), made.space.values(middle))
    single = [note for note in read if not note.endswith(":*")]  # all is looked through for ids
    used = ids_read(single, facts)
    for train in package.powertrains.values():
        for body in package.spec.bodies.values():
            for shelf, ids in parts_of(train, body.extends).items():
                used.setdefault(shelf, set()).update(ids)
    for shelf in (*_LISTS, *(_PRICES if isinstance(package, Costed) else ())):
        used[shelf] = {item.id for item in getattr(facts, shelf)}
    if isinstance(package, Costed):
        day = package.spec.base.date
        used["pack_price"] = {p.id for p in facts.pack_price if p.made <= day}
    found = {"method": manifest["method"], "kinds": [str(kind) for kind in table["kind"]]}
    return citations(facts_of(facts, used) | {"methods": methods_tree(found, METHODS)})
