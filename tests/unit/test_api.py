import pytest

import wheelbase as wb


def test_the_public_names_are_few_and_all_there():
    assert len(wb.__all__) <= 25
    for name in wb.__all__:
        assert getattr(wb, name) is not None
    assert dir(wb) == sorted(wb.__all__)


def test_a_room_stays_a_module_however_often_it_is_used():
    assert wb.fit.fit is wb.fit.fit
    assert callable(wb.plan.plan) and callable(wb.simulate.drive)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        wb.nonsense  # noqa: B018


def test_errors_keep_every_problem_across_a_process_border():
    import pickle

    error = wb.DataError(["a: x", "b: y"])
    assert pickle.loads(pickle.dumps(error)).problems == ("a: x", "b: y")
    assert str(error) == "a: x\nb: y"
    assert issubclass(wb.FitError, wb.WheelbaseError)


def test_a_bundled_study_loads_by_name():
    assert wb.load("clar-or-bespoke").spec.question == "when"
