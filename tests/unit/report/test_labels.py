import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations

import pytest

from wheelbase.report import arrangement, isometric_view, sheet, side_view, top_view
from wheelbase.report.svg import text_width

VIEWS = {"side": side_view, "top": top_view, "isometric": isometric_view,
         "arrangement": arrangement}  # fmt: skip
NAME = "{http://www.w3.org/2000/svg}"

# Advances of DejaVu Sans and DejaVu Sans Bold in units of 1/2048 em, read from the fonts.
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_OTHER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;()-_×…@/"
ADVANCES = {
    "regular": dict(zip(_LOWER + _OTHER, (
        1255, 1300, 1126, 1300, 1260, 721, 1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253, 1300,
        1300, 842, 1067, 803, 1298, 1212, 1675, 1212, 1212, 1075, 1401, 1405, 1430, 1577, 1294,
        1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612, 1235, 1612, 1423, 1300, 1251,
        1499, 1401, 2025, 1403, 1251, 1403, *[1303] * 10, 651, 651, 651, 690, 690, 799, 799, 739,
        1024, 1716, 2048, 2048, 690), strict=True)),
    "bold": dict(zip(_LOWER + _OTHER, (
        1382, 1466, 1214, 1466, 1389, 891, 1466, 1458, 702, 702, 1362, 702, 2134, 1458, 1407, 1466,
        1466, 1010, 1219, 979, 1458, 1335, 1892, 1321, 1335, 1192, 1585, 1561, 1503, 1700, 1399,
        1399, 1681, 1714, 762, 762, 1587, 1305, 2038, 1714, 1741, 1501, 1741, 1577, 1475, 1397,
        1663, 1585, 2259, 1579, 1483, 1485, *[1425] * 10, 713, 778, 778, 819, 819, 936, 936, 850,
        1024, 1716, 2048, 2048, 748), strict=True)),
}  # fmt: skip
SIZES = {"dim-text": 11.5, "conflict": 11.5, "legend": 10.5, "driver": 10.5, "mark-text": 9.5,
         "mark-name": 10.0, "heading": 14.0}  # fmt: skip
BOLD = {"conflict", "mark-text", "heading"}


def styled(root, style):
    return [e for e in root.iter() if style in e.get("class", "").split()]


def text_area(element, bold):
    """Return the room of a text element from the advances of the font."""
    style = element.get("class")
    size = SIZES[style]
    font = ADVANCES["bold" if bold or style in BOLD else "regular"]
    width = size * sum(font.get(c, 2048) for c in element.text) / 2048
    x, y = float(element.get("x")), float(element.get("y"))
    back = {"start": 0.0, None: width / 2, "end": width}[element.get("text-anchor")]
    tall, deep = 0.73 * size, 0.24 * size  # height of capitals, depth of descenders
    if element.get("transform"):
        assert element.get("transform").startswith("rotate(-90 ")
        return x - tall, y - width + back, x + deep, y + back
    return x - back, y - tall, x - back + width, y + deep


def label_areas(root):
    """Return the room of every text, and of every mark, which holds texts of its own."""
    active = {t for g in styled(root, "active") for t in g.iter(NAME + "text")}
    texts = [(t.text, text_area(t, t in active), t.get("class")) for t in root.iter(NAME + "text")]
    holders = []
    for e in styled(root, "mark"):
        if e.tag == NAME + "circle":
            x, y, r = (float(e.get(k)) for k in ("cx", "cy", "r"))
            holders.append((x - r, y - r, x + r, y + r))
        else:
            x, y, w, h = (float(e.get(k)) for k in ("x", "y", "width", "height"))
            holders.append((x, y, x + w, y + h))
    return texts, holders


def clash(a, b, slack=0.1):
    return (
        a[0] + slack < b[2] and b[0] + slack < a[2] and a[1] + slack < b[3] and b[1] + slack < a[3]
    )


def inside(a, b, slack=0.6):
    return (b[0] <= a[0] + slack and a[2] <= b[2] + slack and b[1] <= a[1] + slack
            and a[3] <= b[3] + slack)  # fmt: skip


def faults_of_labels(svg):
    """Return every pair of labels that cover each other, and every label outside the picture."""
    root = ElementTree.fromstring(svg)
    texts, holders = label_areas(root)
    width, height = (float(v) for v in root.get("viewBox").split()[2:])
    alone, faults = [], []
    for text, area, style in texts:
        held = [h for h in holders if inside(area, h)]
        if style.startswith("mark") and len(held) != 1:
            faults.append(f"{text!r} is not in one mark")
        if not held:
            alone.append((text, area))
    alone += [(f"mark {k}", area) for k, area in enumerate(holders)]
    faults += [f"{a!r} on {b!r}" for (a, p), (b, q) in combinations(alone, 2) if clash(p, q)]
    faults += [f"{t!r} outside" for t, a in alone if not inside(a, (0, 0, width, height))]
    for pill in holders:  # the number and the name within one mark
        own = [a for _, a, s in texts if s.startswith("mark") and inside(a, pill)]
        faults += ["texts of a mark" for p, q in combinations(own, 2) if clash(p, q)]
    return faults


@pytest.mark.parametrize("view", VIEWS)
def test_no_label_covers_another_on_any_car_of_the_demo(results, view):
    for id, variant in results["variants"].items():
        assert faults_of_labels(VIEWS[view](variant, id)) == [], id


@pytest.mark.parametrize("view", VIEWS)
def test_no_label_covers_another_on_a_crowded_car(crowded, view):
    assert faults_of_labels(VIEWS[view](crowded, "crowded")) == []


def test_no_label_covers_another_on_a_sheet(results, crowded):
    chosen = {id: v for id, v in results["variants"].items() if id.startswith(("bev", "plugin"))}
    chosen = dict([*chosen.items()][:3]) | {"crowded": crowded}
    assert faults_of_labels(sheet(chosen, "sheet")) == []


def test_the_search_for_covered_labels_finds_one(car):
    svg = side_view(car, "car")
    text = next(t for t in re.findall(r"<text[^>]*>[^<]*</text>", svg) if "L101" in t)
    moved = text.replace("L101", "L999").replace('x="', 'x="1', 1)
    assert faults_of_labels(svg.replace(text, text + text.replace("L101", "L999")))
    assert faults_of_labels(svg.replace(text, moved))


def test_the_width_of_a_text_is_never_underrated():
    for bold, advances in ((False, ADVANCES["regular"]), (True, ADVANCES["bold"])):
        for letter, advance in advances.items():
            assert text_width(letter, 1.0, bold) >= advance / 2048, letter
