"""The package as a binary glTF 2.0 file: one node per part, metres, y up, the car faces +X."""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from wheelbase.report.scene import SPACES, Part, colour, printable, scene

__all__ = ["AXES_OF_GLB", "glb"]

AXES_OF_GLB = "X = -x (forward), Y = z (up), Z = y (right-hand side)"
"""How the axes of the file follow from those of the car; the ground is Y = 0."""

_MAGIC, _VERSION = 0x46546C67, 2
_JSON, _BINARY = 0x4E4F534A, 0x004E4942
_FLOAT, _SHORT = 5126, 5123
_ARRAY, _ELEMENTS = 34962, 34963
# Normal, and two edges with edge x edge = normal, so that corners run anticlockwise from outside.
_FACES = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((-1, 0, 0), (0, 0, 1), (0, 1, 0)),
    ((0, 1, 0), (0, 0, 1), (1, 0, 0)),
    ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    ((0, 0, 1), (1, 0, 0), (0, 1, 0)),
    ((0, 0, -1), (0, 1, 0), (1, 0, 0)),
)


def glb(variant: Mapping[str, Any], title: str) -> bytes:
    """Return a variant as the bytes of a .glb file; the same variant gives the same bytes.

    Every part is a node named after it: one unit cube, moved and scaled. Each kind has a material
    of its colour; spaces such as the cabin are transparent. Keep-outs are not in the file.

    Raises:
        DataError: The variant cannot be drawn.

    Source: Khronos Group, glTF 2.0 specification, sections 3 and 4 (GLB).
    """
    parts = scene(variant).parts
    kinds = sorted({part.kind for part in parts})
    cube = _cube()
    tree = {
        "asset": {"version": "2.0", "generator": "Wheelbase", "extras": {"axes": AXES_OF_GLB}},
        "scene": 0,
        "scenes": [{"name": printable(title), "nodes": [0]}],
        "nodes": [_root(title, len(parts)), *(_node(part, kinds) for part in parts)],
    }
    if parts:
        tree |= {
            "meshes": [_mesh(kind, k) for k, kind in enumerate(kinds)],
            "materials": [_material(kind) for kind in kinds],
            "accessors": [
                {"bufferView": 0, "componentType": _FLOAT, "count": 24, "type": "VEC3",
                 "min": [-0.5, -0.5, -0.5], "max": [0.5, 0.5, 0.5]},
                {"bufferView": 1, "componentType": _FLOAT, "count": 24, "type": "VEC3"},
                {"bufferView": 2, "componentType": _SHORT, "count": 36, "type": "SCALAR"},
            ],
            "bufferViews": [
                {"buffer": 0, "byteOffset": 0, "byteLength": 288, "target": _ARRAY},
                {"buffer": 0, "byteOffset": 288, "byteLength": 288, "target": _ARRAY},
                {"buffer": 0, "byteOffset": 576, "byteLength": 72, "target": _ELEMENTS},
            ],
            "buffers": [{"byteLength": len(cube)}],
        }  # fmt: skip
    text = json.dumps(tree, allow_nan=False, separators=(",", ":")).encode()
    chunks = _chunk(_JSON, text, b" ") + (_chunk(_BINARY, cube, b"\0") if parts else b"")
    return struct.pack("<III", _MAGIC, _VERSION, 12 + len(chunks)) + chunks


def _chunk(kind: int, content: bytes, filler: bytes) -> bytes:
    """Return a chunk whose length is a multiple of four."""
    padded = content + filler * (-len(content) % 4)
    return struct.pack("<II", len(padded), kind) + padded


def _root(title: str, count: int) -> dict[str, Any]:
    root: dict[str, Any] = {"name": printable(title) or "car"}
    return root | ({"children": list(range(1, count + 1))} if count else {})


def _node(part: Part, kinds: list[str]) -> dict[str, Any]:
    x, y, z = (part.x0 + part.x1) / 2, (part.y0 + part.y1) / 2, (part.z0 + part.z1) / 2
    length, width, height = part.size
    extras: dict[str, Any] = {"kind": part.kind, "number": part.number, "size": part.size_text}
    if part.energy_kwh is not None:
        extras["energy_kwh"] = round(part.energy_kwh, 3)
    return {
        "name": part.id,
        "mesh": kinds.index(part.kind),
        "translation": [_metres(-x), _metres(z), _metres(y)],
        "scale": [_metres(length), _metres(height), _metres(width)],
        "extras": extras,
    }


def _metres(value: float) -> float:
    """Return a length to a micrometre, without a negative zero."""
    return round(value, 6) + 0.0


def _mesh(kind: str, material: int) -> dict[str, Any]:
    cube = {"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": material}
    return {"name": kind, "primitives": [cube]}


def _material(kind: str) -> dict[str, Any]:
    tone = colour(kind)
    alpha = 0.18 if kind in SPACES else 1.0
    red, green, blue = (_linear(int(tone[k : k + 2], 16) / 255) for k in (1, 3, 5))
    found: dict[str, Any] = {
        "name": kind,
        "pbrMetallicRoughness": {
            "baseColorFactor": [red, green, blue, alpha],
            "metallicFactor": 0.0,
            "roughnessFactor": 0.8,
        },
    }
    return found | ({"alphaMode": "BLEND", "doubleSided": True} if alpha < 1 else {})


def _linear(level: float) -> float:
    """Return the linear level of an sRGB level, as the format wants it (IEC 61966-2-1)."""
    low = level <= 0.04045
    return round(level / 12.92 if low else ((level + 0.055) / 1.055) ** 2.4, 5)


def _cube() -> bytes:
    """Return corners, normals and triangles of the unit cube about the origin."""
    corners, normals, triangles = [], [], []
    for face, (normal, a, b) in enumerate(_FACES):
        for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            corners += [(n + s * i + t * j) / 2 for n, i, j in zip(normal, a, b, strict=True)]
            normals += [float(n) for n in normal]
        triangles += [4 * face + k for k in (0, 1, 2, 0, 2, 3)]
    return b"".join(_packed(corners, normals, triangles))


def _packed(corners: list[float], normals: list[float], triangles: list[int]) -> Iterator[bytes]:
    yield struct.pack(f"<{len(corners)}f", *corners)
    yield struct.pack(f"<{len(normals)}f", *normals)
    yield struct.pack(f"<{len(triangles)}H", *triangles)
