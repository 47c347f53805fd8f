"""补正: one notice with everything, answered finding by finding, a second round bound to the first."""

import datetime as dt

import pytest

from approvals.applications.services import corrections
from approvals.cases.bindings import NewFinding
from approvals.cases.facts import table_facts
from approvals.cases.models.cases import Correction, Submission
from approvals.cases.selectors.cases import handling_due
from assessments.tables.models import TableVersion
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy import parameters
from tests.factories.approvals import Filing, fill_table, step

pytestmark = pytest.mark.django_db


def texts(refused):
    return [refusal.text for refusal in refused.value.refusals]


def test_two_rounds_then_no_more():
    filing = Filing().to_correcting(NewFinding("未盖章", slot="application"), NewFinding("口径不明", item_id="4.2.1"))
    case = filing.case
    first = Correction.objects.get()
    assert (case.status, case.table.status, first.round) == ("correcting", "returned", 1)
    assert first.due == workdays.current().add(clock.today(), 15)
    assert [finding.bound_label for finding in first.findings.all()] == ["试点申报表", "条文4.2.1"]

    with pytest.raises(Refused) as refused:
        step("answer", case=case, by=filing.people.reviewer)
    assert "还有2条补正内容没有答复" in texts(refused)

    filing.answer_all()
    with pytest.raises(NotAllowed):
        step("answer", case=filing.case, by=filing.people.preparer)
    filing.do("answer", "reviewer")
    first.refresh_from_db()
    assert (filing.case.status, filing.case.table.status) == ("sent", "submitted")
    assert first.answered_at is not None
    assert TableVersion.objects.filter(table=case.table).count() == Submission.objects.filter(case=case).count() == 2

    with pytest.raises(Refused, match="不在第一次补正告知的范围内"):
        filing.do("correct", "city_officer", findings=[NewFinding("新问题", slot="plots")])
    filing.do("correct", "city_officer", findings=[NewFinding("仍未盖章", slot="application")])
    filing.answer_all().do("answer", "reviewer")
    with pytest.raises(Refused, match="补正已2次，参数为最多2次"):
        filing.do("correct", "city_officer", findings=[NewFinding("仍未盖章", slot="application")])
    filing.do("accept", "city_officer")
    assert filing.case.status == "accepted"


def test_a_finding_is_bound_to_a_slot_or_a_clause_of_the_locked_edition():
    filing = Filing().to_sent()
    wrong = [
        NewFinding("无处可依"),
        NewFinding("", slot="application"),
        NewFinding("条文不对", item_id="99.9.9"),
        NewFinding("?", slot="x"),
    ]
    with pytest.raises(Refused) as refused:
        step("correct", case=filing.case, by=filing.people.city_officer, findings=wrong)
    assert texts(refused) == [
        "第1条须对应一项材料或一条条文",
        "第2条没有写明问题",
        "第3条对应的材料或条文不存在：99.9.9",
        "第4条对应的材料或条文不存在：x",
    ]
    with pytest.raises(Refused, match="请列出需要补正的内容"):
        step("correct", case=filing.case, by=filing.people.city_officer, findings=[])
    assert filing.fresh().status == "sent"


def test_the_clock_stops_while_the_applicant_holds_the_case():
    filing = Filing().to_sent()
    calendar, settings, today = workdays.current(), parameters.load(), clock.today()
    before = handling_due(filing.case, settings, calendar, today)
    assert before == calendar.add(today, 10)
    filing.do("correct", "city_officer", findings=[NewFinding("未盖章", slot="application")])
    later = clock.now() - dt.timedelta(days=14)
    Correction.objects.update(issued_at=later)
    filing.answer_all().do("answer", "reviewer")
    waited = calendar.between(later.date(), today)
    assert handling_due(filing.case, settings, calendar, today) == calendar.add(today, 10 + waited)


def test_answers_belong_to_the_applicant_and_a_stale_form_is_told():
    filing = Filing().to_correcting()
    with pytest.raises(NotAllowed):
        filing.do(corrections.save_answers, "city_officer", answers={})
    with pytest.raises(NotAllowed):
        filing.do(corrections.save_answers, "outsider_preparer", answers={})
    old = filing.case.version
    filing.answer_all()
    with pytest.raises(Stale) as stale:
        corrections.save_answers(case=filing.case, by=filing.people.preparer, answers={}, version=old)
    assert stale.value.current.version == filing.case.version


def test_must_rules_hold_again_when_the_correction_is_submitted():
    filing = Filing().to_correcting()
    filing.district.key_projects.all().delete()
    filing.answer_all()
    with pytest.raises(Refused) as refused:
        filing.do("answer", "reviewer")
    assert [refusal.rule for refusal in refused.value.refusals] == ["APPLY-KEY-PROJECTS"]
    assert filing.fresh().status == "correcting"


def test_the_table_is_open_again_and_its_next_version_is_frozen():
    filing = Filing().to_correcting()
    fill_table(filing.case)
    assert table_facts(filing.case) == {"exists": True, "status": "returned", "blocking": []}
