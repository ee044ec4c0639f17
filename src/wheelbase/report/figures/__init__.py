"""Figures: pure functions from a results tree to Plotly dictionaries."""

from collections.abc import Callable, Mapping
from typing import Any

from wheelbase.report.figures import (
    alliance,
    cars,
    choice,
    customer,
    decision,
    invest,
    penalty,
    room,
    sound,
)
from wheelbase.report.figures.base import Figure

__all__ = [
    "FIGURES",
    "Figure",
    "alliance",
    "cars",
    "choice",
    "customer",
    "decision",
    "invest",
    "penalty",
    "room",
    "sound",
]

FIGURES: Mapping[str, Callable[[Mapping[str, Any]], Figure]] = {
    f.__name__: f
    for f in (
        decision.decision,
        decision.flips,
        room.why_room,
        choice.ways,
        choice.causes,
        choice.values,
        decision.fixed_years,
        decision.break_even,
        decision.further_map,
        decision.tornado,
        decision.outlook,
        decision.markets,
        decision.production,
        alliance.partners,
        decision.provenance,
        cars.battery,
        cars.consumption,
        cars.losses,
        cars.trace,
        cars.parity,
        cars.accuracy,
        cars.bills,
        penalty.penalty,
        penalty.penalty_tornado,
        cars.pack_price,
        customer.customer,
        invest.ladder,
        invest.shared_parts,
        sound.spectrogram,
    )
}
