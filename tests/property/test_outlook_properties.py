"""Laws of the outlook: means kept, probabilities whole, nothing later than its day."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelbase.plan import MarketOutlook, Outlook, Regulation, Stages, moment_tree, reduced_tree
from wheelbase.plan.outlook import MEMORY, paths

FEW = settings(max_examples=25, deadline=None, derandomize=True)
YEARS = tuple(range(2024, 2032))
SHARES = st.floats(0.001, 0.6)


@st.composite
def outlooks(draw):
    markets = tuple(
        MarketOutlook(
            name=name,
            bev=tuple(float(v) for v in np.linspace(draw(SHARES), draw(SHARES), len(YEARS))),
            phev=(draw(st.floats(0.0, 0.3)),) * len(YEARS),
            volume=(draw(st.floats(1e5, 1e8)),) * len(YEARS),
            spread=draw(st.floats(0.0, 0.6)),
            phev_spread=draw(st.floats(0.0, 0.4)),
            volume_spread=draw(st.floats(0.0, 0.2)),
        )
        for name in ("a", "b")
    )
    first = draw(st.floats(0.1, 0.9))
    rules = (Regulation("x", first), Regulation("y", 1 - first, draw(st.floats(-1, 1))))
    correlation = {("bev/a", "bev/b"): draw(st.floats(-0.5, 0.9)),
                   ("bev/a", "phev/a"): draw(st.floats(-0.4, 0.3))}  # fmt: skip
    return Outlook(years=YEARS, markets=markets, correlation=correlation, regulation=rules,
                   revealed=2029)  # fmt: skip


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -700, 700)))


@FEW
@given(outlooks())
def test_the_mean_share_of_every_year_is_the_forecast(outlook):
    """Checked by Gauss-Hermite quadrature in two dimensions; the drift comes from trapezoids."""
    z, w = np.polynomial.hermite_e.hermegauss(60)
    w = w / w.sum()
    for i, market in enumerate(outlook.markets):
        rho = outlook.correlations[3 * i, 3 * i + 1]
        for t, year in enumerate(outlook.years):
            reach = np.sqrt(sum(MEMORY ** (2 * k) for k in range(t)))
            bev = phev = 0.0
            for rule, lift in zip(outlook.regulation, outlook.lifts(year), strict=True):
                x = outlook.drift[3 * i, t] + market.spread * reach * z + lift
                y = rho * z[:, None] + np.sqrt(1 - rho**2) * z
                rest = sigmoid(outlook.drift[3 * i + 1, t] + market.phev_spread * reach * y) @ w
                bev += rule.probability * sigmoid(x) @ w
                phev += rule.probability * ((1 - sigmoid(x)) * rest) @ w
            assert abs(bev - market.bev[t]) < 1e-6
            assert abs(phev - market.phev[t]) < 1e-6


@FEW
@given(outlooks(), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_trees_are_whole_and_keep_the_mean(outlook, leaves, seed):
    stages = Stages((2024, 2026, 2029), 2031)
    grown = [
        moment_tree(outlook, stages, [2, 2]),
        reduced_tree(outlook, stages, leaves, np.random.default_rng(seed), n=200),
    ]
    for tree in (g.tree for g in grown):
        for s, span in enumerate(stages.spans(YEARS)):
            nodes = [n for n in range(len(tree.parent)) if tree.stage[n] == s]
            chance = np.array([tree.probability[n] for n in nodes])
            assert abs(chance.sum() - 1) < 1e-9
            for k, name in enumerate(outlook.series):
                mean = chance @ np.array([tree.series[name][n] for n in nodes])
                wanted = outlook.means[k, span].mean()
                assert abs(mean - wanted) <= 1e-9 * max(wanted, 1e-3)


@FEW
@given(outlooks(), st.integers(0, 2**32 - 1))
def test_shares_of_a_path_never_sum_to_more_than_one(outlook, seed):
    drawn = paths(outlook, 50, np.random.default_rng(seed))
    assert abs(drawn.probability.sum() - 1) < 1e-12
    for market in outlook.markets:
        total = drawn.of(f"bev/{market.name}") + drawn.of(f"phev/{market.name}")
        assert np.all(total <= 1) and np.all(drawn.values >= 0)
