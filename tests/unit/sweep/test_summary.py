"""What a sweep is said to have found is what stands in its store."""

import json

import numpy as np
import pytest
import sweeping

from wheelbase.catalogue import catalogue
from wheelbase.errors import DataError
from wheelbase.study import open_tables
from wheelbase.sweep import design_of, place_front, summary, sweep

N = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    text = sweeping.STUDY.replace("sweep:", "targets: {boot: 440 l}\nsweep:")
    place = tmp_path_factory.mktemp("summary") / "run"
    sweep(sweeping.study(text), N, folder=place, workers=1, rows=150)
    return place


@pytest.fixture(scope="module")
def found(folder):
    return summary(folder)


@pytest.fixture(scope="module")
def table(folder):
    return open_tables(folder).sql("select * from designs order by design").to_pandas()


def test_every_design_is_counted_once_by_its_status(found, table):
    assert found["n"] == found["asked"] == N
    assert list(found["variants"]) == ["petrol@clar.sedan_d", "bev@clar.sedan_d"]
    for variant, told in found["variants"].items():
        own = table[table.variant == variant]
        assert told["designs"] == len(own) == sum(told["status"].values())
        assert told["status"].get("fits", 0) == (own.status == "fits").sum()
        missed = own.misses.fillna("").str.contains("boot").sum()
        assert told["misses"].get("boot", 0) == missed
    assert any(told["misses"] for told in found["variants"].values())


def test_quantiles_are_those_of_the_cars_that_miss_nothing(found, table):
    for variant, told in found["variants"].items():
        own = table[(table.variant == variant) & (table.status == "fits") & (table.misses == "")]
        want = np.quantile(own.curb_mass_kg, [0.05, 0.5, 0.95])
        assert told["quantiles"]["curb_mass_kg"] == pytest.approx(want, rel=1e-5)


def test_a_cloud_counts_every_good_car_and_shows_some(found, table):
    cloud = found["clouds"][0]
    good = table[(table.status == "fits") & (table.misses == "")]
    assert cloud["count"] == len(good) == sum(map(sum, cloud["bins"]))
    shown = [n for points in cloud["points"].values() for n in points["design"]]
    assert set(shown) <= set(good.design) and len(shown) == len(set(shown)) > 0
    first = next(iter(cloud["points"].values()))
    row = table.set_index("design").loc[first["design"][0]]
    assert first["x"][0] == pytest.approx(row[cloud["x"]], rel=1e-3)


def test_the_front_holds_what_no_other_good_car_beats(found, table):
    senses = found["front"]["objectives"]
    assert senses == {
        "energy_wltp_kwh_per_100km": -1, "direct_cost_eur2024": -1, "battery_fit_kwh": 1,
        "boot_l": 1, "acceleration_0_100_s": -1,
    }  # fmt: skip
    good = table[(table.status == "fits") & (table.misses == "")]
    values = np.stack([good[name].fillna(0) * sense for name, sense in senses.items()], axis=1)
    best = {
        int(design)
        for design, row in zip(good.design, values, strict=True)
        if not any(np.all(values >= row, axis=1) & np.any(values > row, axis=1))
    }
    told = found["front"]["bodies"]["sedan_d"]
    assert told["size"] == len(best) and {r["design"] for r in told["rows"]} == best
    costs = [r["direct_cost_eur2024"] for r in told["rows"]]
    assert costs == sorted(costs)
    assert str(len(best)) in found["sentence"]


def test_laws_are_told_in_words(found):
    laws = {c["meaning"]: c["law"] for c in found["inputs"]}
    assert laws["bodies.sedan_d.L103"] == "uniform: 4650 mm .. 4850 mm"
    assert laws["bodies.sedan_d.rolling"] == "normal: 0.009 .. 0.0003"


def test_designs_of_the_front_are_placed_with_their_own_values(folder, found, table):
    placed = place_front(folder, found["front"], catalogue(), 3)
    rows = {r["design"]: r for r in found["front"]["bodies"]["sedan_d"]["rows"]}
    assert len({p["design"] for p in placed}) == 3
    for one in placed:
        assert one["status"] in ("fits", "does not fit", "not proven")
        assert (one["battery_kwh"] is not None) == one["variant"].startswith("bev")
        row = rows[one["design"]]
        study = design_of(sweeping.study(), row)
        length = study.bodies["sedan_d"].L103
        assert 1e3 * length == pytest.approx(row["bodies_sedan_d_l103_mm"], rel=1e-12)
        drawn = table.set_index("design").loc[one["design"]]
        assert row["bodies_sedan_d_l103_mm"] == drawn.bodies_sedan_d_l103_mm
    assert summary(folder)["placed"] == placed
    assert json.loads((folder / "front.json").read_text())["placed"] == placed


def test_no_design_cannot_be_placed(folder, found):
    with pytest.raises(DataError, match="place: 0 designs; write at least 1"):
        place_front(folder, found["front"], catalogue(), 0)


def test_a_run_is_no_sweep(ran):
    with pytest.raises(DataError, match="is no sweep"):
        summary(ran.folder)


def test_a_value_of_zero_is_a_value_of_the_design():
    varied = "sweep: {vary: {targets.gradeability: [0 %, 30 %]}}\n"
    study = sweeping.study(sweeping.STUDY.partition("sweep:")[0] + varied)
    asked, free = (design_of(study, {"targets_gradeability_percent": x}) for x in (0.0, None))
    assert asked.spec.targets.gradeability == 0.0
    assert free.spec.targets.gradeability is None
