"""Every step of an announcement batch: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from approvals.cases.lifecycle.machines import machine_of
from approvals.publicity.lifecycle import ANNOUNCEMENT
from approvals.publicity.services import announcements
from approvals.titles.models.publicity import Title
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import procedure_of, receivers
from tests.approvals.casework.casewalk import CaseWalk
from tests.factories.acceptance import Accepting, Losing, failing
from tests.factories.approvals import Filing
from tests.steps import PEOPLE, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = steps_of(ANNOUNCEMENT)
SEATS = {"approve": "city_director", "publish": "city_officer"}
TYPED = {"number": "演公告〔2026〕7号（虚构）", "title": "关于公布城区的公告（虚构）"}


@pytest.fixture
def filing():
    return Filing().to_decided()


@pytest.fixture
def batch(filing):
    return announcements.create_batch(by=filing.people.city_officer, cases=[filing.case], demo=True)


def ready(batch, people, action):
    """The batch before a step, and what is typed into its form."""
    if action == "approve":
        return batch, {}
    batch = announcements.approve(announcement=batch, by=people.city_director)
    cases = list(batch.lines.values_list("case_id", flat=True))
    return batch, {**TYPED, "do": "publish", "cases": cases, "announced_on": clock.today().isoformat()}


@pytest.mark.parametrize("step", STEPS, ids=[action for _, action, _ in STEPS])
def test_an_old_form_changes_nothing_and_a_fresh_one_tells_those_the_page_names(client, filing, batch, step):
    _, action, source = step
    people = filing.people
    batch, typed = ready(batch, people, action)
    page = reverse("approvals:announcement_edit", args=[batch.pk])
    client.force_login(getattr(people, SEATS[action]))
    words = receivers(batch, action, source).words
    assert (f"通知{words}" in client.get(page).content.decode()) is bool(words)
    before = (batch.version, TransitionRecord.objects.count())
    old = client.post(page, {**typed, "version": batch.version - 1})
    batch.refresh_from_db()
    assert (old.status_code, batch.status, batch.version, TransitionRecord.objects.count()) == (409, source, *before)
    assert all(text in old.content.decode() for text in (TYPED.values() if typed else ()))
    while outbox.drain():
        pass
    known = set(Notification.objects.values_list("pk", flat=True))
    assert client.post(page, {**typed, "version": batch.version}).status_code == 302
    while outbox.drain():
        pass
    seats = {user.pk: seat for seat, user in people.everybody.items()}
    notes = Notification.objects.exclude(pk__in=known)
    assert {seats[note.receiver_id] for note in notes} == {seat for label in words.split("、") if label for seat in PEOPLE[label]}


OF_KINDS = {
    "application": lambda: Filing().to_decided(),
    "acceptance": lambda: Accepting().to_decided(),
    "loss": lambda: Losing(*failing()).to_served(),
}


@pytest.mark.parametrize("kind", OF_KINDS)
def test_the_announcement_of_a_case_is_told_as_its_step_says(client, kind):
    filing = OF_KINDS[kind]()
    moved = CaseWalk(client, filing.people, machine_of(filing.case), filing.case, "announce")
    moved.known, source = set(moved.arrived()), filing.case.status
    batch = announcements.create_batch(by=filing.people.city_officer, cases=[filing.case], demo=True)
    batch = announcements.approve(announcement=batch, by=filing.people.city_director)
    announcements.publish(announcement=batch, by=filing.people.city_officer, number="演公告7", announced_on=clock.today())
    seats = {user.pk: seat for seat, user in filing.people.everybody.items()}
    assert sorted(seats[note.receiver_id] for note in moved.arrived().values()) == ["authority", "preparer", "reviewer"]
    assert receivers(filing.case, "announce", source).words == receivers(batch, "publish", "draft").words == "申报主体、区专门机构"


def test_what_publishing_says_it_makes_is_made(filing, batch):
    batch, _ = ready(batch, filing.people, "publish")
    assert {action: row.makes for action, row in procedure_of(batch).steps.items() if row.makes} == {"publish": ("titles",)}
    announcements.publish(announcement=batch, by=filing.people.city_officer, number="演公告7", announced_on=clock.today())
    assert (batch.status, batch.number, Title.objects.get().announcement) == ("published", "演公告7", batch)
