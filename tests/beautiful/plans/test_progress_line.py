"""Progress of a task as a line: its path beside it, broken where a quarter was not reported, which is named, to today."""

import datetime as dt

import pytest
from defusedxml.ElementTree import fromstring
from django.urls import reverse

from beautiful.plans.progress_chart import progress_line
from beautiful.plans.selectors.plans import all_below, amber_from, history_of, quarter_values
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from tests.beautiful.plans.world import make_issued, report

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2027, 2, 1, 10, tzinfo=clock.SHANGHAI)


def reported(*quarters):
    world = make_issued()
    for quarter, value in quarters:
        with clock.at(LATER):
            report(world.own, world.people.authority, quarter, value)
    return world


def line_of(world, planned, today=None):
    found = next(one for one in history_of(planned, Viewer(world.people.city_officer)) if one.pk == planned.pk)
    return progress_line(found, quarter_values(found, all_below(found), amber_from()), today or LATER.date())


def drawn(progress):
    root = fromstring(str(progress.drawing))
    return {node.get("class"): node.get("d") for node in root.iter() if node.get("class") in {"line-0", "line-1"}}


def test_a_quarter_that_was_not_reported_is_named_and_not_bridged():
    world = reported((1, "5"), (2, "10"), (4, "20"))
    found = line_of(world, world.own)
    lines = drawn(found)
    assert (found.missing, lines["line-0"].count("L"), lines["line-1"].count("L")) == (["2026年第3季度"], 1, 4)
    assert "累计完成值 2026-4 20 公里" in str(found.drawing)


def test_it_runs_to_today_and_a_quarter_that_runs_is_not_missing():
    world = reported((1, "5"))
    assert line_of(world, world.own).missing == ["2026年第2季度", "2026年第3季度", "2026年第4季度"]
    assert line_of(world, world.own, dt.date(2026, 6, 30)).missing == []
    assert "2027-1" in str(line_of(world, world.own).drawing)


def test_quarters_before_the_plan_are_those_of_the_plan_before():
    world = reported((1, "5"))
    type(world.own).objects.filter(pk=world.own.pk).update(starts_on=dt.date(2024, 1, 1))
    found = line_of(world, world.own)
    assert (found.missing[0], "2025-1" in str(found.drawing)) == ("2026年第2季度", False)


def test_without_a_number_or_a_value_there_is_no_line():
    world = make_issued()
    assert [line_of(world, planned) for planned in (world.own, world.alone)] == [None, None]


def test_the_page_draws_it_with_its_table_one_press_away(client):
    world = reported((1, "5"), (3, "15"))
    client.force_login(world.people.city_officer)
    with clock.at(LATER):
        page = client.get(reverse("beautiful:task", args=[world.own.pk])).content.decode()
        plan = client.get(reverse("beautiful:plan", args=[world.plan.pk])).content.decode()
    assert "未报2个季度：2026年第2季度、2026年第4季度；线在这些季度断开。" in page
    assert "季度进展</caption>" in page.partition("数据表：2个季度</summary>")[2].partition("</details>")[0]
    assert "各重点领域的任务（达到路径 / 全部任务，项）：" in plan
    assert "各重点领域的任务</caption>" in plan.partition("数据表：各重点领域的任务</summary>")[2].partition("</details>")[0]
