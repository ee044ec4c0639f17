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


@pytest.mark.parametrize(
    ("estate", "wanted"), [(100, (100 / 3,) * 3), (200, (50, 75, 75)), (300, (50, 100, 150))]
)
def test_the_nucleolus_divides_the_estates_of_the_talmud(estate, wanted):
    """Aumann and Maschler 1985: claims of 100, 200, 300."""
    claims = {"a": 100, "b": 200, "c": 300}
    values = {
        c: max(0.0, estate - sum(claims[p] for p in claims if p not in c))
        for c in coalitions("abc")
    }
    assert list(nucleolus("abc", values).values()) == pytest.approx(wanted, abs=1e-9)


def test_the_nucleolus_of_the_four_player_game_of_coopgame():
    worth = (0, 0, 0, 0, 5, 5, 8, 9, 10, 8, 13, 15, 16, 17, 21)
    values = dict(zip(coalitions("abcd"), worth, strict=True))
    assert list(nucleolus("abcd", values).values()) == pytest.approx([3.5, 4.5, 5.5, 7.5], abs=1e-9)


def test_the_glove_market():
    values = {c: float("l" in c and len(c) > 1) for c in coalitions("lrs")}
    assert list(nucleolus("lrs", values).values()) == pytest.approx([1, 0, 0], abs=1e-9)
    assert list(shapley("lrs", values).values()) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    slack, blocking = core_slack("lrs", values, shapley("lrs", values))
    assert slack == pytest.approx(-1 / 6) and "l" in blocking


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


@settings(max_examples=15, deadline=None)
@given(games("abc"))
def test_the_nucleolus_is_efficient_and_no_sharing_has_a_greater_least_surplus(game):
    best = nucleolus("abc", game)
    assert sum(best.values()) == pytest.approx(game[tuple("abc")], abs=1e-5)
    slack, _ = core_slack("abc", game, best)
    assert slack >= core_slack("abc", game, shapley("abc", game))[0] - 1e-5


@pytest.mark.parametrize(
    ("members", "terms", "says"),
    [
        ([Member("B", 1e6)], {}, "1 partners; a deal has at least two"),
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
