import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.errors import DataError
from wheelbase.partner import CoDevelop, Member, ally, coalitions, core_slack, nucleolus, shapley

TERMS = {
    "id": "unit", "development": 400e6, "coordination": 0.10, "application": 60e6, "tooling": 0.0,
    "first_cost": 1100.0, "first_volume": 1e6, "learning_rate": 0.10, "pooled": 1.0,
}  # fmt: skip
MEMBERS = [Member("B", 2.5e6), Member("J", 0.5e6), Member("G", 1.5e6)]

# Worked example of a co-development, EUR m: pooled share, values of BJ BG JG BJG, Shapley,
# nucleolus, equal unit price (B, J, G each), least surplus of the three rules.
EXAMPLE = [
    (1.0, (489, 688, 455, 1267), (467, 350, 450), (506, 290, 472), (274, 531, 461), (229, 290, 48)),
    (
        0.7,
        (414, 554, 391, 1049),
        (381, 299, 369),
        (412, 249, 388),
        (153, 507, 389),
        (196, 247, -12),
    ),
    (0.5, (364, 464, 348, 904), (323, 265, 315), (346, 229, 329), (72, 491, 340), (174, 210, -51)),
]


@pytest.mark.parametrize("row", EXAMPLE, ids=lambda r: f"pooled {r[0]}")
def test_the_worked_example_of_three_makers(row):
    pooled, values, *shares, surplus = row
    found = ally(MEMBERS, CoDevelop(**TERMS | {"pooled": pooled}))
    pairs = [("B", "J"), ("B", "G"), ("J", "G"), ("B", "J", "G")]
    for pair, value in zip(pairs, values, strict=True):
        assert found.values[pair] / 1e6 == pytest.approx(value, abs=0.6)
    for rule, wanted, least in zip(found.sharings[:3], shares, surplus, strict=True):
        assert [rule.shares[p] / 1e6 for p in "BJG"] == pytest.approx(wanted, abs=0.7)
        assert rule.least_surplus / 1e6 == pytest.approx(least, abs=0.7)
        assert rule.in_core == (least >= 0)


def test_the_saving_is_what_going_together_costs_less():
    found = ally(MEMBERS, CoDevelop(**TERMS))
    alone = sum(found.costs[m.id,] for m in MEMBERS)
    assert found.saving == pytest.approx(alone - found.costs["B", "J", "G"])


def games(players="abcd"):
    names = list(coalitions(players))
    return st.lists(st.floats(-100, 100), min_size=len(names), max_size=len(names)).map(
        lambda worth: dict(zip(names, worth, strict=True))
    )


@settings(max_examples=40, deadline=None)
@given(games(), games())
def test_shapley_is_efficient_and_additive(first, second):
    a, b = shapley("abcd", first), shapley("abcd", second)
    both = shapley("abcd", {c: first[c] + second[c] for c in first})
    assert sum(a.values()) == pytest.approx(first[tuple("abcd")], abs=1e-8)
    for p in "abcd":
        assert both[p] == pytest.approx(a[p] + b[p], abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(games("abc"))
def test_a_player_who_adds_nothing_gets_nothing_and_twins_get_the_same(game):
    with_dummy = {c: game.get(tuple(p for p in c if p != "d"), 0.0) for c in coalitions("abcd")}
    assert shapley("abcd", with_dummy)["d"] == pytest.approx(0, abs=1e-8)
    by_size = {c: game[tuple("abc"[: len(c)])] for c in coalitions("abc")}
    assert len({round(v, 7) for v in shapley("abc", by_size).values()}) == 1


@settings(max_examples=25, deadline=None)
@given(games("abc"))
def test_the_nucleolus_gives_twins_the_same_and_a_player_who_adds_nothing_nothing(game):
    by_size = {c: game[tuple("abc"[: len(c)])] for c in coalitions("abc")}
    shares = nucleolus("abc", by_size)
    assert max(shares.values()) - min(shares.values()) < 1e-6
    convex = {c: float(len(c) * (len(c) - 1)) for c in coalitions("abc")}
    dummy = {c: convex.get(tuple(p for p in c if p != "d"), 0.0) for c in coalitions("abcd")}
    assert nucleolus("abcd", dummy)["d"] == pytest.approx(0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(games("abc"))
def test_the_nucleolus_is_efficient_and_no_sharing_has_a_greater_least_surplus(game):
    best = nucleolus("abc", game)
    assert sum(best.values()) == pytest.approx(game[tuple("abc")], abs=1e-5)
    slack, _ = core_slack("abc", game, best)
    assert slack >= core_slack("abc", game, shapley("abc", game))[0] - 1e-5


@pytest.mark.parametrize(
    ("members", "terms", "says"),
    [
        ([Member("B", 1e6)], {}, "1 partners; a deal has 2"),
        ([Member("B", 1e6), Member("B", 2e6)], {}, "partner B is listed twice"),
        ([Member("B", 1e6), Member("J", -1.0)], {}, "partner J: volume -1 must be above zero"),
        ([Member("B", 1e6), Member("J", float("nan"))], {}, "partner J: volume nan"),
        (MEMBERS, {"pooled": 1.5}, "pooled 1.5 is outside 0 .. 1"),
        (MEMBERS, {"development": -1.0}, "development -1 must not be negative"),
    ],
)
def test_a_deal_that_is_none_is_refused_by_name(members, terms, says):
    with pytest.raises(DataError) as caught:
        ally(members, CoDevelop(**TERMS | terms))
    assert says in str(caught.value)
