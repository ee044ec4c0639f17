"""What does it need and do? Energy, fuel, CO2, range and performance of one car on any trace."""

from wheelbase.simulate.backend import Backend, keep_compiled
from wheelbase.simulate.car import Car, Fuel, Mode, Stance, assemble, assemble_vehicle
from wheelbase.simulate.certify import (
    Approved,
    Certificate,
    Scheme,
    approve_many,
    certify,
    certify_many,
    label_derived,
    utility_factor,
    utility_factor_us,
    wltc,
)
from wheelbase.simulate.charge import (
    FAST,
    FAST_CHARGER,
    Charging,
    Limit,
    charge,
    charge_time,
    fast_charge_time,
)
from wheelbase.simulate.charge_battery import (
    Battery,
    Taper,
    battery_of,
    battery_of_car,
    battery_of_pack,
    is_chargeable,
)
from wheelbase.simulate.charge_times import (
    ChargeCheck,
    ChargeValidation,
    class_peak,
    fit_taper,
    read_charge_times,
    validate_charging,
)
from wheelbase.simulate.check import Check, accuracy
from wheelbase.simulate.economy import Economy
from wheelbase.simulate.electrochemistry import Derived, derive_cell
from wheelbase.simulate.energy import (
    Drive,
    Drives,
    Fleet,
    Shortfall,
    Start,
    drive,
    drive_many,
    fleet_of,
)
from wheelbase.simulate.fleet import join_technology
from wheelbase.simulate.hybrid import Parallel, PowerSplit
from wheelbase.simulate.performance import (
    Acceleration,
    FullLoad,
    accelerate,
    accelerate_many,
    full_load_of,
    gradeability,
    tractive_limit,
)
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import RoadLoad
from wheelbase.simulate.roadtest import (
    PerformanceError,
    RoadTest,
    read_road_tests,
    validate_performance,
)
from wheelbase.simulate.testcar import Technology, TestCar, car_of, read_test_cars
from wheelbase.simulate.validate import ClassError, Validation, predict, validate

__all__ = [
    "FAST",
    "FAST_CHARGER",
    "Acceleration",
    "Approved",
    "Backend",
    "Battery",
    "Car",
    "Certificate",
    "ChargeCheck",
    "ChargeValidation",
    "Charging",
    "Check",
    "ClassError",
    "Combustion",
    "Derived",
    "Drive",
    "Drives",
    "Economy",
    "Electric",
    "Fleet",
    "Fuel",
    "FullLoad",
    "Limit",
    "Mode",
    "Parallel",
    "PerformanceError",
    "PowerSplit",
    "RoadLoad",
    "RoadTest",
    "Scheme",
    "Shortfall",
    "Stance",
    "Start",
    "Taper",
    "Technology",
    "TestCar",
    "Validation",
    "accelerate",
    "accelerate_many",
    "accuracy",
    "approve_many",
    "assemble",
    "assemble_vehicle",
    "battery_of",
    "battery_of_car",
    "battery_of_pack",
    "car_of",
    "certify",
    "certify_many",
    "charge",
    "charge_time",
    "class_peak",
    "derive_cell",
    "drive",
    "drive_many",
    "fast_charge_time",
    "fit_taper",
    "fleet_of",
    "full_load_of",
    "gradeability",
    "is_chargeable",
    "join_technology",
    "keep_compiled",
    "label_derived",
    "predict",
    "read_charge_times",
    "read_road_tests",
    "read_test_cars",
    "tractive_limit",
    "utility_factor",
    "utility_factor_us",
    "validate",
    "validate_charging",
    "validate_performance",
    "wltc",
]
