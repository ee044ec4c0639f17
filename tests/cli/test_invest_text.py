"""Ladder and shared parts as text."""

from wheelbase.cli.invest_text import ladder_text, shared_text


def test_every_step_says_its_interval_and_every_public_figure_its_source(results):
    rungs = results["investments"]["rungs"]
    head, *lines = ladder_text(results["investments"]).splitlines()
    rate, block = results["investments"]["rate"], results["investments"]["block"]
    assert f"{rate['value']:g} % a year, {block['value']:g} k cars a year" in head
    assert len(lines) == sum(1 + len(rung["precedents"]) for rung in rungs)
    zwickau = next(line for line in lines if "Zwickau" in line)
    assert "1.2 bnEUR2018" in zwickau and zwickau.endswith("[wnp-zwickau]")
    plants = next(line for line in lines if line.startswith("new plant: "))
    assert "MEUR [" in plants and "(derived: least, median, greatest of 7" in plants
    whole = next(line for line in lines if line.startswith("programme: "))
    assert "never added up" in whole and "MEUR [" not in whole


def test_the_matrix_has_a_row_for_every_car_with_its_own_share_at_one_hundred(results):
    lines = shared_text(results["shared_parts"]).splitlines()
    names = results["shared_parts"]["variants"]
    for at, (name, line) in enumerate(zip(names, lines[1:], strict=False)):
        cells = line[len(max(names, key=len)) :].split()
        assert line.startswith(name) and len(cells) == len(names) and cells[at] == "100"
    assert "% of value in shared parts" in lines[-1]


def test_a_platform_with_one_car_has_nothing_to_share(results):
    found = results["shared_parts"]["platforms"]
    assert "clar_like" in found and "ev_compact" not in found
    assert all(platform["cars"] > 1 for platform in found.values())
    assert not any(
        line.startswith("ev_compact:") for line in shared_text(results["shared_parts"]).splitlines()
    )
