"""Decisions about settings and numbers of a policy file: who proposes, checks and decides; whom a change touches; the list."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.casework.selectors.tasks import tasks_for
from approvals.settings.forms import SettingForm
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import OPEN_PROPOSALS, SettingProposal
from approvals.settings.selectors import CONCERNS, touched_by
from approvals.settings.services import propose_setting
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.policy import parameters
from greendistrict.policy.in_force import policies, policy_in_force
from greendistrict.policy.loader import all_policies
from greendistrict.policy.models import SettingChange
from greendistrict.policy.rule_parameters import rule_parameters
from greendistrict.policy.services import set_setting
from greendistrict.policy.setting_groups import GROUPS, REST, group_of, grouped
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import take
from tests.factories.approvals import Filing, step
from tests.factories.districts import make_district
from tests.factories.titles import give_title
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db


def test_a_proposal_is_open_until_its_end():
    assert set(OPEN_PROPOSALS) == {state.key for state in SETTING.states if not state.final}


def propose(people, key="supplement.days", value=20, reason="处务会议定"):
    return propose_setting(key=key, value=value, reason=reason, by=people.city_officer)


def test_a_change_goes_through_the_chain_and_is_in_force_once_decided(people):
    made = propose(people)
    assert parameters.get("supplement.days").value == 15
    assert [task.title for task in tasks_for(Viewer(people.city_checker))] == ["参数变更：待审核"]
    refuses("须先经审核", take, obj=made, action="decide", by=people.city_director, version=made.version)
    take(obj=made, action="agree", by=people.city_checker, version=0)
    assert [task.title for task in tasks_for(Viewer(people.city_director))] == ["参数变更：待审定"]
    refuses(Stale, take, obj=made, action="decide", by=people.city_director, version=0)
    take(obj=made, action="decide", by=people.city_director, version=1)
    found = parameters.get("supplement.days")
    assert (found.value, found.is_default, found.reason) == (20, False, "处务会议定")
    assert SettingChange.objects.get().by == people.city_director
    refuses("与现值相同", propose, people)


def test_what_is_refused(people):
    refuses(NotAllowed, propose_setting, key="supplement.days", value=20, reason="x", by=people.city_director)
    refuses("请填写理由", propose, people, reason=" ")
    refuses("整数", propose, people, value="十五")
    with pytest.raises(parameters.UnknownParameter):
        propose(people, key="nothing")
    propose(people)
    refuses("已有在办的变更", propose, people, value=30)
    refuses("请填写理由", take, obj=SettingProposal.objects.get(), action="refuse", by=people.city_checker, version=0)
    made = SettingProposal.objects.get()
    assert all("待审核" in title for title in reaches(people, made, "begun"))
    take(obj=made, action="refuse", by=people.city_checker, version=0, reason="暂不调整")
    note = OutboxMessage.objects.filter(key__startswith=f"note:setting:{made.pk}:").order_by("pk").last()
    assert (note.payload["receiver"], "暂不调整" in note.payload["body"]) == (people.city_officer.pk, True)
    assert propose(people, value=15).status == "proposed"  # confirms the default


def test_without_a_checker_in_the_chain_the_director_decides_at_once(people):
    set_setting(by=people.city_director, key="approval_chain.default", value=["经办", "审定"], reason="精简")
    made = propose(people)
    refuses("没有审核", take, obj=made, action="agree", by=people.city_checker, version=made.version)
    take(obj=made, action="decide", by=people.city_director, version=made.version)
    assert parameters.get("supplement.days").value == 20


def test_every_setting_knows_whom_it_touches(people):
    assert {key for key in parameters.defaults() if not (key in CONCERNS or key.partition(".")[0] in CONCERNS)} == set()
    Filing(people).to_sent()
    assert [row.count for row in touched_by("form_review_days", clock.today())] == [1]
    give_title(make_district(people))
    give_title(make_district(name="桃浦智创城", is_demo=False, sources=["x"]))  # nobody of it works in the portal
    assert [row.count for row in touched_by("operation_report.due", clock.today())] == [1]
    assert [row.count for row in touched_by("carbon_verification.due", clock.today())] == [1, 1]
    assert [(row.label, row.count) for row in touched_by("plan_due", clock.today())] == [("上报年度实施计划的实施主体", 1)]
    assert touched_by("selfcheck.due", clock.today())[0].count == 1
    for key in parameters.defaults():
        assert all(row.count >= 0 for row in touched_by(key, clock.today()))


@pytest.mark.parametrize(("key", "typed", "value"), [
    ("supplement.days", "20", 20), ("spread_limit", "25", "0.25"), ("publicity.on", "no", False),
    ("reminders.before", "60、30，7", (60, 30, 7)), ("approval_chain.default", "经办、审定", ("经办", "审定")),
    ("selfcheck.due", "Y+1-04-15", "Y+1-04-15"), ("selfcheck.due", "次年4月15日", "Y+1-04-15"), ("plan_due", "当年 1月5日", "Y-01-05"),
    ("plan_due", "上年12月1日", "Y-1-12-01"),
])  # fmt: skip
def test_values_are_typed_as_people_write_them(key, typed, value):
    form = SettingForm({"value": typed, "reason": "x"}, key=key)
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["value"]) == str(value)


def test_values_of_another_kind_are_told():
    wrong = {"supplement.days": ["-1"], "selfcheck.due": ["三月底", "次年2月30日"], "reminders.before": ["很快"], "spread_limit": ["x"]}
    for key, typed in ((key, one) for key, values in wrong.items() for one in values):
        assert "value" in SettingForm({"value": typed, "reason": "x"}, key=key).errors, (key, typed)


def test_pages(people, officer):
    Filing(people).to_sent()
    address = reverse("approvals:setting", args=["supplement.days"])
    assert officer.post(address, {"value": "abc", "reason": "x"}).status_code == 422
    assert officer.post(address, {"value": "20", "reason": "处务会议定"}).status_code == 302
    assert "拟改为20个工作日" in officer.get(reverse("approvals:setting_list")).content.decode()
    assert officer.get(reverse("approvals:setting", args=["nothing"])).status_code == 404


def test_a_page_of_one_proposal_is_old_for_the_next(client, people):
    take(obj=propose(people), action="withdraw", by=people.city_officer, version=0)
    second = propose(people, value=99)
    refuses(Stale, take, obj=second, action="agree", by=people.city_checker, version=0)
    client.force_login(people.city_checker)
    answer = client.post(reverse("approvals:setting_act", args=["supplement.days"]), {"action": "agree", "version": "0"})
    assert answer.status_code == 409
    assert SettingProposal.objects.get(pk=second.pk).status == "proposed"


KEY = "rule.沪住建规范联〔2023〕13号.APPLY-PLOTS"


def limit(found):
    return found.rule("APPLY-PLOTS").tests[0].value


def decide(people, value):
    made = propose_setting(key=KEY, value=value, reason="市政府批复〔2026〕5号", by=people.city_officer)
    take(obj=made, action="agree", by=people.city_checker, version=made.version)
    take(obj=made, action="decide", by=people.city_director, version=made.version)
    return made


def test_which_numbers_of_the_file_can_be_put_right():
    names = {key.rpartition(".")[2] for key in rule_parameters()}
    assert {"SCALE-NEW", "SCALE-RENEWAL", "APPLY-LAND-RATIO", "APPLY-PLOTS", "ACCEPT-PLOTS", "CARBON-STAGES"} <= names
    assert "TITLE-REVOKED" not in names  # both halves of 八（四） are one condition
    for wrong in ("-1", "1.01", "x"):
        with pytest.raises(parameters.WrongSettingValue):
            parameters.coerce(KEY, wrong)


def test_it_is_previewed_decided_and_asked_from_then_on(client):
    filing = Filing().to_sent()
    people, page = filing.people, reverse("approvals:setting", args=[KEY])
    client.force_login(people.city_officer)
    assert client.post(page, {"value": "120", "reason": "笔误"}).status_code == 422
    assert client.post(page, {"value": "15", "reason": "市政府批复〔2026〕5号"}).status_code == 302
    assert f"由满足变为未满足：{filing.district.name}" in client.get(page).content.decode()
    assert limit(policy_in_force(clock.today())) == Decimal("0.05")
    for seat, action in (("city_checker", "agree"), ("city_director", "decide")):
        client.force_login(getattr(people, seat))
        waiting = client.get(page).context["waiting"]
        client.post(reverse("approvals:setting_act", args=[KEY]), {"action": action, "version": waiting.version, "confirmed": "yes"})
    assert (limit(policy_in_force(clock.today())), limit(all_policies()[0])) == (Decimal("0.15"), Decimal("0.05"))
    for shown in (page, reverse("portal:policy_rule", args=["APPLY-PLOTS"]), reverse("policy:rule_list")):
        assert "15%" in client.get(shown).content.decode(), shown
    kept = filing.case.submissions.get().content["policy"]["verdicts"]
    assert next(row["required"] for row in kept if row["rule"] == "APPLY-PLOTS") == "≥ 5%"


def test_the_new_number_holds_on_its_exact_boundary():
    filing = Filing().to_signing()  # 2 of 20 plots
    decide(filing.people, Decimal("0.1001"))
    refuses(r"要求≥ 10.01%", step, "sign", case=filing.case, by=filing.people.reviewer)
    decide(filing.people, Decimal("0.1"))
    assert filing.do("sign", "reviewer").case.number


def test_without_a_decision_the_files_are_read_as_they_are(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert policies() is all_policies()


URL = "approvals:setting_list"


def test_each_setting_stands_under_one_heading_and_none_of_today_under_the_rest():
    keys = list(parameters.defaults())
    found = grouped(keys, lambda key: key)
    assert sorted(key for _, some in found for key in some) == sorted(keys)
    assert [title for title, _ in found] == [title for title, _ in GROUPS if title in dict(found)]
    assert group_of("no_such_setting") == REST
    starts = [start for _, some in GROUPS for start in some]
    assert len(set(starts)) == len(starts)


@pytest.mark.django_db
def test_the_list_is_grouped_and_searched(client, people):
    set_setting(key="urging_days", value=3, by=people.city_director, reason="处务会议定")
    client.force_login(people.city_officer)

    def shown(**query):
        answer = client.get(reverse(URL), query)
        return [title for title, *_ in answer.context["groups"]], answer.context["total"], answer.content.decode()

    titles, total, _ = shown()
    assert titles[0] == "办理环节和期限"
    assert total > len(parameters.defaults())
    titles, total, page = shown(q="两次催办")
    assert (titles, total) == (["到期、提醒和催办"], 1)
    assert "3个工作日" in page
    assert shown(q="3个工作日", state="decided")[1] == 1
    assert shown(state="decided")[1] == 1
    assert "没有符合条件的参数" in shown(q="无此参数")[2]
    assert shown(state="x")[1] == shown()[1]


def test_words_of_the_program_are_typed_and_shown_in_chinese(people):
    """Every setting whose members are codes reads as words in its form, and comes back from them."""
    for key, default in parameters.defaults().items():
        if not isinstance(default, tuple):
            continue
        shown = SettingForm(key=key).fields["value"].initial
        assert not re.search("[a-z_]{3,}", shown), (key, shown)
        form = SettingForm({"value": shown, "reason": "x"}, key=key)
        assert form.is_valid(), (key, form.errors)
        assert form.cleaned_data["value"] == default
