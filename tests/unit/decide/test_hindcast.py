from dataclasses import replace

import numpy as np
import pytest

from wheelbase.cost import annuity_factor
from wheelbase.decide import Case, Failure, Outcome, Varied, forecast, path_value, verdict
from wheelbase.decide.hindcast import RANGES
from wheelbase.errors import DataError

YEARS = tuple(range(2000, 2015))
RULE = Failure(within=3, least=0.1, at_once=0.9)


def path(end):
    return 1 / (1 + np.exp(-np.linspace(-4, end, len(YEARS))))


SPANS = {
    "mean_share": (path(-1.5), path(0.0), path(1.0)),
    "cars": (0.9e6, 1e6, 1.1e6),
    "penalty": (0.0, 2000.0, 4000.0),
    "block_cost": (0.5e9, 0.7e9, 1e9),
    "development": (0.5e9, 1e9, 2e9),
    "lead": (3.4, 4.0, 5.5),
    "spread": (0.14, 0.28, 0.42),
    "compatibility": (0.0, 50.0, 100.0),
    "margin": (2e3, 5e3, 8e3),
    "flexible_share": (0.5, 1.0, 1.0),
    "upkeep": (0.02, 0.03, 0.04),
    "life": (7.0, 10.0, 14.0),
    "wacc": (0.06, 0.08, 0.10),
    "terminal": (4.0, 8.0, 12.0),
}


def make(draws=40, **changes):
    spans = SPANS | changes
    ranges = {name: Varied(name, name, "-", *span) for name, span in spans.items()}
    return Case(years=YEARS, ranges=ranges, block_size=150e3, trigger=0.15, draws=draws, seed=3)


@pytest.fixture(scope="module")
def found():
    return forecast(make())


def test_the_distributions_sum_to_one(found):
    assert found.decision.sum() + found.never == pytest.approx(1.0, abs=1e-9)
    assert sum(found.start.values()) == pytest.approx(found.decision.sum(), abs=1e-9)
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert np.all(found.decision >= 0) and found.at_once == pytest.approx(found.decision[0])


def test_the_option_to_switch_is_never_worth_less_than_nothing(found):
    assert found.option[0] >= -1e-3
    assert found.option[0] <= found.option[1] <= found.option[2]


def test_production_starts_a_lead_after_the_decision():
    """Decided at once for sure, lead 4 years: start in the fourth year after."""
    sure = make(penalty=(20e3,) * 3, lead=(4.0,) * 3)
    found = forecast(sure)
    assert found.at_once == pytest.approx(1.0)
    assert found.start == pytest.approx({2004: 1.0})
    half = forecast(make(penalty=(20e3,) * 3, lead=(4.5,) * 3))
    assert half.start == pytest.approx({2004: 0.5, 2005: 0.5})


def test_nothing_is_gained_by_a_platform_that_is_no_better():
    found = forecast(make(penalty=(0.0,) * 3, compatibility=(0.0,) * 3, flexible_share=(1.0,) * 3))
    assert found.never == pytest.approx(1.0)
    assert found.quantiles() == (None, None, None)
    assert found.shares["flexible"] == 1.0 and found.label == "firm"


def test_the_same_seed_gives_the_same_forecast(found):
    again = forecast(make())
    assert np.array_equal(again.decision, found.decision) and again.start == found.start


def test_a_greater_penalty_never_makes_the_platform_less_likely():
    low, high = (forecast(make(penalty=(p, p + 500, p + 1000))) for p in (500, 2500))
    assert high.decision.sum() >= low.decision.sum()


def test_a_case_names_every_interval_that_it_lacks_or_has_too_many():
    case = make()
    ranges = {n: v for n, v in case.ranges.items() if n not in ("cars", "wacc")}
    with pytest.raises(DataError) as error:
        replace(case, ranges=ranges | {"colour": case.ranges["cars"]}, draws=0)
    text = str(error.value)
    assert all(word in text for word in ("cars", "wacc", "colour", "draws"))
    assert set(RANGES) == set(case.ranges)


def test_a_policy_on_a_known_path_costs_what_it_costs():
    """Flexible only: penalty and compatibility of each year, discounted to the first half-year."""
    shares = {2000: 0.1, 2001: 0.2, 2002: 0.3}
    by_hand = -sum(
        (2000 * share * 1e6 + 50 * (1 - share) * 1e6) / 1.08 ** (n + 0.5)
        for n, share in enumerate(shares.values())
    )
    found = path_value(make(), shares, None)
    assert found.known == pytest.approx(by_hand, rel=1e-9)
    last = 2000 * 0.3 * 1e6 + 50 * 0.7 * 1e6
    ahead = sum(1.08 ** -(n + 0.5) for n in range(3, len(make().years) + 8))
    assert found.after == pytest.approx(-last * ahead, rel=1e-9)


def test_a_platform_that_is_not_yet_built_has_cost_its_development_alone():
    shares = {2000: 0.1, 2001: 0.2, 2002: 0.3}
    case = make()
    never, decided = path_value(case, shares, None), path_value(case, shares, 2000, lead=3)
    charge = annuity_factor(0.08, case.ranges["life"].base) * case.ranges["development"].base
    paid = charge * sum(1.08 ** -(n + 0.5) for n in (1, 2))  # from the year after the decision
    assert never.known - decided.known == pytest.approx(paid, rel=1e-9)
    assert decided.after > never.after - charge * 40  # later its lines are built where they pay


@pytest.mark.parametrize(
    ("decision", "outcome", "demand", "word"),
    [
        ([0.0, 0.05, 0.0, 0.5], Outcome(2001, 2010), ([], False), "decided by 2002"),
        ([0.5, 0.3, 0.15, 0.0], Outcome(None, 2010), ([], False), "not decided by 2002"),
        ([0.95, 0.0, 0.0, 0.0], Outcome(2000, 2010), ([], False), "first year"),
        ([0.3, 0.1, 0.1, 0.0], Outcome(2000, 2010), ([True, False, False, False], True), "firm"),
    ],
)
def test_each_rule_of_failure_bites(decision, outcome, demand, word):
    found = verdict(RULE, decision, 2000, outcome, demand)
    assert found.failed and len(found.reasons) == 1 and word in found.reasons[0]


@pytest.mark.parametrize(
    ("decision", "outcome", "demand"),
    [
        ([0.3, 0.1, 0.1, 0.0], Outcome(2000, 2010), ([True, True, False, False], True)),
        ([0.3, 0.1, 0.1, 0.0], Outcome(2000, 2010), ([False, False, False], False)),
        ([0.5, 0.3, 0.15, 0.0], Outcome(None, 2001), ([], False)),  # not yet known by 2002
    ],
)
def test_a_forecast_that_breaks_no_rule_has_not_failed(decision, outcome, demand):
    assert not verdict(RULE, decision, 2000, outcome, demand).failed
