import hashlib
import json

import numpy as np
import pytest

from wheelbase.catalogue import cycle, cycle_names, import_cycle, read_cycle, read_recorded
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


def recording(tmp_path, *rows, head="time_s,speed_kmh", name="drive.csv"):
    """Write twenty good seconds with rows among them."""
    path = tmp_path / name
    good = [f"{n},{n}" for n in range(20)]
    path.write_text("\n".join([head, *good, *rows, "20,20", "21,21"]) + "\n")
    return path


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("19.5,x", "no number: speed 'x'"),
        ("19.5", "no number: speed ''"),
        ("nan,3", "no number: time 'nan'"),
        ("19.5,-3", "negative speed: -3 km/h"),
        ("19.5,301", "beyond 300 km/h: 301 km/h; is the unit right?"),
        ("19,5", "time does not rise: 19 s after 19"),
    ],
)
def test_a_row_that_is_no_sample_is_left_out_with_its_reason(tmp_path, row, why):
    found = read_recorded(recording(tmp_path, row))
    assert [str(r) for r in found.provenance.rejected] == [f"drive.csv:22: {why}"]
    assert (found.rows, len(found.cycle.time)) == (23, 22)


def test_what_was_written_is_read_as_the_same_trace(tmp_path):
    source, target = recording(tmp_path, "19.5,x"), tmp_path / "out.csv"
    found = import_cycle(source, target)
    again = read_cycle(target)
    np.testing.assert_array_equal(again.speed, found.cycle.speed)
    assert again.distance == pytest.approx(21 * 21 / 2 / 3.6)  # v = t km/h for 21 s
    told = json.loads((tmp_path / "out.csv.provenance.json").read_text("utf-8"))
    assert told["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert told["reading"]["unit of speed"] == "km/h" and len(told["left_out"]) == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["19.1,x", "19.2,x", "19.3,x"], "3 of 25 rows are no samples"),
        (["35,5"], "drive.csv:22: a gap of 16 s since line 21"),
    ],
)
def test_a_recording_that_is_no_trace_is_refused_whole(tmp_path, rows, said):
    path = recording(tmp_path, *rows)
    with pytest.raises(DataError) as caught:
        import_cycle(path, tmp_path / "out.csv")
    assert said in str(caught.value)
    assert not (tmp_path / "out.csv").exists()


def test_a_unit_that_is_wrong_by_much_is_doubted(tmp_path):
    path = tmp_path / "drive.csv"
    path.write_text("time_s,speed_kmh\n0,0\n1,20\n2,25\n")
    assert read_recorded(path).doubts == ()
    path.write_text("time_s,speed_mps\n0,0\n1,20\n2,25\n")
    (doubt,) = read_recorded(path).doubts
    assert "20.0 m/s2" in doubt and "unit" in doubt


@pytest.mark.parametrize("head", ["cycSecs,cycMps,cycGrade", "time_s,mps,grade"])
def test_a_cycle_of_fastsim_is_read_and_its_slopes_are_told(tmp_path, head):
    path = recording(tmp_path, "19.5,19,0.02", head=head)
    found = read_recorded(path)
    (left,) = found.provenance.rejected
    assert "1 rows with a slope" in left.reason and left.place.startswith("drive.csv:1: ")
    assert found.cycle.speed.max() == 21.0


@pytest.mark.parametrize("between", [";", "\t"])
def test_a_file_of_a_european_spreadsheet_is_the_same_trace(tmp_path, between):
    ours, theirs = tmp_path / "a.csv", tmp_path / "b.csv"
    ours.write_text("time_s,speed_kmh\n0,0\n0.5,3.6\n1,7.2\n")
    rows = (("time_s", "speed_kmh"), ("0", "0"), ("0,5", "3,6"), ("1", "7,2"))
    text = "\r\n".join(between.join(row) for row in rows)
    theirs.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n\r\n")
    for read in (read_cycle, lambda path: read_recorded(path).cycle):
        np.testing.assert_array_equal(read(theirs).time, read(ours).time)
        np.testing.assert_array_equal(read(theirs).speed, read(ours).speed)


def test_a_file_that_is_no_utf_8_says_how_to_save_it(tmp_path):
    path = tmp_path / "drive.csv"
    path.write_bytes("time_s,speed_kmh,Straße\n0,0,a\n".encode("cp1252"))
    with pytest.raises(DataError, match="byte 21 is not UTF-8; save it as CSV UTF-8"):
        read_cycle(path)


def test_two_columns_of_speed_are_never_chosen_between(tmp_path):
    path = recording(tmp_path, head="time_s,speed_kmh,speed_mph")
    for read in (read_cycle, read_recorded):
        with pytest.raises(DataError, match="'speed_kmh' and 'speed_mph' both name speed"):
            read(path)


@pytest.mark.parametrize("title", ["grade", "cycGrade", "slope [%]", "gradient_%"])
def test_a_slope_is_never_driven_as_a_level(tmp_path, title):
    level = recording(tmp_path, "19.5,19,0", head=f"time_s,speed_kmh,{title}")
    assert read_cycle(level).speed.max() == pytest.approx(21 / 3.6)
    hilly = recording(tmp_path, "19.5,19,0.02", head=f"time_s,speed_kmh,{title}")
    with pytest.raises(DataError, match="1 rows with a slope, and cars drive on the level; leave"):
        read_cycle(hilly)


def test_a_time_in_milliseconds_is_one_and_a_speed_in_them_is_none(tmp_path):
    path = tmp_path / "drive.csv"
    path.write_text("time_ms,speed_mps\n0,0\n500,1\n")
    assert read_cycle(path).time.tolist() == [0, 0.5]
    path.write_text("time_s,speed_ms\n0,0\n1,1\n")
    with pytest.raises(DataError, match="'ms' is a unit of time, not of speed"):
        read_cycle(path)
