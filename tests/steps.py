"""Walking the steps of a matter through its pages: what a page promises of each, what came of it, and a form that was opened too early."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus

from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of, take
from greendistrict.workflow.services import may_take

REASON = "走查时填写的理由（虚构）"
PEOPLE = {
    "申报主体": {"preparer", "reviewer"},
    "申报主体填报人": {"preparer"},
    "申报主体审核人": {"reviewer"},
    "区专门机构": {"authority"},
    "实施主体": {"authority"},
    "市级经办": {"city_officer"},
    "市级审核": {"city_checker"},
    "市级审定": {"city_director"},
    "市级法制": {"city_legal"},
    "被征询的部门": {"partner"},
    "评审秘书": {"secretariat"},
    "提出人": {"city_officer"},
    "征询人": {"city_officer"},
    "系统管理员": {"system_keeper"},
    "安全管理员": {"security_keeper"},
}


def step(obj, action, by, reason="", **values):
    """Take a step as from a page opened just now, and give the object as it is stored then."""
    obj.refresh_from_db()
    take(obj=obj, action=action, by=by, version=obj.version, values=values, reason=reason)
    return obj


def draw_for(review, by):
    """Draw the panel, or who is missing on it."""
    review.refresh_from_db()
    return step(review, "draw" if review.status == "preparing" else "redraw", by)


def version_of(obj):
    """Version that a page opened now would post."""
    return type(obj).objects.values_list("version", flat=True).get(pk=obj.pk)


def reaches(cast, obj, event, by=None, **labels):
    """Those whom the row of an event names have its message in their inbox, and nobody else; ``by`` did it himself.

    ``labels`` are the seats behind words that mean others here. Returns the titles.
    """
    while outbox.drain():
        pass
    procedure = procedure_of(obj)
    name = f"{procedure.machine.name}:{obj.pk}:{event}"
    notes = Notification.objects.filter(key__startswith=f"note:{name}:")
    seats = {user.pk: seat for seat, user in cast.everybody.items()}
    words = procedure.notified_by(procedure.events[event]).words
    expected = {seat for label in words.split("、") for seat in {**PEOPLE, **labels}[label]} - {by}
    assert {seats.get(note.receiver_id, note.receiver.username) for note in notes} == expected
    return {note.title for note in notes}


@dataclass
class Walk:
    """One step of one object: its machine, the pages, the people.

    ``values`` is what is typed into the step's form; ``labels`` names the seats behind words that mean others here,
    or says so when the step is taken.
    """

    client: object
    cast: object
    machine: object
    obj: object
    action: str
    page: str
    url: str
    prefix: str = "act"
    values: dict = field(default_factory=dict)
    labels: object = field(default_factory=dict)

    @property
    def source(self):
        return getattr(self.obj, self.machine.field)

    @property
    def transition(self):
        return self.machine.find(self.action, self.source)

    @property
    def actor(self):
        return next(user for user in self.cast.everybody.values() if may_take(self.transition, self.obj, user))

    def post(self, version, **more):
        return self.client.post(self.url, {"action": self.action, "version": version, "reason": REASON, **self.values, **more})

    def promised(self, text):
        """Words behind 通知 beside the button of the step."""
        beside = re.search(rf'id="what-{self.prefix}-{self.action}">(.*?)</p>', text, re.DOTALL)
        told = re.search("(?s:.*)通知([^<]+)", beside[1]) if beside else None
        return told[1].strip() if told else ""

    def received(self):
        """Seats of those who have a message of the step in their inbox."""
        while outbox.drain():
            pass
        taken = TransitionRecord.objects.filter(machine=self.machine.name).latest("pk")
        notes = Notification.objects.filter(key__startswith=f"note:{self.machine.name}:{self.obj.pk}:{taken.pk}:")
        seats = {user.pk: seat for seat, user in self.cast.everybody.items()}
        return sorted(seats.get(note.receiver_id, note.receiver.username) for note in notes)

    def holds_its_promise(self):
        """The page, the question before the step and the inboxes tell the same people."""
        actor, transition = self.actor, self.transition
        self.client.force_login(actor)
        words = self.promised(self.client.get(self.page).content.decode())
        asked = self.post(self.obj.version)
        if transition.confirm:
            assert asked.status_code == HTTPStatus.OK
            assert (f"通知{words}</dd>" in asked.content.decode()) is bool(words)
            asked = self.post(self.obj.version, confirmed="yes")
        assert asked.status_code == HTTPStatus.FOUND, asked.content.decode()[:2000]
        expected = {seat for label in words.split("、") if label for seat in {**PEOPLE, **self._labels()}[label]}
        taker = next(seat for seat, user in self.cast.everybody.items() if user == actor)
        assert self.received() == sorted(expected - {taker})

    def _labels(self):
        return self.labels() if callable(self.labels) else self.labels

    def refuses_an_old_form(self):
        """409, nothing changed, what was typed is there; a step that asks first does not ask about what nobody saw."""
        self.client.force_login(self.actor)
        source, old = self.source, self.obj.version
        type(self.obj).objects.filter(pk=self.obj.pk).update(version=old + 1)
        before = self._stored()
        for more in ({}, {"confirmed": "yes"}):
            answer = self.post(old, **more)
            assert answer.status_code == HTTPStatus.CONFLICT
            assert "期间已有人办理或修改" in answer.content.decode()
            given = [*self.values.values(), *([REASON] if self.machine.find(self.action, source).reason_required else [])]
            for typed in (text for one in given for text in ([one] if isinstance(one, str) else one)):
                assert typed in answer.content.decode()
            assert self._stored() == before

    def _stored(self):
        row = type(self.obj).objects.filter(pk=self.obj.pk).values().get()
        return row, TransitionRecord.objects.count(), OutboxMessage.objects.count()


def steps_of(*machines):
    """(machine, action, source) of every step that a person takes."""
    return [
        (machine, transition.action, source)
        for machine in machines
        for transition in machine.transitions
        if transition.seats
        for source in transition.sources
    ]
