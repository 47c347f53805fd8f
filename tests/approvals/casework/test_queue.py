"""Cases in somebody's turn: counted and ordered by the database as their tasks are; a row of the list has the day that its case has."""

import datetime as dt

import pytest

from approvals.applications.services import drafts
from approvals.cases.models.cases import Case, Correction
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.selectors.cases import due_of
from approvals.casework.selectors.case_rows import CaseRow, row_values
from approvals.casework.selectors.queue import queue_of
from approvals.common.enums import CaseKind
from assessments.reviews.enums import ReviewState
from assessments.reviews.models.review import Review
from assessments.reviews.selectors.reviews import tasks_for
from greendistrict.core import clock, workdays
from greendistrict.policy import parameters
from tests.factories.accounts import cast
from tests.factories.approvals import Filing, published_edition
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
# (name, state, days ago); 丙 and 己 were asked for something
MADE = (("乙", "sent", 3), ("甲", "sent", 3), ("丙", "sent", 20), ("丁", "reviewed", 30), ("戊", "accepted", 9), ("己", "correcting", 5))


@pytest.fixture
def people():
    found, edition, now = cast(), published_edition(), clock.now()
    for place, (name, status, ago) in enumerate(MADE):
        district = make_district(found, type="new", name=f"演示{name}城（虚构）")
        case = drafts.start_application(district=district, by=found.preparer, edition=edition)
        sent = now - dt.timedelta(days=ago)
        Case.objects.filter(pk=case.pk).update(status=status, number=f"SQ-2026-{place}", sent_at=sent, submitted_at=sent)
        if name in "丙己":
            said = {"issued_at": sent, "issued_by": found.city_officer, "due": now.date() + dt.timedelta(days=7)}
            Correction.objects.create(case=case, round=1, answered_at=None if name == "己" else sent + dt.timedelta(days=6), **said)
    asked = {"text": "取值口径", "asked_at": now - dt.timedelta(days=10), "asked_by": found.secretariat}
    PreReviewQuestion.objects.create(case=Case.objects.get(district__name="演示丙城（虚构）"), number=1, item_id="4.2.1", **asked)
    return found


def test_the_first_of_a_queue_are_the_first_of_all(people):
    queue = queue_of(people.city_officer)
    whole = queue.first()
    assert sorted(task.subject[2] for task in whole) == sorted("乙甲丙丁戊")
    assert whole == sorted(whole, key=lambda task: task.order)
    assert (queue.count, queue.is_demo) == (5, True)
    for most in range(1, 7):
        assert queue.first(most) == whole[:most], most
    cases = {f"/{case.pk}/": case for case in Case.objects.all()}
    for task in whole:
        case = next(case for end, case in cases.items() if task.link.endswith(end))
        assert task.due == due_of(case, parameters.load(), workdays.current(), clock.today(), decided={}), task.subject


def test_who_waits_for_nothing_has_an_empty_queue(people):
    assert (queue_of(people.expert1).count, queue_of(people.city_legal).first(3), queue_of(people.partner).is_demo) == (0, [], False)
    assert [task.subject[2] for task in queue_of(people.preparer).first()] == ["己"]


def test_while_a_review_runs_the_secretariat_has_its_task_only():
    filing = Filing().to_accepted()
    user = filing.people.secretariat
    assert [task.title for task in queue_of(user).first()] == ["试点申报：已受理，形式审查"]
    filing.check_form().do("open_review", "secretariat")
    assert (queue_of(user).count, len(tasks_for(user))) == (0, 1)
    Review.objects.update(status=ReviewState.STOPPED)
    assert (queue_of(user).count, len(tasks_for(user))) == (1, 0)


def test_a_row_of_the_list_has_the_last_day_of_its_case(people):
    settings, calendar, today = parameters.load(), workdays.current(), clock.today()
    rows = [CaseRow(*values) for values in row_values(Case.objects.order_by("pk"))]
    assert [row.due(settings, calendar, today, {}) for row in rows] == [
        due_of(case, settings, calendar, today, decided={}) for case in Case.objects.order_by("pk")
    ]
    assert rows[-1].due(settings, calendar, today, {}) == today + dt.timedelta(days=7)


def test_a_kind_that_asks_for_no_star_is_not_said_to_have_none_yet(people):
    Case.objects.update(star_asked=None)
    row = CaseRow(*row_values(Case.objects.all()[:1])[0])
    said = {kind: row._replace(kind=kind).words["star"] for kind in CaseKind}
    assert said == {"SQ": "未定", "YS": "未定", "CX": "—", "BG": "—"}
    assert row._replace(star_asked=2).words["star"] == "二星级"
