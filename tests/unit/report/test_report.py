import copy
import json
import re
import xml.etree.ElementTree as ElementTree
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from wheelbase.errors import DataError
from wheelbase.report import (
    FIGURES,
    figure,
    page,
    page_parts,
    side_view,
    three_view,
    top_view,
    write,
)

HOSTILE = '</script><script>alert(1)</script><!--<img src=x onerror="alert(2)">\'&amp;'
STYLE = Path(__file__).parents[3] / "frontend" / "src" / "styles" / "page.css"
VOID = {"meta", "link", "br", "img", "input", "hr"}
WHOLE, OURS = 3_000_000, 800_000


@pytest.fixture(scope="module")
def html(results):
    return page(results)


def strings(tree):
    if isinstance(tree, str):
        yield tree
    for value in (
        tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    ):
        yield from strings(value)


def embedded(html):
    return json.loads(re.search(r'id="wheelbase-data">(.*?)</script>', html, re.S).group(1))


def unpacked(table):
    """Return the rows of a packed table as texts, all groups together."""
    words = table["words"]
    return [
        [words[c] if isinstance(c, int) else c for c in row]
        for group in table["groups"]
        for row in group["rows"]
    ]


class Reader(HTMLParser):
    """Checks that every element is closed, and keeps headings, ids, links and attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.headings, self.ids, self.links, self.faults = [], [], [], [], []
        self.tags = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def test_the_decision_figure_adds_up_to_all_futures_and_to_all_draws(results):
    for bars in figure(results, "decision")["data"]:
        assert bars["x"][-1] == "never"
        assert sum(bars["y"]) == pytest.approx(100, abs=0.5)


def test_the_penalty_bars_sum_to_their_total(results):
    for trace in figure(results, "penalty")["data"]:
        assert sum(trace["x"][:-1]) == pytest.approx(trace["x"][-1], rel=2e-3, abs=0.2)


def test_the_page_says_where_the_battery_for_the_range_does_not_fit(results, html):
    suv = results["penalty"]["segments"]["suv_d"]["unfit"]
    assert suv["flexible"] > suv["bespoke"] > 0
    assert f"{suv['flexible']:.1f} % of the draws on the flexible platform" in html


def test_the_bill_groups_sum_to_the_bills(results):
    drawn = figure(results, "bills")
    for column, label in enumerate(drawn["data"][0]["x"]):
        total = sum(t["y"][column] for t in drawn["data"])
        assert any(
            abs(b["total"]["value"] - total) < 0.002 * total for b in results["bills"].values()
        ), label


def test_drawings_are_well_formed_and_carry_their_dimensions(results):
    for id, variant in results["variants"].items():
        for view in (side_view, top_view, three_view):
            ElementTree.fromstring(view(variant, id))
        shown = three_view(variant, id)
        wheelbase = round(1e3 * variant["fit"]["wheelbase"])
        assert f"L101 {wheelbase}" in shown or f"L101 {wheelbase - 1}" in shown
        for box in variant["fit"]["boxes"]:
            assert f"{escape(box['id'])}: " in shown


def test_boxes_have_a_size_and_lie_inside_the_car(results):
    for variant in results["variants"].values():
        fit = variant["fit"]
        front = -fit["hard_points"]["L104"]
        rear = fit["wheelbase"] + fit["hard_points"]["L105"]
        half = fit["body"]["W103"] / 2
        for box in fit["boxes"]:
            assert box["x0"] < box["x1"] and box["y0"] < box["y1"] and box["z0"] < box["z1"], box
            assert front <= box["x0"] and box["x1"] <= rear + 1e-9, box
            assert abs(box["y0"]) <= half and abs(box["y1"]) <= half, box


def test_the_page_is_one_small_file_without_a_request(results, html):
    script = max(re.findall(r"<script>(.*?)</script>", html, re.S), key=len)
    assert len(html.encode()) <= WHOLE
    assert len(html.encode()) - len(script.encode()) <= OURS
    assert html == page(results)
    without_scripts = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r'(?:src|href)="(?!#|data:)', without_scripts)
    assert "default-src 'none'" in html and "'unsafe-inline'" not in html.split("style-src")[0]


def test_the_page_reads_without_scripts(results, html):
    text = re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", html, flags=re.S))
    for phrase in ("Keep the flexible architecture", "BMW 330i", "does not fit", "penalty",
                   "What is left out", "Shapley", "wheelbase run clar-or-bespoke",
                   "l less boot", "boot floor is 30 mm higher"):  # fmt: skip
        assert phrase in text
    for check in results["validation"]:
        assert check["name"] in text


def test_the_sections_stand_in_the_order_of_the_question(html):
    found = re.findall(r'<section id="(\w+)"', html)
    assert found == ["answer", "package", "fit", "energy", "sound", "validation", "cost",
                     "customer", "investments", "plan", "when", "partners", "assumptions",
                     "reproduce"]  # fmt: skip


def test_the_page_is_well_formed_and_can_be_read_by_ear(results):
    reader = read(page_parts(results)["body"])
    assert not reader.open and not reader.faults
    assert reader.headings.count(1) == 1 and reader.headings[0] == 1
    for before, after in zip(reader.headings, reader.headings[1:], strict=False):
        assert after <= before + 1
    assert len(reader.ids) == len(set(reader.ids))
    assert {link.removeprefix("#") for link in reader.links} <= set(reader.ids)
    tags = [tag for tag, _ in reader.tags]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert all("scope" in attributes for tag, attributes in reader.tags if tag == "th")
    assert reader.links[0] == "#main"


def test_every_refused_cell_leads_to_its_reason_and_says_its_shortage(results, html):
    matrix = results["fit_matrix"]
    refused = 0
    for platform, cells in zip(matrix["platforms"], matrix["cells"], strict=True):
        for train, cell in zip(matrix["powertrains"], cells, strict=True):
            if cell["status"].startswith("fits"):
                continue
            refused += 1
            anchor = f"fit-{platform}-{train}"
            link = re.search(rf'<a class="cell no" href="#{anchor}">(.*?)</a>', html).group(1)
            assert cell["status"] in link
            if cell["short_by_mm"]:
                assert f"{cell['short_by_mm']:.0f} mm short" in link
            reason = html.split(f'id="{anchor}"')[1].split("</div>")[0]
            assert all(f"{mm} mm" in reason for mm in re.findall(r"(\d+) mm", cell["text"]))
    assert refused > 0


def test_every_assumption_and_every_fact_stands_on_the_page(results, html):
    for a in results["assumptions"]:
        assert f"<code>{a['path']}</code>" in html
    table = embedded(html)["tables"]["facts"]
    shown = {
        (group["title"], row[0], row[1]): row[2]
        for group in table["groups"]
        for row in unpacked({**table, "groups": [group]})
    }
    names = {(f["place"].split(":")[0], f["id"], f["field"]) for f in results["facts"]}
    for f in results["facts"]:
        shelf = f["place"].split(":")[0]
        middle = re.sub(r"_(low|high)(?=@|$)", "", f["field"])
        if f["unit"] in ("text", "id"):
            continue
        if middle != f["field"] and (shelf, f["id"], middle) in names:
            value = shown[shelf, f["id"], middle]
            assert f"[{f['value']} .. " in value or f" .. {f['value']}]" in value
        else:
            assert shown[shelf, f["id"], f["field"]].startswith(f["value"])


def test_every_source_of_a_row_is_in_the_list_of_sources(html):
    tables = embedded(html)["tables"]
    for name, column in (("facts", 4), ("bills", 6)):
        for row in unpacked(tables[name]):
            for source in filter(None, re.split(r"[,;] ?| and ", row[column])):
                assert name == "bills" or f'id="source-{source}"' in html, row


def test_every_line_of_every_bill_is_in_the_data_of_the_page(results, html):
    rows = unpacked(embedded(html)["tables"]["bills"])
    parts = [row[1] for row in rows]
    for bill in results["bills"].values():
        for line in bill["lines"]:
            assert line["part"] in parts
    assert len(rows) > sum(len(bill["lines"]) for bill in results["bills"].values())


@pytest.mark.parametrize("theme", [0, 1, 2, -1], ids=["light", "dark", "chosen dark", "print"])
def test_text_stands_out_from_its_ground_in_every_theme(theme):
    rules = STYLE.read_text("utf-8")
    line = re.findall(r"^.*--ink:.*$", rules, re.M)[theme]
    tone = dict(re.findall(r"--(\w+):(#\w+)", line))
    words = ("ink", "soft", "faint", "accent", "good", "bad", "certified", "published", "derived",
             "estimate")  # fmt: skip
    for name in words:
        for ground in ("paper", "panel"):
            assert contrast(tone[name], tone[ground]) >= 4.5, (name, ground)
    for cell in ("yes", "tooled", "no", "open"):
        assert contrast(tone["ink"], tone[cell]) >= 4.5, cell


def contrast(one, other):
    """Return the contrast ratio of WCAG 2.1, 1.4.3, from two colours such as #fff or #10181f."""

    def light(tone):
        digits = tone[1:] if len(tone) == 7 else "".join(2 * c for c in tone[1:])
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4))
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_live_page_gets_the_same_parts(results, html):
    parts = page_parts(results)
    assert parts["title"] == results["title"] and parts["body"] in html
    data = embedded(html)
    for name in ("figures", "scenes", "tables"):
        assert json.loads(json.dumps(parts[name])) == data[name]
    assert parts["scenes"].keys() == results["variants"].keys()
    for kind, places in (("figures", "figure"), ("scenes", "scene")):
        assert set(re.findall(rf'data-{places}="([^"]+)"', parts["body"])) <= parts[kind].keys()


def hostile_of(results):
    hostile = copy.deepcopy(results)
    hostile["title"] = hostile["answer"]["sentence"] = HOSTILE
    hostile["answer"]["why"] = hostile["warnings"] = [HOSTILE]
    for variant in hostile["variants"].values():
        variant["powertrain_label"] = variant["body_label"] = HOSTILE
        variant["conflicts"] = [
            {"text": HOSTILE, "requirement": "", "short_by_mm": 1, "remedy": ""}
        ]
    for platform in ("clar_like", "ev_like", "faar_like"):
        hostile["platforms"][platform]["label"] = HOSTILE
    matrix = hostile["fit_matrix"]
    matrix["labels"] = [HOSTILE for _ in matrix["labels"]]
    for cell in (cell for row in matrix["cells"] for cell in row):
        cell["text"] = HOSTILE
    for pair in hostile["comparison"].values():
        pair["label"] = HOSTILE
    for a in hostile["assumptions"]:
        a["note"] = a["value"] = HOSTILE
    for fact in hostile["facts"]:
        fact["page"] = HOSTILE
    for flip in hostile["answer"]["flips"]:
        flip["label"] = HOSTILE
    return hostile


def test_hostile_names_are_text_everywhere(results, html):
    hostile = hostile_of(results)
    found = page(hostile)
    data = re.search(r'id="wheelbase-data">(.*?)</script>', found, re.S).group(1)
    assert "<" not in data and embedded(found)["tables"]["facts"]["words"]
    assert "<script>alert" not in found and "<img" not in found and "<!--<" not in found
    assert found.count("<script") == html.count("<script")
    reader = read(page_parts(hostile)["body"])
    assert not reader.open and not reader.faults
    assert not any(tag in ("script", "img") for tag, _ in reader.tags)
    assert not any(key.startswith("on") for _, attributes in reader.tags for key in attributes)
    assert HOSTILE in unescape(re.search(r"<h1>(.*?)</h1>", found).group(1))
    for name in ("consumption", "flips", "why_room", "battery"):
        assert all("<script" not in s for s in strings(FIGURES[name](hostile)["data"])), name


def test_a_broken_tree_is_a_plain_message(results, tmp_path):
    broken = {k: v for k, v in results.items() if k != "penalty"}
    with pytest.raises(DataError, match="lacks 'penalty'"):
        write(broken, tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_a_deal_has_a_page_too(results):
    alone = {**results, "alliance": {}}
    assert "The study has no deal." in page(alone)


def test_a_study_that_asks_one_thing_has_a_page_of_its_sections(results):
    kept = ("title", "name", "base", "alliance", "facts", "sources", "assumptions", "leaves_out",
            "warnings", "manifest")  # fmt: skip
    one = {key: results[key] for key in kept}
    one["answer"] = {"sentence": "With whom. With them.", "warnings": []}
    html = page(one)
    assert re.findall(r'<section id="(\w+)"', html) == ["partners", "assumptions", "reproduce"]
    assert not read(page_parts(one)["body"]).faults


def test_the_bars_of_losses_show_every_loss(results):
    shown = {}
    for bar in figure(results, "losses")["data"]:
        for label, value in zip(bar["y"], bar["x"], strict=True):
            shown[label] = shown.get(label, 0.0) + value
    for variant in results["variants"].values():
        label = f"{variant['powertrain_label']} ({variant['platform']})"
        cycle, losses = next(iter(variant["losses"].items()))
        if label in shown and variant["body"] == results["pair"]["bodies"][0]:
            inside = sum(v for k, v in losses.items() if k != "kinetic")
            assert abs(shown[label] - inside) < 1e-3 * inside, (label, cycle)


def test_the_customer_s_section_sets_platforms_and_drives_side_by_side(results, html):
    inside = re.search(r'<section id="customer".*?</section>', html, re.S)[0]
    head = re.search(r"<thead>.*?</thead>", inside, re.S)[0]
    for name in ("2.0 petrol, clar_like", "plug-in hybrid, clar_like", "battery electric, ev_like"):
        assert name in head
    for line in ("list price", "paid at once", "loan: a month", "yearly tax", "cost of ownership"):
        assert f">{line}" in inside
    assert "<code>dat-residual</code>" in inside and "customer.de.month</code>" in inside
    packed = embedded(html)["tables"]["customer"]
    assert len(unpacked(packed)) == 4 * len(results["variants"])
    assert [g["title"] for g in packed["groups"]] == [
        "Germany", "United Kingdom", "United States", "China",
    ]  # fmt: skip


def test_the_clips_are_in_the_page_and_nothing_else_may_be_played(results, html):
    policy = html.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert "media-src data:;" in policy + ";" and "default-src 'none'" in policy
    players = re.findall(r"<audio [^>]*>", html)
    assert len(players) == len(results["sound"]["clips"]) == 3
    for player, clip in zip(players, results["sound"]["clips"].values(), strict=True):
        assert f"data:audio/mpeg;base64,{clip['data']}" in player and " controls " in player
        assert f'aria-label="kick-down, {clip["powertrain_label"]}"' in player


def test_without_the_extra_the_page_says_which_one_is_missing(results):
    silent = copy.deepcopy(results)
    silent["sound"]["missing"] = "sound: needs the extra 'sound': pip install 'wheelbase[sound]'"
    for clip in silent["sound"]["clips"].values():
        clip["data"] = ""
    body = page_parts(silent)["body"]
    assert "<audio" not in body and "wheelbase[sound]" in unescape(body)
    assert 'data-figure="spectrogram"' in body
