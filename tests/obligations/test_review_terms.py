import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.reviews.models.review import PanelMember, Review
from assessments.reviews.selectors.reviews import answer_due, tasks_for
from greendistrict.core import clock
from obligations.review_terms import collect
from obligations.selectors import obligations_visible_to
from tests.factories.received import at
from tests.factories.reviews import Scene, make_table
from tests.obligations.calendar import day
from tests.steps import step

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def owed(on, kind):
    return [row for row in collect(on) if row.kind == kind]


def lines(on, kind):
    return [(row.due, row.met_on) for row in owed(on, kind)]


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
    assert (day(2, 25), day(2, 14)) in lines(day(2, 14), "invitation")
    assert (day(2, 25), None) in lines(day(2, 13), "invitation")


def test_scores_meeting_and_signatures_follow_one_another(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_scoring()
    due = Review.objects.get().score_due
    assert lines(day(2, 9), "scores") == [(due, None)] * 5
    assert owed(day(2, 9), "meeting") == []
    with clock.at(at(2026, 2, 11)):
        for member in scene.members:
            scene.hand_in(member)
        scene.call()
    assert lines(day(2, 11), "scores") == [(due, day(2, 11))] * 5
    assert lines(day(2, 11), "meeting") == [(day(3, 17), None)]
    assert owed(day(2, 11), "signatures") == []
    with clock.at(at(2026, 2, 26)):
        scene.review.refresh_from_db()
        step(scene.review, "open_meeting", people.secretariat)
    assert lines(day(2, 26), "meeting") == [(day(3, 17), day(2, 26))]
    assert lines(day(2, 26), "signatures") == [(day(3, 4), None)] * 5
    [row] = owed(day(2, 26), "meeting")
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
        assert len({row.district_id for row in collect(day(2, 13))}) == count
    assert len(asked) == 4  # settings, working days, first day, seats


def test_the_page_of_a_review_is_not_asked_for_a_seat_that_lapsed(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_inviting()
        first = scene.review.members.order_by("number").first()
    with clock.at(at(2026, 2, 13)):
        step(first, "lapse", None)
    assert len(owed(day(2, 12), "invitation")) == 5
    assert len(owed(day(2, 13), "invitation")) == 4
    assert reverse("assessments:review", args=[scene.review.pk]) == owed(day(2, 13), "invitation")[0].link
