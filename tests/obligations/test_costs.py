"""The feed and the collectors of obligations ask the same for one row and for three."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.titles.models.publicity import Title
from assessments.reviews.models import PanelMember, Review
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import OpinionPurpose, Stage
from districts.plots.models import PlotOpinion
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from obligations import assessment_terms, case_terms, filing_terms, notice_terms, opinion_terms, review_terms
from obligations.open_counts import owed_in_sight
from obligations.selectors import obligations_visible_to
from obligations.way import Day
from tests.factories.approvals import Filing
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at
from tests.factories.reviews import Scene, make_table
from tests.factories.stages import make_stage
from tests.obligations.world import day, titled

DAY = dt.date(2027, 3, 20)


def feed(client):
    shown = client.post(reverse("obligations:feed_settings"), {"action": "make"}).content.decode()
    return re.search(r"/obligations/feed/[\w-]+\.ics", shown)[0]


def another(people, number):
    """One more titled district, in a key area, whose plot is late."""
    district = titled(people, f"演示第{number}城（虚构）", code=f"no-{number}", key_areas=["嘉定新城"])
    PlotFactory(district=district, planned_start=dt.date(2025, 2, 1), buildable=True)
    return district


def test_a_feed_asks_the_same(client, people, kept_queries):
    client.force_login(people.city_checker)
    address, reader = feed(client), Client()
    with clock.at(at(DAY.year, DAY.month, DAY.day)):
        for number in range(3):
            another(people, number)
            reader.get(address)
            if number != 1:
                with kept_queries():
                    assert reader.get(address).status_code == 200


def queries(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


@pytest.mark.parametrize("seat", ["city_officer", "authority", "partner"])
@pytest.mark.parametrize("read", [obligations_visible_to, owed_in_sight])
def test_lists_and_counts_ask_the_same_for_any_number_of_districts(people, seat, read):
    counts = []
    for number in range(3):
        Title.objects.filter(district=another(people, number)).delete()
        read(Viewer(people.everybody[seat]).at(DAY))  # the calendar is kept from now on
        counts.append(queries(lambda: read(Viewer(people.everybody[seat]).at(DAY))))
    assert counts[0] == counts[2]


def stepped(obj, source, target):
    TransitionRecord.objects.create(
        machine="-", subject=f"{obj._meta.label_lower}:{obj.pk}", label="-", action="sign", source=source, target=target, at=at(2026, 2, 9)
    )


FAMILIES = (assessment_terms, case_terms, filing_terms, notice_terms, opinion_terms, review_terms)


def test_each_family_asks_the_same(cast_of_2026, kept_queries):
    people = cast_of_2026
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_inviting()
        for number in range(3):
            Filing(people, name=f"演示第{number}新城（虚构）", code=f"d{number}").to_sent()
            district = make_district(people, stage=Stage.PILOT, name=f"演示第{number}城（虚构）")
            filed = {"status": "filed", "opened_at": at(2026, 1, 5), "filed_at": at(2026, 2, 9)}
            stepped(YearlyReport.objects.create(district=district, kind="operation", year=2025, **filed), "signing", "filed")
            stepped(make_stage(people, filled=False, district=district, due=day(6, 1)), "signing", "filed")
            about = {"purpose": OpinionPurpose.DESIGN, "department": "区水务局", "asked_on": day(2, 9), "due_on": day(2, 28)}
            PlotOpinion.objects.create(plot=PlotFactory(district=district), **about)
            table = make_table(people, name=f"演示第{number}区（虚构）")
            review = Review.objects.create(table=table, subject=scene.review.subject, opened_at=clock.now())
            PanelMember.objects.create(review=review, expert=scene.experts[0], number=1, invited_at=clock.now())
            for family in FAMILIES if number != 1 else ():
                list(family.collect(Day(day(2, 10), day(2, 10))))
                with kept_queries(family.__name__.rpartition(".")[2]):
                    assert [*family.collect(Day(day(2, 10), day(2, 10)))] or family is notice_terms
