"""A plan from issue to roll-over: permissions, sums of district tasks, recorded adjustments, history of each task."""

import datetime as dt
import re
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beautiful.plans import reporting, rules, services
from beautiful.plans.models import ActionPlan, PlannedTask, PlanStanding, QuarterlyProgress, RollOutcome
from beautiful.plans.selectors import plans as selectors
from beautiful.plans.services import RollDecision
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy.models import Setting
from tests.beautiful.plans.world import (
    CITY_SEATS,
    FIRST,
    PLACE,
    SAID,
    START,
    make_issued,
    offered,
    report,
    rolled,
    seats,
    spring,
    status,
    values,
)
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
issued = once(make_issued)
world = copy_of("issued")


def test_pages_are_for_the_seats_that_read_plans(client, world):
    readers = CITY_SEATS | {"partner", "authority", "bureau"}
    for name, args in (("plan_list", ()), ("plan", (world.plan.pk,)), ("task", (world.city.pk,))):
        assert seats(client, world.people, name, *args) == readers
    assert seats(client, world.people, "task", world.beside.pk) == CITY_SEATS | {"partner"}
    assert seats(client, world.people, "plan_roll", world.plan.pk) == {"city_officer"}
    for name in ("plan_issue", "task_create"):  # a plan in force takes no task
        assert status(client, world.people.city_officer, name, world.plan.pk) == HTTPStatus.NOT_FOUND


def test_list_and_page_count_the_same_tasks_and_name_idle_areas_once(client, world):
    def counted(user):
        client.force_login(user)
        [row] = client.get(reverse("beautiful:plan_list")).context["page"].object_list
        page = client.get(reverse("beautiful:plan", args=[world.plan.pk]))
        return row.tasks, page.context["whole"], page.content.decode()

    listed, whole, page = counted(world.people.city_officer)
    assert (listed, whole, "2项（含区任务共4项）" in page) == (4, 4, True)
    assert (page.count("本计划没有任务的领域："), "本计划在这一领域" in page) == (1, False)
    listed, whole, page = counted(world.people.authority)
    assert (listed, whole, page.count("暂无您可以查看的任务")) == (2, 2, 1)


def test_buttons_of_a_task_by_seat(client, world):
    people = world.people
    assert offered(client, people.city_officer, world.city) == {"adjust"}
    assert offered(client, people.city_checker, world.city) == set()
    assert offered(client, people.partner, world.city) == {"report"}
    assert offered(client, people.authority, world.city) == set()
    assert offered(client, people.authority, world.own) == {"report"}
    assert offered(client, people.bureau, world.own) == {"report"}
    assert offered(client, people.city_officer, world.alone) == {"adjust", "report"}
    for name in ("edit", "split"):
        assert status(client, people.city_officer, f"task_{name}", world.city.pk) == HTTPStatus.NOT_FOUND


def test_the_seat_follows_its_setting(world):
    people = world.people
    assert rules.coordinates(posts_of(people.city_officer))
    assert not rules.coordinates(posts_of(people.city_director))
    Setting.objects.create(key=rules.SEAT_SETTING, value="审定", reason="测试", by=people.city_director, at=clock.now())
    assert rules.coordinates(posts_of(people.city_director))
    refuses(NotAllowed, rolled, world.plan, people.city_officer)


def test_a_task_comes_from_the_city_to_districts_and_back_in_four_quarters(world):
    people = world.people
    for quarter, (own, beside) in enumerate([(5, None), (8, 7), (15, 15), (20, 22)], start=1):
        with clock.at(START.replace(year=FIRST + (quarter == 4), month=quarter % 4 * 3 + 1)):
            report(world.own, people.authority, quarter, own, problems="征地较慢（虚构）")
            if beside is not None:
                report(world.beside, world.other, quarter, beside)
    found = selectors.quarter_values(world.city, selectors.all_below(world.city), selectors.amber_from())
    assert [(one.quarter[1], one.value, one.reported, one.lacks) for one in found] == [
        (1, Decimal(5), 1, 1),
        (2, Decimal(15), 2, 0),
        (3, Decimal(30), 2, 0),
        (4, Decimal(42), 2, 0),
    ]
    assert [one.light.colour for one in found] == ["", "amber", "green", "green"]
    assert found[0].light.words == "区任务未报齐，不作判断"
    for user in (people.city_officer, people.partner, people.authority):
        [line] = [line for line in selectors.lines_of(world.plan, Viewer(user)) if line.planned == world.city]
        assert line.latest == found[-1]
        assert len(line.below) == (1 if user == people.authority else 2)


def test_a_sum_takes_its_own_unit_only(world):
    PlannedTask.objects.filter(pk=world.beside.pk).update(unit="米")
    report(world.own, world.people.authority, 1, 5)
    report(world.beside, world.other, 1, 900)
    [found] = selectors.quarter_values(world.city, selectors.all_below(world.city), selectors.amber_from())
    assert (found.value, found.asked) == (Decimal(5), 1)


def test_a_quarter_is_reported_once_and_corrected_in_place(world):
    report(world.own, world.people.authority, 1, 5)
    report(world.own, world.people.bureau, 1, 6)
    [row] = world.own.progress.all()
    assert (row.value, row.reported_by, row.version) == (Decimal(6), world.people.bureau, 1)
    assert AuditRecord.objects.filter(action="beautiful.report_progress").count() == 2


@pytest.mark.parametrize(
    ("year", "quarter", "words"), [(2027, 1, "尚未结束"), (2025, 4, "三年内"), (2029, 1, "三年内"), (2026, 5, "三年内")]
)
def test_only_quarters_that_are_over_are_reported(world, year, quarter, words):
    refuses(words, report, world.own, world.people.authority, quarter, 5, year=year)


def test_numbers_belong_to_tasks_that_have_a_number(world):
    refuses("不填数值", report, world.alone, world.people.city_officer, 1, 5)
    refuses("累计完成值", report, world.own, world.people.authority, 1, None)
    refuses("区任务合计", report, world.city, world.people.partner, 1, 5)
    report(world.city, world.people.partner, 1, None)
    report(world.alone, world.people.city_officer, 1, None)
    refuses(NotAllowed, report, world.own, world.other, 1, 5)


def test_a_report_is_refused_with_its_file_and_kept_without(client, world):
    client.force_login(world.people.authority)
    url = reverse("beautiful:task_report", args=[world.own.pk])
    proof = SimpleUploadedFile("演示证明.txt", "演示（虚构）".encode(), content_type="text/plain")
    posted = {"period": "2026-4", "value": "20", "text": "建成20公里（虚构）", "problems": "征地较慢（虚构）", "upload": proof}
    assert client.post(url, posted).status_code == 422
    assert QuarterlyProgress.objects.count() == 0
    assert client.post(url, {**posted, "upload": ""}).status_code == HTTPStatus.FOUND
    assert QuarterlyProgress.objects.values_list("year", "quarter", "value", "problems").get() == (2026, 4, 20, "征地较慢（虚构）")
    wrong = client.post(url, {"period": "2027-1", "value": "x", "text": ""})
    assert wrong.status_code == 422
    assert "请填数字" in wrong.content.decode()


def test_a_correction_starts_with_what_was_reported(client, world):
    people = world.people
    kept = {"text": "建成5.5公里（虚构）", "problems": "征地较慢（虚构）"}
    given = {"planned": world.own, "year": 2026, "quarter": 1, "values": {"value": Decimal("5.5"), **kept}}
    reporting.report_progress(**given, by=people.authority)
    reporting.report_progress(**{**given, "quarter": 4}, said=SAID, by=people.authority)
    client.force_login(people.authority)
    page = selectors.report_page(world.own.pk, (2026, 1))
    assert f'href="{page}">更正' in client.get(reverse("beautiful:task", args=[world.own.pk])).content.decode()
    form = client.get(page).context["form"]
    assert {one.name: str(one.value()) for one in form if one.name not in {"upload", "reason", "explanation"}} == {
        "period": "2026-1",
        "value": "5.5",
        **kept,
    }
    assert dict(form.fields["period"].choices)["2026-1"] == "2026年第1季度（已报送，再报即更正）"
    empty = client.get(reverse("beautiful:task_report", args=[world.own.pk])).context["form"]
    assert (empty["period"].value(), empty["text"].value()) == ("2026-3", None), "the newest quarter without a report"
    assert client.get(f"{page}x").context["form"]["text"].value() is None
    client.force_login(people.city_officer)
    assert "更正</a>" not in client.get(reverse("beautiful:task", args=[world.own.pk])).content.decode()


def test_a_task_in_force_changes_only_by_a_recorded_decision(world):
    officer = world.people.city_officer
    refuses("已经印发", services.save_task, planned=world.own, values={"title": "别的"}, version=0, by=officer)
    given = {"on": dt.date(2026, 6, 1), "basis": "演示〔2026〕9号", "reason": "线路调整（虚构）", "by": officer}
    changed = {"target_value": Decimal(50), "partners": [world.people.partner_body]}
    made = services.adjust_task(planned=world.own, values=changed, version=0, **given)
    assert {label: (before, after) for label, before, after in made.lines} == {
        "目标值": ("60", "50"),
        "配合单位": ("未填", world.people.partner_body.name),
    }
    refuses(Stale, services.adjust_task, planned=world.own, values={"title": "别的"}, version=0, **given)
    refuses("没有变化", services.adjust_task, planned=world.own, values=changed, version=1, **given)
    with pytest.raises(Refused, match="不能晚于今天"):
        services.adjust_task(planned=world.own, values={"title": "别的"}, version=1, **{**given, "on": dt.date(2030, 1, 1)})
    with pytest.raises(NotAllowed):
        services.adjust_task(planned=world.own, values={"title": "别的"}, version=1, **{**given, "by": world.people.city_checker})


def test_a_roll_over_names_every_task_that_is_not_decided(world):
    decisions = {world.city.pk: RollDecision(RollOutcome.DONE), world.own.pk: RollDecision(RollOutcome.CHANGED)}
    with pytest.raises(Refused) as refused:
        services.roll_over(plan=world.plan, decisions=decisions, by=world.people.city_officer)
    assert [one.field for one in refused.value.refusals] == [
        f"outcome_{world.city.pk}",
        f"reason_{world.own.pk}",
        f"outcome_{world.beside.pk}",
        f"outcome_{world.alone.pk}",
    ]
    assert ActionPlan.objects.count() == 1


def test_a_plan_rolled_over_twice_keeps_every_tasks_history(world):
    officer, people = world.people.city_officer, world.people
    report(world.own, people.authority, 4, 20)
    services.adjust_task(
        planned=world.own, values={"title": "演示区任务（调整）（虚构）"}, on=dt.date(2026, 7, 1), basis="演示〔2026〕9号", reason="合并",
        version=0, by=officer,
    )  # fmt: skip
    decided = [
        (world.beside, RollDecision(RollOutcome.ENDED, "并入甲区（虚构）")),
        (world.alone, RollDecision(RollOutcome.DONE)),
        (world.own, RollDecision(RollOutcome.CHANGED, "目标提高（虚构）")),
    ]
    second = rolled(world.plan, officer, *decided)
    assert (second.first_year, second.previous, second.standing) == (2027, world.plan, PlanStanding.DRAFT)
    assert ActionPlan.objects.get(pk=world.plan.pk).standing == PlanStanding.IN_FORCE
    own = second.planned.get(task=world.own.task)
    services.save_task(planned=own, values={"target_value": Decimal(90)}, version=0, by=officer)
    services.add_task(plan=second, values=values(people.city_body, title="演示新任务（虚构）", **PLACE), by=officer)
    services.issue_plan(plan=second, on=dt.date(2027, 1, 11), basis="演示〔2027〕1号", by=officer)
    assert ActionPlan.objects.get(pk=world.plan.pk).standing == PlanStanding.ROLLED
    assert {one.title: one.came for one in second.planned.select_related("previous")} == {
        "演示任务（虚构）": "结转",
        "演示区任务（调整）（虚构）": "调整后结转",
        "演示新任务（虚构）": "新增",
    }
    with clock.at(spring(2028)):
        own.refresh_from_db()
        report(own, people.authority, 4, 55, year=2027)
        third = rolled(second, officer)
        last = third.planned.get(task=world.own.task)
        history = selectors.history_of(last, Viewer(officer))
        assert [one.plan.first_year for one in history] == [2026, 2027, 2028]
        assert [[row.value for row in one.progress.all()] for one in history] == [[Decimal(20)], [Decimal(55)], []]
        assert [one.target_value for one in history] == [Decimal(60), Decimal(90), Decimal(90)]
        assert [one.outcome for one in history] == [RollOutcome.CHANGED, RollOutcome.CARRIED, ""]
        assert [one.adjustments.count() for one in history] == [1, 0, 0]
    ends = {one.task.number: one.outcome for one in world.plan.planned.select_related("task")}
    assert set(ends.values()) == {"carried", "changed", "ended", "done"}
    refuses("已经滚动", rolled, ActionPlan.objects.get(pk=world.plan.pk), officer)
    world.own.refresh_from_db()
    refuses(NotAllowed, report, world.own, people.authority, 4, 5)


def test_the_page_of_a_roll_over_asks_for_every_task(client, world):
    client.force_login(world.people.city_officer)
    url = reverse("beautiful:plan_roll", args=[world.plan.pk])
    assert client.get(url).content.decode().count('name="outcome_') == 4
    assert client.post(url, {}).status_code == 422
    posted = {f"outcome_{one.pk}": "carried" for one in world.plan.planned.all()}
    assert client.post(url, posted).status_code == HTTPStatus.FOUND
    assert ActionPlan.objects.filter(first_year=2027).exists()


def test_a_task_page_asks_the_same_with_no_quarter_one_and_three(client, world, kept_queries):
    client.force_login(world.people.city_officer)
    url = reverse("beautiful:task", args=[world.city.pk])
    client.get(url)
    for quarters in ((), (1,), (2, 3)):
        for quarter in quarters:
            report(world.own, world.people.authority, quarter, 5 * quarter)
        with kept_queries():
            page = client.get(url).content.decode()
    history = " ".join(re.sub(r"<[^>]+>", "", page.split('id="history"')[1]).split())
    assert "2026年第3季度累计15 公里，由区任务合计，1/2已报" in history


def test_a_plan_names_the_problems_of_the_newest_reports_and_what_the_roll_over_decided(client, world):
    people = world.people
    report(world.own, people.authority, 1, 5, problems="一处用地未落实（虚构）")
    report(world.beside, world.other, 1, 4, problems="资金未到位（虚构）")
    report(world.beside, world.other, 2, 8)

    def shown(user, plan=world.plan):
        client.force_login(user)
        found = client.get(reverse("beautiful:plan", args=[plan.pk])).context
        return [row.planned_id for row in found["problems"]], found["rolled"]

    assert shown(people.city_director) == ([world.own.pk], ("新增4项", ""))
    assert shown(world.other)[0] == []  # that of another district
    after = rolled(world.plan, people.city_officer, (world.alone, RollDecision(RollOutcome.ENDED, "并入（虚构）")))
    assert shown(people.city_officer)[1] == ("新增4项", "结转3项，终止1项")
    assert shown(people.city_officer, after)[1] == ("结转3项", "")
