import csv
import hashlib
import json
import struct
import sys
from xml.etree import ElementTree

import duckdb
import openpyxl
import pytest
from fake_sweep import COLUMNS, design, write_sweep
from openpyxl.utils.escape import unescape

from wheelbase.cli.main import run_command
from wheelbase.study import exchange
from wheelbase.study.folder import write_table

IDS = ("bev@ev_like.suv_d", "plugin@clar_like.sedan_d")


def write_run(folder, variants):
    """Write a folder that reads as a finished run; whoever can write one can sign it too."""
    folder.mkdir(exist_ok=True)
    content = json.dumps({"variants": variants}).encode()
    (folder / "results.json").write_bytes(content)
    files = {"results.json": hashlib.sha256(content).hexdigest()}
    manifest = {"wheelbase": 1, "state": "done", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def run(results, tmp_path):
    return write_run(tmp_path / "run", {id: results["variants"][id] for id in IDS})


def names(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize(("form", "ending"), [("gltf", "glb"), ("svg", "svg"), ("json", "json")])
def test_every_variant_becomes_one_file_and_is_named(run, capsys, form, ending):
    assert run_command(["export", str(run), "--to", form]) == 0
    expected = [str(run / form / f"{id}.{ending}") for id in IDS]
    assert capsys.readouterr().out.splitlines() == expected
    assert names(run / form) == [f"{id}.{ending}" for id in IDS]


def test_the_files_are_what_they_are_called(run, tmp_path, results):
    out = tmp_path / "deep" / "o"
    for form in ("gltf", "svg", "json"):
        assert (
            run_command(["export", str(run), "--to", form, "-o", str(tmp_path / "deep" / "o")]) == 0
        )

    assert len(names(out)) == 6
    content = (out / f"{IDS[0]}.glb").read_bytes()
    assert struct.unpack_from("<4sII", content) == (b"glTF", 2, len(content))
    svg = ElementTree.fromstring((out / f"{IDS[0]}.svg").read_text("utf-8"))
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    boxes = json.loads((out / f"{IDS[0]}.json").read_text())["boxes"]
    fit = results["variants"][IDS[0]]["fit"]
    assert {b["id"] for b in boxes} == {b["id"] for b in (*fit["boxes"], *fit["zones"])}


def test_one_variant_alone_and_again_gives_the_same_bytes(run, tmp_path, capsys):
    arguments = ["export", str(run), "--to", "gltf", "--variant", IDS[1], "-o", str(tmp_path / "o")]
    assert run_command(arguments) == 0
    first = (tmp_path / "o" / f"{IDS[1]}.glb").read_bytes()
    assert names(tmp_path / "o") == [f"{IDS[1]}.glb"]
    assert run_command([*arguments, "--json"]) == 0
    assert (tmp_path / "o" / f"{IDS[1]}.glb").read_bytes() == first
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert document["result"]["files"] == [str(tmp_path / "o" / f"{IDS[1]}.glb")]


def test_an_unknown_variant_is_answered_with_near_ones(run, tmp_path, capsys):
    target = ["-o", str(tmp_path / "o"), "--variant", "bev@ev.suv_d"]
    assert run_command(["export", str(run), "--to", "svg", *target]) == 2
    assert "did you mean bev@ev_like.suv_d" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_a_folder_that_is_no_run_is_refused(tmp_path, capsys):
    assert run_command(["export", str(tmp_path), "--to", "svg"]) == 2
    assert "has no manifest.json" in capsys.readouterr().err


def test_an_output_that_is_a_file_is_refused_and_kept(run, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    for target in ("file", "file/below"):
        assert run_command(["export", str(run), "--to", "svg", "-o", str(tmp_path / target)]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_form_that_does_not_exist_is_refused(run, capsys):
    assert run_command(["export", str(run), "--to", "step"]) == 2
    assert "gltf" in capsys.readouterr().err


def test_hostile_names_stay_in_the_folder_and_do_not_meet(results, tmp_path, capsys):
    variant = results["variants"][IDS[0]]
    hostile = ["../../up", "/etc/x", "a\\b", "..", "", "a/b", "A_B", "CON", "x" * 400,
               "new\nline", "\ud800", ".hidden", "a\x00b"]  # fmt: skip
    run = write_run(tmp_path / "run", dict.fromkeys(hostile, variant))
    before = set(tmp_path.rglob("*"))
    for form in ("gltf", "svg", "json"):
        assert run_command(["export", str(run), "--to", form]) == 0
        made = [p for p in (run / form).iterdir() if p.is_file()]
        assert len(made) == len({p.name.casefold() for p in made}) == len(hostile)
        assert all(not p.name.startswith(".") and len(p.name) < 120 for p in made)
    new = set(tmp_path.rglob("*")) - before
    assert all(p.is_relative_to(run) for p in new)
    assert all("\n" not in line for line in capsys.readouterr().out.splitlines())


def test_links_in_a_run_do_not_lead_out_of_it(run, tmp_path, capsys):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("mine")
    (run / "gltf").symlink_to(outside)
    assert run_command(["export", str(run), "--to", "gltf"]) == 2
    assert "link out of the run" in capsys.readouterr().err
    (run / "svg").mkdir()
    for name in (f"{IDS[0]}.svg", f"{IDS[1]}.svg.part"):
        (run / "svg" / name).symlink_to(outside / "kept")
    assert run_command(["export", str(run), "--to", "svg"]) == 0
    assert (outside / "kept").read_text() == "mine" and names(outside) == ["kept"]


@pytest.mark.parametrize(
    "variants", [{}, [], "text", {"a": {}}, {"a": None}, {"a": {"fit": {"boxes": 3}}}]
)
def test_results_of_another_form_are_a_plain_message(tmp_path, capsys, variants):
    run = write_run(tmp_path / "run", variants)
    assert run_command(["export", str(run), "--to", "gltf"]) == 2
    assert "run the study again" in capsys.readouterr().err
    assert not (run / "gltf").exists()


def test_no_length_is_told_with_its_variant(run, results, capsys):
    variants = {id: json.loads(json.dumps(results["variants"][id])) for id in IDS}
    variants[IDS[1]]["fit"]["boxes"][0]["x0"] = float("nan")
    write_run(run, variants)
    assert run_command(["export", str(run), "--to", "svg"]) == 2
    assert f"{IDS[1]}: results: x0" in capsys.readouterr().err
    assert not (run / "svg").exists()


# Tables.

ROWS = [
    {"part": "=1+1", "cost_eur2019": -1.5, "count": 2**53 + 1, "fits": True},
    {"part": "-", "cost_eur2019": None, "count": 3, "fits": None},
    {"part": "glider", "cost_eur2019": 1e-7, "count": 4, "fits": False},
]


def write_tables(folder, tables):
    """Write a folder that reads as a run with tables: name to rows."""
    folder.mkdir()
    files = {}
    for name, rows in tables.items():
        path = write_table(folder / f"{name}.parquet", rows)
        files[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = {"wheelbase": 1, "state": "done", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def kept(tmp_path):
    return write_tables(tmp_path / "kept", {"bills": ROWS, "cars": [{"id": 1, "range_km": 451.0}]})


def test_csv_and_parquet_are_a_file_for_each_table_with_the_names_of_its_columns(kept, capsys):
    for form in ("csv", "parquet"):
        assert run_command(["export", str(kept), "--to", form]) == 0
        expected = [str(kept / form / f"{name}.{form}") for name in ("bills", "cars")]
        assert capsys.readouterr().out.splitlines() == expected
    lines = list(csv.reader((kept / "csv" / "cars.csv").read_text().splitlines()))
    assert lines == [["id", "range_km"], ["1", "451.0"]]
    path = str(kept / "parquet" / "bills.parquet")
    with duckdb.connect() as store:
        rows = store.execute("from read_parquet(?)", [path]).fetchall()
        told = store.execute("select key, value from parquet_kv_metadata(?)", [path]).fetchall()
    assert rows == [tuple(row.values()) for row in ROWS]
    assert {k: json.loads(v) for k, v in told} == {b"units": {"cost_eur2019": "EUR2019"}}


def test_a_csv_gives_no_spreadsheet_a_formula_and_keeps_its_numbers(kept):
    assert run_command(["export", str(kept), "--to", "csv", "--table", "bills"]) == 0
    assert list(csv.reader((kept / "csv" / "bills.csv").read_text().splitlines())) == [
        ["part", "cost_eur2019", "count", "fits"],
        ["'=1+1", "-1.5", str(2**53 + 1), "true"],
        ["'-", "", "3", ""],
        ["glider", "1e-07", "4", "false"],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "'=1", "a=1"])
def test_a_text_that_begins_like_a_formula_is_text_in_csv_and_sheet(tmp_path, text):
    run = write_tables(tmp_path / "run", {"t": [{text: text}]})
    for form in ("csv", "xlsx"):
        assert run_command(["export", str(run), "--to", form]) == 0
    safe = text if text in ("'=1", "a=1") else f"'{text}"
    with (run / "csv" / "t.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [[safe], [safe]]
    sheet = openpyxl.load_workbook(run / "xlsx" / "run.xlsx")["t"]
    assert [c.data_type for c in sheet["A"]] == ["s", "s"]
    assert unescape(sheet["A2"].value).strip() == text.strip()


def test_xlsx_is_a_sheet_for_each_table_with_units_in_its_frozen_header(kept, capsys):
    assert run_command(["export", str(kept), "--to", "xlsx"]) == 0
    assert capsys.readouterr().out == f"{kept / 'xlsx' / 'kept.xlsx'}\n"
    book = openpyxl.load_workbook(kept / "xlsx" / "kept.xlsx")
    assert book.sheetnames == ["bills", "cars"]
    assert [c.value for c in book["cars"][1]] == ["id", "range [km]"]
    assert book["bills"].freeze_panes == "A2"
    assert [tuple(c.value for c in row) for row in book["bills"].iter_rows()] == [
        ("part", "cost [EUR2019]", "count", "fits"),
        ("=1+1", -1.5, str(2**53 + 1), True),
        ("-", None, 3, None),
        ("glider", 1e-7, 4, False),
    ]


def test_the_same_tables_give_the_same_bytes(kept, tmp_path):
    for form in ("csv", "parquet", "xlsx"):
        for name in ("a", "b"):
            target = ["--table", "bills", "-o", str(tmp_path / f"{name}.{form}")]
            assert run_command(["export", str(kept), "--to", form, *target]) == 0
        assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()


def test_the_designs_of_a_sweep_carry_the_units_of_its_manifest(tmp_path):
    sweep = write_sweep(tmp_path / "sweep")
    for form in ("csv", "parquet", "xlsx"):
        assert run_command(["export", str(sweep), "--to", form, "-o", str(tmp_path)]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "sweep.xlsx")["designs"]
    head = [c.value for c in sheet[1]]
    assert head[-2:] == ["bodies_sedan_d_l103 [mm]", "energy [kWh]"]
    rows = [tuple(c.value for c in row) for row in sheet.iter_rows(min_row=2)]
    assert rows == [design(i) for i in range(20)]
    with duckdb.connect() as store:
        assert store.execute(f"from '{tmp_path / 'designs.parquet'}'").fetchall() == rows
    lines = (tmp_path / "designs.csv").read_text().splitlines()
    assert lines[0].split(",") == [name for name, _, _, _ in COLUMNS] and len(lines) == 21


def test_the_run_of_the_demo_becomes_a_book(ran, tmp_path):
    arguments = ["export", str(ran.folder), "--to", "xlsx", "-o", str(tmp_path / "demo.xlsx")]
    assert run_command(arguments) == 0
    book = openpyxl.load_workbook(tmp_path / "demo.xlsx")
    head = [c.value for c in book["variants"][1]]
    assert {"range_wltp [km]", "consumption_wltp [kWh/100km]", "consumption_wltp [l/100km]"} <= {
        *head
    }
    mass = [
        row[head.index("curb_mass [kg]")].value for row in book["variants"].iter_rows(min_row=2)
    ]
    cars = ran.results["variants"].values()
    assert mass == [car["figures"]["curb_mass"]["value"] for car in cars]


def test_a_table_longer_than_a_sheet_is_refused_with_the_way_out(kept, monkeypatch, capsys):
    monkeypatch.setattr(exchange, "SHEET_ROWS", 3)
    assert run_command(["export", str(kept), "--to", "xlsx"]) == 2
    said = capsys.readouterr().err
    assert "bills: 3 rows and a header" in said and "write parquet or csv" in said
    assert not list(kept.glob("xlsx/*"))
    assert run_command(["query", str(kept), "from bills", "-o", str(kept / "q.xlsx")]) == 2
    assert "the answer: 3 rows and a header" in capsys.readouterr().err
    assert run_command(["export", str(kept), "--to", "xlsx", "--table", "cars"]) == 0


def test_a_sheet_of_today_has_as_many_rows_as_excel_takes():
    assert exchange.SHEET_ROWS == 2**20


def test_a_text_longer_than_a_cell_is_named_and_not_cut(tmp_path, capsys):
    run = write_tables(tmp_path / "run", {"t": [{"a": "x" * 32_768}]})
    assert run_command(["export", str(run), "--to", "xlsx"]) == 2
    assert "t: row 1, a: 32,768 characters" in capsys.readouterr().err
    assert not list(run.glob("xlsx/*"))


def test_a_missing_extra_is_named(kept, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    assert run_command(["export", str(kept), "--to", "xlsx"]) == 2
    assert "needs the extra 'xlsx': pip install 'wheelbase[xlsx]'" in capsys.readouterr().err
    assert not list(kept.glob("xlsx/*"))


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (["--to", "csv", "--table", "bil"], "no table 'bil'; the run has bills, cars"),
        (["--to", "csv", "-o", "{out}/x.csv"], "is one file for 2 tables"),
        (["--to", "csv", "--variant", "a"], "choose one with --table"),
        (["--to", "svg", "--table", "bills"], "choose one with --variant"),
        (["--to", "parquet", "-o", "{run}"], "bills.parquet: is a table of the run"),
    ],
)
def test_what_cannot_be_meant_is_refused(kept, tmp_path, capsys, more, what):
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    told = [word.format(out=tmp_path, run=kept) for word in more]
    assert run_command(["export", str(kept), *told]) == 2
    assert what in capsys.readouterr().err
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_hostile_names_of_tables_and_columns_are_names(tmp_path):
    names = [
        "it's",
        'a "b"',
        "x'; drop view y; --",
        "history",
        "a[1]*?:",
        "é" * 40,
        "é" * 41,
        "con",
    ]
    rows = [dict.fromkeys(names, 1)]
    run = write_tables(tmp_path / "it's a run", dict.fromkeys(names, rows))
    for form in ("csv", "parquet", "xlsx"):
        assert run_command(["export", str(run), "--to", form]) == 0
        made = [p.name for p in (run / form).iterdir()]
        assert len(made) == (1 if form == "xlsx" else len(names))
    book = openpyxl.load_workbook(run / "xlsx" / "it_s_a_run.xlsx")
    assert len({name.casefold() for name in book.sheetnames}) == len(names)
    assert all(0 < len(name) <= 31 for name in book.sheetnames)
    for sheet in book:
        assert [c.value for c in sheet[1]] == names


def test_a_run_without_tables_says_which_have_some(tmp_path, capsys):
    assert run_command(["export", str(write_tables(tmp_path / "r", {})), "--to", "csv"]) == 2
    assert "has no tables" in capsys.readouterr().err
