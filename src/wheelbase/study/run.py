"""The arrow: a study becomes cars, prices, deals, a plan and an answer, and a run folder."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wheelbase.cost import LEAVES_OUT as COST_LEAVES_OUT
from wheelbase.errors import DataError
from wheelbase.fit import LEAVES_OUT as FIT_LEAVES_OUT
from wheelbase.fit import PLACE_LEAVES_OUT
from wheelbase.sound import LEAVES_OUT as SOUND_LEAVES_OUT
from wheelbase.study import tree_cars, tree_money, tree_share
from wheelbase.study.alliances import AllianceStudy, Allied, alliances
from wheelbase.study.cars import bill_year, build_cars, place_cars, price_cars
from wheelbase.study.citations import Citation, citations
from wheelbase.study.columns import with_unit
from wheelbase.study.customers import customers_tree
from wheelbase.study.decision import answer_of
from wheelbase.study.folder import (
    fingerprint,
    versions,
    write_json,
    write_manifest,
    write_study,
    write_table,
    writing,
)
from wheelbase.study.load import Study
from wheelbase.study.methods import methods_tree
from wheelbase.study.money import mean_shares, timing_inputs
from wheelbase.study.networks import NetworkStudy
from wheelbase.study.new_cell import new_cell_tree
from wheelbase.study.package import compare_pair
from wheelbase.study.penalties import Penalties, fleet_penalties
from wheelbase.study.planning import plans_of
from wheelbase.study.reads import noted
from wheelbase.study.sentence import answer_tree
from wheelbase.study.tree_alliance import alliance_sentence, alliance_tree
from wheelbase.study.tree_decision import decision_tree
from wheelbase.study.tree_package import base_tree
from wheelbase.study.tree_penalty import penalty_tree
from wheelbase.study.tree_plan import plan_tree
from wheelbase.study.tree_sound import sound_tree

__all__ = [
    "DECIDE_LEAVES_OUT",
    "INTEGRATE_LEAVES_OUT",
    "SIMULATE_LEAVES_OUT",
    "Done",
    "Say",
    "alliance_results",
    "keep",
    "one_answer",
    "results_of",
    "run_alliance",
    "run_study",
]

Say = Callable[[str], None]

SIMULATE_LEAVES_OUT = (
    "enrichment and a sportier shift line at full load: hard driving comes out low",
    "limits of the battery by charge and temperature, heating and air conditioning",
    "gradients, starts below 23 degC, the grip of one axle in regeneration",
)
INTEGRATE_LEAVES_OUT = (
    "crash structure by powertrain, common structure made for the heaviest car of a platform",
    "sound damping, equipment: small battery cars come out 50 to 150 kg too light",
    "engines, hybrid machines and gears are chosen, not sized; steps of published machine sizes",
    "limits of axle loads by tyres; a roof that follows raised seats (a study raises H100)",
)
DECIDE_LEAVES_OUT = (
    "rivals and price competition, taxes and subsidies, supply disruption, brand and resale value",
    "fleet CO2 in the timing: battery cars count zero on either platform; the plan holds the rule",
    "a deal on parts does not change the timing; it is worth the same either way",
    "segments whose battery shares grow apart: all follow the share of the maker",
    "the age of single lines: they are renewed or given up with their platform",
)


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run: its results as plain data, and its folder."""

    results: dict[str, Any] = field(repr=False)
    folder: Path

    def citations(self) -> tuple[Citation, ...]:
        """Return the sources of the facts and of the methods that this run used."""
        return citations(self.results)


class _Clock:
    """Seconds of each stage, told as it ends."""

    def __init__(self, say: Say) -> None:
        self.say, self.began, self.stages = say, time.perf_counter(), {}  # type: ignore[var-annotated]

    def done(self, stage: str, count: str) -> None:
        now = time.perf_counter()
        spent = now - self.began - sum(self.stages.values())
        self.stages[stage] = spent
        self.say(f"{stage:<10} {count:<44} {spent:6.2f} s")


def results_of(
    study: Study, say: Say = lambda line: None
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the results tree of a study, and the seconds of each stage.

    Raises:
        FitError: A platform does not carry what the study puts on it, or a target is missed.
        SolveError: No plan satisfies the constraints.
    """
    clock = _Clock(say)
    facts, read = noted(study.facts)
    study = replace(study, facts=facts)
    cars = build_cars(study)
    clock.done("cars", f"{len(cars.variants)} variants fitted, driven, closed")
    placed = place_cars(study, cars)
    clock.done("place", f"{len(placed)} pairs placed exactly")
    checks = tree_cars.validation_tree(study)
    clock.done("accuracy", f"{len(checks)} certified figures predicted")
    basis, bills = price_cars(study, cars)
    penalties = fleet_penalties(study, cars.variants, basis)
    clock.done("cost", f"{len(bills)} bills, penalty over {len(penalties.years)} years")
    deals = alliances(study)
    clock.done("partner", f"{len(deals)} deals")
    shares = mean_shares(study)
    by_year = dict(zip(shares.years, map(float, shares.base), strict=True))
    plans = plans_of(study, cars, penalties, by_year, basis.pack)
    clock.done("plan", f"{len(plans.tree.parent)} nodes, gap {100 * plans.free.gap:.3f} %")
    answer = answer_of(study, penalties, shares, deals)
    inputs = timing_inputs(study, penalties, shares)
    clock.done("decide", f"{answer.robustness.draws} draws, {len(answer.swings)} inputs")
    tree: dict[str, Any] = {
        **_asked(study),
        "pair": _weighed(study),
        "answer": answer_tree(study, cars, placed, penalties, plans, answer),
        **tree_cars.cars_tree(study, cars, placed),
        "comparison": _comparison(study, penalties),
        "sound": sound_tree(study, cars),
        "validation": checks,
        "bills": tree_cars.bills_tree(bills),
        "customer": customers_tree(study, cars.variants, bills, bill_year(study)),
        "penalty": penalty_tree(study, penalties, basis),
        "pack_price": tree_cars.pack_tree(study, basis),
        **tree_share.invest_tree(study, cars, bills, shares),
        "outlook": tree_money.outlook_tree(study, shares, inputs, plans),
        "plan": plan_tree(plans),
        **decision_tree(answer),
        "alliance": alliance_tree(study, deals),
        **new_cell_tree(study),
        **tree_money.facts_tree(study, read),
        "leaves_out": _left_out(plans.free.leaves_out, deals),
        "warnings": list(study.warnings),
        "manifest": {"versions": versions(), "hash": fingerprint(study)[:8]},
    }
    return tree | {"methods": methods_tree(tree)}, clock.stages


def _asked(study: Study | Allied | NetworkStudy) -> dict[str, Any]:
    """Return what is asked, and from where and when it is seen."""
    spec = study.spec
    return {
        "wheelbase": 1,
        "name": spec.name,
        "title": spec.title,
        "question": spec.question,
        "base": base_tree(spec.base),
    }


def _weighed(study: Study) -> dict[str, Any]:
    """Return the two platforms that are weighed, by which powertrain and in which bodies."""
    spec = study.spec
    return {
        "flexible": spec.flexible,
        "bespoke": spec.bespoke,
        "electric": spec.electric,
        "bodies": list(spec.demand.bodies),
    }


def _comparison(study: Study, penalties: Penalties) -> dict[str, Any]:
    """Return where the room of each segment's two cars differs, and why."""
    return {
        id: compare_pair(study, found.pair.flexible.id, found.pair.bespoke.id)
        for id, found in penalties.segments.items()
    }


def alliance_results(study: Allied, only: str | None = None) -> dict[str, Any]:
    """Return the results tree of a study's deals alone, or of one of them.

    Raises:
        DataError: A deal that is none, or no deal of that name.
    """
    deals = alliances(study)
    if only is not None and only not in deals:
        raise DataError(f"no deal {only!r}; one of {', '.join(deals)}")
    deals = {id: deal for id, deal in deals.items() if only in (None, id)}
    tree = alliance_tree(study, deals)
    left_out = _left_out((), deals, {"partner"})
    return one_answer(study, "alliance", tree, alliance_sentence(tree), left_out)


def one_answer(
    study: Allied | NetworkStudy,
    room: str,
    tree: dict[str, Any],
    sentence: str,
    left_out: list[dict[str, str]],
) -> dict[str, Any]:
    """Return the results tree of a study's one answer.

    Args:
        study: A checked study.
        room: Key under which the tree of the answer stands.
        tree: Of the answer.
        sentence: The answer in words.
        left_out: Room and text of what is left out.
    """
    found = {
        **_asked(study),
        "answer": {"sentence": sentence, "warnings": []},
        room: tree,
        **tree_money.facts_tree(study),
        "leaves_out": left_out,
        "warnings": list(study.warnings),
        "manifest": {"versions": versions(), "hash": fingerprint(study)[:8]},
    }
    return found | {"methods": methods_tree(found)}


def run_alliance(study: AllianceStudy, folder: Path | None = None) -> Done:
    """Run a study that asks with whom, and keep it in a folder; by default `runs/NAME-HASH8`.

    Raises:
        DataError: The folder cannot be used.
    """
    return keep(study, alliance_results(study), folder)


def keep(study: Allied | NetworkStudy, results: dict[str, Any], folder: Path | None = None) -> Done:
    """Keep the results of a study that asks one thing in a folder; by default `runs/NAME-HASH8`.

    Raises:
        DataError: The folder cannot be used.
    """
    with writing(folder or Path("runs") / f"{study.spec.name}-{fingerprint(study)[:8]}") as place:
        files = write_study(place, study.document)
        write_json(place / "results.json", results)
        write_manifest(place, study, {}, [*files, "results.json"])
    return Done(results, place)


def _left_out(
    plan: tuple[str, ...], deals: Mapping[str, Any], only: Collection[str] = ()
) -> list[dict[str, str]]:
    rooms: dict[str, tuple[str, ...]] = {
        "fit": (*FIT_LEAVES_OUT, *PLACE_LEAVES_OUT),
        "simulate": SIMULATE_LEAVES_OUT,
        "integrate": INTEGRATE_LEAVES_OUT,
        "sound": SOUND_LEAVES_OUT,
        "cost": COST_LEAVES_OUT,
        "partner": next((d.leaves_out for d in deals.values()), ()),
        "plan": plan,
        "decide": DECIDE_LEAVES_OUT,
    }
    return [
        {"room": room, "text": text}
        for room, texts in rooms.items()
        if not only or room in only
        for text in texts
    ]


def run_study(study: Study, folder: Path | None = None, say: Say = lambda line: None) -> Done:
    """Run a study and keep it in a folder; by default `runs/NAME-HASH8`.

    Nothing is written before all stages have ended well; the manifest comes last.

    Args:
        study: A checked study.
        folder: The run folder, new, empty, or one of an earlier run.
        say: Takes a line as each stage ends.

    Raises:
        DataError: The folder cannot be used.
        FitError: A target cannot be met.
        SolveError: There is no plan.
    """
    name = f"{study.spec.name}-{fingerprint(study)[:8]}"
    results, timings = results_of(study, say)
    with writing(folder or Path("runs") / name) as place:
        files = write_study(place, study.document)
        write_json(place / "results.json", results)
        write_table(place / "variants.parquet", list(_variant_rows(results)))
        write_table(place / "bills.parquet", list(_bill_rows(results)))
        written = [*files, "results.json", "variants.parquet", "bills.parquet"]
        write_manifest(place, study, timings, written)
    return Done(results, place)


def _variant_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row per variant; units stand in the column names."""
    columns: dict[str, None] = {}
    rows = []
    for id, variant in results["variants"].items():
        row = {k: variant[k] for k in ("platform", "body", "powertrain", "kind", "status")}
        for name, fig in variant["figures"].items():
            row[with_unit(name, fig["unit"])] = fig["value"]
        rows.append({"id": id, **row})
        columns |= dict.fromkeys(rows[-1])
    return [{name: row.get(name) for name in columns} for row in rows]


def _bill_rows(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for id, bill in results["bills"].items():
        currency = f"EUR{bill['base_year']}"
        for line in bill["lines"]:
            cost = line["cost"]
            rows.append(
                {
                    "variant": id,
                    "year": bill["year"],
                    "part": line["part"],
                    "group": line["group"],
                    "quantity": line["quantity"],
                    with_unit("cost", currency): cost["value"],
                    with_unit("cost_low", currency): cost["low"],
                    with_unit("cost_high", currency): cost["high"],
                    "equation": line["equation"],
                    "source": line["source"],
                    "status": cost["status"],
                    "learning": line["learning"],
                }
            )
    return rows
