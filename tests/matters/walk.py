"""One step of a matter through its pages: what a page promises of it, what came of it, an old form, and forms of other seats."""

import re
from contextlib import contextmanager
from copy import deepcopy
from functools import cached_property, partial
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.shortcuts import resolve_url
from django.urls import resolve, reverse

from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.dry_run import is_decisive
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import receivers
from greendistrict.workflow.services import may_take
from scripts.crawl import Page
from tests.matters.cases import CaseMatter
from tests.steps import PEOPLE, REASON

REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
LATE = REFUSED | {HTTPStatus.CONFLICT, HTTPStatus.METHOD_NOT_ALLOWED}  # of what is anybody's and is over, or stands on another page
OLD = re.compile("期间已有人办理|期间已有人修改")


def answered_alike(who, send, values, refused=REFUSED):
    """An empty, a wrong and a right form are refused by the same status: whoever has no right learns nothing of what a form must hold."""
    same = {name: text for name, text in values.items() if name == "action" or str(text).isdigit()}  # says of what the form is
    answers = [send(dict.fromkeys(values, text) | same) for text in ("", "²")] + [send(values)]
    assert (who, set(answers) <= refused, len(set(answers))) == (who, True, 1), answers


def refuses_forms_of_others(clients, matter, pages):
    """Each form of a page besides its steps is refused to two of the seats that are shown the page of that form, without the form.

    Which two goes round with the states of the matter. What stands in the form is compared for the first: whether a view asks for the
    right before it reads the form is the same for all.
    """
    room = resolve(urlsplit(matter.page()).path).namespace
    turn = [state.key for state in matter.machine.states].index(matter.state)
    for place in {place for place, _ in pages.values()}:
        texts = {seat: text for seat, (at, text) in pages.items() if at == place}
        found = {seat: {urljoin(place, form.action): dict(form.fields) for form in Page(text).forms if form.method == "post"}
                 for seat, text in texts.items()}  # fmt: skip
        for url, fields in {url: fields for forms in found.values() for url, fields in forms.items()}.items():
            match, typed = resolve(urlsplit(url).path), fields or {"text": "1"}
            if match.namespace != room or ("action" in fields and url == matter.url(fields["action"])):
                continue
            without = [seat for seat, forms in found.items() if url not in forms]
            for number in range(min(len(without), 2)):
                seat = without[(2 * turn + number) % len(without)]
                sent = partial(clients[seat].post, url)
                if number == 0:
                    answered_alike((match.view_name, seat), lambda form, sent=sent: sent(form).status_code, typed, LATE)
                else:
                    assert sent(typed).status_code in LATE, (match.view_name, seat)


def deliver():
    """All that waits is in the inboxes."""
    while outbox.drain():
        pass


class Walk:
    """A step of a matter that stands in a state of it; made ready here."""

    def __init__(self, client, matter, action):
        self.client, self.matter, self.action = client, matter, action
        self.values = matter.ready(action)
        self.obj = matter.fresh()
        self.transition = matter.machine.find(action, matter.state)
        self.page, self.url, self.prefix = matter.page(action), matter.url(action), matter.prefix(action)
        self.seats = {user.pk: seat for seat, user in matter.people.everybody.items()}
        self.known = set()

    @cached_property
    def takers(self):
        """People who may take the step and see the matter."""
        people = self.matter.people.everybody.values()
        return [user for user in people if may_take(self.transition, self.obj, user) and self.matter.sees(user)]

    def post(self, version, url="", **more):
        typed = {"action": self.action, "version": version, "reason": REASON, **self.values, **more}
        for value in typed.values():
            if isinstance(value, File):
                value.seek(0)  # an earlier post has read it
        return self.client.post(url or self.url, typed)

    def promised(self, text):
        """Words behind 通知 beside the button of the step."""
        beside = re.search(rf'id="what-{self.prefix}-{self.action}">(.*?)</p>', text, re.DOTALL)
        told = re.search("(?s:.*)通知([^<]+)", beside[1]) if beside else None
        return told[1].strip() if told else ""

    def arrived(self):
        """Messages about the matter, as they lie in the inboxes."""
        deliver()
        about = [one.format(machine=self.matter.machine.name, pk=self.matter.obj.pk) for one in self.matter.notes]
        own = Q(*[("key__startswith", f"note:{one}") for one in about], _connector=Q.OR)
        return {note.pk: note for note in Notification.objects.filter(own)}

    def told(self):
        """Seats of those who have a new message, or user names of people outside the cast."""
        fresh = [note for key, note in self.arrived().items() if key not in self.known]
        return sorted(self.seats.get(note.receiver_id, note.receiver.username) for note in fresh)

    def holds_its_promise(self):
        """The page, the question before the step and the inboxes tell the same people."""
        actor = self.takers[0]
        self.known = set(self.arrived())
        self.client.force_login(actor)
        words = self.promised(self.client.get(self.page).content.decode())
        assert words == receivers(self.obj, self.action, self.matter.state).words
        taken = self.asked(words)
        assert taken.status_code == HTTPStatus.FOUND, taken.content.decode()[:4000]
        is_told = taken.url.endswith("/receipt/") or [*get_messages(taken.wsgi_request)]
        assert is_told, f"{taken.url} does not say that the step was taken"
        labels = {**PEOPLE, **self.matter.receivers()}
        expected = {seat for label in words.split("、") if label for seat in labels[label]}
        assert self.told() == sorted(expected - {self.seats[actor.pk]})
        self.matter.taken(self.action)

    def asked(self, words):
        """Take the step; one that asks before names the same people in its question."""
        decisive = is_decisive(self.matter.machine.name, self.action)
        if not (self.transition.confirm or decisive):
            return self.post(self.obj.version)
        question = self.post(self.obj.version)
        assert question.status_code == HTTPStatus.OK, question.content.decode()[:4000]
        assert decisive or (f"通知{words}</dd>" in question.content.decode()) is bool(words)  # what is decisive names the people
        return self.post(self.matter.fresh().version, confirmed="yes")

    def refuses_an_old_form(self):
        """409, nothing changed, what was typed is there; a step that asks first does not ask about what nobody saw."""
        self.client.force_login(self.takers[0])
        type(self.obj).objects.filter(pk=self.obj.pk).update(version=self.obj.version + 1)
        before = self.stored()
        for answer in self.old_forms():
            shown = answer.content.decode()
            assert answer.status_code == HTTPStatus.CONFLICT, shown[:4000]
            assert OLD.search(shown)
            assert self.stored() == before
        given = [*self.values.values(), *([REASON] if self.transition.reason_required else [])]
        assert [one for one in given if isinstance(one, str) and one not in shown] == []

    def old_forms(self):
        """Answers to the forms of the step, the last of which holds what is typed."""
        if self.transition.confirm:
            yield self.post(self.obj.version)
        yield self.post(self.obj.version, confirmed="yes")

    def refuses_others(self, seats):
        """Forms of the step sent by people of other seats change nothing, nor those of nobody; what stands in them makes no difference."""
        before = self.stored()

        def sent(form):
            return self.post(self.obj.version, confirmed="yes", **form).status_code

        for number, seat in enumerate(seats):
            self.client.force_login(self.matter.people.everybody[seat])
            if number == 0:
                answered_alike(seat, sent, self.values)
            else:
                assert (seat, sent(self.values) in REFUSED) == (seat, True)
            assert (seat, self.stored()) == (seat, before)
        self.client.logout()
        answer = self.post(self.obj.version, confirmed="yes")
        assert answer.url.startswith(resolve_url(settings.LOGIN_URL)), answer.url
        assert self.stored() == before

    def stored(self):
        row = type(self.obj).objects.filter(pk=self.obj.pk).values().get()
        return row, TransitionRecord.objects.count(), OutboxMessage.objects.count()


class CaseWalk(Walk):
    """A step of a case: the panel posts to ``case_step``, which leads to the page of the step when something must be typed."""

    def promised(self, text):
        beside = re.search(rf'value="{self.action}".*?</label>', text, re.DOTALL)
        told = re.search("[；>]通知([^<]+)<", beside[0]) if beside else None
        if self.transition.page:  # the panel leads there without words
            return receivers(self.obj, self.action, self.matter.state).words
        return " ".join(told[1].split()) if told else ""

    def asked(self, words):
        if not self.transition.page:
            assert (f"<dt>通知</dt><dd>{words}</dd>" in self.client.get(self.url).content.decode()) is bool(words)
        more = {"confirmed": "yes"} if is_decisive(self.matter.machine.name, self.action) else {}
        return self.post(self.obj.version, **more)

    def old_forms(self):
        if not self.transition.page:
            yield self.post(self.obj.version, reverse("approvals:case_step", args=[self.obj.pk]))
        yield self.post(self.obj.version)


@contextmanager
def step_of(client, matter, action):
    """A step of a copy of the matter; what is done with it is taken back, and a failure names the step."""
    mark = transaction.savepoint()
    try:
        yield (CaseWalk if isinstance(matter, CaseMatter) else Walk)(client, deepcopy(matter), action)
    except Exception as error:
        error.add_note(f"{matter.machine.name}: {action} from {matter.state}")
        raise
    finally:
        transaction.savepoint_rollback(mark)
