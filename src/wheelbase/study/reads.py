"""Which facts are read: recorded while figures are computed, never typed in."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from wheelbase.catalogue import Catalogue, Powertrain
from wheelbase.fit.battery import battery_energy
from wheelbase.fit.cabin import boot_volume, couple_distance, usable_length
from wheelbase.fit.chain import Constants, constants_of, package
from wheelbase.fit.envelope import hard_points
from wheelbase.integrate import Variant
from wheelbase.integrate.balance import balance, stance_of
from wheelbase.integrate.mass import curb_masses, test_mass
from wheelbase.integrate.size import frontal_area
from wheelbase.simulate import RoadLoad, Scheme, assemble, certify, fast_charge_time

__all__ = ["ids_read", "noted", "parts_of", "reads_of"]

_Step = Callable[[Catalogue, Constants], Any]

_WHOLE = ":*"
_CHOSEN_FROM = frozenset(
    {
        "cell_model",
        "charge_class",
        "cost_equation",
        "engine_technology",
        "gearbox_technology",
        "machine_technology",
        "mass_constant",
        "vehicle_constant",
    }
)
"""Shelves that are looked through for what is then read by its id, which alone counts."""


class _Noted(dict[str, Any]):
    """A mapping that keeps which of its keys were read, and whether all of it was."""

    def __init__(self, shelf: str, items: Mapping[str, Any], log: dict[str, None]) -> None:
        super().__init__(items)
        self._shelf, self._log = shelf, log

    def __getitem__(self, key: str) -> Any:
        self._log[f"{self._shelf}:{key}"] = None
        return super().__getitem__(key)

    def values(self) -> Any:
        self._log[f"{self._shelf}{_WHOLE}"] = None
        return super().values()


def noted(facts: Catalogue) -> tuple[Catalogue, dict[str, None]]:
    """Return a catalogue that keeps note of the entries that are read by id, and its notes.

    Returns:
        The catalogue, and a mapping whose keys will be "shelf:id", in the order of reading;
        "shelf:*" for a shelf that was read from end to end.
    """
    log: dict[str, None] = {}
    shelves: dict[str, Any] = {
        shelf.kind: replace(shelf, items=_Noted(shelf.kind, shelf.items, log))
        for shelf in facts.shelves
    }
    return replace(facts, **shelves), log


def ids_read(read: Collection[str], facts: Catalogue) -> dict[str, set[str]]:
    """Return shelf to the ids that were read, by the notes that `noted` took."""
    found: dict[str, set[str]] = {}
    for note in read:
        shelf, _, id = note.partition(":")
        ids = found.setdefault(shelf, set())
        if id != "*":
            ids.add(id)
        elif shelf not in _CHOSEN_FROM:
            ids.update(item.id for item in getattr(facts, shelf))
    return found


def reads_of(car: Variant, facts: Catalogue) -> dict[str, list[str]]:
    """Return step to the facts ("shelf:id") that it reads for this car, in their order.

    Each step is computed once more against a catalogue that keeps note.
    """
    found = {}
    for step, compute in {**_chains(car), **_car(car)}.items():
        kept, log = noted(facts)
        compute(kept, _Noted("chain_constant", constants_of(facts), log))
        found[step] = [note for note in log if not note.endswith(_WHOLE)]
    return found


def _chains(car: Variant) -> dict[str, _Step]:
    """Return the steps of the dimensional chains, on their constants `c`."""
    platform, body, train, points = car.platform, car.body, car.powertrain, car.fit.hard_points

    def boot(_: Catalogue, c: Constants) -> Any:
        return boot_volume(package(train, platform.layout, c), body, points, c)

    return {
        "hard points": lambda _, c: hard_points(platform, body, train, c),
        "battery": lambda _, c: battery_energy(platform, body, train, points, c),
        "usable length": lambda _, c: usable_length(body, points, c),
        "couple distance": lambda _, c: couple_distance(points, c),
        "boot": boot,
    }


def _car(car: Variant) -> dict[str, _Step]:
    """Return the steps from mass to certificates."""
    body, train, energy = car.body, car.powertrain, car.battery_energy

    def road(facts: Catalogue, _: Constants) -> RoadLoad:
        drag = body.drag * frontal_area(body, facts)
        return RoadLoad.design(car.test_mass, drag, body.rolling, body.tyre_radius, facts)

    def charging(facts: Catalogue, _: Constants) -> Any:
        known = train.kind == "bev" and car.charge_time is not None
        return fast_charge_time(train, energy, facts) if known else None

    stance, wheelbase = car.balance.test, car.fit.wheelbase
    return {
        "mass": lambda f, _: curb_masses(car.fit, car.platform, body, train, energy, f),
        "test mass": lambda f, _: test_mass(car.curb_mass, body.payload, f),
        "balance": lambda f, _: balance(car.fit, body, train, car.masses, car.test_mass, f),
        "road": road,
        "grip": lambda f, _: stance_of(stance, wheelbase, f),
        "drive": lambda f, _: assemble(train, car.car.road, energy, f, car.car.stance),
        "wltp": lambda f, _: certify(car.car, Scheme.WLTP, f),
        "epa": lambda f, _: certify(car.car, Scheme.EPA, f),
        "charging": charging,
    }


def parts_of(train: Powertrain, body: str) -> dict[str, list[str]]:
    """Return shelf to the catalogue entries a car is made of; `body` is the entry of its body."""
    gearbox, engine = train.gearbox, train.engine
    found: dict[str, list[str | None]] = {
        "body": [body],
        "engine": [engine.id if engine else None],
        "gearbox": [gearbox.id if gearbox else None],
        "drive_unit": [unit.id for unit in train.units],
        "cell": [train.cell.id if train.cell else None],
        "engine_technology": [engine.technology if engine else None],
        "gearbox_technology": [gearbox.technology if gearbox else None],
        "machine_technology": [unit.technology for unit in train.units],
    }
    named = {shelf: [id for id in ids if id] for shelf, ids in found.items()}
    return {shelf: ids for shelf, ids in named.items() if ids}
