"""Terms of filings, opinions of departments, notices, assessments, inspections, and of the experts of a review."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.casework.selectors.tasks import tasks_for as case_tasks
from approvals.consultations import services as consultations
from approvals.losses.models import RecordedAssessment
from approvals.publicity.services import notices
from assessments.common.enums import StageConclusion
from assessments.inspections import services as inspections
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.selectors.reviews import answer_due, tasks_for
from assessments.self_checks.selectors.self_checks import tasks_for as check_tasks
from assessments.sharing import services as sharing
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import tasks_for as report_tasks
from districts.common.enums import OpinionPurpose, Stage
from districts.plots.models import PlotOpinion
from districts.plots.selectors import board
from districts.plots.selectors.as_of_day import plots_on
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from obligations import assessment_terms, case_terms, filing_terms, notice_terms, opinion_terms, reminders
from obligations.models import Exemption, Reminder
from obligations.open_counts import overdue_count
from obligations.outage_services import record_outage
from obligations.outages import OutagePeriod
from obligations.review_terms import collect as collect_reviews
from obligations.selectors import due, everything, obligations_visible_to
from tests.factories.accounts import make_organisation, make_user
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check, published_edition
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at, filed_self_check
from tests.factories.reviews import Scene, make_table
from tests.factories.stages import make_stage
from tests.obligations.calendar import day
from tests.steps import step

pytestmark = pytest.mark.django_db
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def owed(family, on, kind):
    return [row for row in family.collect(on) if row.kind == kind]


def lines(family, on, kind):
    return [(row.due, row.met_on) for row in owed(family, on, kind)]


def seers(people, key, on):
    """Seats that read of an obligation on a day."""
    with clock.at(at(on.year, on.month, on.day)):
        return {seat for seat, user in people.everybody.items() if key in {row.key for row in obligations_visible_to(user, on)}}


def moved(obj, action, source, target, moment):
    """A step as its record stands, where the matter's own steps have tests of their own."""
    TransitionRecord.objects.create(
        machine="-", subject=f"{obj._meta.label_lower}:{obj.pk}", label="-", action=action, source=source, target=target, at=moment
    )


def test_a_self_check_is_received_by_the_day_of_its_page(people):
    check = filed_self_check(people, year=2025, filed=at(2026, 2, 9))
    [row] = owed(filing_terms, day(2, 9), "receive_filing")
    with clock.at(at(2026, 2, 10)):
        [task] = check_tasks(people.city_officer)
    assert row.due == task.due == day(4, 30)
    assert row.how.rule == "市级接收年度自查期限次年4月30日（默认值）"
    with clock.at(at(2026, 2, 11)):
        step(check, "recall", people.reviewer, reason="补充")
    assert owed(filing_terms, day(2, 11), "receive_filing") == []
    with clock.at(at(2026, 4, 20)):
        step(check, "hand_up", people.preparer)
        step(check, "sign", people.reviewer)
        [task] = check_tasks(people.city_officer)
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
        assert row.due == check_tasks(people.city_officer)[0].due == day(4, 30)


def test_a_yearly_report_is_received_by_the_day_of_its_task(people):
    district = make_district(people, stage=Stage.PILOT)
    filed = {"status": "filed", "opened_at": at(2026, 1, 5), "filed_at": at(2026, 2, 9)}
    report = YearlyReport.objects.create(district=district, kind="operation", year=2025, **filed)
    moved(report, "sign", "signing", "filed", at(2026, 2, 9))
    [row] = owed(filing_terms, day(2, 9), "receive_filing")
    with clock.at(at(2026, 2, 9)):
        assert row.due == report_tasks(people.city_officer)[0].due == day(3, 13)


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
    assert [row.to for row in owed(opinion_terms, day(2, 9), "plot_opinion")] == ["建设单位"]
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
    states = {row.organisation: row.state(on).value for row in everything(on) if row.kind == "plot_opinion"}
    assert states == {"交警": "none", "绿化市容": "none", "交通": "none", "水务": "overdue"}
    with clock.at(at(2026, 3, 30)):
        assert [row.key for row in due(on, kinds=("plot_opinion",))] == [f"plot_opinion:plot-opinion-{late.pk}"]
        assert not {"交警", "绿化市容", "交通"} & {row.organisation for row in obligations_visible_to(people.preparer, on)}
        assert overdue_count(newcomer, on) == 0
        assert next(line.plots for line in board.by_lateness(district, on)) == 1
        assert {one.number: one.late for one in plots_on([district.pk], on)[district.pk]} == {plot.number: ("opinion",), quiet.number: ()}
        client.force_login(people.preparer)
        pages = [client.get(reverse("districts:plot_control", args=[district.code, one.pk])).content.decode() for one in (quiet, plot)]
        listed = client.get(reverse("districts:plot_list", args=[district.code]), {"late": "opinion"}).context["rows"]
    assert [(page.count(">无记录<"), page.count(">逾期<")) for page in pages] == [(3, 0), (0, 1)]
    assert [row.plot for row in listed] == [plot]


def test_what_an_inspection_found_where_nobody_works_in_the_portal_is_no_record(people):
    place = make_district(name="桃浦", is_demo=False, sources=["x"])
    about = {"mode": "onsite", "basis": "年度检查", "team": "甲", "opened_at": at(2026, 2, 9), "inspected_on": day(2, 9), "summary": "查看"}
    visit = Inspection.objects.create(district=place, status="issued", issued_at=at(2026, 2, 10), number="JC-2026-0001", **about)
    InspectionFinding.objects.create(inspection=visit, order=1, rule="SUPERVISION", text="x", demand="y", due=day(3, 10), status="open")
    [row] = owed(assessment_terms, day(4, 1), "rectification")
    assert row.state(day(4, 1)).value == "none"
    assert "rectification" not in {row.kind for row in due(day(4, 1))}


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
        [task] = [one for one in case_tasks(people.city_officer) if one.kind == "notice"]
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
        given = {
            "mode": "onsite",
            "basis": "年度检查（虚构）",
            "team": "甲、乙（虚构）",
            "summary": "查看（虚构）",
            "inspected_on": day(2, 9),
        }
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
        ("sign", "signing", "filed", at(2026, 2, 9)),
        ("open_review", "filed", "reviewing", at(2026, 2, 10)),
        ("review_concluded", "reviewing", "judging", at(2026, 2, 24)),
        ("propose", "judging", "checking", at(2026, 2, 25)),
        ("check", "checking", "deciding", at(2026, 2, 26)),
        ("disqualify", "deciding", "rectifying", at(2026, 2, 27)),
        ("report_mended", "rectifying", "rechecking", at(2026, 3, 2)),
    ):
        moved(stage, action, source, target, moment)
    assert lines(assessment_terms, day(2, 9), "receive_filing") == [(day(3, 13), None)]
    assert lines(assessment_terms, day(2, 10), "draw_panel") == [(day(3, 2), None)]
    assert lines(assessment_terms, day(2, 25), "decide") == [(day(3, 10), None)]
    assert lines(assessment_terms, day(2, 26), "decide") == [(day(3, 10), day(2, 26)), (day(3, 11), None)]
    assert lines(assessment_terms, day(3, 2), "recheck") == [(day(3, 16), None)]
    readers = seers(people, f"decide:stage-{stage.pk}:checking:1", day(2, 25))
    assert readers == {*CITY, "secretariat"}


def test_a_drawn_demonstration_is_evaluated_within_its_year(people):
    def held(on):  # by every collector, so that none tells it a second time
        return [(row.due, row.met_on) for row in everything(on) if row.kind == "post_hold"]

    district = make_district(people, stage=Stage.DEMONSTRATION)
    draw = SampleDraw.objects.create(year=2026, is_demo=True, secret_digest="x", secret="x", committed_at=at(2026, 3, 2))
    found = PostEvaluation.objects.create(district=district, draw=draw, year=2026, due=day(5, 1), opened_at=at(2026, 3, 3))
    assert held(day(3, 2)) == []
    assert held(day(3, 3)) == [(day(12, 31), None)]
    PostEvaluation.objects.filter(pk=found.pk).update(status="qualified", conclusion=StageConclusion.QUALIFIED, concluded_at=at(2026, 9, 1))
    moved(found, "qualify", "deciding", "qualified", at(2026, 9, 1))
    assert held(day(9, 1)) == [(day(12, 31), day(9, 1))]


def test_a_draw_is_owed_of_years_in_which_there_was_a_demonstration(people):
    def asked(on):
        with clock.at(at(on.year, on.month, on.day)):
            return {(row.year, row.is_demo) for row in everything(on) if row.kind == "post_draw"}

    make_district(people, stage=Stage.PILOT, titled_on=dt.date(2026, 2, 2))
    assert asked(dt.date(2028, 3, 1)) == set()
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=dt.date(2027, 3, 12))
    assert asked(dt.date(2028, 3, 1)) == {(2027, True), (2028, True)}
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=dt.date(2026, 12, 31))
    assert asked(dt.date(2028, 3, 1)) == {(2026, True), (2027, True), (2028, True)}


@pytest.mark.parametrize(
    ("kind", "concluded", "met"),
    [
        ("stage", dt.date(2026, 5, 20), True),
        ("stage", dt.date(2024, 5, 20), False),
        ("post", dt.date(2026, 5, 20), False),
        (None, None, False),
    ],
)
def test_a_stage_assessment_that_was_entered_afterwards_counts_as_held(people, kind, concluded, met):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 15))
    if kind:
        about = {"passed": False, "source": "演示通报", "recorded_by": people.city_officer, "recorded_at": at(2026, 6, 1)}
        RecordedAssessment.objects.create(district=district, kind=kind, concluded_on=concluded, **about)
    on = dt.date(2026, 6, 2)
    with clock.at(at(2026, 6, 2)):
        [row] = [row for row in everything(on) if row.kind == "stage_hold" and row.due < on]
    assert row.met_on == (concluded if met else None)


FAMILIES = (filing_terms, opinion_terms, notice_terms, assessment_terms)


@pytest.mark.parametrize("count", [1, 3])
def test_each_family_asks_the_same_for_one_and_three(people, count, kept_queries):
    for number in range(count):
        district = make_district(people, stage=Stage.PILOT, name=f"演示第{number}城（虚构）")
        filed = {"status": "filed", "opened_at": at(2026, 1, 5), "filed_at": at(2026, 2, 9)}
        moved(
            YearlyReport.objects.create(district=district, kind="operation", year=2025, **filed), "sign", "signing", "filed", at(2026, 2, 9)
        )
        moved(make_stage(people, filled=False, district=district, due=day(6, 1)), "sign", "signing", "filed", at(2026, 2, 9))
        about = {"purpose": OpinionPurpose.DESIGN, "department": "区水务局", "asked_on": day(2, 9), "due_on": day(2, 28)}
        PlotOpinion.objects.create(plot=PlotFactory(district=district), **about)
    for family in FAMILIES:
        list(family.collect(day(2, 10)))
        with kept_queries(family.__name__.rpartition(".")[2]):  # three of them: settings, working days, first day
            rows = list(family.collect(day(2, 10)))
        assert len(rows) == (0 if family is notice_terms else count)


def test_what_was_returned_to_the_applicant_is_asked_of_nobody(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_accepted()
        consultations.consult(case=filing.case, departments=[people.partner_body], question="请提意见", by=people.city_officer)
    with clock.at(at(2026, 2, 10)):
        filing.fresh()
        filing.do("withdraw", "reviewer", reason="另行申报")
    assert len(owed(opinion_terms, day(2, 9), "consult_reply")) == 1
    assert owed(opinion_terms, day(2, 10), "consult_reply") == []


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


def owed_to_review(on, kind):
    return [row for row in collect_reviews(on) if row.kind == kind]


def review_lines(on, kind):
    return [(row.due, row.met_on) for row in owed_to_review(on, kind)]


def test_an_invitation_is_the_experts_and_nobody_reads_who_was_asked(people, client):
    """Who decides on more time reads that an answer is owed, by the number of the seat."""
    with clock.at(at(2026, 2, 13)):
        scene = Scene(people=people).to_inviting()
        member = scene.review.members.select_related("expert__user").first()
        expert = member.expert.user
        [mine] = [row for row in obligations_visible_to(expert, day(2, 13)) if row.kind == "invitation"]
        assert mine.due == day(2, 25) == answer_due(member) == tasks_for(expert)[0].due  # Saturday worked, then the festival
        client.force_login(expert)
        assert client.get(mine.link, follow=True).status_code == 200
        seen = {seat: obligations_visible_to(user, day(2, 13)) for seat, user in people.everybody.items() if user != expert}
    assert {seat for seat, rows in seen.items() if mine.key in {row.key for row in rows}} == {"secretariat", "city_director"}
    assert expert.name not in f"{mine.title}{mine.organisation}{mine.how}"
    with clock.at(at(2026, 2, 14)):
        scene.accept(member)
    assert (day(2, 25), day(2, 14)) in review_lines(day(2, 14), "invitation")
    assert (day(2, 25), None) in review_lines(day(2, 13), "invitation")


def test_scores_meeting_and_signatures_follow_one_another(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_scoring()
    due = Review.objects.get().score_due
    assert review_lines(day(2, 9), "scores") == [(due, None)] * 5
    assert owed_to_review(day(2, 9), "meeting") == []
    with clock.at(at(2026, 2, 11)):
        for member in scene.members:
            scene.hand_in(member)
        scene.call()
    assert review_lines(day(2, 11), "scores") == [(due, day(2, 11))] * 5
    assert review_lines(day(2, 11), "meeting") == [(day(3, 17), None)]
    assert owed_to_review(day(2, 11), "signatures") == []
    with clock.at(at(2026, 2, 26)):
        scene.review.refresh_from_db()
        step(scene.review, "open_meeting", people.secretariat)
    assert review_lines(day(2, 26), "meeting") == [(day(3, 17), day(2, 26))]
    assert review_lines(day(2, 26), "signatures") == [(day(3, 4), None)] * 5
    [row] = owed_to_review(day(2, 26), "meeting")
    with clock.at(at(2026, 2, 26)):
        readers = {
            seat for seat, user in people.everybody.items() if row.key in {one.key for one in obligations_visible_to(user, day(2, 26))}
        }
    assert readers == {"secretariat", "city_officer", "city_checker", "city_director", "city_legal"}


@pytest.mark.parametrize("count", [1, 3])
def test_one_statement_for_all_reviews(people, count):
    with clock.at(at(2026, 2, 13)):
        scene = Scene(people=people).to_inviting()
        for number in range(count - 1):
            table = make_table(people, name=f"演示第{number}城（虚构）")
            review = Review.objects.create(table=table, subject=scene.review.subject, opened_at=clock.now())
            PanelMember.objects.create(review=review, expert=scene.experts[0], number=1, invited_at=clock.now())
    with CaptureQueriesContext(connection) as asked:
        assert len({row.district_id for row in collect_reviews(day(2, 13))}) == count
    assert len(asked) == 4  # settings, working days, first day, seats


def test_the_page_of_a_review_is_not_asked_for_a_seat_that_lapsed(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_inviting()
        first = scene.review.members.order_by("number").first()
    with clock.at(at(2026, 2, 13)):
        step(first, "lapse", None)
    assert len(owed_to_review(day(2, 12), "invitation")) == 5
    assert len(owed_to_review(day(2, 13), "invitation")) == 4
    assert reverse("assessments:review", args=[scene.review.pk]) == owed_to_review(day(2, 13), "invitation")[0].link
