"""One open matter of every kind, and what of each kind is a choice and not owed; all fictional.

A kind is a machine, or a model of the programme with a moment that tells whether somebody has answered.
"""

import datetime as dt

from django.db.models import Field
from django.urls import reverse

from approvals.amendments.services import propose_amendment
from approvals.cases.lifecycle.machines import case_machines
from approvals.cases.models.cases import Case
from approvals.changes.models import Change
from approvals.letter_texts.services import propose_text
from approvals.losses.models import LossFile
from approvals.opinions.models import ReviewOpinion
from approvals.remedies.services import record_remedy
from approvals.requests.models import ExtensionRequest, Rectification
from approvals.settings.models import SettingProposal
from approvals.titles.models.publicity import Announcement
from approvals.titles.models.remedies import Remedy
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations import services as postevaluations
from assessments.post_evaluations.models import PostEvaluation
from assessments.recusals.models import RecusalRequest
from assessments.reviews.models.papers import PaperScores
from assessments.reviews.models.review import PanelMember, Review
from assessments.self_checks.models import SelfCheck
from assessments.sharing.models import RowShare
from assessments.stage_assessments.models.opinions import StageOpinion
from assessments.yearly_reports.models import YearlyReport
from carbon.inventories.models import CarbonInventory
from carbon.verification.models import CarbonVerification
from districts.common.enums import Acquisition
from districts.indicator_systems.models import IndicatorSystem
from districts.plots.lifecycle import RECORDER, TABLES
from districts.plots.models import PlotControl
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from outreach.exchange.models import ExchangeEvent
from outreach.stories.models import Story
from reports.archive.enums import Retention
from reports.archive.models import ArchiveVolume
from reports.closings.models import YearClosing
from tests.beautiful.reserves.world import make_project
from tests.factories.accounts import make_user
from tests.factories.districts import PlotFactory, make_district
from tests.factories.reviews import Scene, make_table, reference_edition
from tests.factories.stages import make_stage
from tests.outreach.disclosures.contesting import sue
from tests.outreach.disclosures.test_disclosures import answered
from tests.outreach.disclosures.test_disclosures import file as file_disclosure

RECORDED = "entered when it has happened outside; a district has hundreds of plots, and the board of plots lists them by step"
KEEPERS_CHOICE = "the keeper's choice at any time"
# Steps a person may take but that do not wait for the person: “step” of any machine, “machine.step”, or “machine.step@state”.
OPTIONS = {
    "discard": "giving up is never owed",
    "take_back": "taking back what one handed up oneself",
    "recall": "a right until it is received",
    "withdraw": "a right until it is decided",
    "step_back": "a step entered by mistake",
    "enter_sign": "entered for somebody who came on paper",
    "enter_send_up": "as above",
    "enter_answer": "as above",
    "enter_withdrawal": "as above",
    "enter_statement": "as above",
    "call_assessment": "the director's choice when findings are serious",
    "close_unmended": "the officer's choice when the term of the rectification is over",
    "ask_extension": "a right while the term runs",
    "recheck": "the officer's turn, which the secretariat may take for it",
    "expert.remove": KEEPERS_CHOICE,
    "expert.invite_again": KEEPERS_CHOICE,
    "panel_member.recuse@accepted": "a duty of the expert when a reason appears; nothing tells of it but the expert",
    "panel_member.drop_out": "the secretariat's when an expert falls out",
    "panel_member.release": "the secretariat's when a recusal is confirmed",
    "row_share.reopen": "the giver's choice when something in a signed part is wrong",
    "extension.refuse@asked": "the director's right before the officer has looked at it",
    "remedy.stay": RECORDED,
    "remedy.lift": RECORDED,
    "remedy.find": "once the outcome is in force; no day asks for it",
    "remedy.judge": "once the judgment was served; no day asks for it",
    "remedy.appeal": "a right while the term runs",
    "disclosure_remedy.find": "once the outcome is in force; no day asks for it",
    "disclosure_remedy.judge": "once the judgment was served; no day asks for it",
    "disclosure_remedy.appeal": "a right while the term runs",
    "amendment.drop@proposed": "the officer's choice when a correction is not wanted any more",
    "rectification.refuse": "the right of the two who agree; whose turn it is has it on the desk",
    "setting.refuse@proposed": "the director's right before the checker has agreed",
    "reserve_project.list": "entered when the paper of the national library is there",
    "reserve_project.remove": "the seat's choice at any time",
    "story.reopen": "a right of who wrote it",
    "exchange_event.revise": "the organiser's choice when something of a published event changes",
    "exchange_event.cancel": "the organiser's choice when an event does not take place",
    "review_opinion.reply@replied": "a right until it is compared",
    "stage_opinion.reply@replied": "as above",
    "year_closing.correct": "the director's choice when a figure of a closed year is wrong",
    "year_closing.keep": "the director's choice when nothing has to be corrected",
    "archive_volume.submit": "the officer's: once a volume is submitted it waits for the check",
    "archive_volume.reopen": "the checker's choice when a closed volume is not whole",
    "archive_volume.hand_over": "when the archive office takes the year's volumes",
    "edition.freeze": "done by itself when the first table is submitted",
    "edition.supersede": "the director's choice when a new standard comes",
    "edition.revise": "the choice not to check, or to take back",
    **{f"{machine.name}.{step.action}": RECORDED for machine in TABLES.values() for step in machine.transitions
       if step.seats == (RECORDER,) and step.action != "recall"},
}  # fmt: skip
# Steps that wait from a day or a fact that no state tells; their tasks have tests of their own, named here.
CONDITIONAL = {
    "close_notice": "test_objections_are_a_task_with_a_day",
    "close_notice_to_decide": "test_objections_are_a_task_with_a_day",
    "lapse": "test_a_hearing_whose_term_is_over_is_on_the_officers_desk",
    "extend": "stage: once more time was asked for",
    "refuse_extension": "as above",
    "inspection_finding.report": "finding: once there is a reply to report",
    "inspection.close": "test_an_inspection_is_on_the_desk_until_it_is_issued_and_when_it_can_be_closed",
}
NO_TASK = OPTIONS.keys() | CONDITIONAL.keys()
# Machines whose steps nobody is offered as such.
ELSEWHERE = {
    "announcement": "test_an_announcement_waits_for_its_approval_and_then_for_its_day",
    "district": "its stage is moved by the decision about a title",
    "score_table": "moved by the self-check, case or stage assessment around it",
    "review": "test_every_step_of_a_review_is_on_the_desk_of_who_takes_it: its steps depend on facts of the panel",
}
# Models with a moment that stays empty until somebody acts, and no machine: the test of the task, or why nobody waits.
MOMENTS = {
    "PlotOpinion": "test_questions_put_to_a_body_are_on_its_desk",
    "Consultation": "test_questions_put_to_a_body_are_on_its_desk",
    "PreReviewQuestion": "test_questions_put_to_a_body_are_on_its_desk",
    "Correction": "its case waits for the applicant in state correcting",
    "ScoreRelease": "public until the city withdraws it; that waits for nobody",
    "CarbonRelease": "public until the leading body withdraws it; that waits for nobody",
    "Objection": "test_objections_are_a_task_with_a_day",
    "Notice": "test_objections_are_a_task_with_a_day",
    "EventSignUp": "a place that was taken stays until it is given back; that waits for nobody",
    "DisclosureRequest": "test_the_officer_finds_the_requests_that_wait_on_the_desk",
    "PublicOpinion": "test_the_officer_finds_what_waits_on_the_desk",
    "Endorsement": "its case waits for the authority in state endorsing",
    "AreaEvaluation": "a year is evaluated in the course of the next; no day asks for it, and the list of the plan shows how far each is",
    "AreaFigure": "a record of the city, withdrawn at any time; that waits for nobody",
    "ProgressRelease": "public until the seat that draws up the plan withdraws it; that waits for nobody",
    "ActionPlan": "entered as issued by the seat that draws it up, once the paper is there; no day asks for it",
    "Draw": "a step of the review",
    "SampleDraw": "drawn in the form that commits it; the secretariat begins it at any time of the year",
    "Change": "applied with the decision of its case",
    "LossFile": "papers of the steps of its case",
    "SpecialPlan": "test_the_file_of_a_candidate_is_on_the_desk_of_who_fills_it_in",
    "RowPrefill": "rows of a table that is on the desk",
    "ScoreRow": "as above",
    "ExpertScore": "as above, of an expert's seat",
    "SiteVisit": "the case waits for the secretariat in state visiting",
    "VisitRow": "as above",
    **dict.fromkeys(
        (
            "ExternalHonour",
            "DistrictPaper",
            "Fund",
            "RenewalProject",
            "Plot",
            "ListImport",
            "KeyProject",
            "Work",
            "Title",
            "HistoricSelfCheck",
            "Restoration",
        ),
        "a fact on file",
    ),
    "Restoration": "a fact on file",
    "CalendarFeed": "a person's own subscription",
    "QueuedImport": "whoever sent the workbook confirms on the page that shows how far it is; the list of imports leads there",
    "ReadingImport": "as above, of a file of readings",
    "VerificationFinding": "the verification waits for the district in state correcting, else for the verifier",
    "MeterToken": "the secret of a system, taken back by whoever looks after it",
    **dict.fromkeys(("BulkRun", "InspectionPhoto", "VisitPhoto"), "a record of what was done"),
}


def is_moment(field: Field) -> bool:
    """Whether a field tells by standing empty that something is still to come."""
    return field.name in {"status", "state"} or (field.null and field.name.endswith(("_at", "_on")))


def matters(people):
    """(row, machine name, address that its task opens) of each kind; what follows narrows nothing that came before."""
    yield from _cases(people)
    yield from _filed(people)
    yield from _files(people)
    yield from _asked(people)
    yield from _reviews(people)
    row = YearClosing.objects.create(year=2020, edition=1, status="correcting", reason="更正（虚构）", opened_at=clock.now())
    yield row, "year_closing", reverse("reports:closing", args=[2020])
    about = {"source": "case", "matter": 0, "kind": "试点申报", "title": "案卷（虚构）", "year": 2026, "retention": Retention.PERMANENT}
    who = {"prepared_by": people.city_officer, "checked_by": people.city_checker, "fonds": "演1", "number": 1}
    moments = dict.fromkeys(("opened_at", "closed_at", "ready_at"), clock.now())
    row = ArchiveVolume.objects.create(district=make_district(people), is_demo=True, **about, **who, **moments)
    yield row, "archive_volume", reverse("reports:archive_volume", args=[row.pk])
    since = clock.today() + dt.timedelta(days=1)
    text = "受理编号{受理编号}，可在平台查询。"
    row = propose_text(key="acceptance", text=text, since=since, reason="统一用语（虚构）", by=people.city_officer)
    yield row, "letter_wording", reverse("approvals:letter_text", args=["acceptance"])
    batch = Announcement.objects.create(year=2025, batch=1, title="公告", status="published", announced_on=clock.today(), is_demo=True)
    row = propose_amendment(batch=batch, by=people.city_officer, subject="title", after="公告（更正）", reason="笔误（虚构）")
    yield row, "amendment", reverse("approvals:amendments", args=[batch.pk])
    today = clock.today()
    case = _case(people, "CX", make_district(people))
    Case.objects.filter(pk=case.pk).update(status="announced", decided_on=today)
    case.refresh_from_db()
    LossFile.objects.create(case=case, ground="revoke", served_on=today)
    given = {"body": "演示人民法院（虚构）", "number": "演行初〔2026〕1号", "filed_on": today, "served_on": today}
    row = record_remedy(case=case, by=people.city_officer, kind="suit", **given)
    found = {"outcome": "upheld", "outcome_number": "演行初〔2026〕1号", "outcome_on": today}
    Remedy.objects.filter(pk=row.pk).update(judged_on=today, judgment="judgment", **found)
    yield row, "remedy", reverse("approvals:remedy", args=[row.pk])
    row = sue(answered(file_disclosure().request, people), people)
    type(row).objects.filter(pk=row.pk).update(judged_on=today, judgment="judgment", **found)
    yield row, "disclosure_remedy", reverse("outreach:disclosure_remedy", args=[row.pk])


def _case(people, kind, district):
    moments = dict.fromkeys(("created_at", "sent_at", "submitted_at", "accepted_at"), clock.now())
    return Case.objects.create(kind=kind, district=district, applicant=people.applicant_body, created_by=people.preparer, **moments)


def _cases(people):
    district = make_district(people, stage="pilot", titled_on=clock.today())
    for kind, machine in case_machines().items():
        case = _case(people, kind, district)
        if kind == "CX":
            LossFile.objects.create(case=case, ground="cancel")
        if kind == "BG":
            Change.objects.create(case=case, kind="withdrawal")
        yield case, machine.name, reverse("approvals:case", args=[case.pk])
        Case.objects.filter(pk=case.pk).update(status="discarded" if kind != "CX" else "dropped")


def _filed(people):
    table = make_table(people, name="演示自查新区（虚构）")
    type(table).objects.filter(pk=table.pk).update(status="open")
    table.refresh_from_db()
    common = {"district": table.district, "opened_at": clock.now()}
    check = SelfCheck.objects.create(year=2025, table=table, **common)
    yield check, "self_check", reverse("assessments:selfcheck", args=[check.pk])
    share = RowShare.objects.create(table=table, organisation=people.bureau_body, assigned_by=people.preparer, assigned_at=clock.now())
    yield share, "row_share", reverse("assessments:share", args=[share.pk])
    for kind in ("operation", "carbon"):
        row = YearlyReport.objects.create(kind=kind, year=2025, **common)
        yield row, "yearly_report", reverse("assessments:yearly_report", args=[row.pk])
    row = CarbonInventory.objects.create(year=2025, **common)
    yield row, "carbon_inventory", reverse("carbon:inventory", args=[row.pk])
    given = {"body": people.verifier_body, "mandated_at": clock.now(), "mandated_by": people.authority}
    row = CarbonVerification.objects.create(district=table.district, year=2025, **given)
    yield row, "carbon_verification", reverse("carbon:verification", args=[row.pk])
    row = Story.objects.create(title="案例", opened_by=people.authority, **common)
    yield row, "story", reverse("outreach:story", args=[row.pk])
    row = make_project(people)
    yield row, "reserve_project", reverse("beautiful:reserve", args=[row.pk])
    written = {"opened_by": people.city_officer, "written_by": people.city_officer, "opened_at": clock.now(), "published_at": clock.now()}
    days = {"starts_on": clock.today(), "ends_on": clock.today(), "capacity": 10}
    row = ExchangeEvent.objects.create(kind="forum", title="论坛", number="JL-2026-0901", counted={}, **written, **days)
    yield row, "exchange_event", reverse("outreach:event", args=[row.pk])
    stage = make_stage(people, filled=False)
    yield stage, "stage_assessment", reverse("assessments:stage", args=[stage.pk])
    make_district(people, stage="demonstration", titled_on=clock.today())
    sample = postevaluations.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    postevaluations.draw(sample=sample, by=people.secretariat)
    row = PostEvaluation.objects.get()
    yield row, "post_evaluation", reverse("assessments:post", args=[row.pk])
    row = Inspection.objects.create(mode="onsite", inspected_on=clock.today(), **common)
    link = reverse("assessments:inspection", args=[row.pk])
    yield row, "inspection", link
    Inspection.objects.update(status="issued", issued_at=clock.now())
    finding = InspectionFinding.objects.create(inspection=row, order=1, due=clock.today(), rule="OPERATE-REPORT", text="问题")
    yield finding, "inspection_finding", link


def _files(people):
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=clock.today().year, is_demo=True)
    yield plan, "implementation_plan", reverse("districts:implementation_plan_edit", args=[plan.pk])
    district = make_district(people, stage="pilot", titled_on=clock.today())
    edition, special = reference_edition(), SpecialPlan.objects.create(district=district)
    system = IndicatorSystem.objects.create(district=district, edition=edition, plan=special)
    yield system, "indicator_system", reverse("districts:indicator_system", args=[district.code])
    for table in Acquisition.values:
        plot = PlotFactory(district=district)
        PlotControl.objects.filter(plot=plot).delete()
        plot.opinions.create(
            purpose="conditions",
            department="住建",
            organisation=people.bureau_body,
            asked_on=clock.today(),
            due_on=clock.today(),
        )
        link = reverse("districts:opinion_answer", args=[district.code, plot.opinions.get().pk])
        yield PlotControl.objects.create(plot=plot, table=table), f"plot_{table}", link
    yield edition, "edition", reverse("indicators:edition_detail", args=[edition.pk])


def _asked(people):
    case, today = _case(people, "SQ", make_district(people)), clock.today()
    Case.objects.filter(pk=case.pk).update(status="accepted")
    link = reverse("approvals:case", args=[case.pk])
    asked = {"case": case, "reason": "工期调整", "was_due": today, "until": today + dt.timedelta(days=9), "deadline": "correction"}
    row = ExtensionRequest.objects.create(asked_at=clock.now(), asked_by=people.reviewer, **asked)
    yield row, "extension", link
    proposed = {"proposed_at": clock.now(), "proposed_by": people.city_officer}
    row = Rectification.objects.create(case=case, field="decision_number", before="甲", after="乙", reason="笔误", **proposed)
    yield row, "rectification", link
    row = SettingProposal.objects.create(key="panel.size", value=7, reason="试行", **proposed)
    yield row, "setting", reverse("approvals:setting", args=["panel.size"])


def _reviews(people):
    scene = Scene(people=people).to_inviting()
    member = scene.review.members.filter(expert__user=people.expert1).first() or scene.review.members.first()
    PanelMember.objects.filter(pk=member.pk).update(expert=people.expert1.expert)
    yield member, "panel_member", reverse("assessments:review_invitation", args=[scene.review.pk])
    PanelMember.objects.filter(pk=member.pk).update(state="accepted")
    Review.objects.filter(pk=scene.review.pk).update(status="scoring")
    paper = PaperScores.objects.create(member=member, typed_by=people.secretariat, typed_at=clock.now())
    yield paper, "paper_scores", reverse("assessments:paper_type", args=[scene.review.pk, member.number])
    expert = people.expert5.expert
    yield expert, "expert", reverse("assessments:expert_me")
    asked = {"table": scene.table, "person": "某专家", "reason": "近亲属", "at": clock.now(), "by": people.reviewer}
    yield RecusalRequest.objects.create(**asked), "recusal_request", reverse("assessments:recusals", args=[scene.table.pk])
    asked = {"number": 1, "field": "低碳", "item_id": "4.1.1", "text": "补充", "kind": "must", "reply": "已改"}
    line = {"review": scene.review, "drawn_up_at": clock.now(), "body": "演示某单位（虚构）", **asked}
    case = _case(people, "SQ", scene.table.district)
    row = ReviewOpinion.objects.create(case=case, **line)
    yield row, "review_opinion", reverse("approvals:case_opinions", args=[case.pk])
    stage = make_stage(people, filled=False)
    row = StageOpinion.objects.create(stage=stage, **line)
    yield row, "stage_opinion", reverse("assessments:stage_opinions", args=[stage.pk])


def second_secretary(people):
    """Another of the secretariat, who checks what the first typed."""
    return make_user(Role.SECRETARIAT, people.secretariat_body, username="secretariat2", name="演示评审秘书（二）")
