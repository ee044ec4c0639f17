"""A studio in a folder of its own, asked as its page asks."""

import shutil

import pytest
from starlette.testclient import TestClient
from unit_studio import HOST, TOKEN

from wheelbase.studio import studio


@pytest.fixture(scope="session")
def folder(tmp_path_factory, ran):
    """A folder with the demo's run, and studies that are odd in one way each."""
    place = tmp_path_factory.mktemp("studies")
    shutil.copytree(ran.folder, place / "runs" / "demo")
    text = (ran.folder / "study.yaml").read_text("utf-8")
    (place / "broken.yaml").write_text(text.replace("tank: 59 l", "tank: 59"))
    title = """title: '"</script><script>alert(1)</script>&amp;'"""
    (place / "hostile.yaml").write_text(
        "\n".join(title if line.startswith("title:") else line for line in text.splitlines())
    )
    return place


@pytest.fixture(scope="session")
def app(folder):
    return studio(folder, "clar-or-bespoke", TOKEN)


@pytest.fixture(scope="session")
def client(app):
    headers = {"X-Wheelbase-Token": TOKEN, "Origin": HOST}
    with TestClient(app, base_url=HOST, headers=headers) as asked:
        yield asked
