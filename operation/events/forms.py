"""Entry form of an event, and section 宣传和交流 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm, LedgerSection, MissingRecord
from operation.events.columns import EVENT
from operation.events.models import EventKind, PublicEvent


@with_columns(EVENT)
class PublicEventForm(EntryForm):
    """An event of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)


CITE = "九"


def _missing(entries: Sequence[PublicEvent], files: Mapping[int, int]) -> list[MissingRecord]:
    del files
    kinds = {one.kind for one in entries}
    return [MissingRecord(f"当年没有{kind.label}活动的记录", CITE) for kind in EventKind if kind not in kinds]


EVENTS = LedgerSection(
    "events",
    "宣传和交流",
    "宣传或交流活动",
    CITE,
    PublicEvent,
    PublicEventForm,
    EVENT.part("title", "kind", "held_on", "channel", "attended"),
    _missing,
)
