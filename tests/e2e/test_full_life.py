"""The full life of a district in the browser: 申报, 试点, 终期验收, 示范; every step by the person who takes it."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.casework.selectors.verification import verify
from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from tests.e2e.steps import cases as step
from tests.e2e.steps.seats import desk
from tests.factories.accounts import cast
from tests.factories.approvals import make_ready_district, published_edition
from tests.factories.districts import WorkFactory, prove
from tests.factories.reviews import make_experts

pytestmark = [
    pytest.mark.area("approvals/applications", "approvals/acceptances", "approvals/casework", "approvals/publicity", "assessments/reviews"),
    pytest.mark.django_db(transaction=True),
]
APPLIES, ACCEPTED = dt.date(2026, 11, 20), dt.date(2028, 3, 1)


def plan(people, kind):
    """A district of a kind whose plan, lists and baseline are ready for the application."""
    more = {"renewal_plan_open": False} if kind == "renewal" else {}
    district = make_ready_district(people, type=kind, edition=published_edition(), name="演示全程城区（虚构）", **more)
    WorkFactory(district=district, name="演示主干路", main=True, built_on=None)
    return district


def become_pilot(seats, district, scan, move):
    case = step.start_application(seats, district)
    step.submit(seats, case)
    step.send_up(seats, case, scan)
    step.at(seats, "city_officer", case, "受理")
    step.review_form(seats, case)
    step.at(seats, "city_officer", case, "提请专家技术审查")
    step.judge(seats, case)
    step.give_notice(seats, case, move)
    step.at(seats, "city_checker", case, "同意，报审定")
    step.at(seats, "city_director", case, "审定同意授予试点称号", {"决定文号": "演沪建〔2026〕90号"})
    step.announce(seats, "演沪建公告〔2026〕19号")
    seats["city_officer"].see("已公告，称号已授予", district.name)
    seats["city_officer"].shoot("pilot")
    return case


def build(district):
    """Two years of work: key projects in use, main road built, half of the plots built as required, with the proof of it."""
    day = ACCEPTED - dt.timedelta(days=60)
    KeyProject.objects.filter(district=district).update(state="in_use", in_use_on=day, use_basis="office")
    Work.objects.filter(district=district).update(started_on=day, built_on=day, conforms=True)
    half = Plot.objects.filter(district=district).order_by("pk").values("pk")[:10]
    Plot.objects.filter(pk__in=list(half.values_list("pk", flat=True))).update(built_on=day, conforms=True)
    prove(district)


def become_demonstration(seats, district, folder, move):
    case = step.start_acceptance(seats, district)
    step.submit(seats, case)
    step.receive_acceptance(seats, case)
    step.visit(seats, case, folder)
    step.at(seats, "city_officer", case, "提请终期验收评审")
    step.judge(seats, case)
    step.give_notice(seats, case, move)
    step.at(seats, "city_checker", case, "同意，报审定")
    step.at(seats, "city_director", case, "审定同意授予示范称号", {"决定文号": "演沪建〔2028〕70号"})
    step.announce(seats, "演沪建公告〔2028〕12号")
    return case


@pytest.fixture
def move(move):
    """Business time, which begins on the day of the application."""
    move(APPLIES)
    return move


@pytest.mark.parametrize("kind", ["new", "renewal"])
def test_from_the_draft_to_demonstration(local_browser, live_server, album, move, tmp_path, *, kind):
    people = cast()
    make_experts(people, 8)
    district = plan(people, kind)
    with desk(local_browser, live_server, album, people) as seats:
        first = become_pilot(seats, district, step.scans(tmp_path), move)
        assert District.objects.get(pk=district.pk).stage == "pilot"
        preparer = seats["preparer"]
        preparer.open(reverse("approvals:acceptance_gates", args=[district.code]), "近期重点项目建成并投入使用的比例", "前往办理")
        move(ACCEPTED)
        build(district)
        second = become_demonstration(seats, district, tmp_path, move)
        officer = seats["city_officer"]
        for case in (first, second):
            officer.open(step.page("case_decision", case), "与决定时一致")
        officer.shoot("why-demonstration")
        visitor = seats.phone("preparer")
        visitor.open(reverse("districts:district_detail", args=[district.code]) + "?tab=titles")
        visitor.see("示范", Title.objects.get(kind="demonstration").number)
        visitor.shoot("demonstration-phone")
    assert District.objects.get(pk=district.pk).stage == "demonstration"
    assert [verify(case).holds for case in Case.objects.filter(status="announced")] == [True, True]
