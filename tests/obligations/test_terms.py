"""Terms of cases, filings, opinions of departments, notices, assessments, inspections, and of the experts of a review."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases import bindings
from approvals.cases import terms as cases
from approvals.cases.selectors.cases import due_of
from approvals.casework.selectors.tasks import tasks_for
from approvals.consultations import services as consultations
from approvals.losses.models import RecordedAssessment
from approvals.publicity import services as notices
from approvals.requests import services as requests
from approvals.requests.models import ExtensionRequest
from assessments.common.calendar import concluding_term, receiving_term
from assessments.common.enums import Conclusion
from assessments.inspections import services as inspections
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.reviews import terms as reviews
from assessments.self_checks.selectors.self_checks import tasks_for as check_tasks
from assessments.sharing import services as sharing
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.services import open_due
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import tasks_for as report_tasks
from districts.common.enums import OpinionPurpose, Stage
from districts.plot_changes.selectors import plots_on
from districts.plots.models import PlotOpinion
from districts.plots.selectors import board
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.notifications.models import Notification
from greendistrict.policy import parameters
from greendistrict.policy.models import Setting
from greendistrict.workflow import outbox
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import take
from obligations import assessment_terms, case_terms, filing_terms, notice_terms, opinion_terms, reminders
from obligations.duties import ObligationState
from obligations.models import Exemption, Reminder
from obligations.open_counts import overdue_count
from obligations.outages import OutagePeriod
from obligations.selectors import due, everything, obligations_visible_to
from obligations.services import record_outage
from obligations.way import Day
from tests.approvals.opinions.test_opinions import commented
from tests.factories.acceptance import Accepting, Losing, make_pilot, record_failures
from tests.factories.accounts import make_organisation, make_user
from tests.factories.approvals import Filing, pdf
from tests.factories.assessments import make_self_check, published_edition
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at, filed_self_check
from tests.factories.stages import make_stage
from tests.obligations.world import CITY, day, lines, owed, seers
from tests.steps import step

AREA = pytest.mark.area("obligations", "approvals", "assessments")


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def losing(people):
    """A file to revoke the title of a pilot that failed twice before 2026."""
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2024, 6, 20), dt.date(2025, 6, 20))
    return Losing(people, district)


def sent(people, month=2, date=9, **kw):
    """An application that came to the city on a day."""
    with clock.at(at(2026, month, date)):
        return Filing(people, **kw).to_sent()


def corrected(people):
    """One that was sent back on the third day and answered two weeks later."""
    filing = sent(people)
    with clock.at(at(2026, 2, 12)):
        filing.do("correct", "city_officer", findings=(bindings.NewFinding("申请表未盖章", slot="application"),))
    with clock.at(at(2026, 2, 26)):
        filing.answer_all().do("answer", "reviewer")
    return filing


def test_the_term_says_how_its_day_was_reached_and_what_is_not_counted(people):
    """Its days are lines of the table of truth."""
    corrected(people)
    first, again = owed(case_terms, day(2, 26), "accept_case")
    assert first.how == ("2026年2月9日报送", "形式审查10个工作日（默认值）", "", "")
    assert again.how.extended == "申报主体补正、答复的5个工作日不计"
    Setting.objects.filter(key="obligations_from").update(value="2026-03-01")
    assert [row.due for row in owed(case_terms, day(2, 26), "accept_case")] == [
        day(3, 6)
    ]  # the first fell due before the portal was in use


def test_a_granted_extension_counts_from_its_decision(people):
    filing = sent(people)
    with clock.at(at(2026, 2, 12)):
        filing.do("correct", "city_officer", findings=(bindings.NewFinding("申请表未盖章", slot="application"),))
        asked = requests.ask_extension(case=filing.fresh(), by=people.reviewer, until=day(3, 20), reason="补测")
    with clock.at(at(2026, 2, 25)):
        for action, by in (("forward", people.city_officer), ("grant", people.city_director)):
            asked = ExtensionRequest.objects.get(pk=asked.pk)
            take(obj=asked, action=action, by=by, version=asked.version, reason="同意")
    assert lines(case_terms, day(2, 24), "correction") == [(day(3, 11), None)]
    [row] = owed(case_terms, day(2, 25), "correction")
    assert (row.due, row.is_default_date, row.how.extended) == (day(3, 20), False, "经审定自2026年3月11日延期")


def test_what_was_withdrawn_is_no_longer_owed(people):
    filing = sent(people)
    with clock.at(at(2026, 2, 10)):
        filing.do("withdraw", "reviewer", reason="另行申报")
    assert len(owed(case_terms, day(2, 9), "accept_case")) == 1
    assert [row.kind for row in case_terms.collect(Day(day(2, 10), day(2, 10)))] == ["endorse"]


def test_an_endorsement_is_asked_for_again_and_again_but_never_late(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_endorsing()
    dues = [owed(case_terms, on, "endorse")[0].due for on in (day(2, 9), day(3, 13), day(3, 14), day(3, 16))]
    assert dues == [day(3, 13), day(3, 13), day(4, 10), day(4, 10)]
    assert owed(case_terms, day(9, 1), "endorse")[0].state(day(9, 1)) == ObligationState.DUE
    readers = seers(people, f"endorse:case-{filing.case.pk}:1", day(2, 9))
    assert {"city_officer", "secretariat", "partner", "bureau"}.isdisjoint(readers)
    assert {"preparer", "consultant", "authority"} <= readers


@AREA
@pytest.mark.parametrize(("swept", "asked", "lasts"), [
    (((2, 9), (3, 12), (3, 13), (3, 16), (4, 9), (4, 10)), ((3, 13), (4, 10)), {"3月13日", "4月10日"}),
    (((3, 12), (3, 16), (3, 17), (4, 10), (4, 13)), ((3, 16), (4, 10)), {"4月10日"}),  # nothing ran on Friday the 13th: on Monday, once
])  # fmt: skip
def test_an_endorsement_is_asked_for_every_twenty_working_days_on_the_day_or_with_the_next_sweep(people, swept, asked, lasts):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_endorsing()
    for month, date in swept:
        with clock.at(at(2026, month, date)):
            reminders.sweep(day(month, date))
            outbox.drain()
    told = Reminder.objects.filter(mark__startswith=f"endorse:case-{filing.case.pk}:")
    marks = [(one.receiver, one.mark.split(":")[3], one.day) for one in told]
    assert marks == [(people.authority, f"2026-0{m}-{d}", day(*on)) for (m, d), on in zip(((3, 13), (4, 10)), asked, strict=True)]
    items = [item for note in Notification.objects.filter(receiver=people.authority) for item in note.lines if "批复" in item["title"]]
    assert {item["title"] for item in items} == {f"{filing.case.district.name}试点申报{filing.case.number}批复和报送尚未登记"}
    assert {item["body"].partition("。依据")[0] for item in items} == {
        f"尚未登记批复和报送函，请抓紧办理。《指导意见》未规定期限，截至2026年{last}（含当日）未登记的，平台定期提醒" for last in lasts
    }


@AREA
def test_binding_opinions_are_answered_by_the_day_of_their_list(people):
    with clock.at(at(2026, 2, 9)):
        filing = commented(Filing(people).to_reviewing()).conclude()
        opinion = filing.case.review_opinions.get(kind="must")
    [row] = owed(case_terms, day(2, 9), "opinion_reply")
    assert (row.key, row.due, row.met_on) == (f"opinion_reply:case-{filing.case.pk}:{filing.case.review_id}", day(3, 6), None)
    assert (row.organisation, row.to, row.state(day(3, 7))) == (people.applicant_body.name, "评审秘书", ObligationState.OVERDUE)
    assert row.how[:2] == ("2026年2月9日列入评审意见", "须修改的评审意见答复期限15个工作日（默认值）")
    with clock.at(at(2026, 2, 26)):
        step(opinion, "reply", people.preparer, reply="已补充第3章")
    assert lines(case_terms, day(2, 25), "opinion_reply") == [(day(3, 6), None)]
    assert lines(case_terms, day(2, 26), "opinion_reply") == [(day(3, 6), day(2, 26))]
    with clock.at(at(2026, 2, 27)):
        step(opinion, "send_back", people.city_officer, reason="还差图件")
    assert lines(case_terms, day(2, 27), "opinion_reply") == [(day(3, 6), None)]


@AREA
def test_what_came_back_after_a_review_is_not_examined_formally_again(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_reviewed("revise")
    with clock.at(at(2026, 4, 20)):
        case = filing.do("resubmit", "reviewer").case
        [task] = [one for one in tasks_for(Viewer(people.city_officer)) if one.kind == "case"]
        values, calendar = parameters.load(), workdays.current()
        days = (task.due, due_of(case, values, calendar, clock.today(), decided={}))
    assert days == (None, None)
    assert [one.state(day(4, 20)) for one in owed(case_terms, day(4, 20), "form_review")] == [ObligationState.MET]
    assert lines(case_terms, day(4, 20), "draw_panel")[-1] == (day(5, 4), None)


def test_the_page_and_the_obligation_have_the_same_last_day(people):
    filing = corrected(people)
    for kind, action in (("accept_case", "accept"), ("form_review", None)):
        with clock.at(at(2026, 2, 27)):
            case = filing.fresh()
            [row] = [row for row in owed(case_terms, day(2, 27), kind) if row.met_on is None]
            assert (
                row.due
                == due_of(case, parameters.load(), workdays.current(), day(2, 27), decided={})
                == tasks_for(Viewer(people.city_officer))[0].due
            )
            if action:
                filing.do(action, "city_officer")


def test_the_panel_is_drawn_ten_days_after_receipt(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_reviewing()
    [row] = owed(case_terms, day(2, 9), "draw_panel")
    assert (row.due, row.met_on, row.organisation) == (day(2, 28), None, "评审秘书")
    assert (filing.case.pk, seers(people, row.key, day(2, 9))) == (row.record, {*CITY, "secretariat"})


@AREA
def test_the_chain_and_the_notice_have_their_terms(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_reviewed()
    assert lines(case_terms, day(2, 10), "notice_open") == [(day(2, 14), None)]
    with clock.at(at(2026, 2, 12)):
        filing.open_notice().end_notice().do("close_notice", "city_officer")
    assert lines(case_terms, day(2, 12), "notice_open") == [(day(2, 14), day(2, 12))]
    [row] = owed(case_terms, day(2, 12), "decide")
    assert (row.title.endswith("审核"), row.due) == (True, day(3, 4))
    assert seers(people, row.key, day(2, 12)) == {*CITY, "secretariat"}
    with clock.at(at(2026, 3, 4)):
        filing.do("agree", "city_checker")
    assert lines(case_terms, day(3, 4), "decide") == [(day(3, 4), day(3, 4)), (day(3, 18), None)]
    with clock.at(at(2026, 3, 5)):
        filing.do("decide", "city_director", number="演沪建〔2026〕8号", decided_on=day(3, 4))  # entered the day after
    assert lines(case_terms, day(3, 5), "decide")[1] == (day(3, 18), day(3, 4))
    assert lines(case_terms, day(3, 5), "announce") == [(day(4, 1), None)]


@AREA
def test_a_failed_acceptance_is_followed_by_a_notice_of_intent(people):
    with clock.at(at(2026, 2, 9)):
        walk = Accepting(people, make_pilot(people)).to_failed()
        losing = Losing(people, walk.district, walk.case).to_telling()
    assert lines(case_terms, day(2, 10), "cancel_start") == [(day(3, 13), None)]
    with clock.at(at(2026, 2, 11)):
        losing.do("tell", "city_officer", number="演告〔2026〕1号", intent_served_on=day(2, 10), scan=pdf())
    assert lines(case_terms, day(2, 11), "cancel_start") == [(day(3, 13), day(2, 10))]


def test_a_right_is_never_late_and_the_city_weighs_after_it(people):
    with clock.at(at(2026, 2, 9)):
        walk = losing(people).to_hearing()
    [row] = owed(case_terms, day(2, 9), "hearing")
    assert (row.due, row.state(row.due)) == (day(3, 6), ObligationState.DUE)
    assert owed(case_terms, day(3, 6), "hearing_weigh") == []
    assert owed(case_terms, day(3, 7), "hearing") == []  # the right has lapsed, nobody is late
    assert lines(case_terms, day(3, 7), "hearing_weigh") == [(day(3, 27), None)]
    with clock.at(at(2026, 3, 3)):
        walk.do("state", "reviewer", statement="两个项目已进入收尾，请求宽限")
    assert lines(case_terms, day(3, 3), "hearing") == [(day(3, 6), day(3, 3))]
    assert lines(case_terms, day(3, 3), "hearing_weigh") == [(day(3, 24), None)]
    assert "preparer" in seers(people, f"hearing:case-{walk.case.pk}", day(3, 3))
    assert seers(people, f"hearing_weigh:case-{walk.case.pk}:1", day(3, 3)) == CITY


@AREA
def test_service_and_announcement_of_a_loss(people):
    with clock.at(at(2026, 2, 9)):
        walk = losing(people).to_decided()
    assert (lines(case_terms, day(2, 9), "serve"), lines(case_terms, day(2, 9), "announce")) == ([(day(2, 28), None)], [(day(3, 13), None)])
    with clock.at(at(2026, 3, 3)):
        walk.do("serve", "city_officer", served_on=day(3, 2), served_way="直接送达", served_to="演示签收人", scan=pdf())
    assert lines(case_terms, day(3, 3), "serve") == [(day(2, 28), day(3, 2))]


def test_a_conclusion_that_did_not_pass_goes_to_the_checker(people):
    with clock.at(at(2026, 2, 9)):
        Filing(people).to_reviewed(Conclusion.FAILED)
    [row] = owed(case_terms, day(2, 10), "notice_open")
    assert row.title.endswith("提交审核")


def moved(obj, action, source, target, moment):
    """A step as its record stands, where the matter's own steps have tests of their own."""
    TransitionRecord.objects.create(
        machine="-", subject=f"{obj._meta.label_lower}:{obj.pk}", label="-", action=action, source=source, target=target, at=moment
    )


def test_a_self_check_is_received_by_the_day_of_its_page(people):
    check = filed_self_check(people, year=2025, filed=at(2026, 2, 9))
    [row] = owed(filing_terms, day(2, 9), "receive_filing")
    with clock.at(at(2026, 2, 10)):
        [task] = check_tasks(Viewer(people.city_officer))
    assert row.due == task.due == day(4, 30)
    assert row.how.rule == "市级接收年度自查期限次年4月30日（默认值）"
    with clock.at(at(2026, 2, 11)):
        step(check, "recall", people.reviewer, reason="补充")
    assert owed(filing_terms, day(2, 11), "receive_filing") == []
    with clock.at(at(2026, 4, 20)):
        step(check, "hand_up", people.preparer)
        step(check, "sign", people.reviewer)
        [task] = check_tasks(Viewer(people.city_officer))
    [row] = owed(filing_terms, day(4, 20), "receive_filing")
    assert (row.key, row.due, task.due) == (f"receive_filing:self-check-{check.pk}:2", day(5, 18), day(5, 18))
    with clock.at(at(2026, 5, 19)):
        step(check, "receive", people.city_officer)
    assert lines(filing_terms, day(5, 19), "receive_filing") == [(day(5, 18), day(5, 19))]
    assert {*CITY, "secretariat", "preparer", "authority"} <= seers(people, row.key, day(5, 19))


def test_a_countersignature_is_awaited_and_never_taken_for_granted(people):
    check = make_self_check(people, year=2025, countersign_required=True)
    with clock.at(at(2026, 2, 9)):
        step(check, "hand_up", people.preparer)
        step(check, "sign_for_countersign", people.reviewer)
    assert lines(filing_terms, day(2, 9), "countersign") == [(day(3, 6), None)]
    with clock.at(at(2026, 3, 9)):
        step(check, "countersign", people.authority)
    assert lines(filing_terms, day(3, 9), "countersign") == [(day(3, 6), day(3, 9))]
    [row] = owed(filing_terms, day(3, 9), "receive_filing")
    with clock.at(at(2026, 3, 9)):
        assert row.due == check_tasks(Viewer(people.city_officer))[0].due == day(4, 30)


def test_a_yearly_report_is_received_by_the_day_of_its_task(people):
    district = make_district(people, stage=Stage.PILOT)
    filed = {"status": "filed", "opened_at": at(2026, 1, 5), "filed_at": at(2026, 2, 9)}
    report = YearlyReport.objects.create(district=district, kind="operation", year=2025, **filed)
    moved(report, "sign", "signing", "filed", at(2026, 2, 9))
    [row] = owed(filing_terms, day(2, 9), "receive_filing")
    with clock.at(at(2026, 2, 9)):
        assert row.due == report_tasks(Viewer(people.city_officer))[0].due == day(3, 13)


def test_departments_answer_about_cases_plots_and_rows(people):
    with clock.at(at(2026, 2, 9)):
        case = Filing(people).to_accepted().case
        [asked] = consultations.consult(case=case, departments=[people.partner_body], question="请提意见", by=people.city_officer)
        table = make_self_check(people, filled=False, district=make_district(people, stage=Stage.PILOT)).table
        share = sharing.give_out(table=table, items=("7.2.13",), by=people.preparer, organisation=people.bureau_body, due_on=day(3, 2))
        plot = PlotFactory(district=table.district)
        about = {"purpose": OpinionPurpose.DESIGN, "department": "区水务局", "asked_on": day(2, 9), "due_on": day(2, 28)}
        opinion = PlotOpinion.objects.create(plot=plot, organisation=people.bureau_body, **about)
    assert lines(opinion_terms, day(2, 9), "consult_reply") == [(day(2, 28), None)] == [(asked.due, None)]
    assert seers(people, f"consult_reply:consultation-{asked.pk}", day(2, 9)) == {*CITY, "secretariat", "partner"}
    assert lines(opinion_terms, day(2, 9), "assigned_rows") == [(day(3, 2), None)]
    assert seers(people, f"assigned_rows:share-{share.pk}", day(2, 9)) == {"preparer", "reviewer", "consultant", "authority", "bureau"}
    assert lines(opinion_terms, day(2, 9), "plot_opinion") == [(day(2, 28), None)]
    assert [row.to for row in owed(opinion_terms, day(2, 9), "plot_opinion")] == ["规划资源部门"]
    assert seers(people, f"plot_opinion:plot-opinion-{opinion.pk}", day(2, 9)).isdisjoint({*CITY, "partner", "expert1"})
    PlotOpinion.objects.update(answered_on=day(2, 26), result="agreed")
    assert lines(opinion_terms, day(2, 27), "plot_opinion") == [(day(2, 28), day(2, 26))]
    with clock.at(at(2026, 3, 2)):
        consultations.answer_consultation(consultation=asked, opinion="agrees", text="", by=people.partner)
    assert lines(opinion_terms, day(3, 2), "consult_reply") == [(day(2, 28), day(3, 2))]
    assert lines(opinion_terms, day(3, 1), "consult_reply") == [(day(2, 28), None)]


def test_a_body_without_people_in_the_portal_has_no_record_anywhere(client, people):
    """Of 交警, 绿化市容 and a bureau whose first post begins later nothing is late; the plot's page says 无记录. Of the other it is."""
    outside = make_organisation(OrganisationKind.BUREAU, name="演示区绿化市容局（虚构）")
    newcomer = make_user(Role.BUREAU, make_organisation(OrganisationKind.BUREAU, name="演示区交通局（虚构）"))
    newcomer.posts.update(valid_from=day(3, 20))
    with clock.at(at(2026, 2, 9)):
        district = make_district(people, stage=Stage.PILOT)
        plot, quiet = PlotFactory(district=district), PlotFactory(district=district)
        about = {"purpose": OpinionPurpose.DESIGN, "asked_on": day(2, 9), "due_on": day(2, 28)}
        for name, body in {"交警": None, "绿化市容": outside, "交通": newcomer.posts.get().organisation}.items():
            PlotOpinion.objects.create(plot=quiet, department=name, organisation=body, **about)
        late = PlotOpinion.objects.create(plot=plot, department="水务", organisation=people.bureau_body, **about)
    on = day(3, 30)
    states = {row.organisation: row.state(on).value for row in everything(Viewer(None, as_of=on)) if row.kind == "plot_opinion"}
    assert states == {"交警": "none", "绿化市容": "none", "交通": "none", "水务": "overdue"}
    with clock.at(at(2026, 3, 30)):
        assert [row.key for row in due(Viewer(None, as_of=on), kinds=("plot_opinion",))] == [f"plot_opinion:plot-opinion-{late.pk}"]
        assert not {"交警", "绿化市容", "交通"} & {row.organisation for row in obligations_visible_to(Viewer(people.preparer).at(on))}
        assert overdue_count(Viewer(newcomer).at(on)) == 0
        assert next(line.plots for line in board.by_lateness(district, on)) == 1
        assert {one.number: one.late for one in plots_on([district.pk], on)[district.pk]} == {plot.number: (), quiet.number: ()}
        client.force_login(people.preparer)
        pages = [client.get(reverse("districts:plot_control", args=[district.code, one.pk])).content.decode() for one in (quiet, plot)]
        listed = client.get(reverse("districts:plot_list", args=[district.code]), {"late": "opinion"}).context["rows"]
    assert [(page.count(">无记录<"), page.count(">逾期<")) for page in pages] == [(3, 0), (0, 1)]
    assert [row.pk for row in listed] == [plot.pk]


def test_what_an_inspection_found_where_nobody_works_in_the_portal_is_no_record(people):
    place = make_district(name="桃浦", is_demo=False, sources=["x"])
    about = {"mode": "onsite", "basis": "年度检查", "team": "甲", "opened_at": at(2026, 2, 9), "inspected_on": day(2, 9), "summary": "查看"}
    visit = Inspection.objects.create(district=place, status="issued", issued_at=at(2026, 2, 10), number="JC-2026-0001", **about)
    InspectionFinding.objects.create(inspection=visit, order=1, rule="SUPERVISION", text="x", demand="y", due=day(3, 10), status="open")
    [row] = owed(assessment_terms, day(4, 1), "rectification")
    assert row.state(day(4, 1)).value == "none"
    assert "rectification" not in {row.kind for row in due(Viewer(None, as_of=day(4, 1)))}


def test_a_department_is_reminded_once_of_each_rung(people):
    with clock.at(at(2026, 2, 9)):
        case = Filing(people).to_accepted().case
        consultations.consult(case=case, departments=[people.partner_body], question="请提意见", by=people.city_officer)
    with clock.at(at(2026, 3, 2)):  # the first working day after the last day
        reminders.sweep(day(3, 2))
        before = Reminder.objects.filter(mark__startswith="consult_reply:")
        assert {one.receiver for one in before} == {people.partner}
        assert reminders.sweep(day(3, 2)) == 0


def test_an_objection_is_answered_and_a_notice_closed(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_notice()
        notice = filing.case.notices.get()
        notices.file_objection(notice=notice, text="线索一条")
        named = notices.file_objection(notice=notice, text="地块数不符", name="演示居民")
        [task] = [one for one in tasks_for(Viewer(people.city_officer)) if one.kind == "notice"]
    [row] = owed(notice_terms, day(2, 9), "objection_reply")
    assert row.due == task.due == day(2, 28)
    assert seers(people, row.key, day(2, 9)) == {*CITY, "secretariat"}
    with clock.at(at(2026, 2, 10)):
        notices.answer_objection(objection=named, by=people.city_officer, reply="已核实", held=False)
    assert lines(notice_terms, day(2, 10), "objection_reply") == [(day(2, 28), day(2, 10))]
    [row] = owed(notice_terms, day(2, 10), "notice_close")
    assert (notice.closes_on, row.opens, row.due) == (day(2, 24), day(2, 25), day(3, 2))
    assert row.state(day(2, 24)) == "upcoming"
    with clock.at(at(2026, 2, 26)):
        filing.do("close_notice", "city_officer")
    assert lines(notice_terms, day(2, 26), "notice_close") == [(day(3, 2), day(2, 26))]


def test_a_rectification_is_checked_again_within_its_term(people):
    with clock.at(at(2026, 2, 9)):
        district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), edition=published_edition())
        given = {"mode": "onsite", "basis": "年度检查", "team": "甲、乙", "summary": "查看", "inspected_on": day(2, 9)}
        visit = inspections.register(district=district, values=given, by=people.city_officer)
        fault = {"rule": "SUPERVISION", "item_id": "", "text": "没有记录", "severity": "minor", "demand": "补齐", "due": day(3, 31)}
        finding = inspections.add_finding(inspection=visit, values=fault, by=people.city_officer)
        assert owed(assessment_terms, day(2, 9), "rectification") == []  # not yet issued
        step(visit, "issue", people.city_officer)
    [row] = owed(assessment_terms, day(2, 9), "rectification")
    assert (row.due, row.met_on, row.how.rule) == (day(3, 31), None, "检查意见定于2026年3月31日")
    with clock.at(at(2026, 3, 2)):
        finding.refresh_from_db()
        inspections.save_reply(finding=finding, text="已补齐", version=finding.version, by=people.preparer)
        step(finding, "report", people.reviewer)
    assert lines(assessment_terms, day(3, 2), "rectification") == [(day(3, 31), day(3, 2))]
    assert lines(assessment_terms, day(3, 2), "recheck") == [(day(3, 16), None)]
    with clock.at(at(2026, 3, 5)):
        step(finding, "refuse", people.city_officer, reason="不齐")
    assert lines(assessment_terms, day(3, 5), "recheck") == [(day(3, 16), day(3, 5))]
    assert lines(assessment_terms, day(3, 5), "rectification") == [(day(3, 31), None)]


def test_a_stage_assessment_goes_through_panel_and_chain(people):
    stage = make_stage(people, filled=False, due=day(6, 1))
    for action, source, target, moment in (
        ("sign", "signing", "filed", at(2026, 2, 9)), ("open_review", "filed", "reviewing", at(2026, 2, 10)),
        ("review_concluded", "reviewing", "judging", at(2026, 2, 24)), ("propose", "judging", "checking", at(2026, 2, 25)),
        ("check", "checking", "deciding", at(2026, 2, 26)), ("disqualify", "deciding", "rectifying", at(2026, 2, 27)),
        ("report_mended", "rectifying", "rechecking", at(2026, 3, 2)),
    ):  # fmt: skip
        moved(stage, action, source, target, moment)
    assert lines(assessment_terms, day(2, 9), "receive_filing") == [(day(3, 13), None)]
    assert lines(assessment_terms, day(2, 8), "stage_conclude") == []
    concluded = concluding_term(day(2, 9), Day(day(2, 9), day(2, 9)).terms)
    assert lines(assessment_terms, day(2, 26), "stage_conclude") == [(concluded, None)]
    assert lines(assessment_terms, day(2, 27), "stage_conclude") == [(concluded, day(2, 27))]
    assert lines(assessment_terms, day(2, 10), "draw_panel") == [(day(3, 2), None)]
    assert lines(assessment_terms, day(2, 25), "decide") == [(day(3, 10), None)]
    assert lines(assessment_terms, day(2, 26), "decide") == [(day(3, 10), day(2, 26)), (day(3, 11), None)]
    assert lines(assessment_terms, day(3, 2), "recheck") == [(day(3, 16), None)]
    assert seers(people, f"decide:stage-{stage.pk}:checking:1", day(2, 25)) == {*CITY, "secretariat"}


def test_a_draw_is_owed_of_years_in_which_there_was_a_demonstration(people):
    def asked(on):
        with clock.at(at(on.year, on.month, on.day)):
            return {(row.year, row.is_demo) for row in everything(Viewer(None, as_of=on)) if row.kind == "post_draw"}

    make_district(people, stage=Stage.PILOT, titled_on=dt.date(2026, 2, 2))
    assert asked(dt.date(2028, 3, 1)) == set()
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=dt.date(2027, 3, 12))
    assert asked(dt.date(2028, 3, 1)) == {(2027, True), (2028, True)}
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=dt.date(2026, 12, 31))
    assert asked(dt.date(2028, 3, 1)) == {(2026, True), (2027, True), (2028, True)}


@pytest.mark.parametrize(("kind", "concluded", "met"), [
    ("stage", dt.date(2026, 5, 20), True), ("stage", dt.date(2024, 5, 20), False), ("post", dt.date(2026, 5, 20), False),
    (None, None, False),
])  # fmt: skip
def test_a_stage_assessment_that_was_entered_afterwards_counts_as_held(people, kind, concluded, met):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 15))
    if kind:
        about = {"passed": False, "source": "演示通报", "recorded_by": people.city_officer, "recorded_at": at(2026, 6, 1)}
        about["checked_at"] = about["recorded_at"]
        RecordedAssessment.objects.create(district=district, kind=kind, concluded_on=concluded, **about)
    on = dt.date(2026, 6, 2)
    with clock.at(at(2026, 6, 2)):
        [row] = [row for row in everything(Viewer(None, as_of=on)) if row.kind == "stage_hold" and row.due < on]
    assert row.met_on == (concluded if met else None)


def test_a_stage_assessment_on_paper_is_held_on_its_day_although_the_portal_opened_one_later(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 15), edition=published_edition())
    moment = at(2026, 7, 1)
    about = {"passed": False, "source": "演示通报", "recorded_by": people.city_officer, "recorded_at": moment, "checked_at": moment}
    RecordedAssessment.objects.create(district=district, kind="stage", concluded_on=dt.date(2026, 5, 14), **about)

    def held(on):
        with clock.at(at(2026, 7, 1)):
            found = everything(Viewer(None, as_of=on))
        [row] = [row for row in found if row.district_id == district.pk and row.kind == "stage_hold" and row.due.year == 2026]
        return row.met_on, row.state(on)

    before = held(dt.date(2026, 5, 14))
    with clock.at(at(2026, 6, 1)):
        open_due(dt.date(2026, 6, 1))
    assert {before, held(dt.date(2026, 5, 14)), held(dt.date(2026, 7, 1))} == {(dt.date(2026, 5, 14), ObligationState.MET)}
    outbox.drain()
    assert not Notification.objects.filter(link__contains="/stages/").exists(), "nobody is asked to begin"


@pytest.mark.usefixtures("people")
def test_a_conclusion_is_not_due_before_the_steps_that_lead_to_it():
    terms = Day(day(2, 9), day(2, 9)).terms
    last = day(2, 9)
    for term in (receiving_term, reviews.drawing_term, reviews.meeting_term, reviews.signing_term, cases.chain_term, cases.chain_term):
        last = term(last, terms)
    assert last <= concluding_term(day(2, 9), terms)


def test_a_stage_assessment_is_held_once_it_is_begun_and_concluded_on_paper_or_in_the_portal(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 15), edition=published_edition())
    with clock.at(at(2026, 4, 1)):
        [opened] = open_due(dt.date(2026, 4, 1))
    assert opened.district == district
    moved(opened, "sign", "signing", "filed", at(2026, 5, 12))
    StageAssessment.objects.filter(pk=opened.pk).update(status="filed", filed_at=at(2026, 5, 12))
    moment = at(2026, 6, 1)
    about = {"passed": False, "source": "演示通报", "recorded_by": people.city_officer, "recorded_at": moment, "checked_at": moment}
    RecordedAssessment.objects.create(district=district, kind="stage", concluded_on=dt.date(2026, 5, 20), **about)
    for on, met in ((dt.date(2026, 6, 2), dt.date(2026, 5, 20)), (dt.date(2026, 5, 19), None)):
        rows = [row for row in everything(Viewer(None, as_of=on)) if row.district_id == district.pk and row.due.year == on.year]
        found = {row.kind: (row.met_on, row.due) for row in rows}
        assert found["stage_hold"] == (dt.date(2026, 4, 1), dt.date(2026, 5, 15))
        assert found["stage_conclude"][0] == met
        assert found["stage_conclude"][1] > found["stage_material"][1] > found["stage_hold"][1]


def test_what_was_returned_to_the_applicant_is_asked_of_nobody(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_accepted()
        consultations.consult(case=filing.case, departments=[people.partner_body], question="请提意见", by=people.city_officer)
    with clock.at(at(2026, 2, 10)):
        filing.fresh()
        filing.do("withdraw", "reviewer", reason="另行申报")
    assert len(owed(opinion_terms, day(2, 9), "consult_reply")) == 1
    assert owed(opinion_terms, day(2, 10), "consult_reply") == []


@AREA
def test_an_outage_moves_the_days_that_matters_store(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_correcting()
        district = make_district(people, stage=Stage.PILOT, edition=published_edition(), name="演示丙城（虚构）")
        given = {"mode": "onsite", "basis": "年度检查", "team": "甲、乙", "summary": "查看", "inspected_on": day(2, 9)}
        visit = inspections.register(district=district, values=given, by=people.city_officer)
        last = filing.case.corrections.get().due
        fault = {"rule": "SUPERVISION", "item_id": "", "text": "没有记录", "severity": "minor", "demand": "补齐", "due": last}
        inspections.add_finding(inspection=visit, values=fault, by=people.city_officer)
        step(visit, "issue", people.city_officer)
    assert last == day(3, 6)
    with clock.at(at(2026, 3, 6, 18)):
        record_outage(period=OutagePeriod(at(2026, 3, 6, 9), at(2026, 3, 6, 17)), reason="机房停电", by=people.system_keeper)
    moved = lines(case_terms, day(3, 6), "correction") + lines(assessment_terms, day(3, 6), "rectification")
    assert moved == [(day(3, 9), None)] * 2
    assert filing.case.corrections.get().due == day(3, 9)
    assert not Exemption.objects.exists()
