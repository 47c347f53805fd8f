"""Walking the steps of cases: the panel, the step's own page and the inboxes tell the same people; an old form changes nothing."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from approvals.cases.lifecycle.machines import machine_of
from approvals.cases.selectors.cases import cases_visible_to
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.services import may_take
from tests.factories.approvals import pdf
from tests.steps import PEOPLE, REASON, Walk

ENTRY = {"way": "phone", "received_on": "2026-03-02", "on_behalf": "演示来件人", "note": "来电核实"}


@dataclass
class CaseWalk(Walk):
    """A step of a case: the panel posts to ``case_step``, the page of the step to ``case_action``."""

    page: str = ""
    url: str = ""
    known: set = field(default_factory=set)

    def __post_init__(self):
        self.page = reverse("approvals:case", args=[self.obj.pk])
        self.url = reverse("approvals:case_action", args=[self.obj.pk, self.action])

    @property
    def actor(self):
        """Who takes the step among those who see the case."""
        people = self.cast.everybody.values()
        return next(user for user in people if may_take(self.transition, self.obj, user) and self.obj in cases_visible_to(user))

    def post(self, version, **more):
        typed = {"version": version, "reason": REASON, **self.values, **more}
        return self.client.post(self.url, {**typed, "scan": pdf()} if "scan" in self.values else typed)

    def promised(self, text):
        beside = re.search(rf'value="{self.action}".*?</label>', text, re.DOTALL)
        told = re.search("[；>]通知([^<]+)<", beside[0]) if beside else None
        return told[1].strip() if told else ""

    def arrived(self):
        while outbox.drain():
            pass
        own = Q(key__startswith=f"note:{self.machine.name}:{self.obj.pk}:") | Q(key__startswith="note:consultation")
        return {note.pk: note for note in Notification.objects.filter(own).exclude(pk__in=self.known)}

    def holds_its_promise(self):
        self.known = set(self.arrived())
        actor = self.actor
        self.client.force_login(actor)
        words = self.promised(self.client.get(self.page).content.decode())
        asked = self.client.get(self.url).content.decode()
        assert (f"<dt>通知</dt><dd>{words}</dd>" in asked) is bool(words)
        self.takes_it(actor, words)

    def takes_it(self, actor, words):
        answer = self.post(self.obj.version)
        assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()[:4000]
        seats = {user.pk: seat for seat, user in self.cast.everybody.items()}
        expected = {seat for label in words.split("、") if label for seat in PEOPLE[label]}
        assert sorted(seats[note.receiver_id] for note in self.arrived().values()) == sorted(expected - {seats[actor.pk]})

    def refuses_an_old_form(self):
        self.client.force_login(self.actor)
        old = self.obj.version
        type(self.obj).objects.filter(pk=self.obj.pk).update(version=old + 1)
        before = self._stored()
        panel = self.client.post(
            reverse("approvals:case_step", args=[self.obj.pk]), {"action": self.action, "version": old, "reason": REASON}
        )
        for answer in (panel, self.post(old)):
            assert answer.status_code == HTTPStatus.CONFLICT, answer.content.decode()[:4000]
            shown = answer.content.decode()
            assert "期间已有人办理" in shown
            assert self._stored() == before
        assert all(typed in shown for typed in self.values.values() if isinstance(typed, str))


def facts_asked(procedure):
    """Actions whose row names other facts than the guards of the step ask for; empty when all agree."""
    asked = {one.action: {name for guard in one.guards for name in vars(guard).get("facts", ())} for one in procedure.machine.transitions}
    return {
        action: (names, set(procedure.steps[action].facts))
        for action, names in asked.items()
        if names != set(procedure.steps[action].facts)
    }


@contextmanager
def undone():
    """Take back what is done inside."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def walk_steps(client, people, case, actions, typed):
    """Each of the steps from the state the case is in: an old form changes nothing, then the step holds its promise; all taken back."""
    for action in actions:
        for look in (CaseWalk.refuses_an_old_form, CaseWalk.holds_its_promise):
            with undone():
                if action.startswith("enter_"):  # what came on paper is in the city's sight from the start
                    type(case).objects.filter(pk=case.pk, sent_at=None).update(sent_at=clock.now())
                stored = type(case).objects.get(pk=case.pk)
                look(CaseWalk(client, people, machine_of(stored), stored, action, values=typed.get(action, {})))
