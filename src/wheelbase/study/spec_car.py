"""The part of a study file that says what cars there are: bodies, powertrains, platforms."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from wheelbase.study.field import (
    AssumedMoney,
    AssumedMoneyPerYear,
    AssumedYears,
    Body,
    Boot,
    CarHeight,
    CarLength,
    CarWidth,
    CellCharge,
    CellName,
    CellRate,
    CellSize,
    CellVoltage,
    Charger,
    Clearance,
    Cycle,
    Drag,
    FinalDrive,
    FrontalArea,
    HardPoint,
    Headroom,
    Id,
    Load,
    Model,
    ModuleFactor,
    PerCellMass,
    PerCellVolume,
    Pinned,
    PlanFactor,
    Powertrain,
    Request,
    Rolling,
    SeatHeight,
    Share,
    SomeCapacity,
    Sprint,
    Tank,
    Text,
    TyreRadius,
    Version,
    Wheelbase,
    Whole,
    Years,
    day,
    request,
)
from wheelbase.study.quantity import Known, context_of
from wheelbase.study.spec_sweep import SweepSpec

__all__ = [
    "BaseSpec",
    "BatterySpec",
    "BlockSpec",
    "BodySpec",
    "CellSpec",
    "HardPointSpec",
    "LaunchSpec",
    "PackageSpec",
    "PlatformSpec",
    "PowertrainSpec",
    "TargetSpec",
]


def _currency(value: object, info: ValidationInfo) -> str:
    """Return a currency with a price year that the catalogue can lead to."""
    found = re.fullmatch(r"EUR((?:19|20)\d\d)?", str(value))
    if found is None or found[1] is None:
        what = "lacks its price year" if found else "is no currency that a study counts in"
        raise ValueError(f"'{value}' {what}; write EUR and a year, such as EUR2019")
    known = sorted(y for c, y in context_of(info).prices.deflators if c == "EUR")
    if int(found[1]) not in known:
        span = f"{known[0]}..{known[-1]}"
        raise ValueError(f"'{value}': no deflator of EUR for {found[1]}; known: {span}")
    return str(value)


class BaseSpec(Model):
    """The day from which the study looks, its money and its seed."""

    date: Annotated[date, BeforeValidator(day)]
    currency: Annotated[str, BeforeValidator(_currency)]
    seed: int = Field(default=7, ge=0, le=2**31)

    @property
    def year(self) -> int:
        """Price year of every EUR of the study."""
        return int(self.currency[3:])


class BodySpec(Model):
    """A body: a catalogue body, and what differs from it."""

    extends: Annotated[str, Known("body", "builtin/")]
    label: Text | None = None
    L101: Wheelbase | None = None
    L103: CarLength | None = None
    W103: CarWidth | None = None
    H100: CarHeight | None = None
    H156: Clearance | None = None
    tyre_radius: TyreRadius | None = None
    drag: Drag | None = None
    area: FrontalArea | None = None
    rolling: Rolling | None = None
    H30: SeatHeight | None = None
    headroom: Headroom | None = None
    boot: Boot | None = None
    payload: Load | None = None


class CellSpec(Model):
    """A cell of the study's own: a catalogue cell, and what differs from it."""

    extends: Annotated[str, Known("cell")]
    label: Text | None = None
    height: CellSize | None = None
    length: CellSize | None = None
    width: CellSize | None = None
    charge: CellCharge | None = None
    energy_density: PerCellVolume | None = None
    specific_energy: PerCellMass | None = None
    nominal_voltage: CellVoltage | None = None
    minimum_voltage: CellVoltage | None = None
    maximum_voltage: CellVoltage | None = None
    charge_limit: dict[Share, CellRate] | None = Field(default=None, min_length=2)
    plan_factor: PlanFactor | None = None
    module_mass_factor: ModuleFactor | None = None
    usable_share: Share | None = None


class BatterySpec(Model):
    """A battery: its cell, and how much of it - a range, an energy, or as much as fits."""

    cell: CellName
    request: Annotated[Request, BeforeValidator(request)]


class PowertrainSpec(Model):
    """A powertrain composed of catalogue parts."""

    kind: Literal["ice", "phev", "bev"]
    label: Text | None = None
    drive: Literal["fwd", "rwd", "awd"]
    engine: Annotated[str, Known("engine")] | None = None
    gearbox: Annotated[str, Known("gearbox")] | None = None
    final_drive: FinalDrive | None = None
    tank: Tank | None = None
    rear: Annotated[str, Known("drive_unit")] | None = None
    front: Annotated[str, Known("drive_unit")] | None = None
    battery: BatterySpec | None = None
    charger: Charger | None = None

    @model_validator(mode="after")
    def _complete(self) -> "PowertrainSpec":
        burns, drives = self.kind != "bev", self.kind != "ice"
        wanted = {"engine": burns, "gearbox": burns, "tank": burns, "battery": drives}
        odd = [
            f"{'needs' if want else 'has no'} {key}"
            for key, want in wanted.items()
            if want != (getattr(self, key) is not None)
        ]
        if drives != bool(self.rear or self.front):
            odd.append("needs a drive unit, rear or front" if drives else "has no drive unit")
        if self.battery and self.battery.request.range and burns:
            odd.append("asks its battery for an energy or 'fit', not for a range")
        if odd:
            raise ValueError(f"a powertrain of kind {self.kind} {', '.join(odd)}")
        return self


class HardPointSpec(Model):
    """Which hard points are common to all powertrains, tooled per family, free, or given."""

    common: tuple[HardPoint, ...] = ()
    tooled: dict[Id, tuple[HardPoint, ...]] = Field(default_factory=dict)
    free: tuple[HardPoint, ...] = ()
    pinned: dict[HardPoint, Pinned] = Field(default_factory=dict)


class BlockSpec(Model):
    """A line block: how many cars it adds a year and what it costs."""

    size: SomeCapacity
    invest: AssumedMoney
    fixed: AssumedMoneyPerYear
    most: Whole = 10.0


class LaunchSpec(Model):
    """A platform that does not run yet: lead, life, development, and the line blocks it needs."""

    lead: Years
    life: AssumedYears
    development: AssumedMoney
    block: BlockSpec


class PlatformSpec(Model):
    """A platform: which bodies and powertrains it carries and which hard points are common."""

    kind: Literal["flexible", "bespoke"]
    label: Text | None = None
    layout: Literal["longitudinal", "transverse", "electric"]
    floor: Literal["carry-over", "variant", "flat"]
    bodies: Annotated[tuple[Body, ...], Field(min_length=1)]
    powertrains: Annotated[tuple[Powertrain, ...], Field(min_length=1)]
    hard_points: HardPointSpec = Field(default_factory=HardPointSpec)
    launch: Literal["running"] | LaunchSpec = "running"


class TargetSpec(Model):
    """What every car of the study must reach; left out means no target.

    The slope is that to pull away on at gross mass. Drive units of the powertrains named in `sized`
    are scaled until acceleration and slope are just reached; those of the others stay as chosen.
    """

    acceleration_0_100: Sprint | None = None
    boot: Boot | None = None
    payload: Load | None = None
    gradeability: Share | None = None
    sized: tuple[Powertrain, ...] = ()

    @model_validator(mode="after")
    def _to_something(self) -> "TargetSpec":
        if self.sized and self.acceleration_0_100 is None and self.gradeability is None:
            raise ValueError(
                "sized: needs a target to size to; add acceleration_0_100 or gradeability"
            )
        return self


class PackageSpec(Model):
    """A study file that asks only what fits: bodies, powertrains, platforms."""

    wheelbase: Version
    name: Id
    title: Text
    question: Literal["fit", "cost", "which", "when"] = "when"
    base: BaseSpec
    bodies: dict[Id, BodySpec]
    cells: dict[Id, CellSpec] = Field(default_factory=dict)
    powertrains: dict[Id, PowertrainSpec]
    platforms: dict[Id, PlatformSpec]
    cycles: tuple[Cycle, ...] = ("wltc_class3b",)
    targets: TargetSpec = Field(default_factory=TargetSpec)
    sweep: SweepSpec | None = None
