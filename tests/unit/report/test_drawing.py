import copy
import math
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from wheelbase.errors import DataError
from wheelbase.report import (
    arrangement,
    boxes_json,
    isometric_view,
    sheet,
    side_view,
    standalone,
    top_view,
)
from wheelbase.report.drawing import SCALE, frame_of
from wheelbase.report.scene import NEUTRAL, scene
from wheelbase.report.shell import outline

GOLDEN = Path(__file__).parents[2] / "golden" / "drawings"
PAGE = Path(__file__).parents[3] / "frontend" / "src" / "styles" / "page.css"
VIEWS = {"side": side_view, "top": top_view, "isometric": isometric_view,
         "arrangement": arrangement}  # fmt: skip
NAME = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title></svg><script>alert(1)</script>\x00\ud800\"'&"


def parsed(svg):
    return ElementTree.fromstring(svg)


def styled(root, style):
    return [e for e in root.iter() if style in e.get("class", "").split()]


@pytest.mark.parametrize("view", ["side", "top"])
def test_boxes_of_the_picture_are_boxes_of_the_json(results, view):
    for id, variant in results["variants"].items():
        root = parsed(VIEWS[view](variant, id))
        axle = float(styled(root, "axis")[0].get("d").split(",")[0].removeprefix("M"))
        if view == "side":
            base, edges = float(styled(root, "ground")[0].get("y1")), ("z0", "z1")
        else:
            shell = styled(root, "shell")[0]
            base, edges = float(shell.get("y")) + float(shell.get("height")) / 2, ("y0", "y1")
        drawn = {}
        for e in root.iter(NAME + "rect"):
            if e.get("data-part"):
                x, y, w, h = (float(e.get(k)) for k in ("x", "y", "width", "height"))
                drawn[int(e.get("data-part"))] = (
                    *((v - axle) / SCALE for v in (x, x + w)),
                    *((base - v) / SCALE for v in (y + h, y)),
                )
        boxes = {b["number"]: b for b in boxes_json(variant)["boxes"]}
        assert drawn.keys() == boxes.keys()
        for number, box in boxes.items():
            expected = (box["x0"], box["x1"], *(box[e] for e in edges))
            assert drawn[number] == pytest.approx(expected, abs=1.6e-3)  # a tenth of a unit: 1 mm


def test_the_json_carries_every_box_and_zone_of_the_results(results):
    for variant in results["variants"].values():
        fit = variant["fit"]
        rows = {(r["id"], r["x0"], r["z1"]) for r in (*fit["boxes"], *fit["zones"])}
        assert {(b["id"], b["x0"], b["z1"]) for b in boxes_json(variant)["boxes"]} == rows


def test_a_drawing_is_small(results):
    for id, variant in results["variants"].items():
        for view in (side_view, top_view, isometric_view):
            assert 4_000 < len(view(variant, id).encode()) < 25_000, (id, view)


def test_a_flat_box_is_hidden_and_an_unknown_kind_is_neutral(car):
    boxes = boxes_json(car)["boxes"]
    assert "drawn flat" not in [b["id"] for b in boxes]
    assert next(b for b in boxes if b["kind"] == "flux capacitor")["colour"] == NEUTRAL
    for view in VIEWS.values():
        assert "drawn flat" not in view(car, "car") and "what is this" in view(car, "car")


def test_a_block_of_cells_that_is_a_zone_too_is_drawn_once(car):
    block = {**car["fit"]["zones"][0], "kind": "cell_block"}
    car["fit"]["boxes"] += [block, {**block, "id": "cells without a zone", "x0": 0.4, "x1": 0.5}]
    found = {b["id"]: b["kind"] for b in boxes_json(car)["boxes"]}
    assert len(found) == len(boxes_json(car)["boxes"]) == 8
    assert (found["slab"], found["cells without a zone"]) == ("battery", "cell_block")


def test_parts_are_numbered_from_front_to_rear_and_the_legend_says_what_they_are(car):
    boxes = boxes_json(car)["boxes"]
    assert [b["number"] for b in boxes] == list(range(1, 8))
    assert boxes[0]["id"] == "cooling pack" and boxes[-1]["id"] == "boot"
    svg = side_view(car, "car")
    for line in ("cooling pack: 60 × 720 × 450 mm", "slab: 1900 × 1400 × 140 mm, 70.2 kWh"):
        assert f">{line}</text>" in svg
    marks = {t.text for t in styled(parsed(svg), "mark-text")}
    assert marks == {str(n) for n in range(1, 8)}
    assert "slab: 1900" not in re.sub("<title>.*?</title>", "", side_view(car, "car", key=False))


def test_dimensions_carry_code_and_millimetres(car):
    text = {t.text for t in styled(parsed(side_view(car, "car")), "dim-text")}
    assert text == {"L104 800", "L101 2800", "L105 900", "L103 4500", "x_fw 500", "H100 1600",
                    "H156 150", "battery 1900 × 1400", "usable length 3000"}  # fmt: skip
    above = {t.text for t in styled(parsed(top_view(car, "car")), "dim-text")}
    assert above == {"W103 1850", "battery 1400"}


def bold_texts(car):
    active = styled(parsed(side_view(car, "car")), "active")
    return {t.text: g.find(NAME + "title").text for g in active for t in g.iter(NAME + "text")}


def test_only_a_hard_point_on_its_bound_is_bold_and_says_who_set_it(car):
    hover = "L104 800 mm, front overhang: set by petrol (wheel)"
    assert bold_texts(car) == {"L104 800": hover}
    car["fit"]["drivers"]["x_fw"]["value"] = 0.5
    assert [*bold_texts(car)] == ["L104 800", "x_fw 500"]


def test_walls_and_floors_stand_where_their_hard_points_say(car):
    car["fit"]["hard_points"] |= {"z_floor": 0.32, "x_seatback": 2.45}
    root = parsed(side_view(car, "car"))
    axle = float(styled(root, "axis")[0].get("d").split(",")[0].removeprefix("M"))
    ground = float(styled(root, "ground")[0].get("y1"))
    shown = {}
    for group in styled(root, "dim"):
        for wall in styled(group, "wall"):
            start = wall.get("d").removeprefix("M").split("L")[0].split(",")
            shown[group.find(NAME + "title").text.split()[0]] = [float(v) for v in start]
    assert shown["x_fw"][0] == pytest.approx(axle + 0.5 * SCALE, abs=0.11)
    assert shown["z_floor"][1] == pytest.approx(ground - 0.32 * SCALE, abs=0.11)
    assert shown["x_seatback"][0] == pytest.approx(axle + 2.45 * SCALE, abs=0.11)
    assert "z_boot" not in shown  # this car has none


def test_a_conflict_is_red_with_its_millimetres_where_it_lies(car, crowded):
    assert not styled(parsed(side_view(car, "car")), "conflict")
    root = parsed(side_view(crowded, "car"))
    short = [t.text for g in styled(root, "short") for t in g.iter(NAME + "text")]
    assert short == ["x_fw 500, 40 short"]
    said = {t.text for t in styled(root, "conflict")}
    assert {"12 mm short", "7 mm short", "six needs 40 mm at x_fw"} <= said
    outlined = [(e.get("x"), e.get("y")) for e in styled(root, "clash")]
    ids = {b["number"]: b["id"] for b in boxes_json(crowded)["boxes"]}
    for number in (n for n, id in ids.items() if id in ("slab", "inverter")):
        part = next(e for e in root.iter() if e.get("data-part") == str(number))
        assert (part.get("x"), part.get("y")) in outlined


def test_a_keepout_is_hatched_within_its_box(car):
    for view in (side_view, top_view):
        root = parsed(view(car, "car"))
        (box,), (hatch,) = styled(root, "keepout"), styled(root, "hatch")
        x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
        points = [tuple(map(float, p.split(","))) for p in re.findall(r"[-\d.]+,[-\d.]+",
                                                                       hatch.get("d"))]  # fmt: skip
        assert len(points) >= 8
        assert all(x - 0.1 <= a <= x + w + 0.1 and y - 0.1 <= b <= y + h + 0.1 for a, b in points)
        for (a, b), (c, d) in zip(points[::2], points[1::2], strict=True):
            assert c - a == pytest.approx(b - d, abs=0.11)  # 45 degrees
    assert [k["id"] for k in boxes_json(car)["keepouts"]] == ["rail"]


def test_keepouts_are_cut_to_the_car_and_none_hides_it(crowded):
    kept = {k["id"]: k for k in boxes_json(crowded)["keepouts"]}
    assert "far away" not in kept
    assert (kept["road"]["x0"], kept["road"]["x1"]) == pytest.approx(
        (-0.8, 3.7)
    )  # L104 ahead, L105 behind
    assert (kept["road"]["z0"], kept["road"]["z1"]) == (0.0, 0.1)
    assert (kept["flank"]["y0"], kept["flank"]["y1"]) == (0.88, 0.925)

    def shown(svg):
        return {e.find(NAME + "title").text.split(":")[0].removeprefix("keep-out ")
                for e in styled(parsed(svg), "keepout")
                if e.find(NAME + "title") is not None}  # fmt: skip

    assert shown(side_view(crowded, "car")) == {"rail", "road", "bonnet", "rear crash zone"}
    assert shown(top_view(crowded, "car")) == {"rail", "rear crash zone", "flank"}


def test_the_view_from_above_has_the_right_hand_side_up(car):
    root = parsed(top_view(car, "car"))
    ids = {b["id"]: str(b["number"]) for b in boxes_json(car)["boxes"]}
    place = {e.get("data-part"): float(e.get("y")) for e in root.iter() if e.get("data-part")}
    assert place[ids["inverter"]] < place[ids["front drive unit"]]  # y 0.2 .. 0.45 is to the right


def test_a_sheet_has_one_scale_and_one_line_through_the_wheels(car):
    longer = copy.deepcopy(car)
    longer["fit"]["wheelbase"] = 3.0
    longer["fit"]["hard_points"] |= {"L104": 0.9, "L101": 3.0}
    longer["fit"]["body"]["L103"] = 4.8
    root = parsed(sheet({"one": car, "two": longer}, "pair"))
    axes = [float(e.get("d").split(",")[0].removeprefix("M")) for e in styled(root, "axis")]
    side_one, above_one, side_two, above_two = (axes[k : k + 2] for k in (0, 2, 4, 6))
    assert side_one[0] == side_two[0] and above_one[0] == above_two[0]
    for pair_of_axles, wheelbase in ((side_one, 2.8), (above_two, 3.0)):
        assert pair_of_axles[1] - pair_of_axles[0] == pytest.approx(wheelbase * SCALE, abs=0.11)
    frame = frame_of(car, longer)
    one, two = (parsed(side_view(v, "car", frame)) for v in (car, longer))
    assert styled(one, "axis")[0].get("d").split(",")[0] == f"M{side_one[0]:g}"
    assert one.get("viewBox").split()[2] == two.get("viewBox").split()[2]


@pytest.mark.parametrize("count", [0, 5])
def test_a_sheet_of_none_or_five_is_refused(car, count):
    with pytest.raises(ValueError, match="one to four"):
        sheet({str(k): car for k in range(count)}, "sheet")


@pytest.mark.parametrize("view", VIEWS)
def test_hostile_names_are_text(car, view):
    for row in (*car["fit"]["boxes"], *car["fit"]["zones"], *car["fit"]["keepouts"]):
        row["id"] = row["kind"] = HOSTILE
    car["fit"]["body"]["style"] = HOSTILE
    car["fit"]["drivers"]["L104"] |= {"name": HOSTILE, "powertrain": HOSTILE}
    car["conflicts"] = [{"requirement": HOSTILE, "short_by_mm": 1.0, "text": HOSTILE * 90}]
    svg = VIEWS[view](car, HOSTILE)
    root = parsed(standalone(svg))
    allowed = {"svg", "title", "path", "rect", "circle", "line", "text", "g", "style"}
    assert {e.tag.removeprefix(NAME) for e in root.iter()} <= allowed
    assert "<script" not in svg
    svg.encode()


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("boxes", "z1", math.nan), ("boxes", "x0", 1e9), ("boxes", "y0", "0"), ("body", "H100", 0),
        ("body", "W103", -1.0), ("hard_points", "L104", None), ("hard_points", "L104", True),
        ("zones", "energy_kwh", math.inf), ("keepouts", "x0", []), ("drivers", "L104", 7),
    ],
)  # fmt: skip
def test_what_no_car_can_be_is_refused(car, place, key, value):
    rows = car["fit"][place]
    (rows[0] if isinstance(rows, list) else rows)[key] = value
    with pytest.raises(DataError, match="results: "):
        side_view(car, "car")


@pytest.mark.parametrize("key", ["wheelbase", "boxes", "zones", "body", "hard_points"])
def test_a_missing_part_of_the_results_is_named(car, key):
    del car["fit"][key]
    with pytest.raises(DataError, match=f"lacks '{key}'"):
        top_view(car, "car")


def test_a_variant_of_another_form_is_a_plain_message():
    for wrong in ({}, {"fit": []}, {"fit": {"body": 3}}, [], "text"):
        with pytest.raises(DataError, match="results: "):
            boxes_json(wrong)


@pytest.mark.parametrize("style", ["sedan", "suv", "hatch", "hovercraft"])
def test_the_ghost_of_the_body_stays_within_its_dimensions(car, style):
    car["fit"]["body"]["style"] = style
    drawn = scene(car)
    for x, z in outline(drawn):
        assert drawn.front - 1e-9 <= x <= drawn.rear + 1e-9
        assert drawn.body["H156"] <= z <= drawn.body["H100"] + 1e-9
    assert max(z for _, z in outline(drawn)) == pytest.approx(1.6, abs=0.01)


def test_a_file_brings_its_own_colours_and_asks_for_nothing(car):
    alone = standalone(arrangement(car, "car"))
    assert "var(" not in alone and "prefers-color-scheme:dark" in alone
    assert not re.search(r"href|url\(|@import|http(?!://www.w3.org/2000/svg)", alone)
    assert "<style" not in side_view(car, "car")  # the page has the rules once


def test_the_colours_of_a_file_are_those_of_the_page(car):
    rules = PAGE.read_text().split("\n")[:2]  # light, then dark where the reader asks for it
    for theme, line in zip(standalone(side_view(car, "a")).split("@media"), rules, strict=True):
        for name, rule in (
            ("ink", ".active .head{fill:"),
            ("paper", ".paper{fill:"),
            ("bad", ".short .head{fill:"),
            ("soft", ".head{fill:"),
            ("faint", ".extension{fill:none;stroke:"),
            ("panel", ".shell{fill:"),
        ):
            assert rule + re.search(rf"--{name}:(#\w+)", line).group(1) in theme, name


@pytest.mark.parametrize("view", VIEWS)
def test_the_bytes_of_a_drawing_stay_the_same(car, view):
    content = standalone(VIEWS[view](car, "small car"))
    path = GOLDEN / f"small-car-{view}.svg"
    if os.environ.get("WHEELBASE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert content == standalone(VIEWS[view](car, "small car")) == path.read_text()
