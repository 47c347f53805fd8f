"""An application beside what it touches: the experts' review, the sections of the district's file, values brought in from its land."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.acceptances.services import acceptances
from approvals.applications.services import drafts
from approvals.cases.models.cases import Case
from assessments.common.services.parties import judged_parties
from districts.common.enums import ProjectState
from districts.plots.models import Plot, PlotIndicator
from districts.projects.models import KeyProject
from greendistrict.core import clock
from tests.factories.acceptance import make_pilot
from tests.factories.approvals import Filing, make_ready_district, published_edition
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


def test_links_between_sections_of_a_file_that_stands_still_open(client, people):
    filing = Filing(people).to_sent()
    code = filing.case.district.code
    client.force_login(people.preparer)
    assert client.get(reverse("districts:profile_edit", args=[code])).status_code == 409
    for name in ("plot_list", "indicator_system", "work_list"):
        page = client.get(reverse(f"districts:{name}", args=[code]))
        links = [section["href"] for section in page.context["sections"]]
        assert {href: client.get(href).status_code for href in links} == dict.fromkeys(links, 200), name


def brought(table):
    rows = table.rows.filter(prefill__source="land").select_related("prefill")
    return {row.item_id: (row.value, row.version, row.prefill.label) for row in rows}


def day(on):
    return f"（{on.year}年{on.month}月{on.day}日）"


def test_an_application_begins_with_the_designed_values_of_its_plots(people):
    district = make_ready_district(people)
    Plot.objects.update(floor_area=Decimal(10_000))
    PlotIndicator.objects.bulk_create(PlotIndicator(plot=plot, key="star", designed="二星级") for plot in district.plots.all())
    case = drafts.start_application(district=district, by=people.preparer, edition=published_edition())
    assert brought(case.table) == {"7.2.1": ({"a": "20", "b": "20"}, 0, f"20个地块的设计值{day(clock.today())}")}


def test_an_acceptance_begins_with_its_projects_and_built_plots(people):
    district = make_pilot(people)
    met = {"started_on": dt.date(2025, 1, 1), "finished_on": dt.date(2026, 6, 1), "state": ProjectState.IN_USE}
    KeyProject.objects.update(**met)
    case = acceptances.start_acceptance(district=district, by=people.preparer)
    assert brought(case.table) == {"4.2.19": ({"a": "2", "b": "2"}, 0, f"2个近期重点项目的计划与实际日期{day(clock.today())}")}
