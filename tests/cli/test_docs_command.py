"""`wheelbase docs` opens the site, or says what to do where there is none."""

import webbrowser

import pytest

from wheelbase.cli import docs_commands
from wheelbase.cli.main import run_command


@pytest.fixture
def opened(monkeypatch):
    pages = []
    monkeypatch.setattr(webbrowser, "open", pages.append)
    return pages


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    (tmp_path / "conf.py").write_text("")
    monkeypatch.setattr(docs_commands, "_HOME", tmp_path)
    return tmp_path


def test_a_site_that_is_built_is_opened(checkout, opened, capsys):
    page = checkout / "_build" / "html" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    assert run_command(["docs"]) == 0
    assert opened == [page.as_uri()] and str(page) in capsys.readouterr().out


def test_nothing_is_opened_where_only_the_place_is_asked(checkout, opened):
    page = checkout / "_build" / "html" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("")
    assert run_command(["docs", "--no-browser"]) == 0 and not opened


def test_a_site_that_is_not_built_is_built_first(checkout, opened, monkeypatch):
    pytest.importorskip("sphinx")
    (checkout / "index.rst").write_text("Here\n====\n")
    assert run_command(["docs"]) == 0
    assert "Here" in (checkout / "_build" / "html" / "index.html").read_text("utf-8")


def test_without_sphinx_the_extra_is_named(checkout, opened, monkeypatch, capsys):
    monkeypatch.setattr(docs_commands, "find_spec", lambda name: None)
    assert run_command(["docs"]) == 2
    assert "pip install 'wheelbase[docs]'" in capsys.readouterr().err and not opened


def test_an_installed_package_says_where_the_pages_are(tmp_path, monkeypatch, opened, capsys):
    monkeypatch.setattr(docs_commands, "_HOME", tmp_path / "none")
    assert run_command(["docs"]) == 2
    assert "make docs" in capsys.readouterr().err and not opened
