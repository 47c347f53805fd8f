"""Messages of a decision: one outbox row per receiver, sent by the notifications app."""

from collections.abc import Iterable
from dataclasses import dataclass

from greendistrict.accounts.models import User
from greendistrict.workflow.outbox import emit

KIND = "notification"
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Note:
    """Text of a message. ``link`` is the address it opens, ``demo`` marks fiction."""

    title: str
    body: str = ""
    link: str = ""
    demo: bool = False


def send(*, kind: str, key: str, receivers: Iterable[User], note: Note) -> int:
    """Write one outbox row per receiver; ``key`` names the event, so that a repetition sends nothing. Returns how many are new."""
    count = 0
    for receiver in receivers:
        payload = {"kind": kind, "receiver": receiver.pk, "title": note.title, "body": note.body, "link": note.link, "demo": note.demo}
        count += emit(KIND, f"note:{key}:{receiver.pk}", payload)
    return count
