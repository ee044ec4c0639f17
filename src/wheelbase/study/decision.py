"""The decision of a study: segments, causes, deals and licences around its timing."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from wheelbase.decide import (
    Answer,
    Licence,
    Partnering,
    PenaltyShare,
    Scope,
    Segment,
    decide,
)
from wheelbase.partner import Alliance
from wheelbase.study.cars import bespoke_launch
from wheelbase.study.load import Study
from wheelbase.study.money import Shares, timing_inputs, varied_inputs
from wheelbase.study.penalties import Penalties, segment_of
from wheelbase.study.spec_deal import LicenceSpec

__all__ = ["answer_of", "licences_of", "offers_of", "penalty_shares", "segments_of"]

Array = NDArray[np.float64]

_COST = ("bill", "hours")
"""Parts of the penalty that are cost; all others come from packaging."""


def answer_of(
    study: Study,
    penalties: Penalties,
    shares: Shares,
    deals: Mapping[str, Alliance],
    asked: tuple[tuple[str, str] | None, Executor | None] = (None, None),
) -> Answer:
    """Return which way, for which segments, when, and with whom.

    Args:
        study: The study.
        penalties: The penalty by segment.
        shares: Its battery share.
        deals: Its deals; the maker of the study is a partner of each.
        asked: Two inputs of a further map, and what runs the cells.

    Raises:
        DataError: A map of inputs that the study does not vary.
    """
    scope = Scope(
        segments=segments_of(study, penalties),
        parts=penalty_shares(study, penalties),
        deals=tuple(offers_of(study, deals)),
        licences=tuple(licences_of(study)),
        maps=asked[0],
        executor=asked[1],
    )
    inputs = timing_inputs(study, penalties, shares)
    varied = varied_inputs(study, penalties, shares)
    return decide(inputs, varied, int(study.spec.decide.draws), study.spec.base.seed, scope)


def offers_of(study: Study, deals: Mapping[str, Alliance]) -> Iterator[Partnering]:
    """Yield what each deal saves the maker of the study, by the first rule of the deal."""
    maker = str(study.spec.maker)
    for name, alliance in deals.items():
        best = alliance.sharings[0]
        others = tuple(m.id for m in alliance.members if m.id != maker)
        yield Partnering(name, others, best.shares[maker], best.in_core, best.rule)


def segments_of(study: Study, penalties: Penalties) -> tuple[Segment, ...]:
    """Return what is sold by segment: its part of the battery cars, its penalty over the mean.

    Medians of segments do not average to the median of the fleet; only what sets a segment apart
    from the mean of all is taken from them.
    """
    bodies = study.spec.demand.bodies
    medians = {
        body: np.array(
            [
                found.years[year].quantiles[1]
                for year in penalties.years
                for found in [penalties.segments[segment_of(study, body)]]
            ]
        )
        for body in bodies
    }
    mean = np.sum([bodies[b] * medians[b] for b in bodies], axis=0)
    return tuple(
        Segment(body, study.spec.bodies[body].label or body, part, medians[body] - mean)
        for body, part in bodies.items()
        if part > 0
    )


def penalty_shares(study: Study, penalties: Penalties) -> tuple[PenaltyShare, ...]:
    """Return the parts of the fleet's penalty by cause, (t,) each; they sum to its median.

    The medians of the parts miss the median of their sum by a little; the rest is spread over
    them by size.
    """
    bodies = study.spec.demand.bodies
    found: dict[str, tuple[str, Array]] = {}
    for body, share in bodies.items():
        segment = penalties.segments[segment_of(study, body)]
        for n, year in enumerate(penalties.years):
            for part in segment.years[year].parts:
                _, path = found.setdefault(part.id, (part.label, np.zeros(len(penalties.years))))
                path[n] += share * part.quantiles[1]
    paths = np.stack([path for _, path in found.values()])
    size = np.abs(paths)
    rest = penalties.middle - paths.sum(axis=0)
    paths = paths + rest * size / np.maximum(size.sum(axis=0), 1e-9)
    paths[0] += penalties.middle - paths.sum(axis=0)
    return tuple(
        PenaltyShare(id, label, "cost" if id in _COST else "packaging", path)
        for (id, (label, _)), path in zip(found.items(), paths, strict=True)
    )


def licences_of(study: Study) -> Iterator[Licence]:
    """Yield the platforms that the maker of the study could license.

    Where the fee is not known it is left out, so the value is what a fee may not exceed.
    """
    lead = int(bespoke_launch(study).lead)
    for name, deal in study.spec.deals.items():
        if not isinstance(deal, LicenceSpec) or study.spec.maker == deal.licensor:
            continue
        fee = deal.fee.value if deal.fee else 0.0
        access = deal.access_fee.value if deal.access_fee else 0.0
        yield Licence(
            deal=name,
            label=deal.label if deal.fee else f"{deal.label}, before any fee",
            lead=max(lead - round(deal.lead_saved.value), 1),
            development=access + deal.top_hat.value + deal.support.value,
            fee=fee + deal.modules.value - deal.own_unit_cost.value,
        )
