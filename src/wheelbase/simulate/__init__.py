"""What does it need and do? Energy, fuel, CO2, range and performance of one car on any trace."""

from wheelbase.simulate.car import Car, Fuel, Stance, assemble, assemble_vehicle
from wheelbase.simulate.certify import (
    Certificate,
    Scheme,
    certify,
    label_derived,
    utility_factor,
)
from wheelbase.simulate.check import Check, accuracy
from wheelbase.simulate.economy import Economy
from wheelbase.simulate.energy import Drive, Shortfall, Start, drive
from wheelbase.simulate.hybrid import Mode, PlugIn
from wheelbase.simulate.performance import Acceleration, accelerate
from wheelbase.simulate.powertrain import Combustion, Electric
from wheelbase.simulate.roadload import RoadLoad

__all__ = [
    "Acceleration",
    "Car",
    "Certificate",
    "Check",
    "Combustion",
    "Drive",
    "Economy",
    "Electric",
    "Fuel",
    "Mode",
    "PlugIn",
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
    "label_derived",
    "utility_factor",
]
