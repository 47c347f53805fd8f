"""City-wide policy check: the same verdicts as one by one, a constant number of queries, table, rule page and workbook."""

import datetime as dt
from collections import defaultdict
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.verdicts import verdicts_or_none
from districts.facts.facts import GROUPS, district_facts, facts_of_many
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.policy import duty_days, parameters, services
from greendistrict.policy.duty_table import TOLD
from greendistrict.policy.engine import evaluate, policy_in_force
from greendistrict.policy.enums import Outcome, PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policies
from greendistrict.policy.selectors import rule_title, setting_rows
from portal.policy.selectors import NO_DATA, chosen_policy, city_check, findings_of
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing, make_ready_district, step
from tests.factories.districts import DistrictFactory, file_case, make_district
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2028, 10, 1, 9, tzinfo=clock.SHANGHAI)


def test_facts_of_many_are_the_facts_of_each(people, kept_queries):
    for number in range(2):
        make_ready_district(people, name=f"演示{number}号新城（虚构）")
    make_district(people, type="renewal", name="演示旧城（虚构）", boundary_matches=True)
    today, found = clock.today(), list(District.objects.order_by("pk"))
    alone = {district.pk: district_facts(District.objects.get(pk=district.pk), today) for district in found}
    with kept_queries():
        together = facts_of_many(found, today)
    assert together == alone
    with kept_queries():
        facts_of_many(District.objects.filter(pk=found[0].pk), today)


def test_only_what_is_asked_is_read(people, kept_queries):
    ready, today = make_ready_district(people, name="演示0号新城（虚构）"), clock.today()
    whole = district_facts(ready, today)
    assert set(whole) <= {name for group in GROUPS for name in group.names}
    with kept_queries():
        read = facts_of_many([District.objects.get(pk=ready.pk)], today, lambda _: frozenset({"key_project_plan"}))
    assert read == {ready.pk: {"key_project_plan": whole["key_project_plan"]}}
    assert facts_of_many([ready], today, lambda _: frozenset()) == {ready.pk: {}}


def test_the_check_says_what_the_engine_says_district_by_district(people):
    filing = Filing(people).to_sent()
    file_case(make_district(people, type="new", name="演示空城（虚构）"))
    make_district(people, type="new", name="演示未报城（虚构）")  # being typed: none of the city's yet
    DistrictFactory(name="演示补录城（虚构）")
    check, today = city_check(Viewer(people.city_officer)), clock.today()
    assert (len(check.rows), check.recorded) == (2, 1)
    ready = next(row for row in check.rows if row.district == filing.district)
    assert ready.failing == []
    assert [verdict.rule for verdict in ready.warned] == ["APPLY-IN-PLAN"]
    assert "APPLY-ENDORSED" in {verdict.rule for verdict in ready.verdicts}
    asked = evaluate(policy_in_force(today), PolicyStep.FILE, Facts(district_facts(filing.district, today)), today)
    known = {verdict.rule: verdict for verdict in ready.verdicts}
    assert all(known[verdict.rule] == verdict for verdict in asked if verdict.verdict != Outcome.NOT_APPLICABLE)
    empty = next(row for row in check.rows if row.district != filing.district)
    assert NO_DATA in empty.counted
    found = findings_of(check, "APPLY-PLOTS")
    assert [(one.outcome, one.district.name) for one in found] == [(NO_DATA, "演示空城（虚构）"), ("pass", filing.district.name)]
    assert check.clean == 1


def test_pages_and_workbook(people, officer):
    filing = Filing(people).to_sent()
    policy = officer.get(reverse("policy:rule_list")).content.decode()
    assert all(words in policy for words in ("1个均满足", "没有城区在这一步", "不按单个城区核对"))
    assert "今天没有城区走到这一环节" in officer.get(reverse("portal:policy_rule", args=["ACCEPT-PLOTS"])).content.decode()
    assert "不按单个城区核对" in officer.get(reverse("portal:policy_rule", args=["BODY-DESIGNATED"])).content.decode()
    assert officer.get(reverse("portal:policy_rule", args=["NOTHING"])).status_code == 404
    assert officer.get(reverse("portal:policy_check"), {"stage": "pilot"}).content.decode().count(filing.district.name) == 0
    book = openpyxl.load_workbook(BytesIO(officer.get(reverse("portal:policy_check_export")).content))
    assert book.sheetnames == ["城区", "逐条", "条款"]
    assert filing.district.name in str(book["城区"]["B4"].value)
    assert "完成出让或划拨的地块比例" in [row[2] for row in book["逐条"].values]
    assert AuditRecord.objects.filter(action="policy.export_check").count() == 1
    assert (rule_title("APPLY-IN-PLAN")[:3], rule_title("NO-SUCH-RULE")) == ("已列入", "NO-SUCH-RULE")
    assert city_check(Viewer(people.outsider_preparer)).rows == (), "an outsider sees only own districts"


def apply(people, number):
    """A ready district whose application is accepted, so that rules of all steps are asked of it."""
    district, now = make_ready_district(people, name=f"演示{number}号新城（虚构）"), clock.now()
    own = {"kind": "SQ", "number": f"SQ-2026-{number:04}", "status": "accepted", "created_by": people.preparer}
    Case.objects.create(
        district=district, applicant=people.applicant_body, created_at=now, submitted_at=now, sent_at=now, accepted_at=now, **own
    )


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("portal:policy_check", lambda people, number: file_case(make_ready_district(people, name=f"演示{number}号新城（虚构）"))),
        ("policy:rule_list", apply),
    ],
)
def test_the_pages_ask_as_often_for_three_districts_as_for_one(people, officer, kept_queries, name, make):
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            make(people, number)
        officer.get(reverse(name))
        with kept_queries(name):
            html = officer.get(reverse(name)).content.decode()
    assert html.count("号新城（虚构）</a>") == 3 if name == "portal:policy_check" else "3个" in html


def test_a_step_outside_every_policy_is_refused_with_that_reason(people, client):
    filing = Filing(people).to_signing()
    with clock.at(AFTER):
        refuses("2028年10月1日不在任何现行政策的有效期内", step, "sign", case=filing.case, by=people.reviewer)
        assert verdicts_or_none(filing.case, clock.today()) is None
        client.force_login(people.reviewer)
        html = client.get(reverse("approvals:case", args=[filing.case.pk])).content.decode()
        assert "2028年10月1日不在任何现行政策的有效期内" in html
        assert "沪住建规范联〔2023〕13号自2023年10月1日至2028年9月30日" in html


def opened(client, role, query=""):
    client.force_login(make_user(role))
    return client.get(reverse("policy:rule_list") + query)


def test_a_duty_is_said_to_be_tracked_only_where_it_is_and_a_confirmed_setting_loses_its_mark(client):
    services.set_setting(by=make_user(Role.CITY_DIRECTOR), key="panel.size", value=7, reason="处务会议定")
    tracked = defaultdict(list)
    for kind in TOLD:
        tracked[kind.rule].append(kind.label)
    page = opened(client, Role.CITY_OFFICER)
    assert all(words in page.content.decode() for words in ("处务会议定", "已确认"))
    groups = page.context["groups"]
    policy = chosen_policy(policies(), "", clock.today())
    assert {row.rule.id for group in groups for row in group.rows} == {rule.id for rule in policy.rules}
    said = {row.rule.id: row.required for group in groups for row in group.rows if row.rule.level == "duty" and not row.rule.tests}
    kept = {rule: words for rule, words in said.items() if words.endswith("登记，不设到期事项")}
    assert set(kept) == {"ORGANISE-APPLICATION", "OPERATE-COORDINATION", "OPERATE-TRAINING", "OPERATE-DIGITAL", "AWARD", "ANNUAL-EXAM"}
    said = {rule: words for rule, words in said.items() if rule not in kept}
    assert said == {rule: f"由到期事项跟踪：{'、'.join(tracked[rule])}" if rule in tracked else "尚未列入到期事项" for rule in said}
    assert {"SELF-CHECK", "OPERATE-REPORT", "OPERATE-CARBON"} <= set(tracked)
    assert said["PLAN-YEARLY"] == "由到期事项跟踪：年度实施计划"
    assert "尚未列入到期事项" not in said.values()


PAGE = "portal:public_policy"


def test_a_visitor_reads_every_rule_with_its_reading_and_every_setting_but_no_district_and_no_reason(client, kept_queries):
    make_district(name="演示丙城（虚构）")
    policy = chosen_policy(policies(), "", clock.today())
    client.get(reverse(PAGE))
    with kept_queries():
        page = client.get(reverse(PAGE))
    groups = page.context["groups"]
    assert [row.rule.id for group in groups for row in group.rows] == [
        rule.id for step in dict.fromkeys(group.step for group in groups) for rule in policy.rules if rule.step == step
    ]
    assert {row.rule.id for group in groups for row in group.rows} == {rule.id for rule in policy.rules}
    text = page.content.decode()
    assert all(f'id="{rule.id}"' in text for rule in policy.rules)
    assert text.count("（待确认）") == sum(bool(row.reading) + (row.rule.qualifying is not None) for group in groups for row in group.rows)
    duties = sum(duty_days.is_default(kind, parameters.load()) for kind in TOLD)
    assert duties > 40
    assert text.count(">默认值<") == sum(row.is_default for row in setting_rows()) + duties
    assert "演示丙城" not in text
    assert not any(row.reason in text for row in setting_rows() if row.reason)


def test_the_public_table_of_duties_tells_terms_as_the_settings_stand(client):
    def told():
        found = client.get(reverse(PAGE)).content.decode()
        return found.count("告知后15个工作日"), found.count("告知后20个工作日"), found.count(">默认值<")

    before = told()
    services.set_setting(by=make_user(Role.CITY_DIRECTOR), key="supplement.days", value=20, reason="处务会议定")
    after = told()
    assert before[1] == 0
    assert (before[0] - after[0], after[1], before[2] - after[2]) == (1, 1, 2), "the term, its mark and that of the setting itself"


def test_earlier_policies_open_by_their_code_and_unknown_ones_are_not_found(client):
    for policy in policies():
        client.logout()
        assert client.get(reverse(PAGE), {"policy": policy.code}).context["policy"] is policy
        assert opened(client, Role.PREPARER, f"?policy={policy.code}").status_code == 200
    assert opened(client, Role.PREPARER, "?policy=none").status_code == 404
    assert client.get(reverse(PAGE), {"policy": "没有"}).status_code == 404
