"""Entry forms of mechanisms and meetings, and section 管理机制 and 会议和评估记录 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from assessments.common.mechanism import CITE, REQUIRED, STANDINGS
from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm, LedgerSection, MissingRecord
from operation.mechanisms.columns import MEETING, RECORD
from operation.mechanisms.models import ESTABLISHED, MechanismMeeting, MechanismRecord

REACHED = next(one.label for one in STANDINGS if one.key == ESTABLISHED)


@with_columns(RECORD)
class MechanismRecordForm(EntryForm):
    """A mechanism of the ledger's year."""

    def clean(self) -> dict[str, Any]:
        """Refuse an establishment date that contradicts the state: to come when established, past when not."""
        data = super().clean()
        if data.get("standing") == ESTABLISHED:
            self.refuse_later_day("established_on", data.get("established_on"))
        else:
            self.refuse_past_day("established_on", data.get("established_on"), REACHED)
        return data


@with_columns(MEETING)
class MechanismMeetingForm(EntryForm):
    """A meeting or evaluation of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)


def _records(entries: Sequence[MechanismRecord], files: Mapping[int, int]) -> list[MissingRecord]:
    there = {one.mechanism: one for one in entries}
    found = []
    for asked in REQUIRED:
        one = there.get(asked.key)
        if one is None:
            found.append(MissingRecord(f"“{asked.title}”没有当年记录", CITE, required=True))
        elif one.lacks:
            found.append(MissingRecord(f"“{asked.title}”{one.lacks}", CITE, required=True))
        elif not files.get(one.pk):
            found.append(MissingRecord(f"“{asked.title}”没有证明材料", CITE))
    return found


def _meetings(entries: Sequence[MechanismMeeting], files: Mapping[int, int]) -> list[MissingRecord]:
    del files
    held = {one.mechanism for one in entries}
    return [MissingRecord(f"“{one.title}”当年没有会议或评估记录", CITE) for one in REQUIRED if one.key not in held]


RECORDS = LedgerSection(
    "mechanisms",
    "管理机制",
    "管理机制记录",
    CITE,
    MechanismRecord,
    MechanismRecordForm,
    RECORD.part("mechanism", "standing", "lead", "members", "basis", "established_on"),
    _records,
    carried=("mechanism", "standing", "lead", "members", "basis", "established_on"),
    hint="两项应建立的机制当年记录齐全，即完成到期事项“管理机制记录”。",
)
MEETINGS = LedgerSection(
    "meetings",
    "会议和评估记录",
    "会议或评估",
    CITE,
    MechanismMeeting,
    MechanismMeetingForm,
    MEETING.part("title", "mechanism", "held_on", "attended", "outcome"),
    _meetings,
)
