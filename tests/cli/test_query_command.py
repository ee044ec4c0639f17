import csv
import json
import signal
import subprocess
import sys

import duckdb
import openpyxl
import pytest
from fake_sweep import write_sweep

from wheelbase.cli.main import run_command


@pytest.fixture
def sweep(tmp_path):
    return write_sweep(tmp_path / "sweep", n=100, part_rows=40)


def asked(run, sql, *more):
    return run_command(["query", str(run), sql, *more])


def test_the_example_of_the_manual_is_answered(sweep, capsys):
    assert asked(sweep, "select platform, count(*) from designs group by all") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "platform  count_star()"
    assert sorted(lines[1:]) == [f"{'ev':<10}{50:>12}", f"{'flex':<10}{50:>12}"]


def test_numbers_stand_to_the_right_and_a_missing_one_is_null(sweep, capsys):
    sql = "select variant, energy_kwh as e, energy_kwh > 3 as big from designs where design < 4"
    assert asked(sweep, sql) == 0
    assert capsys.readouterr().out.splitlines() == [
        "variant              e  big",
        "bev@flex.sedan_d  NULL  NULL",
        "bev@ev.sedan_d      80  true",
        "bev@flex.sedan_d  NULL  NULL",
        "bev@ev.sedan_d      81  true",
    ]


def test_a_long_answer_is_cut_and_says_by_how_much(sweep, capsys):
    assert asked(sweep, "select design from designs") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 40 + 1
    assert lines[-1] == "and 60 more of 100 rows; -o FILE or --json gives all"


def test_json_holds_every_row_and_plain_values_alone(sweep, capsys):
    assert asked(sweep, "select design, energy_kwh from designs", "--json") == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert result["columns"] == ["design", "energy_kwh"] and result["count"] == 100
    assert result["rows"][:4] == [[0, None], [1, 80.0], [2, None], [3, 81.0]]
    odd = "select 'nan'::double, 1.5::decimal(9, 2), date '2019-11-14', [1, null], {'a': 'b'::blob}"
    assert asked(sweep, odd, "--json") == 0
    row = json.loads(capsys.readouterr().out)["result"]["rows"][0]
    assert row == [None, 1.5, "2019-11-14", [1, None], {"a": b"b".hex()}]


def test_text_that_moves_the_cursor_is_shown_and_not_sent(sweep, capsys):
    assert asked(sweep, "select chr(27) || '[2J' as a, repeat('x', 100) as \"b\n\"") == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["a", "b\\n"]
    assert row.split() == ["\\x1b[2J", "x" * 57 + "..."]


def test_a_file_takes_every_row_in_the_form_of_its_ending(sweep, tmp_path, capsys):
    sql = "select design, variant, energy_kwh from designs order by design desc"
    for ending in ("csv", "parquet", "xlsx"):
        assert asked(sweep, sql, "-o", str(tmp_path / f"q.{ending}")) == 0
        assert capsys.readouterr().out == f"{tmp_path}/q.{ending}: 100 rows\n"
    expected = (99, "bev@ev.sedan_d", 80.0 + 49)
    with duckdb.connect() as store:
        rows = store.execute(f"from '{tmp_path}/q.parquet'").fetchall()
    assert len(rows) == 100 and rows[0] == expected and rows[1][2] is None
    lines = list(csv.reader((tmp_path / "q.csv").read_text().splitlines()))
    assert lines[0] == ["design", "variant", "energy_kwh"] and lines[1] == [*map(str, expected)]
    sheet = openpyxl.load_workbook(tmp_path / "q.xlsx")["query"]
    assert [c.value for c in sheet[1]] == lines[0] and sheet.max_row == 101
    assert tuple(c.value for c in sheet[2]) == expected
    assert sorted(p.name for p in tmp_path.iterdir()) == ["q.csv", "q.parquet", "q.xlsx", "sweep"]


@pytest.mark.parametrize(
    ("name", "what"),
    [("q.doc", "ends in no form"), ("absent/q.csv", "absent"), ("absent/q.xlsx", "absent"),
     ("sweep/designs/part-00000.parquet", "is a table of the run")],
)  # fmt: skip
def test_a_file_that_cannot_be_written_is_told_and_nothing_stays(
    sweep, tmp_path, capsys, name, what
):
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert asked(sweep, "from designs", "-o", str(tmp_path / name)) == 2
    assert what in capsys.readouterr().err
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_refused_query_leaves_no_file(sweep, tmp_path, capsys, ending):
    for sql in ("select energy from designs", "copy designs to 'x.csv'"):
        assert asked(sweep, sql, "-o", str(tmp_path / f"q.{ending}")) == 2
        assert capsys.readouterr().err.startswith("query: ")
    assert [p.name for p in tmp_path.iterdir()] == ["sweep"]


def test_a_query_without_end_is_cut_by_its_limit(sweep, capsys):
    endless = "with recursive t as (select 1 n union all select n + 1 from t) select sum(n) from t"
    assert asked(sweep, endless, "--limit", "0.2") == 1
    assert "takes longer than 0.2 s" in capsys.readouterr().err


@pytest.mark.parametrize("sql", ["select range(1000000000) as a", "from range(1000000000000)"])
def test_a_query_that_wants_all_memory_ends_this_process_neither(sweep, sql):
    command = [sys.executable, "-m", "wheelbase.cli", "query", str(sweep), sql]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stderr.startswith("query: needs more memory than 2 GB")


def test_control_c_ends_a_query_with_its_code(sweep, capsys):
    endless = "with recursive t as (select 1 n union all select n + 1 from t) select sum(n) from t"
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        assert asked(sweep, endless) == 130
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert capsys.readouterr().err == "interrupted; run the same command again\n"


def test_a_folder_that_is_no_run_and_a_broken_part_are_named(sweep, tmp_path, capsys):
    assert asked(tmp_path, "select 1") == 2
    assert "has no manifest.json" in capsys.readouterr().err
    (sweep / "designs" / "part-00001.parquet").write_bytes(b"")
    assert asked(sweep, "select 1") == 2
    assert "part-00001.parquet: was changed after it was written" in capsys.readouterr().err
