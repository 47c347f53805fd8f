"""Section 宣传和交流 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerColumn, LedgerSection, MissingRecord
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
    (
        LedgerColumn("活动名称", lambda one: one.title, 36),
        LedgerColumn("类别", lambda one: one.get_kind_display(), 8),
        LedgerColumn("日期", lambda one: one.held_on, 12),
        LedgerColumn("渠道或者地点", lambda one: one.channel, 30),
        LedgerColumn("参加人数", lambda one: one.attended, 10, 0),
    ),
    _missing,
)
