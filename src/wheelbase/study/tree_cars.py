"""Results tree, first half: variants, platforms, fit matrix, accuracy, bills, penalties."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from wheelbase.catalogue import cycle
from wheelbase.cost import Basis, Bill
from wheelbase.fit import Fit
from wheelbase.integrate import Load, Variant
from wheelbase.simulate import Check, accuracy, drive
from wheelbase.study.cars import Cars
from wheelbase.study.figures import figure, in_unit, rounded, series
from wheelbase.study.load import Package, Study
from wheelbase.study.placing import Placed
from wheelbase.study.reads import parts_of, reads_of
from wheelbase.study.tree_package import (
    geometry,
    matrix_tree,
    pack_figures,
    package_of,
    platform_tree,
    room_figures,
)
from wheelbase.units import convert, show

__all__ = ["CHECKED", "bills_tree", "car_figures", "cars_tree", "driven", "named", "pack_tree"]
__all__ += ["validation_tree"]

CHECKED = (
    "bmw-330i-g20", "bmw-x3-30i-g01", "bmw-ix3-g08", "bmw-i4-edrive40", "jaguar-i-pace",
    "vw-id3-58", "tesla-model-3-srp", "tesla-model-3-lr", "mini-cooper-f56", "mini-cooper-se-f56",
    "bmw-330e-g20",
)  # fmt: skip
_WITH_FLOOR = CHECKED[:5]


def cars_tree(study: Study, cars: Cars, placed: Mapping[str, Placed]) -> dict[str, Any]:
    """Return variants, platforms and the fit matrix as plain data."""
    return {
        "variants": {id: _variant(study, cars.variants[id], placed[id]) for id in cars.variants},
        "platforms": {id: platform_tree(study, id, cars.envelopes[id]) for id in study.platforms},
        "fit_matrix": matrix_tree(study, placed),
    }


def _variant(study: Study, car: Variant, exact: Placed) -> dict[str, Any]:
    placed = car.fit  # where its drive units lie in their final size
    return {
        **named(study, placed),
        **package_of(exact),
        "figures": car_figures(car),
        "fit": geometry(exact.fit, exact.placement, car.body),
        **driven(car),
        "made_of": parts_of(car.powertrain, study.spec.bodies[placed.body].extends),
        "asked": _asked(study, car),
        "reads": reads_of(car, study.facts),
    }


def named(package: Package, placed: Fit) -> dict[str, Any]:
    """Return platform, body and powertrain of a variant with their labels."""
    spec = package.spec
    return {
        "platform": placed.platform,
        "platform_kind": spec.platforms[placed.platform].kind,
        "body": placed.body,
        "body_label": spec.bodies[placed.body].label or placed.body,
        "powertrain": placed.powertrain,
        "powertrain_label": spec.powertrains[placed.powertrain].label or placed.powertrain,
        "kind": package.powertrains[placed.powertrain].kind,
    }


def driven(car: Variant) -> dict[str, Any]:
    """Return what a car weighs, how it stands, and what it needs on the cycles it was driven on."""
    return {
        "masses": {name: rounded(mass, 4) for name, mass in car.masses.items()},
        "balance": {name: _load(getattr(car.balance, name)) for name in ("curb", "test", "loaded")},
        "sized": _sized(car),
        "consumption": {name: _consumption(d.economy, car) for name, d in car.drives.items()},
        "losses_unit": "MJ/100km",
        "losses": {
            name: {k: in_unit(v / d.distance, "MJ/100km") for k, v in d.losses.items()}
            for name, d in car.drives.items()
        },
        "balance_error": max((d.balance_error for d in car.drives.values()), default=None),
        "shortfall": _shortfall(car),
        "trace": _trace(car) if car.drives else None,
        "loop": {"iterations": car.iterations, "residual": car.residual},
        "outside_range": list(car.car.outside_range),
    }


def car_figures(car: Variant) -> dict[str, Any]:
    """Return the figures of a car; without an EPA label where it has none."""
    wltp, epa = car.certificates["wltp"], car.certificates.get("epa")
    found = {
        "curb_mass": figure(car.curb_mass, "kg"),
        **room_figures(car.fit),
        "acceleration_0_100": figure(car.acceleration.time_0_100, "s"),
        "top_speed": figure(car.acceleration.top_speed, "km/h"),
        "gradeability": figure(car.gradeability, "%"),
        "payload": figure(car.payload, "kg"),
        "front_load": figure(car.balance.curb.front_share, "%"),
        "gravity_height": figure(car.balance.curb.height, "mm"),
    }
    if car.battery_energy > 0:
        found["battery_gross"] = figure(car.battery_energy, "kWh")
        found |= pack_figures(car.fit)
    if car.powertrain.kind == "bev":
        found["range_wltp"] = figure(car.range, "km")
        found["consumption_wltp"] = figure(wltp.energy, "kWh/100km", wltp.low, wltp.high)
        if car.charge_time is not None:
            low, time, high = car.charge_time
            found["charge_10_80"] = figure(time, "min", low, high)
    else:
        found["consumption_wltp"] = figure(wltp.fuel, "l/100km")
        found["co2_wltp"] = figure(wltp.co2, "g/km", wltp.low, wltp.high)
    if epa is not None:
        unit = "kWh/100km" if car.powertrain.kind == "bev" else "l/100km"
        found["label_epa"] = figure(epa.label, unit)
    if car.powertrain.kind == "phev":
        found["electric_range_wltp"] = figure(wltp.electric_range, "km")
        found["utility_factor"] = figure(wltp.utility_factor, "%")
    return found


def _asked(study: Study, car: Variant) -> list[dict[str, str]]:
    """Return what the study asks of the car's battery, with its place in the file."""
    battery = study.spec.powertrains[car.powertrain.id].battery
    if battery is None:
        return []
    path, wish = ("powertrains", car.powertrain.id, "battery", "request"), battery.request
    value = "as much as fits"
    if wish.range:
        value = show(wish.range, "km")
    elif wish.energy:
        value = show(wish.energy, "kWh")
    place = ":".join(study.document.place(path).split(":")[:2])
    return [{"path": ".".join(path), "value": value, "place": place}]


def _load(load: Load) -> dict[str, Any]:
    """Return axle loads as masses, and the centre of gravity."""
    return {
        "mass": figure(load.mass, "kg"),
        "front": figure(load.mass * load.front_share, "kg"),
        "rear": figure(load.mass * (1 - load.front_share), "kg"),
        "gravity_height": figure(load.height, "mm"),
        "gravity_behind_front_axle": figure(load.x, "mm"),
    }


def _sized(car: Variant) -> dict[str, Any] | None:
    """Return the drive units that were scaled, with their power; None where they are as chosen."""
    if not car.scaled:
        return None
    return {
        "scale": rounded(car.scale, 4),
        "units": {u.id: figure(u.peak_power, "kW") for u in car.powertrain.units},
    }


def _consumption(economy: Any, car: Variant) -> dict[str, Any]:
    electric = car.powertrain.kind == "bev"
    value = economy.kwh_per_100km_wall if electric else economy.l_per_100km
    unit = "kWh/100km" if electric else "l/100km"
    return {"value": rounded(value), "unit": unit, "low": None, "high": None, "status": "computed"}


def _shortfall(car: Variant) -> list[dict[str, Any]]:
    return [
        {
            "cycle": name,
            "seconds": rounded(d.shortfall.seconds),
            "worst_speed_gap_kmh": in_unit(d.shortfall.worst_speed_gap, "km/h"),
            "energy_share": rounded(d.shortfall.energy / max(abs(d.wheel_work), 1.0)),
        }
        for name, d in car.drives.items()
        if d.shortfall.seconds > 0
    ]


def _trace(car: Variant) -> dict[str, Any]:
    """Return the first cycle as a series, every third second."""
    name = next(iter(car.drives))
    found = drive(car.car, cycle(name), traced=True).trace
    power = found["battery_power"] + found["fuel_power"]

    def thin(values: Any, unit: str) -> list[float]:
        return series(convert(1.0, unit) * np.asarray(values)[::3])

    return {
        "cycle": name,
        "time_s": thin(found["time"], "s"),
        "speed_kmh": thin(found["speed"], "km/h"),
        "power_kw": thin(power, "kW"),
    }


def validation_tree(study: Study) -> list[dict[str, Any]]:
    """Return the accuracy table: real cars, predicted against certified."""
    return [_checked(study, check) for check in accuracy(study.facts, CHECKED)]


def _checked(study: Study, check: Check) -> dict[str, Any]:
    scale = convert(1.0, check.unit)
    energy = check.quantity != "0-100 km/h"
    floored = check.vehicle in _WITH_FLOOR and (check.quantity in ("FTP CO2", "WLTP wall energy"))
    return {
        "vehicle": check.vehicle,
        "name": study.facts.vehicle[check.vehicle].name,
        "quantity": check.quantity,
        "unit": check.unit,
        "predicted": rounded(check.predicted * scale, 4),
        "published_low": rounded(check.low * scale, 4),
        "published_high": rounded(check.high * scale, 4),
        "error_percent": rounded(100 * check.error, 3),
        "within": abs(check.error) <= 0.10 if energy else None,
        "floor_percent": 10.0 if floored else None,
        "source": check.source,
    }


def bills_tree(bills: Mapping[str, Bill]) -> dict[str, Any]:
    """Return the bills as plain data."""
    return {id: _bill(bill) for id, bill in bills.items()}


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "year": bill.year,
        "base_year": bill.base_year,
        "total": figure(bill.direct, "EUR", *bill.span),
        "indirect": [
            {
                "name": item.name,
                "cost": figure(item.cost, "EUR", item.low, item.high, item.status),
                "source": item.source,
            }
            for item in bill.indirect
        ],
        "overhead": figure(bill.overhead, "EUR"),
        "margin": figure(
            bill.margin.cost, "EUR", bill.margin.low, bill.margin.high, bill.margin.status
        ),
        "price_net": figure(bill.price_net, "EUR"),
        "lines": [
            {
                "part": item.part,
                "group": item.group,
                "quantity": item.quantity,
                "cost": figure(item.cost, "EUR", item.low, item.high, item.status),
                "equation": item.equation,
                "inputs": dict(item.inputs),
                "source": item.source,
                "learning": item.learning,
            }
            for item in bill.lines
        ],
        "leaves_out": list(bill.leaves_out),
    }


def pack_tree(study: Study, basis: Basis) -> dict[str, Any]:
    """Return the pack price path and the published prices behind it, EUR/kWh of the base year."""
    years = list(range(2018, study.spec.finance.last + 1))
    spans = [basis.pack.at(year) for year in years]
    per = convert(1.0, "EUR/kWh")
    return {
        "years": years,
        "unit": f"EUR{basis.prices.base}/kWh",
        "low": [rounded(s[0] * per, 4) for s in spans],
        "base": [rounded(s[1] * per, 4) for s in spans],
        "high": [rounded(s[2] * per, 4) for s in spans],
        "last_anchor": basis.pack.years[-1],
        "anchors": [
            {
                "id": a.id,
                "forecaster": a.forecaster,
                "made": a.made.isoformat(),
                "year": a.year,
                "price": rounded(a.price * per, 4),
            }
            for a in basis.pack.anchors
        ],
    }
