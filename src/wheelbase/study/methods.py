"""Which published methods a run used, read from its results; each with the function that did it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from wheelbase.catalogue.source import read_sources

__all__ = ["METHODS", "Method", "entries", "methods_tree"]

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A published method.

    Args:
        keys: Its works in methods.bib.
        what: What it is used for here.
        function: The function that ran, as module.function below `wheelbase`.
        ran: Whether a run used it, by what stands in its results.
    """

    keys: tuple[str, ...]
    what: str
    function: str
    ran: Callable[[Results], bool]


def _cars(results: Results) -> bool:
    return "variants" in results


def _plug_in(results: Results) -> bool:
    return any(v["kind"] == "phev" for v in results.get("variants", {}).values())


def _placed(results: Results) -> bool:
    return any(v.get("placement") for v in results.get("variants", {}).values())


def _deals(results: Results) -> bool:
    return bool(results.get("alliance"))


def _shared(rule: str) -> Callable[[Results], bool]:
    def ran(results: Results) -> bool:
        deals = results.get("alliance", {}).values()
        return any(found["rule"] == rule for deal in deals for found in deal["rules"])

    return ran


def _developed(results: Results) -> bool:
    return any(d["type"] == "codevelop" for d in results.get("alliance", {}).values())


def _planned(method: str) -> Callable[[Results], bool]:
    return lambda results: results.get("plan", {}).get("method") == method


def _outlook(results: Results) -> bool:
    return bool(results.get("plan", {}).get("outlook"))


def _solved(results: Results) -> bool:
    return any(key in results for key in ("plan", "flexibility")) or _deals(results)


METHODS = (
    Method(
        ("guzzella-sciarretta-2013",),
        "energy from a speed trace, backward from wheel to tank and battery (chapter 2)",
        "simulate.roadload.wheel_demand",
        _cars,
    ),
    Method(
        ("guzzella-onder-2010",),
        "engines as Willans lines (chapter 2)",
        "simulate.engine.engine_model",
        _cars,
    ),
    Method(
        ("guzzella-sciarretta-2013",),
        "split of a hybrid by a price of battery energy (ECMS, chapter 7)",
        "simulate.hybrid.sustain",
        _cars,
    ),
    Method(("eu-2017-1151",), "WLTP certificate: class and trace", "simulate.certify.wltc", _cars),
    Method(
        ("eu-2023-443",),
        "share of electric driving of plug-in hybrids, WLTP",
        "simulate.certify.utility_factor",
        _plug_in,
    ),
    Method(
        ("cfr-600-210",), "EPA label from two cycles", "simulate.certify.label_derived", _cars
    ),
    Method(("perron-2023",), "exact placement of parts (CP-SAT)", "fit.place.place", _placed),
    Method(
        ("littlechild-owen-1973",),
        "who pays for a tool that several cars need (airport game)",
        "cost.share.by_need",
        lambda results: "shared_parts" in results,
    ),
    Method(
        ("wright-1936",),
        "cost of parts made together falls with their number",
        "partner.deal.unit_programme",
        _developed,
    ),
    Method(
        ("shapley-1953",), "split of a deal by the Shapley value", "partner.game.shapley",
        _shared("Shapley"),
    ),
    Method(
        ("schmeidler-1969", "kohlberg-1971"),
        "split of a deal by the nucleolus, and its proof",
        "partner.nucleolus.nucleolus",
        _shared("nucleolus"),
    ),
    Method(
        ("maschler-1979",), "core and least core of a deal", "partner.game.least_core", _deals
    ),
    Method(
        ("aumann-dreze-1974",),
        "partners that do better in smaller groups",
        "partner.game.cover",
        _deals,
    ),
    Method(
        ("huangfu-hall-2018",), "linear and mixed-integer programs (HiGHS)", "plan.solver.solve",
        lambda results: _solved(results) and not (_deals(results) and "plan" not in results),
    ),
    Method(
        ("huangfu-hall-2018",), "linear programs of a deal (HiGHS)", "partner.linear.maximum",
        _deals,
    ),
    Method(
        ("benders-1962", "birge-louveaux-1988"),
        "plan by Benders decomposition, a cut for each node",
        "plan.benders.benders",
        _planned("Benders decomposition"),
    ),
    Method(
        ("bellman-1957",), "plan by dynamic programming", "plan.dp.dynamic",
        _planned("dynamic programme"),
    ),
    Method(
        ("birge-louveaux-2011",),
        "plan as one program over the scenario tree (extensive form)",
        "plan.extensive.extensive",
        _planned("extensive form"),
    ),
    Method(
        ("rockafellar-uryasev-2000",),
        "weight of the worst futures (CVaR)",
        "plan.extensive._with_risk",
        lambda results: bool(results.get("plan", {}).get("risk")),
    ),
    Method(
        ("heitsch-roemisch-2009",),
        "reduction of sampled futures to a scenario tree",
        "plan.reduce.reduced_tree",
        _outlook,
    ),
    Method(
        ("kaut-wallace-2007",),
        "stability of the plan over trees",
        "plan.stability.stability",
        lambda results: bool(results.get("plan", {}).get("stability")),
    ),
    Method(
        ("golub-welsch-1969",),
        "branches of the share by Gauss-Hermite quadrature",
        "plan.grow.share_tree",
        lambda results: "plan" in results and not _outlook(results),
    ),
    Method(
        ("eu-2019-631",), "fleet target and premium", "plan.compliance.target_of",
        lambda results: "plan" in results,
    ),
    Method(
        ("dixit-pindyck-1994",),
        "when to start, as optimal stopping",
        "decide.timing.solve",
        lambda results: "penalty" in results,
    ),
    Method(
        ("mckay-1979",), "Latin-hypercube draws of all assumptions", "decide.robust.drawn_inputs",
        lambda results: "penalty" in results,
    ),
    Method(
        ("savage-1951",), "regret of each way", "decide.regret.regret",
        lambda results: "penalty" in results,
    ),
    Method(
        ("shapley-1953", "shorrocks-2013"),
        "what makes a start win or lose, by cause (Shapley value over causes)",
        "decide.cause.causes",
        lambda results: "penalty" in results,
    ),
    Method(
        ("iec-61672-1",), "loudness as it is heard (A-weighting)", "sound.level.a_weight",
        lambda results: bool(results.get("sound", {}).get("clips")),
    ),
    Method(
        ("jordan-graves-1995",),
        "value of links between plants and products",
        "plan.flexibility.flexibility",
        lambda results: "flexibility" in results,
    ),
    Method(
        ("ford-fulkerson-1956",),
        "most cars that plants can build, as the smallest cut",
        "plan.flow.cuts_of",
        lambda results: "flexibility" in results,
    ),
    Method(
        ("edmonds-1970",), "most margin that plants can make (greedy rule)",
        "plan.evaluation.margin_of",
        lambda results: "flexibility" in results,
    ),
    Method(
        ("gallo-grigoriadis-tarjan-1989", "fujishige-1980"),
        "how full plants are where work is spread as evenly as it can be",
        "plan.flow.loads",
        lambda results: "flexibility" in results,
    ),
    Method(
        ("held-karp-1962",), "cheapest chain through all plants", "plan.designs.cheapest_chain",
        lambda results: "flexibility" in results,
    ),
)  # fmt: skip
"""Every method that a run may use; a test holds each to the functions that ran."""


def entries() -> dict[str, str]:
    """Return the BibTeX of every method by key."""
    text = (files("wheelbase.study") / "methods.bib").read_text("utf-8")
    return {part.split("{", 1)[1].split(",", 1)[0]: part.strip() for part in text.split("\n\n")}


def methods_tree(results: Results, methods: Iterable[Method] = METHODS) -> list[dict[str, Any]]:
    """Return the works behind the methods that a run used, in the order of the arrow.

    Args:
        results: What tells which ran.
        methods: Those that may have.

    Returns:
        For each work its `key`, `title`, `author`, `date` and `used`, what for.
    """
    works = read_sources("\n\n".join(entries().values()) + "\n", "methods.bib")
    used: dict[str, list[str]] = {}
    for method in methods:
        if method.ran(results):
            for key in method.keys:
                used.setdefault(key, []).append(method.what)
    return [
        {
            "key": key,
            "title": works[key].title,
            "author": works[key].author.strip("{}"),
            "date": str(made.year) if (made := works[key].made) else "",
            "used": what,
        }
        for key, what in used.items()
    ]
