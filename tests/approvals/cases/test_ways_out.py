"""Leaving the straight way: refusals at submission, recall, send back, withdrawal, discard, failed reviews, notices."""

import datetime as dt
import threading

import pytest
from django.db import connection

from approvals.applications.services import drafts
from approvals.cases.models.cases import Case
from approvals.cases.models.notices import Notice, Objection
from approvals.publicity.services import notices
from approvals.titles.services.notices import notice_span
from districts.special_plans.models import SpecialPlan
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.workdays import WorkCalendar
from tests.factories.accounts import make_user
from tests.factories.approvals import REASONS, Filing, step
from tests.factories.districts import write_sections
from tests.steps import reaches

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def texts(refused):
    return [refusal.text for refusal in refused.value.refusals]


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
    with pytest.raises(Refused, match="填报和签发须为两人"):
        step("sign", case=filing.case, by=both)


def test_a_recalled_case_keeps_its_number_and_is_nobodys_else_to_see():
    filing = Filing().to_sent()
    number = filing.case.number
    filing.do("recall", "reviewer", reason="数据有误")
    assert (filing.case.status, filing.case.number, filing.case.sent_at) == ("draft", number, None)
    assert filing.case.table.status == "open"
    filing.to_sent()
    assert filing.case.number == number
    filing.do("accept", "city_officer")
    with pytest.raises(Refused, match="不能办理这一步"):
        filing.do("recall", "reviewer", reason="晚了")


def test_the_designated_body_sends_back_with_a_reason():
    filing = Filing().to_endorsing()
    with pytest.raises(Refused, match="请填写理由"):
        filing.do("send_back", "authority", reason=" ")
    with pytest.raises(Refused, match="缺批复文号、批复日期"):
        filing.do("send_up", "authority")
    filing.do("send_back", "authority", reason="批复前须补规划附图")
    assert (filing.case.status, filing.case.table.status) == ("draft", "returned")


def test_withdrawn_until_the_decision_and_the_district_may_apply_afresh():
    filing = Filing().to_deciding()
    filing.do("withdraw", "reviewer", reason="调整范围")
    assert filing.case.status == "withdrawn"
    again = drafts.start_application(district=filing.district, by=filing.people.preparer, edition=filing.case.table.edition)
    assert again.status == "draft"
    with pytest.raises(Refused, match="已有同类办件在办"):
        drafts.start_application(district=filing.district, by=filing.people.preparer, edition=filing.case.table.edition)
    step("discard", case=again, by=filing.people.preparer)
    assert Case.objects.get(pk=again.pk).status == "discarded"


def test_a_decided_case_is_not_withdrawn():
    filing = Filing().to_decided()
    with pytest.raises(Refused, match="不能办理这一步"):
        filing.do("withdraw", "reviewer", reason="晚了")


def test_a_failed_review_goes_up_without_notice_and_ends_by_decision():
    filing = Filing().to_reviewed("failed")
    assert filing.case.star_found is None
    with pytest.raises(Refused, match="专家技术审查未通过"):
        filing.do("open_notice", "city_officer")
    filing.do("to_check", "city_officer")
    with pytest.raises(Refused, match="须先经法制审核"):
        filing.do("agree", "city_checker")
    filing.do("to_legal", "city_checker")
    with pytest.raises(NotAllowed):
        filing.do("legal_agree", "city_director", reason="同意")
    filing.do("legal_agree", "city_legal", reason="事实清楚，程序合法")
    with pytest.raises(Refused, match="专家技术审查"):
        filing.do("decide", "city_director", number="演〔2026〕1号", decided_on=clock.today())
    filing.do("decide_failed", "city_director", number="演〔2026〕1号", decided_on=clock.today(), reason="控制项不满足")
    assert (filing.case.status, filing.case.decision_number) == ("failed", "演〔2026〕1号")


def test_a_review_to_be_revised_comes_back_and_is_reviewed_again():
    filing = Filing().to_reviewed("revise")
    assert (filing.case.status, filing.case.table.status) == ("revising", "returned")
    first = filing.case.review_id
    filing.do("resubmit", "reviewer")
    assert filing.case.status == "accepted"
    filing.do("open_review", "secretariat").conclude()
    assert (filing.case.status, filing.case.star_found) == ("reviewed", 2)
    assert filing.case.review_id != first


def test_improvements_are_checked_before_the_notice():
    filing = Filing().to_reviewed("passed_after")
    with pytest.raises(Refused, match="须先登记组长或指定专家的书面复核"):
        filing.do("open_notice", "city_officer")
    filing.do("recheck", "secretariat", note="组长演示专家1：已按意见修改", on=clock.today())
    filing.do("open_notice", "city_officer")
    assert filing.case.status == "notice"


def test_checker_and_director_send_back_and_the_notice_is_not_held_twice():
    filing = Filing().to_deciding()
    filing.do("return_for_more", "city_director", reason="补充说明")
    assert filing.case.status == "reviewed"
    filing.do("to_check", "city_officer").do("return_to_officer", "city_checker", reason="再核")
    filing.do("to_check", "city_officer").do("agree", "city_checker")
    assert filing.case.status == "deciding"


def test_a_notice_counts_working_days_from_its_first():
    calendar = WorkCalendar()
    assert notice_span(dt.date(2026, 11, 18), 7, calendar) == (dt.date(2026, 11, 18), dt.date(2026, 11, 26))
    assert notice_span(dt.date(2026, 11, 21), 7, calendar) == (dt.date(2026, 11, 23), dt.date(2026, 12, 1))
    holiday = WorkCalendar({dt.date(2026, 11, 20): False, dt.date(2026, 11, 22): True}, frozenset({2026}))
    assert notice_span(dt.date(2026, 11, 19), 3, holiday) == (dt.date(2026, 11, 19), dt.date(2026, 11, 23))


def test_objections_are_taken_while_open_limited_and_answered_before_closing():
    filing = Filing().to_notice()
    notice = Notice.objects.get()
    objection = notices.file_objection(notice=notice, text="面积口径有疑问", name="演示居民", address="10.0.0.1")
    for number in range(4):
        notices.file_objection(notice=notice, text=f"第{number}条", name="演示居民", address="10.0.0.1")
    reaches(filing.people, filing.case, "objection")
    with pytest.raises(Refused, match="一小时内"):
        notices.file_objection(notice=notice, text="再一条", address="10.0.0.1")
    assert "10.0.0.1" not in Objection.objects.first().origin
    with pytest.raises(Refused) as refused:
        filing.do("close_notice", "city_officer")
    assert texts(refused) == ["公示期未满", "还有5条意见没有答复"]
    with pytest.raises(NotAllowed):
        notices.answer_objection(objection=objection, by=filing.people.secretariat, reply="不成立", held=False)
    for row in Objection.objects.all():
        notices.answer_objection(objection=row, by=filing.people.city_officer, reply="已核对，口径见专业规划", held=False)
    filing.fresh()
    filing.end_notice().do("close_notice", "city_officer")
    notice.refresh_from_db()
    with pytest.raises(Closed):
        notices.file_objection(notice=notice, text="晚了")


def test_a_stale_form_is_refused_with_what_is_stored_now():
    filing = Filing()
    old = filing.case.version
    filing.to_signing()
    with pytest.raises(Stale) as stale:
        step("discard", case=filing.case, by=filing.people.preparer, version=old)
    assert (stale.value.status, stale.value.current.status) == (409, "signing")


def test_an_application_needs_a_typed_district_that_holds_no_title():
    filing = Filing().to_announced()
    with pytest.raises(Refused, match="城区已是“试点”"):
        drafts.start_application(district=filing.district, by=filing.people.preparer, edition=filing.case.table.edition)
    with pytest.raises(NotAllowed):
        drafts.start_application(district=filing.district, by=filing.people.consultant)


@pytest.mark.django_db(transaction=True)
def test_two_directors_press_at_once_and_one_decision_is_made():
    filing = Filing().to_deciding()
    second = make_user("city_director", filing.people.city_body)
    gate, results = threading.Barrier(2), []

    def press(person, number):
        try:
            gate.wait()
            step("decide", case=filing.case, by=person, number=number, decided_on=clock.today(), version=filing.case.version)
            results.append(number)
        except Refused as refused:
            results.append(refused.status)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=(filing.people.city_director, "甲号")),
        threading.Thread(target=press, args=(second, "乙号")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 409 in results
    won = next(result for result in results if result != 409)
    assert (filing.fresh().status, filing.case.decision_number) == ("decided", won)
