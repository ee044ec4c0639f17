import json

import pytest

from wheelbase.cli.main import run_command


def said(capsys, *arguments):
    code = run_command(["sound", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_kick_down_is_written_with_its_levels(capsys, tmp_path):
    import soundfile

    path = tmp_path / "bev.wav"
    code, out, err = said(capsys, "bev@clar_like", "--mode", "sport", "-o", str(path), "--json")
    assert code == 0 and err == ""
    found = json.loads(out)["result"]
    assert found["variant"] == "bev@clar_like.sedan_d" and found["drive"] == "kick-down"
    assert found["loudest_dba"] > found["softest_dba"] + 10
    read = soundfile.info(str(path))
    assert (read.samplerate, read.channels) == (48_000, 2)
    assert read.duration == pytest.approx(found["duration_s"], abs=0.01)


def test_a_catalogue_car_follows_a_trace_of_the_user(capsys, tmp_path):
    trace = tmp_path / "town.csv"
    trace.write_text("time_s,speed_kmh\n0,0\n4,30\n6,30\n")
    path = tmp_path / "id3.wav"
    code, out, _ = said(capsys, "vw-id3-58", "--trace", str(trace), "-o", str(path))
    assert code == 0 and "town, calm: 6.0 s" in out and "dB(A) of the source" in out
    again = tmp_path / "again.wav"
    said(capsys, "vw-id3-58", "--trace", str(trace), "-o", str(again))
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["petrl@clar_like"], "did you mean petrol@clar_like"),
        (["bev@clar_like", "--mode", "sprot"], "did you mean sport"),
        (["bev@clar_like", "--rate", "0 Hz"], "0 Hz is outside the range 8000 .. 192000 Hz"),
        (["bev@clar_like", "--rate", "48000"], "has no unit; write '48000 Hz'"),
        (["bev@clar_like", "--cycle", "udds", "--kickdown"], "give one"),
        (["bev@clar_like", "--cycle", "wltc"], "did you mean wltc"),
        (["bev@clar_like", "-o", "x.mp3"], "name a file that ends in .wav"),
        (["vw-id3-58", "-s", "x=1"], "leave it out"),
    ],
)
def test_what_cannot_be_heard_is_refused_with_a_remedy(capsys, arguments, says):
    code, _, err = said(capsys, *arguments)
    assert code == 2 and says in err


def test_a_trace_with_a_gap_is_refused(capsys, tmp_path):
    trace = tmp_path / "gap.csv"
    trace.write_text("time_s,speed_kmh\n0,0\n4,30\n60,30\n")
    code, _, err = said(capsys, "bev@clar_like", "--trace", str(trace))
    assert code == 2 and "a gap of 56 s; 10 s are allowed, add the samples" in err


def test_a_car_that_stands_still_with_its_engine_stopped_is_silence(capsys, tmp_path):
    trace = tmp_path / "still.csv"
    trace.write_text("time_s,speed_kmh\n0,0\n5,0\n")
    arguments = ("petrol@clar_like", "--trace", str(trace), "-o", str(tmp_path / "x.wav"))
    code, out, _ = said(capsys, *arguments)
    assert code == 0 and "5.0 s, silence -> " in out


def test_a_cycle_beyond_the_car_is_refused(capsys, tmp_path):
    trace = tmp_path / "strip.csv"
    trace.write_text("time_s,speed_kmh\n0,0\n3,140\n6,200\n")
    code, _, err = said(capsys, "compact@faar_like", "--trace", str(trace))
    assert code == 1 and "cannot follow" in err and "choose a milder cycle" in err


def test_a_warning_sound_is_held_to_a_rule(capsys):
    code, out, err = said(capsys, "bev@clar_like", "--mode", "sport", "--check", "r138")
    assert code == 0 and "met, not verified" in out and "checks the source signal" in out
    assert "an estimate: UN R138 table 2 from memory" in err and "42017X0071" in err
    code, out, _ = said(capsys, "bev@clar_like", "--mode", "silent", "--check", "r138", "--json")
    found = json.loads(out)["result"]
    assert code == 1 and not found["met"] and found["bands_hz"][0] == 160


def test_a_series_that_is_not_held_and_a_check_with_a_file_are_refused(capsys):
    code, _, err = said(capsys, "bev@clar_like", "--check", "r138", "--series", "02")
    assert code == 2 and "its limits are not in the catalogue" in err
    code, _, err = said(capsys, "bev@clar_like", "--check", "r138", "-o", "x.wav")
    assert code == 2 and "writes no sound" in err
    code, _, err = said(capsys, "bev@clar_like", "--check", "r138", "--rate", "44.1 kHz")
    assert code == 2 and "leave out -o, --rate" in err
    code, _, err = said(capsys, "bev@clar_like", "--series", "01")
    assert code == 2 and "name it with --check" in err
