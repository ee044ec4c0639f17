"""A cell of the study's own: one of the catalogue, and what differs from it."""

from dataclasses import replace

import pytest

from wheelbase.errors import DataError
from wheelbase.simulate import fast_charge_time
from wheelbase.study import load, load_costed
from wheelbase.study.load import package_of
from wheelbase.study.tree_money import facts_tree

CELL = "powertrains.bev.battery.cell"
MINE = {"cells.mine.extends": "lg-e78", "cells.mine.specific_energy": "320 Wh/kg"}


@pytest.fixture(scope="module")
def base(facts):
    return load_costed("new-cell", facts)


def test_it_is_the_cell_it_extends_but_for_what_is_given(base, facts):
    own = base.set({**MINE, CELL: "mine"}).powertrains["bev"].cell
    other = facts.cell["lg-e78"]
    assert own.id == "mine" and own.maker == "the study"
    assert own.specific_energy == pytest.approx(320 * 3600)
    assert own.energy_density == other.energy_density
    assert own.charge == other.charge and own.mass is None


def test_its_charge_follows_from_its_size_unless_it_is_given(base):
    denser = base.set({**MINE, "cells.mine.energy_density": "800 Wh/l", CELL: "mine"})
    assert denser.powertrains["bev"].cell.charge is None
    told = {**MINE, "cells.mine.energy_density": "800 Wh/l", "cells.mine.charge": "94 Ah"}
    assert base.set({**told, CELL: "mine"}).powertrains["bev"].cell.charge == 94 * 3600


def test_the_catalogue_of_the_study_knows_it_and_who_says_what(base, facts):
    found = base.set({**MINE, CELL: "mine"}).facts.cell
    assert "mine" in found and "mine" not in facts.cell
    assert found.origins["mine", "specific_energy"].source == "the study"
    assert found.origins["mine", "charge"] == facts.cell.origins["lg-e78", "charge"]
    spans = facts.cell.intervals
    assert found.intervals["mine", "plan_factor"] == spans["lg-e78", "plan_factor"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cells.mine.minimum_voltage": "4 V"}, "cells.mine: voltages: 4, 3.65 and 4.2 V"),
        ({"cells.mine.charge": "80"}, "80 has no unit"),
        (
            {"cells.mine.charge": "300 Ah"},
            "cells.mine: charge: 300 Ah are 1095 Wh, its size at 663",
        ),
        ({"cells.mine.charge": "80 kWh"}, "not of charge"),
        ({"cells.mine.energy_density": "7000 Wh/l"}, "outside the range"),
        ({"cells.mine.extends": "lg-e79"}, "lg-e78"),
        ({"cells.mine.colour": "red"}, "unknown key; allowed: extends"),
        ({"cells.mine.charge_limit": "3 A/Ah"}, "charge_limit"),
        ({CELL: "min"}, "no cell 'min'; did you mean"),
    ],
)
def test_what_is_no_cell_is_refused_with_its_place(base, changes, says):
    with pytest.raises(DataError, match=says):
        base.set({**MINE, **changes})


def test_a_name_of_the_catalogue_is_not_taken(base):
    with pytest.raises(DataError, match="the catalogue has a cell of this name"):
        base.set({"cells.lg-e78.extends": "catl-116"})


def test_a_cell_that_no_battery_holds_is_told(base):
    assert any("cells.mine" in line for line in base.set(MINE).warnings)
    assert not any("cells" in line for line in base.set({**MINE, CELL: "mine"}).warnings)
    assert not any("cells" in line for line in base.set({**MINE, "new_cell": "mine"}).warnings)


def test_it_can_be_changed_again(base):
    once = base.set({**MINE, CELL: "mine"})
    again = once.set({"cells.mine.specific_energy": "280 Wh/kg"})
    assert again.powertrains["bev"].cell.specific_energy == pytest.approx(280 * 3600)


def test_a_charge_limit_of_its_own_decides_the_charging_time(base):
    """Half the current everywhere takes about twice the time; the charger is no limit to either."""
    times = []
    for rates in (("1 A/Ah", "0.5 A/Ah"), ("0.5 A/Ah", "0.25 A/Ah")):
        limit = dict(zip(("0 %", "100 %"), rates, strict=True))
        own = {"extends": "lg-e78", "charge_limit": limit}
        data = dict(base.document.data) | {"cells": {"mine": own}}
        document = replace(base.document, data=data)
        study = package_of(document, base.facts).set({CELL: "mine"})
        cell = study.powertrains["bev"].cell
        assert sorted(cell.charge_limit) == [0.0, 1.0]
        times.append(float(fast_charge_time(study.powertrains["bev"], 80 * 3.6e6, study.facts)))
    assert times[1] == pytest.approx(2 * times[0], rel=0.02)


def test_it_goes_when_the_study_drops_it(base):
    once = base.set({**MINE, CELL: "mine"})
    with pytest.raises(DataError, match="no cell 'mine'"):
        once.set({"cells": "null"})
    gone = once.set({"cells": "null", CELL: "lg-e78"})
    assert "mine" not in gone.facts.cell


def test_the_facts_of_a_run_name_the_study_as_its_source(facts):
    study = load("clar-or-bespoke", facts, {**MINE, CELL: "mine"})
    rows = {r["field"]: r for r in facts_tree(study)["facts"] if r["id"] == "mine"}
    assert rows["specific_energy"]["source"] == "the study"
    assert rows["specific_energy"]["status"] == "estimate"
    assert rows["charge"]["source"] == "pushevs-e78"
