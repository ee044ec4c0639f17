import pytest

from wheelbase.study.columns import unit_of, with_unit, without_unit


@pytest.mark.parametrize(
    ("name", "unit", "column"),
    [
        ("range_wltp", "km", "range_wltp_km"),
        ("consumption", "kWh/100km", "consumption_kwh_per_100km"),
        ("top_speed", "km/h", "top_speed_kmh"),
        ("front_load", "%", "front_load_percent"),
        ("co2", "g/km", "co2_g_per_km"),
        ("cost", "EUR2019", "cost_eur2019"),
        ("price", "USD2022/kWh", "price_usd2022_per_kwh"),
        ("worth", "EUR m", "worth_eur_m"),
    ],
)
def test_a_column_ends_in_its_unit_and_gives_it_back(name, unit, column):
    assert with_unit(name, unit) == column
    assert unit_of(column) == unit
    assert without_unit(column, unit) == name


def test_a_bare_number_and_a_text_have_no_unit():
    assert (
        with_unit("drag_coefficient", "-")
        == with_unit("drag_coefficient", "")
        == ("drag_coefficient")
    )
    assert [unit_of(name) for name in ("status", "platform", "km", "year", "")] == [""] * 5
    assert without_unit("status", "") == "status"


def test_the_unit_of_another_column_takes_nothing_away():
    assert without_unit("range_km", "mm") == "range_km"


def test_every_number_of_a_run_with_a_unit_names_one_that_is_known(results):
    figures = [f for v in results["variants"].values() for f in v["figures"].items()]
    assert len(figures) > 100
    for name, figure in figures:
        assert unit_of(with_unit(name, figure["unit"])) == figure["unit"]
