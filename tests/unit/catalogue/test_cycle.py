import numpy as np
import pytest

from wheelbase.catalogue import cycle, cycle_names, read_cycle
from wheelbase.errors import DataError


@pytest.mark.parametrize("name", cycle_names())
def test_phases_cover_a_cycle_without_overlap(name):
    trace = cycle(name)
    assert len({p.name for p in trace.phases}) == len(trace.phases)
    if trace.phases:
        parts = sum(trace.part(p).distance for p in trace.phases)
        assert parts == pytest.approx(trace.distance, rel=1e-9)


def test_the_procedures_are_all_there():
    wanted = "wltc_class1 wltc_class2 wltc_class3a wltc_class3b ftp75 udds hwfet us06 sc03 nedc"
    wanted += " artemis_urban artemis_road artemis_mw130 artemis_mw150"
    assert set(wanted.split()) <= set(cycle_names())


@pytest.mark.parametrize(
    ("head", "factor"),
    [
        ("time_s,speed_kmh", 1 / 3.6),
        ("time [s],speed [mph]", 0.44704),
        ("Time (s),Velocity (m/s)", 1.0),
        ("t_s,v_mps", 1.0),
    ],
)
def test_a_trace_of_a_user_carries_its_units(tmp_path, head, factor):
    path = tmp_path / "mine.csv"
    path.write_text(f"{head}\n0,0\n1,10\n2,20\n\n")
    trace = cycle(str(path))
    assert trace.id == "mine"
    np.testing.assert_allclose(trace.speed, np.array([0.0, 10.0, 20.0]) * factor)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no column time"),
        ("time,speed\n0,0\n1,1\n", "no column time with its unit"),
        ("time_s,speed_kg\n0,0\n1,1\n", "kg"),
        ("time_s,speed_kmh\n", "at least two samples"),
        ("time_s,speed_kmh\n0,0\n1,nan\n", "not a number"),
        ("time_s,speed_kmh\n0,0\n1,x\n", "mine.csv:3: speed: 'x' is not a number"),
        ("time_s,speed_kmh\n0,0\n1,-3\n", "negative"),
        ("time_s,speed_kmh\n0,0\n1,400\n", "maximum speed"),
        ("time_s,speed_kmh\n1,0\n0,5\n", "time must rise"),
        ("time_s,speed_kmh\n0,0\n60,5\n", "a gap of 60 s"),
        ("time_s,speed_kmh\n0,0\n1\n", "speed: '' is not a number"),
    ],
)
def test_what_is_no_trace_is_refused_before_anything_is_computed(tmp_path, content, said):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    with pytest.raises(DataError) as caught:
        read_cycle(path)
    assert said in str(caught.value)


def test_a_thousand_bad_samples_are_told_in_a_few_lines(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("time_s,speed_kmh\n" + "\n".join(f"{n},-1" for n in range(1000)))
    with pytest.raises(DataError) as caught:
        read_cycle(path)
    assert len(caught.value.problems) < 25 and "more of the kind" in caught.value.problems[-1]


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "none.csv", tmp_path / "b.csv", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_cycle(path)
