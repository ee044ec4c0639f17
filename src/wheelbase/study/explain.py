"""Where a number of a run comes from: formula, inputs, facts and their sources, as one tree."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from wheelbase.errors import DataError
from wheelbase.study.explain_car import bill_names, car_names, number_of_car
from wheelbase.study.explain_customer import (
    customer_names,
    customer_number,
    pair_names,
    pair_number,
)
from wheelbase.study.explain_graph import Graph
from wheelbase.study.explain_run import number_of_run, run_names, stands
from wheelbase.study.explanation import Explanation

__all__ = ["explain", "explained"]


def explain(results: Mapping[str, Any], name: str) -> Explanation:
    """Return where a number of a run comes from, read from the run alone.

    Args:
        results: What `read_results` gives.
        name: Such as "bev@clar_like.sedan_d.cost", "clar_like.L104", "penalty.sedan_d",
            "answer.value", "drive_unit.saving",
            "bev@clar_like.sedan_d.customer.de.month", "investments.new-plant", "demand.volume".

    Raises:
        DataError: A run of another version, a run without what explaining needs, or no such
            number, with near misses.
    """
    return Graph(results, _find).named(name)


def explained(results: Mapping[str, Any]) -> Iterator[Explanation]:
    """Yield the explanation of every number of a run that has a chain of its own."""
    graph = Graph(results, _find)
    yield from (graph.named(name) for name in _names(graph))


def _names(graph: Graph) -> Iterator[str]:
    for id, variant in graph.results["variants"].items():
        yield from (f"{id}.{name}" for name in car_names(variant))
        yield from bill_names(graph, id)
        yield from customer_names(graph, id)
    yield from pair_names(graph)
    yield from run_names(graph)


def _find(graph: Graph, name: str) -> Explanation:
    for id in sorted(graph.results["variants"], key=len, reverse=True):
        if name.startswith(f"{id}."):
            rest = name[len(id) + 1 :]
            of_customer = rest.startswith("customer.")
            look = customer_number if of_customer else number_of_car
            if found := look(graph, id, rest.removeprefix("customer.") if of_customer else rest):
                return found
    found = pair_number(graph, name) or number_of_run(graph, name)
    if found is None:
        raise DataError(_missing(graph, name))
    return found


def _missing(graph: Graph, name: str) -> str:
    """Return what is wrong with a name, with near misses: of the car if it names one."""
    names = list(_names(graph))
    car = next((id for id in graph.results["variants"] if name.startswith(id)), None)
    own = [n for n in names if car is not None and n.startswith(f"{car}.")]
    if name == car:
        return f"{name}: name one of its figures, such as {', '.join(own[:4])}"
    near = get_close_matches(name, own, n=3, cutoff=0.6)
    near = near or get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "a name is VARIANT.METRIC"
    if stands(graph.results, name):
        return f"{name}: a count, a year or a label of the run, which has no chain; {hint}"
    return f"{name}: the run has no such number; {hint}"
