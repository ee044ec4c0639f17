from dataclasses import replace
from math import exp, floor, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

from wheelbase.catalogue import Platform
from wheelbase.errors import DataError
from wheelbase.fit import fit, read_packed_cars, validate_packaging
from wheelbase.fit.battery import battery_energy, installed_energy, remedies, zones
from wheelbase.fit.cells import cell_of_year, layer_energy, whole_cells, wired_cells, wiring
from wheelbase.fit.chain import constants_of, floor_space
from wheelbase.fit.envelope import hard_points
from wheelbase.fit.packed_list import year_of_cells
from wheelbase.fit.reality import predict
from wheelbase.fit.spaces import spaces

KWH = 3.6e6
HEADER = (
    "make,model,platform_kind,floor,body,wheelbase_mm,width_mm,height_mm,ground_clearance_mm,"
    "tyre_radius_mm,cell_format,cell_height_mm,power_rear_kw,power_front_kw,second_level,"
    "pack_gross_kwh"
)
# Volkswagen ID.3 and MINI Cooper SE: dimensions of the EV table of 2020 (fev-tb9yrptydn)
ID3 = "Volkswagen,ID.3 77 kWh,bespoke,flat floor,hatch,2770,1809,1568,150,347,pouch,101,150,0,0,82"
MINI = (
    "MINI,Cooper SE (F56),flexible,carry-over floor with tunnel,hatch,2495,1727,1432,130,310,"
    "prismatic,125,0,135,1,32.6"
)
LOW = "Acme,Low,bespoke,flat floor,sedan,2900,1966,1379,128,355,pouch,101,270,175,0,93.4"


def cars(tmp_path: Path, facts, *rows: str, header: str = HEADER):
    path = tmp_path / "cars.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return read_packed_cars(path, facts)


def placed(study, facts, floor_kind="flat", **body_changes):
    """Return the ingredients of `battery_energy` for the battery car of the shipped study."""
    train = study.powertrains["bev"]
    body = replace(study.bodies["suv_d"], **body_changes)
    platform = Platform(
        id="test", kind="bespoke", layout="electric", floor=floor_kind, powertrains=(train,)
    )
    c = constants_of(facts)
    return platform, body, train, hard_points(platform, body, train, c), c


@pytest.mark.parametrize(
    ("cell", "cells", "series", "parallel"),
    [
        ("pouch-101", 192, 96, 2),  # MEB 55 kWh, skoda-storyboard
        ("pouch-101", 216, 108, 2),  # MEB 62 kWh, skoda-storyboard
        ("pouch-101", 288, 96, 3),  # MEB 82 kWh, skoda-storyboard
        ("prismatic-91", 188, 94, 2),  # iX3 G08, batterydesign.net
        ("prismatic-110", 324, 108, 3),  # i5, carwale 2023-05-28
    ],
)
def test_counted_packs_of_400_volts_are_wired_as_published(facts, cell, cells, series, parallel):
    found = wiring(cells, facts.cell[cell], 400.0, constants_of(facts))
    assert (found.series, found.parallel, found.cells) == (series, parallel, cells)
    assert found.voltage == pytest.approx(series * facts.cell[cell].nominal_voltage)


def test_twice_the_voltage_takes_twice_the_cells_in_series(facts):
    cell, c = facts.cell["pouch-101"], constants_of(facts)
    assert wiring(384, cell, 800.0, c).series == 2 * wiring(192, cell, 400.0, c).series


def test_too_few_cells_for_one_string_are_no_battery(facts):
    assert wiring(40, facts.cell["pouch-101"], 400.0, constants_of(facts)) is None


def test_whole_cells_by_hand_in_both_rotations(facts):
    cell = replace(facts.cell["prismatic-125"], plan_factor=1.44)  # pitch 1.2 times the size
    box = (1.700, 0.960, 0.175)
    straight = floor(1.700 / (0.173 * 1.2)) * floor(0.960 / (0.045 * 1.2))
    turned = floor(1.700 / (0.045 * 1.2)) * floor(0.960 / (0.173 * 1.2))
    found = whole_cells(*box, cell)
    assert found.layers == 1 and found.along * found.across == max(straight, turned)
    assert found.turned == (turned > straight)


def test_only_whole_modules_count(facts):
    cell = replace(facts.cell["prismatic-125"], plan_factor=1.44)
    assert cell.cells_per_module == 12  # i3: 8 modules of 12 cells, batterydesign.net
    loose = whole_cells(1.7, 0.96, 0.175, replace(cell, cells_per_module=None)).cells
    assert whole_cells(1.7, 0.96, 0.175, cell).cells == loose // 12 * 12 < loose


def test_every_counted_pack_of_the_catalogue_is_wired_as_it_is_built(facts):
    """Counts and classes as their sources print them, E-GMP's smallest of 144 in series too."""
    counted = [p for p in facts.pack if p.cells and p.series and p.parallel]
    assert len(counted) >= 15
    for pack in counted:
        volts = 800.0 if "egmp" in pack.id else pack.voltage_class or 400.0
        cell = facts.cell["blade-90-lfp" if "lfp" in pack.id else "prismatic-91"]
        found = wiring(pack.cells, cell, volts, constants_of(facts))
        assert (found.series, found.parallel) == (pack.series, pack.parallel), pack.id


def test_a_pack_is_wired_from_all_its_zones(study, facts):
    platform, body, train, points, c = placed(study, facts)
    stored, _ = zones(platform, body, train, points, c)
    cells = sum(zone.cells for zone in stored)
    found = wired_cells(cells, train, c)
    assert 0.9 * cells < found.cells <= cells
    assert wired_cells(0, train, c) is None


def test_what_is_used_is_the_lesser_of_room_and_request(study, facts):
    platform, body, train, points, c = placed(study, facts)
    fitting = battery_energy(platform, body, train, points, c)["fit"]
    for asked, used in ((0.5 * fitting, 0.5 * fitting), (2 * fitting, fitting), (None, fitting)):
        asking = replace(train, battery=asked)
        assert battery_energy(platform, body, asking, points, c)["used"] == pytest.approx(used)


def test_whole_cells_never_hold_more_than_the_area_does(facts):
    cell = facts.cell["prismatic-91"]
    for length in np.linspace(0.4, 2.4, 21):
        laid = whole_cells(float(length), 1.4, 0.14, cell)
        plan = cell.length * cell.width * cell.plan_factor
        assert laid.cells * plan <= length * 1.4 + 1e-9


def test_a_second_layer_needs_one_more_cell_in_height_and_no_second_lid(facts):
    cell = facts.cell["prismatic-91"]
    one = cell.height + cell.vertical_add
    assert whole_cells(1.0, 1.0, one, cell).layers == 1
    assert whole_cells(1.0, 1.0, one + cell.height, cell).layers == 2
    assert whole_cells(1.0, 1.0, one + cell.height - 1e-3, cell).layers == 1


def test_a_cell_of_unknown_size_cannot_be_counted(facts):
    with pytest.raises(ValueError, match="no length and width"):
        whole_cells(1.0, 1.0, 0.2, replace(facts.cell["pouch-101"], length=None))


def test_round_cells_fill_a_quarter_pi_of_their_square(facts):
    cell = facts.cell["cylindrical-70"]
    by_hand = pi / 4 * 700.5 * KWH / cell.plan_factor  # 700.5 Wh/l, AuVeCoDe
    assert layer_energy(cell) == pytest.approx(by_hand)


def test_a_cell_of_another_year_by_hand(facts):
    c, cell = constants_of(facts), facts.cell["prismatic-91"]
    assert cell.reference_year == 2020
    early, late = c["cell-growth-early"], c["cell-growth-late"]
    ratio = cell_of_year(cell, 2016, c).energy_density / cell.energy_density
    assert ratio == pytest.approx(exp(-2 * early - 2 * late))
    assert cell_of_year(cell, 2020, c).energy_density == pytest.approx(cell.energy_density)


def test_the_i3_cell_grew_as_published(facts):
    """BMW i3, batterydesign.net: cells of one size with 21.4, 33.8 and 42.2 kWh per 96."""
    c, cell = constants_of(facts), facts.cell["prismatic-125"]
    for year, energy in ((2013, 21.4), (2016, 33.77)):
        ratio = cell_of_year(cell, year, c).energy_density / cell.energy_density
        assert ratio == pytest.approx(energy / 42.2, rel=0.07)


def test_the_slab_holds_area_times_height_times_layer_energy(study, facts):
    platform, body, train, points, c = placed(study, facts)
    passive = replace(train, rear_unit=None, front_unit=train.rear_unit, drive="fwd")
    points = hard_points(platform, body, passive, c)
    length = points["L101"] - c["axle-passive"] - points["x_bat0"]
    by_hand = length * points["bat_max_w"] * train.cell.height * layer_energy(train.cell)
    found = battery_energy(platform, body, passive, points, c)
    assert found["fit"] == pytest.approx(by_hand) and found["max"] >= found["fit"]


def test_a_narrow_frame_holds_in_proportion_to_its_width(study, facts):
    platform, body, train, points, c = placed(study, facts)
    wide = battery_energy(platform, body, train, points, c)["fit"]
    narrow = {**points, "bat_max_w": points["bat_max_w"] / 2}
    assert battery_energy(platform, body, train, narrow, c)["fit"] == pytest.approx(wide / 2)


def test_a_low_car_puts_heels_into_a_foot_garage_and_keeps_its_battery(study, facts):
    low = {"H100": 1.40, "H156": 0.13, "H30": 0.215, "headroom": 0.885}
    platform, body, train, points, c = placed(study, facts, **low)
    need = train.cell.height + train.cell.vertical_add
    assert floor_space(body, c) + c["seat-raise"] < need
    stored, short = zones(platform, body, train, points, c)
    assert short == 0
    assert [z.id for z in stored] == ["slab", "behind the foot garage", "second level"]
    area = spaces(platform, body, train, points, c)
    whole = float(points["bat_max_w"] * (area[1].x0 + area[1].length - area[0].x0))
    depth, width = c["second-level-depth"], float(points["bat_max_w"])
    gained = depth * (width - c["second-level-side"]) * c["second-level-share"]
    by_hand = whole - c["garage-length"] * width + gained
    per_area = train.cell.height * layer_energy(train.cell)
    assert sum(z.energy for z in stored) == pytest.approx(by_hand * per_area)


def test_a_car_too_low_even_for_a_foot_garage_is_short_by_what_the_nearer_way_lacks(study, facts):
    flat = {"H100": 1.20, "H156": 0.13, "H30": 0.215, "headroom": 0.885}
    platform, body, train, points, c = placed(study, facts, **flat)
    need = train.cell.height + train.cell.vertical_add
    under = floor_space(body, c)
    heels = need - under - c["seat-raise"]
    seats = need - (under + body.H30 - c["garage-cushion"] + c["seat-raise"])
    stored, short = zones(platform, body, train, points, c)
    assert stored == () and short == pytest.approx(min(heels, seats))


def test_every_remedy_of_a_thin_floor_makes_room(study, facts):
    thin = {"H100": 1.52, "H156": 0.17}
    platform, body, train, points, c = placed(study, facts, **thin)
    lack = train.cell.height + train.cell.vertical_add - floor_space(body, c)
    lower = replace(train.cell, id="lower", height=train.cell.height - lack - 1e-3)
    found = {r.change: r for r in remedies(platform, body, train, points, c, (lower,))}
    assert lack > 0 and set(found) == {"seats", "H100", "H156", "cell lower"}
    for name in ("seats", "H100"):
        assert found[name].by == pytest.approx(lack)
    assert found["H156"].by == pytest.approx(-lack)
    assert all(remedy.energy > 0 for remedy in found.values())
    assert found["cell lower"].energy < found["H100"].energy
    higher = replace(body, H100=body.H100 + lack + 1e-9)
    assert remedies(platform, higher, train, points, c) == ()


def test_what_is_installed_is_the_smooth_lesser_of_room_and_wish(facts):
    c = constants_of(facts)
    wish = c["usual-energy"] * 3.0  # at 150 kW the power drops out
    both = installed_energy(wish, 3.0, 150e3, c)
    assert both == pytest.approx(wish * 2 ** (-1 / c["usual-sharpness"]))
    assert installed_energy(0.3 * wish, 3.0, 150e3, c) == pytest.approx(0.3 * wish, rel=1e-3)
    assert installed_energy(5 * wish, 3.0, 150e3, c) == pytest.approx(wish, rel=1e-3)
    assert installed_energy(0.0, 3.0, 150e3, c) == 0
    strong = installed_energy(50 * wish, 3.0, 600e3, c)
    assert strong == pytest.approx(wish * 4 ** c["usual-power"], rel=1e-3)


def test_the_meb_pack_has_its_published_footprint(tmp_path, facts):
    """82 kWh MEB pack 1820 x 1450 mm, topauto.co.za quoting Volkswagen."""
    (car,) = cars(tmp_path, facts, ID3)
    found = predict(car, facts, height_known=False)
    assert found.length == pytest.approx(1.820, rel=0.05)
    assert found.width == pytest.approx(1.450, rel=0.05)
    area = 1.820 * 1.450 * 0.101
    assert layer_energy(facts.cell["pouch-101"]) * area == pytest.approx(82 * KWH, rel=0.05)


def test_the_t_of_the_mini_appears_by_itself(study, facts):
    train = replace(study.powertrains["bev"], cell=facts.cell["prismatic-125"])
    body = replace(study.bodies["suv_d"], W103=1.727, H100=1.432, H156=0.130, H30=0.250,
                   headroom=0.905)  # fmt: skip
    platform = Platform(
        id="f56", kind="flexible", layout="transverse", floor="carry-over", powertrains=(train,)
    ).pin(L101=2.495)
    c = constants_of(facts)
    stored, _ = zones(platform, body, train, hard_points(platform, body, train, c), c)
    spine, bar = (next(z for z in stored if z.id == n) for n in ("tunnel", "under rear seat"))
    assert len(stored) == 2
    assert spine.x1 == pytest.approx(bar.x0)
    assert bar.y1 - bar.y0 > 2.5 * (spine.y1 - spine.y0)
    assert spine.x1 - spine.x0 > 1.5 * (bar.x1 - bar.x0)


def test_the_kind_of_platform_changes_no_prediction(tmp_path, facts):
    rows = (ID3, MINI, LOW)
    swap = {"bespoke": "flexible", "flexible": "bespoke"}
    swapped = [",".join(swap.get(cell, cell) for cell in row.split(",")) for row in rows]
    found = [
        [(e.blind, e.given) for e in validate_packaging(cars(tmp_path, facts, *r), facts).cars]
        for r in (rows, swapped)
    ]
    assert found[0] == found[1]


def test_errors_are_means_over_the_cars_by_hand(tmp_path, facts):
    listed = cars(tmp_path, facts, ID3, MINI, LOW)
    found = validate_packaging(listed, facts)
    errors = [predict(car, facts, False).energy / car.gross - 1 for car in listed]
    assert found.n == found.given_n == 3
    assert found.blind_mae == pytest.approx(sum(map(abs, errors)) / 3)
    assert found.blind_bias == pytest.approx(sum(errors) / 3)
    assert found.blind_median == pytest.approx(sorted(map(abs, errors))[1])


def test_the_published_energy_is_no_input(tmp_path, facts):
    (one,), (other,) = (cars(tmp_path, facts, ID3[:-2] + energy) for energy in ("82", "20"))
    assert predict(one, facts, True) == predict(other, facts, True)


def test_a_low_sedan_does_not_come_out_empty(tmp_path, facts):
    (car,) = cars(tmp_path, facts, LOW)
    assert predict(car, facts, False).energy > 60 * KWH


def test_blank_inputs_take_marked_defaults(tmp_path, facts):
    blank = "Acme,Bare,,,,,,,,,,,,,,60"
    (car,) = cars(tmp_path, facts, blank)
    assert set(car.defaults) >= {"wheelbase_mm", "tyre_radius_mm", "cell_format", "year", "body"}
    assert "pack_gross_kwh" not in car.defaults
    assert validate_packaging((car,), facts).n == 1


def test_a_car_without_a_published_pack_is_left_out_by_name(tmp_path, facts):
    found = validate_packaging(cars(tmp_path, facts, ID3, LOW[: -len("93.4")]), facts)
    assert found.n == 1 and found.left_out == ("Acme Low",)
    with pytest.raises(DataError, match="no car of the list"):
        validate_packaging(cars(tmp_path, facts, LOW[: -len("93.4")]), facts)


@pytest.mark.parametrize(
    ("make", "model", "year", "known"),
    [
        ("BMW", "i3 120 Ah", 2018, True),
        ("BMW", "iX3 (NA5)", 2025, True),
        ("BMW", "iX3 (G08)", 2020, True),
        ("Audi", "Q8 e-tron 55", 2022, True),
        ("Audi", "e-tron 55", 2018, True),
        ("VW", "ID.3 Pro", 2020, True),
        ("Citroën", "ë-C4", 2020, True),
        ("Peugeot", "e-2008", 2020, True),
        ("Chevrolet", "Bolt EV 2022", 2022, True),
        ("Acme", "One", 2020, False),
    ],
)
def test_the_year_of_the_cells_comes_from_the_name(facts, make, model, year, known):
    assert year_of_cells({"make": make, "model": model}, facts) == (year, known)


def test_a_column_with_the_year_wins(facts):
    row = {"make": "BMW", "model": "i3 120 Ah", "year": "2013"}
    assert year_of_cells(row, facts) == (2013, True)


def test_every_bad_cell_is_told_with_line_column_value_and_range(tmp_path, facts):
    bad = (
        ID3.replace("2770", "-2770").replace("pouch", "pouche"),
        ID3.replace("flat floor", "flying floor").replace(",150,0,0,82", ",0,0,2,nan"),
        ID3.replace("347", "wide").replace("hatch", "hatsch"),
    )
    with pytest.raises(DataError) as caught:
        cars(tmp_path, facts, *bad)
    text = str(caught.value)
    for part in (
        "cars.csv:2: wheelbase_mm: -2770 is outside 1500 .. 4500",
        "cars.csv:2: cell_format: 'pouche' is not one of prismatic",
        "did you mean 'pouch'?",
        "cars.csv:3: floor: 'flying floor' is not one of carry-over",
        "cars.csv:3: second_level: 2 is outside 0 .. 1",
        "cars.csv:3: pack_gross_kwh: nan is outside 1 .. 500",
        "cars.csv:3: power_rear_kw, power_front_kw: both 0",
        "cars.csv:4: tyre_radius_mm: 'wide' is not a number",
        "cars.csv:4: body: 'hatsch' is not one of sedan",
    ):
        assert part in text


def test_a_missing_column_is_named(tmp_path, facts):
    with pytest.raises(DataError, match="columns wheelbase_mm are missing"):
        cars(tmp_path, facts, header=HEADER.replace("wheelbase_mm", "L101"))


def test_axles_without_room_and_cells_without_a_zone_are_refused_together(tmp_path, facts):
    short = ID3.replace("2770", "1500").replace(",150,0,0,82", ",1900,1900,0,82")
    tall = ID3.replace(",101,", ",900,")
    with pytest.raises(DataError) as caught:
        validate_packaging(cars(tmp_path, facts, short, tall), facts)
    assert "cars.csv:2: " in str(caught.value) and "no room for a battery" in str(caught.value)
    assert "cars.csv:3: cell_height_mm: a cell of 900 mm" in str(caught.value)


def test_a_shape_without_a_catalogue_cell_is_refused(tmp_path, facts):
    (car,) = cars(tmp_path, facts, ID3)
    shelf = replace(
        facts.cell, items={k: v for k, v in facts.cell.items.items() if v.shape != "pouch"}
    )
    with pytest.raises(DataError, match="no pouch cell"):
        predict(car, replace(facts, cell=shelf), False)


def test_zones_count_whole_cells_close_to_what_their_area_holds(study, facts):
    found = fit(study.platforms["ev_like"], study.bodies["suv_d"], study.powertrains["bev"], facts)
    cell = study.powertrains["bev"].cell
    slab = next(z for z in found.zones if z.id == "slab")
    per_cell = cell.length * cell.width * cell.height * cell.energy_density
    assert slab.cells == slab.nx * slab.ny * slab.nz > 0
    assert slab.cells * per_cell == pytest.approx(slab.energy, rel=0.12)
    spread = sqrt(cell.plan_factor)
    assert min(cell.length, cell.width) * spread * slab.nx <= slab.x1 - slab.x0
