"""Recourse by parts, and every combination of what is random; least values by hand."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from newsvendor import by_hand, least, vendors

from wheelbase.errors import DataError
from wheelbase.plan import read_smps
from wheelbase.plan.lshaped import solve_by_cuts
from wheelbase.plan.separable import coefficients_of, written_out
from wheelbase.plan.solver import solve
from wheelbase.plan.stochastic import Random, extensive, levels_of


def test_recourse_that_falls_apart_needs_no_product_of_scenarios():
    program = vendors(12)
    assert program.scenarios == 5**12
    with pytest.raises(DataError, match="bound the value by samples"):
        levels_of(program)
    assert coefficients_of(program) == 12 + 12 * 5 * 3
    each = [by_hand([d + i % 3 for d in range(5)], [0.2] * 5) for i in range(12)]
    assert least(program) == pytest.approx(sum(each))
    assert solve_by_cuts(written_out(program)).value == pytest.approx(sum(each))


def test_parts_and_products_give_the_same_value():
    program = vendors(3)
    product = solve(extensive(program, levels_of(program)).arrays).value
    assert least(program) == pytest.approx(product, rel=1e-9)


def test_parts_are_found_along_chains_and_apart_from_what_stands_alone():
    """Five chains of rows joined by columns, in mixed order, and a column of no row."""
    rng = np.random.default_rng(3)
    rows = [[f"R{c}x{i}" for i in range(200)] for c in range(5)]
    names = [str(name) for name in rng.permutation([name for chain in rows for name in chain])]
    links = [(a, b) for chain in rows for a, b in itertools.pairwise(chain)]
    core = ["ROWS", " N COST", " L SHELF", *(f" G {name}" for name in names), "COLUMNS",
            " X COST 1 SHELF 1", *(f" X {chain[0]} 1" for chain in rows),
            *(f" Y{k} COST 1 {a} 1\n Y{k} {b} 1" for k, (a, b) in enumerate(links)), " Z COST 1",
            "RHS", " RHS SHELF 9", "ENDATA"]  # fmt: skip
    times = f"TIME\nPERIODS\n X SHELF NOW\n Y0 {names[0]} LATER\nENDATA\n"
    random = [f" RHS {chain[7]} {v} LATER 0.5" for chain in rows for v in (1, 2)]
    program = read_smps("\n".join(core), times, "\n".join(["STOCH", "INDEP DISCRETE", *random]))
    later = 5 * 2 * (2 * 199 + 1)
    assert coefficients_of(program) == 1 + later < 2**5 * later / 10
    assert least(program) == pytest.approx(
        solve(extensive(program, levels_of(program)).arrays).value
    )


def test_mass_that_parts_leave_to_others_is_kept():
    random = [
        f" RHS D{i} {d} LATER {p}" for i, p in ((0, 0.4), (1, 0.5), (2, 0.25)) for d in (1, 2)
    ]
    program = replace(vendors(3), randoms=vendors(3, random).randoms)
    product = solve(extensive(program, levels_of(program)).arrays).value
    assert coefficients_of(program) < program.coefficients
    assert least(program) == pytest.approx(product, rel=1e-9)


def test_hundreds_of_elements_of_one_value_are_written_out():
    random = [f" RHS D{i} {1 + i % 2} LATER 1" for i in range(100)]
    random += [f" RHS D0 {d} LATER 0.5" for d in (3, 5)]
    program = vendors(100, random[1:])
    levels = levels_of(program)
    assert [len(level.parent) for level in levels] == [1, 2]
    assert solve(extensive(program, levels).arrays).value == pytest.approx(least(program))


def test_combinations_are_in_the_order_of_their_elements():
    random = [f" RHS D{i} {d} LATER 0.5" for i in range(2) for d in (10 + i, 20 + i)]
    level = levels_of(vendors(2, random))[1]
    assert level.values.tolist() == [[10, 11], [10, 21], [20, 11], [20, 21]]


@pytest.mark.parametrize(("count", "said"), [(800, "1e382"), (9_000, "1e4294")])
def test_more_scenarios_than_a_float_holds_are_refused(count, said):
    values, chance = np.zeros((3, 0)), np.full(3, 1 / 3)
    one = Random(stage=1, slots=np.zeros(0, np.int64), values=values, probability=chance)
    with pytest.raises(DataError, match=f"{said} scenarios make 1e"):
        levels_of(replace(vendors(1), randoms=(one,) * count))


def test_scenarios_without_a_coefficient_are_too_many_as_well():
    program = vendors(1)
    none = program.core.value[:0]
    core = replace(program.core, row_of=none.astype(int), column_of=none.astype(int), value=none)
    with pytest.raises(DataError, match="scenarios make 0 coefficients"):
        levels_of(replace(program, core=core, randoms=program.randoms * 20))
