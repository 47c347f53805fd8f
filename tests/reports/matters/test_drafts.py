"""A paper on an unfinished matter is marked 草稿, whatever its kind; the code of its matter is named apart from its own."""

import pytest

from approvals.acceptances.models import SiteVisit
from approvals.cases.lifecycle import case_machines
from assessments.inspections.lifecycle import INSPECTION
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from beautiful.evaluations.models import AreaEvaluation
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import papers
from reports.composition.blocks import Pairs
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.sights import sight_of
from reports.matters import dossier, registration
from tests.reports.matters import worlds

pytestmark = pytest.mark.django_db

# States in which the paper is no draft, by kind; the others of the machine are.
SETTLED = {
    "stage_assessment": (STAGE_ASSESSMENT, {"qualified", "rectifying", "rechecking", "mended", "unmended"}),
    "post_evaluation": (POST_EVALUATION, {"qualified", "unqualified"}),
    "operation_report": (YEARLY_REPORT, {"filed", "received"}),
    "inspection": (INSPECTION, {"issued", "closed", "discarded"}),
    "yearly_plan": (IMPLEMENTATION_PLAN, {"filed", "noted"}),
}
MADE = {
    "stage_assessment": (lambda: ((scene := worlds.rectifying()).people, scene.stage), "secretariat"),
    "post_evaluation": (worlds.post_evaluated, "city_officer"),
    "operation_report": (worlds.operated, "preparer"),
    "inspection": (worlds.inspected, "city_officer"),
    "yearly_plan": (worlds.planned, "authority"),
}
TOLD_BELOW = {
    *("review_opinion", "score_sheet", "meeting_minutes", "panel_record"),
    *("technical_review", "acceptance", "site_visit", "dossier", "area_evaluation"),
}
NEVER = {"meeting_pack", "carbon", "obligations_plan", "carbon_verification", "notice"}  # forms; records of a day; what is signed or public


def made_for(kind, user, subject):
    report = report_kinds.by_key[kind]
    job = ExportJob(kind=kind, scope=report.scope, subject=str(subject), sight=sight_of(posts_of(user)))
    return report.compose(job, lambda _: None)


def is_draft(kind, user, subject):
    return "草稿" in made_for(kind, user, subject).all_marks


def test_of_every_kind_it_is_known_when_its_paper_is_a_draft():
    assert {*SETTLED, *TOLD_BELOW, *NEVER} == set(registration.KINDS)


@pytest.mark.parametrize("kind", SETTLED)
def test_a_paper_is_a_draft_in_every_state_before_its_matter_is_settled(kind):
    made, seat = MADE[kind]
    people, matter = made()
    machine, settled = SETTLED[kind]
    drafts = {}
    for state in machine.states:
        type(matter).objects.filter(pk=matter.pk).update(status=state.key)
        drafts[str(state.key)] = is_draft(kind, getattr(people, seat), matter.pk)
    assert {key for key, draft in drafts.items() if not draft} == settled
    assert len(drafts) > len(settled)


@pytest.mark.parametrize(("made", "draft"), [(worlds.disputed, True), (worlds.concluded, False)])
def test_papers_of_a_panel_are_drafts_until_its_conclusion(made, draft):
    scene = made()
    for kind in ("meeting_minutes", "panel_record"):
        assert is_draft(kind, scene.secretary, scene.review.pk) is draft, kind
    sheet = scene.members[0]
    for sent in (True, False):
        type(sheet).objects.filter(pk=sheet.pk).update(submitted_at=sheet.review.opened_at if sent else None)
        assert is_draft("score_sheet", scene.secretary, sheet.pk) is not sent
    assert draft or not is_draft("review_opinion", scene.secretary, scene.review.pk)


def test_papers_of_a_case_are_drafts_until_it_is_settled():
    walk = worlds.accepted()
    case, officer = walk.case, walk.people.city_officer
    assert not is_draft("technical_review", officer, case.pk)
    drafts = {}
    for state in case_machines()[case.kind].states:
        type(case).objects.filter(pk=case.pk).update(status=state.key)
        if report_kinds.by_key["acceptance"].matters(Viewer(officer)).filter(pk=case.pk).exists():
            drafts[state.key] = is_draft("acceptance", officer, case.pk)
            assert drafts[state.key] is not state.final
    assert set(drafts.values()) == {True, False}
    visit = SiteVisit.objects.get(case=case)
    for closed_at in (None, case.accepted_at):
        SiteVisit.objects.filter(pk=visit.pk).update(closed_at=closed_at)
        assert is_draft("site_visit", officer, case.pk) is (closed_at is None)
    for number in (case.number, None):
        case.number = number
        assert ("草稿" in dossier.compose(Viewer(officer), case, []).marks) is (number is None)


def test_an_area_is_evaluated_in_draft_until_its_conclusion():
    world, found = worlds.area_evaluated()
    assert not is_draft("area_evaluation", world.people.city_officer, found.pk)
    AreaEvaluation.objects.filter(pk=found.pk).update(concluded_at=None, conclusion="")
    assert is_draft("area_evaluation", world.people.city_officer, found.pk)


@pytest.mark.parametrize("kind", [*(kind for kind in SETTLED if kind != "yearly_plan"), "acceptance", "technical_review"])
def test_the_code_of_the_matter_is_not_taken_for_that_of_the_paper(kind):
    if kind in MADE:
        (people, matter), seat = MADE[kind][0](), MADE[kind][1]
        user = getattr(people, seat)
    else:
        walk = worlds.accepted()
        user, matter = walk.people.city_officer, walk.case
    paper = made_for(kind, user, matter.pk)
    facts = dict(row for _, block in paper.under_headings() if isinstance(block, Pairs) for row in block.rows)
    assert ("查验码" in facts, facts["事项查验码"]) == (False, papers.code_of(matter))
    assert facts["事项查验码"] != ""
