"""A study in sheets is the same study, with the same errors, and a hostile book does no harm."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase.errors import DataError
from wheelbase.study import bundled, import_book, load, read, read_text, study_of
from wheelbase.study.load import document_of
from wheelbase.study.read import as_yaml
from wheelbase.study.sheet_in import read_book
from wheelbase.study.sheet_out import write_book, write_template
from wheelbase.study.sheets import data_of, sheets_of

TABLES = ("bodies", "deals")


@pytest.fixture(scope="module")
def template(tmp_path_factory, facts):
    path = tmp_path_factory.mktemp("books") / "template.xlsx"
    return write_template(read(bundled()["clar-or-bespoke"]), path, facts)


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_study_comes_back_from_its_book_as_the_same_document(name, tmp_path, facts):
    document = read(bundled()[name])
    found = read_book(write_book(document, tmp_path / "study.xlsx", facts))
    assert found.data == document.data
    assert read_text(found.text, "again").data == document.data


def test_the_same_study_gives_the_same_bytes(tmp_path, facts):
    document = read(bundled()["bills"])
    a, b = (write_book(document, tmp_path / f"{n}.xlsx", facts).read_bytes() for n in "ab")
    assert a == b


KEYS = st.text('abc. "\\x', min_size=1, max_size=4).filter(lambda k: k == k.strip())
LEAVES = (
    st.text("ab [{\"':#.,%-1", max_size=6)
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.sampled_from(["59 l", "1e3 kW", "2.80 l", "-4 mm", "007 l", "1 l 2", "4  l"])
    | st.lists(st.sampled_from(["a", "1 l", "b, c", 4, True]), max_size=3)
)


@given(
    st.dictionaries(
        st.sampled_from(["bodies", "deals", "plan", "x"]),
        st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=9),
        max_size=3,
    )
)
def test_any_tree_of_values_comes_back_from_sheets(data):
    sheets = sheets_of(data, TABLES)
    rows = {sheet.name: list(range(2, 2 + len(sheet.rows))) for sheet in sheets}
    found, cells = data_of(sheets, "book", rows)
    assert found == data
    assert set(data) <= {path[0] for path in cells if path}


def rebuilt(path, facts, **cells):
    """Write the book of a good study with cells changed: `study_B7=...`, a callable for more."""
    write_book(read(bundled()["clar-or-bespoke"]), path, facts)
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        sheet, cell = place.rsplit("_", 1)
        book[sheet][cell] = value
    book.save(path)
    return path


def row_of(path, sheet, key):
    lines = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=1, max_col=1, values_only=True)
    return [line[0] for line in lines].index(key) + 1


CHANGES = [
    (("bodies", "sedan_d", "L103"), "4800 kg"),
    (("bodies", "sedan_d", "L103"), "4800"),
    (("bodies", "sedan_d", "L103"), 4800),
    (("powertrains", "petrol", "engine"), "bmw-b48-191kw"),
    (("powertrains", "petrol", "tank"), "-59 l"),
    (("titel",), "x"),
    (("finance", "wacc"), {"value": "8 %"}),
    (("finance", "wacc"), {"value": "8 %", "low": "9 %", "high": "11 %", "note": "n"}),
    (("base", "currency"), "EUR"),
    (("base", "date"), "14.11.2019"),
    (("platforms", "clar_like", "bodies"), ["sedan_d", "sedan"]),
    (("platforms", "ev_like", "launch"), "soon"),
    (("deals", "drive_unit", "type"), "gift"),
    (("plan", "stages"), [2020, 2024]),
    (("electric",), "petrol"),
    (("bodies", "Sedan"), {"extends": "builtin/sedan-d"}),
    (("pack_price",), {}),
]


@pytest.mark.parametrize(("path", "value"), CHANGES, ids=lambda v: str(v)[:40])
def test_a_book_has_the_same_problems_as_the_file_each_with_its_cell(tmp_path, facts, path, value):
    data = json.loads(json.dumps(read(bundled()["clar-or-bespoke"]).data))
    node = data
    for part in path[:-1]:
        node = node.setdefault(part, {})
    node[path[-1]] = value
    text = as_yaml(data)
    with pytest.raises(DataError) as of_file:
        study_of(read_text(text, "study.yaml"), facts)
    book = write_book(read_text(text, "study.yaml"), tmp_path / "study.xlsx", facts)
    with pytest.raises(DataError) as of_book:
        load(str(book), facts)
    told = [re.sub(r"^study\.yaml:\d+:\d+: ", "", p) for p in of_file.value.problems]
    cells = [re.match(r"study\.xlsx: ([^!]+![A-Z]+\d+): ", p) for p in of_book.value.problems]
    assert all(cells), of_book.value.problems
    shown = [p[m.end() :] for p, m in zip(of_book.value.problems, cells, strict=True)]
    assert sorted(shown) == sorted(told)


def test_a_wrong_value_is_told_with_the_cell_it_stands_in(tmp_path, facts):
    path = rebuilt(tmp_path / "study.xlsx", facts)
    line = row_of(path, "powertrains", "tank")
    rebuilt(path, facts, **{f"powertrains_C{line}": "59 kg"})
    with pytest.raises(DataError) as caught:
        load(str(path), facts)
    assert caught.value.problems[0].startswith(
        f"study.xlsx: powertrains!C{line}: powertrains.petrol.tank: 'kg' is a unit of mass"
    )


def test_a_number_takes_the_unit_of_its_row_and_a_text_its_own(tmp_path, facts):
    path = rebuilt(tmp_path / "study.xlsx", facts)
    line = row_of(path, "powertrains", "tank")
    rebuilt(path, facts, **{f"powertrains_C{line}": 61.5, f"powertrains_D{line}": "13 gal_us"})
    trains = read_book(path).data["powertrains"]
    assert (trains["petrol"]["tank"], trains["six"]["tank"]) == ("61.5 l", "13 gal_us")


def test_days_percentages_and_truths_mean_what_a_spreadsheet_shows(tmp_path, facts):
    path = rebuilt(tmp_path / "study.xlsx", facts)
    base, wacc = (row_of(path, "study", key) for key in ("base.date", "finance.wacc"))
    book = openpyxl.load_workbook(path)
    sheet = book["study"]
    sheet[f"C{base}"] = date(2020, 2, 29)
    sheet[f"C{wacc}"] = 0.08
    sheet[f"C{wacc}"].number_format = "0%"
    book.save(path)
    data = read_book(path).data
    assert data["base"]["date"] == "2020-02-29"
    assert data["finance"]["wacc"]["value"] == "8 %"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice Calc is not here")
def test_books_that_libreoffice_saved_come_back_with_their_lists(tmp_path, template, facts):
    books = {name: tmp_path / f"{name}.xlsx" for name in bundled()}
    for name, path in books.items():
        write_book(read(bundled()[name]), path, facts)
    saved = tmp_path / "saved"
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    asked = ["soffice", "--headless", home, "--convert-to", "xlsx", "--outdir", saved]
    subprocess.run([*map(str, [*asked, *books.values(), template])], check=True, timeout=300)
    for name, path in books.items():
        assert read_book(saved / path.name).data == read(bundled()[name]).data, name
    before, after = (openpyxl.load_workbook(p) for p in (template, saved / template.name))
    assert before.sheetnames == after.sheetnames
    for one, other in zip(before.worksheets, after.worksheets, strict=True):
        lists = [{r.formula1.lstrip("=") for r in s.data_validations.dataValidation}
                 for s in (one, other)]  # fmt: skip
        assert lists[0] == lists[1] and one.sheet_state == other.sheet_state


def test_a_truth_that_libreoffice_saved_is_one(tmp_path, facts):
    """LibreOffice 7.4 saves TRUE as a formula; its books of all bundled studies came back."""
    path = rebuilt(tmp_path / "study.xlsx", facts)
    line = row_of(path, "study", "plan.outlook.markets.builtin/europe.regulated")
    assert openpyxl.load_workbook(path)["study"][f"C{line}"].value is True
    for text, truth in (("=TRUE()", True), ("=FALSE()", False)):
        rebuilt(path, facts, **{f"study_C{line}": text})
        markets = read_book(path).data["plan"]["outlook"]["markets"]
        assert markets["builtin/europe"]["regulated"] is truth


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "says"),
    [
        ("bodies", "C2", "=1+1", "bodies!C2: is a formula; paste its value"),
        ("bodies", "C2", "#REF!", "bodies!C2: holds the error #REF!"),
        ("bodies", "C2", "[a, b", "bodies!C2: extends: begins as YAML and is none"),
        ("bodies", "C2", "{a: &b 1}", "anchors and aliases are not allowed"),
        ("bodies", "C2", "[a]\nmore: 1", "holds more than one value"),
        ("bodies", "A3", "extends", "given twice, first in bodies!C2"),
        ("bodies", "A3", "extends.more", "bodies!C2 gives bodies.sedan_d.extends"),
        ("bodies", "A3", "a..b", "bodies!A3: the key 'a..b' has an empty part"),
        ("bodies", "A3", None, "bodies!A3: the row has values and no key"),
        ("bodies", "A1", "keys", "bodies!A1: a sheet begins with the columns 'key' and 'unit'"),
        ("bodies", "D1", "sedan_d", "bodies!D1: the column 'sedan_d' stands there twice"),
        ("bodies", "C1", None, "bodies!C2: stands in a column without a name"),
    ],
)
def test_what_is_no_value_is_told_by_its_cell(tmp_path, facts, sheet, cell, value, says):
    path = rebuilt(tmp_path / "study.xlsx", facts, **{f"{sheet}_{cell}": value})
    with pytest.raises(DataError) as caught:
        read_book(path)
    assert any(says in p for p in caught.value.problems), caught.value.problems


def test_a_percentage_in_a_row_of_another_unit_is_refused(tmp_path, facts):
    path = rebuilt(tmp_path / "study.xlsx", facts)
    line = row_of(path, "powertrains", "tank")
    book = openpyxl.load_workbook(path)
    book["powertrains"][f"C{line}"].number_format = "0.0%"
    book.save(path)
    with pytest.raises(DataError, match="formatted as a percentage, its row is in l"):
        read_book(path)


def test_an_empty_template_says_what_is_missing_and_where(template, facts):
    with pytest.raises(DataError) as caught:
        load(str(template), facts)
    line = row_of(template, "study", "name")
    assert f"template.xlsx: study!D{line}: name: missing; add it" in caught.value.problems
    assert "template.xlsx: bodies!A1: bodies: missing; add it" in caught.value.problems


def test_a_template_offers_what_there_is_and_its_example_is_grey_and_never_read(template, facts):
    book = openpyxl.load_workbook(template)
    assert book.sheetnames[:3] == ["read me", "study", "bodies"]
    sheet, line = book["bodies"], row_of(template, "bodies", "extends")
    assert [c.value for c in sheet[1]][:3] == ["key", "unit", "(example)"]
    assert sheet[f"C{line}"].value == "builtin/sedan-d" and sheet[f"C{line}"].font.italic
    assert sheet[f"B{row_of(template, 'bodies', 'L103')}"].value == "mm"
    rules = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    first, last = re.fullmatch(r"lists!\$([A-Z]+)\$1:\$\1\$(\d+)", rules[f"D{line}"]).groups()
    offered = [book["lists"][f"{first}{n}"].value for n in range(1, int(last) + 1)]
    assert offered == [f"builtin/{body.id}" for body in facts.body]
    assert read_book(template).data == {"wheelbase": 1}


def test_a_filled_template_is_a_study(template, tmp_path, facts):
    """Every value of the bundled study goes into its row of the blank book; new rows where none."""
    book = openpyxl.load_workbook(template)
    for made in sheets_of(read(bundled()["clar-or-bespoke"]).data, tuple(book.sheetnames[2:-1])):
        sheet = book[made.name]
        keys = {sheet.cell(n, 1).value: n for n in range(2, sheet.max_row + 1)}
        for place, column in enumerate(made.columns, start=4):
            sheet.cell(1, place, column)
        for row in made.rows:
            line = keys.setdefault(row.key, max(keys.values()) + 1)
            sheet.cell(line, 1, row.key)
            sheet.cell(line, 2, row.unit or None)
            for place, column in enumerate(made.columns, start=4):
                sheet.cell(line, place, row.cells.get(column))
    book.save(tmp_path / "filled.xlsx")
    found = load(str(tmp_path / "filled.xlsx"), facts)
    assert found.document.data == read(bundled()["clar-or-bespoke"]).data


def test_changes_and_lines_are_those_of_the_study_kept(tmp_path, facts):
    path = write_book(read(bundled()["bills"]), tmp_path / "bills.xlsx", facts)
    document = document_of(str(path), {"bodies.id3.boot": "1 kg"})
    assert document.place(("bodies", "id3", "boot")) == "change bodies.id3.boot"
    kept = read_book(path)
    lines = kept.text.splitlines()
    assert "request: 450 km" in lines[kept.line(("powertrains", "i4", "battery", "request")) - 1]


def test_an_import_writes_the_study_with_its_origin(tmp_path, facts):
    path = write_book(read(bundled()["bills"]), tmp_path / "bills.xlsx", facts)
    found = import_book(path, tmp_path / "bills.yaml", facts)
    text = (tmp_path / "bills.yaml").read_text("utf-8")
    assert text.startswith(f"# from bills.xlsx, sha256 {found.provenance.sha256}\n")
    assert read(tmp_path / "bills.yaml").data == read(bundled()["bills"]).data
    told = json.loads((tmp_path / "bills.yaml.provenance.json").read_text("utf-8"))
    assert told["sha256"] == found.provenance.sha256 and told["left_out"] == []
    assert sum(found.sheets.values()) > 50 and found.sheets["powertrains"] > 10
    with pytest.raises(DataError, match="is the file that is read"):
        import_book(path, path, facts)


def repacked(path, **parts):
    """Write a book again with parts of it replaced or added."""
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(path, "w", 8) as new:
        names = {name.replace("__", "/") for name in parts}
        for member in old.infolist():
            if member.filename not in names:
                new.writestr(member, old.read(member))
        for name, text in parts.items():
            new.writestr(name.replace("__", "/"), text)
    return path


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"xl__vbaProject.bin": b"x"}, "holds macros"),
        ({"xl__externalLinks__externalLink1.xml": b"<x/>"}, "links to other files"),
        ({"xl__embeddings__a.bin": b"x"}, "embedded files"),
        ({"xl__connections.xml": b"<x/>"}, "connections to data elsewhere"),
        ({"xl__bomb.xml": b"0" * 17_000_000}, "bytes unpacked"),
        ({f"xl__p{n}.xml": b"<x/>" for n in range(200)}, "a study's book has at most 200"),
        ({"xl__a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "declares entities"),
        ({"xl__a.xml": "<a/>".encode("utf-16")}, "is not UTF-8"),
        ({"xl__media__a.png": "<!DOCTYPE a><a/>".encode("utf-16")}, "is not UTF-8"),
        ({"xl__media__a.png": b"<!DOCTYPE a><a/>"}, "declares entities"),
        ({"xl__sharedStrings.xml": b"<sst>" + b"<si/>" * 200_000}, "more elements than"),
        ({"xl__styles.xml": b"<styleSheet>" + b"<xf/>" * 30_000}, "more elements than"),
        ({"xl__a.xml": b"<c " * 3_000_000}, "more elements than"),
        ({"xl__workbook.xml": b"<workbook"}, "cannot be read as an xlsx book"),
        ({"[Content_Types].xml": b"<Types/>"}, "cannot be read as an xlsx book"),
    ],
)
def test_a_hostile_book_is_refused_before_its_cells_are_read(tmp_path, facts, parts, says):
    path = repacked(rebuilt(tmp_path / "study.xlsx", facts), **parts)
    with pytest.raises(DataError, match=says):
        read_book(path)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "has a cell XFD1"),
        ('<row r="9"><c r="A1048576"><v>1</v></c></row>', "has a cell A1048576"),
        ('<row r="5"/><row r="3"/>', "row 3 follows row 5"),
        ('<row r="1"><c r="A1"><v>NaN</v></c></row>', "cannot be read as an xlsx book"),
        ('<row r="1"><c r="A1"><v>1e999</v></c></row>', "inf is no number"),
    ],
)
def test_cells_far_out_or_out_of_order_are_refused(tmp_path, facts, rows, says):
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{name}"><sheetData>{rows}</sheetData></worksheet>'
    path = rebuilt(tmp_path / "study.xlsx", facts)
    with pytest.raises(DataError, match=says):
        read_book(repacked(path, **{"xl__worksheets__sheet2.xml": text.encode()}))


def test_a_merged_range_over_the_whole_sheet_costs_nothing(tmp_path, facts):
    path = rebuilt(tmp_path / "study.xlsx", facts)
    before = read_book(path).data
    with zipfile.ZipFile(path) as archive:
        text = archive.read("xl/worksheets/sheet2.xml").decode()
    merged = '<mergeCells count="1"><mergeCell ref="H9:XFD1048576"/></mergeCells>'
    text = text.replace("</sheetData>", f"</sheetData>{merged}")
    assert read_book(repacked(path, **{"xl__worksheets__sheet2.xml": text})).data == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 99, b"key,unit\n"])
def test_a_file_that_is_no_book_is_refused(tmp_path, content):
    path = tmp_path / "study.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no xlsx book|empty"):
        read_book(path)


def test_a_book_cut_short_is_refused(tmp_path, facts):
    path = rebuilt(tmp_path / "study.xlsx", facts)
    content = path.read_bytes()
    for share in (0.2, 0.6, 0.95):
        path.write_bytes(content[: int(share * len(content))])
        with pytest.raises(DataError):
            read_book(path)


def test_a_book_without_a_sheet_of_the_study_says_how_to_begin(tmp_path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(DataError, match="has no sheet 'study'; start from"):
        read_book(tmp_path / "other.xlsx")
