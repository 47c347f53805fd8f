"""Leaving the straight way: refusals at submission, recall, send back, withdrawal, discard, failed reviews, notices."""

import datetime as dt

import pytest

from approvals.applications.services import drafts
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Notice, Objection
from approvals.publicity import services as notices
from approvals.titles.services.notices import notice_span
from districts.special_plans.models import SpecialPlan
from greendistrict.core.errors import Closed, Refused
from greendistrict.core.workdays import WorkCalendar
from tests.factories.accounts import make_user
from tests.factories.approvals import REASONS, Filing, step
from tests.factories.districts import write_sections
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_submission_refuses_with_every_rule_at_once():
    filing = Filing().to_signing()
    SpecialPlan.objects.update(carbon_stage_targets=[])
    write_sections(filing.district.plans.get(), dimensions=["韧性安全"])
    filing.district.key_projects.all().delete()
    Case.objects.update(reasons={})
    with pytest.raises(Refused) as refused:
        step("sign", case=filing.case, by=filing.people.reviewer)
    assert {refusal.rule for refusal in refused.value.refusals} == {
        "SCHEME-DIMENSIONS", "CARBON-STAGES", "APPLY-KEY-PROJECTS", *REASONS,
    }  # fmt: skip
    assert all(refusal.cite for refusal in refused.value.refusals)
    assert filing.fresh().number is None


def test_the_one_who_handed_up_does_not_sign():
    filing = Filing()
    both = make_user("preparer", filing.people.applicant_body)
    both.posts.create(organisation=filing.people.applicant_body, role="reviewer", valid_from=dt.date(2020, 1, 1))
    step("hand_up", case=filing.case, by=both)
    refuses("填报和签发须为两人", step, "sign", case=filing.case, by=both)


def test_a_recalled_case_keeps_its_number_and_is_nobodys_else_to_see():
    filing = Filing().to_sent()
    number = filing.case.number
    filing.do("recall", "reviewer", reason="数据有误")
    assert (filing.case.status, filing.case.number, filing.case.sent_at) == ("draft", number, None)
    assert filing.case.table.status == "open"
    filing.to_sent()
    assert filing.case.number == number
    filing.do("accept", "city_officer")
    refuses("不能办理这一步", filing.do, "recall", "reviewer", reason="晚了")


def test_the_designated_body_sends_back_with_a_reason():
    filing = Filing().to_endorsing()
    refuses("缺批复文号、批复日期", filing.do, "send_up", "authority")
    filing.do("send_back", "authority", reason="批复前须补规划附图")
    assert (filing.case.status, filing.case.table.status) == ("draft", "returned")


def test_withdrawn_until_the_decision_and_the_district_may_apply_afresh():
    filing = Filing().to_deciding()
    filing.do("withdraw", "reviewer", reason="调整范围")
    afresh = {"district": filing.district, "by": filing.people.preparer, "edition": filing.case.table.edition}
    assert drafts.start_application(**afresh).status == "draft"
    refuses("已有同类办件在办", drafts.start_application, **afresh)


def test_a_review_to_be_revised_comes_back_and_is_reviewed_again():
    filing = Filing().to_reviewed("revise")
    assert (filing.case.status, filing.case.table.status) == ("revising", "returned")
    first = filing.case.review_id
    filing.do("resubmit", "reviewer")
    filing.do("open_review", "secretariat").conclude()
    assert (filing.case.status, filing.case.star_found) == ("reviewed", 2)
    assert filing.case.review_id != first


def test_what_the_director_sends_back_is_checked_again_without_another_notice():
    filing = Filing().to_deciding().do("return_for_more", "city_director", reason="补充说明")
    assert filing.do("to_check", "city_officer").do("agree", "city_checker").case.status == "deciding"


def test_a_notice_counts_working_days_from_its_first():
    calendar = WorkCalendar()
    assert notice_span(dt.date(2026, 11, 18), 7, calendar) == (dt.date(2026, 11, 18), dt.date(2026, 11, 26))
    assert notice_span(dt.date(2026, 11, 21), 7, calendar) == (dt.date(2026, 11, 23), dt.date(2026, 12, 1))
    holiday = WorkCalendar({dt.date(2026, 11, 20): False, dt.date(2026, 11, 22): True}, frozenset({2026}))
    assert notice_span(dt.date(2026, 11, 19), 3, holiday) == (dt.date(2026, 11, 19), dt.date(2026, 11, 23))


def test_objections_are_taken_while_open_and_answered_before_closing():
    filing = Filing().to_notice()
    notice = Notice.objects.get()
    for number in range(5):
        notices.file_objection(notice=notice, text=f"第{number}条", name="演示居民", address="10.0.0.1")
    reaches(filing.people, filing.case, "objection")
    assert "10.0.0.1" not in Objection.objects.first().origin
    with pytest.raises(Refused) as refused:
        filing.do("close_notice", "city_officer")
    assert [refusal.text for refusal in refused.value.refusals] == ["公示期未满", "还有5条意见没有答复"]
    for row in Objection.objects.all():
        notices.answer_objection(objection=row, by=filing.people.city_officer, reply="已核对，口径见专业规划", held=False)
    filing.fresh()
    filing.end_notice().do("close_notice", "city_officer")
    notice.refresh_from_db()
    refuses(Closed, notices.file_objection, notice=notice, text="晚了")


def test_an_application_needs_a_typed_district_that_holds_no_title():
    filing = Filing().to_announced()
    with pytest.raises(Refused, match="城区已是“试点”"):
        drafts.start_application(district=filing.district, by=filing.people.preparer, edition=filing.case.table.edition)
