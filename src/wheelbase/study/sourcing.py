"""Deals of a study as sources of components in its plan."""

from wheelbase.partner import Alliance, CoDevelop, Member, fixed_cost
from wheelbase.plan import Component, Source
from wheelbase.study.alliances import alliances, deal_of
from wheelbase.study.load import Study
from wheelbase.study.spec_deal import CoDevelopSpec

__all__ = ["ALONE", "components_of"]

ALONE = "alone"
"""Name of the source that the contributions of the cars hold already."""


def components_of(study: Study) -> tuple[Component, ...]:
    """Return a component for each co-development whose `fitted` says which cars use it."""
    found = alliances(study)
    return tuple(
        _component(study, name, spec, found[name])
        for name, spec in study.spec.deals.items()
        if isinstance(spec, CoDevelopSpec) and spec.fitted
    )


def _component(study: Study, name: str, spec: CoDevelopSpec, alliance: Alliance) -> Component:
    terms = deal_of(name, spec)
    assert isinstance(terms, CoDevelop)
    most = max(spec.fitted.values()) * study.spec.demand.volume.high
    maker = next(m for m in alliance.members if m.id == study.spec.maker)
    once, unit = _beyond(terms, alliance, maker)
    others = "+".join(m.id for m in alliance.members if m is not maker)
    return Component(
        id=name,
        usage={train: float(units) for train, units in spec.fitted.items()},
        sources=(
            Source(id=ALONE, once=0.0, unit=0.0, capacity=most, running=True),
            Source(id=others, once=once, unit=unit, capacity=most),
        ),
    )


def _beyond(deal: CoDevelop, alliance: Alliance, maker: Member) -> tuple[float, float]:
    """Return what the maker pays beyond going alone: EUR a generation, and EUR per unit.

    Its part of the engineering is that of the volumes, its tooling its own (joint: by volume). The
    rest lies in the units, so that over its whole volume it saves what the first rule of sharing
    gives it.
    """
    part = maker.volume / sum(m.volume for m in alliance.members)
    count = len(alliance.members)
    engineering, tooling = fixed_cost(deal, count)
    tooled = tooling * part if deal.production == "joint" else tooling / count
    paid = engineering * part + tooled
    once = paid - deal.development - deal.tooling
    saving = alliance.sharings[0].shares[maker.id]
    return once, -(saving + once) / maker.volume
