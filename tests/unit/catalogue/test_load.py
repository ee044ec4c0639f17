import math

import pytest

from wheelbase.catalogue import DriveUnit, Gearbox, Investment, Market
from wheelbase.catalogue.load import load
from wheelbase.catalogue.source import read_sources
from wheelbase.errors import DataError

HEAD = "id,field,value,unit,source,page,status\n"
GOOD = (
    "u,technology,pmsm,id,s,,published\nu,peak_power,150,kW,s,,published\n"
    "u,peak_torque,310,Nm,s,,published\nu,maximum_speed,16000,rpm,s,,published\n"
    "u,ratio,11.53,-,s,,published\n"
)


def units(text, sources=("s",)):
    return load(DriveUnit, HEAD + text, "drive_unit.csv", sources)


def problems(text, kind=DriveUnit):
    with pytest.raises(DataError) as caught:
        load(kind, HEAD + text, "f.csv", ["s"])
    return caught.value.problems


def test_figures_become_the_unit_of_the_code_with_their_origin():
    shelf = units(GOOD)
    assert shelf["u"].peak_power == 150e3
    assert shelf["u"].maximum_speed == pytest.approx(16000 * 2 * math.pi / 60)
    assert shelf.origins["u", "peak_power"].place == "drive_unit.csv:3"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("u,mass,90,kg,,,published", "no source"),
        ("u,mass,90,kg,t,,published", "'t' is not in sources.bib"),
        ("u,mass,90,kg,s,,rumour", "status 'rumour'"),
        ("u,mass,90,kg,s,,estimate", "how it was made"),
        ("u,mass,90,kW,s,,published", "'kW' is a unit of power, not of mass"),
        ("u,mass,-5,kg,s,,published", "outside the range"),
        ("u,mass,nan,kg,s,,published", "outside the range"),
        ("u,mass,much,kg,s,,published", "'much' is not a number"),
        ("u,maas,90,kg,s,,published", "did you mean 'mass'"),
        ("u,ratio,9,-,s,,published", "given twice, first in f.csv:6"),
        ("u,mass@2019,90,kg,s,,published", "takes no year"),
        ("U!,mass,90,kg,s,,published", "lower case"),
        ("u,mass,90,kg,s,a,b,published", "a row has 7 cells"),
    ],
)
def test_a_bad_row_is_named_with_its_line(row, says):
    found = problems(GOOD + row + "\n")
    assert len(found) == 1
    assert found[0].startswith("f.csv:7: ")
    assert says in found[0]


def test_all_bad_rows_are_reported_at_once():
    rows = "u,mass,1,kW,s,,published\nu,width,-1,m,s,,published\nu,height,1,m,,,published\n"
    assert [p.split(": ")[0] for p in problems(GOOD + rows)] == ["f.csv:7", "f.csv:8", "f.csv:9"]


def test_a_missing_figure_is_named():
    found = problems("u,technology,pmsm,id,s,,published\n")
    assert "u lacks maximum_speed, peak_power, peak_torque, ratio" in found[0]


def test_other_columns_are_refused():
    with pytest.raises(DataError, match="the columns must be"):
        load(DriveUnit, "id,value\nu,1\n", "f.csv", ["s"])


def test_three_rows_make_an_interval_and_several_make_a_list():
    rows = "".join(f"g,ratios,{r},-,s,,published\n" for r in (4.0, 2.0, 1.0))
    shelf = load(Gearbox, HEAD + "g,technology,dct,id,s,,published\n" + rows, "g.csv", ["s"])
    assert shelf["g"].ratios == (4.0, 2.0, 1.0)
    low = (
        "u,mass,90,kg,s,,published\nu,mass_low,80,kg,s,,published\nu,mass_high,95,kg,s,,published\n"
    )
    assert units(GOOD + low).intervals["u", "mass"] == (80.0, 95.0)


def test_a_series_is_read_by_year():
    text = HEAD + "m,name,M,text,s,,published\nm,bev_share@2018,1,%,s,,published\n"
    assert load(Market, text, "m.csv", ["s"])["m"].bev_share == {2018: 0.01}


def test_money_without_a_price_year_is_refused():
    rows = (
        "i,name,N,text,s,,published\n"
        "i,company,C,text,s,,published\n"
        "i,step,new plant,text,s,,published\n"
    )
    found = problems(rows + "i,amount,1,bnEUR,s,,published\n", Investment)
    assert "lacks its price year" in found[0]


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(DataError, match="did you mean u"):
        units(GOOD)["v"]


def test_sources_need_a_title_and_appear_once():
    with pytest.raises(DataError) as caught:
        read_sources(
            "@misc{a,\n  title = {A}\n}\n@misc{a,\n  title = {B}\n}\n@misc{c,\n  note = {x}\n}\n",
            "b",
        )
    assert "a: given twice" in caught.value.problems[0]
    assert "c: has no title" in caught.value.problems[1]


def test_a_date_of_a_month_means_its_last_day():
    sources = read_sources("@misc{a,\n  title = {A},\n  date = {2019-02}\n}\n", "b")
    assert sources["a"].made.isoformat() == "2019-02-28"
