"""One flexible vehicle architecture or a bespoke EV platform: which, when, with whom.

Rooms and types are loaded on first use, so that importing the package costs next to nothing:

    import wheelbase as wb

    study = wb.load("clar-or-bespoke")
    run = wb.study.run_study(study)
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_ROOMS = ("catalogue", "cost", "decide", "errors", "fit", "integrate", "partner", "plan", "report",
          "simulate", "studio", "study", "sweep", "units")  # fmt: skip
_NAMES = {
    "DataError": "errors",
    "FitError": "errors",
    "SolveError": "errors",
    "Study": "study",
    "WheelbaseError": "errors",
    "ally": "partner",
    "cycle": "catalogue",
    "price": "cost",
}

__all__ = [
    "DataError",
    "FitError",
    "SolveError",
    "Study",
    "WheelbaseError",
    "ally",
    "catalogue",
    "cost",
    "cycle",
    "decide",
    "errors",
    "fit",
    "integrate",
    "load",
    "partner",
    "plan",
    "price",
    "report",
    "simulate",
    "studio",
    "study",
    "sweep",
    "units",
]


def load(name: str) -> Any:
    """Return the study of a file, or the bundled study of that name, against the catalogue.

    Raises:
        DataError: No such study, or every problem of the file.
    """
    facts = import_module("wheelbase.catalogue").catalogue()
    return import_module("wheelbase.study").load(name, facts)


def __getattr__(name: str) -> Any:
    """Return a room or a name, loaded when it is asked for."""
    if name in _ROOMS:
        return import_module(f"wheelbase.{name}")
    if name in _NAMES:
        return getattr(import_module(f"wheelbase.{_NAMES[name]}"), name)
    raise AttributeError(f"module 'wheelbase' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
