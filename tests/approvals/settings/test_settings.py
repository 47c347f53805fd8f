"""Decisions about settings: who proposes, checks and decides; whom a change touches; what stays in the history."""

import pytest
from django.urls import reverse

from approvals.casework.selectors.tasks import tasks_for
from approvals.settings.forms import SettingForm
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import OPEN_PROPOSALS, SettingProposal
from approvals.settings.selectors.impact import CONCERNS, touched_by
from approvals.settings.services import propose_setting
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy import parameters
from greendistrict.policy.models import SettingChange
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.factories.titles import give_title
from tests.steps import REASON, reaches

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


def propose(people, key="supplement.days", value=20, reason="处务会议定"):
    return propose_setting(key=key, value=value, reason=reason, by=people.city_officer)


def test_a_change_goes_through_the_chain_and_is_in_force_once_decided(people):
    made = propose(people)
    assert parameters.get("supplement.days").value == 15
    assert [task.title for task in tasks_for(people.city_checker)] == ["参数变更：待审核"]
    with pytest.raises(Refused, match="须先经审核"):
        take(obj=made, action="decide", by=people.city_director, version=made.version)
    take(obj=made, action="agree", by=people.city_checker, version=0)
    assert [task.title for task in tasks_for(people.city_director)] == ["参数变更：待审定"]
    with pytest.raises(Stale):
        take(obj=made, action="decide", by=people.city_director, version=0)
    take(obj=made, action="decide", by=people.city_director, version=1)
    found = parameters.get("supplement.days")
    assert (found.value, found.is_default, found.reason) == (20, False, "处务会议定")
    assert SettingChange.objects.get().by == people.city_director
    with pytest.raises(Refused, match="与现值相同"):
        propose(people)


def test_what_is_refused(people):
    with pytest.raises(NotAllowed):
        propose_setting(key="supplement.days", value=20, reason="x", by=people.city_director)
    with pytest.raises(Refused, match="请填写理由"):
        propose(people, reason=" ")
    with pytest.raises(Refused, match="整数"):
        propose(people, value="十五")
    with pytest.raises(parameters.UnknownParameter):
        propose(people, key="nothing")
    propose(people)
    with pytest.raises(Refused, match="已有在办的变更"):
        propose(people, value=30)
    with pytest.raises(Refused, match="请填写理由"):
        take(obj=SettingProposal.objects.get(), action="refuse", by=people.city_checker, version=0)
    take(obj=SettingProposal.objects.get(), action="refuse", by=people.city_checker, version=0, reason="暂不调整")
    assert propose(people, value=15).status == "proposed"  # confirms the default


def test_without_a_checker_in_the_chain_the_director_decides_at_once(people):
    set_setting(by=people.city_director, key="approval_chain.default", value=["经办", "审定"], reason="精简")
    made = propose(people)
    with pytest.raises(Refused, match="没有审核"):
        take(obj=made, action="agree", by=people.city_checker, version=made.version)
    take(obj=made, action="decide", by=people.city_director, version=made.version)
    assert parameters.get("supplement.days").value == 20


def test_every_setting_knows_whom_it_touches(people):
    assert {key for key in parameters.defaults() if not (key in CONCERNS or key.partition(".")[0] in CONCERNS)} == set()
    Filing(people).to_sent()
    assert [row.count for row in touched_by("form_review_days")] == [1]
    give_title(make_district(people))
    give_title(make_district(name="桃浦智创城", is_demo=False, sources=["x"]))  # nobody of it works in the portal
    assert [row.count for row in touched_by("operation_report.due")] == [1]
    assert [row.count for row in touched_by("carbon_verification.due")] == [1, 1]
    assert [(row.label, row.count) for row in touched_by("plan_due")] == [("上报年度实施计划的实施主体", 1)]
    assert touched_by("selfcheck.due")[0].count == 1
    for key in parameters.defaults():
        assert all(row.count >= 0 for row in touched_by(key))


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("supplement.days", "20", 20),
        ("spread_limit", "25", "0.25"),
        ("publicity.on", "no", False),
        ("reminders.before", "60、30，7", (60, 30, 7)),
        ("approval_chain.default", "经办、审定", ("经办", "审定")),
        ("selfcheck.due", "Y+1-04-15", "Y+1-04-15"),
        ("selfcheck.due", "次年4月15日", "Y+1-04-15"),
        ("plan_due", "当年 1月5日", "Y-01-05"),
        ("plan_due", "上年12月1日", "Y-1-12-01"),
    ],
)
def test_values_are_typed_as_people_write_them(key, typed, value):
    form = SettingForm({"value": typed, "reason": "x"}, key=key)
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["value"]) == str(value)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("supplement.days", "-1"),
        ("selfcheck.due", "三月底"),
        ("selfcheck.due", "次年2月30日"),
        ("reminders.before", "很快"),
        ("spread_limit", "x"),
    ],
)
def test_values_of_another_kind_are_told(key, typed):
    assert "value" in SettingForm({"value": typed, "reason": "x"}, key=key).errors


def test_pages(people, client, kept_queries):
    Filing(people).to_sent()
    address = reverse("approvals:setting", args=["supplement.days"])
    client.force_login(people.preparer)
    assert client.get(address).status_code == 404
    client.force_login(people.city_officer)
    html = client.get(address).content.decode()
    assert "待受理和已受理的办件，以后的补正按新值" in html
    assert client.post(address, {"value": "abc", "reason": "x"}).status_code == 422
    assert client.post(address, {"value": "20", "reason": "处务会议定"}).status_code == 302
    assert "拟改为20个工作日" in client.get(reverse("approvals:setting_list")).content.decode()
    client.force_login(people.city_checker)
    made = SettingProposal.objects.get()
    act = reverse("approvals:setting_act", args=["supplement.days"])
    assert client.post(act, {"action": "agree", "version": made.version}).status_code == 302
    client.force_login(people.city_director)
    assert "参数自生效日期起生效" in client.post(act, {"action": "decide", "version": 1}).content.decode()
    assert client.post(act, {"action": "decide", "version": 1, "confirmed": "yes"}).status_code == 302
    html = client.get(address).content.decode()
    assert "20个工作日" in html
    assert "处务会议定" in html
    late = client.post(act, {"action": "refuse", "version": 1, "reason": "不宜调整（虚构）"})
    assert late.status_code == 409
    assert "不宜调整（虚构）" in late.content.decode()
    assert client.get(reverse("approvals:setting", args=["nothing"])).status_code == 404
    for count in (1, 3):
        for key in ("spread_limit", "consult_days")[: count - 1]:
            SettingProposal.objects.create(key=key, value="1", reason="x", proposed_by=people.city_officer, proposed_at=clock.now())
        with kept_queries():
            client.get(reverse("approvals:setting_list"))


def test_a_page_of_one_proposal_is_old_for_the_next(client, people):
    take(obj=propose(people), action="withdraw", by=people.city_officer, version=0)
    second = propose(people, value=99)
    with pytest.raises(Stale):
        take(obj=second, action="agree", by=people.city_checker, version=0)
    client.force_login(people.city_checker)
    answer = client.post(reverse("approvals:setting_act", args=["supplement.days"]), {"action": "agree", "version": "0"})
    assert answer.status_code == 409
    assert SettingProposal.objects.get(pk=second.pk).status == "proposed"


def test_a_decision_puts_the_value_in_force_and_a_refusal_says_why(people):
    proposal = propose(people)
    assert {action: step.makes for action, step in procedure_of(proposal).steps.items() if step.makes} == {"decide": ("setting",)}
    take(obj=proposal, action="agree", by=people.city_checker, version=0)
    take(obj=proposal, action="decide", by=people.city_director, version=1)
    assert parameters.get("supplement.days").value == 20
    second = propose(people, value=30)
    take(obj=second, action="refuse", by=people.city_checker, version=second.version, reason=REASON)
    notes = OutboxMessage.objects.filter(key__startswith=f"note:setting:{second.pk}:").order_by("pk")
    *_begun, note = notes
    assert all("待审核" in title for title in reaches(people, second, "begun"))
    assert note.payload["receiver"] == people.city_officer.pk
    assert REASON in note.payload["body"]


def test_a_proposal_is_open_until_its_end():
    assert set(OPEN_PROPOSALS) == {state.key for state in SETTING.states if not state.final}
