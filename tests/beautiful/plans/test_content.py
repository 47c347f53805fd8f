"""A quarter is read against the content of its task that was in force when the quarter ended."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from beautiful.plans.content import Adjusted, TaskContent, content_on

STARTS, ENDS = dt.date(2026, 1, 1), dt.date(2028, 12, 31)
PRESENT = TaskContent("任务", "三年55公里", "公里", Decimal(0), Decimal(55), STARTS, ENDS, "甲单位")
MARCH, JUNE = dt.date(2026, 3, 10), dt.date(2026, 6, 30)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("decided", "targets"),
    [
        ([], [55, 55, 55, 55, 55]),
        ([(JUNE, "60", "55")], [60, 60, 60, 55, 55]),
        ([(MARCH, "60", "50"), (JUNE, "50", "55")], [60, 50, 50, 55, 55]),
        # an earlier decision recorded later holds from its day and at present
        ([(JUNE, "60", "50"), (MARCH, "50", "55")], [60, 55, 55, 55, 55]),
    ],
)
def test_a_decision_counts_from_its_day_and_several_follow_each_other(decided, targets):
    adjusted = [Adjusted(day, {"target_value": (before, after)}) for day, before, after in decided]
    days = (MARCH - DAY, MARCH, JUNE - DAY, JUNE, JUNE + DAY)
    assert [content_on(day, PRESENT, adjusted).target_value for day in days] == targets


def test_every_field_is_read_back_as_it_was_and_others_stay():
    changed = {
        "title": ("旧任务", "任务"), "target_text": ("三年完成", "三年55公里"), "unit": ("", "公里"), "start_value": ("", "0"),
        "target_value": ("", "55"), "starts_on": ("2026-02-01", "2026-01-01"), "due_on": ("2027-12-31", "2028-12-31"),
        "owner": ("乙单位", "甲单位"),
    }  # fmt: skip
    before = content_on(STARTS, PRESENT, [Adjusted(JUNE, changed)])
    assert before == TaskContent("旧任务", "三年完成", "", None, None, dt.date(2026, 2, 1), dt.date(2027, 12, 31), "乙单位")
    assert content_on(JUNE, PRESENT, [Adjusted(JUNE, changed)]) == PRESENT
    titled = content_on(STARTS, PRESENT, [Adjusted(JUNE, {"title": ("旧任务", "任务")})])
    assert (titled.title, titled.owner, titled.path) == ("旧任务", "甲单位", PRESENT.path)


@pytest.mark.parametrize(("start", "target"), [(None, None), (Decimal(0), None), (None, Decimal(5))])
def test_a_path_needs_both_numbers(start, target):
    assert TaskContent("任务", "目标", "", start, target, STARTS, ENDS, "甲单位").path is None


def test_the_target_is_told_with_its_number_and_its_day_and_its_path_runs_between_the_days():
    assert PRESENT.target_in_words == "三年55公里（2028年12月31日的55 公里）"
    assert replace(PRESENT, start_value=None, target_value=None).target_in_words == "三年55公里（2028年12月31日完成）"
    path = PRESENT.path
    assert (path.starts_on, path.due_on, path.start, path.target) == (STARTS, ENDS, 0, 55)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"title": ("旧任务", "任务")}, True),
        ({"owner": ("乙单位", "甲单位")}, True),
        ({"target_text": ("三年60公里", "三年55公里")}, False),
        ({"target_value": ("60", "55")}, False),
        ({"due_on": ("2027-12-31", "2028-12-31")}, False),
        ({"unit": ("米", "公里")}, False),
    ],
)
def test_the_target_is_its_text_its_unit_and_its_path(changed, same):
    assert content_on(STARTS, PRESENT, [Adjusted(JUNE, changed)]).has_target_of(PRESENT) is same
