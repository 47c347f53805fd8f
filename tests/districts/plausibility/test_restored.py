"""Whatever puts a former figure back puts its explanation back: every address that takes something back is walked, or says why not."""

import re
from decimal import Decimal

import pytest
from django.urls import get_resolver, reverse

from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.plausibility import findings
from assessments.findings.services import answer_finding
from assessments.versions import services as tables
from beautiful.plans.models import QuarterlyProgress
from districts.common.enums import ImportKind
from districts.lists.services import apply_import
from districts.plausibility.models import FigureAnswer
from districts.plot_changes.models import PlotChange
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from tests.assessments.browsing import put
from tests.beautiful.plans.world import FIRST, unchecked
from tests.districts.plausibility.test_asked import PAGES, SAID, explained, page_of
from tests.districts.plot_changes.test_plot_changes import record, splitting
from tests.factories.assessments import make_self_check

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
CANCELLED = {"reason": "撤回（虚构）", "confirmed": "yes"}


def slipped(client, people, district, name, **more):
    """A row with a slip that was asked about and explained; the explanation is stored."""
    right, slip, *_ = PAGES[name]
    address, user, posted = page_of(name, people, district)
    client.force_login(user)
    assert client.post(address, {**posted, **right, **slip, **more, "explanation": SAID}).status_code == 302
    return explained()


def progress(client, people, district):
    """A report that is corrected to another figure that is asked about, and taken back."""
    row = slipped(client, people, district, "task_report")
    yield FigureAnswer.objects.filter(subject=subject_of(row))
    unchecked(row.planned, people.authority, 3, 391)
    unchecked(row.planned, people.authority, 3, 15)
    for _ in range(2):
        version = QuarterlyProgress.objects.get(pk=row.pk).version
        taken = client.post(reverse("beautiful:progress_take_back", args=[row.pk]), {**CANCELLED, "version": version})
        assert taken.status_code == 302
    assert QuarterlyProgress.objects.get(pk=row.pk, year=FIRST).value == Decimal(390)


def imported(page, kind, field, value):
    """A row of a list that a workbook overwrites, and the import undone."""

    def walk(client, people, district):
        row = slipped(client, people, district, page)
        yield FigureAnswer.objects.filter(subject=subject_of(row))
        work = {"pk": row.pk, "version": row.version, "label": str(row), "fields": {field: value}, "values": {}}
        done = apply_import(kind=kind, district=district, works=[work], file_name="演示.xlsx", by=people.preparer)
        undone = client.post(reverse("districts:import_undo", args=[district.code, done.pk]), CANCELLED)
        assert (undone.status_code, str(getattr(explained(), field))) == (302, str(getattr(row, field)))

    return walk


def split(client, people, district):
    """A plot that is split, whose parts keep its days and what was said of them, and is whole again."""
    row = slipped(client, people, district, "plot_create", planned_start="2026-03-01", planned_finish="2062-09-30")
    yield FigureAnswer.objects.filter(subject=subject_of(row))
    parts = (("D-9-1", "1.35", "2.7"), ("D-9-2", "1", "2"))
    change = record(district, people.preparer, splitting(district, row.number, parts))
    for heir in change.after:
        carried = FigureAnswer.objects.filter(subject=f"districts.plot:{heir['id']}")
        assert {(one.part, one.text, one.by) for one in carried} == {("planned_finish", SAID, people.preparer)}
    done = client.post(reverse("districts:plot_change_revoke", args=[district.code, change.pk]), CANCELLED)
    assert (done.status_code, PlotChange.objects.count()) == (302, 2)


def table(client, people, district):
    """A score table whose figure is typed anew, explained anew, and given up for the version that was submitted."""
    held = make_self_check(people).table

    def say(a, text):
        put(held, "7.2.1", value={"a": a, "b": "20"})
        put(held, "7.2.1", target={"a": "70", "b": "100"})
        key = next(found.key for found in findings(held, clock.today()) if found.rule == "target")
        answer_finding(table=held, key=key, text=text, by=people.preparer)

    say("10", SAID)
    tables.submit_table(table=held, by=people.reviewer)
    held.refresh_from_db()
    tables.return_table(table=held, by=people.city_officer, reason="补充（虚构）")
    yield FindingAnswer.objects.filter(table=held)
    say("9", "另一句（虚构）")
    client.force_login(people.preparer)
    assert client.post(reverse("assessments:table_restore", args=[held.pk, 1]), CANCELLED).status_code == 302


WAYS = {
    "beautiful:progress_take_back": [progress],
    "districts:import_undo": [
        imported("plot_create", ImportKind.PLOTS, "floor_area", "47000"),
        imported("work_create", ImportKind.WORKS, "length_m", "820"),
        imported("key_project_create", ImportKind.PROJECTS, "planned_finish", "2027-09-30"),
    ],
    "districts:plot_change_revoke": [split],
    "assessments:table_restore": [table],
}
NO_FIGURE = {  # addresses that end or return something, after which no figure stands that was replaced before
    "approvals:bulk_undo", "approvals:loss_open_cancel", "approvals:loss_open_revoke", "approvals:policy_document_return",
    "approvals:recorded_return", "approvals:title_correction_return",
    "assessments:review_withdraw", "assessments:score_release_withdraw", "beautiful:area_link_return", "beautiful:plan_roll_revoke",
    "beautiful:progress_withdraw", "carbon:factor_return", "carbon:inventory_release_withdraw", "carbon:measure_return",
    "districts:actual_return", "districts:work_withdraw", "obligations:waiver_return",
    "outreach:event_withdraw", "outreach:opinion_withdraw", "portal:record_withdraw", "reports:job_cancel", "signin:sso_back",
    "beautiful:area_figure_withdraw",  # the earlier figure is a row of its own, with what was said of it
}  # fmt: skip
TAKES_BACK = re.compile("undo|withdraw|restore|take_back|return|revoke|cancel|recall|reopen|back$")


def addresses(resolver, room=""):
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from addresses(one, f"{one.namespace}:" if one.namespace else room)
        elif one.name:
            yield f"{room}{one.name}"


def test_every_way_back_is_known():
    assert {name for name in addresses(get_resolver()) if TAKES_BACK.search(name)} == NO_FIGURE | set(WAYS)


@pytest.mark.parametrize(("name", "at"), [(name, at) for name, ways in WAYS.items() for at in range(len(ways))])
def test_the_explanation_comes_back_with_its_figure(client, people, district, name, at):
    walk = WAYS[name][at](client, people, district)
    said = next(walk)
    names = ("rule", "part", "value", "text", "by")
    before = list(said.values_list(*names))
    assert before
    assert next(walk, None) is None
    assert list(said.all().values_list(*names)) == before
