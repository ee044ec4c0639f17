"""What car does that make? Battery, mass, energy and range closed into one variant."""

from wheelbase.integrate.mass import curb_masses, pack_mass, test_mass
from wheelbase.integrate.variant import Targets, Variant, integrate

__all__ = ["Targets", "Variant", "curb_masses", "integrate", "pack_mass", "test_mass"]
