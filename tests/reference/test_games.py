"""Cooperative games with published or closed-form solutions, to 1e-9."""

from itertools import product

import numpy as np
import pytest

from wheelbase.partner import (
    coalitions,
    core_slack,
    is_nucleolus,
    least_core,
    nucleolus,
    sampled_shapley,
    shapley,
)


def airport(costs):
    """Savings of sharing one runway: everybody's own cost less that of the longest."""
    return {c: sum(costs[p] for p in c) - max(costs[p] for p in c) for c in coalitions(list(costs))}


COSTS = {"a": 1.0, "b": 2.0, "c": 4.5, "d": 5.0, "e": 11.0}


def airport_shapley(costs):
    """Littlechild and Owen 1973: each length is paid equally by those who need it."""
    ordered = sorted(costs, key=lambda p: costs[p])
    paid, before, shares = 0.0, 0.0, {}
    for n, player in enumerate(ordered):
        paid += (costs[player] - before) / (len(ordered) - n)
        before = costs[player]
        shares[player] = costs[player] - paid
    return shares


def airport_nucleolus(costs):
    """Littlechild 1974: the least of (c_i - c_last + r_last) / (i - last + 1), over and over."""
    ordered = sorted(costs, key=lambda p: costs[p])
    c = [0.0, *(costs[p] for p in ordered)]
    n, last, r, pays = len(ordered), 0, 0.0, {}
    while last < n - 1:
        ratios = {i: (c[i] - c[last] + r) / (i - last + 1) for i in range(last + 1, n)}
        r = min(ratios.values())
        upto = max(i for i, value in ratios.items() if value <= r + 1e-12)
        pays |= {ordered[i - 1]: r for i in range(last + 1, upto + 1)}
        last = upto
    pays[ordered[-1]] = c[n] - c[last] + r
    return {p: costs[p] - pays[p] for p in ordered}


def test_the_airport_game_by_its_closed_forms():
    values = airport(COSTS)
    players = list(COSTS)
    assert shapley(players, values) == pytest.approx(airport_shapley(COSTS), abs=1e-9)
    found = nucleolus(players, values)
    assert found == pytest.approx(airport_nucleolus(COSTS), abs=1e-9)
    assert is_nucleolus(players, values, found)


@pytest.mark.parametrize("seed", range(6))
def test_random_airports_by_their_closed_forms(seed):
    rng = np.random.default_rng(seed)
    costs = {f"p{n}": float(v) for n, v in enumerate(rng.uniform(1, 9, 6))}
    values = airport(costs)
    assert nucleolus(list(costs), values) == pytest.approx(airport_nucleolus(costs), abs=1e-9)
    assert shapley(list(costs), values) == pytest.approx(airport_shapley(costs), abs=1e-9)


@pytest.mark.parametrize(
    ("estate", "wanted"), [(100, (100 / 3,) * 3), (200, (50, 75, 75)), (300, (50, 100, 150))]
)
def test_the_estates_of_the_talmud(estate, wanted):
    """Aumann and Maschler 1985: claims of 100, 200, 300."""
    claims = {"a": 100, "b": 200, "c": 300}
    values = {
        c: max(0.0, estate - sum(claims[p] for p in claims if p not in c))
        for c in coalitions("abc")
    }
    assert list(nucleolus("abc", values).values()) == pytest.approx(wanted, abs=1e-9)


def test_the_four_player_game_of_coopgame():
    worth = (0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21)
    values = dict(zip(coalitions("abcd"), worth, strict=True))
    assert list(nucleolus("abcd", values).values()) == pytest.approx([3.5, 4.5, 5.5, 7.5], abs=1e-9)


def test_the_glove_market():
    values = {c: float("l" in c and len(c) > 1) for c in coalitions("lrs")}
    assert list(nucleolus("lrs", values).values()) == pytest.approx([1, 0, 0], abs=1e-9)
    assert list(shapley("lrs", values).values()) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-9)


def test_three_who_decide_by_majority_have_an_empty_core():
    """Any two can take everything: nobody can be content; each pair lacks a third."""
    values = {c: float(len(c) >= 2) for c in coalitions("abc")}
    found = least_core("abc", values)
    assert found.core_is_empty and found.surplus == pytest.approx(-1 / 3, abs=1e-9)
    assert list(nucleolus("abc", values).values()) == pytest.approx([1 / 3] * 3, abs=1e-9)
    assert core_slack("abc", values, nucleolus("abc", values))[0] == pytest.approx(-1 / 3)


def test_a_game_with_a_core_has_a_least_core_that_leaves_nobody_short():
    found = least_core(list(COSTS), airport(COSTS))
    assert not found.core_is_empty
    assert core_slack(list(COSTS), airport(COSTS), found.shares)[0] >= found.surplus - 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_no_sharing_of_a_fine_grid_beats_the_nucleolus_of_three(seed):
    """Surpluses sorted from the least, compared one after the other."""
    rng = np.random.default_rng(seed)
    values = {c: float(v) for c, v in zip(coalitions("abc"), rng.uniform(0, 5, 7), strict=True)}
    values["a", "b", "c"] = 10.0
    proper = [c for c in coalitions("abc") if len(c) < 3]

    def sorted_surplus(x):
        return sorted(sum(x[p] for p in c) - values[c] for c in proper)

    best = sorted_surplus(nucleolus("abc", values))
    steps = np.linspace(-3, 10, 66)
    for a, b in product(steps, steps):
        assert sorted_surplus({"a": a, "b": b, "c": 10 - a - b}) <= [v + 1e-9 for v in best]


@pytest.mark.parametrize("players", [8, 12])
def test_many_players_are_solved_exactly_and_certified(players):
    names = [f"m{n}" for n in range(players)]
    volume = dict(zip(names, np.random.default_rng(1).uniform(0.2, 3, players), strict=True))

    def saved(c):
        return sum(volume[p] ** 0.85 for p in c) - sum(volume[p] for p in c) ** 0.85

    values = {c: saved(c) for c in coalitions(names)}
    found = nucleolus(names, values)
    assert sum(found.values()) == pytest.approx(values[tuple(names)], abs=1e-9)
    assert is_nucleolus(names, values, found)
    wrong = found | {names[0]: found[names[0]] + 0.01, names[1]: found[names[1]] - 0.01}
    assert not is_nucleolus(names, values, wrong)


def test_sampled_shapley_lies_within_its_error_of_the_exact_one():
    values = airport(COSTS)
    found = sampled_shapley(list(COSTS), lambda c: values[c], 4000, np.random.default_rng(3))
    for player, exact in shapley(list(COSTS), values).items():
        mean, error = found[player]
        assert abs(mean - exact) < 4 * error + 1e-12


def test_beyond_twelve_players_samples_take_over():
    """Twenty equal makers share a fixed cost: each is worth nineteen twentieths of it."""
    names = [f"m{n}" for n in range(20)]
    found = sampled_shapley(names, lambda c: len(c) - 1.0, 2000, np.random.default_rng(5))
    for mean, error in found.values():
        assert abs(mean - 0.95) < 4 * error
