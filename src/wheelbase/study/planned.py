"""A study planned and nothing else: what to build, where, and when, over the scenario tree."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wheelbase.catalogue import Catalogue
from wheelbase.errors import DataError
from wheelbase.study.cars import build_cars, price_cars
from wheelbase.study.load import Study, document_of, study_of
from wheelbase.study.money import mean_shares
from wheelbase.study.networks import NetworkStudy, network_study
from wheelbase.study.penalties import fleet_penalties
from wheelbase.study.planning import plans_of, tested
from wheelbase.study.tree_plan import plan_tree, stability_tree

__all__ = ["load_planned", "plan_results"]


def load_planned(
    name: str | Path, facts: Catalogue, changes: Mapping[str, str] = {}
) -> Study | NetworkStudy:
    """Return a study that can be planned: a whole one, or one that asks where.

    Raises:
        DataError: No such study (with near misses), every problem of the file at once, or a study
            that asks something else; says which command answers it.
    """
    document = document_of(name, changes)
    asked = document.data.get("question")
    if asked == "where":
        return network_study(document, facts)
    if asked in _ASKED:
        raise DataError(
            f"{document.place(('question',))}: asks {_ASKED[str(asked)]}; `wheelbase plan` plans "
            "whole studies, and those with `question: where`"
        )
    return study_of(document, facts)


_ASKED = {
    "fit": "what fits, which `wheelbase fit` answers",
    "cost": "what cars cost, which `wheelbase cost` answers",
    "whom": "with whom, which `wheelbase partner` answers",
    "hindcast": "what was to be known, which `wheelbase hindcast` answers",
}


def plan_results(study: Study, say: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """Return the plan of a whole study: free, never and now, node by node.

    Raises:
        FitError: A platform does not carry what the study puts on it.
        SolveError: No plan satisfies all constraints.
    """
    cars = build_cars(study)
    say(f"{len(cars.variants)} cars fitted, driven, closed")
    basis, _ = price_cars(study, cars)
    penalties = fleet_penalties(study, cars.variants, basis)
    say(f"penalty over {len(penalties.years)} years")
    shares = mean_shares(study)
    by_year = dict(zip(shares.years, map(float, shares.base), strict=True))
    plans = plans_of(study, cars, penalties, by_year, basis.pack)
    say(f"{len(plans.tree.parent)} nodes planned")
    found = tested(plans)
    if found is not None:
        say(f"trees of up to {found.stability.rounds[-1].leaves} leaves tested on fresh futures")
    tree = plan_tree(plans) | {"stability": stability_tree(found)}
    return {"title": study.spec.title, "name": study.spec.name, "plan": tree}
