"""Study specs to the compositions that the rooms take: bodies, powertrains, platforms."""

from collections.abc import Mapping
from dataclasses import fields, replace

from wheelbase.catalogue import Body, Catalogue, HardPoint, Platform, Powertrain, PowertrainKind
from wheelbase.study.spec_car import BodySpec, PlatformSpec, PowertrainSpec

__all__ = ["body", "platform", "powertrain"]


def body(id: str, spec: BodySpec, facts: Catalogue) -> Body:
    """Return the catalogue body with what the study changes."""
    base = facts.body[spec.extends]
    names = {f.name for f in fields(Body)}
    changed = {n: v for n, v in spec.model_dump(exclude_none=True).items() if n in names}
    return replace(base, id=id, **changed)


def powertrain(id: str, spec: PowertrainSpec, facts: Catalogue) -> Powertrain:
    """Return the powertrain composed of its catalogue parts.

    Raises:
        ValueError: A part is missing for this kind of powertrain.
        DataError: An id that the catalogue does not hold.
    """
    engine = facts.engine[spec.engine] if spec.engine else None
    gearbox = facts.gearbox[spec.gearbox] if spec.gearbox else None
    units = [facts.drive_unit[u] for u in (spec.rear, spec.front) if u]
    kind: PowertrainKind = spec.kind if spec.kind != "ice" else engine.fuel if engine else "petrol"
    return Powertrain(
        id=id,
        kind=kind,
        drive=spec.drive,
        engine=engine,
        engine_technology=facts.engine_technology[engine.technology] if engine else None,
        gearbox=gearbox,
        gearbox_technology=facts.gearbox_technology[gearbox.technology] if gearbox else None,
        final_drive=spec.final_drive or 1.0,
        tank=spec.tank or 0.0,
        rear_unit=facts.drive_unit[spec.rear] if spec.rear else None,
        front_unit=facts.drive_unit[spec.front] if spec.front else None,
        machine_technologies=tuple(facts.machine_technology[u.technology] for u in units),
        cell=facts.cell[spec.battery.cell] if spec.battery else None,
        battery=spec.battery.request.energy if spec.battery else None,
        charger=spec.charger,
    )


def platform(id: str, spec: PlatformSpec, trains: Mapping[str, Powertrain]) -> Platform:
    """Return the platform with the powertrains it must carry and its hard-point policies."""
    asked = spec.hard_points
    points = {name: HardPoint(policy="common") for name in asked.common}
    points |= {
        name: HardPoint(policy="tooled", tool=group)
        for group, names in asked.tooled.items()
        for name in names
    }
    for name, given in asked.pinned.items():
        points[name] = replace(
            points.get(name, HardPoint()),
            value=given.value,
            tolerance=max(given.high - given.value, given.value - given.low),
            source=given.note,
        )
    carried = tuple(trains[name] for name in spec.powertrains)
    return Platform(
        id=id,
        kind=spec.kind,
        layout=spec.layout,
        floor=spec.floor,
        powertrains=carried,
        hard_points=points,
    )
