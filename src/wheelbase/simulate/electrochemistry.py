"""A cell's tables from its electrochemistry, by any parameter set of PyBaMM (extra `cells`)."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheelbase.catalogue import CellModel
from wheelbase.errors import DataError
from wheelbase.simulate.charge_battery import PER_HOUR
from wheelbase.units import convert

__all__ = ["PLATING_RATES", "STATES", "Derived", "derive_cell"]

Array = NDArray[np.float64]

STATES = tuple(n / 20 for n in range(21))
"""States of charge of the tables."""
PLATING_RATES = tuple(
    c * PER_HOUR for c in (3.0, 2.5, 2.0, 1.75, 1.5, 1.25, 1.0, 0.875, 0.75, 0.625, 0.5)
)
"""Currents over capacity for which the begin of plating is sought, 1/s, the greatest first."""

_START = 0.1  # state of charge at which a charge begins, as at a fast charger
_PULSE = 10.0  # s
_ROOM = 0.5  # V beyond the limits, within which a pulse at either end of the window still runs
_SAMPLES = 181
_PAIR = re.compile(r'^\s*(\w+)\s*=\s*["{](.*?)["}],?\s*$', re.M)
_CURRENT = "Current function [A]"
_FILL = tuple(f"Initial concentration in {e} electrode [mol.m-3]" for e in ("negative", "positive"))
_LIMITS = ("Lower voltage cut-off [V]", "Upper voltage cut-off [V]")
_NEEDED = (*_LIMITS, *_FILL, "Negative electrode OCP [V]", "Positive electrode OCP [V]",
           "Electrolyte diffusivity [m2.s-1]", "Electrolyte conductivity [S.m-1]",
           "Maximum concentration in negative electrode [mol.m-3]")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derived:
    """A cell model with where it comes from.

    Args:
        model: Its tables.
        page: What was computed, with the versions.
        paper: Title, author, year and DOI of the paper of the parameter set.
        citation: BibTeX of everything that ran, as PyBaMM gives it.
    """

    model: CellModel
    page: str
    paper: Mapping[str, str]
    citation: str

    def entry(self, source: str) -> str:
        """Return the entry of sources.bib that the key of the rows stands for."""
        pairs = {key: self.paper[key] for key in ("title", "author", "doi") if key in self.paper}
        pairs["note"] = self.page
        pairs["date"] = self.paper.get("year", "")
        lines = [f"  {key} = {{{value}}}" for key, value in pairs.items() if value]
        return "@misc{" + source + ",\n" + ",\n".join(lines) + "\n}\n"

    def rows(self, source: str) -> list[tuple[str, ...]]:
        """Return the rows of a facts file: id, field, value, unit, source, page, status."""
        m, end = self.model, (source, self.page, "derived")
        single = {"capacity": (m.capacity, "Ah"), "lower_voltage": (m.lower_voltage, "V"),
                  "upper_voltage": (m.upper_voltage, "V")}  # fmt: skip
        curves = {
            "open_circuit_voltage": (m.open_circuit_voltage, "V"),
            "resistance_charge": (m.resistance_charge, "Ohm*Ah"),
            "charge_limit": (m.charge_limit, "1/h"),
        }
        rows: list[tuple[str, ...]] = [(m.id, "meaning", m.meaning, "text", *end)]
        rows += [
            (m.id, name, f"{convert(value, unit):.4g}", unit, *end)
            for name, (value, unit) in single.items()
        ]
        rows += [
            (m.id, f"{name}@{100 * state:.4g}%", f"{convert(value, unit):.4g}", unit, *end)
            for name, (curve, unit) in curves.items()
            for state, value in curve.items()
        ]
        return rows


def derive_cell(
    name: str, states: Sequence[float] = STATES, rates: Sequence[float] = PLATING_RATES
) -> Derived:
    """Return the tables of a cell from a parameter set of PyBaMM.

    The open-circuit voltage is that of both electrodes at rest. The resistance is the rise above
    it after ten seconds of charge with the capacity in an hour. A charge with constant current
    from a tenth goes on until the negative electrode at the separator, where it is lowest, falls
    to the potential of lithium: from there on the metal may plate. Doyle-Fuller-Newman model at
    the temperature of the set, without ageing.

    Args:
        name: As PyBaMM spells it, such as "Chen2020".
        states: States of charge of the tables, rising, 0 to 1.
        rates: Currents over capacity to charge with, 1/s, falling.

    Raises:
        DataError: The extra is not installed, no such set, or one that holds no whole cell.
    """
    pybamm = _pybamm()
    if name not in pybamm.parameter_sets:
        near = get_close_matches(name, pybamm.parameter_sets, n=3, cutoff=0.4)
        known = near or sorted(pybamm.parameter_sets)
        raise DataError(f"no parameter set {name!r} in PyBaMM; did you mean {', '.join(known)}?")
    values = pybamm.ParameterValues(name)
    if lacking := [key for key in _NEEDED if key not in values]:
        raise DataError(
            f"{name}: has no {', '.join(lacking)}; take a set of a whole lithium-ion cell, "
            "such as Chen2020"
        )
    try:
        return _derived(pybamm, name, values, states, rates)
    except pybamm.SolverError as error:
        raise DataError(
            f"{name}: PyBaMM does not solve it: {str(error)[:200]}; take another set"
        ) from None


def _pybamm() -> Any:
    """Return PyBaMM, which reports nothing of its use from here."""
    os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")
    try:
        import pybamm
    except ImportError:
        raise DataError(
            "--pybamm: PyBaMM is not installed; install the extra: pip install 'wheelbase[cells]'"
        ) from None
    return pybamm


def _derived(
    pybamm: Any, name: str, values: Any, states: Sequence[float], rates: Sequence[float]
) -> Derived:
    pybamm.citations._reset()
    pybamm.ParameterValues(name)
    low, high = (float(values[key]) for key in _LIMITS)
    window = pybamm.lithium_ion.ElectrodeSOHSolver(values)
    x0, x1, *_ = window.get_min_max_stoichiometries()
    capacity = float(values.evaluate(window.param.n.Q_init)) * float(x1 - x0)
    simulation = _simulation(pybamm, values, low, high)
    rest = [_at_rest(window, s) for s in states]
    charge = capacity / convert(1.0, "Ah")

    def run(state: float, rate: float, seconds: Sequence[float] | Array) -> Any:
        inputs = {_CURRENT: -rate * charge, **_filled(values, state)}
        return simulation.solve(np.asarray(seconds), inputs=inputs)

    rises = [
        float(run(s, PER_HOUR, (0.0, _PULSE))["Terminal voltage [V]"].entries[-1]) - u
        for s, u in zip(states, rest, strict=True)
    ]
    begins = [(_plating(run, rate), rate) for rate in rates]
    plated = [(state, rate) for state, rate in begins if state is not None]
    spared = [(1.0, rate) for state, rate in begins if state is None][:1]
    model = CellModel(
        id=name.lower(),
        meaning=f"parameter set {name} of PyBaMM",
        capacity=charge,
        lower_voltage=low,
        upper_voltage=high,
        open_circuit_voltage=dict(zip(states, rest, strict=True)),
        resistance_charge={s: r / PER_HOUR for s, r in zip(states, rises, strict=True)},
        charge_limit=dict(sorted([*plated, *spared])),
    )
    temperature = float(values["Ambient temperature [K]"])
    page = f"PyBaMM {pybamm.__version__}, Doyle-Fuller-Newman, {temperature:.0f} K"
    return Derived(model, page, _paper(pybamm, name), _citation(pybamm))


def _simulation(pybamm: Any, values: Any, low: float, high: float) -> Any:
    """Return the cell ready to run from any state with any current."""
    wide = values.copy()
    wide.update({_CURRENT: "[input]", **dict.fromkeys(_FILL, "[input]")})
    wide.update({_LIMITS[0]: low - _ROOM, _LIMITS[1]: high + _ROOM})
    return pybamm.Simulation(pybamm.lithium_ion.DFN(), parameter_values=wide)


def _filled(values: Any, state: float) -> Mapping[str, float]:
    """Return the concentrations of lithium in both electrodes at a state of charge."""
    filled = values.copy()
    filled.set_initial_state(state)
    return {key: float(filled[key]) for key in _FILL}


def _at_rest(window: Any, state: float) -> float:
    negative, positive = window.get_initial_ocps(state)
    return float(np.asarray(positive).item() - np.asarray(negative).item())


def _plating(run: Any, rate: float) -> float | None:
    """Return the state of charge at which lithium may plate; None where it does not."""
    solved = run(_START, rate, np.linspace(0.0, (1 - _START) / rate, _SAMPLES))
    name = "Negative electrode surface potential difference at separator interface [V]"
    over = np.asarray(solved[name].entries)
    state = _START + rate * np.asarray(solved.t)
    below = np.flatnonzero(over < 0)
    if not len(below):
        return None
    n = int(below[0])
    if n == 0:
        return _START
    share = over[n - 1] / (over[n - 1] - over[n])
    return float(state[n - 1] + share * (state[n] - state[n - 1]))


def _paper(pybamm: Any, name: str) -> dict[str, str]:
    """Return the pairs of the paper of a set: the one that it is named after, or the first."""
    papers = list(pybamm.parameter_sets[name].get("citations", ()))
    wanted = next((key for key in papers if name.startswith(key)), papers[0] if papers else "")
    entry = pybamm.citations._all_citations.get(wanted, "")
    found = {key.lower(): " ".join(value.split()) for key, value in _PAIR.findall(entry)}
    return {key: value.strip("{}") for key, value in found.items()} or {"title": name}


def _citation(pybamm: Any) -> str:
    """Return the BibTeX of what ran."""
    keys = sorted(pybamm.citations._papers_to_cite)
    known = pybamm.citations._all_citations
    return "\n".join(known[key].strip() for key in keys if key in known)
