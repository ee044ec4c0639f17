"""The penalty of the flexible battery car as plain data: by segment, part, and uncertain input."""

from typing import Any

from wheelbase.cost import Basis, Penalty
from wheelbase.study.cars import bill_year
from wheelbase.study.figures import figure, in_unit, rounded
from wheelbase.study.load import Costed, Study
from wheelbase.study.penalties import Penalties, SegmentPenalty, segment_of

__all__ = ["penalty_tree", "segment_tree"]


def penalty_tree(study: Study, penalties: Penalties, basis: Basis) -> dict[str, Any]:
    """Return the penalty by segment with its parts and swings, and the path of the fleet."""
    fleet = {
        "years": list(penalties.years),
        **{
            name: [rounded(float(v), 5) for v in getattr(penalties, name)]
            for name in ("middle", "low", "high")
        },
        "deciles": [[rounded(float(v), 5) for v in row] for row in penalties.deciles],
    }
    year = bill_year(study)
    sold = {segment_of(study, body): share for body, share in study.spec.demand.bodies.items()}
    segments = {
        id: {
            **segment_tree(study, found, year, basis),
            "share": in_unit(sold.get(id, 0.0), "%"),
        }
        for id, found in penalties.segments.items()
    }
    return {"year": year, "segments": segments, "fleet": fleet}


def segment_tree(
    costed: Costed, segment: SegmentPenalty, year: int, basis: Basis
) -> dict[str, Any]:
    """Return the penalty of one segment in one year."""
    spec = costed.spec.segments[segment.id]
    body = costed.spec.bodies[spec.body]
    found = segment.years[year]
    return {
        "label": body.label or spec.body,
        "flexible": segment.pair.flexible.id,
        "bespoke": segment.pair.bespoke.id,
        "year": year,
        "draws": segment.pair.draws,
        "unfit": {
            side: in_unit(share, "%")
            for side, share in zip(spec.cars, segment.pair.unfit, strict=True)
        },
        "total": figure(found.base, "EUR", found.low, found.high),
        "quantiles": [rounded(v, 5) for v in found.quantiles],
        "terms": {name: rounded(found.term(name), 5) for name in ("platform", "battery")},
        "parts": _parts(found),
        "swings": [
            {
                "id": swing.name,
                "label": swing.label,
                "low": rounded(swing.low, 5),
                "high": rounded(swing.high, 5),
            }
            for swing in segment.swings(year, basis)
        ],
        "own_values": list(segment.worth.own),
    }


def _parts(found: Penalty) -> list[dict[str, Any]]:
    return [
        {
            "id": part.id,
            "label": part.label,
            "term": part.term,
            "figure": figure(part.base, "EUR", part.low, part.high),
            "quantiles": [rounded(v, 5) for v in part.quantiles],
            "text": part.text,
        }
        for part in found.parts
    ]
