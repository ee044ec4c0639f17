"""Which way and when: the decision of a study without placing its cars or planning its plants."""

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from wheelbase.study.alliances import alliances
from wheelbase.study.cars import build_cars, price_cars
from wheelbase.study.decision import answer_of
from wheelbase.study.decision_text import flip_tree, sentence_parts, whom_tree
from wheelbase.study.figures import figure, money
from wheelbase.study.load import Study
from wheelbase.study.money import mean_shares
from wheelbase.study.penalties import fleet_penalties
from wheelbase.study.tree_decision import decision_tree

__all__ = ["decide_study"]


def decide_study(
    study: Study,
    maps: tuple[str, str] | None = None,
    executor: Executor | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Return which way, for which segments, when, with whom, and why, as plain data.

    Args:
        study: A checked whole study.
        maps: Two uncertain inputs of a further break-even map.
        executor: Runs maps, draws and policies; None in turn. The result is the same.
        say: Takes a line as each stage ends.

    Raises:
        DataError: A map of inputs that the study does not vary.
        FitError: A platform does not carry what the study puts on it, or a target is missed.
    """
    cars = build_cars(study)
    say(f"{len(cars.variants)} cars fitted, driven, closed")
    basis, _ = price_cars(study, cars)
    penalties = fleet_penalties(study, cars.variants, basis)
    say(f"penalty of {len(penalties.segments)} segments over {len(penalties.years)} years")
    answer = answer_of(study, penalties, mean_shares(study), alliances(study), (maps, executor))
    say(f"{answer.robustness.draws} draws over {len(answer.swings)} inputs decided")
    labels = {id: study.spec.bodies[id].label or id for id in study.spec.demand.bodies}
    return {
        "name": study.spec.name,
        "title": study.spec.title,
        "answer": {
            "sentence": " ".join(sentence_parts(study, penalties, answer)),
            "which": answer.which,
            "segments": list(answer.segments),
            "labels": labels,
            "confidence": answer.confidence,
            "confidence_share": figure(answer.agreement, "%"),
            "value": money(answer.timing.option_value),
            "flips": [flip_tree(flip) for flip in answer.flips],
            "whom": whom_tree(study, answer),
        },
        **decision_tree(answer),
    }
