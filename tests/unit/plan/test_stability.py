"""Capacity bought a year before its demand is known: every figure has a closed form."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pytest

from wheelbase.errors import DataError
from wheelbase.plan import MarketOutlook, Outlook, Stages, follow, paths, reduced_tree, stability

PRICE, COST, SPREAD, CARS = 3.0, 1.0, 0.3, 1000.0
OUTLOOK = Outlook(
    years=(2024, 2025, 2026),
    markets=(
        MarketOutlook(name="x", bev=(0.5,) * 3, phev=(0.0,) * 3, volume=(CARS,) * 3,
                      spread=0.0, volume_spread=SPREAD),
    ),
)  # fmt: skip
STAGES = Stages((2024, 2025, 2026), 2026)
FRESH = paths(OUTLOOK, 10_000, np.random.default_rng(99))


@dataclass(frozen=True)
class Bought:
    value: float
    capacity: dict[int, float]


def truth():
    """Of demand V L, L lognormal with mean one, capacity V q with P(L <= q) = (price-cost)/price.

    Value = price E min(V L, V q) - cost V q = E V price Phi(z - spread).
    """
    z = NormalDist().inv_cdf((PRICE - COST) / PRICE)
    return CARS * PRICE * NormalDist().cdf(z - SPREAD)


def grow(leaves, rng):
    return reduced_tree(OUTLOOK, STAGES, leaves, rng, n=4000)


def solve(grown):
    """Buy in each node of 2025 the quantile of its children's demand."""
    tree, value, capacity = grown.tree, 0.0, {}
    for node in (n for n in range(len(tree.parent)) if tree.stage[n] == 1):
        below = [n for n in range(len(tree.parent)) if tree.parent[n] == node]
        demand = np.array([tree.series["volume/x"][n] for n in below])
        chance = np.array([tree.probability[n] for n in below])
        profits = [PRICE * chance @ np.minimum(x, demand) - COST * x * chance.sum() for x in demand]
        capacity[node] = float(demand[int(np.argmax(profits))])
        value += max(profits)
    return Bought(value, capacity)


def simulate(grown, bought):
    """What the policy brings on fresh paths: the capacity is that of the nearest node."""
    node = follow(grown, FRESH)[:, 1]
    capacity = np.array([bought.capacity[n] for n in node])
    return PRICE * np.minimum(capacity, FRESH.of("volume/x")[:, 2]) - COST * capacity


@pytest.fixture(scope="module")
def found():
    return stability(grow, solve, simulate, range(5), (9, 1152), tolerance=0.02)


def test_policies_bring_no_more_than_the_truth_and_come_near_it(found):
    last = found.rounds[-1]
    for mean, error in zip(last.means, last.errors, strict=True):
        assert mean <= truth() + 3 * error
        assert mean >= 0.98 * truth() - 3 * error
    assert np.mean(last.values) == pytest.approx(truth(), rel=0.02)


def test_leaves_are_doubled_until_the_spread_is_small(found):
    sizes = [r.leaves for r in found.rounds]
    assert all(b == min(2 * a, 1152) for a, b in zip(sizes, sizes[1:], strict=False))
    assert len(sizes) > 1 and found.is_stable
    assert f"{sizes[-1]} leaves are enough" in found.verdict
    for early in found.rounds[:-1]:
        assert early.worst > 0.02 >= found.rounds[-1].worst


def test_trees_that_are_small_in_the_same_way_are_not_called_stable(found):
    """Nine leaves: five trees agree within 1 %, and all promise more than they bring."""
    first = found.rounds[0]
    assert first.in_sample < 0.01 and first.out_of_sample < 0.01
    assert first.optimism > 0.02
    assert max(first.means) < 0.98 * truth()


def test_the_spreads_fall_and_the_policies_improve_with_the_leaves():
    small = stability(grow, solve, simulate, range(5), (4, 4)).rounds[0]
    large = stability(grow, solve, simulate, range(5), (200, 200)).rounds[0]
    assert large.out_of_sample < small.out_of_sample
    assert abs(large.optimism) < abs(small.optimism)
    assert np.mean(large.means) > np.mean(small.means)


def test_a_tree_at_the_cap_is_called_too_small_and_its_spread_stays_in_the_interval():
    found = stability(grow, solve, simulate, range(5), (4, 8))
    assert [r.leaves for r in found.rounds] == [4, 8]
    assert not found.is_stable
    assert "tree too small at 8 leaves" in found.verdict
    last = found.rounds[-1]
    low, high = found.interval
    ends = [m + side * e for m, e in zip(last.means, last.errors, strict=True) for side in (-2, 2)]
    assert low == min(*last.values, *ends) and high == max(*last.values, *ends)


def test_the_spread_is_the_range_over_the_mean():
    values = iter([9.0, 10.0, 11.0])
    given = stability(
        lambda leaves, rng: None,
        lambda tree: Bought(next(values), {}),
        lambda tree, bought: np.array([bought.value - 1.0, bought.value + 1.0]),
        (1, 2, 3),
        (5, 5),
    )
    assert given.rounds[0].in_sample == pytest.approx(0.2)
    assert given.rounds[0].means == (9.0, 10.0, 11.0)
    assert given.rounds[0].errors[0] == pytest.approx(1 / np.sqrt(2))


@pytest.mark.parametrize(
    ("seeds", "leaves", "tolerance"), [((1, 1), (2, 4), 0.01), ((1, 2), (4, 2), 0.01),
                                       ((1, 2), (2, 4), 0.0)],
)  # fmt: skip
def test_a_stability_test_that_is_none_is_refused(seeds, leaves, tolerance):
    with pytest.raises(DataError, match="give two seeds or more"):
        stability(grow, solve, simulate, seeds, leaves, tolerance)


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(DataError, match="3 leaves, seed 1: a value is not a number"):
        stability(grow, solve, lambda t, b: np.array([np.nan]), (1, 2), (3, 3))


def test_paths_count_with_their_probability():
    """Two rules, 0.9 and 0.1, drawn alike often: a policy worth 100 and 0 is worth 90."""
    rules = np.arange(50) % 2
    chance = np.where(rules == 0, 0.9, 0.1) / 25
    found = stability(
        lambda leaves, rng: leaves,
        lambda tree: Bought(90.0, {}),
        lambda tree, solved: np.where(rules == 0, 100.0, 0.0),
        (1, 2), (4, 4), chance=chance,
    )  # fmt: skip
    assert found.rounds[0].means == pytest.approx((90.0, 90.0)) and found.is_stable
    error = np.sqrt(25 * (0.9 / 25) ** 2 * 10**2 + 25 * (0.1 / 25) ** 2 * 90**2)
    assert found.rounds[0].errors == pytest.approx((error, error))
    assert found.interval == pytest.approx((90 - 2 * error, 90 + 2 * error))
