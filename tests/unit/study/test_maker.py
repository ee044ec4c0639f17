"""Whose study it is does not depend on the order of a file, and anyone can be a partner."""

import pytest

from wheelbase.errors import DataError
from wheelbase.study import alliance_results, bundled, load_alliance, read_text, study_of
from wheelbase.study.alliances import alliances
from wheelbase.study.cars import basis_of
from wheelbase.study.decision import offers_of

GOOD = bundled()["clar-or-bespoke"].read_text()
VOLUMES = """
volumes:
  drive:
    deal: drive_unit
    groups: [inverter]
    start: 2020
    first: {value: 1000 k, low: 900 k, high: 1100 k, note: n}
    own: {value: 300 k/yr, low: 200 k/yr, high: 400 k/yr, note: n}
    learning_rate: {value: 10 %, low: 5 %, high: 15 %, note: n}
"""


def studies(facts):
    """Return the study, and the same with the partners of its deal in another order."""
    text = GOOD.replace("\ndemand:", VOLUMES + "\ndemand:", 1)
    lines = text.splitlines(keepends=True)
    first, second = (
        next(n for n, line in enumerate(lines) if line.strip().startswith(f"{name}: {{partner"))
        for name in ("bmw", "jlr")
    )
    lines[first], lines[second] = lines[second], lines[first]
    return [study_of(read_text(t, "my.yaml"), facts) for t in (text, "".join(lines))]


def test_the_order_of_the_partners_does_not_say_who_asks(facts):
    found = [next(offers_of(study, alliances(study))) for study in studies(facts)]
    assert found[0].saving == pytest.approx(found[1].saving)
    assert set(found[0].partners) == set(found[1].partners) == {"jlr", "geely"}


def test_the_units_of_the_others_are_learned_by_whoever_asks(facts):
    pooled = [basis_of(study).experience("inverter").partners for study in studies(facts)]
    assert pooled[0] == pytest.approx(pooled[1])


def test_another_maker_asks_for_its_own_share(facts):
    text = GOOD.replace("maker: bmw ", "maker: jlr ", 1)
    study = study_of(read_text(text, "my.yaml"), facts)
    deals = alliances(study)
    (offer,) = offers_of(study, deals)
    assert offer.saving == deals["drive_unit"].sharings[0].shares["jlr"]
    assert offer.partners == ("bmw", "geely")


def test_the_answer_names_the_maker(results):
    whom = results["answer"]["whom"]
    assert (whom["maker"], whom["maker_name"]) == ("bmw", "BMW Group")
    assert "it saves BMW Group EUR" in results["answer"]["sentence"]


def seven(tmp_path, lines):
    part = "{label: Maker %d, volume: {value: %d k, low: %d k, high: %d k, note: n}}"
    members = "\n".join(f"      p{n}: {part % (n, 100 * n, 90 * n, 110 * n)}" for n in range(1, 8))
    text = bundled()["edu-alliance"].read_text().partition("deals:")
    first = text[2].partition("    partners:\n")
    rest = first[2].partition("    development:")[2].split("\n\n")[0]
    path = tmp_path / "seven.yaml"
    body = f"{first[0]}    partners:\n{members}\n    development:{rest}\n"
    path.write_text((text[0] + "deals:" + body).replace("draws: 400", "draws: 5") + lines)
    return path


def test_a_deal_may_have_more_partners_than_the_catalogue_holds(tmp_path, facts):
    found = alliance_results(load_alliance(seven(tmp_path, ""), facts))
    deal = found["alliance"]["drive_unit"]
    assert [m["name"] for m in deal["members"]] == [f"Maker {n}" for n in range(1, 8)]
    assert len(facts.partner) < len(deal["members"])


def test_a_maker_that_a_deal_does_not_list_is_refused(facts):
    text = GOOD.replace("maker: bmw ", "maker: volvo ", 1)
    with pytest.raises(DataError, match="the maker, 'volvo', is none of them") as caught:
        study_of(read_text(text, "my.yaml"), facts)
    assert "deals.drive_unit.partners" in str(caught.value)


def test_a_maker_without_a_deal_is_refused(facts):
    at, _, rest = GOOD.partition("\ndeals:\n")
    text = at + "\n" + rest[rest.index("\nrules:") + 1 :]
    with pytest.raises(DataError, match="the study has none; leave it out"):
        study_of(read_text(text, "my.yaml"), facts)
