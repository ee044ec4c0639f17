"""The table of docs/compliance.md against the facts."""

import re
from pathlib import Path

import pytest

from wheelbase.plan import rule_pack, target_of

PAGE = Path(__file__).parents[3] / "docs" / "compliance.md"
G = 1e-6


def test_the_page_has_the_law_in_force_year_by_year(facts):
    law = rule_pack(facts, "eu-cars-2025")
    lines = [
        line
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| 20\d\d \|", line)
    ]
    starts = {y for s in ("target", "slope", "reference_mass") for y in getattr(law.rule, s)}
    assert [int(line.split("|")[1]) for line in lines] == sorted(starts)
    for line in lines:
        year, *cells, procedure = (cell.strip() for cell in line.strip("| ").split("|"))
        rule, origins = target_of(law.rule, int(year)), law.in_force(int(year))
        written = {
            "target": rule.target / G,
            "slope": rule.slope / G,
            "reference_mass": rule.reference_mass,
        }
        for cell, (name, value) in zip(cells, written.items(), strict=True):
            number, _, rest = cell.partition(" ")
            assert float(number) == pytest.approx(value), (year, name)
            assert (rest == "(estimate)") == (origins[name].status == "estimate"), (year, name)
        assert procedure == rule.procedure


def test_every_act_of_the_rule_is_on_the_page(facts):
    text = PAGE.read_text(encoding="utf-8")
    for act in facts.fleet_rule:
        assert f"| `{act.id}` |" in text and str(act.adopted) in text
