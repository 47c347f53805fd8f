"""Procedure of an event (九): facts, effects and notified people of its steps, and of people who move up the waiting list."""

from django.urls import reverse

from assessments.common.services import city_parties
from greendistrict.accounts.models import User
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Event, Note, Party, Procedure, Step, Taken, row_lock
from outreach.exchange import selectors
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.models import ExchangeEvent
from outreach.exchange.services import events

MESSAGE = Message.EXCHANGE
SIGNED = ("signed",)


def _signed(event: ExchangeEvent, _source: str) -> list[User]:
    """People with an account who have or wait for a place."""
    return list(User.objects.filter(event_sign_ups__in=event.sign_ups.filter(selectors.LIVE)).order_by("pk"))


def _words(taken: Taken) -> Note:
    state = EXCHANGE.state(taken.record.target).label
    return Note(f"{taken.obj}：{state}", taken.record.reason, _link(taken.obj), taken.obj.is_demo)


def _moved_up(taken: Taken) -> Note:
    return Note(f"{taken.obj}：候补已递补", "有了空余名额，您已得到名额", _link(taken.obj), taken.obj.is_demo)


def _turned_away(taken: Taken) -> Note:
    return Note(f"{taken.obj}：报名不予接受", taken.record.reason, _link(taken.obj), taken.obj.is_demo)


def _link(event: ExchangeEvent) -> str:
    return reverse("outreach:event", args=[event.pk])


EXCHANGE_STEPS = Procedure(
    machine=EXCHANGE,
    lock=row_lock(ExchangeEvent),
    words=_words,
    facts={"blocking": selectors.blocking, "unheld": selectors.unheld, "open_ends": selectors.open_ends},
    parties={
        **city_parties(),
        "signed": Party("报名人", _signed),
        "moved": Party("这位报名人", of_values=lambda values: values["people"]),
    },
    waits={"draft": lambda _event: (), "published": lambda _event: ()},  # whoever writes it; the day of the event
    steps={
        "publish": Step(
            facts=("blocking",),
            effect=events.on_publish,
            with_state=events.public_state,
            informed=(*SIGNED, "city_officer"),
            message=MESSAGE,
        ),
        "revise": Step(informed=SIGNED, message=MESSAGE),
        "hold": Step(facts=("unheld",)),
        "close": Step(facts=("open_ends",), with_state=events.counted_state, informed=SIGNED, message=MESSAGE),
        "cancel": Step(effect=events.on_cancel, informed=(*SIGNED, "city_officer"), message=MESSAGE),
    },
    events={
        "moved_up": Event(informed=("moved",), message=MESSAGE, words=_moved_up),
        "turned_away": Event(informed=("moved",), message=MESSAGE, words=_turned_away),
    },
)
