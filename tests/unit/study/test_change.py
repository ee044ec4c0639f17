"""Values of a study set from outside: what is set, what is refused, and what is kept of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelbase.errors import DataError
from wheelbase.study import bundled, changed, load, load_checked, load_package, read, read_text
from wheelbase.study.load import document_of, package_of

NAME = "clar-or-bespoke"
DOCUMENT = read(bundled()[NAME])
SUV = "bodies.suv_d.L103"
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("C", "Z")), max_size=20),
    st.sampled_from(
        ["1e5", "1e999", "-1e999", "0x1F", "NO", "yes", "12:30", "2026-01-01", "1_000", "- a",
         "[a, b]", "{a: b}",
         "&a", "*a", "!!python/object:os.system", "%", "@", "a: b", "# c", ".inf", "null", "'", '"',
         "true", "~", "<<", "=", "1.", "0123", "+1", "...", "---", "\u00a05\u00a0mm"]
    ),
)  # fmt: skip


def refusal(changes, document=DOCUMENT):
    with pytest.raises(DataError) as caught:
        changed(document, changes)
    return caught.value.problems


def test_a_changed_value_is_read_as_the_file_reads_it(facts):
    study = load(NAME, facts, {SUV: "4800 mm", "base.seed": "8", "demand.spread.value": "0.3"})
    longer = study.bodies["suv_d"].L103
    assert longer == pytest.approx(4.8)
    assert (study.spec.base.seed, study.spec.demand.spread.value) == (8, 0.3)
    assert study.bodies["sedan_d"] == load(NAME, facts).bodies["sedan_d"]


def test_a_change_may_open_a_section_that_the_file_leaves_out(facts):
    package = load_package(NAME, facts, {"platforms.ev_like.hard_points.pinned.x_fw": "600 mm"})
    assert package.platforms["ev_like"].pinned == {"x_fw": pytest.approx(0.6)}
    assert load(NAME, facts, {"targets.payload": "400 kg"}).spec.targets.payload == 400


def test_null_removes_a_key_and_an_index_reaches_into_a_list(facts):
    pinned = "platforms.clar_like.hard_points.pinned.tunnel_h"
    study = load(NAME, facts, {pinned: "null", "cycles.0": "udds", "plan.stages.0": "2020"})
    assert set(study.platforms["clar_like"].pinned) == {"tunnel_w"}
    assert study.spec.cycles[0] == "udds"
    longer = changed(DOCUMENT, {f"cycles.{len(DOCUMENT.data['cycles'])}": "la92"})
    assert longer.data["cycles"] == [*DOCUMENT.data["cycles"], "la92"]


def test_no_change_leaves_the_document_as_it_is():
    assert changed(DOCUMENT, {}) is DOCUMENT


@given(TEXTS)
def test_the_text_of_a_changed_document_reproduces_it(value):
    try:
        document = changed(DOCUMENT, {"title": value, "bodies.sedan_d.L103": value})
    except DataError:
        return
    assert read_text(document.text, "again.yaml").data == document.data
    assert DOCUMENT.data["title"] != value  # the document itself stays


@given(st.dictionaries(TEXTS, TEXTS, max_size=3), st.integers(0, 3))
def test_hostile_paths_and_values_are_refused_or_kept(odd, depth):
    path = ["bodies", "sedan_d", "L103"][:depth]
    try:
        document = changed(DOCUMENT, {".".join([*path, name]): v for name, v in odd.items()})
        assert read_text(document.text, "again.yaml").data == document.data
    except DataError as error:
        assert error.problems


def test_the_first_line_of_the_text_says_what_was_changed():
    first = changed(DOCUMENT, {SUV: "4800 mm"}).text.split("\n")[0]
    assert first == f"# {NAME}.yaml with {SUV}=4800 mm"


def test_every_path_that_leads_nowhere_is_named_with_what_is_near():
    found = refusal(
        {
            "bodis.sedan_d.L103": "4 m",
            "bodies.sedan_e.L103": "4 m",
            "name.a": "1",
            "cycles.9": "udds",
            "cycles.0": "null",
            "bodies.sedan_d.L104": "null",
            "": "1",
            "bodies..L103": "1 m",
        }
    )
    assert len(found) == 8
    assert found[0] == "change bodis.sedan_d.L103: unknown key 'bodis'; did you mean 'bodies'?"
    assert found[1].endswith("did you mean 'sedan_d'?")
    assert "holds a value, no keys" in found[2]
    assert "no item '9'" in found[3] and "cannot be removed" in found[4]
    assert "unknown key 'L104'" in found[5]
    assert "a part of the path is empty" in found[6] and "is empty" in found[7]


def test_what_no_file_holds_is_refused():
    assert "at most 200 at once" in refusal({f"a{n}": "1" for n in range(201)})[0]
    assert "at most 200 characters" in refusal({"a" * 201: "1"})[0]
    assert "at most 200 characters" in refusal({SUV: "1" * 201})[0]
    for text in ("a\nb", "a\x00", "\ud800", "\u2028", "\x1b[2J"):
        assert "printable" in refusal({SUV: text})[0]
    assert "unknown key" in refusal({".".join("a" * 90): "1"})[0]


def test_problems_of_changes_and_of_the_file_come_together_with_their_places(facts):
    changes = {SUV: "4800", "bodies.sedan_d.L133": "3 m", "platforms.faar_like.floor": "null"}
    with pytest.raises(DataError) as caught:
        load(NAME, facts, changes)
    assert [p.split(": ", 1)[0] for p in caught.value.problems] == [
        "change bodies.sedan_d.L133",
        f"change {SUV}",
        "change platforms.faar_like.floor",
    ]
    text = DOCUMENT.text.replace("charger: 11 kW", "charger: 11 kg", 1)
    broken = changed(read_text(text, "my.yaml"), {SUV: "4800"})
    with pytest.raises(DataError) as caught:
        package_of(broken, facts)
    assert caught.value.problems[0].startswith(f"change {SUV}: 4800 has no unit")
    assert caught.value.problems[1].startswith("my.yaml:")


def test_every_path_still_has_a_place():
    document = changed(DOCUMENT, {"platforms.ev_like.hard_points.pinned.x_fw": "600 mm"})
    pinned = ("platforms", "ev_like", "hard_points", "pinned")
    assert document.place((*pinned, "x_fw")) == "change " + ".".join((*pinned, "x_fw"))
    where = DOCUMENT.places[pinned[:3]]
    assert document.place(pinned).startswith(f"{NAME}.yaml:{where[0]}:{where[1]}: ")
    assert document.line((*pinned, "x_fw")) == where[0]


def test_a_package_is_set_into_its_own_kind_and_checked(facts):
    for name in ("bills", "reference-platforms", NAME):
        package = load_package(name, facts)
        body = next(iter(package.bodies))
        other = package.set({f"bodies.{body}.drag": "0.21"})
        assert type(other) is type(package) and other.bodies[body].drag == 0.21
        assert package.bodies[body].drag != 0.21
        with pytest.raises(DataError, match="outside the range"):
            package.set({f"bodies.{body}.drag": "-1"})
        with pytest.raises(DataError, match="question: stays as it is"):
            package.set({"question": "whom"})


def test_changes_add_up(facts):
    once = load(NAME, facts).set({SUV: "4800 mm"}).set({"base.seed": "8"})
    assert once.spec == load(NAME, facts, {SUV: "4800 mm", "base.seed": "8"}).spec
    assert once.document.text.startswith(f"# {NAME}.yaml with {SUV}=4800 mm; base.seed=8\n")
    assert once.document.place(("bodies", "suv_d", "L103")) == f"change {SUV}"


def test_studies_of_other_kinds_are_changed_too(facts):
    deals = load_checked("edu-alliance", facts, {"base.seed": "8"})
    plants = load_checked("plant-flexibility", facts, {"base.seed": "9"})
    assert (deals.spec.base.seed, plants.spec.base.seed) == (8, 9)
    assert document_of(NAME, {SUV: "4800 mm"}).changes == ((tuple(SUV.split(".")), "4800 mm"),)


def test_a_unit_to_a_monstrous_power_is_refused_not_computed(facts):
    with pytest.raises(DataError, match="measures nothing"):
        load(NAME, facts, {SUV: "4800 km^99999"})
