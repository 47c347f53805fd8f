"""Messages of a decision: one outbox row per receiver, sent by the notifications app."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from greendistrict.accounts.models import User
from greendistrict.workflow.dry_run import tell
from greendistrict.workflow.outbox import emit

KIND = "notification"
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Note:
    """Text of a message. ``link``: URL it opens; ``demo``: demonstration data; ``lines``: items of a digest."""

    title: str
    body: str = ""
    link: str = ""
    demo: bool = False
    lines: tuple[Mapping[str, Any], ...] = ()


def send(*, kind: str, key: str, receivers: Iterable[User], note: Note, informs: bool = False) -> int:
    """Write one outbox row per receiver; ``key`` identifies the event, so that a repetition sends nothing. Returns how many are new.

    ``informs``: the receivers have nothing to do.
    """
    count = 0
    more: dict[str, Any] = {"lines": list(note.lines)} if note.lines else {}
    if informs:
        more["informs"] = True
    for receiver in receivers:
        payload = {
            "kind": kind,
            "receiver": receiver.pk,
            "title": note.title,
            "body": note.body,
            "link": note.link,
            "demo": note.demo,
            **more,
        }
        count += emit(KIND, f"note:{key}:{receiver.pk}", payload)
        tell("通知", note.title, receiver.name)
    return count
