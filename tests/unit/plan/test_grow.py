from dataclasses import replace

import numpy as np
import pytest
from three_markets import MARKETS, YEARS, market, rising

from wheelbase.errors import DataError
from wheelbase.plan import (
    Outlook,
    Paths,
    Regulation,
    Stages,
    Tree,
    between_markets,
    follow,
    moment_tree,
    paths,
    reduced_tree,
    reduction,
    share_tree,
)

OUTLOOK = Outlook(
    years=YEARS,
    markets=tuple(market(m) for m in MARKETS),
    cell_price=rising(3e-5, 2e-5),
    price_spread=0.08,
    correlation=between_markets(MARKETS, 0.6) | {("bev/usa", "cell_price"): -0.3},
    regulation=(
        Regulation("as adopted", 0.5),
        Regulation("relaxed", 0.3, -0.4),
        Regulation("tight", 0.2),
    ),
    revealed=2030,
)
STAGES = Stages((2024, 2027, 2030), 2035)


@pytest.fixture(scope="module")
def trees():
    matched = moment_tree(OUTLOOK, STAGES, [3, 2])
    reduced = reduced_tree(OUTLOOK, STAGES, 60, np.random.default_rng(1), n=4000)
    return {"matched": matched, "reduced": reduced}


def of_stage(tree, s):
    return [n for n in range(len(tree.parent)) if tree.stage[n] == s]


@pytest.mark.parametrize("kind", ["matched", "reduced"])
def test_the_mean_of_every_series_and_stage_is_the_forecast(trees, kind):
    tree = trees[kind].tree
    for s, (begin, end) in enumerate([(2024, 2027), (2027, 2030), (2030, 2036)]):
        nodes = of_stage(tree, s)
        chance = np.array(tree.probability)[nodes]
        for k, name in enumerate(OUTLOOK.series):
            wanted = OUTLOOK.means[k, begin - 2024 : end - 2024].mean()
            assert chance @ np.array(tree.series[name])[nodes] == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("kind", ["matched", "reduced"])
def test_rules_divide_the_tree_where_they_are_revealed(trees, kind):
    tree = trees[kind].tree
    assert {tree.branch[n] for n in of_stage(tree, 0) + of_stage(tree, 1)} == {"as adopted"}
    for rule in OUTLOOK.regulation:
        chance = sum(tree.probability[n] for n in of_stage(tree, 2) if tree.branch[n] == rule.name)
        assert chance == pytest.approx(rule.probability)


def test_the_share_of_the_maker_is_weighted_with_the_cars_of_the_markets(trees):
    tree = trees["matched"].tree
    for n in (0, 3, len(tree.parent) - 1):
        cars = [tree.series[f"volume/{m}"][n] for m in MARKETS]
        share = [tree.series[f"bev/{m}"][n] for m in MARKETS]
        assert tree.share[n] == pytest.approx(np.average(share, weights=cars))


def test_one_market_branches_at_the_points_of_the_quadrature():
    """Three points of Gauss-Hermite: -sqrt 3, 0, sqrt 3 with 1/6, 2/3, 1/6."""
    alone = Outlook(years=YEARS, markets=(market("europe", phev_spread=0, volume_spread=0),))
    tree = moment_tree(alone, Stages((2024, 2027), 2035), [3])
    assert tree.tree.probability[1:] == pytest.approx((1 / 6, 2 / 3, 1 / 6))
    assert tree.explained["bev/europe"] == pytest.approx(1)
    logit = np.log(tree.tree.share) - np.log1p(-np.array(tree.tree.share))
    step = np.sqrt(3) * 0.28 * np.sqrt(1 + 0.97**2 + 0.97**4)
    assert np.diff(logit[1:]) == pytest.approx((step, step))


def test_two_components_carry_the_covariance_of_two_markets():
    pair = tuple(market(m, phev_spread=0, volume_spread=0) for m in ("europe", "china"))
    both = Outlook(years=YEARS, markets=pair, correlation={("bev/europe", "bev/china"): 0.6})
    grown = moment_tree(both, Stages((2024, 2025), 2025), [3, 3])
    chance = np.array(grown.tree.probability[1:])
    state = grown.state[1:][:, [both.series.index(f"bev/{m.name}") for m in pair]]
    centred = state - chance @ state
    covariance = (centred.T * chance) @ centred
    wanted = 0.28**2 * np.array([[1, 0.6], [0.6, 1]])
    assert covariance == pytest.approx(wanted)
    one = moment_tree(both, Stages((2024, 2025), 2025), [3])
    for m in pair:  # eigenvalues 1 + 0.6 and 1 - 0.6, each with half of the variance of a market
        assert one.explained[f"bev/{m.name}"] == pytest.approx(1.6 / 2)


def test_the_part_that_is_explained_is_told_series_by_series():
    """Logit of a share and logarithm of a price, independent: one component is the share alone."""
    figures = {"phev_spread": 0, "volume_spread": 0, "spread": 0.5}
    priced = Outlook(years=YEARS, markets=(market("europe", **figures),),
                     cell_price=rising(3e-5, 2e-5), price_spread=0.1)  # fmt: skip
    one, two = (moment_tree(priced, Stages((2024, 2027), 2035), b) for b in ([3], [3, 2]))
    assert one.explained["bev/europe"] == pytest.approx(1)
    assert one.explained["cell_price"] == pytest.approx(0, abs=1e-12)
    assert len(set(one.tree.series["cell_price"][1:])) == 1
    assert two.explained["cell_price"] == pytest.approx(1)
    assert one.explained["volume/europe"] == 1  # never moves
    unbranched = moment_tree(priced, Stages((2024, 2027), 2035), [1])
    assert unbranched.explained["bev/europe"] == 0


def test_the_residual_of_matched_moments_is_what_their_nodes_were_moved_by():
    """Without spread a node is the forecast of its first year, moved to the mean of its years."""
    still = tuple(market(m, spread=0, phev_spread=0, volume_spread=0) for m in MARKETS)
    calm = replace(OUTLOOK, markets=still, price_spread=0.0, regulation=(), revealed=None)
    grown = moment_tree(calm, STAGES, [3, 2])
    assert set(grown.residual) == set(OUTLOOK.series)
    for name, means in zip(OUTLOOK.series, OUTLOOK.means, strict=True):
        moved = [means[a] / means[a:b].mean() - 1 for a, b in ((0, 3), (3, 6), (6, 12))]
        assert grown.residual[name] == pytest.approx(np.abs(moved).max())


def revealed_in(year):
    return replace(OUTLOOK, revealed=year)


@pytest.mark.parametrize(
    "grow",
    [
        lambda outlook: moment_tree(outlook, STAGES, [2]),
        lambda outlook: reduced_tree(outlook, STAGES, 9, np.random.default_rng(0), n=100),
        lambda outlook: reduction(paths(outlook, 100, np.random.default_rng(0)), STAGES, (1, 2, 4)),
    ],
)
@pytest.mark.parametrize("year", [2028, 2031, 2035])
def test_rules_that_no_stage_start_reveals_are_refused(grow, year):
    with pytest.raises(DataError, match=f"revealed in {year}, .* start in 2024, 2027, 2030"):
        grow(revealed_in(year))
    assert set(grow(revealed_in(2027)).tree.branch) == {r.name for r in OUTLOOK.regulation}


def as_paths(tree, stages):
    """One path per leaf, constant within the stages."""
    names = tuple(tree.series)
    spans = stages.spans(YEARS)
    values = np.zeros((len(tree.leaves), len(names), len(YEARS)))
    for i, leaf in enumerate(tree.leaves):
        for node, span in zip(tree.path(leaf), spans, strict=True):
            for k, name in enumerate(names):
                values[i, k, span] = tree.series[name][node]
    chance = np.array([tree.probability[n] for n in tree.leaves])
    return Paths(YEARS, names, values, chance, np.zeros((len(chance), len(YEARS)), dtype=int))


def scenarios(tree):
    found = []
    for leaf in tree.leaves:
        path = tree.path(leaf)
        states = [tuple(f"{tree.series[k][n]:.9g}" for k in sorted(tree.series)) for n in path]
        found.append((states, [round(tree.probability[n], 12) for n in path]))
    return sorted(found)


def test_a_tree_fed_as_paths_is_reproduced_exactly():
    calm = replace(OUTLOOK, regulation=(), revealed=None)
    tree = moment_tree(calm, STAGES, [3, 2]).tree
    grown = reduction(as_paths(tree, STAGES), STAGES, (1, 6, 36))
    assert scenarios(grown.tree) == scenarios(tree)
    assert max(grown.distance) < 1e-12
    ample = reduction(as_paths(tree, STAGES), STAGES, (1, 50, 500))
    assert scenarios(ample.tree) == scenarios(tree)


def test_the_distance_falls_with_the_leaves():
    drawn = paths(OUTLOOK, 3000, np.random.default_rng(2))
    first = [reduction(drawn, STAGES, (1, m, m)).distance[1] for m in (1, 2, 4, 8, 16, 32)]
    assert np.all(np.diff(first) < 0)
    last = [reduction(drawn, STAGES, (1, m, m**2)).distance[2] for m in (2, 4, 8, 16)]
    assert np.all(np.diff(last) < 0)


def test_a_weight_brings_the_weighted_series_nearer():
    def distance(weight):
        grown = reduced_tree(OUTLOOK, STAGES, 60, np.random.default_rng(4), 3000, weight)
        fresh = paths(OUTLOOK, 2000, np.random.default_rng(5))
        node = follow(grown, fresh)[:, 2]
        there = np.array(grown.tree.series["bev/europe"])[node]
        return np.abs(there - fresh.of("bev/europe")[:, 6:].mean(axis=1)).mean()

    others = dict.fromkeys((n for n in OUTLOOK.series if n != "bev/europe"), 0.1)
    assert distance(others) < 0.8 * distance(None)


@pytest.mark.parametrize(
    ("weight", "says"), [({"bev/mars": 1.0}, "no series 'bev/mars'"), ({"bev/usa": -1.0}, "-1")]
)
def test_a_weight_that_is_none_is_refused(weight, says):
    with pytest.raises(DataError, match=says):
        reduced_tree(OUTLOOK, STAGES, 4, np.random.default_rng(0), 10, weight)


def test_rules_without_probability_grow_no_node():
    rules = (Regulation("as adopted", 1.0), Regulation("never", 0.0))
    grown = reduced_tree(
        replace(OUTLOOK, regulation=rules), STAGES, 9, np.random.default_rng(0), n=200
    )
    assert set(grown.tree.branch) == {"as adopted"}


def test_the_same_seed_gives_the_same_tree_in_whatever_order_the_markets_are(trees):
    turned = replace(OUTLOOK, markets=OUTLOOK.markets[::-1])
    again = reduced_tree(turned, STAGES, 60, np.random.default_rng(1), n=4000)
    assert again.tree.series == trees["reduced"].tree.series
    assert again.tree.probability == trees["reduced"].tree.probability
    matched = moment_tree(turned, STAGES, [3, 2]).tree
    assert matched.probability == pytest.approx(trees["matched"].tree.probability)
    for name, values in trees["matched"].tree.series.items():
        assert matched.series[name] == pytest.approx(values)


def test_a_path_of_the_tree_is_followed_to_its_own_leaf(trees):
    """The nodes' own states, laid down as paths, lead to these nodes."""
    grown = trees["matched"]
    tree = grown.tree
    leaves = tree.leaves
    values = np.ones((len(leaves), len(grown.names), len(YEARS)))
    rules = np.zeros((len(leaves), len(YEARS)), dtype=int)
    names = tuple(r.name for r in OUTLOOK.regulation)
    shares = np.array([n.startswith(("bev/", "phev/")) for n in grown.names])
    for i, leaf in enumerate(leaves):
        for node, span in zip(tree.path(leaf), STAGES.spans(YEARS), strict=True):
            state = grown.state[node]
            values[i, :, span.start] = np.where(shares, 1 / (1 + np.exp(-state)), np.exp(state))
            rules[i, span.start] = names.index(tree.branch[node])
    drawn = Paths(YEARS, grown.names, values, np.full(len(leaves), 1 / len(leaves)), rules, names)
    assert np.array_equal(follow(grown, drawn), [tree.path(leaf) for leaf in leaves])
    with pytest.raises(DataError, match="no series 'bev/europe'"):
        follow(grown, replace(drawn, names=("x", *drawn.names[1:])))


def test_a_path_stays_below_its_nodes_and_under_its_rules(trees):
    grown = trees["reduced"]
    fresh = paths(OUTLOOK, 2000, np.random.default_rng(8))
    nodes = follow(grown, fresh)
    parent = np.array(grown.tree.parent)
    assert np.array_equal(parent[nodes[:, 1:]], nodes[:, :-1])
    branch = np.array(grown.tree.branch)
    for path, node in zip(fresh.rules[:, 6], nodes[:, 2], strict=True):
        siblings = branch[parent == parent[node]]
        rule = fresh.regulation[path]
        assert branch[node] == rule or rule not in siblings


def test_paths_that_do_not_hold_the_years_and_rules_of_the_tree_are_refused(trees):
    drawn = paths(OUTLOOK, 10, np.random.default_rng(8))
    short = replace(drawn, years=YEARS[:6], values=drawn.values[:, :, :6], rules=drawn.rules[:, :6])
    late = replace(drawn, years=tuple(y + 4 for y in YEARS))
    without = replace(drawn, regulation=(), rules=np.zeros_like(drawn.rules))
    for futures, says in (
        (short, "no year 2030, in which a stage starts"),
        (late, "no year 2027"),
        (without, "paths have no rules, the tree has"),
    ):
        with pytest.raises(DataError, match=says):
            follow(trees["matched"], futures)


@pytest.mark.parametrize("leaves", [0, -3, np.nan])
def test_fewer_than_one_leaf_is_refused(leaves):
    with pytest.raises(DataError, match=f"tree: leaves {leaves}: give one or more"):
        reduced_tree(OUTLOOK, STAGES, leaves, np.random.default_rng(0), 100)


@pytest.mark.parametrize("branches", [[], [0], [2.5], [np.nan], [2] * 11])
def test_numbers_of_children_that_are_none_are_refused(branches):
    with pytest.raises(DataError, match="tree: branches .* one whole number, one or more"):
        moment_tree(OUTLOOK, STAGES, branches)


def test_a_share_tree_needs_a_stage_and_a_forecast_of_every_year():
    with pytest.raises(DataError, match="no stage; give the first year"):
        share_tree((), 2035, {}, 0.28, 3)
    with pytest.raises(DataError) as caught:
        share_tree((2024, 2026), 2027, {2024: 0.1, 2026: 0.2}, 0.28, 3)
    assert [p.split(";")[0] for p in caught.value.problems] == [
        "tree: mean_share: no share of 2025", "tree: mean_share: no share of 2027",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        (Stages((2025, 2030), 2035), "must start in 2024"),
        (Stages((2024, 2030, 2028), 2035), "must rise"),
        (Stages((2024, 2030), 2040), "must lie in 2030..2035"),
    ],
)
def test_stages_that_do_not_fit_are_refused(stages, says):
    with pytest.raises(DataError, match=says):
        moment_tree(OUTLOOK, stages, [2])


GOOD = {
    "parent": (-1, 0, 0), "stage": (0, 1, 1), "start": (2020, 2024, 2024), "years": (4, 4, 4),
    "probability": (1.0, 0.4, 0.6), "share": (0.1, 0.2, 0.3),
    "series": {"bev/x": (0.1, 0.2, 0.3), "phev/x": (0.1, 0.2, 0.3), "cell_price": (1.0, 2.0, 3.0)},
    "branch": ("a", "a", "b"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"parent": (-1, 2, 1)}, "node 1: parent 2 .* circle 1 - 2 - 1"),
        ({"stage": (0, 1, 2), "probability": (1.0, 1.0, 1.0)}, "stage 2 does not follow stage 0"),
        ({"parent": (-1, 0, 1), "stage": (0, 1, 2), "probability": (1.0, 0.4, 0.6)}, "sum to 0.4"),
        ({"probability": (1.0, -0.4, 1.4)}, "node 1: probability -0.4 is outside"),
        ({"probability": (1.0, np.nan, 1.0)}, "stage 1: probabilities sum to nan"),
        ({"share": (0.1, np.nan, 0.2)}, "node 1: share nan is outside"),
        ({"series": {"phev/x": (0.1, 0.2, 1.3)}}, "node 2: phev/x 1.3 is outside"),
        ({"series": {"bev/x": (0.1, 0.2, 0.7), "phev/x": (0.1, 0.2, 0.5)}}, "node 2: .* sum to 1"),
        ({"series": {"volume/x": (1.0, np.inf, 1.0)}}, "node 1: volume/x inf must be a number"),
        ({"series": {"volume/x": (1.0, -1.0, 1.0)}}, "node 1: volume/x -1 must be .* zero or"),
        ({"years": (4, 0, 4)}, "node 1: years 0 must be one or more"),
        ({"start": (2020, 2024, 2023)}, "node 2: start 2023 must be 2024, when its parent 0 ends"),
        ({"start": (2020, 2026, 2024)}, "node 1: start 2026 must be 2024"),
        ({"start": (2020, 2019, 2024)}, "node 1: start 2019 must be 2024"),
        ({"branch": ("a",)}, "branch: 1 values for 3 nodes"),
        ({"series": {"volume/x": (1.0,)}}, "volume/x: 1 values for 3 nodes"),
    ],
)  # fmt: skip
def test_what_is_no_tree_is_refused_with_its_node(change, says):
    Tree(**GOOD)
    with pytest.raises(DataError, match=says):
        Tree(**GOOD | change)


def test_children_must_add_up_to_their_parent():
    with pytest.raises(DataError, match="node 1: its children have probability 0.6, not 0.4"):
        Tree((-1, 0, 0, 1, 2), (0, 1, 1, 2, 2), (2020, 2024, 2024, 2028, 2028), (4,) * 5,
             (1.0, 0.4, 0.6, 0.6, 0.4), (0.1,) * 5)  # fmt: skip


def test_without_spread_the_tree_is_the_forecast():
    calm = replace(
        OUTLOOK,
        markets=tuple(market(m, spread=0, phev_spread=0, volume_spread=0) for m in MARKETS),
        price_spread=0.0, regulation=(), revealed=None, cell_price=rising(3e-5, 2e-5),
    )  # fmt: skip
    drawn = paths(calm, 5, np.random.default_rng(0))
    assert np.abs(drawn.values / calm.means - 1).max() < 1e-12
    tree = reduced_tree(calm, STAGES, 30, np.random.default_rng(0), n=100).tree
    assert len(tree.parent) == 3 and tree.probability == pytest.approx((1.0,) * 3)
    assert tree.series["bev/usa"][1] == pytest.approx(calm.means[6, 3:6].mean(), rel=1e-12)
