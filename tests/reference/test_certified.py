"""Real cars against their certificates. The floors are those of the first version: ten percent.

Sources: EPA annual certification test results 2022 (unadjusted CO2), ADEME car labelling (WLTP
band of wall energy), both in the catalogue with the vehicle and configuration of each figure.
"""

import pytest

from wheelbase.simulate import accuracy


@pytest.mark.parametrize("vehicle", ["bmw-330i-g20", "bmw-x3-30i-g01"])
def test_petrol_cars_are_within_ten_percent_of_certified_ftp(facts, vehicle):
    check = next(c for c in accuracy(facts, (vehicle,)) if c.quantity == "FTP CO2")
    assert abs(check.error) <= 0.10


@pytest.mark.parametrize("vehicle", ["bmw-ix3-g08", "bmw-i4-edrive40", "jaguar-i-pace"])
def test_battery_cars_are_within_ten_percent_of_their_wltp_band(facts, vehicle):
    check = next(c for c in accuracy(facts, (vehicle,)) if c.quantity == "WLTP wall energy")
    assert abs(check.error) <= 0.10
