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
from wheelbase.simulate.check import Check, accuracy
from wheelbase.simulate.economy import Economy
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
    "Acceleration",
    "Approved",
    "Backend",
    "Car",
    "Certificate",
    "Check",
    "ClassError",
    "Combustion",
    "Drive",
    "Drives",
    "Economy",
    "Electric",
    "Fleet",
    "Fuel",
    "FullLoad",
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
    "Technology",
    "TestCar",
    "Validation",
    "accelerate",
    "accelerate_many",
    "accuracy",
    "approve_many",
    "assemble",
    "assemble_vehicle",
    "car_of",
    "certify",
    "certify_many",
    "drive",
    "drive_many",
    "fleet_of",
    "full_load_of",
    "gradeability",
    "join_technology",
    "keep_compiled",
    "label_derived",
    "predict",
    "read_road_tests",
    "read_test_cars",
    "tractive_limit",
    "utility_factor",
    "utility_factor_us",
    "validate",
    "validate_performance",
    "wltc",
]
