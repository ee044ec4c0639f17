"""Explanations of what is not one car's: platforms, penalty, deals, investments, the decision."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wheelbase.study.explain_car import terms_of
from wheelbase.study.explain_graph import Graph
from wheelbase.study.explanation import Explanation, Ground
from wheelbase.study.formula import PENALTY, RUN, Formula

__all__ = ["number_of_run", "run_names"]

_DECIDED = (
    "answer", "plan", "ways", "causes", "timing", "values", "stages", "renewal", "truths",
    "further_map", "robustness", "regret", "break_even", "tornado",
)  # fmt: skip


def run_names(graph: Graph) -> Iterator[str]:
    """Yield every name outside the cars that has a chain of its own."""
    results = graph.results
    for id, platform in results["platforms"].items():
        yield from (f"{id}.{driver['hard_point']}" for driver in platform["drivers"])
    for id, group in _penalties(graph).items():
        yield f"penalty.{id}"
        yield from (f"penalty.{id}.{part['id']}" for part in group["parts"])
    for id, deal in results["alliance"].items():
        yield f"{id}.saving"
        yield from (f"{id}.alone.{member}" for member in deal["cost_alone_meur"])
        for rule in deal["rules"]:
            yield from (f"{id}.{rule['rule']}.{member}" for member in rule["shares_meur"])
    yield from (f"investments.{r['id']}" for r in _rungs(results) if r["amount"])
    yield "pack_price"
    yield from graph.assumed
    for branch in RUN:
        yield from _paths(results.get(branch), branch)


def number_of_run(graph: Graph, name: str) -> Explanation | None:
    """Return the explanation of a name outside the cars; None if the run has no such number."""
    root, _, rest = name.partition(".")
    if root in graph.results["platforms"]:
        return _platform(graph, root, rest)
    if root == "penalty":
        return _penalty(graph, rest)
    if root in graph.results["alliance"]:
        return _deal(graph, root, rest)
    if root == "investments":
        return _rung(graph, rest)
    if name == "pack_price":
        return _pack_price(graph)
    if name in graph.assumed:
        return _assumption(graph, name)
    return _branch(graph, name) if root in RUN else None


def _platform(graph: Graph, id: str, point: str) -> Explanation | None:
    drivers = {d["hard_point"]: d for d in graph.results["platforms"][id]["drivers"]}
    if point not in drivers:
        return None
    driver = drivers[point]
    terms = " + ".join(f"{name} {mm:g}" for name, mm in driver["terms_mm"].items())
    text = f"{driver['rule']} of {driver['powertrain']}: {terms} mm"
    facts = terms_of(graph, id, driver["powertrain"], driver["terms_mm"])
    figure = {"value": driver["value_mm"], "unit": "mm"}
    return graph.make(f"{id}.{point}", figure, text, facts=facts)


def _penalties(graph: Graph) -> Mapping[str, Any]:
    found = graph.results["penalty"]
    groups: Mapping[str, Any] = found.get("segments") or found.get("bodies") or {}
    return groups


def _penalty(graph: Graph, rest: str) -> Explanation | None:
    id, _, part = rest.partition(".")
    group = _penalties(graph).get(id)
    if group is None:
        return None
    if not part:
        text = f"sum of its causes, bespoke less flexible, built in {group['year']}"
        parts = [f"penalty.{id}.{p['id']}" for p in group["parts"]]
        return graph.make(f"penalty.{id}", group["total"], text, parts)
    found = next((p for p in group["parts"] if p["id"] == part), None)
    if found is None:
        return None
    pair, known = graph.results["pair"], PENALTY.get(part, Formula("", (".cost",)))
    cars = [
        group.get(side, f"{pair['electric']}@{pair[side]}.{id}") for side in ("flexible", "bespoke")
    ]
    names = found.get("inputs") or known.inputs
    inputs = [item for name in names for item in _of_both(graph, name, cars, id)]
    worth = (k for k in graph.shelf("customer_value") if k.partition(":")[2].startswith(known.only))
    facts = [*found.get("facts", ()), *(worth if known.only else ())]
    return graph.make(f"penalty.{id}.{part}", found["figure"], found["text"], inputs, facts)


def _of_both(graph: Graph, name: str, cars: Sequence[str], segment: str) -> Iterator[str]:
    """Yield a name as the graph knows it: ".x" is x of both cars, "segments" what buyers are."""
    if name == "segments":
        yield from (path for path in graph.assumed if path.startswith(f"segments.{segment}."))
    elif not name.startswith("."):
        if name == "pack_price" or name in graph.assumed:
            yield name
    else:
        for car in cars:
            figures = graph.results["variants"].get(car, {"figures": {}})["figures"]
            if name[1:] in figures or (name == ".cost" and car in graph.results["bills"]):
                yield f"{car}{name}"


def _pack_price(graph: Graph) -> Explanation:
    found = graph.results["pack_price"]
    year = graph.results["bills"][next(iter(graph.results["bills"]))]["year"]
    at = found["years"].index(year) if year in found["years"] else -1
    ends = {"low": found["low"][at], "high": found["high"][at], "unit": found["unit"]}
    facts = dict.fromkeys(f"pack_price:{a['id']}" for a in found["anchors"])
    text = f"mean of the prices published by the day of the study, in {found['years'][at]}"
    return graph.make("pack_price", {"value": found["base"][at], **ends}, text, facts=facts)


def _assumption(graph: Graph, path: str) -> Explanation:
    a = graph.assumed[path]
    place = f"{graph.results['name']}.yaml:{a['line']}"
    span = f"{a['value']} [{a['low']} .. {a['high']}]"
    ground = Ground("assumption", path, span, "", a["status"], place, a["note"])
    return graph.make(path, {"value": a["value"], "status": a["status"]}, "", grounds=[ground])


def _deal(graph: Graph, id: str, rest: str) -> Explanation | None:
    deal, assumed = graph.results["alliance"][id], f"deals.{id}."
    everyone = max(deal["values"], key=lambda v: len(v["coalition"]), default=None)
    inputs = [path for path in graph.assumed if path.startswith(assumed)]
    value = everyone["saving_meur"] if everyone and rest == "saving" else None
    text = "what all make together beyond what each makes alone"
    if value is None:
        kind, _, member = rest.partition(".")
        rules = {r["rule"]: r["shares_meur"] for r in deal["rules"]}
        value = rules.get(kind, {}).get(member)
        text = f"share of the saving by the rule '{kind}'"
    if value is None and kind == "alone":
        value, text = deal["cost_alone_meur"].get(member), "development, tools and units alone"
    if value is None:
        return None
    return graph.make(f"{id}.{rest}", {"value": value, "unit": "MEUR"}, text, inputs)


def _rungs(results: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = results.get("investments", {}).get("rungs", ())
    return found


def _rung(graph: Graph, id: str) -> Explanation | None:
    rung = next((r for r in _rungs(graph.results) if r["id"] == id), None)
    if rung is None:
        return None
    used = [p for p in rung["precedents"] if p["comparable"] or rung["status"] != "derived"]
    facts = [f"investment:{p['id']}" for p in used]
    if rung["status"] != "derived":
        facts = [f"investment_rung:{id}", *facts]
    return graph.make(f"investments.{id}", rung["amount"] or None, rung["how"], facts=facts)


def _branch(graph: Graph, name: str) -> Explanation | None:
    """Return a number of the decision: its formula, the penalties and every assumption."""
    branch = name.partition(".")[0]
    value = _at(graph.results, name)
    if value is None or isinstance(value, str | bool):
        return None
    inputs = [f"penalty.{id}" for id in _penalties(graph)] if branch in _DECIDED else []
    facts: list[str] = []
    if branch == "shared_parts":
        facts = graph.shelf("part_family")
        inputs = [f"{id}.cost" for id in graph.results["bills"]]
    elif branch == "validation":
        facts = [key for key in graph.facts if key.startswith(("vehicle:", "vehicle_constant:"))]
    else:
        inputs += list(graph.assumed)
    return graph.make(name, value, RUN[branch], inputs, facts)


def _at(tree: Any, path: str) -> Any:
    """Return what stands at a dotted path; numbers and figures count, branches do not."""
    for key in path.split("."):
        if isinstance(tree, Mapping) and key in tree:
            tree = tree[key]
        elif isinstance(tree, Sequence) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return None
    if isinstance(tree, Mapping):
        return tree if "value" in tree and "unit" in tree else None
    return tree if isinstance(tree, int | float) else None


def _paths(tree: Any, path: str) -> Iterator[str]:
    """Yield the path of every figure and number below a branch."""
    if isinstance(tree, Mapping):
        if "value" in tree and "unit" in tree:
            yield path
            return
        for key, value in tree.items():
            yield from _paths(value, f"{path}.{key}")
    elif isinstance(tree, list):
        for at, value in enumerate(tree):
            yield from _paths(value, f"{path}.{at}")
    elif isinstance(tree, int | float) and not isinstance(tree, bool):
        yield path
