"""What the bundled studies answer, held against a record: a figure moves on purpose or not at all.

`make golden` writes the record anew. A difference is either a change of the model, which belongs
into the commit that makes it, or a mistake.
"""

import json
import math
import os
from fnmatch import fnmatch
from pathlib import Path

import pytest

from wheelbase.fit import fit
from wheelbase.study import (
    alliance_results,
    bundled,
    load_alliance,
    load_any,
    load_costed,
    load_package,
    network_results,
    price_study,
)

RECORDS = Path(__file__).parents[1] / "golden" / "answers"

TOLERANCES = (
    # pattern, relative, absolute, reason
    ("*_percent", 0.0, 0.5, "a share of 300 to 4000 draws: one draw may fall the other way"),
    ("*confidence_share", 0.0, 0.5, "a share of 300 draws: one draw may fall the other way"),
    ("plan.*", 1e-4, 1e-6, "an integer program stops within a gap of 1e-4"),
    ("best.*", 1e-4, 1e-6, "a mean over draws of linear programs, each solved to 1e-7"),
    ("*least_surplus_meur", 1e-4, 1e-3, "the least of differences between large numbers"),
    ("*", 2e-5, 1e-9, "told to six figures: two units of the last, for sums in another order"),
)


def tolerance(path):
    """Return the relative and absolute tolerance of a figure."""
    return next((rel, low) for pattern, rel, low, _ in TOLERANCES if fnmatch(path, pattern))


def leaves(tree, at=()):
    """Yield path and value of every number and word of a tree; of a quantity its value."""
    if isinstance(tree, dict) and {"value", "unit"} <= tree.keys():
        yield ".".join(at), tree["value"]
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from leaves(item, (*at, str(key)))
    elif isinstance(tree, list):
        for n, item in enumerate(tree):
            yield from leaves(item, (*at, str(n)))
    elif isinstance(tree, int | float | str | bool):
        yield ".".join(at), tree


def kept(tree, *patterns):
    """Return path to value of what matches a pattern."""
    return {p: v for p, v in leaves(tree) if any(fnmatch(p, pattern) for pattern in patterns)}


def of_costs(name, facts):
    """Return masses, needs and bills of the cars of a study of costs."""
    return kept(
        price_study(load_costed(name, facts)), "bills.*.total", "bills.*.price_net", "groups.*"
    )


def of_an_alliance(name, facts):
    """Return what each coalition of each deal saves, and how each rule shares it."""
    found = alliance_results(load_alliance(name, facts))
    return kept(found, "alliance.*.values.*", "alliance.*.rules.*.shares_meur.*",
                "alliance.*.rules.*.in_core", "alliance.*.rules.*.least_surplus_meur")  # fmt: skip


def of_a_network(name, facts):
    """Return the best set of links, what it is worth, and what each design sells."""
    found = network_results(load_any(name, facts))["flexibility"]
    return kept(found, "best.ahead_meur", "best.moves", "enough.*", "designs.*.sales_k",
                "designs.*.links")  # fmt: skip


def of_a_package(name, facts):
    """Return the room that the chains find for every powertrain on every platform."""
    study = load_package(name, facts)
    found = {}
    for id, spec in study.spec.platforms.items():
        for body in spec.bodies:
            for train in spec.powertrains:
                one = fit(
                    study.platforms[id], study.bodies[body], study.powertrains[train], facts, {}
                )
                found[f"{train}@{id}.{body}"] = {
                    "status": one.status, "energy_fit": one.energy_fit, "boot": one.boot,
                    "usable_length": one.usable_length, "wheelbase": one.wheelbase,
                }  # fmt: skip
    return dict(leaves(found))


STUDIES = {
    "bills": of_costs,
    "family": of_costs,
    "id3-or-egolf": of_costs,
    "new-cell": of_costs,
    "edu-alliance": of_an_alliance,
    "plant-flexibility": of_a_network,
    "reference-platforms": of_a_package,
    "same-body-pairs": of_a_package,
}
WHOLE = "clar-or-bespoke"


def of_the_whole(results):
    """Return the answer, every car's figures, its bill, the penalty and the plan's value."""
    return kept(results, "answer.which", "answer.confidence", "answer.confidence_share",
                "answer.value", "variants.*.figures.*", "variants.*.status", "bills.*.total",
                "penalty.segments.*.total", "plan.value", "plan.status")  # fmt: skip


def hold(name, found):
    """Write the record where asked; else name every figure that is not what it says."""
    place = RECORDS / f"{name}.json"
    if os.environ.get("WHEELBASE_GOLDEN"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n", "utf-8")
        return
    known = json.loads(place.read_text("utf-8"))
    assert found.keys() == known.keys()
    moved = [f"{p}: {found[p]} was {known[p]}" for p in known if not same(p, found[p], known[p])]
    assert not moved


def same(path, now, before):
    """Return whether a figure is that of the record within its tolerance, or the same word."""
    if isinstance(now, str | bool) or isinstance(before, str | bool):
        return now == before
    relative, absolute = tolerance(path)
    return math.isclose(now, before, rel_tol=relative, abs_tol=absolute)


@pytest.mark.parametrize("name", STUDIES)
def test_a_bundled_study_answers_as_its_record_says(name, facts):
    found = STUDIES[name](name, facts)
    assert len(found) > 5
    hold(name, found)


def test_the_whole_study_answers_as_its_record_says(results):
    found = of_the_whole(results)
    assert len(found) > 100
    hold(WHOLE, found)


def test_every_bundled_study_has_a_record():
    assert {*STUDIES, WHOLE} == set(bundled())


def test_a_figure_that_moves_by_more_than_its_tolerance_is_named():
    known = json.loads((RECORDS / "bills.json").read_text("utf-8"))
    path = next(p for p in known if p.endswith(".total"))
    assert same(path, known[path] * (1 + 1e-5), known[path])
    assert not same(path, known[path] * (1 + 1e-4), known[path])
