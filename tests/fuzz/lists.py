"""Files that a command takes beside a study: modes of sound, hindcasts, lists of programs."""

import random
import shutil
from functools import cache
from pathlib import Path

from fuzz.mutate import NAMES, bent, number, quantity, seed_of
from fuzz.targets import Absurd, facts_of
from reference_folder import HEADER, row, written

from wheelbase import units
from wheelbase.catalogue import read_modes
from wheelbase.study.hindcast_spec import hindcasts, register
from wheelbase.study.references import read_references

__all__ = ["make_hindcast", "make_mode", "make_programs", "run_hindcast", "run_mode",
           "run_programs"]  # fmt: skip


@cache
def _modes() -> list[str]:
    """Return the header and the rows of the first mode of the catalogue."""
    facts = Path(str(units.__file__)).with_name("catalogue") / "facts" / "sound_mode.csv"
    header, *rows = facts.read_text("utf-8").splitlines()
    first = rows[0].split(",")[0]
    return [header, *(line for line in rows if line.startswith(f"{first},"))]


def make_mode(rng: random.Random) -> bytes:
    """Return a file of a mode, some of its cells others."""
    lines = [*_modes()]
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        at = rng.randrange(1, len(lines))
        cells = lines[at].split(",")
        put = rng.choice((number(rng), number(rng), rng.choice(NAMES), quantity(rng)))
        cells[rng.choice((0, 1, 2, 2, 2, 3, 4))] = put.replace("\n", " ")
        lines[at] = rng.choice((",".join(cells), bent(rng, lines[at]), ",".join(cells)))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def run_mode(content: bytes, place: Path) -> bool:
    """Read the mode; no sound of a car is louder than pain or quieter than nothing by far."""
    path = place / "modes.csv"
    path.write_bytes(content)
    for mode in read_modes(path, facts_of().sources).values():
        if not -60 <= mode.engine_level <= 140:
            raise Absurd(f"an engine of {mode.engine_level:g} dB")
    return True


@cache
def _cases() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(hindcasts().glob("*.yaml"))}


def make_hindcast(rng: random.Random) -> tuple[str, str]:
    """Return the name of a file of the hindcasts and another text of it."""
    name = rng.choice([n for n in _cases() if n != "outcomes.yaml"])
    text = seed_of(_cases()[name]).changed(rng)
    return name, bent(rng, text) if rng.random() < 0.05 else text


def run_hindcast(asked: tuple[str, str], place: Path) -> bool:
    """Register the hindcasts, one of their files being this one."""
    folder = place / "hindcast"
    if not folder.is_dir():
        shutil.copytree(hindcasts(), folder)
    name, text = asked
    path = folder / name
    path.write_text(text, "utf-8", errors="surrogatepass")
    try:
        register(folder)
    finally:
        path.write_text(_cases()[name], "utf-8")
    return True


def make_programs(rng: random.Random) -> str:
    """Return what a list of programs says of one of them."""
    put = rng.choice((number(rng), rng.choice(NAMES), "buy/../../x", "buy/buy.tim", "/etc/passwd"))
    key = rng.choice(("name", "core", "stoch", "published", "rest"))
    line = row(**{key: put.replace("\n", " ")}) if rng.random() < 0.7 else row()
    return bent(rng, line) if rng.random() < 0.5 else line


def run_programs(line: str, place: Path) -> bool:
    """Read the list and what it names, all of it inside of its folder."""
    folder = place / "programs"
    if not folder.is_dir():
        folder.mkdir()
        written(folder)
    (folder / "instances.csv").write_text(HEADER + line, "utf-8", errors="surrogatepass")
    return bool(read_references(folder))
