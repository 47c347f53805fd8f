"""A plan from draft to roll-over: who does what, sums of districts, adjustments on record, history of every task."""

import datetime as dt
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beautiful.plans import rules, selectors, services
from beautiful.plans.enums import PlanStanding, RollOutcome
from beautiful.plans.models import ActionPlan, PlannedTask, QuarterlyProgress
from beautiful.plans.services import RollDecision
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy.models import Setting
from tests.beautiful.plans.world import FIRST, PLACE, START, make_draft, make_issued, report, rolled, spring, values
from tests.factories.accounts import cast, make_organisation
from tests.factories.once import copy_of, once

pytestmark = pytest.mark.django_db
LIST_QUERIES = 6
PLAN_QUERIES = 9
TASK_QUERIES = 19
CITY_SEATS = {"city_officer", "city_checker", "city_director", "city_legal"}
READERS = CITY_SEATS | {"partner", "authority", "bureau"}
PAGES_OF_COORDINATOR = {"draft": ("plan_issue", "task_create"), "issued": ("plan_roll",)}
draft = once(make_draft)
issued = once(make_issued)
everybody = once(cast)
world = copy_of("issued")
drafted = copy_of("draft")
nobodys = copy_of("everybody")


@pytest.fixture(autouse=True)
def january():
    with clock.at(spring(2027)):
        yield


def status(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(f"beautiful:{name}", args=args)).status_code


def test_pages_are_for_the_seats_that_read_plans(client, world):
    people = world.people.everybody
    assert {name for name, user in people.items() if status(client, user, "plan_list") == HTTPStatus.OK} == READERS
    assert {name for name, user in people.items() if status(client, user, "plan", world.plan.pk) == HTTPStatus.OK} == READERS
    sees_city = {name for name, user in people.items() if status(client, user, "task", world.city.pk) == HTTPStatus.OK}
    assert sees_city == READERS
    sees_other = {name for name, user in people.items() if status(client, user, "task", world.beside.pk) == HTTPStatus.OK}
    assert sees_other == CITY_SEATS | {"partner"}


def test_a_draft_is_the_citys(client, drafted):
    people = drafted.people.everybody
    assert {name for name, user in people.items() if status(client, user, "plan", drafted.plan.pk) == HTTPStatus.OK} == CITY_SEATS
    assert {name for name, user in people.items() if status(client, user, "task", drafted.own.pk) == HTTPStatus.OK} == CITY_SEATS


def test_forms_are_for_the_coordinator_and_the_owner(client, world, drafted):
    for name in PAGES_OF_COORDINATOR["draft"]:
        allowed = {seat for seat, user in world.people.everybody.items() if status(client, user, name, drafted.plan.pk) == HTTPStatus.OK}
        assert allowed == {"city_officer"}, name
        assert status(client, world.people.city_officer, name, world.plan.pk) == HTTPStatus.NOT_FOUND, name


def offered(client, user, planned):
    client.force_login(user)
    page = client.get(reverse("beautiful:task", args=[planned.pk])).content.decode()
    return {name for name in ("edit", "split", "adjust", "report") if reverse(f"beautiful:task_{name}", args=[planned.pk]) in page}


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


def test_buttons_of_a_task_in_a_draft(client, drafted):
    assert offered(client, drafted.people.city_officer, drafted.city) == {"edit", "split"}
    assert offered(client, drafted.people.city_officer, drafted.own) == {"edit"}
    assert offered(client, drafted.people.city_checker, drafted.city) == set()


def test_the_seat_follows_its_setting(world):
    people = world.people
    assert rules.coordinates(people.city_officer)
    assert not rules.coordinates(people.city_director)
    Setting.objects.create(key=rules.SEAT_SETTING, value="审定", reason="测试", by=people.city_director, at=clock.now())
    assert rules.coordinates(people.city_director)
    with pytest.raises(NotAllowed):
        rolled(world.plan, people.city_officer)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_list_asks_the_same_for_any_number(client, nobodys, number, django_assert_num_queries):
    for one in range(number):
        first = {"first_year": 2024 + one, "made_at": clock.now(), "made_by": nobodys.city_officer}
        ActionPlan.objects.create(**first, issued_on=dt.date(2026, 1, 1), issued_at=clock.now(), basis="演示")
    client.force_login(nobodys.city_officer)
    client.get(reverse("beautiful:plan_list"))
    with django_assert_num_queries(LIST_QUERIES - (number == 0)):
        page = client.get(reverse("beautiful:plan_list")).content.decode()
    assert page.count("三年行动计划（") == number
    assert ("暂无三年行动计划" in page) == (number == 0)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_plan_asks_the_same_for_any_number_of_tasks(client, nobodys, number, django_assert_num_queries):
    plan = services.make_plan(first_year=FIRST, is_demo=True, by=nobodys.city_officer)
    for _ in range(number):
        services.add_task(plan=plan, values=values(nobodys.city_body, **PLACE), by=nobodys.city_officer)
    client.force_login(nobodys.city_officer)
    client.get(reverse("beautiful:plan", args=[plan.pk]))
    with django_assert_num_queries(PLAN_QUERIES - (number == 0)):
        page = client.get(reverse("beautiful:plan", args=[plan.pk])).content.decode()
    assert page.count("演示任务（虚构）") == number
    assert "征求意见稿" in page
    assert page.count("本计划在这一领域暂无您可以查看的任务") == (9 if number else 10)


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
    assert [one.light.colour for one in found] == ["amber", "amber", "green", "green"]
    for user in (people.city_officer, people.partner, people.authority):
        [line] = [line for line in selectors.lines_of(world.plan, user) if line.planned == world.city]
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
    with pytest.raises(Refused, match=words):
        report(world.own, world.people.authority, quarter, 5, year=year)


def test_numbers_belong_to_tasks_that_have_a_number(world):
    with pytest.raises(Refused, match="不填数值"):
        report(world.alone, world.people.city_officer, 1, 5)
    with pytest.raises(Refused, match="累计完成值"):
        report(world.own, world.people.authority, 1, None)
    with pytest.raises(Refused, match="区任务合计"):
        report(world.city, world.people.partner, 1, 5)
    report(world.city, world.people.partner, 1, None)
    report(world.alone, world.people.city_officer, 1, None)
    with pytest.raises(NotAllowed):
        report(world.own, world.other, 1, 5)


def test_nothing_is_reported_on_a_draft(drafted):
    with pytest.raises(NotAllowed):
        report(drafted.own, drafted.people.authority, 1, 5)


def test_a_report_with_its_file_reaches_the_page(client, world):
    client.force_login(world.people.authority)
    url = reverse("beautiful:task_report", args=[world.own.pk])
    proof = SimpleUploadedFile("演示证明.txt", "演示（虚构）".encode(), content_type="text/plain")
    posted = {"period": "2026-4", "value": "20", "text": "建成20公里（虚构）", "problems": "征地较慢（虚构）", "upload": proof}
    refused = client.post(url, posted)
    assert refused.status_code == 422
    assert QuarterlyProgress.objects.count() == 0
    answer = client.post(url, {**posted, "upload": ""}, follow=True)
    page = answer.content.decode()
    assert "季度进展已报送" in page
    assert "征地较慢（虚构）" in page
    assert "2026年第4季度" in page
    wrong = client.post(url, {"period": "2027-1", "value": "x", "text": ""})
    assert wrong.status_code == 422
    assert "请填数字" in wrong.content.decode()


def test_a_task_in_force_changes_only_by_a_recorded_decision(world):
    officer = world.people.city_officer
    with pytest.raises(Refused, match="已经印发"):
        services.save_task(planned=world.own, values={"title": "别的"}, version=0, by=officer)
    given = {"on": dt.date(2026, 6, 1), "basis": "演示〔2026〕9号", "reason": "线路调整（虚构）", "by": officer}
    changed = {"target_value": Decimal(50), "partners": [world.people.partner_body]}
    made = services.adjust_task(planned=world.own, values=changed, version=0, **given)
    assert {label: (before, after) for label, before, after in made.lines} == {
        "目标值": ("60.0000", "50"),
        "配合单位": ("未填", world.people.partner_body.name),
    }
    with pytest.raises(Stale):
        services.adjust_task(planned=world.own, values={"title": "别的"}, version=0, **given)
    with pytest.raises(Refused, match="没有变化"):
        services.adjust_task(planned=world.own, values=changed, version=1, **given)
    with pytest.raises(Refused, match="不能晚于今天"):
        services.adjust_task(planned=world.own, values={"title": "别的"}, version=1, **{**given, "on": dt.date(2030, 1, 1)})
    with pytest.raises(NotAllowed):
        services.adjust_task(planned=world.own, values={"title": "别的"}, version=1, **{**given, "by": world.people.city_checker})


def test_fiction_and_reality_never_mix(drafted):
    real = make_organisation(OrganisationKind.AUTHORITY, "真实区政府", is_demo=False)
    with pytest.raises(Refused, match="虚构单位"):
        services.add_task(plan=drafted.plan, values=values(real, **PLACE), by=drafted.people.city_officer)
    assert real not in selectors.owners(is_demo=True)
    assert list(selectors.owners(is_demo=False)) == [real]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phrase": "千座公园计划", "area": "safety"}, "phrase"),
        ({"area": "无", "phrase": ""}, ""),
        ({"due_on": dt.date(2029, 1, 1)}, "due_on"),
        ({"unit": ""}, "unit"),
        ({"start_value": None}, ""),
        ({"starts_on": dt.date(2028, 12, 31), "due_on": dt.date(2028, 1, 1)}, ""),
    ],
)
def test_a_task_that_does_not_fit_is_refused_at_its_field(drafted, changed, field):
    with pytest.raises(Refused) as refused:
        services.add_task(plan=drafted.plan, values=values(drafted.people.city_body, **PLACE) | changed, by=drafted.people.city_officer)
    assert [one.field for one in refused.value.refusals] == [field]
    assert drafted.plan.planned.count() == 4


def test_an_owner_is_not_beside_itself(drafted):
    own = drafted.people.city_body
    with pytest.raises(Refused, match="配合单位"):
        services.add_task(plan=drafted.plan, values=values(own, partners=[own], **PLACE), by=drafted.people.city_officer)


def test_a_plan_without_a_task_is_not_issued(nobodys):
    plan = services.make_plan(first_year=FIRST, is_demo=True, by=nobodys.city_officer)
    with pytest.raises(Refused, match="没有任务"):
        services.issue_plan(plan=plan, on=dt.date(2026, 1, 1), basis="演示", by=nobodys.city_officer)
    with pytest.raises(Refused, match="已有"):
        services.make_plan(first_year=FIRST, is_demo=True, by=nobodys.city_officer)
    services.make_plan(first_year=FIRST, is_demo=False, by=nobodys.city_officer)


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


def test_a_draft_does_not_roll(drafted):
    with pytest.raises(Refused, match="印发以后"):
        rolled(drafted.plan, drafted.people.city_officer)


def key_of(planned):
    return planned.task.number.replace("-", "_")


def test_a_plan_rolled_over_twice_keeps_every_tasks_history(client, world):
    officer, people = world.people.city_officer, world.people
    report(world.own, people.authority, 4, 20)
    services.adjust_task(
        planned=world.own, values={"title": "演示区任务（调整）（虚构）"}, on=dt.date(2026, 7, 1), basis="演示〔2026〕9号", reason="合并",
        version=0, by=officer,
    )  # fmt: skip
    ended = {key_of(world.beside): RollDecision(RollOutcome.ENDED, "并入甲区（虚构）"), key_of(world.alone): RollDecision(RollOutcome.DONE)}
    second = rolled(world.plan, officer, **ended, **{key_of(world.own): RollDecision(RollOutcome.CHANGED, "目标提高（虚构）")})
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
        history = selectors.history_of(last, officer)
        assert [one.plan.first_year for one in history] == [2026, 2027, 2028]
        assert [[row.value for row in one.progress.all()] for one in history] == [[Decimal(20)], [Decimal(55)], []]
        assert [one.target_value for one in history] == [Decimal(60), Decimal(90), Decimal(90)]
        assert [one.outcome for one in history] == [RollOutcome.CHANGED, RollOutcome.CARRIED, ""]
        assert [one.adjustments.count() for one in history] == [1, 0, 0]
        client.force_login(officer)
        page = client.get(reverse("beautiful:task", args=[last.pk])).content.decode()
        for words in ("三年行动计划（2026—2028年）", "演示〔2026〕9号", "2027年第4季度", "目标提高（虚构）", "累计55 公里", "累计20 公里"):
            assert words in page
    ends = {one.task.number: one.outcome for one in world.plan.planned.select_related("task")}
    assert set(ends.values()) == {"carried", "changed", "ended", "done"}
    with pytest.raises(Refused, match="已经滚动"):
        rolled(ActionPlan.objects.get(pk=world.plan.pk), officer)


def test_a_rolled_task_takes_no_more_reports(world):
    rolled(world.plan, world.people.city_officer)
    world.own.refresh_from_db()
    with pytest.raises(NotAllowed):
        report(world.own, world.people.authority, 4, 5)


def test_the_page_of_a_roll_over_asks_for_every_task(client, world):
    client.force_login(world.people.city_officer)
    url = reverse("beautiful:plan_roll", args=[world.plan.pk])
    page = client.get(url).content.decode()
    assert page.count('name="outcome_') == 4
    assert client.post(url, {}).status_code == 422
    posted = {f"outcome_{one.pk}": "carried" for one in world.plan.planned.all()}
    answer = client.post(url, posted, follow=True)
    assert "计划已滚动" in answer.content.decode()
    assert "（2027—2029年）" in answer.content.decode()


def test_a_task_page_asks_the_same_with_one_and_three_districts(client, world, django_assert_num_queries):
    client.force_login(world.people.city_officer)
    url = reverse("beautiful:task", args=[world.city.pk])
    client.get(url)
    with django_assert_num_queries(TASK_QUERIES):
        client.get(url)


def test_forms_keep_what_was_typed(client, drafted):
    client.force_login(drafted.people.city_officer)
    typed = {
        "area": "habitat",
        "title": "演示（虚构）",
        "target_text": "三年",
        "owner": drafted.people.city_body.pk,
        "starts_on": "x",
        "due_on": "",
    }
    answer = client.post(reverse("beautiful:task_create", args=[drafted.plan.pk]), typed)
    assert answer.status_code == 422
    assert 'value="演示（虚构）"' in answer.content.decode()
    good = typed | {"starts_on": "2026-01-01", "due_on": "2027-01-01"}
    assert client.post(reverse("beautiful:task_create", args=[drafted.plan.pk]), good).status_code == HTTPStatus.FOUND
    made = PlannedTask.objects.get(title="演示（虚构）")
    assert made.path is None
    edit = {**good, "title": "演示改（虚构）", "version": "0"}
    assert client.post(reverse("beautiful:task_edit", args=[made.pk]), edit).status_code == HTTPStatus.FOUND
    stale = client.post(reverse("beautiful:task_edit", args=[made.pk]), edit | {"title": "再改"})
    assert stale.status_code == 422
    split = {**good, "title": "演示区任务二（虚构）", "start_value": "0", "target_value": "5", "owner": drafted.people.authority_body.pk}
    assert client.post(reverse("beautiful:task_split", args=[drafted.city.pk]), split).status_code == HTTPStatus.FOUND
    assert PlannedTask.objects.get(title="演示区任务二（虚构）").unit == "公里"
    issue = {"on": "2026-02-01", "basis": "演示〔2026〕2号"}
    assert client.post(reverse("beautiful:plan_issue", args=[drafted.plan.pk]), issue).status_code == HTTPStatus.FOUND
    adjust = {**good, "on": "2026-02-02", "basis": "演示", "reason": "更正（虚构）", "title": "演示三（虚构）", "version": "1"}
    assert client.post(reverse("beautiful:task_adjust", args=[made.pk]), adjust).status_code == HTTPStatus.FOUND
    assert "更正（虚构）" in client.get(reverse("beautiful:task", args=[made.pk])).content.decode()


def test_the_first_plan_is_made_on_its_page(client, nobodys):
    client.force_login(nobodys.city_officer)
    url = reverse("beautiful:plan_create")
    assert client.post(url, {"first_year": "1"}).status_code == 422
    assert client.post(url, {"first_year": "2026", "is_demo": "on"}).status_code == HTTPStatus.FOUND
    assert client.post(url, {"first_year": "2027", "is_demo": "on"}).status_code == 422
    client.force_login(nobodys.city_checker)
    assert client.get(url).status_code == HTTPStatus.NOT_FOUND
