"""A sheet of settings: many confirmed in one act, exceptions with their reasons, adverse ones apart."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.setting_sheets.models import SettingSheet
from approvals.setting_sheets.selectors import ADVERSE, sheet_rows, sheet_tasks
from approvals.setting_sheets.services import propose_sheet
from approvals.settings.services import propose_setting
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.notifications.models import Notification
from greendistrict.policy import parameters
from greendistrict.policy.models import SettingChange
from greendistrict.policy.selectors import setting_label, setting_rows
from greendistrict.policy.services import set_setting
from greendistrict.workflow import outbox
from greendistrict.workflow.procedure import take
from tests.factories.stages import YEARLY_DUES

pytestmark = pytest.mark.django_db
NEW = ("approvals:setting_sheet_new", "settings")


def new(part="settings"):
    return reverse("approvals:setting_sheet_new", args=[part])


def filled(client, **typed):
    """The form as the page offers it: every unconfirmed setting ticked, values as they are."""
    page = client.get(new())
    posted = {"reason": "2027年度参数表（虚构）", "effective_on": ""}
    for _, lines in page.context["groups"]:
        for line in lines:
            posted[line.add_prefix("value")] = line["value"].initial if line["value"].value() is None else line["value"].value()
            if line["confirm"].value():
                posted[line.add_prefix("confirm")] = "on"
    posted.update(typed)
    return client.post(new(), {name: value for name, value in posted.items() if value is not None})


def decide(sheet, people):
    for action, person in (("agree", people.city_checker), ("decide", people.city_director)):
        sheet.refresh_from_db()
        take(obj=sheet, action=action, by=person, version=sheet.version)
    sheet.refresh_from_db()
    return sheet


def test_one_form_three_acts_and_nothing_is_a_default_but_what_stands_apart(officer, people):
    answer = filled(officer)
    assert answer.status_code == 302, [form.errors for form in answer.context["errors"] if form.errors]
    sheet = SettingSheet.objects.get()
    assert answer.url == reverse("approvals:setting_sheet", args=[sheet.pk])
    assert len(sheet.lines) == len(setting_rows()) - len(ADVERSE)
    assert set(YEARLY_DUES) <= ADVERSE, "awards, warnings and the examination count by them once they are confirmed"
    assert officer.get(new()).url == answer.url, "one open sheet"
    before = {key: parameter.value for key, parameter in parameters.load().items()}
    decide(sheet, people)
    assert {row.key for row in setting_rows() if row.is_default} == ADVERSE
    assert {key: parameter.value for key, parameter in parameters.load().items()} == before
    assert SettingChange.objects.count() == len(sheet.lines)
    assert set(SettingChange.objects.values_list("reason", flat=True)) == {"2027年度参数表（虚构）"}
    assert officer.get(new()).status_code == 200, "the next year's sheet"
    assert not any(line["confirm"].value() for _, lines in officer.get(new()).context["groups"] for line in lines)


def test_an_exception_is_another_value_with_its_reason(officer, people):
    assert (shown := filled(officer, **{"form_review_days-value": "12"})).status_code == 422
    assert "改动现值的，请写明理由" in shown.content.decode()
    unticked = filled(officer, **{"form_review_days-value": "12", "form_review_days-confirm": None, "form_review_days-reason": "x"})
    assert "改了拟定值，请勾选列入" in unticked.content.decode()
    assert not SettingSheet.objects.exists()
    done = filled(
        officer, **{"form_review_days-value": "12", "form_review_days-reason": "处务会议定（虚构）", "hearing_days-confirm": "on"}
    )
    assert done.status_code == 302
    decide(SettingSheet.objects.get(), people)
    assert (parameters.get("form_review_days").value, parameters.get("form_review_days").reason) == (12, "处务会议定（虚构）")
    assert parameters.get("hearing_days").is_default, "it stands in no sheet, whatever is posted"
    page = officer.get(done.url)
    assert "<b>12个工作日</b>" in page.content.decode()
    assert page.context["state"].key == "decided"


def test_a_reminder_sheet_is_apart(officer):
    keys = {row.key for _, rows in sheet_rows("reminders") for row in rows}
    assert keys == set(parameters.kinds_of_reminders())
    assert officer.get(new("reminders")).status_code == 200
    assert officer.get(new("other")).status_code == 404


def test_what_is_refused_says_why(people):
    def refused(lines, reason="理由（虚构）", part="settings", **more):
        with pytest.raises(Refused) as error:
            propose_sheet(part=part, lines=lines, reason=reason, by=people.city_officer, **more)
        return {one.text for one in error.value.refusals}

    one = ("form_review_days", 10, "")
    assert refused([]) == {"没有勾选要确认的参数"}
    assert refused([one], reason=" ") == {"请填写理由"}
    assert refused([one], effective_on=clock.today() - dt.timedelta(days=1)) == {"生效日期不早于今天"}
    apart = {f"“{setting_label(key)}”不列入这张表，请逐项提出" for key in ADVERSE}
    assert refused([(key, parameters.get(key).value, "") for key in ADVERSE]) == apart
    assert refused([one], part="reminders") == {"“形式审查”不列入这张表，请逐项提出"}
    assert refused([("form_review_days", 12, " ")]) == {"“形式审查”改为12个工作日，请写明理由"}
    propose_setting(key="form_review_days", value=15, reason="x", by=people.city_officer)
    assert refused([one]) == {"“形式审查”另有在办的变更，不能列入参数表"}
    propose_sheet(part="settings", lines=[("consult_days", 10, "")], reason="x", by=people.city_officer)
    assert refused([("consult_days", 10, "")]) == {"这一类参数已有在办的参数表，请先办结"}
    with pytest.raises(NotAllowed):
        propose_sheet(part="reminders", lines=[one], reason="x", by=people.city_checker)


def test_what_was_decided_meanwhile_stays(people, officer):
    lines = [("form_review_days", 10, ""), ("consult_days", 10, "")]
    sheet = propose_sheet(part="settings", lines=lines, reason="x", by=people.city_officer)
    set_setting(by=people.city_director, key="consult_days", value=8, reason="另定（虚构）")
    decide(sheet, people)
    assert [line["left"] for line in sheet.lines] == [False, True]
    assert (parameters.get("form_review_days").is_default, parameters.get("consult_days").value) == (False, 8)
    assert "审定前已另行决定，未改动" in officer.get(reverse("approvals:setting_sheet", args=[sheet.pk])).content.decode()


def test_each_seat_gets_one_message_and_one_task_for_the_whole_sheet(people):
    sheet = propose_sheet(
        part="settings", lines=[("form_review_days", 10, ""), ("consult_days", 10, "")], reason="x", by=people.city_officer
    )
    outbox.drain()
    assert Notification.objects.filter(receiver=people.city_checker).count() == 1
    assert [task.subject for task in sheet_tasks(Viewer(people.city_checker))] == ["平台参数表（2项）"]
    assert not list(sheet_tasks(Viewer(people.city_director)))
    take(obj=sheet, action="agree", by=people.city_checker, version=sheet.version)
    assert [task.title for task in sheet_tasks(Viewer(people.city_director))] == ["参数表：待审定"]


def test_districts_do_not_read_sheets(preparer, people):
    sheet = propose_sheet(part="settings", lines=[("form_review_days", 10, "")], reason="x", by=people.city_officer)
    assert preparer.get(new()).status_code == 404
    assert preparer.get(reverse("approvals:setting_sheet", args=[sheet.pk])).status_code == 404
