"""One half of a comparison: a study with its battery cars, penalties and answer, no whole run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wheelbase.cost import Basis
from wheelbase.decide import Answer
from wheelbase.errors import FitError
from wheelbase.integrate import Variant
from wheelbase.study.cars import basis_of, bill_year, closed_cars
from wheelbase.study.decision import answer_of
from wheelbase.study.load import Costed, Study
from wheelbase.study.money import mean_shares
from wheelbase.study.penalties import SegmentPenalty, fleet_penalties, segment_penalty
from wheelbase.study.placing import variant_id

__all__ = ["Half", "half_of"]


@dataclass(frozen=True, slots=True)
class Half:
    """One of two studies with its battery cars.

    Args:
        study: The study.
        basis: What its prices are counted in.
        year: Of its prices.
        cars: Its battery cars by id.
        refused: Why a car, or a segment, cannot be.
        segments: Penalties of the segments that have both cars.
        answer: None where the study does not ask for one, or where a car of its segments cannot be.
    """

    study: Costed
    basis: Basis
    year: int
    cars: Mapping[str, Variant]
    refused: Mapping[str, str]
    segments: Mapping[str, SegmentPenalty] = field(default_factory=dict)
    answer: Answer | None = None


def half_of(study: Costed) -> Half:
    """Return the battery cars of a study, its penalties, and its answer where it asks for one."""
    electric = [name for name, train in study.powertrains.items() if train.kind == "bev"]
    cars, _, problems = closed_cars(study, electric)
    refused = {id: "; ".join(whys) for id, whys in problems.items()}
    basis, year = basis_of(study), bill_year(study)
    if study.spec.customer is None:
        return Half(study, basis, year, cars, refused)
    segments, answer = _compared(study, basis, year, cars, refused)
    return Half(study, basis, year, cars, refused, segments, answer)


def _compared(
    study: Costed, basis: Basis, year: int, cars: Mapping[str, Variant], refused: dict[str, str]
) -> tuple[Mapping[str, SegmentPenalty], Answer | None]:
    """Return the penalties of the segments that have both cars, and the answer if all have."""
    pairs = {
        id: [variant_id(*car) for car in spec.cars.values()]
        for id, spec in study.spec.segments.items()
    }
    found: dict[str, SegmentPenalty] = {}
    for id, names in pairs.items():
        if all(name in cars for name in names):
            try:
                found[id] = segment_penalty(study, id, cars, basis, (year,))
            except FitError as error:
                refused[f"segment {id}"] = f"segment {id}: {'; '.join(error.problems)}"
    if not isinstance(study, Study) or found.keys() != pairs.keys():
        return found, None
    penalties = fleet_penalties(study, cars, basis)
    return penalties.segments, answer_of(study, penalties, mean_shares(study), {})
