"""Sections of the ledger: labels, model, form, columns, fields copied to the next year, and what a year lacks in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.common.mechanism import CITE, REQUIRED
from greendistrict.columns.declared import Columns
from greendistrict.policy.duty_table import SETTING
from operation.entries.columns import AUDIT, BODY, EVENT, FUND, MEETING, PLATFORM, RECORD, TRAINING
from operation.entries.forms import (
    DigitalPlatformForm,
    EnergyAuditForm,
    EntryForm,
    ManagementBodyForm,
    MechanismMeetingForm,
    MechanismRecordForm,
    PublicEventForm,
    TrainingSessionForm,
    YearFundForm,
)
from operation.entries.models import (
    DigitalPlatform,
    EnergyAudit,
    EventKind,
    LedgerEntry,
    ManagementBody,
    MechanismMeeting,
    MechanismRecord,
    PlatformKind,
    PublicEvent,
    TrainingSession,
    TrainingTier,
    YearFund,
)


@dataclass(frozen=True)
class MissingRecord:
    """A record that the ledger of a year lacks; ``required`` if the policy says 应, otherwise it is one more record of the ledger."""

    text: str
    cite: str
    required: bool = False


@dataclass(frozen=True)
class LedgerSection:
    """A section of the ledger. ``carried`` are the fields copied to the next year; empty if nothing is copied.

    ``missing(entries, files)`` returns what a year lacks, given the confirmed entries and the number of files by entry.
    """

    key: str
    title: str
    noun: str
    cite: str
    model: type[LedgerEntry]
    form: type[EntryForm]
    columns: Columns
    missing: Callable[[Sequence[Any], Mapping[int, int]], list[MissingRecord]]
    carried: tuple[str, ...] = ()
    hint: str = ""


CITE_BODIES = "七（三）1"


def _lacking_bodies(entries: Sequence[ManagementBody], files: Mapping[int, int]) -> list[MissingRecord]:
    """七（三）1 encourages a management and operation team but prescribes no form for it, so its absence is a recommendation only."""
    if not entries:
        return [MissingRecord("没有登记运营管理机构", SETTING)]
    found = [MissingRecord(f"运营管理机构“{entry.name}”{entry.lacks}", SETTING) for entry in entries if entry.lacks]
    return [
        *found,
        *(
            MissingRecord(f"运营管理机构“{entry.name}”没有证明材料", SETTING)
            for entry in entries
            if not entry.lacks and not files.get(entry.pk)
        ),
    ]


BODIES = LedgerSection(
    "bodies",
    "运营管理机构",
    "运营管理机构",
    CITE_BODIES,
    ManagementBody,
    ManagementBodyForm,
    BODY.part("name", "duties", "basis", "set_up_on", "staff"),
    _lacking_bodies,
    carried=("name", "duties", "basis", "set_up_on", "staff"),
    hint="机构的形式由城区确定，《指导意见》未规定。",
)


def _lacking_records(entries: Sequence[MechanismRecord], files: Mapping[int, int]) -> list[MissingRecord]:
    there = {entry.mechanism: entry for entry in entries}
    lacking_records = []
    for asked in REQUIRED:
        one = there.get(asked.key)
        if one is None:
            lacking_records.append(MissingRecord(f"建立“{asked.title}”：平台没有当年记录", CITE, required=True))
        elif one.lacks:
            lacking_records.append(MissingRecord(f"“{asked.title}”{one.lacks}", CITE, required=True))
        elif not files.get(one.pk):
            lacking_records.append(MissingRecord(f"“{asked.title}”没有证明材料", SETTING))
    return lacking_records


def _lacking_meetings(entries: Sequence[MechanismMeeting], files: Mapping[int, int]) -> list[MissingRecord]:
    del files
    held = {entry.mechanism for entry in entries}
    return [MissingRecord(f"“{one.title}”当年没有会议或评估记录", SETTING) for one in REQUIRED if one.key not in held]


RECORDS = LedgerSection(
    "mechanisms",
    "管理机制",
    "管理机制记录",
    CITE,
    MechanismRecord,
    MechanismRecordForm,
    RECORD.part("mechanism", "standing", "lead", "members", "basis", "established_on"),
    _lacking_records,
    carried=("mechanism", "standing", "lead", "members", "basis", "established_on"),
    hint="两项应建立的机制当年记录齐全，即完成到期事项“管理机制记录”。",
)

MEETINGS = LedgerSection(
    "meetings",
    "会议和评估记录",
    "会议或评估",
    SETTING,
    MechanismMeeting,
    MechanismMeetingForm,
    MEETING.part("title", "mechanism", "held_on", "attended", "outcome"),
    _lacking_meetings,
)

CITE_PLATFORMS = "七（三）3"


def _lacking_platforms(entries: Sequence[DigitalPlatform], files: Mapping[int, int]) -> list[MissingRecord]:
    """七（三）3: platforms and data are to be strengthened (要加强), CIM is encouraged (鼓励); what is missing is told only."""
    del files
    found = [] if entries else [MissingRecord("没有登记数字化平台", CITE_PLATFORMS)]
    if entries and all(entry.kind != PlatformKind.DATABASE for entry in entries):
        found.append(MissingRecord("没有登记综合性城区管理数据库", CITE_PLATFORMS))
    blank = [entry.name for entry in entries if not entry.lacks and entry.coverage is None]
    return [*found, *(MissingRecord(f"“{name}”未填覆盖率", SETTING) for name in blank)]


PLATFORMS = LedgerSection(
    "platforms",
    "数字化平台",
    "数字化平台",
    CITE_PLATFORMS,
    DigitalPlatform,
    DigitalPlatformForm,
    PLATFORM.part("name", "kind", "standing", "owner", "coverage", "interfaces", "in_use_on"),
    _lacking_platforms,
    carried=("kind", "name", "standing", "owner", "coverage", "interfaces", "in_use_on"),
)

CITE_TRAININGS = "七（三）2"


def _lacking_trainings(entries: Sequence[TrainingSession], files: Mapping[int, int]) -> list[MissingRecord]:
    """七（三）2 asks for a mechanism of recurring training; one each year and for each tier, its result and its papers are the portal's."""
    held = [entry for entry in entries if not entry.lacks]
    if not held:
        return [MissingRecord("当年没有举办培训的记录", SETTING)]
    tiers = {one.tier for one in held}
    found = [MissingRecord(f"当年没有面向{tier.label}的培训", SETTING) for tier in TrainingTier if tier not in tiers]
    found += [MissingRecord(f"培训“{one.title}”没有评价", SETTING) for one in held if one.rating is None and not one.result]
    return [*found, *(MissingRecord(f"培训“{one.title}”没有签到表等证明材料", SETTING) for one in held if not files.get(one.pk))]


TRAININGS = LedgerSection(
    "trainings",
    "培训",
    "培训",
    CITE_TRAININGS,
    TrainingSession,
    TrainingSessionForm,
    TRAINING.part("title", "tier", "planned_on", "held_on", "hours", "invited", "attended", "material", "rating", "result"),
    _lacking_trainings,
    carried=("tier", "title", "hours", "invited", "material"),
    hint="人才梯度：管理人员、专业技术人员、作业服务人员。",
)


def _lacking_audits(entries: Sequence[EnergyAudit], files: Mapping[int, int]) -> list[MissingRecord]:
    """No audit is required by the policy; but an audit that is entered needs its report as a file."""
    return [MissingRecord(f"能源审计“{entry.subject}”没有审计报告", SETTING) for entry in entries if not files.get(entry.pk)]


AUDITS = LedgerSection(
    "audits",
    "能源审计",
    "能源审计",
    SETTING,
    EnergyAudit,
    EnergyAuditForm,
    AUDIT.part("subject", "auditor", "audited_on", "area", "consumed", "saving", "measures"),
    _lacking_audits,
    hint="能源审计为平台约定的记录，《指导意见》未规定。",
)


def _lacking_events(entries: Sequence[PublicEvent], files: Mapping[int, int]) -> list[MissingRecord]:
    del files
    kinds = {entry.kind for entry in entries}
    return [MissingRecord(f"当年没有{kind.label}活动的记录", SETTING) for kind in EventKind if kind not in kinds]


EVENTS = LedgerSection(
    "events",
    "宣传和交流",
    "宣传或交流活动",
    SETTING,
    PublicEvent,
    PublicEventForm,
    EVENT.part("title", "kind", "held_on", "channel", "attended"),
    _lacking_events,
    hint="九规定的交流和宣传由市住房城乡建设管理委组织；城区的活动为平台约定的记录。",
)


def _lacking_funds(entries: Sequence[YearFund], files: Mapping[int, int]) -> list[MissingRecord]:
    del files
    if not entries:
        return [MissingRecord("没有登记当年资金", SETTING)]
    return [MissingRecord(f"“{entry}”{entry.lacks}", SETTING) for entry in entries if entry.lacks] + [
        MissingRecord(f"“{entry}”未填使用金额", SETTING) for entry in entries if not entry.lacks and entry.used is None
    ]


FUNDS = LedgerSection(
    "funds",
    "资金",
    "资金",
    SETTING,
    YearFund,
    YearFundForm,
    FUND.part("source", "kind", "document", "budget", "used", "purpose"),
    _lacking_funds,
    carried=("kind", "source", "purpose"),
    hint="《指导意见》只规定专业规划的编制资金由同级财政保障，七（一）；它的来源和预算登记后，即完成到期事项“专业规划经费”。",
)

SECTIONS: tuple[LedgerSection, ...] = (BODIES, RECORDS, MEETINGS, PLATFORMS, TRAININGS, AUDITS, EVENTS, FUNDS)

BY_KEY = {one.key: one for one in SECTIONS}
