"""Files of others: cycles, lists of cars, stochastic programs, and what lies in a run folder."""

import gzip
import json
import random
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import sweeping
from fuzz.mutate import NAMES, bent, number
from fuzz.targets import Absurd, facts_of
from newsvendor import VENDOR, VENDOR_TIME, indep

from wheelbase.catalogue import import_epa_test_cars, read_cycle
from wheelbase.catalogue.epa_list import _COLUMNS as EPA
from wheelbase.fit.packed_list import _COLUMNS as PACKED
from wheelbase.fit.packed_list import read_packed_cars
from wheelbase.plan import read_smps
from wheelbase.simulate.charge_times import read_charge_times
from wheelbase.simulate.fleet import _FLEET as FLEET
from wheelbase.simulate.fleet import join_technology
from wheelbase.simulate.roadtest import _COLUMNS as ROAD
from wheelbase.simulate.roadtest import read_road_tests
from wheelbase.simulate.testcar import _COLUMNS as TEST
from wheelbase.simulate.testcar import TestCar, car_of, read_test_cars
from wheelbase.study import open_tables, read_manifest, read_results
from wheelbase.study.parts import journal

__all__ = ["make_cycle", "make_list", "make_query", "make_smps", "make_store"]


def make_cycle(rng: random.Random) -> bytes:
    """Return a CSV file of time and speed, or of what somebody may take for it."""
    heads = ("time_s,speed_kmh", "time [s],speed [mph]", "t_s;v_kmh", "time,speed", "speed_mps,t_s",
             "time_s,speed_kmh,speed_mph", "time_s,speed_furlong",
             "\ufefftime_s,speed_kmh")  # fmt: skip
    rows = [
        f"{t + rng.choice((0, 0, 0, 0.5))},{rng.uniform(0, 120):.2f}"
        for t in range(rng.randint(0, 12))
    ]
    for _ in range(rng.choice((0, 0, 1, 2))):
        if rows:
            cells = rows[rng.randrange(len(rows))].split(",")
            cells[rng.randrange(len(cells))] = rng.choice((number(rng), rng.choice(NAMES), ""))
            rows[rng.randrange(len(rows))] = ",".join(cells)
    text = "\n".join([rng.choice(heads), *rows])
    text = bent(rng, text) if rng.random() < 0.3 else text
    content = text.encode("utf-8", "surrogatepass")
    return content[: rng.randint(0, len(content))] if rng.random() < 0.05 else content


def run_cycle(content: bytes, place: Path) -> bool:
    """Read the file; an accepted trace rises in time and moves at the speed of cars."""
    path = place / "trace.csv"
    path.write_bytes(content)
    trace = read_cycle(path)
    time, speed = trace.time, trace.speed
    right = np.isfinite(time).all() and np.isfinite(speed).all() and (np.diff(time) > 0).all()
    if not right or speed.min() < 0 or speed.max() > 84 or len(time) < 2:
        raise Absurd(f"a trace of {speed.min():g} .. {speed.max():g} m/s over {time[-1]:g} s")
    return True


_EPA_ROW = dict.fromkeys(EPA, "") | {
    "Represented Test Veh Make": "Audi", "Represented Test Veh Model": "A3",
    "Test Vehicle ID": "V1", "Test Veh Configuration #": "0", "Test Veh Displacement (L)": "1.984",
    "Rated Horsepower": "201", "# of Cylinders and Rotors": "4", "# of Gears": "7",
    "Equivalent Test Weight (lbs.)": "3625", "Axle Ratio": "3.12", "N/V Ratio": "26.7",
    "Test Fuel Type Description": "Tier 2 Cert Gasoline", "Test Category": "FTP",
    "CO2 (g/mi)": "239.0", "RND_ADJ_FE": "37.1", "Target Coef A (lbf)": "33.86",
    "Target Coef B (lbf/mph)": "0.0662", "Target Coef C (lbf/mph**2)": "0.01809",
}  # fmt: skip
_TEST_ROW = {
    "test_mass_kg": "1644.3", "rated_power_kw": "149.9", "A_N": "150.6", "B_N_per_mps": "0.65",
    "C_N_per_mps2": "0.4026", "make": "Audi", "model": "A3", "powertrain": "ICE petrol",
    "displacement_l": "1.984", "cylinders": "4", "aspiration": "turbo", "transmission": "Manual",
    "gears": "7", "drive": "2-Wheel Drive, Front", "nv_ratio_rpm_per_mph": "26.7", "flag": "",
    "ftp_co2_g_km": "149", "ftp_co2_min_g_km": "", "hwfet_ac_wh_km": "",
    "label_unadj_city_mpg": "",
}  # fmt: skip
_ROAD_ROW = {"car": "BMW i3", "drive": "2WD (rear)", "power_kw": "125", "torque_nm": "250",
             "min_empty_weight_kg": "1440", "width_mm": "1791", "height_mm": "1570",
             "tyre_size_in": "19", "accel_0_100_s": "7.3"}  # fmt: skip
_PACKED_ROW = {
    "make": "VW", "model": "ID.3 2020", "floor": "flat", "body": "hatch", "cell_format": "pouch",
    "wheelbase_mm": "2770", "length_mm": "4261", "width_mm": "1809", "height_mm": "1568",
}  # fmt: skip
_FLEET_ROW = dict.fromkeys(FLEET, "") | {
    "make": "Audi", "vehicle": "A3", "fuel": "gasoline", "omega_tech_class": "P0_TDS_SS1",
    "drive": "fwd", "engine_power_kw": "150", "cylinders": "4", "displacement_l": "1.984",
    "battery_gross_kwh": "0.4", "emachine_power_kw": "12", "test_mass_kg": "1650", "A_N": "151",
    "B_N_per_mps": "0.65", "C_N_per_mps2": "0.4",
}  # fmt: skip
_CHARGE_ROW = {"vehicle": "BMW iX3", "net_kwh": "74", "soc_start": "0.1", "soc_end": "0.8",
               "minutes": "32", "make": "BMW", "gross_kwh": "80", "peak_dc_kw": "150",
               "chemistry": "nmc", "volts": "400"}  # fmt: skip
_LISTS = {
    "charge": (tuple(_CHARGE_ROW), _CHARGE_ROW),
    "fleet": (FLEET, _FLEET_ROW),
    "epa": (EPA, _EPA_ROW),
    "test": (tuple(dict.fromkeys((*TEST, *_TEST_ROW))), _TEST_ROW),
    "road": (("car", "drive", *ROAD), _ROAD_ROW),
    "packed": (PACKED, _PACKED_ROW),
}


def make_list(rng: random.Random) -> tuple[str, bytes, bool]:
    """Return the kind of a list of cars, its content, and whether it is packed."""
    kind = rng.choice(list(_LISTS))
    columns, good = _LISTS[kind]
    rows = []
    for _ in range(rng.randint(0, 4)):
        row = {name: good.get(name, "") for name in columns}
        for _ in range(rng.choice((0, 1, 1, 2, 5))):
            put = rng.choice((number(rng), number(rng), rng.choice(NAMES), ""))
            row[rng.choice(list(columns))] = put.replace("\n", " ").replace(",", ".")
        rows.append(",".join(f'"{v}"' if "," in v else v for v in row.values()))
    names = [n for n in columns if rng.random() < 0.998]
    text = "\n".join([",".join(names), *rows])
    text = bent(rng, text) if rng.random() < 0.2 else text
    content, packed = text.encode("utf-8", "surrogatepass"), rng.random() < 0.1
    if packed:
        content = gzip.compress(content, 1, mtime=0)
        content = content[: rng.randint(0, len(content))] if rng.random() < 0.5 else content
    return kind, content, packed


def run_list(asked: tuple[str, bytes, bool], place: Path) -> bool:
    """Read the list; figures of what was accepted lie between what cars have."""
    kind, content, packed = asked
    path = place / ("list.csv.gz" if packed else "list.csv")
    path.write_bytes(content)
    if kind == "epa":
        target = place / "written.csv"
        import_epa_test_cars(path, target)
        for car in read_test_cars(target):
            _sensible(car.mass, 300, 7000, "test mass")
        return True
    if kind == "test":
        for car in read_test_cars(path):
            _sensible(car.mass, 300, 7000, "test mass")
            _sensible(car.power, 5e3, 2e6, "power")
            car_of(car, None, facts_of())
    elif kind == "fleet":
        for found in join_technology(_tested(), path, facts_of()):
            if found is not None:
                _sensible(found.battery, 0, 4e9, "battery")
                _sensible(found.machine_power, 0, 3e6, "machine")
    elif kind == "charge":
        for time in read_charge_times(path, facts_of()):
            _sensible(time.duration, 10, 2e6, "charging time")
            _sensible(time.net_energy or 4e8, 1e6, 4e9, "battery")
            _sensible(time.gross_energy or 4e8, 1e6, 4e9, "battery")
            _sensible(time.peak_power or 1e5, 100, 1e8, "charging power")
            _sensible(time.end - time.start, 1e-6, 1, "charge")
    elif kind == "road":
        for tested in read_road_tests(path):
            _sensible(tested.mass, 300, 7000, "mass")
            _sensible(tested.power, 1e3, 3e6, "power")
    else:
        for packed_car in read_packed_cars(path, facts_of()):
            _sensible(packed_car.L101, 1.5, 4.5, "wheelbase")
    return True


@cache
def _tested() -> tuple[TestCar, ...]:
    """Return the test car of the list that is right."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "one.csv"
        path.write_text(",".join(_TEST_ROW) + "\n" + ",".join(f'"{v}"' for v in _TEST_ROW.values()))
        return read_test_cars(path)


def _sensible(value: float, low: float, high: float, what: str) -> None:
    if not low <= value <= high:
        raise Absurd(f"{what} {value:g} is not from {low:g} to {high:g}")


_STOCH = indep((1, 0.25), (3, 0.5), (7, 0.25))
_BLOCKS = ("STOCH\nBLOCKS DISCRETE\n BL B LATER 0.5\n RHS DEMAND 4\n SHORT COST 5\n"
           " BL B LATER 0.5\n RHS DEMAND 1\nENDATA\n")  # fmt: skip
_SCENARIOS = ("STOCH\nSCENARIOS DISCRETE\n SC A ROOT 0.5 NOW\n RHS DEMAND 4\n SC B A 0.5 LATER\n"
              " RHS DEMAND 1\nENDATA\n")  # fmt: skip


def make_smps(rng: random.Random) -> tuple[str, str, str]:
    """Return core, time and stoch file of a newsvendor, one or several of them spoilt."""
    texts = [VENDOR, VENDOR_TIME, rng.choice((_STOCH, _BLOCKS, _SCENARIOS))]
    for _ in range(rng.choice((0, 1, 1, 2))):
        at = rng.randrange(3)
        lines = texts[at].splitlines()
        line = rng.randrange(len(lines))
        words = lines[line].split(" ")
        words[rng.randrange(len(words))] = rng.choice((number(rng), number(rng), rng.choice(NAMES)))
        put = (" ".join(words), lines[rng.randrange(len(lines))], "", bent(rng, lines[line]))
        lines[line] = rng.choice(put)
        texts[at] = "\n".join(lines)
    if rng.random() < 0.15:
        at = rng.randrange(3)
        texts[at] = bent(rng, texts[at])
    return texts[0], texts[1], texts[2]


def run_smps(texts: tuple[str, str, str], _: Path) -> bool:
    """Read the program; what is accepted has finite costs, rows and chances."""
    program = read_smps(*texts)
    core = program.core
    whole = all(np.isfinite(a).all() for a in (core.cost, core.value, core.rhs))
    if not whole or np.isnan(core.low).any() or (core.low > core.high).any():
        raise Absurd("a program with a number that is none, or bounds that cross")
    for random_part in program.randoms:
        chances = random_part.probability
        if not (np.isfinite(chances).all() and (chances >= 0).all() and (chances <= 1).all()):
            raise Absurd(f"chances {chances}")
        if np.isnan(random_part.values).any():
            raise Absurd("a random value that is no number")
    return True


@cache
def _swept() -> dict[str, bytes]:
    """Return the files of a small sweep by their name."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "s"
        sweeping.swept(folder, 40, 20)
        return {
            str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }


def make_store(rng: random.Random) -> tuple[str, bytes]:
    """Return the name of a file of a sweep's folder and another content for it."""
    names = [n for n in _swept() if not n.endswith(".lock")]
    name = rng.choice([*names, "manifest.json", "designs/parts.jsonl"])
    content = _swept()[name]
    if rng.random() < 0.3 or name.endswith(".parquet"):
        for _ in range(rng.choice((1, 3, 20))):
            at = rng.randint(0, len(content))
            put = rng.randbytes(rng.choice((0, 1, 4)))
            content = content[:at] + put + content[at + rng.choice((0, 1, 8)) :]
        return name, content
    text = content.decode()
    found: Any = None
    if name == "manifest.json" and rng.random() < 0.7:
        found = json.loads(text)
        found[rng.choice(list(found))] = rng.choice(
            (None, [], {}, "x", 1e308, -1, True, [[{}]], {"a": None}, "../../x", 2**70)
        )
        return name, json.dumps(found).encode()
    return name, bent(rng, text).encode("utf-8", "surrogatepass")


def run_store(asked: tuple[str, bytes], place: Path) -> bool:
    """Open the folder with the spoilt file; what opens holds every design once."""
    name, content = asked
    folder = place / "store"
    if not folder.is_dir():
        for file, right in _swept().items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(right)
    try:
        (folder / name).write_bytes(content)
        read_manifest(folder)
        journal(folder)
        if content == _swept()[name]:
            return True
        designs = open_tables(folder).sql("select design from designs order by 1").rows()
        if len(set(designs)) < len(designs):
            raise Absurd("a design is there twice")
    finally:
        (folder / name).write_bytes(_swept()[name])
    return True


_QUERIES = (
    "select * from designs", "select platform, avg(boot_l) from designs group by all",
    "from designs",
    "select 1; drop view designs", "copy designs to 'x.csv'", "attach 'x.db'", "install httpfs",
    "select * from read_csv('/etc/passwd')", "select * from 'manifest.json'",
    "pragma database_list",
    "set enable_external_access=true",
    "with recursive t as (select 1 n union all select n + 1 from t "
    "where n < 50) select count(*) from t", "create table a as select 1", "select getenv('HOME')",
    "select content from read_text('/etc/hostname')", "explain select 1",
    "select * from glob('/*')",
    "call pragma_version()", "load json", "export database 'x'", "select repeat('a', 1000)", "",
    "select unnest(range(100))", "values (1), (2)", "describe designs", "checkpoint", "begin",
)  # fmt: skip


def make_query(rng: random.Random) -> str:
    """Return SQL that asks, or that tries something else."""
    text = rng.choice(_QUERIES)
    if rng.random() < 0.2:
        text = f"select * from ({text}) {rng.choice(('', 'limit 1', 'x', '; select 1'))}"
    return bent(rng, text) if rng.random() < 0.5 else text


def run_query(query: str, place: Path) -> bool:
    """Ask; nothing of the file system may come back, and nothing may be written."""
    folder = place / "asked"
    if not folder.is_dir():
        for file, right in _swept().items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(right)
    before = sorted(p.name for p in folder.rglob("*"))
    try:
        told = str(open_tables(folder).sql(query, limit=10).rows(50))
    finally:
        if sorted(p.name for p in folder.rglob("*")) != before:
            shutil.rmtree(folder)
            raise Absurd(f"{query!r} wrote something")
    if "root:" in told or "/etc" in told or str(Path.home()) in told:
        raise Absurd(f"{query!r} read {told[:200]}")
    return True


def make_results(rng: random.Random) -> bytes:
    """Return the content of a results file that may be none."""
    deep = "[" * rng.choice((1, 100, 100_000)) if rng.random() < 0.05 else ""
    return (
        deep + bent(rng, '{"wheelbase": 1, "answer": {"sentence": "x"}, "a": [1, NaN]}')
    ).encode("utf-8", "surrogatepass")


def run_results(content: bytes, place: Path) -> bool:
    """Read a run whose results are these and whose manifest says so."""
    import hashlib

    folder = place / "run"
    folder.mkdir(exist_ok=True)
    told = {
        "wheelbase": 1,
        "state": "done",
        "files": {"results.json": hashlib.sha256(content).hexdigest()},
    }
    (folder / "manifest.json").write_text(json.dumps(told))
    (folder / "results.json").write_bytes(content)
    return isinstance(read_results(folder), dict)
