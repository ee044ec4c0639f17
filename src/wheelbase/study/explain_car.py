"""Explanations of one car: figures, masses, hard points, losses, loads, and its bill."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wheelbase.study.explain_graph import Graph
from wheelbase.study.explanation import Explanation, Ground
from wheelbase.study.formula import BALANCE, CYCLE, FIGURES, LOSSES, MASSES, POINTS, Formula

__all__ = ["bill_lines", "bill_names", "car_names", "number_of_car", "terms_of"]

_SAME = 1e-4  # m
_UNKNOWN = Formula(
    "computed for this car; no formula is listed", (), ("body", "drive", "road", "mass")
)
_OTHER_LOSS = Formula("auxiliaries, starts and warm-up over the cycle", (), ("drive", "engine"))
_LOAD = Formula("moments of the mass groups and the load", ("mass.*", "L101"), ("balance", "body"))


def car_names(variant: Mapping[str, Any]) -> dict[str, None]:
    """Return every name of a car in order, the bill left out."""
    names = [*variant["figures"]]
    names += [f"mass.{group}" for group in variant["masses"]]
    names += [*variant["fit"]["hard_points"]]
    names += [f"consumption.{cycle}" for cycle in variant["consumption"]]
    names += [f"losses.{cycle}.{loss}" for cycle, ls in variant["losses"].items() for loss in ls]
    names += [f"balance.{load}.{name}" for load, fs in variant["balance"].items() for name in fs]
    names += ["asked.request"] if variant["asked"] else []
    return dict.fromkeys(names)


def _formula(variant: Mapping[str, Any], name: str) -> tuple[Any, Formula] | None:
    """Return the figure of a name as it stands in the results, and its formula; None if none."""
    head, _, rest = name.partition(".")
    if name in variant["figures"]:
        return variant["figures"][name], FIGURES.get(name, _UNKNOWN)
    if name in variant["fit"]["hard_points"]:
        return _point(variant, name)
    if head == "mass" and rest in variant["masses"]:
        value = {"value": variant["masses"][rest], "unit": "kg"}
        return value, MASSES.get(rest, Formula("a group of parts", (), ("mass",)))
    if head == "consumption" and rest in variant["consumption"]:
        inputs = (f"losses.{rest}.*", *CYCLE.inputs)
        return variant["consumption"][rest], Formula(CYCLE.text, inputs, CYCLE.reads)
    if head == "losses":
        cycle, _, loss = rest.partition(".")
        value = variant["losses"].get(cycle, {}).get(loss)
        figure = {"value": value, "unit": variant["losses_unit"]}
        return None if value is None else (figure, LOSSES.get(loss, _OTHER_LOSS))
    if head == "balance":
        load, _, what = rest.partition(".")
        figure = variant["balance"].get(load, {}).get(what)
        return None if figure is None else (figure, BALANCE.get(rest, _LOAD))
    return None


def _point(variant: Mapping[str, Any], name: str) -> tuple[Any, Formula]:
    """Return a hard point: as its chain sets it, or as another rule does."""
    value = {"value": variant["fit"]["hard_points"][name], "unit": "m"}
    driver = variant["fit"]["drivers"].get(name)
    if driver is None or name in POINTS:
        return value, POINTS.get(name, Formula("as the chains have it", (), ("hard points",)))
    terms = " + ".join(f"{term} {length:g}" for term, length in driver["terms"].items())
    text = f"greatest need, {driver['name']} of {driver['powertrain']}: {terms} m"
    if abs(driver["value"] - value["value"]) > _SAME:
        text = f"as given, or what length and wheelbase leave; {text}"
        return value, Formula(text, ("L101",) if name == "L105" else (), ("body",))
    return value, Formula(text, ("L104",) if "less front overhang" in driver["terms"] else ())


def number_of_car(graph: Graph, id: str, rest: str) -> Explanation | None:
    """Return the explanation of a number of a car, its bill too; None if it has no such number."""
    variant, name = graph.results["variants"][id], f"{id}.{rest}"
    if rest == "cost" or rest.startswith("cost."):
        return _bill(graph, id, rest.partition(".")[2])
    if rest == "asked.request" and variant["asked"]:
        asked = variant["asked"][0]
        chosen = Ground("choice", asked["path"], asked["value"], "", "chosen", asked["place"])
        return graph.make(name, asked["value"], "as the study asks", grounds=[chosen])
    found = _formula(variant, rest)
    if found is None:
        return None
    figure, formula = found
    inputs = [f"{id}.{item}" for item in _expanded(variant, formula.inputs)]
    facts = [*_read(variant, formula)]
    driver = variant["fit"]["drivers"].get(rest)
    if driver is not None and rest not in POINTS:
        facts += terms_of(graph, variant["platform"], driver["powertrain"], driver["terms"])
    own = list(_chosen(graph, variant, rest))
    return graph.make(name, figure, formula.text, inputs, facts, own)


def terms_of(graph: Graph, platform: str, train: str, terms: Iterable[str]) -> Iterator[str]:
    """Yield the facts behind the terms of a chain, of the powertrain that drives it."""
    car = next(
        v for v in graph.results["variants"].values()
        if v["platform"] == platform and v["powertrain"] == train
    )  # fmt: skip
    made_of, body = car["made_of"], car["made_of"]["body"][0]
    for term in terms:
        yield f"chain_constant:{term}"
        if term in _OF_BODY:
            yield f"body:{body}#{_OF_BODY[term]}"
        if term == "less wheelbase that turns":
            yield from (key for key in car["reads"]["hard points"] if key.startswith(_OF_TURN))
        if term in ("engine or unit", "rigid parts", "nose"):
            yield from (f"{s}:{id}" for s in ("engine", "drive_unit") for id in made_of.get(s, ()))
            yield from (key for key in car["reads"]["hard points"] if key.startswith(_OF_UNIT))


_OF_BODY = {"tyre": "tyre_radius", "length": "L103"}
_OF_TURN = ("chain_constant:steering-", "chain_constant:turning-")
_OF_UNIT = (
    "chain_constant:engine-", "chain_constant:bell-housing", "chain_constant:unit-",
    "chain_constant:stator-", "chain_constant:housing",
)  # fmt: skip


def _chosen(graph: Graph, variant: Mapping[str, Any], name: str) -> Iterator[Ground]:
    """Yield what the study chose itself of a hard point: its value, or the kind of floor."""
    id = variant["platform"]
    given = graph.results["platforms"][id]["given"]
    where = f"platforms.{id}"
    if name in given:
        path = f"{where}.hard_points.pinned.{name}"
        yield Ground("choice", path, given[name]["value"], "", "chosen", given[name]["place"])
    elif name in ("tunnel_w", "tunnel_h", "z_floor"):
        floor = given["floor"]
        yield Ground("choice", f"{where}.floor", floor["value"], "", "chosen", floor["place"])


def _read(variant: Mapping[str, Any], formula: Formula) -> Iterator[str]:
    for step in formula.reads:
        if step in variant["made_of"]:
            yield from (f"{step}:{id}" for id in variant["made_of"][step])
        for key in variant["reads"].get(step, ()):
            if not formula.only or key.partition(":")[2].startswith(formula.only):
                yield key


def bill_lines(graph: Graph, id: str) -> dict[str, Mapping[str, Any]]:
    """Return the lines of a bill by part; a second one of a part carries its number."""
    found: dict[str, Mapping[str, Any]] = {}
    for line in graph.results["bills"][id]["lines"]:
        count = sum(key == line["part"] or key.startswith(f"{line['part']} ") for key in found)
        found[line["part"] if not count else f"{line['part']} {count + 1}"] = line
    return found


def _bill(graph: Graph, id: str, part: str) -> Explanation | None:
    bill, lines = graph.results["bills"][id], bill_lines(graph, id)
    name = f"{id}.cost"
    if not part:
        text = f"sum of the lines, direct manufacturing cost, EUR of {bill['base_year']}"
        parts = [f"{name}.{key}" for key in lines]
        return graph.make(name, bill["total"], f"{text}, built in {bill['year']}", parts)
    if part not in lines:
        return _beyond(graph, id, part)
    line, variant = lines[part], graph.results["variants"][id]
    inputs: list[str] = []
    facts = [f"cost_equation:{key}" for key in _equations(graph, line)]
    facts += [f"learning_class:{line['learning'].partition(' ')[0]}"]
    if "energy" in line["inputs"]:
        inputs += [f"{id}.battery_gross", "pack_price"]
        facts += [f"cell:{key}" for key in variant["made_of"].get("cell", ())]
        facts += [*graph.shelf("pack_shape"), *graph.shelf("pack_curve")]
    if "mass" in line["inputs"]:
        groups = _WEIGHED.get(line.get("group", "body"), _WEIGHED["body"])
        inputs += [f"{id}.mass.{group}" for group in groups if group in variant["masses"]]
    for size, shelf in _SIZED.items():
        if size in line["inputs"]:
            facts += [f"{shelf}:{key}" for key in variant["made_of"].get(shelf, ())]
    facts += line.get("facts", ())
    text = f"{line['equation']}; {line['learning']}"
    return graph.make(f"{name}.{part}", line["cost"], text, inputs, facts)


_SIZED = {"power": "drive_unit", "displacement": "engine", "gears": "gearbox"}
_WEIGHED = {
    "body": ("structure", "tunnel", "carry-over fixings"),
    "glider": ("trim",),
    "interior": ("trim",),
    "chassis": ("brakes and axles",),
}
_BEYOND = {
    "overhead": "sum of the indirect costs",
    "margin": "a share of direct cost",
    "price_net": "direct cost + indirect cost + margin",
}


def _beyond(graph: Graph, id: str, part: str) -> Explanation | None:
    """Return what a bill holds beyond direct cost: an indirect cost, their sum, margin, price."""
    bill, name = graph.results["bills"][id], f"{id}.cost"
    indirect = {item["name"]: item for item in bill.get("indirect", ())}
    if part in indirect:
        figure, text, inputs = indirect[part]["cost"], "a share of direct cost", [name]
    elif part in _BEYOND and part in bill:
        figure, text = bill[part], _BEYOND[part]
        names = {"overhead": [*indirect], "price_net": ["overhead", "margin"]}.get(part, [])
        inputs = [f"{name}.{item}" for item in names] + ([name] if part != "overhead" else [])
    else:
        return None
    label = "net income" if part == "margin" else part
    facts = [
        key
        for key in graph.shelf("overhead")
        for row in graph.facts[key]
        if row["field"] == "name" and row["value"] == label
    ]
    return graph.make(f"{name}.{part}", figure, text, inputs, facts)


def bill_names(graph: Graph, id: str) -> Iterator[str]:
    """Yield the names of a bill: its total, its lines, what comes on top of direct cost."""
    bill = graph.results["bills"][id]
    yield f"{id}.cost"
    beyond = [item["name"] for item in bill.get("indirect", ())] + [k for k in _BEYOND if k in bill]
    yield from (f"{id}.cost.{part}" for part in (*bill_lines(graph, id), *beyond))


def _equations(graph: Graph, line: Mapping[str, Any]) -> list[str]:
    """Return the cost equations of a line: its part, and every figure of it in the text."""
    names = (line["part"], line["part"].rpartition(", ")[0])  # without "second drive unit"
    same = [
        row["id"]
        for key in graph.shelf("cost_equation")
        for row in graph.facts[key]
        if row["field"] == "part" and row["value"] in names
    ]
    exact = [id for id in same if _written(graph, id, line["equation"])]
    return exact or same


def _written(graph: Graph, id: str, equation: str) -> bool:
    terms = ("fixed", "per_power", "per_volume", "per_mass", "per_gear")
    rows = [r for r in graph.facts.get(f"cost_equation:{id}", ()) if r["field"] in terms]
    return all(f"{r['value']} {r['unit']}" in equation for r in rows)


def _expanded(variant: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield names with ".*" written out, and only those that this car has."""
    known = car_names(variant)
    for name in names:
        if name.endswith(".*"):
            yield from (item for item in known if item.startswith(name[:-1]))
        elif name in known:
            yield name
