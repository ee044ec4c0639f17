"""Files that an import takes: vehicles of FASTSim, recordings, studies in sheets."""

import io
import json
import random
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from fuzz.files import make_cycle
from fuzz.mutate import NAMES, bent, number, quantity
from fuzz.targets import Absurd, checked, facts_of, studies

from wheelbase.catalogue import read_recorded
from wheelbase.errors import WheelbaseError
from wheelbase.study import drivable, fragment, read_fastsim, read_text
from wheelbase.study.read import as_yaml
from wheelbase.study.sheet_in import read_book
from wheelbase.study.sheet_out import write_book

__all__ = ["make_book", "make_recording", "make_vehicle", "run_book", "run_recording",
           "run_vehicle"]  # fmt: skip

make_recording = make_cycle


def run_recording(content: bytes, place: Path) -> bool:
    """Read the recording; what is left of it rises in time, and every row is accounted for."""
    path = place / "trace.csv"
    path.write_bytes(content)
    found = read_recorded(path)
    slopes = [r for r in found.provenance.rejected if "slope" in r.reason]
    left = len(found.provenance.rejected) - len(slopes)
    if found.rows != len(found.cycle.time) + left or not found.hardest >= 0:
        raise Absurd(f"{found.rows} rows became {len(found.cycle.time)} samples and {left} left")
    return True


_FLAT = {
    "scenario_name": "mine", "veh_pt_type": "PHEV", "drag_coef": 0.28, "frontal_area_m2": 2.3,
    "wheel_rr_coef": 0.009, "wheel_radius_m": 0.33, "veh_cg_m": 0.53, "fc_max_kw": 120,
    "fc_eff_type": "SI", "fs_kwh": 450, "mc_max_kw": 80, "ess_max_kwh": 12, "min_soc": 0.15,
    "max_soc": 0.9, "glider_kg": 900, "cargo_kg": 136, "trans_kg": 114, "ess_kg_per_kwh": 8,
    "ess_base_kg": 75, "mc_pe_kg_per_kw": 0.8, "mc_pe_base_kg": 21, "fc_base_kg": 61,
    "fc_kw_per_kg": 2.1, "fs_kwh_per_kg": 9.9, "comp_mass_multiplier": 1.4,
}  # fmt: skip
_PARTS = {
    "fc": {"pwr_out_max_watts": 75e3, "eff_interp_from_pwr_out": {"data": {"values": {
        "data": [0.1, 0.36]}}}},
    "fs": {"energy_capacity_joules": 1e9},
    "em": {"pwr_out_max_watts": 111e3, "state": {"i": 0}},
    "res": {"energy_capacity_joules": 6.6e7, "min_soc": 0.15, "max_soc": 0.9},
}  # fmt: skip
_CHASSIS = {
    "drag_coef": 0.3, "frontal_area_square_meters": 2.5, "wheel_rr_coef": 0.007,
    "wheel_radius_meters": 0.336, "drive_type": "FWD",
}  # fmt: skip


def make_vehicle(rng: random.Random) -> tuple[str, bytes]:
    """Return the name and content of a file of FASTSim of either version, some of it spoilt."""

    def put(value: Any) -> Any:
        if rng.random() < 0.93:
            return value
        return rng.choice((number(rng), rng.choice(NAMES), None, -1, 0, 1e9, [], {}, True))

    kind = rng.choice(("Conv", "HEV", "PHEV", "BEV", "1", "4"))
    if rng.random() < 0.4:
        parts = {k: {n: put(v) for n, v in p.items()} for k, p in _PARTS.items()}
        chassis = {name: put(value) for name, value in _CHASSIS.items()}
        tree = {"name": put("mine"), "pt_type": {kind: parts}, "chassis": chassis,
                "mass_kilograms": put(1893.0)}  # fmt: skip
        text, name = json.dumps(tree, indent=1), "car.yaml"
    else:
        fields = {key: put(value) for key, value in _FLAT.items()} | {"veh_pt_type": kind}
        if rng.random() < 0.5:
            text, name = "\n".join(f"{k}: {json.dumps(v)}" for k, v in fields.items()), "car.yaml"
        else:
            cells = (str(v).replace(",", ".").replace("\n", " ") for v in fields.values())
            text, name = ",".join(fields) + "\n" + ",".join(cells) + "\n", "cars.csv"
    text = bent(rng, text) if rng.random() < 0.1 else text
    return name, text.encode("utf-8", "surrogatepass")


def run_vehicle(asked: tuple[str, bytes], place: Path) -> bool:
    """Read the vehicles; each can be driven, and the study made of it is one."""
    name, content = asked
    path = place / name
    path.write_bytes(content)
    for car in read_fastsim(path)[0]:
        made = drivable(car, facts_of())
        if not 300 <= made.road.mass <= 7000 or made.usable_energy < 0:
            raise Absurd(f"a car of {made.road.mass:g} kg with {made.usable_energy:g} J")
        if car.kind != "hev":
            checked(fragment(car, facts_of()).text)
    return True


@cache
def _book(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        document = read_text(studies()[name], f"{name}.yaml")
        return write_book(document, Path(folder) / "a.xlsx", facts_of()).read_bytes()


def make_book(rng: random.Random) -> bytes:
    """Return a book of a study with cells changed, or with its parts or its bytes spoilt."""
    content = _book(rng.choice(("bills", "edu-alliance", "plant-flexibility")))
    how = rng.random()
    if how < 0.1:
        spoilt = bytearray(content)
        for _ in range(rng.randint(1, 5)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        return bytes(spoilt[: rng.choice((len(spoilt), rng.randrange(len(spoilt))))])
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        parts = [m.filename for m in old.infolist()]
        spoilt_part = rng.choice((*parts, *["xl/sharedStrings.xml"] * 30))
        for part in parts:
            text = old.read(part).decode("utf-8")
            if part == spoilt_part:
                text = bent(rng, text) if how < 0.3 else _other_texts(rng, text)
            new.writestr(part, text.encode("utf-8", "surrogatepass"))
    return made.getvalue()


def _other_texts(rng: random.Random, text: str) -> str:
    """Return the texts of a book with some of them others."""
    pieces = text.split("<t>")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(pieces))
        put = rng.choice((number(rng), quantity(rng), rng.choice(NAMES), "[a, b", "{", '"', "a.b"))
        put = put.replace("&", "&amp;").replace("<", "&lt;")
        pieces[at] = put + pieces[at][pieces[at].find("</t>") :] if "</t>" in pieces[at] else put
    return "<t>".join(pieces)


def run_book(content: bytes, place: Path) -> bool:
    """Read the book; its text says the same, and its problems name cells."""
    path = place / "study.xlsx"
    path.write_bytes(content)
    document = read_book(path)
    if read_text(document.text, "again").data != document.data:
        raise Absurd("a book is not what its text says")
    if as_yaml(document.data) != document.text:
        raise Absurd("a book is not its own text")
    try:
        checked(document.text)
    except WheelbaseError:
        return False
    return True
