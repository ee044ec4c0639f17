"""What exists: parts, cars, platforms, markets, prices and rules, each figure with its source."""

from dataclasses import dataclass, field, fields
from importlib.resources import files
from typing import Any, get_args, get_type_hints

from wheelbase.catalogue.cell import Cell, Launch, Pack
from wheelbase.catalogue.charging import (
    CellModel,
    ChargeClass,
    Charger,
    ChargeTime,
    class_of_voltage,
)
from wheelbase.catalogue.column import single, with_columns
from wheelbase.catalogue.component import (
    DriveUnit,
    Engine,
    EngineTechnology,
    Gearbox,
    GearboxTechnology,
    MachineSet,
    MachineTechnology,
)
from wheelbase.catalogue.constants import ChainConstant, VehicleConstant
from wheelbase.catalogue.customer import CustomerValue
from wheelbase.catalogue.cycle import Cycle, Phase, cycle, cycle_names, read_cycle
from wheelbase.catalogue.cycle_import import ImportedCycle, import_cycle, read_recorded
from wheelbase.catalogue.draw import SPREAD, drawn, halves, stream
from wheelbase.catalogue.epa_list import (
    Electric,
    ElectricTest,
    Imported,
    import_epa_test_cars,
    read_epa_test_cars,
)
from wheelbase.catalogue.load import STATUSES, Origin, Shelf, load
from wheelbase.catalogue.market import Forecast, Market, MarketPrice
from wheelbase.catalogue.money import (
    CostEquation,
    Currency,
    Group,
    Investment,
    InvestmentRung,
    LearningClass,
    Overhead,
    PackCurve,
    PackPrice,
    PartFamily,
)
from wheelbase.catalogue.pair import Pair
from wheelbase.catalogue.part import PartSize
from wheelbase.catalogue.partner import Partner, PublicDeal
from wheelbase.catalogue.plant import ModelSeries, Plant
from wheelbase.catalogue.platform import HARD_POINTS, Architecture, HardPoint, Platform, Policy
from wheelbase.catalogue.provenance import Provenance, Rejected, apart, beside, provenance_of
from wheelbase.catalogue.regulation import FleetRule, FootprintRule, Procedure, ShareRule
from wheelbase.catalogue.sound import SoundMode, WarningRule, WarningSound, read_modes
from wheelbase.catalogue.source import Source, read_sources
from wheelbase.catalogue.spec import Spec
from wheelbase.catalogue.table import harmless, numbered_rows, read_rows, write_whole
from wheelbase.catalogue.vehicle import Body, Powertrain, PowertrainKind, Vehicle, missing
from wheelbase.errors import DataError
from wheelbase.prices import Prices

__all__ = [
    "HARD_POINTS",
    "SPREAD",
    "STATUSES",
    "Architecture",
    "Body",
    "Catalogue",
    "Cell",
    "CellModel",
    "ChainConstant",
    "ChargeClass",
    "ChargeTime",
    "Charger",
    "CostEquation",
    "Currency",
    "CustomerValue",
    "Cycle",
    "DriveUnit",
    "Electric",
    "ElectricTest",
    "Engine",
    "EngineTechnology",
    "FleetRule",
    "FootprintRule",
    "Forecast",
    "Gearbox",
    "GearboxTechnology",
    "Group",
    "HardPoint",
    "Imported",
    "ImportedCycle",
    "Investment",
    "InvestmentRung",
    "Launch",
    "LearningClass",
    "MachineSet",
    "MachineTechnology",
    "Market",
    "MarketPrice",
    "ModelSeries",
    "Origin",
    "Overhead",
    "Pack",
    "PackCurve",
    "PackPrice",
    "Pair",
    "PartFamily",
    "PartSize",
    "Partner",
    "Phase",
    "Plant",
    "Platform",
    "Policy",
    "Powertrain",
    "PowertrainKind",
    "Procedure",
    "Provenance",
    "PublicDeal",
    "Rejected",
    "ShareRule",
    "Shelf",
    "SoundMode",
    "Source",
    "Spec",
    "Vehicle",
    "VehicleConstant",
    "WarningRule",
    "WarningSound",
    "apart",
    "beside",
    "catalogue",
    "class_of_voltage",
    "cycle",
    "cycle_names",
    "drawn",
    "halves",
    "harmless",
    "import_cycle",
    "import_epa_test_cars",
    "missing",
    "numbered_rows",
    "provenance_of",
    "read_cycle",
    "read_epa_test_cars",
    "read_modes",
    "read_recorded",
    "read_rows",
    "single",
    "stream",
    "with_columns",
    "write_whole",
]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Every shelf, named as its facts file is, and the sources behind them.

    One is equal to itself alone, so that what is made of its facts can be kept.
    """

    architecture: Shelf[Architecture]
    body: Shelf[Body]
    cell: Shelf[Cell]
    cell_model: Shelf[CellModel]
    chain_constant: Shelf[ChainConstant]
    charge_class: Shelf[ChargeClass]
    charge_time: Shelf[ChargeTime]
    charger: Shelf[Charger]
    cost_equation: Shelf[CostEquation]
    currency: Shelf[Currency]
    customer_value: Shelf[CustomerValue]
    drive_unit: Shelf[DriveUnit]
    engine: Shelf[Engine]
    engine_technology: Shelf[EngineTechnology]
    fleet_rule: Shelf[FleetRule]
    footprint_rule: Shelf[FootprintRule]
    forecast: Shelf[Forecast]
    gearbox: Shelf[Gearbox]
    gearbox_technology: Shelf[GearboxTechnology]
    investment: Shelf[Investment]
    investment_rung: Shelf[InvestmentRung]
    launch: Shelf[Launch]
    learning_class: Shelf[LearningClass]
    machine_set: Shelf[MachineSet]
    machine_technology: Shelf[MachineTechnology]
    market: Shelf[Market]
    market_price: Shelf[MarketPrice]
    mass_constant: Shelf[VehicleConstant]
    model_series: Shelf[ModelSeries]
    overhead: Shelf[Overhead]
    pack: Shelf[Pack]
    pack_curve: Shelf[PackCurve]
    pack_price: Shelf[PackPrice]
    pack_shape: Shelf[VehicleConstant]
    pair: Shelf[Pair]
    part_family: Shelf[PartFamily]
    part_size: Shelf[PartSize]
    partner: Shelf[Partner]
    plant: Shelf[Plant]
    public_deal: Shelf[PublicDeal]
    share_rule: Shelf[ShareRule]
    sound_mode: Shelf[SoundMode]
    vehicle: Shelf[Vehicle]
    vehicle_constant: Shelf[VehicleConstant]
    warning_rule: Shelf[WarningRule]
    warning_sound: Shelf[WarningSound]
    sources: dict[str, Source] = field(repr=False)

    @property
    def shelves(self) -> tuple[Shelf[Any], ...]:
        """Every shelf, in the order of their names."""
        return tuple(getattr(self, f.name) for f in fields(self) if f.name != "sources")

    def find(self, id: str) -> tuple[Shelf[Any], Spec]:
        """Return the shelf and the entry with this id, or raise DataError with near misses."""
        from difflib import get_close_matches

        for shelf in self.shelves:
            if id in shelf:
                return shelf, shelf[id]
        ids = [item.id for shelf in self.shelves for item in shelf]
        near = get_close_matches(id, ids, n=3, cutoff=0.4) or ["catalogue list"]
        raise DataError(f"no entry {id!r} in the catalogue; did you mean {', '.join(near)}?")

    def prices(self, base: int) -> Prices:
        """Return the way from any published money to EUR of the year `base`."""
        deflators = {(c.id.upper(), y): v for c in self.currency for y, v in c.deflator.items()}
        rates = {(c.id.upper(), y): v for c in self.currency for y, v in c.per_eur.items()}
        return Prices(base, deflators, rates)


def catalogue() -> Catalogue:
    """Return the catalogue that ships with Wheelbase.

    Raises:
        DataError: Every bad fact of every file, with file:line.
    """
    room = files("wheelbase.catalogue")
    sources = read_sources((room / "sources.bib").read_text("utf-8"), "sources.bib")
    shelves: dict[str, Shelf[Any]] = {}
    problems: list[str] = []
    for name, hint in get_type_hints(Catalogue).items():
        if name == "sources":
            continue
        try:
            text = (room / "facts" / f"{name}.csv").read_text("utf-8")
            shelves[name] = load(get_args(hint)[0], text, f"{name}.csv", sources)
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return Catalogue(**shelves, sources=sources)
