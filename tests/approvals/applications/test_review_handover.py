"""An application through the experts' own services: parties against conflicts, and the conclusion that moves the case."""

import pytest

from approvals.cases.models.cases import Case
from assessments.common.services.parties import judged_parties
from tests.factories.approvals import Filing
from tests.factories.reviews import Scene, make_experts
from tests.steps import step

pytestmark = pytest.mark.django_db


class CaseScene(Scene):
    """The review of a real case instead of a bare table."""

    def __init__(self):
        filing = Filing().to_reviewing()
        self.filing, self.people, self.table = filing, filing.people, filing.case.table
        self.experts = make_experts(self.people)
        self.secretary = self.people.secretariat
        self.review = filing.case.review


def test_every_party_of_the_case_is_handed_to_the_conflict_rules():
    filing = Filing().to_reviewing()
    people = filing.people
    named = {party["organisation_id"]: party["role"] for party in judged_parties(filing.case.district, filing.case.applicant)}
    assert named == {
        people.applicant_body.pk: "申报主体",
        people.consultant_body.pk: "咨询单位",
        people.authority_body.pk: "实施主体",
        people.bureau_body.pk: "区级部门",
    }
    subject = filing.case.review.subject
    assert (subject["number"], subject["star_asked"]) == (filing.case.number, 2)
    assert {party["organisation_id"] for party in subject["parties"]} == set(named)


def test_an_expert_of_the_consultant_is_never_drawn():
    scene = CaseScene()
    scene.experts[0].employments.create(organisation=scene.people.consultant_body, valid_from="2020-01-01")
    scene.to_inviting()
    line = next(one for one in scene.review.draws.get().pool if one["id"] == scene.experts[0].pk)
    assert any("咨询单位" in reason for reason in line["reasons"])


def test_the_panels_conclusion_moves_the_case_by_itself():
    scene = CaseScene()
    scene.to_meeting()
    scene.sign_all()
    scene.review.refresh_from_db()
    star = 2
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=star, star_reason="")
    case = Case.objects.get()
    assert (case.status, case.star_found, case.review.conclusion) == ("reviewed", star, "passed")


def test_a_withdrawn_case_stays_withdrawn_when_its_review_ends():
    filing = Filing().to_reviewing()
    filing.do("withdraw", "reviewer", reason="调整范围")
    filing.conclude()
    assert filing.fresh().status == "withdrawn"
