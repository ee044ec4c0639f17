import builtins
import io
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wheelbase.catalogue.source import last_day
from wheelbase.errors import DataError
from wheelbase.study import case_of, forecasts, hindcasts, outcomes, register, scored
from wheelbase.study.hindcast_spec import OUTCOMES, TIERS


@pytest.fixture(scope="module")
def registered():
    return register(hindcasts())


@pytest.fixture
def folder(tmp_path):
    """A copy that a test may change, without the outcomes."""
    copy = tmp_path / "hindcast"
    shutil.copytree(hindcasts(), copy, ignore=shutil.ignore_patterns(OUTCOMES))
    return copy


def few(registered, draws=60):
    """The same inputs with fewer draws than a hindcast needs, so that tests are quick."""
    return replace(registered, common=registered.common.model_copy(update={"draws": draws}))


@pytest.fixture(scope="module")
def mercedes(registered, facts):
    """The quickest maker, forecast and scored."""
    found = forecasts(few(registered), "mercedes")
    return found, scored(found, outcomes(hindcasts()), facts.prices(2019))


def change(folder, name, old, new, count=1):
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), "utf-8")


def test_every_document_of_the_strict_tier_is_dated_by_the_vantage(registered):
    count = 0
    for spec in registered.cases.values():
        strict = spec.strict
        figures = [strict.cars, strict.penalty, strict.block_size, strict.block_cost]
        figures += [strict.development, strict.lead, *strict.bev_share.values()]
        for figure in (*figures, *strict.pack_price.values()):
            for document in figure.documents:
                count += 1
                made = last_day(str(document.date))
                assert made is not None and made <= spec.day, document.source
    assert count > 100


@pytest.mark.parametrize(
    ("made", "word"),
    [("2019-11-15", "after 2019-11-14"), ("2019-11", "after 2019-11-14"), ("2019", "after"),
     ("2020-01-10", "after"), ("''", "undated"), ("soon", "is none")],
)  # fmt: skip
def test_a_document_that_is_too_late_or_undated_is_refused(folder, made, word):
    """A month or a year means its last day, so November 2019 is too late for its 14th."""
    change(folder, "bmw.yaml", "date: 2019-02-09", f"date: {made}")
    with pytest.raises(DataError) as error:
        register(folder)
    (problem,) = error.value.problems
    assert word in problem and "bmw.yaml:" in problem and "strict.penalty.documents.1" in problem


def test_a_document_without_a_date_is_refused(folder):
    change(folder, "bmw.yaml", "{date: 2019-02-09, source", "{source")
    with pytest.raises(DataError, match="undated"):
        register(folder)


def test_the_engineering_tier_holds_the_penalty_and_nothing_else(folder):
    change(
        folder,
        "bmw.yaml",
        "engineering:\n",
        "engineering:\n  cars: {value: 1 k/yr, low: 1 k/yr, high: 1 k/yr, note: x}\n",
    )
    with pytest.raises(DataError, match=r"engineering\.cars"):
        register(folder)


def test_all_wrong_figures_are_named_at_once(folder):
    change(folder, "bmw.yaml", "value: 2300 k/yr", "value: 2300")
    change(folder, "bmw.yaml", "value: 3000 MEUR", "value: 9000 MEUR")
    change(folder, "bmw.yaml", "value: 21 %, low: 14 %", "value: 21 %, low: 0 %")
    with pytest.raises(DataError) as error:
        register(folder)
    text = str(error.value)
    assert len(error.value.problems) == 3
    assert "strict.cars" in text and "no unit" in text
    assert "strict.development" in text and "not in order" in text
    assert "strict.bev_share.2030" in text and "between 0 and 1" in text


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "says"),
    [
        ("common.yaml", "trigger: 15 %", "trigger: soon", "trigger", "not a number"),
        ("common.yaml", "least: 10 %", "least: 110 %", "failure.least", "outside the range"),
        ("common.yaml", "at_once: 90 %", "at_once: 90 mm", "failure.at_once", "unit of length"),
        ("bmw.yaml", "vantage: 2019-11-14", "vantage: 2019-13-14", "vantage", "is not a day"),
        ("bmw.yaml", "value: 150 k/yr, low: 150 k/yr", "value: 150 k/yr, low: 100 k/yr",
         "strict.block_size", "one size"),
        ("jlr-mla.yaml", "value: 100 USD2022/kWh", "value: 100", "strict.pack_price.2026", "unit"),
        ("jlr-mla.yaml", "value: 100 USD2022/kWh", "value: 100 USD/kWh", "strict.pack_price.2026",
         "no price year"),
        ("jlr-mla.yaml", "value: 100 USD2022/kWh", "value: 100 EUR2022/kWh",
         "strict.pack_price.2026", "different money"),
        ("jlr-mla.yaml", "value: 100 USD2022/kWh", "value: 130 USD2022/kWh",
         "strict.pack_price.2026", "not in order"),
    ],
)  # fmt: skip
def test_what_no_forecast_can_use_is_refused_with_its_place(folder, name, old, new, place, says):
    change(folder, name, old, new)
    with pytest.raises(DataError) as error:
        register(folder)
    (problem,) = error.value.problems
    assert f"{name}:" in problem and place in problem and says in problem


def test_the_hash_changes_with_every_registered_file_and_not_with_outcomes(folder, registered):
    assert register(folder).hash == registered.hash  # the copy has no outcomes
    (folder / OUTCOMES).write_text("anything", "utf-8")
    assert register(folder).hash == registered.hash
    change(folder, "common.yaml", "seed: 7", "seed: 8")
    assert register(folder).hash != registered.hash


def test_the_registered_inputs_are_those_that_were_committed_before_the_outcomes(registered):
    """The hash of the commit that registered them; an input may change for a factual error only."""
    page = Path(__file__).parents[3] / "docs" / "hindcast.md"
    assert registered.hash in page.read_text("utf-8")
    assert registered.hash == "103f4df8c6da6d7b4760975015403bf6ae536f6035848914017deb991613fabe"


def test_nothing_that_forecasts_opens_the_outcomes(folder, registered, monkeypatch):
    """Every file that is opened is recorded; the folder holds an outcome that cannot be read."""
    (folder / OUTCOMES).write_text("{not yaml", "utf-8")
    opened = []
    for module in (builtins, io):
        real = module.open
        monkeypatch.setattr(
            module,
            "open",
            lambda file, *a, _real=real, **k: (opened.append(str(file)), _real(file, *a, **k))[1],
        )
    found = forecasts(few(register(folder)), "mercedes")
    assert any("common.yaml" in name for name in opened)  # the record works
    assert not [name for name in opened if OUTCOMES in name]
    with pytest.raises(DataError):
        outcomes(folder)
    assert found.cases["mercedes"]["strict"][1].decision.sum() <= 1


def test_facts_after_the_vantage_change_no_forecast(registered, mercedes, monkeypatch):
    """With a catalogue that cannot be loaded at all, the forecast is the same."""
    import wheelbase.catalogue as room

    def gone():
        raise AssertionError("a forecast asked for the catalogue")

    monkeypatch.setattr(room, "catalogue", gone)
    again = forecasts(few(register(hindcasts())), "mercedes").cases["mercedes"]["strict"][1]
    assert np.array_equal(again.decision, mercedes[0].cases["mercedes"]["strict"][1].decision)


def test_the_engineering_penalty_needs_no_later_price_forecast_or_market(facts, registered):
    """The study's penalty is the same without packs, forecasts and markets after the vantage."""
    from wheelbase.study import load
    from wheelbase.study.cars import basis_of, build_cars
    from wheelbase.study.penalties import segment_penalty

    vantage = date(2019, 11, 14)

    def cut(shelf, keep):
        return replace(shelf, items={id: x for id, x in shelf.items.items() if keep(x)})

    def upto(series):
        return {y: v for y, v in series.items() if y <= 2018}

    markets = {
        id: replace(m, cars=upto(m.cars), bev_share=upto(m.bev_share),
                    phev_share=upto(m.phev_share), diesel_share=upto(m.diesel_share))
        for id, m in facts.market.items.items()
    }  # fmt: skip
    less = replace(
        facts,
        pack_price=cut(facts.pack_price, lambda p: p.made <= vantage),
        forecast=cut(facts.forecast, lambda f: f.made <= vantage),
        market=replace(facts.market, items=markets),
    )
    assert len(less.pack_price) < len(facts.pack_price)
    found = []
    for shelf in (facts, less):
        study = load("clar-or-bespoke", shelf)
        cars, basis = build_cars(study).variants, basis_of(study)
        found.append(segment_penalty(study, "sedan_d", cars, basis, (2020,)).years[2020].samples)
    assert np.array_equal(*found)


def test_the_study_still_gives_about_the_registered_penalty(registered, results):
    """Registered figures stay as they were; the median of today lies inside their interval."""
    figure = registered.cases["bmw"].engineering.penalty
    low, high = (float(str(v).split()[0]) for v in (figure.low, figure.high))
    medians = [results["penalty"]["segments"][s]["quantiles"][1] for s in ("sedan_d", "suv_d")]
    assert low <= np.mean(medians) <= high


def test_a_case_has_the_years_after_its_vantage(registered):
    for spec in registered.cases.values():
        case = case_of(registered.common, spec, "strict")
        assert case.years[0] == spec.day.year + 1
        assert len(case.years) == registered.common.years
        assert case.draws >= 500


def test_a_share_runs_through_the_registered_years(registered):
    case = case_of(registered.common, registered.cases["bmw"], "strict")
    share = case.ranges["mean_share"]
    at = case.years.index(2030)
    assert (share.low[at], share.base[at], share.high[at]) == pytest.approx((0.14, 0.21, 0.30))


def test_only_the_penalty_differs_between_the_tiers(registered):
    strict, engineering = (
        case_of(registered.common, registered.cases["bmw"], tier) for tier in TIERS
    )
    differing = [
        name
        for name, v in strict.ranges.items()
        if not np.array_equal(v.base, engineering.ranges[name].base)
    ]
    assert differing == ["penalty"]


def test_a_tier_that_is_not_there_says_why(registered):
    with pytest.raises(DataError, match="EVA2"):
        case_of(registered.common, registered.cases["mercedes"], "engineering")


def test_an_unknown_maker_gets_a_near_miss_and_an_unscored_one_its_reason(registered):
    with pytest.raises(DataError, match="did you mean mercedes"):
        forecasts(registered, "mercedez")
    with pytest.raises(DataError, match="not scored"):
        forecasts(registered, "geely")


def test_a_case_without_an_outcome_is_refused(mercedes):
    happened = outcomes(hindcasts())
    less = happened.model_copy(update={"cases": {}})
    with pytest.raises(DataError, match=r"cases\.mercedes"):
        scored(mercedes[0], less, None)


def test_the_scores_are_those_of_the_distribution(mercedes):
    """No decision was known by 2024, the first year: scored is the chance of none in 2024."""
    tree = mercedes[1]["cases"]["mercedes"]["tiers"]["strict"]
    first = tree["by_year"]["2024"]
    model, even = tree["scores"]["model"], tree["scores"]["uniform"]
    assert model["given"] == pytest.approx(1 - first, abs=1e-4)
    assert model["crps_years"] == pytest.approx(first**2, abs=1e-4)
    assert even["log"] == pytest.approx(-np.log(11 / 12), abs=1e-4)
    assert tree["decision"]["never"] + sum(tree["by_year"].values()) == pytest.approx(1, abs=2e-3)
    assert tree["open_until"] == 2026 and not tree["failed"]
