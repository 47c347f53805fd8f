import pytest

from greendistrict.workflow.machine import Machine, State, Transition

STATES = (State("open", "进行中"), State("done", "完成", final=True))


def machine(*transitions):
    return Machine("test", "测试", "app.Model", STATES, transitions)


def test_cell_outside_the_table_does_not_exist():
    table = machine(Transition("finish", "完成", ("open",), "done", ()))
    assert table.find("finish", "open").target == "done"
    assert table.find("finish", "done") is None
    assert table.find("other", "open") is None
    assert [step.action for step in table.leaving("open")] == ["finish"]
    assert table.leaving("done") == ()


def test_unknown_state_is_refused_when_the_table_is_built():
    with pytest.raises(ValueError, match="unknown states"):
        machine(Transition("finish", "完成", ("open",), "nowhere", ()))


def test_same_action_twice_from_one_state_is_refused():
    step = Transition("finish", "完成", ("open",), "done", ())
    with pytest.raises(ValueError, match="twice"):
        machine(step, step)


def test_state_by_unknown_key_raises():
    with pytest.raises(KeyError):
        machine().state("nowhere")
