"""What car does that make? Battery, drive units, mass, energy and range closed into one variant."""

from wheelbase.integrate.balance import Balance, Load, balance
from wheelbase.integrate.many import Variants, integrate_many
from wheelbase.integrate.mass import curb_masses, test_mass
from wheelbase.integrate.sample import CAUSES, Cause, Drawn, sample_car
from wheelbase.integrate.size import closed_loop, frontal_area, scaled
from wheelbase.integrate.target import Manner, Targets
from wheelbase.integrate.variant import Variant, integrate

__all__ = [
    "CAUSES",
    "Balance",
    "Cause",
    "Drawn",
    "Load",
    "Manner",
    "Targets",
    "Variant",
    "Variants",
    "balance",
    "closed_loop",
    "curb_masses",
    "frontal_area",
    "integrate",
    "integrate_many",
    "sample_car",
    "scaled",
    "test_mass",
]
