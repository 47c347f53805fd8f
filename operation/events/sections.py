"""Section 宣传和交流 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerSection, MissingRecord
from operation.events.columns import EVENT
from operation.events.enums import EventKind
from operation.events.forms import PublicEventForm
from operation.events.models import PublicEvent

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
