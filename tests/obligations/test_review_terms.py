"""Terms of reviews: invitations, scores, meetings and signatures, and the days that the steps of a case have themselves."""

import pytest
from django.urls import reverse

from approvals.common.enums import CaseKind
from assessments.reviews.models import Review
from assessments.reviews.selectors.reviews import answer_due
from assessments.reviews.selectors.reviews import tasks_for as review_tasks
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.declaration import procedure_named
from obligations import review_terms
from obligations.case_history import CASES, COLUMNS
from obligations.selectors import obligations_visible_to
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.obligations.world import CITY, day, lines, owed, seers
from tests.steps import step

AREA = pytest.mark.area("obligations", "approvals", "assessments")


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def test_an_invitation_is_the_experts_and_nobody_reads_who_was_asked(people, client):
    """The city and the secretariat read that an answer is owed, by the number of the seat."""
    with clock.at(at(2026, 2, 13)):
        scene = Scene(people=people).to_inviting()
        member = scene.review.members.select_related("expert__user").first()
        expert = member.expert.user
        [mine] = [row for row in obligations_visible_to(Viewer(expert).at(day(2, 13))) if row.kind == "invitation"]
        assert mine.due == day(2, 25) == answer_due(member) == review_tasks(Viewer(expert))[0].due  # Saturday worked, then the festival
        client.force_login(expert)
        assert client.get(mine.link, follow=True).status_code == 200
        seen = {seat: obligations_visible_to(Viewer(user).at(day(2, 13))) for seat, user in people.everybody.items() if user != expert}
    assert {seat for seat, rows in seen.items() if mine.key in {row.key for row in rows}} == {"secretariat", *CITY}
    assert expert.name not in f"{mine.title}{mine.organisation}{mine.how}"
    with clock.at(at(2026, 2, 14)):
        scene.accept(member)
    assert (day(2, 25), day(2, 14)) in lines(review_terms, day(2, 14), "invitation")
    assert (day(2, 25), None) in lines(review_terms, day(2, 13), "invitation")


def marked_as_derived(people, kind, on, setting):
    """A day is marked as a default exactly as long as the setting in its derivation is one: before and after the city confirms it."""
    for confirmed in (False, True):
        if confirmed:
            with clock.at(at(2026, 1, 1)):
                set_setting(key=setting, value=parameters.get(setting).value, reason="照此执行", by=people.city_director)
        rows = owed(review_terms, on, kind)
        assert rows
        assert {(row.is_default_date, "默认值" in row.how.rule) for row in rows} == {(not confirmed, not confirmed)}


@AREA
def test_scores_meeting_and_signatures_follow_one_another(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_scoring()
    due = Review.objects.get().score_due
    assert lines(review_terms, day(2, 9), "scores") == [(due, None)] * 5
    assert owed(review_terms, day(2, 9), "meeting") == []
    with clock.at(at(2026, 2, 11)):
        for member in scene.members:
            scene.hand_in(member)
        scene.call()
    assert lines(review_terms, day(2, 11), "scores") == [(due, day(2, 11))] * 5
    assert {row.is_default_date for row in owed(review_terms, day(2, 11), "scores")} == {False}
    marked_as_derived(people, "invitation", day(2, 11), "expert_reply_days")
    marked_as_derived(people, "meeting", day(2, 11), "meeting_days")
    assert lines(review_terms, day(2, 11), "meeting") == [(day(3, 17), None)]
    assert owed(review_terms, day(2, 11), "signatures") == []
    with clock.at(at(2026, 2, 26)):
        scene.review.refresh_from_db()
        step(scene.review, "open_meeting", people.secretariat)
    assert lines(review_terms, day(2, 26), "meeting") == [(day(3, 17), day(2, 26))]
    assert lines(review_terms, day(2, 26), "signatures") == [(day(3, 4), None)] * 5
    marked_as_derived(people, "signatures", day(2, 26), "signature_days")
    [row] = owed(review_terms, day(2, 26), "meeting")
    assert seers(people, row.key, day(2, 26)) == {*CITY, "secretariat"}


def test_the_page_of_a_review_is_not_asked_for_a_seat_that_lapsed(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_inviting()
        first = scene.review.members.order_by("number").first()
    with clock.at(at(2026, 2, 13)):
        step(first, "lapse", None)
    assert len(owed(review_terms, day(2, 12), "invitation")) == 5
    assert len(owed(review_terms, day(2, 13), "invitation")) == 4
    assert reverse("assessments:review", args=[scene.review.pk]) == owed(review_terms, day(2, 13), "invitation")[0].link


def test_the_own_day_of_each_step_is_read_with_its_case():
    """A term counts from the day of the document; ``Procedure`` only knows that the case has such a field."""
    own_days = {step.own_day for kind in CaseKind for step in procedure_named(kind.machine_name).steps.values()} - {""}
    assert own_days <= set(COLUMNS)
    assert own_days <= set(CASES.days)
