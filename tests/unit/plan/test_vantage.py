from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wheelbase.errors import DataError
from wheelbase.plan import Assumed, History, outlook_of

DAY = date(2019, 11, 14)
MARKETS = ("europe", "germany", "china", "usa", "world")
ASSUMED = Assumed(spread=0.28, like={"germany": "europe"})


def expected(facts, history=History.AS_PUBLISHED, markets=MARKETS, **changes):
    return outlook_of(facts, markets, DAY, 2035, replace(ASSUMED, **changes), history)


def series(found, name):
    values = found.outlook.means[found.outlook.series.index(name)]
    return dict(zip(found.outlook.years, values, strict=True))


def logit(share):
    return np.log(share / (1 - share))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def admissible(facts, shelf, id, name):
    return facts.sources[shelf.origins[id, name].source].made <= DAY


def as_of(facts, history, absurd=False):
    """The catalogue without, or with absurd, forecasts and sales later than the day."""
    forecasts, markets = {}, {}
    for f in facts.forecast:
        if f.made <= DAY and admissible(facts, facts.forecast, f.id, "made"):
            forecasts[f.id] = f
        elif absurd:
            forecasts[f.id] = replace(f, share=0.97) if f.share is not None else f
    for market in facts.market:
        kept = {}
        for name in ("cars", "bev_share", "phev_share"):
            kept[name] = {}
            for year, value in getattr(market, name).items():
                strict = history is History.AS_PUBLISHED
                printed = admissible(facts, facts.market, market.id, f"{name}@{year}")
                if year < DAY.year and (printed or not strict):
                    kept[name][year] = value
                elif absurd:
                    kept[name][year] = value / 3
        markets[market.id] = replace(market, **kept)
    return replace(
        facts,
        forecast=replace(facts.forecast, items=forecasts),
        market=replace(facts.market, items=markets),
    )


@pytest.mark.parametrize("history", History)
@pytest.mark.parametrize("absurd", [False, True])
def test_nothing_later_than_the_day_enters(facts, history, absurd):
    now, then = expected(facts, history), expected(as_of(facts, history, absurd), history)
    assert np.array_equal(now.outlook.means, then.outlook.means)
    assert (now.low, now.high, now.statements) == (then.low, then.high, then.statements)
    assert all(s.made <= DAY for s in now.statements if not s.past)
    assert all(s.year < DAY.year for s in now.statements if s.past)
    if history is History.AS_PUBLISHED:
        assert all(s.made <= DAY for s in now.statements)


def test_what_was_said_before_the_day_does_enter(facts):
    items = {f.id: f for f in facts.forecast if f.id != "bcg-2017-europe-2030"}
    fewer = replace(facts, forecast=replace(facts.forecast, items=items))
    assert series(expected(fewer), "bev/europe")[2030] != pytest.approx(
        series(expected(facts), "bev/europe")[2030], rel=0.05
    )


def test_competing_forecasts_give_median_low_and_high(facts):
    """Europe 2030: IEA 26 % with a plug, split as in 2018 (1.29 of 2.46); BCG 17 % battery."""
    found = expected(facts)
    iea = 0.26 * 1.29 / (1.29 + 1.17)
    assert found.split["europe"] == pytest.approx(1.29 / 2.46)
    at = found.outlook.years.index(2030)
    assert found.low["bev/europe"][at] == pytest.approx(iea)
    assert found.high["bev/europe"][at] == pytest.approx(0.17)
    middle = sigmoid((logit(iea) + logit(0.17)) / 2)
    assert series(found, "bev/europe")[2030] == pytest.approx(middle)
    rest = (0.26 - iea) / (1 - iea)
    assert series(found, "phev/europe")[2030] == pytest.approx(rest * (1 - middle))


def test_a_later_edition_replaces_the_earlier_one(facts):
    used = {s.fact for s in expected(facts).statements}
    assert "iea-2019-china-2030" in used and "iea-2018-china-2030" not in used
    assert "bnef-2018-2030" not in used


def test_between_years_the_logit_is_linear(facts):
    """China: 3.52 % battery in 2018, 28 % with a plug in 2030, split 3.52 of 4.64."""
    share = 0.28 * 3.52 / (3.52 + 1.12)
    step = (logit(share) - logit(0.0352)) / 12
    found = series(expected(facts), "bev/china")
    for year in (2019, 2024, 2029):
        assert found[year] == pytest.approx(sigmoid(logit(0.0352) + step * (year - 2018)))


def test_beyond_the_last_forecast_its_slope_goes_on_and_is_marked(facts):
    found = expected(facts)
    assert found.extrapolated["bev/china"] == tuple(range(2031, 2036))
    assert found.extrapolated["bev/world"] == ()  # BNEF speaks of 2040
    share = series(found, "bev/china")
    slope = logit(share[2030]) - logit(share[2029])
    assert logit(share[2035]) - logit(share[2030]) == pytest.approx(5 * slope)


def test_a_market_without_forecast_stays_as_far_off_as_it_was(facts):
    found = expected(facts)
    assert found.borrowed == {"germany": "europe"}
    gap = logit(0.0105) - logit(0.0129)
    europe, germany = series(found, "bev/europe"), series(found, "bev/germany")
    for year in found.outlook.years:
        assert logit(germany[year]) - logit(europe[year]) == pytest.approx(gap)


def test_the_volume_is_the_last_known_and_grows_as_assumed(facts):
    cars = series(expected(facts, growth=0.02), "volume/usa")
    assert cars[2019] == pytest.approx(17.2e6 * 1.02)
    assert cars[2035] == pytest.approx(17.2e6 * 1.02**17)


def test_old_forecasts_no_longer_count(facts):
    found = outlook_of(facts, ["europe"], date(2025, 1, 1), 2035, ASSUMED)
    assert {s.by for s in found.statements if not s.past} == {"IEA GEVO 2024, stated policies"}
    europe = series(found, "bev/europe")
    assert europe[2025] == pytest.approx(0.213) and europe[2030] == pytest.approx(0.443)


def test_the_rows_of_2024_are_sales_over_share(facts):
    """STEPS: Europe 2030 6.8 and 2.4 of 9.2049 million, 60 % with a plug."""
    assert facts.forecast["iea-2024-europe-2030-bev"].share == pytest.approx(
        0.60 * 6.8 / 9.2049, abs=6e-4
    )
    assert facts.forecast["iea-2024-europe-2030-phev"].share == pytest.approx(
        0.60 * 2.4 / 9.2049, abs=6e-4
    )


def test_prices_and_rules_are_handed_on(facts):
    prices = dict.fromkeys(range(2019, 2036), 3e-05)
    found = expected(facts, cell_price=prices, price_spread=0.1)
    assert series(found, "cell_price") == prices
    with pytest.raises(DataError, match="no price of 2035"):
        expected(facts, cell_price=dict.fromkeys(range(2019, 2035), 3e-05))


def test_what_cannot_be_known_is_refused_with_every_problem(facts):
    with pytest.raises(DataError, match="germany: nobody forecast it in the 3 years to 2019-11-14"):
        expected(facts, like={})
    with pytest.raises(DataError) as caught:
        outlook_of(facts, MARKETS, date(2018, 1, 1), 2030, ASSUMED, History.AS_PUBLISHED)
    assert len(caught.value.problems) == 5
    assert "europe: no share or no volume was known on 2018-01-01" in str(caught.value)
    with pytest.raises(DataError, match="did you mean"):
        expected(facts, markets=("europa",))


def saying(facts, **changes):
    """The catalogue with some forecasts changed; new ids add to it."""
    items = {f.id: f for f in facts.forecast}
    for id, (model, fields) in changes.items():
        items[id.replace("_", "-")] = replace(items[model], id=id.replace("_", "-"), **fields)
    origins = {**facts.forecast.origins}
    for id, (model, _) in changes.items():
        for name in ("share", "made"):
            origins[id.replace("_", "-"), name] = origins[model, name]
    return replace(facts, forecast=replace(facts.forecast, items=items, origins=origins))


def test_a_newer_word_on_all_plugs_replaces_an_older_one_on_battery_cars(facts):
    """IEA 2018 on battery cars, 30 %, is not mixed with IEA 2019 on all plugs, 28 %."""
    older = {"quantity": "bev_share", "share": 0.30}
    both = saying(facts, iea_2018_china_2030=("iea-2018-china-2030", older))
    found = expected(both, markets=("china",))
    assert np.array_equal(found.outlook.means, expected(facts, markets=("china",)).outlook.means)
    assert "iea-2018-china-2030" not in {s.fact for s in found.statements}


def test_words_of_one_edition_on_several_plugs_are_kept_together(facts):
    """Battery cars 20 % of the edition that says 28 % have a plug: 8 % are plug-in hybrids."""
    word = {"quantity": "bev_share", "share": 0.20}
    found = expected(saying(facts, iea_x=("iea-2019-china-2030", word)), markets=("china",))
    assert series(found, "bev/china")[2030] == pytest.approx(0.20)
    assert series(found, "phev/china")[2030] == pytest.approx(0.08)
    assert found.split == {}
    more = {"quantity": "bev_share", "share": 0.30}
    with pytest.raises(DataError, match="IEA forecast 0.3 battery cars in 2030, more than 0.28"):
        expected(saying(facts, iea_x=("iea-2019-china-2030", more)), markets=("china",))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"battery_part": {"china": 1.5}}, "battery_part: china: 1.5 is outside 0 .. 1"),
        ({"battery_part": {"china": -1.0}}, "battery_part: china: -1 is outside"),
        ({"battery_part": {"china": np.nan}}, "battery_part: china: nan is outside"),
        ({"freshness": np.nan}, "freshness: nan years must be zero or more"),
        ({"freshness": -1.0}, "freshness: -1 years must be"),
        ({"battery_part": {"chyna": 0.5}}, "battery_part: no market 'chyna'; did you mean china"),
        ({"like": {"germnay": "europe"}}, "like: no market 'germnay'; did you mean germany"),
    ],
)
def test_assumptions_that_are_none_are_refused(facts, changes, says):
    with pytest.raises(DataError, match=says):
        expected(facts, markets=("china",), **changes)


@pytest.mark.parametrize("freshness", [1e5, np.inf])
def test_any_freshness_counts_every_forecast_before_the_day(facts, freshness):
    found = expected(facts, markets=("europe",), freshness=freshness)
    every = expected(facts, markets=("europe",), freshness=100.0)
    assert found.statements == every.statements


def test_all_battery_cars_leave_no_part_for_plug_in_hybrids(facts):
    found = expected(facts, markets=("china",), battery_part={"china": 1.0})
    assert series(found, "phev/china")[2030] < 1e-5
    whole = {"quantity": "ev_share", "share": 1.0}
    full = saying(facts, iea_2019_china_2030=("iea-2019-china-2030", whole))
    assert series(expected(full, markets=("china",), battery_part={"china": 1.0}), "bev/china")[
        2030
    ] == pytest.approx(1.0, abs=1e-5)
