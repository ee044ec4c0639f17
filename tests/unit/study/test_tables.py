"""The tables of a run through SQL: what is there, and all that must not be possible."""

import hashlib
import importlib.util
import json
import sys

import pytest
from fake_sweep import COLUMNS, design, write_part, write_sweep

from wheelbase.errors import DataError, LimitError
from wheelbase.study import open_tables
from wheelbase.study.folder import write_table


def write_run(folder, tables, state="done"):
    """Write a folder that reads as a run with tables: name to rows."""
    folder.mkdir(exist_ok=True)
    files = {}
    for name, rows in tables.items():
        path = write_table(folder / f"{name}.parquet", rows)
        files[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = {"wheelbase": 1, "name": "r", "state": state, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


ROWS = [{"part": name, "cost_eur2019": cost} for name, cost in (("a", 1.5), ("b", 2.0), ("b", 4.5))]


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "run", {"bills": ROWS, "cars": [{"id": 1, "range_km": None}]})


@pytest.fixture
def tables(run):
    return open_tables(run)


@pytest.fixture
def sweep(tmp_path):
    return write_sweep(tmp_path / "sweep")


def test_every_table_of_a_run_is_a_view_with_units(tables):
    assert {name: view.rows for name, view in tables.views.items()} == {"bills": 3, "cars": 1}
    found = [(c.name, c.unit, c.kind) for c in tables.views["bills"].columns]
    assert found == [("part", "", "VARCHAR"), ("cost_eur2019", "EUR2019", "DOUBLE")]


def test_a_column_without_any_value_keeps_the_kind_of_its_unit(tables):
    found = [(c.name, c.unit, c.kind) for c in tables.views["cars"].columns]
    assert found == [("id", "", "BIGINT"), ("range_km", "km", "DOUBLE")]


def test_a_query_gives_columns_rows_and_their_count(tables):
    found = tables.sql("select part, sum(cost_eur2019) as cost from bills group by all order by 1")
    assert found.columns == ("part", "cost") and found.count == 2
    assert found.rows() == [("a", 1.5), ("b", 2.0 + 4.5)]
    assert found.rows(1) == [("a", 1.5)]
    assert [row for chunk in found.chunks() for row in chunk] == found.rows()


def test_two_answers_live_beside_each_other(tables):
    first, second = tables.sql("select 1 as a"), tables.sql("select 2 as a")
    assert (first.rows(), second.rows()) == ([(1,)], [(2,)])


def test_a_missing_value_is_none(tables):
    assert tables.sql("select range_km from cars").rows() == [(None,)]


@pytest.mark.parametrize(
    "query",
    ["from bills", "values (1), (2)", "describe bills", "show tables", "summarize bills",
     "with x as (select 1) select * from x", "select 1; ", "select 1 -- said", "(select 1)"],
)  # fmt: skip
def test_every_way_to_only_look_is_allowed(tables, query):
    assert tables.sql(query).count >= 1


def test_the_order_of_a_query_is_kept(tables):
    found = tables.sql("select range from range(50000) order by -range").rows()
    assert found == [(n,) for n in range(49_999, -1, -1)]


def test_the_tables_of_the_demo_hold_its_numbers(ran):
    found = open_tables(ran.folder).sql("select id, curb_mass_kg from variants").rows()
    cars = ran.results["variants"]
    assert found == [(id, v["figures"]["curb_mass"]["value"]) for id, v in cars.items()]


def test_an_answer_becomes_a_frame_and_an_arrow_table(tables):
    found = tables.sql("select part, cost_eur2019 from bills order by 2")
    frame = found.to_pandas()
    assert list(frame.columns) == ["part", "cost_eur2019"]
    assert frame["cost_eur2019"].tolist() == [1.5, 2.0, 4.5]
    assert found.to_arrow().to_pydict() == {"part": ["a", "b", "b"], "cost_eur2019": [1.5, 2, 4.5]}


@pytest.mark.parametrize(("name", "verb"), [("pandas", "to_pandas"), ("pyarrow", "to_arrow")])
def test_a_package_that_is_not_there_is_named(tables, monkeypatch, name, verb):
    assert importlib.util.find_spec(name)
    for known in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
        monkeypatch.delitem(sys.modules, known)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DataError, match=f"needs the package '{name}': pip install {name}"):
        getattr(tables.sql("select 1"), verb)()


# What must not be possible.

REACHES_OUT = (
    "select * from read_text('/etc/passwd')",
    "select * from read_text('/../etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_parquet('https://example.org/x.parquet')",
    "select * from read_duckdb('/tmp/x.duckdb')",
    "select * from enable_logging('QueryLog', storage='file', storage_path='{out}')",
    "select * from query('copy (select 1) to ''{out}''')",
    "select * from ROWS",  # a name of this module
)
CHANGES = (
    "copy (select 1) to '{out}'", "copy bills to '{out}' (format parquet)", "attach '{out}'",
    "set memory_limit='99GB'", "reset lock_configuration", "install httpfs", "load httpfs",
    "create table x (a int)", "drop view bills", "insert into bills values ('c', 1)",
    "pragma enable_profiling", "export database '{out}'", "call enable_logging()", "begin",
    "explain analyze select 1", "vacuum", "checkpoint", "use memory", "prepare a as select 1",
)  # fmt: skip


@pytest.mark.parametrize("query", REACHES_OUT)
def test_a_query_reads_nothing_but_the_tables(tables, tmp_path, query):
    before = set(tmp_path.rglob("*"))
    with pytest.raises(DataError, match=r"^query: .*the views are bills, cars$"):
        tables.sql(query.format(out=tmp_path / "out"))
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("query", CHANGES)
def test_a_statement_that_does_more_than_look_is_refused(tables, run, tmp_path, query):
    before = set(tmp_path.rglob("*"))
    for out in (tmp_path / "out", run / "out"):
        with pytest.raises(DataError, match="only SELECT is allowed"):
            tables.sql(query.format(out=out))
    assert set(tmp_path.rglob("*")) == before


def test_the_other_files_of_the_run_are_shut_too(tables, run):
    for name in ("manifest.json", "*"):
        with pytest.raises(DataError, match="cannot access file"):
            tables.sql(f"select * from read_text('{run / name}')")


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("", "holds 0 statements"),
        ("-- nothing", "holds 0 statements"),
        ("select 1; select 2", "holds 2 statements"),
        ("select 1; drop view bills", "holds 2 statements"),
        ("selec 1", "syntax error"),
        ("select 1 from bills where part = 'a", "unterminated"),
        ("select 1\0", "NUL"),
        ("select " + "1," * 60_000 + "1", "longer than 100000 characters"),
        ("select " + "(" * 5000 + "1" + ")" * 5000, "depth"),
        ("select \ud800", "write one SELECT"),
        ("select ?", "parameters"),
    ],
)
def test_a_text_that_is_not_one_select_is_told_so(tables, query, what):
    with pytest.raises(DataError, match=rf"^query: .*{what}"):
        tables.sql(query)


def test_an_unknown_name_is_told_with_what_there_is(tables):
    with pytest.raises(DataError) as told:
        tables.sql("select costs from bills")
    assert '"costs"' in str(told.value) and '"cost_eur2019"' in str(told.value)
    with pytest.raises(DataError, match="bilz does not exist.*the views are bills, cars"):
        tables.sql("from bilz")


def test_a_query_without_end_is_stopped_at_its_limit(tables):
    endless = "with recursive t as (select 1 n union all select n + 1 from t) select sum(n) from t"
    with pytest.raises(LimitError, match=r"takes longer than 0\.2 s"):
        tables.sql(endless, limit=0.2)
    assert tables.sql("select 1", limit=30).rows() == [(1,)]


@pytest.mark.parametrize(
    "query", ["select list(range) from range(10000000000)", "from range(1000000000000)"]
)
def test_a_query_that_wants_all_memory_is_refused_it(tables, query):
    with pytest.raises(DataError, match="needs more memory than 2 GB"):
        tables.sql(query)


# Hostile names and broken folders.

HOSTILE = (
    "it's",
    'a "b"',
    "x'; drop view bills; --",
    "Ä ö",
    "a*[1]?",
    "select",
    "line\nend",
    "é" * 60,
)


def test_names_are_names_whatever_they_hold(tmp_path):
    rows = [{name: n for n, name in enumerate(HOSTILE)}]
    run = write_run(tmp_path / "it's [a] *?", dict.fromkeys(HOSTILE, rows))
    (run / "it's.parquet").with_name("other.parquet").write_bytes(b"not of the run")
    tables = open_tables(run)
    assert set(tables.views) == set(HOSTILE)
    for name in HOSTILE:
        found = tables.sql('from "' + name.replace('"', '""') + '"')
        assert found.columns == HOSTILE and found.rows() == [tuple(range(len(HOSTILE)))]


@pytest.mark.parametrize("name", ["../up.parquet", "/etc/x.parquet", "a/b.parquet", "a\0.parquet"])
def test_a_manifest_leads_to_no_file_outside(run, name):
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["files"][name] = "0" * 64
    (run / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataError, match="is no file of the run"):
        open_tables(run)


def test_a_link_out_of_the_run_is_no_table(run, tmp_path):
    (run / "bills.parquet").rename(tmp_path / "bills.parquet")
    (run / "bills.parquet").symlink_to(tmp_path / "bills.parquet")
    with pytest.raises(DataError, match=r"bills\.parquet: leads out of the folder"):
        open_tables(run)


def test_every_table_that_is_not_what_was_written_is_named(run):
    with (run / "bills.parquet").open("ab") as file:
        file.write(b"x")
    (run / "cars.parquet").unlink()
    with pytest.raises(DataError) as told:
        open_tables(run)
    assert [p.split(": ")[1].split(";")[0] for p in told.value.problems] == [
        "was changed after it was written",
        "no such file or directory",
    ]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"wheelbase": 2}', '{"wheelbase": 1, "files": 3}']
)
def test_a_broken_manifest_is_named(run, text):
    (run / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json|did not finish"):
        open_tables(run)


def test_a_table_that_is_none_is_named(run):
    (run / "bills.parquet").write_bytes(b"PAR1 and no more")
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["files"]["bills.parquet"] = hashlib.sha256(b"PAR1 and no more").hexdigest()
    (run / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataError, match=r"bills\.parquet: is no table"):
        open_tables(run)


def test_a_run_without_tables_says_so(tmp_path):
    with pytest.raises(DataError, match="the run has no tables"):
        open_tables(write_run(tmp_path / "run", {})).sql("from bills")


def test_what_is_no_finished_run_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"has no manifest\.json"):
        open_tables(tmp_path)
    with pytest.raises(DataError, match="did not finish"):
        open_tables(write_run(tmp_path / "run", {"bills": ROWS}, state="running"))


# Sweeps.


def test_a_sweep_is_one_view_of_its_designs(sweep):
    tables = open_tables(sweep)
    assert {name: view.rows for name, view in tables.views.items()} == {"designs": 20}
    assert [c.unit for c in tables.views["designs"].columns] == [unit for _, _, unit, _ in COLUMNS]
    found = tables.sql("select * from designs").rows()
    assert found == [design(i) for i in range(20)]


def test_the_query_of_the_manual_counts_the_designs_of_each_platform(sweep):
    found = open_tables(sweep).sql("select platform, count(*) from designs group by all")
    assert sorted(found.rows()) == [("ev", 10), ("flex", 10)]


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_sweep_that_goes_on_shows_the_parts_of_its_journal_alone(tmp_path, state):
    sweep = write_sweep(tmp_path / "sweep", n=16, state=state)
    write_part(sweep, 2, [design(i) for i in range(16, 20)])  # renamed, not yet in the journal
    with (sweep / "designs" / "parts.jsonl").open("a") as journal:
        journal.write('{"part": 2, "rows": 4, "sha')
    found = open_tables(sweep).sql("select design from designs").rows()
    assert found == [(i,) for i in range(16)]


def test_a_part_that_was_written_anew_counts_once(tmp_path):
    sweep = write_sweep(tmp_path / "sweep", n=16)
    with (sweep / "designs" / "parts.jsonl").open("a") as journal:
        journal.write(write_part(sweep, 0, [design(i, energy=lambda v, p: 1.0) for i in range(8)]))
    found = open_tables(sweep).sql(
        "select count(*), sum(energy_kwh) filter (design < 8) from designs"
    )
    assert found.rows() == [(16, 8.0)]


def test_a_sweep_without_a_part_has_a_view_without_rows(tmp_path):
    tables = open_tables(write_sweep(tmp_path / "sweep", n=0, state="running"))
    assert tables.sql("from designs").columns == tuple(name for name, _, _, _ in COLUMNS)
    assert tables.sql("select count(*) from designs").rows() == [(0,)]


def test_every_corrupt_part_is_named(sweep):
    path = sweep / "designs" / "part-00001.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (sweep / "designs" / "part-00002.parquet").unlink()
    with pytest.raises(DataError) as told:
        open_tables(sweep)
    assert len(told.value.problems) == 2
    assert "part-00001.parquet: was changed" in told.value.problems[0]
    assert "part-00002.parquet: no such file" in told.value.problems[1]
    assert all("resume the sweep" in problem for problem in told.value.problems)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "text",
        "[]",
        '{"part": 1}',
        '{"part": -1, "rows": 8, "sha256": "%s"}' % ("0" * 64),
        '{"part": 0, "rows": 0, "sha256": "%s"}' % ("0" * 64),
        '{"part": 0, "rows": 8, "sha256": "x"}',
    ],
)
def test_a_line_of_the_journal_that_is_no_part_is_named(sweep, line):
    path = sweep / "designs" / "parts.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], line, *lines[1:], ""]))
    with pytest.raises(DataError, match=r"parts\.jsonl:2: is no part"):
        open_tables(sweep)


def test_a_broken_manifest_of_a_sweep_is_named(sweep):
    manifest = json.loads((sweep / "manifest.json").read_text())
    manifest["columns"][2] = {"name": "variant"}
    (sweep / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataError, match=r"manifest\.json: columns\[2\]: is no name, kind and unit"):
        open_tables(sweep)
    (sweep / "manifest.json").write_text('{"wheelbase": 9, "kind": "sweep"}')
    with pytest.raises(DataError, match="of version 9 of run folders"):
        open_tables(sweep)


def test_parts_of_another_sweep_are_told(tmp_path):
    renamed = (*COLUMNS[:-1], ("energy_mj", "double", "MJ", "output"))
    sweep = write_sweep(tmp_path / "sweep")
    other = write_sweep(tmp_path / "other", columns=renamed)
    (sweep / "manifest.json").write_bytes((other / "manifest.json").read_bytes())
    with pytest.raises(DataError, match="other columns than manifest.json says"):
        open_tables(sweep)
