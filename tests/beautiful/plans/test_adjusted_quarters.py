"""Past quarters keep the target that held when they ended, on every page and file; a decision counts from its quarter."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from beautiful.area_export.selectors import area_file
from beautiful.area_export.sheets import TASKS, _tasks
from beautiful.evaluations import services as evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.evaluations.selectors import lights_of
from beautiful.frame.programme import programme
from beautiful.plans import services
from beautiful.plans.models import PlannedTask, TaskAdjustment, changed_fields
from beautiful.plans.selectors import plans as selectors
from beautiful.releases.selectors import to_freeze
from greendistrict.accounts.viewer import Viewer
from tests.beautiful.plans.world import FIRST, NO_NUMBER, make_issued, report
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
issued = once(make_issued)
world = copy_of("issued")
NEW_TARGET = "三年建成600公里（虚构）"


def adjust(world, planned, changed, on):
    stored = PlannedTask.objects.get(pk=planned.pk)
    return services.adjust_task(
        planned=stored,
        values=changed,
        on=on,
        basis="演示〔2026〕9号",
        reason="规模扩大（虚构）",
        version=None,
        by=world.people.city_officer,
    )


@pytest.fixture
def adjusted(world):
    """Two quarters on the path; on the last day of the second one the target grew tenfold."""
    report(world.own, world.people.authority, 1, 6)
    report(world.own, world.people.authority, 2, 12)
    adjust(world, world.own, {"target_value": Decimal(600), "target_text": NEW_TARGET}, dt.date(FIRST, 6, 30))
    return world


def told(planned):
    [(_, values)] = selectors.with_values([planned])
    return [(one.quarter[1], one.light.colour, one.light.due, one.is_earlier) for one in values]


def test_a_quarter_is_judged_by_the_target_of_its_last_day(adjusted):
    assert told(adjusted.own) == [(1, "green", "4.88", True), (2, "red", "98.63", False)]


def test_the_sum_of_the_city_is_judged_the_same_way(adjusted):
    report(adjusted.beside, adjusted.other, 1, 5)
    adjust(adjusted, adjusted.city, {"target_value": Decimal(1200)}, dt.date(FIRST, 4, 1))
    assert told(adjusted.city) == [(1, "green", "9.75", True), (2, "", "197.26", False)]


def test_a_unit_adjusted_later_leaves_the_sums_of_past_quarters(adjusted):
    adjust(adjusted, adjusted.own, {"unit": "米"}, dt.date(FIRST, 7, 1))
    adjust(adjusted, adjusted.city, {"unit": "米"}, dt.date(FIRST, 7, 1))
    report(adjusted.own, adjusted.people.authority, 3, 18000)
    report(adjusted.beside, adjusted.other, 3, 17)
    [(_, values)] = selectors.with_values([adjusted.city])
    assert [(one.value, one.content.unit, one.asked) for one in values] == [(6, "公里", 2), (12, "公里", 2), (18000, "米", 1)]


def test_a_release_tells_the_task_as_it_was_when_the_quarter_ended(adjusted):
    PlannedTask.objects.filter(pk=adjusted.beside.pk).update(unit="处")
    given = {"target_value": Decimal(1200), "target_text": NEW_TARGET, "title": "演示新名（虚构）", "due_on": dt.date(2027, 12, 31)}
    adjust(adjusted, adjusted.city, given, dt.date(FIRST, 4, 1))
    first, second = (
        next(
            task
            for area in to_freeze(adjusted.plan, (FIRST, quarter))["areas"]
            for task in area["tasks"]
            if task["number"] == adjusted.city.task.number
        )
        for quarter in (1, 2)
    )
    names = ("title", "target", "due_on", "value", "light")
    assert [first[name] for name in names] == [
        "演示任务（虚构）",
        "三年建成120公里（虚构）",
        "2028年12月31日",
        "6 公里",
        "略落后于路径，完成应有进展的61%",
    ]
    assert [second[name] for name in names[:3]] == ["演示新名（虚构）", NEW_TARGET, "2027年12月31日"]


def test_an_evaluation_reads_the_target_of_its_newest_quarter(adjusted):
    adjust(adjusted, adjusted.beside, {"target_text": NEW_TARGET}, dt.date(FIRST + 1, 1, 5))
    adjust(adjusted, adjusted.own, {"target_text": "二〇二七年的目标（虚构）"}, dt.date(FIRST + 1, 1, 5))
    evaluations.begin(plan=adjusted.plan, year=FIRST, areas=["habitat"], by=adjusted.people.city_officer)
    lines = {one["task"]: one for one in lights_of(AreaEvaluation.objects.select_related("plan").get())}
    assert (lines[str(adjusted.own)]["target"], lines[str(adjusted.own)]["value"]) == (NEW_TARGET, "12 公里")
    assert lines[str(adjusted.beside)]["target"] == "三年建成120公里（虚构）"


def test_the_plan_says_by_which_target_an_earlier_quarter_was_judged(client, adjusted):
    client.force_login(adjusted.people.city_officer)
    plan = reverse("beautiful:plan", args=[adjusted.plan.pk])
    assert "按季度末执行的目标" not in client.get(plan).content.decode()
    adjust(adjusted, adjusted.own, {"target_value": Decimal(60)}, dt.date(FIRST, 7, 1))
    assert f"按季度末执行的目标：{NEW_TARGET}（2028年12月31日的600 公里）" in client.get(plan).content.decode()


def test_a_row_of_the_workbook_has_the_target_of_its_quarter(adjusted):
    found = area_file(Viewer(adjusted.people.city_officer), is_demo=True, year=FIRST)
    [habitat] = [area for area in programme().areas if area.key == "habitat"]
    heads = [title for title, _ in TASKS]
    rows = [dict(zip(heads, row, strict=True)) for row in _tasks(found, habitat)]
    assert [(row["季度"], row["目标值"], row["可衡量的目标"]) for row in rows if row["编号"] == adjusted.own.task.number] == [
        (1, 60, "三年建成120公里（虚构）"),
        (2, 600, NEW_TARGET),
    ]


def test_a_task_that_got_its_number_later_is_reported_without_one_before(client, world):
    numbered = {"unit": "项", "start_value": Decimal(0), "target_value": Decimal(12)}
    report(world.alone, world.people.city_officer, 1, None)
    adjust(world, world.alone, numbered, dt.date(FIRST, 4, 1))
    planned = PlannedTask.objects.get(pk=world.alone.pk)
    assert selectors.units_of_own_values(planned, [(FIRST, 1), (FIRST, 2)]) == {(FIRST, 2): "项"}
    report(planned, world.people.city_officer, 1, None, text="更正（虚构）")
    refuses("不填数值", report, planned, world.people.city_officer, 1, 3)
    refuses("累计完成值", report, planned, world.people.city_officer, 2, None)
    client.force_login(world.people.city_officer)
    url = reverse("beautiful:task_report", args=[planned.pk])
    assert f"{FIRST}年第1季度结束时没有数量目标，不填" in client.get(url).content.decode()
    assert client.post(url, {"period": f"{FIRST}-2", "value": "", "text": "缺数（虚构）"}).status_code == 422
    client.post(url, {"period": f"{FIRST}-2", "value": "3", "text": "三项（虚构）"})
    assert told(planned) == [(1, "", "", True), (2, "green", "1.97", False)]
    adjust(world, world.alone, NO_NUMBER, dt.date(FIRST, 7, 1))
    assert told(planned)[1] == (2, "green", "1.97", True)


def test_the_report_form_names_the_unit_of_each_quarter_once_it_was_changed(client, world):
    client.force_login(world.people.authority)
    url = reverse("beautiful:task_report", args=[world.own.pk])
    before = client.get(url).context["form"].fields["value"]
    assert (before.widget.attrs["data-unit"], before.help_text, before.required) == ("公里", "", True)
    adjust(world, world.own, {"unit": "米"}, dt.date(FIRST, 7, 1))
    after = client.get(url).context["form"].fields["value"]
    quarter = f"{FIRST}年第{{}}季度".format
    told = f"{quarter(1)}、{quarter(2)}的单位是公里；{quarter(3)}、{quarter(4)}的单位是米"
    assert ("data-unit" in after.widget.attrs, after.help_text, after.required) == (False, told, True)


def test_the_lines_of_an_adjustment_keep_the_whole_text_by_field(world):
    long = "目" * 300
    adjust(world, world.own, {"target_text": long, "partners": [world.people.partner_body]}, dt.date(FIRST, 4, 1))
    adjust(world, world.own, {"target_text": "短（虚构）", "owner": world.people.city_body}, dt.date(FIRST, 7, 1))
    first, second = TaskAdjustment.objects.order_by("pk")
    assert changed_fields(first.changes) == {"target_text": ("三年建成120公里（虚构）", long)}
    assert changed_fields(second.changes) == {
        "target_text": (long, "短（虚构）"),
        "owner": (world.people.authority_body.name, world.people.city_body.name),
    }
    planned = PlannedTask.objects.select_related("owner").get(pk=world.own.pk)
    assert planned.content_on(dt.date(FIRST, 6, 30)).target_text == long
    assert planned.content_on(dt.date(FIRST, 6, 30)).owner == world.people.authority_body.name
