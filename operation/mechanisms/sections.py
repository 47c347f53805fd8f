"""Sections 管理机制 and 会议和评估记录 of the ledger."""

from collections.abc import Mapping, Sequence

from assessments.common.mechanism import CITE, REQUIRED
from operation.common.sections import LedgerColumn, LedgerSection, MissingRecord
from operation.mechanisms.forms import MechanismMeetingForm, MechanismRecordForm
from operation.mechanisms.models import MechanismMeeting, MechanismRecord


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
    (
        LedgerColumn("机制", lambda one: one.get_mechanism_display(), 36),
        LedgerColumn("情况", lambda one: one.get_standing_display(), 10),
        LedgerColumn("牵头单位", lambda one: one.lead, 24),
        LedgerColumn("参加单位", lambda one: one.members, 36),
        LedgerColumn("依据文件", lambda one: one.basis, 30),
        LedgerColumn("建立日期", lambda one: one.established_on, 12),
    ),
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
    (
        LedgerColumn("议题或评估事项", lambda one: one.title, 36),
        LedgerColumn("机制", lambda one: one.get_mechanism_display(), 36),
        LedgerColumn("日期", lambda one: one.held_on, 12),
        LedgerColumn("参加人数", lambda one: one.attended, 10, 0),
        LedgerColumn("结论和落实", lambda one: one.outcome, 40),
    ),
    _meetings,
)
