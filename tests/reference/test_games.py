"""Games whose solutions are published or follow by hand."""

from itertools import permutations

import numpy as np
import pytest

from wheelbase.partner import coalitions, cover, is_nucleolus, least_core, nucleolus, shapley

TIGHT = 1e-9  # the solutions are exact; what is left is rounding


def bankruptcy(estate):
    claims = {"a": 100, "b": 200, "c": 300}
    return {
        c: max(0.0, estate - sum(claims[p] for p in claims if p not in c))
        for c in coalitions("abc")
    }


@pytest.mark.parametrize(
    ("estate", "wanted"), [(100, (100 / 3,) * 3), (200, (50, 75, 75)), (300, (50, 100, 150))]
)
def test_the_nucleolus_divides_the_estates_of_the_talmud(estate, wanted):
    """Aumann and Maschler, Game theoretic analysis of a bankruptcy problem, 1985."""
    shares = nucleolus("abc", bankruptcy(estate))
    assert list(shares.values()) == pytest.approx(wanted, rel=0, abs=TIGHT)


@pytest.mark.parametrize("estate", [100, 200, 300])
def test_shapley_of_an_estate_pays_claims_in_the_order_of_arrival(estate):
    """O'Neill 1982: run to the bank in every order, each takes its claim while money lasts."""
    claims, paid = {"a": 100, "b": 200, "c": 300}, dict.fromkeys("abc", 0.0)
    for order in permutations("abc"):
        left = estate
        for p in order:
            got = min(claims[p], left)
            paid[p] += got / 6
            left -= got
    assert shapley("abc", bankruptcy(estate)) == pytest.approx(paid, rel=0, abs=TIGHT)


def test_the_glove_market():
    values = {c: float("l" in c and len(c) > 1) for c in coalitions("lrs")}
    assert list(nucleolus("lrs", values).values()) == pytest.approx([1, 0, 0], abs=TIGHT)
    assert list(shapley("lrs", values).values()) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=TIGHT)


def test_the_four_player_game_of_coopgame():
    worth = (0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21)
    values = dict(zip(coalitions("abcd"), worth, strict=True))
    shares = nucleolus("abcd", values)
    assert list(shares.values()) == pytest.approx([3.5, 4.5, 5.5, 7.5], abs=TIGHT)
    by_hand = dict.fromkeys("abcd", 0.0)
    for order in permutations("abcd"):
        for k, p in enumerate(order):
            with_p = values[tuple(sorted(order[: k + 1]))]
            by_hand[p] += (with_p - values.get(tuple(sorted(order[:k])), 0.0)) / 24
    assert shapley("abcd", values) == pytest.approx(by_hand, abs=TIGHT)


def airport(costs):
    players = "".join(costs)
    return {c: sum(costs[p] for p in c) - max(costs[p] for p in c) for c in coalitions(players)}


COSTS = {"a": 12.0, "b": 25.0, "c": 40.0, "d": 70.0, "e": 71.0}


def test_shapley_of_the_airport_game_splits_each_piece_of_runway_among_its_users():
    """Littlechild and Owen, A simple expression for the Shapley value in a special case, 1973."""
    before, fee, wanted = 0.0, 0.0, {}
    for k, (p, cost) in enumerate(COSTS.items()):
        fee += (cost - before) / (len(COSTS) - k)
        before, wanted[p] = cost, cost - fee
    assert shapley("abcde", airport(COSTS)) == pytest.approx(wanted, abs=TIGHT)


def test_the_nucleolus_of_the_airport_game():
    """Littlechild, A simple expression for the nucleolus in a special case, 1974.

    Fees rise by the recursion r_k = min over i of (c_i - paid) / (users up to i + 1), the last
    group taken whole: r = min{(c_i - r_sum) / (n_i - n_before + 1), c_max left / users left}.
    """
    players, costs = list(COSTS), list(COSTS.values())
    n, done, paid, fees = len(costs), 0, 0.0, []
    while done < n:
        rates = [(costs[i] - paid) / (i - done + 2) for i in range(done, n - 1)]
        rates.append((costs[-1] - paid) / (n - done))
        rate = min(rates)
        stop = max(i for i, r in enumerate(rates) if r <= rate + 1e-12) + done
        fees += [rate] * (stop + 1 - done)
        paid += rate * (stop + 1 - done)
        done = stop + 1
    wanted = {p: c - f for p, c, f in zip(players, costs, fees, strict=True)}
    assert nucleolus(players, airport(COSTS)) == pytest.approx(wanted, abs=TIGHT)


def test_the_nucleolus_of_three_players_beats_every_other_sharing_in_the_order_of_complaints():
    """Brute force: no point of a random cloud around it has sorted surpluses that rank higher."""
    rng = np.random.default_rng(3)
    names = list(coalitions("abc"))
    for _ in range(20):
        worth = dict(zip(names, rng.uniform(-5, 10, 7), strict=True))
        best = np.array(list(nucleolus("abc", worth).values()))
        rows = np.array([[float(p in c) for p in "abc"] for c in names[:-1]])
        own = np.array([worth[c] for c in names[:-1]])
        level = np.sort(rows @ best - own)
        for size in (3.0, 0.1, 1e-3):
            steps = rng.normal(0, size, (400, 3))
            steps -= steps.mean(axis=1, keepdims=True)
            for other in np.sort((best + steps) @ rows.T - own, axis=1):
                differs = np.flatnonzero(np.abs(other - level) > 1e-9)
                assert not differs.size or other[differs[0]] < level[differs[0]]


def test_the_certificate_refuses_a_sharing_that_is_not_the_nucleolus():
    worth = np.array([0, 0, 0, 5, 0, 5, 8, 21.0])
    values = dict(zip(coalitions("abc"), worth[[1, 2, 4, 3, 5, 6, 7]], strict=True))
    good = np.array(list(nucleolus("abc", values).values()))
    assert is_nucleolus(good, worth)
    assert not is_nucleolus(good + np.array([0.1, -0.1, 0.0]), worth)
    assert not is_nucleolus(good + 1.0, worth)


def test_three_makers_who_each_want_the_majority_have_an_empty_core():
    """Any two earn all of 1, so each pair must get 1 but all three have 1: each pair lacks 1/3."""
    values = {c: float(len(c) > 1) for c in coalitions("abc")}
    found = least_core("abc", values)
    assert found.core_is_empty
    assert found.epsilon == pytest.approx(1 / 3, abs=TIGHT)
    assert list(found.shares.values()) == pytest.approx([1 / 3] * 3, abs=TIGHT)


def test_nobody_must_join_a_deal_that_costs_it():
    """By hand: a + b gain 5 and c would cost them 8, so c stays out and the whole is worth 5."""
    players = ("a", "b", "c")
    values = {
        ("a",): 0.0, ("b",): 0.0, ("c",): 0.0, ("a", "b"): 5.0, ("a", "c"): -2.0,
        ("b", "c"): 1.0, ("a", "b", "c"): -3.0,
    }  # fmt: skip
    covered = cover(players, values)
    assert covered == {**values, ("a", "c"): 0.0, ("a", "b", "c"): 5.0}
    shares = nucleolus(players, covered)
    assert shares["c"] == pytest.approx(0, abs=1e-9)
    assert min(shares.values()) >= -1e-9


def test_a_game_that_is_superadditive_is_its_own_cover():
    players = ("a", "b", "c", "d")
    square = {c: float(len(c) ** 2) for c in coalitions(players)}
    assert cover(players, square) == square
