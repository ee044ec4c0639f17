from dataclasses import replace

import numpy as np
import pytest
from three_markets import MARKETS, YEARS, market, rising

from wheelbase.errors import DataError
from wheelbase.plan import Outlook, Regulation, between_markets, paths
from wheelbase.plan.outlook import MEMORY

RULES = (Regulation("as adopted", 0.5), Regulation("relaxed", 0.3, -0.4), Regulation("tight", 0.2))
OUTLOOK = Outlook(
    years=YEARS,
    markets=tuple(market(m) for m in MARKETS),
    cell_price=rising(3e-5, 2e-5),
    price_spread=0.08,
    correlation=between_markets(MARKETS, 0.6) | {("bev/usa", "cell_price"): -0.3},
    regulation=RULES,
    revealed=2028,
)


@pytest.fixture(scope="module")
def sample():
    return paths(OUTLOOK, 20_000, np.random.default_rng(7))


def test_the_mean_of_the_paths_is_the_forecast_within_sampling_error(sample):
    p = sample.probability
    mean = np.einsum("n,nkt->kt", p, sample.values)
    spread = np.sqrt(np.einsum("n,nkt->kt", p, (sample.values - mean) ** 2))
    error = spread * np.sqrt((p**2).sum())
    assert np.all(np.abs(mean - OUTLOOK.means) <= 4.5 * error + 1e-12 * OUTLOOK.means)


def test_the_first_year_is_known(sample):
    assert np.abs(sample.values[:, :, 0] / OUTLOOK.means[:, 0] - 1).max() <= 1e-9


def test_the_shocks_have_the_correlation_that_was_asked_for(sample):
    """Logit and logarithm of the second year are the forecast plus one shock."""
    columns = [np.log(v / (1 - v)) for v in (sample.of(f"bev/{m}")[:, 1] for m in MARKETS)]
    columns += [np.log(sample.of("cell_price")[:, 1]), np.log(sample.of("volume/usa")[:, 1])]
    found = np.corrcoef(columns)
    wanted = np.eye(5)
    wanted[:3, :3] += 0.6 * (1 - np.eye(3))
    wanted[2, 3] = wanted[3, 2] = -0.3
    assert np.abs(found - wanted).max() < 4.5 / np.sqrt(20_000)


def test_the_spread_of_the_logit_follows_the_autoregression():
    calm = replace(OUTLOOK, regulation=(), revealed=None)
    drawn = paths(calm, 20_000, np.random.default_rng(3)).of("bev/china")
    for t in (1, 5, 11):
        variance = 0.28**2 * sum(MEMORY ** (2 * k) for k in range(t))
        logit = np.log(drawn[:, t] / (1 - drawn[:, t]))
        assert logit.var() == pytest.approx(variance, rel=4.5 * np.sqrt(2 / 20_000))


def test_rules_are_hidden_until_they_are_revealed_and_then_lift_the_share(sample):
    revealed = YEARS.index(2028)
    assert np.all(sample.rules[:, :revealed] == 0)
    for r, rule in enumerate(RULES):
        assert sample.probability[sample.rules[:, -1] == r].sum() == pytest.approx(rule.probability)
    logit = np.log(sample.of("bev/usa") / (1 - sample.of("bev/usa")))[:, revealed]
    mean = [logit[sample.rules[:, revealed] == r].mean() for r in range(3)]
    assert mean[1] - mean[0] == pytest.approx(-0.4, abs=0.05)
    assert mean[2] - mean[0] == pytest.approx(0.0, abs=0.05)


def test_the_order_of_the_markets_changes_the_order_only(sample):
    turned = replace(OUTLOOK, markets=OUTLOOK.markets[::-1])
    drawn = paths(turned, 20_000, np.random.default_rng(7))
    for name in OUTLOOK.series:
        assert np.array_equal(drawn.of(name), sample.of(name)), name


def test_the_same_seed_gives_the_same_paths(sample):
    again = paths(OUTLOOK, 20_000, np.random.default_rng(7))
    assert np.array_equal(again.values, sample.values)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"years": (2024, 2026)}, "must rise by one"),
        ({"cell_price": (1.0,)}, "cell_price: one positive number for every year"),
        ({"price_spread": np.nan}, "price_spread: must be a number"),
        ({"markets": ()}, "at least one"),
        ({"markets": (market("europe"),) * 2}, "each name once"),
        ({"markets": (market("europe", bev=rising(0.5, 0.95)),)}, "sum to 1.05, more than 1"),
        ({"markets": (market("europe", bev=rising(0.5, np.nan)),)}, "bev: holds a value that"),
        ({"markets": (market("europe", volume=rising(0, 1)),)}, "volume: must be above zero"),
        ({"markets": (market("europe", spread=-1.0),)}, "spread: must be a number"),
        ({"correlation": {("bev/usa", "bev/mars"): 0.1}}, "not two of bev/europe"),
        ({"correlation": {("bev/usa", "bev/china"): 1.1}}, "1.1 is outside"),
        ({"correlation": {("bev/usa", "bev/china"): 0.9, ("bev/china", "bev/europe"): 0.9,
                          ("bev/usa", "bev/europe"): -0.9}}, "contradict each other"),
        ({"correlation": {("bev/usa", "bev/china"): 0.9, ("bev/china", "bev/usa"): 0.8}},
         "given twice"),
        ({"regulation": RULES[:2]}, "probabilities sum to 0.8"),
        ({"regulation": (RULES[0], RULES[0])}, "a name is given twice"),
        ({"revealed": 2024}, "must be one of the years after the first"),
        ({"regulation": ()}, "revealed: 2028: no regulation is given"),
    ],
)  # fmt: skip
def test_what_is_no_outlook_is_refused(change, says):
    with pytest.raises(DataError, match=says):
        replace(OUTLOOK, **change)


def test_too_few_paths_are_refused():
    with pytest.raises(DataError, match="at least one per regulation branch"):
        paths(OUTLOOK, 2, np.random.default_rng(0))
