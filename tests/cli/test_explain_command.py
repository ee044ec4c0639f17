"""`wheelbase explain RUN VARIANT.METRIC` on a stored run."""

import json

import pytest

from wheelbase.cli.main import run_command


@pytest.fixture
def folder(ran):
    return str(ran.folder)


def test_a_person_reads_the_chain_with_its_sources(folder, capsys):
    assert run_command(["explain", folder, "bev@clar_like.sedan_d.cost", "--depth", "1"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("bev@clar_like.sedan_d.cost = ")
    assert "cost_equation.csv:" in out and "sources" in out


def test_a_program_reads_the_same_as_json(folder, capsys):
    assert run_command(["explain", folder, "clar_like.L104", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verb"] == "explain" and document["result"]["unit"] == "mm"
    assert document["result"]["facts"]


def test_an_unknown_number_or_run_is_a_plain_message(folder, capsys, tmp_path):
    assert run_command(["explain", folder, "bev@clar_like.sedan_d.rang_wltp"]) == 2
    assert "did you mean" in capsys.readouterr().err
    assert run_command(["explain", str(tmp_path), "answer.value"]) == 2
    assert "not the folder of a finished run" in capsys.readouterr().err
