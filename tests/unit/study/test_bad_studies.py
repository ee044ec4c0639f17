"""What bad study files get: every problem at once, with its place and what to do."""

import pytest

from wheelbase.errors import DataError
from wheelbase.study import bundled, check, load, read_text, study_of

GOOD = bundled()["clar-or-bespoke"].read_text()
VOLUMES = """
volumes:
  drive:
    {}
    groups: [inverter]
    start: 2020
    first: {{value: 1000 k, low: 900 k, high: 1100 k, note: n}}
    own: {{value: 300 k/yr, low: 200 k/yr, high: 400 k/yr, note: n}}
    learning_rate: {{value: 10 %, low: 5 %, high: 15 %, note: n}}
"""
OWN = "{value: 100 EUR/kWh, low: 90 EUR/kWh, high: 120 EUR/kWh, note: n}"


def problems(facts, *changes):
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(DataError) as caught:
        study_of(read_text(text, "my.yaml"), facts)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "engine: bmw-b48-190kw",
            "engine: bmw-b48-191kw",
            "no engine 'bmw-b48-191kw'; did you mean bmw-b48-1",
        ),
        ("title: Keep", "titel: Keep", "unknown key; did you mean 'title'?"),
        ("tank: 59 l", "tank: 59", "59 has no unit; write '59 l'"),
        ("tank: 59 l", "tank: 59 kg", "'kg' is a unit of mass, not of volume"),
        ("tank: 59 l", "tank: nan l", "not a number with a unit"),
        ("tank: 59 l", "tank: -59 l", "outside the range 1 .. 1000 l"),
        ("tank: 59 l", "tank: 1e999 l", "outside the range"),
        ("charger: 11 kW", "charger: .inf", "not a number with a unit"),
        ("request: 380 km", "request: 400 kg", "asks for no battery"),
        ("request: 380 km", "request: 60 kWh", "compared at equal range in a segment; ask for a"),
        ("request: 380 km", "request: fit", "compared at equal range in a segment; ask for a"),
        ("request: 12 kWh", "request: 60 km", "asks its battery for an energy"),
        ("sedan_d: 50 %", "sedan_d: 48 %", "the shares sum to 98 %, not to 100 %; add 2 %"),
        ("final_drive: 2.81", "final_drive: 0", "outside the range"),
        ("final_drive: 2.81", "final_drive: 1e308", "outside the range 0.5 .. 100"),
        ("value: 8 %, low: 6 %, high: 11 %", "value: 8 %, low: 9 %, high: 11 %", "not in order"),
        ("value: 8 %, low: 6 %, high: 11 %", "value: 8 %", "misses low, high"),
        ("wheelbase: 1", "wheelbase: 2", "2: input should be 1"),
        ("wheelbase: 1", "wheelbase: true", "is the version of the format; write 1"),
        ("pack_price: forecasts", "pack_price: {}", "pack_price"),
        ("currency: EUR2019", "currency: EUR", "'EUR' lacks its price year; write"),
        (
            "currency: EUR2019",
            "currency: EUR1999",
            "no deflator of EUR for 1999; known: 2002..2024",
        ),
        ("builtin/usa: {part", "builtin/us: {part", "no market 'builtin/us'; did you mean"),
        (
            "builtin/world: {part: {value: 16 %",
            "builtin/world: {part: {value: 15 %",
            "the parts sum to 99 %, not to 100 %",
        ),
        (
            'in 2018"}, regulated: true}',
            'in 2018"}}',
            "regulated parts are 0 % and demand.regulated 44 %; let both say the same",
        ),
        ("revealed: 2024", "revealed: 2025", "must be a stage after the first: 2024, 2028, 2032"),
        ("    revealed: 2024\n", "", "plan.outlook.regulation: say when it is known which"),
        (
            "standing: {rules: builtin/eu-cars,",
            "standing: {rules: builtin/eu-cars-2014,",
            "the first must be the standing one, 'builtin/eu-cars'",
        ),
        (
            "probability: {value: 40 %, low: 20 %",
            "probability: {value: 30 %, low: 20 %",
            "the probabilities sum to 90 %, not to 100 %",
        ),
        (
            "probability: {value: 40 %, low: 20 %",
            "probability: {value: 0 %, low: 0 %",
            "has no probability; leave it out",
        ),
        (
            "builtin/world: {part: {value: 16 %, low: 10 %",
            "builtin/world: {part: {value: 0 %, low: 0 %",
            "has no part of the volume; leave it out",
        ),
        (
            'high: 0.06, note: "estimate: a tenth of the years',
            'high: 5, note: "estimate: a tenth of',
            "5 a year is beyond any market; at most 1",
        ),
        ("leaves: 24", "leaves: 1", "greater than or equal to 2"),
        ("paths: 500", "paths: 1000000", "less than or equal to 2000"),
        ("currency: EUR2019", "currency: USD2019", "is no currency that a study counts in"),
        ("lead: 4 yr", "lead: 4 EUR", "is a unit of money, not of number of years"),
        (
            "value: 3000 MEUR",
            "value: 3000 MUSD",
            "'MUSD' lacks its price year; write it as USD2022",
        ),
        ("value: 3000 MEUR", "value: 3000 MUSD1985", "no deflator of USD for 1985; known: 2000.."),
        ("value: 2500 k,", "value: -2500 k,", "outside the range 0 .. 1e+06 k"),
        ("date: 2019-11-14", "date: 14.11.2019", "write it as 2019-11-14"),
        ("flexible: clar_like ", "flexible: clar_lik ", "did you mean clar_like"),
        ("electric: bev ", "electric: petrol ", "is not a bev"),
        (
            "common: [L104, x_fw, L105",
            "common: [L104, x_fv",
            "no hard point 'x_fv'; did you mean x_fw",
        ),
        ("cycles: [wltc_class3b", "cycles: [wltc", "no cycle 'wltc'; did you mean wltc_class"),
        ("stages: [2020, 2024, 2028, 2032]", "stages: [2020, 2024]", "at least three years"),
        ("partner: geely", "partner: jlr", "already partner 'jlr'"),
        ("partner: geely", "label: jlr", "already partner 'jlr'"),
        ("partner: geely, ", "", "name one: `partner`, of the catalogue, or `label`"),
        ("partner: geely", "partner: geely, label: Geely", "name one: `partner`"),
        ("2025: {value: 8 %, low: 6 %", "2025: {value: 8 %, low: 0 %", "above 0 and below 1"),
        ("low: 30 %, high: 57 %", "low: 30 %, high: 100 %", "above 0 and below 1"),
        ("wacc: {value: 8 %, low: 6 %", "wacc: {value: 8 %, low: 0 %", "above 0 and up to 50 %"),
        ("size: 150 k/yr", "size: 0 k/yr", "outside the range 0.001 .. 200000 k/yr"),
        ("value: 2200 k/yr, low: 1900 k/yr", "value: 2200 k/yr, low: 0 k/yr", "range 0.001 .. 2"),
        ("value: 2500 k,", "value: 1e300 k,", "outside the range 0 .. 1e+06 k"),
        ("value: 3000 MEUR", "value: 1e200 MEUR", "outside the range 0 .. 1e+12 EUR"),
        ("pack_price: forecasts", "pack_price: {}", "pack_price: holds 0; give at least 1"),
        ("pack_price: forecasts", f"pack_price: {{-2025: {OWN}}}", "greater than or equal to 2000"),
        ("pack_price: forecasts", f"pack_price: {{soon: {OWN}}}", "'soon' is no whole number"),
        ("maker: bmw ", "", "maker: missing; say whose study it is, one of bmw, jlr, geely"),
        ("    launch:\n      lead: 4 yr", "    launch:\n      lead: 4", "4 has no unit"),
        ("lead: 4 yr", "lead: 40 yr", "its first cars come after the last year, 2040"),
        (
            "\ndemand:",
            VOLUMES.format("shared: {value: 70 %, low: 50 %, high: 90 %, note: n}") + "\ndemand:",
            "shared: is a share of partners; a deal says itself what it pools",
        ),
        ("\ndemand:", VOLUMES.format("deal: drive") + "\ndemand:", "no deal 'drive'"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(facts, old, new, says):
    found = problems(facts, (old, new))
    assert any(says in p for p in found), found
    line = 1 + GOOD[: GOOD.index(old)].count("\n")
    assert any(p.startswith("my.yaml:") for p in found)
    assert any(abs(int(p.split(":")[1]) - line) <= 4 or "missing" in p for p in found), (
        line,
        found,
    )


@pytest.mark.parametrize("value", ["{}", "surveys", "[survey]", "2025"])
def test_a_bad_pack_price_is_told_once(facts, value):
    found = problems(facts, ("pack_price: forecasts", f"pack_price: {value}"))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1000 k, low: 900 k", "0 k, low: 0 k", "first: value: 0 k is outside the range 0.001"),
        ("high: 15 %", "high: 70 %", "learning_rate: high: 70 % is outside the range from 0 and"),
    ],
)
def test_volumes_outside_their_ranges_are_named(facts, old, new, says):
    text = VOLUMES.format("deal: drive_unit")
    assert old in text
    (found,) = problems(facts, ("\ndemand:", text.replace(old, new, 1) + "\ndemand:"))
    assert says in found


def test_volumes_that_are_none_are_found_before_anything_is_computed(facts, monkeypatch):
    """What no single field sees stands at the volumes themselves."""

    def refused(*arguments):
        raise DataError("volumes drive: nothing learns")

    monkeypatch.setattr(check, "experience_of", refused)
    text = VOLUMES.format("deal: drive_unit") + "\ndemand:"
    (found,) = problems(facts, ("\ndemand:", text))
    assert found.endswith("volumes.drive: nothing learns")


def test_all_mistakes_are_found_together_in_the_order_of_the_file(facts):
    found = problems(
        facts,
        ("tank: 59 l", "tank: 59"),
        ("rear: bmw-gen5-210kw", "rear: bmw-gen5-211kw"),
        ("layout: transverse", "layout: sideways"),
        ("title: Keep", "titel: Keep"),
        ("volume: {value: 2200 k/yr", "volume: {value: 2200"),
    )
    assert len(found) == 6  # the misspelt title is an unknown key and a missing one
    lines = [int(p.split(":")[1]) for p in found]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "f.yaml:1:1: file: empty"),
        ("# nothing\n", "f.yaml:1:1: file: empty"),
        ("- a\n", "must be a mapping"),
        ("a: 1\na: 2\n", "f.yaml:2:1: a: given twice, first in line 1"),
        ("a: [" * 300_000, "nested too deep"),
        ("a: &x 1\nb: *x\n", "anchors and aliases"),
        ("a: !!python/object:os.system x\n", "is not allowed"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("\ta: 1\n", "not YAML"),
        ("a: b: c\n", "not YAML"),
        ("a\x00b: 1\n", "not YAML"),
        ("? [a, b]\n: 1\n", "plain text"),
    ],
)
def test_a_file_that_is_no_study_is_refused_before_a_tree_is_built(text, says):
    with pytest.raises(DataError, match=says):
        read_text(text, "f.yaml")


def test_text_stays_text_and_only_plain_numbers_become_numbers():
    data = read_text("a: NO\nb: 12:30\nc: 2026-01-01\nd: 1.5\ne: '7'\nf: true\n", "f").data
    assert data == {"a": "NO", "b": "12:30", "c": "2026-01-01", "d": 1.5, "e": "7", "f": True}


def test_files_that_cannot_be_read_are_named(tmp_path, facts):
    with pytest.raises(DataError, match="did you mean the bundled study 'clar-or-bespoke'"):
        load("clar-or-bespok", facts)
    with pytest.raises(DataError, match="is a directory"):
        load(tmp_path, facts)
    binary = tmp_path / "b.yaml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DataError, match="is not UTF-8"):
        load(binary, facts)
    big = tmp_path / "big.yaml"
    big.write_bytes(b"a" * 1_000_001)
    with pytest.raises(DataError, match="a study has at most"):
        load(big, facts)


def test_a_part_that_nothing_uses_is_a_warning(facts):
    spare = "  spare: {kind: ice, engine: bmw-b47-140kw, gearbox: zf-8hp, drive: rwd, tank: 50 l}"
    text = GOOD.replace("  compact: {", f"{spare}\n  compact: {{", 1)
    warnings = study_of(read_text(text, "my.yaml"), facts).warnings
    assert len(warnings) == 1
    assert "powertrains.spare: W-unused-key" in warnings[0]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path, facts):
    path = tmp_path / "w.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path, facts).spec.name == "clar-or-bespoke"


@pytest.mark.parametrize("section", ["bodies", "powertrains", "platforms", "plants", "products"])
@pytest.mark.parametrize("value", ["5", "true", "[5]", "text"])
def test_a_section_that_is_no_mapping_is_named(facts, section, value):
    text = "\n".join(x for x in GOOD.splitlines() if x.startswith(("wheelbase:", "name:")))
    with pytest.raises(DataError, match=section):
        study_of(read_text(f"{text}\n{section}: {value}\n", "my.yaml"), facts)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("extends: builtin/sedan-d,", "extends: builtin/sedan-d, L103: 4709 m,", "2 .. 8 m"),
        ("extends: builtin/sedan-d,", "extends: builtin/sedan-d, W103: 18 mm,", "1000 .. 3000 mm"),
        ("extends: builtin/sedan-d,", "extends: builtin/sedan-d, drag: 30,", "0.1 .. 1.2"),
        ("extends: builtin/sedan-d,", "extends: builtin/sedan-d, rolling: 0.85,", "0.002 .. 0.05"),
        ("tank: 59 l", "tank: 59 m3", "59 m3 is outside the range 0.001 .. 1 m3"),
        ("charger: 11 kW", "charger: 11 W", "500 .. 5e+06 W"),
        ("request: 380 km", "request: 380 mm", "380 mm is outside the range 1000 .. 3e+06 m"),
        ("request: 12 kWh", "request: 12e6 kWh", "is outside the range 0.277778 .. 1111.11 kWh"),
        ("date: 2019-11-14", "date: 0201-11-14", "0201-11-14 lies outside of 1990 to 2100"),
        ("value: 42500 EUR, low: 38000 EUR", "value: 42500 kEUR, low: 38 kEUR", "0 .. 1e+06 EUR"),
        ("high: 0.42, note", "high: 4.2, note", "4.2 a year is beyond any market; at most 1"),
        ("low: 0, high: 1, note", "low: 0, high: 42, note", "42 is outside the range 0 .. 10"),
        ("value: 60 EUR, low: 0 EUR", "value: 60 EUR, low: 0 EUR/", "nothing beside it"),
        ("size: 150 k/yr", "size: 0.1 car/yr", "0.1 car/yr is outside the range 1 .. 2e+08 car/yr"),
        ('note: "estimate: real, before tax"', "note: {a: 1}", "note: write a text that says"),
        ("volume: {value: 2500 k, low: 1500 k", "volume: {value: 2500 k, low: 0.1 car", "a car or"),
        ("value: 2200 k/yr, low: 1900 k/yr", "value: 2200000 k/yr, low: 1900 k/yr", "200000 k/yr"),
        (
            "extends: builtin/sedan-d,",
            "extends: builtin/sedan-d, L101: 5 m,",
            "5000 mm between the axles are no less than its length",
        ),
        (
            "extends: builtin/sedan-d,",
            "extends: builtin/sedan-d, L101: 2.6 m, L103: 7.9 m,",
            "7900 mm are too long for 2600 mm between the axles",
        ),
        (
            "extends: builtin/sedan-d,",
            "extends: builtin/sedan-d, H100: 0.9 m, tyre_radius: 0.5 m,",
            "reaches as high as the car, 900.0 mm; mend one of them",
        ),
    ],
)
def test_what_no_car_and_no_maker_has_is_refused_with_its_range(facts, old, new, says):
    """Fuzzing found each of them accepted: a slip of the unit, most often."""
    found = problems(facts, (old, new))
    assert any(says in p for p in found), found
