"""Stochastic programs as SMPS text: core, time and stoch file.

Source: Birge, Dempster, Gassmann, Gunn, King, Wallace, A standard input format for multiperiod
stochastic linear programs, COAL Newsletter 17 (1987).
"""

from collections.abc import Sequence

from wheelbase.plan.mps import read_core
from wheelbase.plan.smps_stoch import Inherit, read_random
from wheelbase.plan.smps_time import read_stages
from wheelbase.plan.stochastic import StochasticProgram

__all__ = ["read_smps"]

_PLACES = ("core", "time", "stoch")


def read_smps(
    core: str,
    time: str,
    stoch: str,
    inherit: Inherit = Inherit.PARENT,
    places: Sequence[str] = _PLACES,
) -> StochasticProgram:
    """Return the stochastic program of three texts.

    The stage of a random element is that of its row (of its column, for costs and bounds), not
    what a label says; where the two differ there is a warning. Probabilities are taken as they
    stand; a sum other than one is a warning.

    Args:
        core: Text of the core file, fixed or free MPS.
        time: Text of the time file, explicit or implicit periods.
        stoch: Text of the stoch file: INDEP, BLOCKS or SCENARIOS, DISCRETE, REPLACE or ADD.
        inherit: What data a scenario, or a later value of a block, has that it does not name.
        places: Names of the three files, for problems.

    Raises:
        DataError: Every problem of the first file that has any, with its line.
    """
    program = read_core(core, places[0])
    staged, warnings = read_stages(time, program, places[1])
    found = read_random(stoch, staged, inherit, places[2])
    return StochasticProgram(
        core=found.core,
        periods=staged.periods,
        column_stage=staged.column_stage,
        row_stage=staged.row_stage,
        randoms=found.randoms,
        tree=found.tree,
        warnings=(*program.warnings, *warnings, *found.warnings),
    )
