import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import bindings
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import due_of
from approvals.casework.selectors.case_rows import CaseRow, row_values
from approvals.casework.selectors.tasks import tasks_for
from approvals.requests.models import ExtensionRequest
from approvals.requests.services import requests
from assessments.common.enums import Conclusion
from greendistrict.core import clock, workdays
from greendistrict.notifications.models import Notification
from greendistrict.policy import parameters
from greendistrict.policy.models import Setting
from greendistrict.workflow import outbox
from greendistrict.workflow.procedure import take
from obligations import reminders
from obligations.case_terms import collect
from obligations.duties import ObligationState
from obligations.models import Reminder
from obligations.selectors import obligations_visible_to
from tests.approvals.opinions.test_opinions import commented
from tests.factories.acceptance import Accepting, Losing, make_pilot, record_failures
from tests.factories.approvals import Filing
from tests.factories.received import at
from tests.obligations.calendar import day
from tests.steps import step

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def owed(on, kind):
    """Obligations of a kind on a day."""
    return [row for row in collect(on) if row.kind == kind]


def lines(on, kind):
    return [(row.due, row.met_on) for row in owed(on, kind)]


def losing(people):
    """A file to revoke the title of a pilot that failed twice before 2026."""
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2024, 6, 20), dt.date(2025, 6, 20))
    return Losing(people, district)


def sent(people, month=2, date=9, **kw):
    """An application that came to the city on a day."""
    with clock.at(at(2026, month, date)):
        return Filing(people, **kw).to_sent()


def test_ten_working_days_cross_the_spring_festival(people):
    filing = sent(people)
    assert owed(day(2, 8), "accept_case") == []  # not yet sent
    [row] = owed(day(2, 9), "accept_case")
    assert (row.due, row.state(day(2, 28)), row.state(day(3, 1))) == (day(2, 28), ObligationState.DUE, ObligationState.OVERDUE)
    assert row.how == ("2026年2月9日报送", "形式审查10个工作日（默认值）", "", "")
    with clock.at(at(2026, 3, 2)):
        filing.do("accept", "city_officer")
    assert lines(day(3, 1), "accept_case") == [(day(2, 28), None)]  # as it stood
    [row] = owed(day(3, 2), "accept_case")
    assert (row.met_on, row.state(day(3, 2))) == (day(3, 2), ObligationState.LATE)


def test_the_term_stops_while_the_applicant_answers(people):
    filing = sent(people)
    with clock.at(at(2026, 2, 12)):
        filing.do("correct", "city_officer", findings=(bindings.NewFinding("申请表未盖章", slot="application"),))
    assert lines(day(2, 25), "accept_case") == [(day(2, 28), day(2, 12))]
    assert lines(day(2, 25), "correction") == [(day(3, 11), None)]
    with clock.at(at(2026, 2, 26)):
        filing.answer_all().do("answer", "reviewer")
    assert lines(day(2, 26), "correction") == [(day(3, 11), day(2, 26))]
    first, again = owed(day(2, 26), "accept_case")
    assert (first.key, again.key) == (f"accept_case:case-{filing.case.pk}:1", f"accept_case:case-{filing.case.pk}:2")
    assert (again.due, again.met_on, again.how.extended) == (day(3, 6), None, "申报主体补正、答复的5个工作日不计")


def test_a_granted_extension_counts_from_its_decision(people):
    filing = sent(people)
    with clock.at(at(2026, 2, 12)):
        filing.do("correct", "city_officer", findings=(bindings.NewFinding("申请表未盖章", slot="application"),))
        asked = requests.ask_extension(case=filing.fresh(), by=people.reviewer, until=day(3, 20), reason="补测")
    with clock.at(at(2026, 2, 25)):
        for action, by in (("forward", people.city_officer), ("grant", people.city_director)):
            asked = ExtensionRequest.objects.get(pk=asked.pk)
            take(obj=asked, action=action, by=by, version=asked.version, reason="同意")
    assert lines(day(2, 24), "correction") == [(day(3, 11), None)]
    [row] = owed(day(2, 25), "correction")
    assert (row.due, row.is_default_date, row.how.extended) == (day(3, 20), False, "经审定自2026年3月11日延期")


def test_what_was_withdrawn_is_no_longer_owed(people):
    filing = sent(people)
    with clock.at(at(2026, 2, 10)):
        filing.do("withdraw", "reviewer", reason="另行申报")
    assert len(owed(day(2, 9), "accept_case")) == 1
    assert [row.kind for row in collect(day(2, 10))] == ["endorse"]


def test_an_endorsement_is_asked_for_again_and_again_but_never_late(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_endorsing()
    dues = [owed(on, "endorse")[0].due for on in (day(2, 9), day(3, 13), day(3, 14), day(3, 16))]
    assert dues == [day(3, 13), day(3, 13), day(4, 10), day(4, 10)]
    assert owed(day(9, 1), "endorse")[0].state(day(9, 1)) == ObligationState.DUE
    readers = seers(people, f"endorse:case-{filing.case.pk}:1")
    assert {people.city_officer, people.secretariat, people.partner, people.bureau}.isdisjoint(readers)
    assert {people.preparer, people.consultant, people.authority} <= readers


def test_an_endorsement_is_asked_for_on_its_day_alone_every_twenty_working_days(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_endorsing()
    for on in (day(2, 9), day(3, 12), day(3, 13), day(3, 16), day(4, 9), day(4, 10)):
        with clock.at(at(on.year, on.month, on.day)):
            reminders.sweep(on)
            outbox.drain()
    told = Reminder.objects.filter(mark__startswith=f"endorse:case-{filing.case.pk}:")
    assert {(one.receiver, one.day) for one in told} == {(people.authority, day(3, 13)), (people.authority, day(4, 10))}
    items = [item for note in Notification.objects.filter(receiver=people.authority) for item in note.lines if "批复" in item["title"]]
    assert {item["title"] for item in items} == {f"{filing.case.district.name}试点申报{filing.case.number}批复和报送尚未登记"}
    assert {item["body"].partition("。依据")[0] for item in items} == {
        f"尚未登记批复和报送函，请抓紧办理。文件未规定期限，截至2026年{last}（含当日）未登记的，平台定期提醒"
        for last in ("3月13日", "4月10日")
    }


def test_an_endorsement_whose_day_passed_without_a_sweep_is_asked_for_on_the_next(people):
    """13 March is a Friday on which nothing ran; what its sweep did not send goes out on Monday, once."""
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_endorsing()
    for on in (day(3, 12), day(3, 16), day(3, 17), day(4, 10), day(4, 13)):
        with clock.at(at(on.year, on.month, on.day)):
            reminders.sweep(on)
            outbox.drain()
    told = Reminder.objects.filter(mark__startswith=f"endorse:case-{filing.case.pk}:")
    marks = [(one.receiver, one.mark.split(":")[3], one.day) for one in told]
    assert marks == [(people.authority, "2026-03-13", day(3, 16)), (people.authority, "2026-04-10", day(4, 10))]
    late = Notification.objects.get(receiver=people.authority, created_at__date=day(3, 16))
    [item] = [line for line in late.lines if "批复" in line["title"]]
    assert item["title"].endswith("批复和报送尚未登记")
    assert "截至2026年4月10日（含当日）未登记的" in item["body"]


def test_binding_opinions_are_answered_by_the_day_of_their_list(people):
    with clock.at(at(2026, 2, 9)):
        filing = commented(Filing(people).to_reviewing()).conclude()
        opinion = filing.case.review_opinions.get(kind="must")
    [row] = owed(day(2, 9), "opinion_reply")
    assert (row.key, row.due, row.met_on) == (f"opinion_reply:case-{filing.case.pk}:{filing.case.review_id}", day(3, 6), None)
    assert (row.organisation, row.to, row.state(day(3, 7))) == (people.applicant_body.name, "评审秘书", ObligationState.OVERDUE)
    assert row.how[:2] == ("2026年2月9日列入评审意见", "须修改的评审意见答复期限15个工作日（默认值）")
    with clock.at(at(2026, 2, 26)):
        step(opinion, "reply", people.preparer, reply="已补充第3章")
    assert lines(day(2, 25), "opinion_reply") == [(day(3, 6), None)]
    assert lines(day(2, 26), "opinion_reply") == [(day(3, 6), day(2, 26))]
    with clock.at(at(2026, 2, 27)):
        step(opinion, "send_back", people.city_officer, reason="还差图件")
    assert lines(day(2, 27), "opinion_reply") == [(day(3, 6), None)]


def test_what_came_back_after_a_review_is_not_examined_formally_again(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_reviewed("revise")
    with clock.at(at(2026, 4, 20)):
        case = filing.do("resubmit", "reviewer").case
        [task] = [one for one in tasks_for(people.city_officer) if one.kind == "case"]
        values, calendar = parameters.load(), workdays.current()
        row = CaseRow(*row_values(Case.objects.all()).get())
        days = (task.due, due_of(case, values, calendar, clock.today(), decided={}), row.due(values, calendar, clock.today(), {}))
    assert days == (None, None, None)
    assert [one.state(day(4, 20)) for one in owed(day(4, 20), "form_review")] == [ObligationState.MET]
    assert lines(day(4, 20), "draw_panel")[-1] == (day(5, 4), None)


def seers(people, key, on=None):
    """Who reads of an obligation on the day."""
    with clock.at(at(2026, 2, 9)):
        return {
            person for person in people.everybody.values() if key in {row.key for row in obligations_visible_to(person, on or day(2, 9))}
        }


def test_the_page_and_the_obligation_have_the_same_last_day(people):
    filing = sent(people)
    with clock.at(at(2026, 2, 12)):
        filing.do("correct", "city_officer", findings=(bindings.NewFinding("申请表未盖章", slot="application"),))
    with clock.at(at(2026, 2, 26)):
        filing.answer_all().do("answer", "reviewer")
    for kind, action in (("accept_case", "accept"), ("form_review", None)):
        with clock.at(at(2026, 2, 27)):
            case = filing.fresh()
            [row] = [row for row in owed(day(2, 27), kind) if row.met_on is None]
            assert (
                row.due
                == due_of(case, parameters.load(), workdays.current(), day(2, 27), decided={})
                == tasks_for(people.city_officer)[0].due
            )
            if action:
                filing.do(action, "city_officer")


def test_the_panel_is_drawn_ten_days_after_receipt(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_reviewing()
    [row] = owed(day(2, 9), "draw_panel")
    assert (row.due, row.met_on, row.organisation) == (day(2, 28), None, "评审秘书")
    assert seers(people, row.key) == {people.secretariat, people.city_officer, people.city_checker, people.city_director, people.city_legal}
    assert filing.case.pk == row.record


def test_the_chain_and_the_notice_have_their_terms(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_reviewed()
    assert lines(day(2, 10), "notice_open") == [(day(2, 14), None)]
    with clock.at(at(2026, 2, 12)):
        filing.open_notice().end_notice().do("close_notice", "city_officer")
    assert lines(day(2, 12), "notice_open") == [(day(2, 14), day(2, 12))]
    [row] = owed(day(2, 12), "decide")
    assert (row.title.endswith("审核"), row.due) == (True, day(3, 4))
    inside = {people.secretariat, people.city_officer, people.city_checker, people.city_director, people.city_legal}
    assert seers(people, row.key, day(2, 12)) == inside
    with clock.at(at(2026, 3, 4)):
        filing.do("agree", "city_checker")
    assert lines(day(3, 4), "decide") == [(day(3, 4), day(3, 4)), (day(3, 18), None)]
    with clock.at(at(2026, 3, 5)):
        filing.do("decide", "city_director", number="演沪建〔2026〕8号", decided_on=day(3, 4))  # entered the day after
    assert lines(day(3, 5), "decide")[1] == (day(3, 18), day(3, 4))
    assert lines(day(3, 5), "announce") == [(day(4, 1), None)]


def test_a_failed_acceptance_is_followed_by_a_notice_of_intent(people):
    with clock.at(at(2026, 2, 9)):
        walk = Accepting(people, make_pilot(people)).to_failed()
        losing = Losing(people, walk.district, walk.case).to_telling()
    assert lines(day(2, 10), "cancel_start") == [(day(3, 13), None)]
    with clock.at(at(2026, 2, 11)):
        losing.do("tell", "city_officer", number="演告〔2026〕1号", intent_served_on=day(2, 10))
    assert lines(day(2, 11), "cancel_start") == [(day(3, 13), day(2, 10))]


def test_a_right_is_never_late_and_the_city_weighs_after_it(people):
    with clock.at(at(2026, 2, 9)):
        walk = losing(people).to_hearing()
    [row] = owed(day(2, 9), "hearing")
    assert (row.due, row.state(row.due)) == (day(3, 6), ObligationState.DUE)
    assert owed(day(3, 6), "hearing_weigh") == []
    assert owed(day(3, 7), "hearing") == []  # the right has lapsed, nobody is late
    assert lines(day(3, 7), "hearing_weigh") == [(day(3, 27), None)]
    with clock.at(at(2026, 3, 3)):
        walk.do("state", "reviewer", statement="两个项目已进入收尾，请求宽限")
    assert lines(day(3, 3), "hearing") == [(day(3, 6), day(3, 3))]
    assert lines(day(3, 3), "hearing_weigh") == [(day(3, 24), None)]
    assert people.preparer in seers(people, f"hearing:case-{walk.case.pk}", day(3, 3))
    assert seers(people, f"hearing_weigh:case-{walk.case.pk}:1", day(3, 3)) == {
        people.city_officer, people.city_checker, people.city_director, people.city_legal,
    }  # fmt: skip


def test_service_and_announcement_of_a_loss(people):
    with clock.at(at(2026, 2, 9)):
        walk = losing(people).to_decided()
    assert (lines(day(2, 9), "serve"), lines(day(2, 9), "announce")) == ([(day(2, 28), None)], [(day(3, 13), None)])
    with clock.at(at(2026, 3, 3)):
        walk.do("serve", "city_officer", served_on=day(3, 2), served_way="直接送达", served_to="演示签收人")
    assert lines(day(3, 3), "serve") == [(day(2, 28), day(3, 2))]


@pytest.mark.parametrize("count", [1, 3])
def test_one_statement_for_all_cases(people, count):
    for number in range(count):
        sent(people, name=f"演示第{number}城（虚构）", code=f"d{number}")
    list(collect(day(2, 10)))
    with CaptureQueriesContext(connection) as asked:
        assert len([row for row in collect(day(2, 10)) if row.kind == "accept_case"]) == count
    assert [row["sql"].count("approvals_case") > 0 for row in asked.captured_queries].count(True) == 1
    assert len(asked) == 4  # settings, working days, first day, cases


def test_before_the_first_day_in_use_nothing_is_owed(people):
    sent(people)
    Setting.objects.filter(key="obligations_from").update(value="2026-03-01")
    assert owed(day(2, 20), "accept_case") == []


def test_a_conclusion_that_did_not_pass_goes_to_the_checker(people):
    with clock.at(at(2026, 2, 9)):
        Filing(people).to_reviewed(Conclusion.FAILED)
    [row] = owed(day(2, 10), "notice_open")
    assert row.title.endswith("提交审核")
