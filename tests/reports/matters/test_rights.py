"""Who may ask for a paper on a matter, what it says to whom, and that nobody is handed another person's."""

import pytest
from django.urls import reverse

from assessments.common.enums import MemberState
from greendistrict.core.errors import Refused
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.jobs.selectors import files_open_to, jobs_visible_to
from tests.factories.reviews import Scene
from tests.reports.matters import worlds
from tests.reports.matters.test_papers import paper
from tests.reports.matters.worlds import browser, squeezed

pytestmark = pytest.mark.django_db


def may(kind, user, subject):
    """Whether the person may ask for this paper."""
    return report_kinds.by_key[kind].matters(user).filter(pk=subject).exists()


def asking(kind, people, subject):
    """Seats that may ask for the paper."""
    seats = ("city_officer", "secretariat", "partner", "authority", "preparer", "reviewer", "outsider_preparer", "system_keeper")
    return {seat for seat in seats if may(kind, getattr(people, seat), subject)}


CITY = {"city_officer", "secretariat"}
OWN = {"authority", "preparer", "reviewer"}


def test_before_the_meeting_nobody_has_a_judgement_and_the_panel_is_for_overseers():
    scene = Scene().to_scoring()
    member, other = scene.members[0], scene.members[1]
    assert asking("panel_record", scene.people, scene.review.pk) == CITY
    assert asking("review_opinion", scene.people, scene.review.pk) == set()
    assert asking("meeting_pack", scene.people, scene.review.pk) == set()
    assert asking("score_sheet", scene.people, member.pk) == {"secretariat"}
    assert may("score_sheet", member.expert.user, member.pk)
    assert not may("score_sheet", other.expert.user, member.pk)


def test_in_session_those_at_the_table_read_the_pack_without_names():
    scene = worlds.disputed()
    sitting, gone = scene.members[1], scene.members[2]
    scene.review.members.filter(pk=gone.pk).update(state=MemberState.RECUSED)
    assert asking("meeting_pack", scene.people, scene.review.pk) == CITY
    assert may("meeting_pack", sitting.expert.user, scene.review.pk)
    assert not may("meeting_pack", gone.expert.user, scene.review.pk)
    names = [member.expert.user.name for member in scene.members]
    told = paper("meeting_pack", scene.secretary, scene.review.pk)
    blind = paper("meeting_pack", sitting.expert.user, scene.review.pk)
    assert all(squeezed(name) in told for name in names)
    assert not any(squeezed(name) in blind for name in names)
    assert asking("score_sheet", scene.people, sitting.pk) == CITY
    assert not may("score_sheet", scene.members[0].expert.user, sitting.pk)


def test_after_the_conclusion_the_district_reads_opinion_and_panel_but_no_draw_and_no_sheet():
    scene = worlds.concluded()
    assert asking("review_opinion", scene.people, scene.review.pk) == CITY | OWN
    assert asking("panel_record", scene.people, scene.review.pk) == CITY | OWN
    assert asking("score_sheet", scene.people, scene.members[0].pk) == CITY
    assert not may("score_sheet", scene.members[0].expert.user, scene.members[0].pk)
    district = paper("panel_record", scene.people.preparer, scene.review.pk)
    city = paper("panel_record", scene.people.city_officer, scene.review.pk)
    assert "种子校验值" in city
    assert "种子校验值" not in district


def test_a_drafted_plan_is_the_authoritys_and_the_carbon_report_follows_the_districts_file():
    people, plan = worlds.planned()
    assert asking("yearly_plan", people, plan.pk) == {"authority"}
    district = plan.items.first().district
    assert asking("carbon", people, district.pk) == OWN


def test_two_people_have_two_papers_and_see_their_own():
    scene = worlds.disputed()
    asked = {"kind": "meeting_pack", "year": 2026, "subject": str(scene.review.pk)}
    sitting = scene.members[1].expert.user
    first, second = request_report(by=scene.secretary, **asked), request_report(by=sitting, **asked)
    assert first != second
    assert request_report(by=sitting, **asked) == second
    assert set(jobs_visible_to(sitting)) == set(files_open_to(sitting)) == {second}
    assert set(jobs_visible_to(scene.secretary)) == {first}
    assert not jobs_visible_to(scene.people.city_officer).exists()
    scene.review.members.filter(expert__user=sitting).update(state=MemberState.RECUSED)
    assert not files_open_to(sitting).exists()


def test_the_portal_itself_has_no_paper_and_a_lost_sight_refuses_the_making():
    scene = worlds.disputed()
    asked = {"kind": "meeting_pack", "year": 2026, "subject": str(scene.review.pk)}
    with pytest.raises(Refused, match="请说明由谁申请"):
        request_report(by=None, **asked)
    sitting = scene.members[1].expert.user
    job = request_report(by=sitting, **asked)
    scene.review.members.filter(expert__user=sitting).update(state=MemberState.RECUSED)
    with pytest.raises(Refused, match="看不到"):
        job.report.compose(job, lambda _: None)


def test_the_button_asks_and_what_is_out_of_sight_is_not_found():
    people, found = worlds.inspected()
    page = browser(people.city_officer).get(reverse("assessments:inspection", args=[found.pk])).content.decode()
    url = reverse("reports:paper", args=["inspection", found.pk])
    assert f'action="{url}"' in page
    answer = browser(people.city_officer).post(url, {"format": "docx"})
    job = ExportJob.objects.get()
    assert answer.url == reverse("reports:job", args=[job.pk])
    assert (job.kind, job.subject, job.formats, job.label) == ("inspection", str(found.pk), ["docx"], f"{found}记录")
    assert browser(people.outsider_preparer).post(url).status_code == 404
    assert browser(people.city_officer).post(reverse("reports:paper", args=["nothing", found.pk])).status_code == 404
    assert browser(people.city_officer).post(url, {"format": "exe"}).url == reverse("reports:report_center")
    plan = browser(people.preparer).post(reverse("reports:obligations_plan", args=[2027]))
    assert ExportJob.objects.get(kind="obligations_plan").label == "2027年度应报事项计划"
    assert plan.status_code == 302
