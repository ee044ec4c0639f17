"""Cars: real ones as published, and the bodies and powertrains that a study combines."""

from dataclasses import dataclass
from typing import Literal

from wheelbase.catalogue.cell import Cell
from wheelbase.catalogue.component import (
    DriveUnit,
    Engine,
    EngineTechnology,
    Gearbox,
    GearboxTechnology,
    Id,
    MachineTechnology,
)
from wheelbase.catalogue.spec import Spec
from wheelbase.units import (
    Area,
    DragLinear,
    DragSquare,
    Emission,
    Energy,
    Force,
    Gearing,
    Length,
    Mass,
    Power,
    Ratio,
    Speed,
    Time,
    Volume,
    Year,
)

__all__ = ["Body", "Powertrain", "PowertrainKind", "Vehicle", "missing"]

PowertrainKind = Literal["petrol", "diesel", "mhev", "hev", "phev", "bev"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle(Spec):
    """A car on sale, each figure as its source has it; None where no public figure was found.

    `W103` is the width without mirrors. `A`, `B`, `C` are target coast-down coefficients of the
    EPA test vehicle with `test_mass`, `speed_ratio` its N/V in top gear. `ftp_co2`, `hwfet_co2` are
    unadjusted certificates, `udds_energy`, `hwfet_energy` wall energy per distance,
    `wltp_energy_low/high` the band of WLTP wall energy over the versions on sale, in J/m.
    """

    name: str
    make: str
    platform: Id
    kind: PowertrainKind
    first_year: Year | None = None
    L101: Length | None = None
    L103: Length | None = None
    L104: Length | None = None
    L105: Length | None = None
    W103: Length | None = None
    H100: Length | None = None
    H156: Length | None = None
    tyre_radius: Length | None = None
    boot: Volume | None = None
    curb_mass: Mass | None = None
    test_mass: Mass | None = None
    A: Force | None = None
    B: DragLinear | None = None
    C: DragSquare | None = None
    drag: Ratio | None = None
    drive: Literal["fwd", "rwd", "awd"] | None = None
    engine: Id | None = None
    gearbox: Id | None = None
    final_drive: Ratio | None = None
    speed_ratio: Gearing | None = None
    rear_unit: Id | None = None
    front_unit: Id | None = None
    pack: Id | None = None
    system_power: Power | None = None
    ftp_co2: Emission | None = None
    hwfet_co2: Emission | None = None
    wltp_co2_low: Emission | None = None
    wltp_co2_high: Emission | None = None
    udds_energy: Force | None = None
    hwfet_energy: Force | None = None
    wltp_energy_low: Force | None = None
    wltp_energy_high: Force | None = None
    wltp_range: Length | None = None
    acceleration_0_100: Time | None = None
    top_speed: Speed | None = None


def missing(vehicle: Vehicle) -> tuple[str, ...]:
    """Return the figures that no public source was found for, of those its kind should have."""
    wanted = ["L101", "L103", "W103", "H100", "boot", "curb_mass", "A", "acceleration_0_100"]
    wanted += {
        "bev": ["pack", "udds_energy", "wltp_energy_low", "wltp_range"],
        "phev": ["pack", "ftp_co2", "wltp_co2_low", "wltp_range"],
    }.get(vehicle.kind, ["ftp_co2", "wltp_co2_low"])
    return tuple(name for name in wanted if getattr(vehicle, name) is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Spec):
    """A body that a study puts on platforms: outer size, air and tyres, what the owner is promised.

    `H30` is the height of the front seat's reference point above the heel, `headroom` the vertical
    from there to the headliner, `L101` the wheelbase that the body is drawn for; None where the
    turning circle decides it. Without an `area` the frontal area follows from width and height.
    """

    style: Literal["sedan", "hatch", "suv"]
    L103: Length
    W103: Length
    H100: Length
    H156: Length
    tyre_radius: Length
    drag: Ratio
    rolling: Ratio
    H30: Length
    headroom: Length
    boot: Volume
    payload: Mass
    L101: Length | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Powertrain:
    """A powertrain as a study combines it from catalogue components.

    Not a fact but a composition: `study` builds it. `battery` is the energy asked for (gross, J),
    None for as much as fits; a range target is given to `integrate`. `final_drive` multiplies
    every ratio of the gearbox. `topology` says where the machine of a hybrid sits
    (None: p0 of a 48 V hybrid, else p2), `start_stop` is 1 with stop-start, 0 without, in between
    where only the odds are known.
    """

    id: str
    kind: PowertrainKind
    drive: Literal["fwd", "rwd", "awd"]
    engine: Engine | None = None
    engine_technology: EngineTechnology | None = None
    gearbox: Gearbox | None = None
    gearbox_technology: GearboxTechnology | None = None
    final_drive: float = 1.0
    tank: float = 0.0
    rear_unit: DriveUnit | None = None
    front_unit: DriveUnit | None = None
    second_rear_unit: DriveUnit | None = None
    machine_technologies: tuple[MachineTechnology, ...] = ()
    cell: Cell | None = None
    battery: Energy | None = None
    charger: Power | None = None
    topology: Literal["p0", "p1", "p2", "power-split"] | None = None
    start_stop: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a composition that lacks a part its kind needs."""
        burns = self.kind != "bev"
        turns = self.kind in ("bev", "phev", "hev")
        checks = [
            (burns and not (self.engine and self.engine_technology), "an engine"),
            (burns and not (self.gearbox and self.gearbox_technology), "a gearbox"),
            (burns and self.tank <= 0, "a tank"),
            (turns and not self.units, "a drive unit"),
            (turns and self.cell is None, "a cell"),
            (len(self.machine_technologies) != len(self.units), "one technology per drive unit"),
        ]
        if lacking := [what for fails, what in checks if fails]:
            raise ValueError(f"powertrain {self.id} of kind {self.kind} needs {', '.join(lacking)}")

    @property
    def units(self) -> tuple[DriveUnit, ...]:
        """The drive units, rear first, then front, then the second one of a rear axle."""
        every = (self.rear_unit, self.front_unit, self.second_rear_unit)
        return tuple(u for u in every if u is not None)
