"""A quarter's figure is asked about, corrected with a reason, and checked by somebody else before the city relies on it."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.evaluations import services as evaluations
from beautiful.evaluations.selectors import lights_of
from beautiful.plans import reporting
from beautiful.plans.models import QuarterlyProgress
from beautiful.plans.reporting import ReportReasons
from beautiful.plans.selectors import plans as selectors
from beautiful.plans.selectors.owed import tasks_for, tasks_owed
from beautiful.releases import services as releases
from districts.plausibility.selectors import answers_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from tests.beautiful.plans.world import FIRST, SAID, make_issued
from tests.beautiful.plans.world import unchecked as report
from tests.factories.once import copy_of, once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
issued = once(make_issued)
world = copy_of("issued")
SILENT = ReportReasons("更正（虚构）")


@pytest.fixture
def reported(world):
    """33 of 60 km after two quarters would be fast; 10 is not."""
    report(world.own, world.people.authority, 2, 10)
    return world


@pytest.mark.parametrize(
    ("quarter", "value", "problems", "words"),
    [
        (3, 390, "", "核对数值和单位"),
        (3, 100, "", "核对数值和单位"),
        (3, 3, "", "累计数不应减少"),
        (1, 11, "", "累计数不应减少"),
        (3, 10, "", "没有进展的"),
        (3, "-15", "", "不能小于0"),
        (3, 10, "征地较慢", ""),
        (3, 15, "", ""),
        (1, 5, "", ""),
    ],
)
def test_what_is_not_plausible_is_asked_and_kept_with_its_explanation(reported, quarter, value, problems, words):
    by, given = reported.people.authority, {"problems": problems, "said": SILENT}
    if words:
        with pytest.raises(Refused, match=words):
            report(reported.own, by, quarter, value, **given)
        assert not QuarterlyProgress.objects.filter(quarter=quarter).exists()
    if words == "不能小于0":
        with pytest.raises(Refused, match=words):
            report(reported.own, by, quarter, value, said=SAID)
        return
    made = report(reported.own, by, quarter, value, problems=problems)
    assert [one.text for one in answers_to(made)] == ([SAID.explanation] if words else [])
    report(reported.own, by, quarter, value, text="换一句话（虚构）", **given)  # the explanation holds for this figure
    if words:
        with pytest.raises(Refused):
            report(reported.own, by, quarter, Decimal(value) * 100, **given)


def test_a_first_report_in_another_unit_is_asked(world):
    for value in ("0.005", 50000):
        with pytest.raises(Refused, match="核对"):
            report(world.own, world.people.authority, 1, value, said=SILENT)
    report(world.own, world.people.authority, 1, 3, said=SILENT)


def test_a_correction_has_a_reason_and_its_past(client, reported):
    people = reported.people
    made = QuarterlyProgress.objects.get()
    reporting.confirm_progress(progress=made, version=made.version, by=people.city_officer)
    with pytest.raises(Refused, match="更正已报送的进展须写明理由"):
        report(reported.own, people.bureau, 2, 12, said=ReportReasons())
    fixed = report(reported.own, people.bureau, 2, 12, said=ReportReasons("漏计一段（虚构）"))
    assert (fixed.confirmed_at, fixed.reported_by) == (None, people.bureau)
    client.force_login(people.city_officer)
    assert "漏计一段（虚构）" in client.get(reverse("beautiful:task", args=[reported.own.pk])).content.decode()
    back = reporting.withdraw_progress(progress=fixed, version=fixed.version, reason="更正有误（虚构）", by=people.bureau)
    back.refresh_from_db()
    assert (back.value, back.confirmed_by, back.reported_by) == (Decimal(10), people.city_officer, people.authority)
    with pytest.raises(Refused, match="已经核对"):
        reporting.withdraw_progress(progress=back, version=back.version, reason="x", by=people.authority)


def test_somebody_else_checks_and_only_then_the_city_relies_on_it(reported):
    people, quarter = reported.people, (FIRST, 2)
    made = QuarterlyProgress.objects.get()
    for user in (people.authority, people.bureau, people.partner, people.city_checker):
        with pytest.raises(NotAllowed):
            reporting.confirm_progress(progress=made, version=made.version, by=user)
    with pytest.raises(Refused, match="没有已核对的进展"):
        releases.release(plan=reported.plan, quarter=quarter, basis="演示", by=people.city_officer)
    [evaluation] = evaluations.begin(plan=reported.plan, year=FIRST, areas=("habitat",), by=people.city_officer)
    assert {one["value"] for one in lights_of(evaluation)} == {""}
    with pytest.raises(Stale):
        reporting.confirm_progress(progress=made, version=made.version + 1, by=people.city_officer)
    assert [one.kind for one in tasks_for(Viewer(people.city_officer))].count("beautiful.check") == 1
    reporting.confirm_progress(progress=made, version=made.version, by=people.city_officer)
    assert "beautiful.check" not in {one.kind for one in tasks_for(Viewer(people.city_officer))}
    assert "10 公里" in {one["value"] for one in lights_of(evaluation)}
    frozen = releases.release(plan=reported.plan, quarter=quarter, basis="演示", by=people.city_officer).frozen
    assert "10 公里" in {task["value"] for area in frozen["areas"] for task in area["tasks"]}


def test_a_city_task_is_checked_by_another_person_of_the_city(world):
    made = report(world.alone, world.people.city_officer, 1, None)
    with pytest.raises(NotAllowed):
        reporting.confirm_progress(progress=made, version=None, by=world.people.city_officer)
    assert reporting.confirm_progress(progress=made, version=None, by=world.people.city_checker).confirmed_at


def test_a_report_is_taken_back_or_returned_until_it_is_checked(client, reported):
    people, made = reported.people, QuarterlyProgress.objects.get()

    def owed():
        [task] = [one for one in tasks_owed(clock.today()) if one.pk == reported.own.pk]
        return (FIRST, 2) not in task.filed

    page = reverse("beautiful:progress_take_back", args=[made.pk])
    for user, status in ((people.partner, 404), (reported.other, 404), (people.bureau, 200), (people.city_officer, 200)):
        client.force_login(user)
        assert client.get(page).status_code == status, user
    with pytest.raises(NotAllowed):
        reporting.withdraw_progress(progress=made, version=None, reason="x", by=people.partner)
    assert not owed()
    client.force_login(people.city_officer)
    assert client.post(page, {"version": made.version, "reason": "没有证明（虚构）"}).status_code == HTTPStatus.FOUND
    assert (owed(), QuarterlyProgress.objects.count(), QuarterlyProgress.everything.get().withdrawal) == (True, 0, "没有证明（虚构）")
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND
    again = report(reported.own, people.authority, 2, 9, said=ReportReasons())
    assert (again.pk, again.withdrawn_at, selectors.waiting_for_check().count()) == (made.pk, None, 1)
    assert not owed()
