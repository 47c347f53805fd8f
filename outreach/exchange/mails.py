"""Mails to people who signed up without an account but left an e-mail address: place assigned, event changed, event cancelled.

The outbox row only names the sign-up; text and address are read when the mail is sent, so the queue contains no address.
"""

from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse

from greendistrict.notifications.mail import send_mail, written_mail
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from outreach.exchange.models import NOT_YET_HELD, EventSignUp, EventState, SignUpStanding

KIND = "event_sign_up_mail"
MOVED_UP, TURNED_AWAY, CHANGED, CANCELLED = "moved_up", "turned_away", "changed", "cancelled"


class Said(NamedTuple):
    """Subject of a mail, and the states of sign-up and event in which it still applies; in other states it is not sent."""

    heading: str
    standings: tuple[SignUpStanding, ...]
    states: tuple[EventState, ...]


LIVE = (SignUpStanding.PLACED, SignUpStanding.WAITING)
TOLD = {
    MOVED_UP: Said("候补已递补", (SignUpStanding.PLACED,), NOT_YET_HELD),
    TURNED_AWAY: Said("报名不予接受", (SignUpStanding.STRUCK,), NOT_YET_HELD),
    CHANGED: Said("活动有变更", LIVE, (EventState.PUBLISHED,)),
    CANCELLED: Said("活动已取消", LIVE, (EventState.CANCELLED,)),
}


def mailbox(row: EventSignUp) -> str:
    """E-mail address of a person without an account; empty if they left a telephone number."""
    contact: str = row.contact.strip()
    try:
        validate_email(contact)
    except ValidationError:
        return ""
    return contact if row.person_id is None else ""


def tell(row: EventSignUp, what: str, mark: str = "") -> None:
    """Request a mail, once for each ``mark``. Does nothing for people with an account (they get a message) or without an address."""
    if mailbox(row):
        outbox.emit(KIND, f"{KIND}:{row.pk}:{what}:{mark}", {"sign_up": row.pk, "what": what})


def write(message: OutboxMessage) -> None:
    """Outbox handler: send the mail if it still applies."""
    row, said = EventSignUp.objects.select_related("event").filter(pk=message.payload["sign_up"]).first(), TOLD[message.payload["what"]]
    if row is None or not mailbox(row) or row.standing not in said.standings or row.event.status not in said.states:
        return
    event = row.event
    context = {
        "row": row,
        "event": event,
        "what": message.payload["what"],
        "page": f"{settings.SITE_URL}{reverse('outreach:event_public', args=[event.pk])}",
        "receipt": f"{settings.SITE_URL}{reverse('outreach:sign_up_receipt')}",
    }
    text = render_to_string("outreach/exchange/sign_up_mail.txt", context)
    subject = f"{'【演示数据】' if event.is_demo else ''}{said.heading}：{event.title}"
    send_mail(
        written_mail(key=message.key, to=mailbox(row), subject=subject, text=text, repeated=message.unsure > 0, demo=row.event.is_demo)
    )
