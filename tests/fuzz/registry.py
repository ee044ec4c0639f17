"""Every target by its name, and one input run in it."""

import random
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz import asked, brought_in, files, lists, targets
from fuzz.targets import Target

from wheelbase.errors import WheelbaseError

__all__ = ["LONGEST", "TARGETS", "Outcome", "input_of", "tried"]

TARGETS = {
    "quantity": Target(targets.make_quantity, targets.run_quantity),
    "yaml": Target(targets.make_yaml, targets.run_yaml),
    "change": Target(targets.make_change, targets.run_change),
    "study": Target(targets.make_study, targets.run_study),
    "cars": Target(asked.make_cars, asked.run_cars),
    "facts": Target(targets.make_facts, targets.run_facts),
    "sources": Target(targets.make_sources, targets.run_sources),
    "cycle": Target(files.make_cycle, files.run_cycle),
    "list": Target(files.make_list, files.run_list),
    "recording": Target(brought_in.make_recording, brought_in.run_recording),
    "vehicle": Target(brought_in.make_vehicle, brought_in.run_vehicle),
    "book": Target(brought_in.make_book, brought_in.run_book),
    "mode": Target(lists.make_mode, lists.run_mode),
    "hindcast": Target(lists.make_hindcast, lists.run_hindcast),
    "programs": Target(lists.make_programs, lists.run_programs),
    "smps": Target(files.make_smps, files.run_smps),
    "store": Target(files.make_store, files.run_store),
    "results": Target(files.make_results, files.run_results),
    "query": Target(files.make_query, files.run_query),
    "json": Target(asked.make_json, asked.run_json),
    "api": Target(asked.make_api, asked.run_api),
    "command": Target(asked.make_command, asked.run_command_line),
}
LONGEST = 10.0
"""Most seconds of computing that one input may take."""


@dataclass(frozen=True)
class Outcome:
    """What became of an input: accepted, refused, or a finding with what was found."""

    kind: str
    seconds: float
    what: str = ""


def input_of(name: str, seed: int, index: int) -> Any:
    """Return the input of a number, which depends on nothing else."""
    return TARGETS[name].make(random.Random(f"{name} {seed} {index}"))


def tried(name: str, given: Any, place: Path) -> Outcome:
    """Return what became of an input; whatever is raised but `WheelbaseError` is a finding."""
    began = time.process_time()
    try:
        kind, what = ("accepted" if TARGETS[name].run(given, place) else "refused"), ""
    except WheelbaseError as error:
        kind, what = "refused", ""
        if not error.problems or not all(error.problems):
            kind, what = "finding", "refused without a word"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        spot = f"{Path(last.filename).name}:{last.lineno}"
        kind, what = "finding", f"{type(error).__name__} at {spot}: {str(error)[:600]}"
    spent = time.process_time() - began
    if spent > LONGEST:
        kind, what = "finding", f"took {spent:.1f} s of computing; {what}"
    return Outcome(kind, spent, what)
