"""Quarterly reports of the action plan as obligations: due dates, people, reminders, desk, calendar; adjusted and ended tasks."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.plans import services
from beautiful.plans.models import PlannedTask, RollOutcome
from beautiful.plans.selectors.owed import tasks_owed
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from obligations.duties import ObligationState
from obligations.models import Reminder
from obligations.reminders import sweep
from obligations.selectors import everything, falling_due, obligations_visible_to
from portal.desk.selectors import desk_of, shown_tasks
from portal.todo.selectors import tasks_of
from tests.beautiful.plans.world import FIRST, make_issued, report, rolled
from tests.factories.once import copy_of, once
from tests.factories.received import at

DUE = dt.date(2026, 4, 14)  # ten working days after 31 March; no arrangement is stored in a test database


def make_in_use():
    """The issued plan in a portal that is in use since January 2026."""
    world = make_issued()
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=world.people.city_director, at=at(2026, 1, 5), reason="首次启用")
    return world


issued = once(make_in_use)
world = copy_of("issued")


def owed(day, planned=None):
    """Rows of a day, of one task or all, by quarter."""
    rows = [row for row in everything(Viewer(None, as_of=day), unrecorded=False) if row.kind == "plan_quarter"]
    return {row.key.rpartition(":")[2]: row for row in rows if planned is None or row.record == planned.pk}


def on(*day):
    return clock.at(at(*day))


def adjust(world, day, **values):
    planned = PlannedTask.objects.select_related("plan").get(pk=world.own.pk)
    said = {"basis": "演示〔2026〕2号", "reason": "调整（虚构）", "version": planned.version}
    return services.adjust_task(planned=planned, values=values, on=day, **said, by=world.people.city_officer)


def test_a_quarter_is_owed_from_its_end_by_the_day_of_the_setting(world):
    assert owed(dt.date(2026, 3, 31)) == {}
    row = owed(dt.date(2026, 4, 1), world.own)["2026-1"]
    assert (row.due, row.opens, row.is_default_date) == (DUE, dt.date(2026, 4, 1), True)
    assert [row.state(day) for day in (DUE, DUE + dt.timedelta(days=1))] == [ObligationState.DUE, ObligationState.OVERDUE]
    assert row.how.anchor == "季度结束于2026年3月31日"
    assert row.how.rule.endswith("10个工作日（默认值）")
    assert "征求意见稿" in row.cite
    assert row.organisation == world.people.authority_body.name
    assert owed(dt.date(2026, 4, 1), world.city) == {}  # summed up from districts, who owe it


def test_a_report_closes_it_and_a_correction_does_not_open_it_again(world):
    with on(2026, 4, 8):
        report(world.own, world.people.authority, 1, 5)
    with on(2026, 5, 20):
        report(world.own, world.people.authority, 1, 6)
        row = owed(clock.today(), world.own)["2026-1"]
        assert (row.met_on, row.state(clock.today())) == (dt.date(2026, 4, 8), ObligationState.MET)
        assert owed(dt.date(2026, 4, 7), world.own)["2026-1"].state(dt.date(2026, 4, 7)) is ObligationState.DUE
    with on(2026, 7, 30):
        report(world.own, world.people.authority, 2, 6)
        assert owed(clock.today(), world.own)["2026-2"].state(clock.today()) is ObligationState.LATE


def test_the_end_of_a_task_ends_it_and_an_adjustment_moves_it(world):
    with on(2026, 4, 20):
        adjust(world, dt.date(2026, 4, 20), due_on=dt.date(2026, 6, 30))
        assert set(owed(dt.date(2027, 2, 1), world.own)) == {"2026-1", "2026-2"}
    with on(2026, 11, 5):
        adjust(world, dt.date(2026, 11, 5), due_on=dt.date(2026, 12, 31))
        rows = owed(clock.today(), world.own)
    assert set(rows) == {"2026-1", "2026-2", "2026-3"}
    assert (rows["2026-3"].due, rows["2026-3"].how.anchor) == (dt.date(2026, 11, 19), "任务调整于2026年11月5日")
    assert rows["2026-1"].due == DUE


def test_another_owner_owes_it_from_the_decision(world):
    with on(2026, 4, 20):
        adjust(world, dt.date(2026, 4, 20), owner=world.beside.owner)
        row = owed(clock.today(), world.own)["2026-1"]
    assert (row.debtor_ids, row.due) == ((world.beside.owner_id,), dt.date(2026, 5, 5))  # 劳动节 is a Friday


def test_a_rolled_task_owes_in_its_old_plan_no_more_and_in_the_next_from_its_issue(world):
    people = world.people
    with on(2027, 1, 12):
        draft = rolled(world.plan, people.city_officer, (world.alone, services.RollDecision(RollOutcome.ENDED, "终止（虚构）")))
        assert owed(clock.today()) == {}
        assert set(owed(dt.date(2027, 1, 11), world.own)) == {"2026-1", "2026-2", "2026-3", "2026-4"}
    with on(2027, 5, 10):
        services.issue_plan(plan=draft, on=clock.today(), basis="演示〔2027〕1号", by=people.city_officer)
        kept = draft.planned.get(task=world.own.task)
        row = owed(clock.today(), kept)["2027-1"]
        assert row.how.anchor == "计划印发于2027年5月10日"
        assert not any(one.record == world.alone.pk for one in owed(clock.today()).values())
    with on(2027, 5, 11):
        report(kept, people.authority, 1, 40, year=2027)
        assert owed(clock.today(), kept)["2027-1"].met_on == clock.today()


def test_a_revoked_roll_over_leaves_it_owed(world):
    with on(2027, 1, 12):
        rolled(world.plan, world.people.city_officer)
        services.revoke_roll_over(plan=world.plan, reason="有误（虚构）", by=world.people.city_officer)
        assert set(owed(clock.today(), world.own)) == {"2026-1", "2026-2", "2026-3", "2026-4"}


def test_who_reads_it_and_where_it_leads(client, world):
    key, day = f"plan_quarter:{world.own.pk}:2026-1", dt.date(2026, 4, 1)
    form, page = (reverse(f"beautiful:{name}", args=[world.own.pk]) for name in ("task_report", "task"))
    with on(2026, 4, 1):
        seen = {
            seat: row.link
            for seat, user in world.people.everybody.items()
            for row in obligations_visible_to(Viewer(user).at(day))
            if row.key == key
        }
        city = dict.fromkeys(("city_officer", "city_checker", "city_director", "city_legal"), page)
        assert seen == {**city, "partner": "", **dict.fromkeys(("authority", "bureau"), f"{form}?period=2026-1")}
        client.force_login(world.people.authority)
        answer = client.get(seen["authority"])
        assert (answer.status_code, answer.context["form"]["period"].value()) == (HTTPStatus.OK, "2026-1")
        assert client.get(reverse("obligations:obligation_detail", args=[key])).status_code == HTTPStatus.OK


def test_older_quarters_stay_on_the_desk_with_their_day(world):
    with on(2026, 7, 1):
        desk = desk_of(Viewer(world.people.authority))
        shown = {(item.title, item.days) for item in shown_tasks(desk, clock.today(), whole=True) if "季度进展" in item.title}
        assert {title for title, _ in shown} == {"报送2026年第1季度进展", "报送2026年第2季度进展"}
        assert [days < 0 for _, days in sorted(shown)] == [True, False]
        links = [task.link for task in tasks_of(Viewer(world.people.city_officer)) if task.kind == "beautiful.quarter"]
        assert [link.partition("?")[0] for link in links] == [reverse("beautiful:task_report", args=[world.alone.pk])] * 2
        assert not [task for task in tasks_of(Viewer(world.people.city_director)) if task.kind == "beautiful.quarter"]


def test_quarters_to_come_stand_in_the_calendar(world):
    with on(2026, 2, 2):
        found = [row for row in falling_due(Viewer(world.people.authority), FIRST) if row.kind == "plan_quarter"]
        assert [row.key.rpartition(":")[2] for row in found] == ["2026-1", "2026-2", "2026-3"]
        assert all(row.state(clock.today()) is ObligationState.UPCOMING for row in found)


def test_who_acts_for_the_owner_is_reminded_until_it_is_reported(world):
    people = world.people

    def told(user):
        marks = Reminder.objects.filter(receiver=user, mark__startswith=f"plan_quarter:{world.own.pk}:")
        return [mark.rpartition(":")[2] for mark in marks.order_by("pk").values_list("mark", flat=True)]

    with on(2026, 4, 14):
        sweep(clock.today())
        assert told(people.authority) == told(people.bureau) == ["on-day"]
        assert told(people.preparer) == told(world.other) == []
        report(world.own, people.authority, 1, 5)
    with on(2026, 4, 15):
        sweep(clock.today())
        assert told(people.authority) == ["on-day"]
        assert Reminder.objects.filter(receiver=world.other, mark__startswith=f"plan_quarter:{world.beside.pk}:").count() == 2


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_for_one_task_and_for_three(world, django_assert_num_queries, many):
    kept = [world.own, world.beside, world.alone][:many]
    PlannedTask.objects.exclude(pk__in=[one.pk for one in kept]).delete()
    with django_assert_num_queries(1):
        found = tasks_owed(dt.date(2026, 4, 1))
    assert [one.pk for one in found] == [one.pk for one in kept]
    assert all(one.unreported(dt.date(2026, 4, 1)) for one in found)
