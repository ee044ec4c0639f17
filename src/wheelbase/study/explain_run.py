"""Explanations of what is not one car's: platforms, penalty, deals, investments, the decision."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from wheelbase.study.explain_car import terms_of
from wheelbase.study.explain_graph import Graph
from wheelbase.study.explanation import Explanation, Ground
from wheelbase.study.formula import PENALTY, Formula
from wheelbase.study.formula_run import BRANCHES, INPUTS, chain_of

__all__ = ["number_of_run", "run_names", "stands"]


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
    yield from (path for path in _decided(results) if chain_of(path) is not None)


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
    return _branch(graph, name)


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
    used = [p for p in rung["precedents"] if p["comparable"] or not rung["compared"]]
    facts = [f"investment:{p['id']}" for p in used]
    if not rung["compared"]:
        facts = [f"investment_rung:{id}", *facts]
    return graph.make(f"investments.{id}", rung["amount"] or None, rung["how"], facts=facts)


def _branch(graph: Graph, name: str) -> Explanation | None:
    """Return a number of the decision; None where it has no chain of its own."""
    chain, value = chain_of(name), _at(graph.results, name)
    if chain is None or value is None:
        return None
    fields = _around(graph.results, name)
    inputs = (item for spec in chain.inputs for item in _meant(graph, spec, fields))
    facts: list[str] = []
    for spec in chain.facts:
        shelf, _, id = spec.format_map(fields).partition(":")
        facts += graph.shelf(shelf) if id == "*" else [f"{shelf}:{id}"]
    own = dict.fromkeys(item for item in inputs if item != name)
    return graph.make(name, value, chain.text.format_map(fields), own, facts)


def _around(results: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the fields of the innermost branch with names that a number stands in, and its own."""
    node: Any = results
    words, fields, at = name.split("."), {}, ""
    for n, word in enumerate(words[:-1], 1):
        node = node[int(word)] if isinstance(node, Sequence) else node[word]
        if isinstance(node, Mapping):
            fields, at = dict(node), ".".join(words[:n])
    last = node[int(words[-1])] if isinstance(node, list) else node[words[-1]]
    fields |= last if isinstance(last, Mapping) else {}
    return {**fields, "at": at, "branch": at.rpartition(".")[2], "key": words[-1]}


def _meant(graph: Graph, spec: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names that an input of a chain stands for; none where the run has none."""
    if spec == "input":
        yield from _meant(graph, INPUTS[fields["input"]], fields)
    elif spec == "penalty":
        yield from (f"penalty.{id}" for id in _penalties(graph))
    elif spec == "variants":
        yield from (f"{id}.cost" for id in fields["variants"])
    else:
        wanted = spec.format_map(fields)
        known = [*graph.assumed, *(f"{id}.cost" for id in graph.results["bills"])]
        yield from [n for n in known if fnmatchcase(n, wanted)] or _others(graph, wanted)


def _others(graph: Graph, wanted: str) -> Iterator[str]:
    """Yield the numbers of a car, of a deal or of the decision that a name or pattern means."""
    yield from _written(graph.results, wanted.split("."), ())
    car, _, figure = wanted.rpartition(".")
    figures = graph.results["variants"].get(car, {"figures": {}})["figures"]
    deal, _, rest = wanted.partition(".")
    if figure in figures or _deal_has(graph, deal, rest):
        yield wanted


def _written(tree: Any, words: Sequence[str], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the numbers with a chain at a path in which `*` is any word."""
    if not words:
        if _stops(tree) and chain_of(".".join(path)) is not None:
            yield ".".join(path)
        return
    inside = dict(enumerate(tree)) if isinstance(tree, list) else tree
    for key, value in inside.items() if isinstance(inside, Mapping) else ():
        if words[0] in ("*", str(key)):
            yield from _written(value, words[1:], (*path, str(key)))


def _deal_has(graph: Graph, deal: str, rest: str) -> bool:
    found = graph.results["alliance"].get(deal)
    return found is not None and any(rest.startswith(f"{r['rule']}.") for r in found["rules"])


def _decided(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the path of every number of the decision."""
    for branch in BRANCHES:
        yield from _paths(results.get(branch), branch)


def stands(results: Mapping[str, Any], name: str) -> bool:
    """Return whether a number stands at a path of the results."""
    return _at(results, name) is not None


def _at(tree: Any, path: str) -> Any:
    """Return what stands at a dotted path; numbers and figures count, branches do not."""
    for key in path.split("."):
        if isinstance(tree, Mapping) and key in tree:
            tree = tree[key]
        elif isinstance(tree, Sequence) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return None
    return tree if _stops(tree) else None


def _stops(tree: Any) -> bool:
    """Return whether a figure or a number stands here, no branch and no word."""
    if isinstance(tree, Mapping):
        return "unit" in tree and not isinstance(tree.get("value", []), list)
    return isinstance(tree, int | float) and not isinstance(tree, bool)


def _paths(tree: Any, path: str) -> Iterator[str]:
    """Yield the path of every figure and number below a branch."""
    if _stops(tree):
        yield path
    elif isinstance(tree, Mapping | list):
        inside = enumerate(tree) if isinstance(tree, list) else tree.items()
        for key, value in inside:
            yield from _paths(value, f"{path}.{key}")
