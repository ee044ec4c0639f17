"""Results tree: the investment ladder with its public figures, and the study's own on it."""

from collections.abc import Iterable, Iterator
from typing import Any

from wheelbase.cost import (
    Precedent,
    Product,
    Programme,
    Rung,
    annual,
    ladder,
    per_car,
    programme,
    taken_off,
)
from wheelbase.study.cars import Cars, bespoke_launch
from wheelbase.study.figures import figure, in_unit
from wheelbase.study.load import Package, Study
from wheelbase.study.placing import variant_id
from wheelbase.study.quantity import Assumed

__all__ = ["investments_tree", "ladder_tree"]

_CHARGED_TO = {
    "development": (("platform development", ""),),
    "block.invest": (("top hat", ""), ("line conversion", ""), ("body shop", "less ")),
}
"""What a launch of the study buys, by the steps of the ladder that it holds.

A top hat and a line conversion both hold a body shop, which is paid once.
"""


def investments_tree(study: Study, cars: Cars, share: float) -> dict[str, Any]:
    """Return the ladder, the study's own figures against it, and the programmes of both choices.

    Args:
        study: The study; its launch figures stay its own.
        cars: Its variants; a car whose upper body another one has pays no top hat.
        share: Battery share in the first year of the bespoke platform.
    """
    rungs = ladder(study.facts, study.prices)
    rate, block = study.spec.finance.wacc.value, bespoke_launch(study).block
    return {
        "base_year": study.prices.base,
        "day": study.spec.base.date.isoformat(),
        "rate": figure(rate, "%"),
        "block": figure(block.size, "k/yr"),
        "rungs": ladder_tree(study, rate, block.size),
        "study": list(_against(study, rungs)),
        "programmes": list(_programmes(study, cars, rungs, share)),
        "leaves_out": [
            "subsidies, land, training and the launch loss of a line",
            "what a running line loses in output while it is changed",
            "programme figures: they hold several steps and are shown, never added",
        ],
    }


def ladder_tree(package: Package, rate: float, block: float) -> list[dict[str, Any]]:
    """Return every step of the ladder with its public figures, charged at `rate` for `block`.

    Args:
        package: Price year, facts, and the day that says what was known.
        rate: Cost of capital.
        block: Cars a year for which steps are charged.
    """
    return [_rung(package, rung, rate, block) for rung in ladder(package.facts, package.prices)]


def _rung(study: Package, rung: Rung, rate: float, block: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": rung.id,
        "label": rung.label,
        "meaning": rung.meaning,
        "per": rung.per,
        "makes": rung.makes,
        "size": None if rung.size is None else figure(rung.size, "k/yr"),
        "status": rung.status,
        "how": rung.how,
        "compared": rung.compared,
        "amount": None,
        "life": None,
        "annual": None,
        "per_car": None,
        "precedents": [_precedent(study, item) for item in rung.precedents],
    }
    if rung.amount is not None and rung.life is not None:
        low, base, high = rung.amount
        found["amount"] = figure(base, "MEUR", low, high, rung.status)
        found["life"] = figure(rung.life[1], "yr", rung.life[0], rung.life[2], "estimate")
        low, base, high = annual(rung, rate, block)
        found["annual"] = figure(base, "MEUR/yr", low, high, rung.status)
        low, base, high = per_car(rung, rate, block)
        found["per_car"] = figure(base, "EUR", low, high, rung.status)
    return found


def _precedent(study: Package, item: Precedent) -> dict[str, Any]:
    day = study.spec.base.date
    return {
        "id": item.id,
        "name": item.name,
        "company": item.company,
        "quoted": item.quoted,
        "amount_meur": None if item.amount is None else in_unit(item.amount, "MEUR"),
        "capacity_k": None if item.capacity is None else in_unit(item.capacity, "k/yr"),
        "scaled_meur": None if item.scaled is None else in_unit(item.scaled, "MEUR"),
        "comparable": item.comparable,
        "why_not": item.why_not,
        "announced": item.announced.isoformat() if item.announced else "",
        "known_that_day": item.announced is not None and item.announced <= day,
        "place": item.origin.place,
        "source": item.origin.source,
        "page": item.origin.page,
        "status": item.status,
    }


def _against(study: Study, rungs: tuple[Rung, ...]) -> Iterator[dict[str, Any]]:
    """Yield each investment that the study assumes beside the steps it holds."""
    launch, steps = bespoke_launch(study), {rung.label: rung for rung in rungs}
    own: dict[str, Assumed] = {
        "development": launch.development,
        "block.invest": launch.block.invest,
    }
    for path, held in _CHARGED_TO.items():
        spans = [_for_block(steps[label], launch.block.size, less) for label, less in held]
        low, base, high = (sum(ends) for ends in zip(*spans, strict=True))
        value = own[path]
        yield {
            "path": f"platforms.{study.spec.bespoke}.launch.{path}",
            "steps": [f"{less}{label}" for label, less in held],
            "study": figure(value.value, "MEUR", value.low, value.high, "estimate"),
            "ladder": figure(base, "MEUR", low, high, _status(steps[label] for label, _ in held)),
            "verdict": _verdict(value.value, low, high),
        }
    lives = [steps[label].life for label in ("platform development", "top hat")]
    low, high = min(v[0] for v in lives if v), max(v[2] for v in lives if v)
    base = next(v[1] for v in lives if v)
    life = launch.life
    yield {
        "path": f"platforms.{study.spec.bespoke}.launch.life",
        "steps": ["platform development", "top hat"],
        "study": figure(life.value, "yr", life.low, life.high, "estimate"),
        "ladder": figure(base, "yr", low, high, "estimate"),
        "verdict": _verdict(life.value, low, high),
    }


def _for_block(step: Rung, block: float, less: str) -> tuple[float, float, float]:
    """Return low, base and high of a step for a block of cars a year, EUR; negative if `less`."""
    assert step.amount is not None
    times = 1.0 if step.size is None else block / step.size
    low, base, high = (times * amount for amount in step.amount)
    return taken_off((low, base, high)) if less else (low, base, high)


def _status(steps: Iterable[Rung]) -> str:
    """Return how firm a sum of steps is: an estimate as soon as one of them is."""
    return "estimate" if any(step.status == "estimate" for step in steps) else "derived"


def _verdict(value: float, low: float, high: float) -> str:
    return "below" if value < low else "above" if value > high else "inside"


def _programmes(
    study: Study, cars: Cars, rungs: tuple[Rung, ...], share: float
) -> Iterator[dict[str, Any]]:
    """Yield the programme of the battery cars on the flexible and on the bespoke platform."""
    spec, rate = study.spec, study.spec.finance.wacc.value
    volume = spec.demand.volume.value * share
    sold = {b: part * volume for b, part in spec.demand.bodies.items() if part > 0}
    labels = {b: spec.bodies[b].label or b for b in sold}
    for platform in (spec.flexible, spec.bespoke):
        running = spec.platforms[platform].launch == "running"
        models = [
            Product(labels[b], v, _shares_body(cars, variant_id(spec.electric, platform, b)))
            for b, v in sold.items()
        ]
        found = programme(rungs, models, rate, develops=not running, own_lines=not running)
        yield {
            "platform": platform,
            "label": spec.platforms[platform].label or platform,
            "volume": figure(volume, "k/yr"),
            **_programme(found),
        }


def _shares_body(cars: Cars, id: str) -> bool:
    """Return whether another car has the same upper body."""
    made_to = {i: car.fit.part_keys["upper body"] for i, car in cars.variants.items()}
    return any(key == made_to[id] for i, key in made_to.items() if i != id)


def _programme(found: Programme) -> dict[str, Any]:
    def span(values: tuple[float, float, float], unit: str) -> dict[str, Any]:
        return figure(values[1], unit, values[0], values[2], "estimate")

    return {
        "amount": span(found.amount, "MEUR"),
        "annual": span(found.annual, "MEUR/yr"),
        "per_car": span(found.per_car, "EUR"),
        "charges": [
            {
                "step": c.label,
                "rung": c.rung,
                "reason": c.reason,
                "times": in_unit(c.times, "-"),
                "amount": span(c.amount, "MEUR"),
                "annual": span(c.annual, "MEUR/yr"),
                "status": c.status,
            }
            for c in found.charges
        ],
    }
