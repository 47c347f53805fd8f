"""What a seat can do now is on its desk: steps offered in every state of every matter against the tasks listed."""

import datetime as dt

import pytest
from django.apps import apps
from django.urls import reverse

from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.consultations.models import Consultation
from approvals.losses.models import LossFile
from approvals.settings.models import SettingProposal
from approvals.titles.models.publicity import Announcement
from assessments.inspections.models import Inspection, InspectionFinding
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from greendistrict.workflow.declaration import machines
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import PlotFactory, make_district
from tests.factories.reviews import Scene, reference_edition
from tests.matters.assessments import InspectionMatter
from tests.matters.cases import ApplicationMatter, LossMatter
from tests.matters.desk import NO_TASK, on_desk
from tests.steps import step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/desk", "approvals", "assessments")
PROGRAMME = ("approvals", "assessments", "beautiful", "carbon", "districts", "indicators", "obligations", "outreach")


# Models with a moment that stays empty until somebody acts, and no machine: the test of the task, or why nobody waits.
MOMENTS = {
    "PlotOpinion": "test_questions_put_to_a_body_are_on_its_desk", "Consultation": "test_questions_put_to_a_body_are_on_its_desk",
    "PreReviewQuestion": "test_questions_put_to_a_body_are_on_its_desk",
    "Correction": "its case waits for the applicant in state correcting",
    "ScoreRelease": "public until the city withdraws it; that waits for nobody",
    "CarbonRelease": "public until the leading body withdraws it; that waits for nobody",
    "Objection": "test_objections_are_a_task_with_a_day", "Notice": "test_objections_are_a_task_with_a_day",
    "EventSignUp": "a place that was taken stays until it is given back; that waits for nobody",
    "DisclosureRequest": "test_the_officer_finds_the_requests_that_wait_on_the_desk",
    "PublicOpinion": "test_the_officer_finds_what_waits_on_the_desk",
    "HeldFiling": "test_the_officer_lets_through_and_closes_and_terms_count_from_the_day_it_came",
    "Endorsement": "its case waits for the authority in state endorsing",
    "AreaEvaluation": "a year is evaluated in the course of the next; no day asks for it, and the list of the plan shows how far each is",
    "RecordedAssessment": "anybody else of the city checks it (tests/workflow/test_second_person.py)",
    "TitleCorrection": "the director checks it (tests/approvals/corrections/)",
    **dict.fromkeys(("RecordRequest", "RequestedRecord"), "a duty of the preparer (tests/portal/takeover/test_record_requests.py)"),
    "AddedFactor": "anybody else of the city checks it (tests/workflow/test_second_person.py)",
    "Exemption": "anybody else of the city checks it (tests/workflow/test_second_person.py)",
    "AbatementMeasure": "the applicant's reviewer checks it (as above)", "IndicatorActual": "as above",
    "DimensionLinkDecision": "anybody else of the city checks it (tests/workflow/test_second_person.py)",
    "PolicyDocument": "anybody else of the city checks it (tests/workflow/test_second_person.py)",
    "AreaFigure": "anybody else of the city checks it (tests/workflow/test_second_person.py)",
    "ProgressRelease": "public until the seat that draws up the plan withdraws it; that waits for nobody",
    "ActionPlan": "entered as issued by the seat that draws it up, once the paper is there; no day asks for it",
    "Draw": "a step of the review", "SampleDraw": "drawn in the form that commits it; the secretariat begins it at any time of the year",
    "Change": "applied with the decision of its case", "LossFile": "papers of the steps of its case",
    "SpecialPlan": "test_the_file_of_a_candidate_is_on_the_desk_of_who_fills_it_in", "RowPrefill": "rows of a table that is on the desk",
    "ScoreRow": "as above", "ExpertScore": "as above, of an expert's seat",
    "SiteVisit": "the case waits for the secretariat in state visiting", "VisitRow": "as above",
    **dict.fromkeys(("ExternalHonour", "DistrictPaper", "Fund", "RenewalProject", "Plot", "ListImport", "KeyProject"), "a fact on file"),
    "PlotIndicator": "a design worse than required blocks the step, which says so; the exception is recorded by who asked for the value",
    **dict.fromkeys(("Work", "Title", "HistoricSelfCheck", "Restoration"), "a fact on file"),
    "QuarterlyProgress": "whoever may check it (tests/beautiful/plans/test_checked_progress.py)",
    "ProgressCorrection": "a record of what a correction replaced",
    "CalendarFeed": "a person's own subscription",
    "QueuedImport": "whoever sent the workbook confirms on the page that shows how far it is; the list of imports leads there",
    "ReadingImport": "as above, of a file of readings",
    "VerificationFinding": "the verification waits for the district in state correcting, else for the verifier",
    "MeterToken": "the secret of a system, taken back by whoever looks after it",
    **dict.fromkeys(("EntryDraft", "DraftChapter"), "a standard in the hands of who enters it from the book; no day asks for it"),
    **dict.fromkeys(("BulkRun", "InspectionPhoto", "VisitPhoto"), "a record of what was done"),
}  # fmt: skip


def is_moment(field):
    """Whether a field tells by standing empty that something is still to come."""
    return field.name in {"status", "state"} or (field.null and field.name.endswith(("_at", "_on")))


def test_every_option_is_a_step_of_some_machine():
    known = {step.action for machine in machines() for step in machine.transitions}
    known |= {f"{machine.name}.{step.action}" for machine in machines() for step in machine.transitions}
    known |= {f"{machine.name}.{step.action}@{state}" for machine in machines() for step in machine.transitions for state in step.sources}
    assert known >= NO_TASK


def test_every_model_that_waits_for_somebody_is_walked_or_named():
    """A model with a state or with a moment that stays empty until somebody acts has a machine or a line of its own."""
    walked = {machine.model.split(".")[1].lower() for machine in machines()}
    models = [model for model in apps.get_models() if model._meta.app_label in PROGRAMME]
    waiting = {model.__name__ for model in models if any(map(is_moment, model._meta.fields)) and model._meta.model_name not in walked}
    assert waiting == MOMENTS.keys()


@AREA
def test_what_an_expert_owes_is_on_the_desk_until_it_is_done():
    """The invitation; scores until they are handed in; at the meeting being there, what was agreed, the vote and the signature."""
    scene = Scene().to_inviting()
    link = f"/assessments/reviews/{scene.review.pk}/"
    for member in scene.review.members.filter(state="invited").select_related("expert__user"):
        assert on_desk(member.expert.user, link), "an invitation waits"
        scene.accept(member)
        assert not on_desk(member.expert.user, link), "nothing waits before the clauses are assigned"
    step(scene.review, "start_scoring", scene.secretary, score_due=clock.today() + dt.timedelta(days=14))
    expert = scene.members[0].expert.user
    assert on_desk(expert, link)
    scene.hand_in(scene.members[0])
    assert not on_desk(expert, link)
    scene.finish_scoring()
    assert on_desk(expert, link)
    scene.sign_all()
    assert not on_desk(expert, link)
    assert on_desk(scene.secretary, link), "the conclusion waits for the secretariat"


def test_the_consultant_finds_the_application_it_fills_in():
    filing = Filing()
    link, consultant = reverse("approvals:case", args=[filing.case.pk]), filing.people.consultant
    assert on_desk(consultant, link)
    assert not on_desk(filing.to_sent().people.consultant, link)


@AREA
def test_a_hearing_whose_term_is_over_is_on_the_officers_desk():
    loss, today = LossMatter(), clock.today()
    loss.to("hearing")
    for due, waits in ((today, False), (today - dt.timedelta(days=1), True)):
        LossFile.objects.update(hearing_due=due)
        assert on_desk(loss.people.city_officer, loss.page()) is waits


def test_an_inspection_is_on_the_desk_until_it_is_issued_and_when_it_can_be_closed():
    matter = InspectionMatter()
    matter.to("issued")
    people, link = matter.people, matter.page()
    assert not on_desk(people.city_officer, link), "a finding is open"
    InspectionFinding.objects.update(status="closed")
    assert on_desk(people.city_officer, link)
    Inspection.objects.update(status="draft")
    assert on_desk(people.city_officer, link)
    Inspection.objects.update(status="closed")
    assert not on_desk(people.city_officer, link)


@AREA
def test_questions_put_to_a_body_are_on_its_desk():
    """部门意见 of a case, a question about the design of a plot, questions before the review: until they are answered."""
    matter, now, today = ApplicationMatter(), clock.now(), clock.today()
    matter.to("accepted")
    people, case = matter.people, matter.obj
    asked = Consultation.objects.create(
        case=case, department=people.partner_body, question="意见", asked_by=people.city_officer, asked_at=now, due=today
    )
    link = reverse("approvals:consultation", args=[asked.pk])
    assert on_desk(people.partner, link)
    Consultation.objects.update(answered_at=now)
    assert not on_desk(people.partner, link)
    plot = PlotFactory(district=make_district(people))
    about = plot.opinions.create(purpose="design", department="建设", organisation=people.bureau_body, asked_on=today, due_on=today)
    link = reverse("districts:opinion_answer", args=[plot.district.code, about.pk])
    assert on_desk(people.bureau, link)
    plot.opinions.update(answered_on=today)
    assert not on_desk(people.bureau, link)
    PreReviewQuestion.objects.create(case=case, number=1, slot="plan", text="来源", asked_by=people.secretariat, asked_at=now)
    link = reverse("approvals:case_questions", args=[case.pk])
    assert on_desk(people.preparer, link)
    assert on_desk(people.reviewer, link)
    PreReviewQuestion.objects.update(answered_at=now)
    assert not on_desk(people.preparer, link)


@AREA
def test_an_announcement_waits_for_its_approval_and_then_for_its_day():
    filing = Filing().to_decided()
    people, case = filing.people, filing.case
    page = reverse("approvals:case", args=[case.pk])
    assert on_desk(people.city_officer, page), "a decided case waits for its announcement"
    batch = Announcement.objects.create(year=2026, batch=9, title="公告", is_demo=True)
    batch.lines.create(case=case, order=1)
    link = reverse("approvals:announcement_edit", args=[batch.pk])
    assert on_desk(people.city_director, link)
    Announcement.objects.update(approved_at=clock.now())
    assert not on_desk(people.city_director, link)
    assert on_desk(people.city_officer, page)


def test_the_file_of_a_candidate_is_on_the_desk_of_who_fills_it_in(people):
    link = reverse("districts:profile_edit", args=[make_district(people).code])
    assert [on_desk(user, link) for user in (people.preparer, people.reviewer, people.outsider_preparer)] == [True, False, False]


def test_a_proposed_setting_waits_for_the_director_where_nobody_checks(people):
    proposed = {"proposed_at": clock.now(), "proposed_by": people.city_officer}
    SettingProposal.objects.create(key="panel.size", value=7, reason="试行", **proposed)
    link = reverse("approvals:setting", args=["panel.size"])
    assert on_desk(people.city_checker, link)
    assert not on_desk(people.city_director, link)
    set_setting(by=people.city_director, key="approval_chain.default", value=["经办", "审定"], reason="精简层级")
    assert on_desk(people.city_director, link)
    assert not on_desk(people.city_checker, link)


def test_an_edition_waits_once_it_is_whole():
    """A draft with gaps is the keeper's work on a file outside; nobody can check it."""
    people, edition = cast(), reference_edition()
    link = reverse("indicators:edition_detail", args=[edition.pk])
    assert on_desk(people.city_officer, link)
    type(edition).objects.update(complete=False)
    assert not on_desk(people.city_officer, link)
