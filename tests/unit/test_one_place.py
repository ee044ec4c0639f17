"""Three small changes, each in one place: a cell, a driving cycle, the cost of a part."""

import shutil
from dataclasses import replace
from importlib.resources import files

import pytest

from wheelbase.catalogue import Cell, CostEquation, cycle, cycle_names
from wheelbase.catalogue import cycle as cycle_module
from wheelbase.catalogue.load import load
from wheelbase.cost import price, price_many
from wheelbase.fit import fit
from wheelbase.study import basis_of, load_costed

HEAT_PUMP = """heat-pump,part,heat pump,text,omega-frm,,published
heat-pump,group,thermal,text,omega-frm,,published
heat-pump,learning,glider,id,omega-frm,,published
heat-pump,fixed,100,EUR2020,omega-frm,,published
heat-pump,per_power,2,EUR2020/kW,omega-frm,,published
heat-pump,spread_low,0.8,-,omega-frm,,published
heat-pump,spread_high,1.2,-,omega-frm,,published
heat-pump,carried_by,bev,text,omega-frm,,published
"""


def facts_file(name):
    return (files("wheelbase.catalogue") / "facts" / name).read_text("utf-8")


def with_rows(facts, name, kind, rows):
    """Return the catalogue as if its file had these rows too."""
    shelf = load(kind, facts_file(f"{name}.csv") + rows, f"{name}.csv", facts.sources)
    return replace(facts, **{name: shelf})


@pytest.fixture(scope="module")
def costed(facts):
    return load_costed("bills", facts)


def test_a_cell_is_rows_of_one_file(facts, study):
    lines = facts_file("cell.csv").split("\n")
    rows = [
        line.replace("prismatic-91,", "twin,", 1) for line in lines if line[:13] == "prismatic-91,"
    ]
    more = with_rows(facts, "cell", Cell, "\n".join(rows) + "\n")
    train = study.powertrains["bev"]
    platform, body = study.platforms["ev_like"], study.bodies["sedan_d"]
    twin = replace(train, cell=more.cell["twin"])
    first, second = (fit(platform, body, t, more) for t in (train, twin))
    assert first.energy_fit == second.energy_fit > 0


def test_a_cycle_is_a_trace_and_its_row_beside_it(tmp_path, monkeypatch):
    shutil.copytree(files("wheelbase.catalogue") / "cycles", tmp_path / "cycles")
    monkeypatch.setattr(cycle_module_of(), "files", lambda package: tmp_path)
    trace = "time_s,speed_mps\n" + "".join(f"{t},{min(t, 20)}\n" for t in range(101))
    (tmp_path / "cycles" / "ramp.csv").write_text(trace)
    with (tmp_path / "cycles" / "index.csv").open("a") as index:
        index.write("ramp,ramp.csv,1.8,first 0-50; second 50-100,made up\n")
    assert "ramp" in cycle_names()
    ramp = cycle("ramp")  # 20 s from 0 to 20 m/s are 200 m, 80 s at 20 m/s are 1,600 m
    assert ramp.distance == pytest.approx(1800) and len(ramp.phases) == 2


def cycle_module_of():
    import sys

    return sys.modules[cycle_module.__module__]


def test_the_cost_of_a_part_is_rows_of_one_file(facts, costed):
    from wheelbase.study import build_cars

    more = with_rows(facts, "cost_equation", CostEquation, HEAT_PUMP)
    cars = build_cars(costed).variants
    for id in ("i4@clar.three", "petrol_330i@clar.three"):
        car = cars[id]
        basis = basis_of(costed)
        richer = replace(basis, facts=more)
        before, after = price(car, 2025, basis), price(car, 2025, richer)
        lines = [line for line in after.lines if line.part == "heat pump"]
        assert len(lines) == (1 if car.powertrain.kind == "bev" else 0)
        assert after.direct - before.direct == pytest.approx(sum(line.cost for line in lines))
        assert price_many(car, 2025, richer).direct == pytest.approx(after.direct)
        for line in lines:  # EUR 100 and EUR 2 a kW of 2020, moved by deflator and clock alike
            power = sum(u.peak_power for u in car.powertrain.units) / 1e3
            alone = replace(more.cost_equation["heat-pump"], per_power=None)
            fixed = replace(
                more.cost_equation, items=more.cost_equation.items | {"heat-pump": alone}
            )
            less = price(car, 2025, replace(basis, facts=replace(more, cost_equation=fixed)))
            base = less.direct - before.direct
            assert line.cost / base == pytest.approx((100 + 2 * power) / 100)
