import math

import pytest

from wheelbase.catalogue import Cell, DriveUnit, Gearbox, Investment, Market
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


CELL = (
    "c,shape,pouch,text,s,,published\nc,chemistry,nmc,text,s,,published\n"
    "c,available_from,2020,-,s,,published\nc,reference_year,2020,-,s,,published\n"
    "c,height,100,mm,s,,published\nc,energy_density,600,Wh/l,s,,published\n"
    "c,specific_energy,250,Wh/kg,s,,published\nc,plan_factor,1.6,-,s,,published\n"
    "c,vertical_add,40,mm,s,,published\nc,module_mass_factor,1.1,-,s,,published\n"
    "c,usable_share,0.95,-,s,,published\nc,nominal_voltage,3.65,V,s,,published\n"
    "c,resistance_charge,0.1,Ohm*Ah,s,,published\n"
)
WINDOW = "c,minimum_voltage,2.5,V,s,,published\nc,maximum_voltage,4.2,V,s,,published\n"


def cells(text):
    return load(Cell, HEAD + text, "cell.csv", ["s"])


def test_a_curve_over_a_share_has_its_points_in_percent():
    rows = "c,charge_limit@10%,3,1/h,s,,published\nc,charge_limit@72.5%,1.5,1/h,s,,published\n"
    limit = cells(CELL + WINDOW + rows)["c"].charge_limit
    assert list(limit) == pytest.approx([0.10, 0.725])
    assert list(limit.values()) == pytest.approx([3 / 3600, 1.5 / 3600])


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("c,charge_limit,3,1/h,s,,published", "needs a share, such as name@80%"),
        ("c,charge_limit@2019,3,1/h,s,,published", "needs a share"),
        ("c,charge_limit@120%,3,1/h,s,,published", "outside the range"),
        ("c,charge@80%,3,Ah,s,,published", "takes no share"),
    ],
)
def test_a_point_of_a_curve_that_lies_nowhere_is_named_with_its_line(row, says):
    found = problems(CELL + WINDOW + row + "\n", Cell)
    assert len(found) == 1
    assert found[0].startswith("f.csv:17: ") and says in found[0]


def test_a_cell_without_a_window_of_voltage_is_named():
    found = problems(CELL, Cell)
    assert found == ("f.csv:14: c lacks maximum_voltage, minimum_voltage",)


def test_a_window_of_voltage_that_does_not_rise_is_refused():
    turned = WINDOW.replace("2.5", "3.7")
    found = problems(CELL + turned, Cell)
    assert len(found) == 1 and "give a window that rises" in found[0]
