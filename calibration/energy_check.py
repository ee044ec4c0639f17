"""Holds the class parameters against a list of certified vehicles and prints the error per class.

Usage: python calibration/energy_check.py CERTIFIED.csv
The file has one row per tested configuration with the columns make, powertrain, test_mass_kg,
rated_power_kw, displacement_l, cylinders, aspiration, transmission, gears, drive, axle_ratio,
nv_ratio_rpm_per_mph, A_N, B_N_per_mps, C_N_per_mps2, ftp_co2_min_g_km, hwfet_co2_min_g_km,
udds_ac_wh_km, hwfet_ac_wh_km, flag. Nothing is fitted; certified results are only compared.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean

from wheelbase.catalogue import DriveUnit, Engine, Gearbox, Powertrain, catalogue
from wheelbase.simulate import RoadLoad, Scheme, assemble, certify
from wheelbase.units import Energy as EnergyHint
from wheelbase.units import Gearing as GearingHint
from wheelbase.units import convert, to_si

RADIUS = 0.33
SPAN = {5: 5.6, 6: 6.0, 7: 6.6, 8: 7.2, 9: 9.0, 10: 7.4}
BATTERY = to_si(70, "kWh", EnergyHint.__metadata__[0])
BASE_SPEED = 450.0


def gearbox(row, facts):
    text = row["transmission"].lower()
    kind = "cvt" if "variable" in text else "dct" if "automated manual" in text else "automatic"
    kind = "manual" if text.startswith("manual") else kind
    gears = 14 if kind == "cvt" else int(float(row["gears"] or 8))
    span = 6.6 if kind == "cvt" else SPAN.get(gears, 7.2)
    top = to_si(float(row["nv_ratio_rpm_per_mph"]), "rpm/mph", GearingHint.__metadata__[0]) * RADIUS
    steps = [1 - n / (gears - 1) for n in range(gears)]
    ratios = tuple(top * span ** (0.75 * x + 0.25 * x * x) for x in steps)
    return Gearbox(id="row", technology=kind, ratios=ratios)


def petrol(row, facts):
    power, litres = float(row["rated_power_kw"]) * 1e3, float(row["displacement_l"]) * 1e-3
    turbo = row["aspiration"] in ("turbo", "supercharged", "twin")
    name = (
        "diesel" if row["powertrain"] == "ICE diesel" else "turbo-petrol" if turbo else "na-petrol"
    )
    rated = {"diesel": 400.0, "turbo-petrol": 560.0, "na-petrol": 620.0}[name]
    rise = {"diesel": 1.45, "turbo-petrol": 1.45, "na-petrol": 1.12}[name]
    engine = Engine(
        id="row",
        fuel="diesel" if name == "diesel" else "petrol",
        technology=name,
        cylinders=int(float(row["cylinders"] or 4)),
        layout="in-line",
        displacement=litres,
        peak_power=power,
        peak_torque=rise * power / rated,
    )
    box = gearbox(row, facts)
    return Powertrain(
        id="row",
        kind="petrol",
        drive="rwd",
        engine=engine,
        engine_technology=facts.engine_technology[name],
        gearbox=box,
        gearbox_technology=facts.gearbox_technology[box.technology],
        tank=0.05,
    )


def electric(row, facts):
    power = float(row["rated_power_kw"]) * 1e3
    gearing = to_si(float(row["nv_ratio_rpm_per_mph"]), "rpm/mph", GearingHint.__metadata__[0])
    unit = DriveUnit(
        id="row",
        technology="pmsm",
        peak_power=power,
        peak_torque=power / BASE_SPEED,
        maximum_speed=1700.0,
        ratio=gearing * RADIUS,
    )
    return Powertrain(
        id="row",
        kind="bev",
        drive="rwd",
        rear_unit=unit,
        machine_technologies=(facts.machine_technology["pmsm"],),
        cell=facts.cell["prismatic-91"],
    )


def errors(row, facts):
    bev = row["powertrain"] == "BEV"
    load = [float(row[k]) for k in ("test_mass_kg", "A_N", "B_N_per_mps", "C_N_per_mps2")]
    road = RoadLoad(mass=load[0], A=load[1], B=load[2], C=load[3], radius=RADIUS)
    car = assemble((electric if bev else petrol)(row, facts), road, BATTERY if bev else 0.0, facts)
    epa = certify(car, Scheme.EPA, facts)
    if bev:
        keys, scale = ("udds_ac_wh_km", "hwfet_ac_wh_km"), convert(1, "Wh/km")
    else:
        keys, scale = ("ftp_co2_min_g_km", "hwfet_co2_min_g_km"), convert(car.fuel.co2_us, "g/km")
    for key, value in zip(keys, (epa.city, epa.highway), strict=True):
        if row[key]:
            yield key.split("_")[0], value * scale / float(row[key]) - 1


def main(path):
    facts = catalogue()
    found = defaultdict(list)
    with Path(path).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = row["powertrain"]
            known = all(row[k] for k in ("rated_power_kw", "nv_ratio_rpm_per_mph", "A_N"))
            if not known or row["flag"] or kind not in ("ICE petrol", "ICE diesel", "BEV"):
                continue
            if kind == "BEV" and float(row["rated_power_kw"]) < 60:
                continue
            for cycle, error in errors(row, facts):
                found[kind, cycle].append(error)
    for (kind, cycle), values in sorted(found.items()):
        size = mean(abs(v) for v in values)
        print(f"{kind:12} {cycle:6} n {len(values):4}  MAPE {size:6.1%}  bias {mean(values):+6.1%}")


if __name__ == "__main__":
    main(sys.argv[1])
