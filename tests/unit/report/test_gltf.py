import io
import json
import math
import os
import struct
from itertools import pairwise
from pathlib import Path

import pytest
import trimesh

from wheelbase.errors import DataError
from wheelbase.report import boxes_json, glb

GOLDEN = Path(__file__).parents[2] / "golden" / "drawings" / "small-car.glb"


def read(content):
    """Parse a GLB by the letter of the format, sharing nothing with the writer."""
    magic, version, length = struct.unpack_from("<4sII", content, 0)
    assert (magic, version, length) == (b"glTF", 2, len(content))
    chunks, at = [], 12
    while at < length:
        size, kind = struct.unpack_from("<I4s", content, at)
        assert size % 4 == 0 and at + 8 + size <= length
        chunks.append((kind, content[at + 8 : at + 8 + size]))
        at += 8 + size
    assert at == length
    assert [kind for kind, _ in chunks] == [b"JSON", b"BIN\0"][: len(chunks)]
    assert chunks[0][1].rstrip(b" ").endswith(b"}")
    return json.loads(chunks[0][1]), chunks[1][1] if len(chunks) > 1 else b""


def values(tree, binary, index):
    """Return the rows of an accessor."""
    accessor = tree["accessors"][index]
    view = tree["bufferViews"][accessor["bufferView"]]
    letter, bytes_each = {5126: ("f", 4), 5123: ("H", 2)}[accessor["componentType"]]
    wide = {"SCALAR": 1, "VEC3": 3}[accessor["type"]]
    assert view["byteOffset"] % bytes_each == 0
    assert accessor["count"] * wide * bytes_each <= view["byteLength"]
    assert view["byteOffset"] + view["byteLength"] <= len(binary)
    numbers = struct.unpack_from(f"<{accessor['count'] * wide}{letter}", binary, view["byteOffset"])
    return [numbers[k : k + wide] for k in range(0, len(numbers), wide)]


def room(tree, binary, node):
    """Return the bounding box of a node from its own corners."""
    (primitive,) = tree["meshes"][node["mesh"]]["primitives"]
    corners = values(tree, binary, primitive["attributes"]["POSITION"])
    placed = [
        [p * s + t for p, s, t in zip(c, node["scale"], node["translation"], strict=True)]
        for c in corners
    ]
    return [(min(c[k] for c in placed), max(c[k] for c in placed)) for k in range(3)]


def parts_of(tree):
    (root,) = tree["scenes"][tree["scene"]]["nodes"]
    return [tree["nodes"][k] for k in tree["nodes"][root].get("children", [])]


@pytest.fixture(params=["by hand", "petrol@clar_like.sedan_d", "bev@ev_like.suv_d"])
def variant(request, car):
    if request.param == "by hand":
        return car
    return request.getfixturevalue("results")["variants"][request.param]


def test_every_part_is_a_node_of_its_name_in_its_place(variant):
    tree, binary = read(glb(variant, "car"))
    boxes = boxes_json(variant)["boxes"]
    nodes = parts_of(tree)
    assert [n["name"] for n in nodes] == [b["id"] for b in boxes]
    for node, box in zip(nodes, boxes, strict=True):
        x, y, z = room(tree, binary, node)
        assert x == pytest.approx((-box["x1"], -box["x0"]), abs=2e-6)  # the car faces +X
        assert y == pytest.approx((box["z0"], box["z1"]), abs=2e-6)  # Y is up
        assert z == pytest.approx((box["y0"], box["y1"]), abs=2e-6)  # the right-hand side is +Z
        assert y[0] >= 0
        assert node["extras"]["kind"] == box["kind"]


def test_a_reader_of_others_finds_the_same_boxes(variant):
    """trimesh shares nothing with the writer: its own parser, its own node tree."""
    scene = trimesh.load(io.BytesIO(glb(variant, "car")), file_type="glb")
    boxes = boxes_json(variant)["boxes"]
    assert len(scene.graph.nodes_geometry) == len(boxes)
    for node in scene.graph.nodes_geometry:
        box = next(b for b in boxes if b["id"] == node)
        placed, shape = scene.graph[node]
        mesh = scene.geometry[shape].copy().apply_transform(placed)
        low, high = mesh.bounds
        assert low == pytest.approx([-box["x1"], box["z0"], box["y0"]], abs=2e-6)
        assert high == pytest.approx([-box["x0"], box["z1"], box["y1"]], abs=2e-6)
        size = [box[f"{axis}1"] - box[f"{axis}0"] for axis in "xyz"]
        assert mesh.volume == pytest.approx(math.prod(size), rel=1e-4)  # and faces look outwards


def test_the_front_of_the_car_looks_along_x(car):
    tree, binary = read(glb(car, "car"))
    place = {n["name"]: room(tree, binary, n)[0] for n in parts_of(tree)}
    assert place["cooling pack"][0] > 0.5 and place["boot"][1] < -2.4


def test_the_accessors_state_the_least_and_the_greatest_of_their_values(car):
    tree, binary = read(glb(car, "car"))
    assert tree["buffers"] == [{"byteLength": len(binary)}]
    (primitive,) = tree["meshes"][0]["primitives"]
    index = primitive["attributes"]["POSITION"]
    corners = values(tree, binary, index)
    assert tree["accessors"][index]["min"] == [min(c[k] for c in corners) for k in range(3)]
    assert tree["accessors"][index]["max"] == [max(c[k] for c in corners) for k in range(3)]
    spans = sorted(
        (v["byteOffset"], v["byteOffset"] + v["byteLength"]) for v in tree["bufferViews"]
    )
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_the_triangles_close_a_cube_and_look_outwards(car):
    tree, binary = read(glb(car, "car"))
    (primitive,) = tree["meshes"][0]["primitives"]
    corners = values(tree, binary, primitive["attributes"]["POSITION"])
    normals = values(tree, binary, primitive["attributes"]["NORMAL"])
    order = [k for (k,) in values(tree, binary, primitive["indices"])]
    assert max(order) < len(corners)
    area, volume = 0.0, 0.0
    for k in range(0, len(order), 3):
        a, b, c = (corners[n] for n in order[k : k + 3])
        u, v = ([q - p for p, q in zip(a, other, strict=True)] for other in (b, c))
        cross = [u[(i + 1) % 3] * v[(i + 2) % 3] - u[(i + 2) % 3] * v[(i + 1) % 3]
                 for i in range(3)]  # fmt: skip
        size = math.hypot(*cross)
        area += size / 2
        volume += sum(p * q for p, q in zip(a, cross, strict=True)) / 6
        for n in order[k : k + 3]:
            assert normals[n] == pytest.approx([q / size for q in cross])
    assert (area, volume) == (pytest.approx(6), pytest.approx(1))  # of a unit cube


def test_a_kind_has_one_material_and_a_space_lets_the_eye_through(car):
    tree, _ = read(glb(car, "car"))
    names = [m["name"] for m in tree["materials"]]
    assert sorted(set(names)) == names
    for node in parts_of(tree):
        (primitive,) = tree["meshes"][node["mesh"]]["primitives"]
        material = tree["materials"][primitive["material"]]
        assert material["name"] == node["extras"]["kind"]
        alpha = material["pbrMetallicRoughness"]["baseColorFactor"][3]
        pale = node["extras"]["kind"] in ("cabin", "boot")
        assert material.get("alphaMode", "OPAQUE") == ("BLEND" if pale else "OPAQUE")
        assert (alpha < 0.5) == pale
    slab = next(n for n in parts_of(tree) if n["name"] == "slab")
    assert slab["extras"]["energy_kwh"] == 70.25


def test_a_car_without_parts_is_a_valid_file_too(car):
    car["fit"] |= {"boxes": [], "zones": []}
    tree, binary = read(glb(car, "car"))
    assert parts_of(tree) == [] and binary == b""
    assert not {"meshes", "buffers", "accessors"} & set(tree)  # an empty list is not allowed


def test_the_bytes_of_a_file_stay_the_same(car):
    content = glb(car, "small car")
    if os.environ.get("WHEELBASE_GOLDEN") == "1":
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_bytes(content)
    assert content == glb(car, "small car") == GOLDEN.read_bytes()


def test_hostile_names_stay_text(car):
    for name in ('"}]}', "a\x00\ud800b", "😀" * 500, ""):
        car["fit"]["boxes"][0]["id"] = name
        tree, _ = read(glb(car, name))
        assert len(parts_of(tree)) == 7


@pytest.mark.parametrize("value", [math.nan, math.inf, "0.1", True, None, 1e300, [1]])
def test_a_box_without_a_length_is_refused(car, value):
    car["fit"]["boxes"][0]["x1"] = value
    with pytest.raises(DataError, match="x1 of a variant is no length"):
        glb(car, "car")
