"""What does it need and do? Energy, fuel, CO2, range and performance of one car on any trace."""

from wheelbase.simulate.backend import Backend
from wheelbase.simulate.car import Car, Fuel, Mode, Stance, assemble, assemble_vehicle
from wheelbase.simulate.certify import (
    Certificate,
    Scheme,
    certify,
    label_derived,
    utility_factor,
    utility_factor_us,
    wltc,
)
from wheelbase.simulate.check import Check, accuracy
from wheelbase.simulate.economy import Economy
from wheelbase.simulate.energy import Drive, Drives, Shortfall, Start, drive, drive_many
from wheelbase.simulate.hybrid import Parallel, PowerSplit
from wheelbase.simulate.performance import Acceleration, accelerate
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import RoadLoad

__all__ = [
    "Acceleration",
    "Backend",
    "Car",
    "Certificate",
    "Check",
    "Combustion",
    "Drive",
    "Drives",
    "Economy",
    "Electric",
    "Fuel",
    "Mode",
    "Parallel",
    "PowerSplit",
    "RoadLoad",
    "Scheme",
    "Shortfall",
    "Stance",
    "Start",
    "accelerate",
    "accuracy",
    "assemble",
    "assemble_vehicle",
    "certify",
    "drive",
    "drive_many",
    "label_derived",
    "utility_factor",
    "utility_factor_us",
    "wltc",
]
