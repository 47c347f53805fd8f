"""Figures of the desk that follow what was done on another page, and the rows their links open."""

import datetime as dt
import html

import pytest
from django.urls import reverse

from assessments.reviews.models.review import Review
from assessments.self_checks.models import SelfCheck
from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from obligations.open_counts import owed_in_sight
from portal.city import selectors as city
from portal.desk.selectors import counters
from tests.factories.accounts import make_organisation
from tests.factories.districts import make_district
from tests.factories.received import at, received_self_check
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db


def test_the_experts_badge_goes_with_the_scores_that_are_handed_in(client):
    """The page that says 评分已提交 shows no task any more: handing in is no step of a machine, yet it moves the figures."""
    scene = Scene().to_scoring()
    member = scene.members[0]
    client.force_login(member.expert.user)
    before = client.get("/desk/").context["figures"].todo
    workspace = reverse("assessments:review_workspace", args=[scene.review.pk])
    assert todo_on(client.get(workspace)) == before
    scene.hand_in(member)
    assert todo_on(client.get(workspace, follow=True)) == before - 1


def todo_on(page):
    """The figure 待办 in the frame of a page."""
    return counters.figures_of(page.wsgi_request.user).todo


def test_reviews_under_way_open_exactly_these(client):
    """Neither those that ended nor, for a fictional account, real ones."""
    scene = Scene().to_inviting()
    officer = scene.people.city_officer
    client.force_login(officer)

    def figure():
        seen = city.overview(officer, owed_in_sight(officer, clock.today()))
        return next(metric for metric in seen.metrics if metric["label"] == "评审进行中")

    def opened():
        return client.get(figure()["href"]).context["page"].paginator.count

    assert (figure()["value"], opened()) == (1, 1)
    Review.objects.update(status="stopped")
    assert (figure()["value"], opened()) == (0, 0)
    Review.objects.update(status="scoring")
    type(scene.table.district).objects.filter(pk=scene.table.district_id).update(is_demo=False)
    assert (figure()["value"], opened()) == (0, 0)


def test_the_districts_of_a_leading_body_open_exactly_these(client, people):
    """Each count of 各区和管委会, by body and in all, leads to the rows that add up to it, with their area."""
    bodies = [people.authority_body, make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")]
    for number, stage in enumerate(("pilot", "pilot", "demonstration")):
        make_district(people, stage=stage).authorities.set(bodies[: 1 + number // 2])
    make_district(people)
    officer = people.city_officer
    client.force_login(officer)
    seen = city.overview(officer, owed_in_sight(officer, clock.today()))
    page = html.unescape(client.get("/desk/").content.decode())
    for row in (*seen.authorities, seen.totals):
        for stage, count in (("pilot", row.pilots), ("demonstration", row.demonstrations), ("titled", row.pilots + row.demonstrations)):
            href = f"{row.districts_href}&stage={stage}"
            assert f'href="{href}"' in page
            found = client.get(href).context
            assert found["page"].paginator.count == count, href
        assert found["summary"].demo.km2 == row.km2
    assert [(row.pilots, row.demonstrations) for row in (*seen.authorities, seen.totals)] == [(2, 1), (0, 1), (2, 1)]


def test_the_figure_of_what_is_overdue_says_when_the_menu_counts_more(client, people):
    """The desk of a fictional account counts fiction, the menu everything in sight; the desk tells both and the difference."""
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    real = District.objects.filter(pk=make_district(people, stage="pilot", name="桃浦", titled_on=dt.date(2025, 5, 6)).pk)
    make_district(people, stage="pilot", name="演示乙城（虚构）", titled_on=dt.date(2025, 5, 6))
    officer = people.city_officer
    client.force_login(officer)
    notes = []
    with clock.at(at(2027, 5, 20)):
        for is_demo in (True, False):
            real.update(is_demo=is_demo, sources=["x"])
            page = client.get("/desk/").context
            late = next(one for one in page["desk"].overview.metrics if one["label"] == "逾期")
            assert late["value"] == client.get(late["href"]).context["total"]
            notes.append((late["note"], page["figures"].due - late["value"]))
    other = notes[1][1]
    assert notes[0] == ("按到期事项", 0)
    assert other > 0
    assert notes[1][0] == f"只计演示数据；菜单“到期”{page['figures'].due}项，含真实数据{other}项"


def test_the_totals_and_the_months_of_filing_open_exactly_what_they_count(client, people):
    """Totals of what is received, owed and overdue, and self-checks filed by the end of each month, of this year and of the year before."""
    check = received_self_check(people)
    received_self_check(people, district=make_district(people, stage="pilot", name="演示乙城（虚构）", key_areas=["五个新城"]))
    SelfCheck.objects.exclude(pk=check.pk).update(filed_at=at(2027, 1, 31, hour=23), status="filed")
    real = received_self_check(people, district=make_district(people, stage="pilot", name="演示丙城（虚构）", key_areas=["五个新城"]))
    District.objects.filter(pk=real.district_id).update(is_demo=False)
    officer = people.city_officer
    with clock.at(at(2027, 5, 20)):
        client.force_login(officer)
        seen = city.overview(officer, owed_in_sight(officer, clock.today()))
        page = html.unescape(client.get("/desk/").content.decode())
        totals = ((seen.totals.owed_href, seen.totals.owed), (seen.totals.late_href, seen.totals.overdue))
        months = [(figure.href, figure.number) for _, figures in seen.chart_rows for figure in figures if figure.number]
        assert [figures[0].number for _, figures in seen.chart_rows] == [1, 1, 2, 2, 2, None]
        for href, number in (*totals, *months):
            assert f'href="{href}"' in page
            assert client.get(href).context["page"].paginator.count == number, href
