"""State machine of an archive volume (案卷): prepared, closed, handed over; a closed volume may be reopened.

Also here: Permissions on the archive: read, prepare, close, hand over.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core import clock
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads
from reports.archive.models import VolumeState


def reads_archive(held: HeldPosts) -> bool:
    """Whether the user may read the archive: the city."""
    return held.is_city


def prepares_volumes(held: HeldPosts, _volume: Model | None = None) -> bool:
    """Whether the user may prepare volumes: 经办."""
    return held.has(Role.CITY_OFFICER)


def closes_volumes(held: HeldPosts, _volume: Model) -> bool:
    """Whether the user may check and close volumes: 审核."""
    return held.has(Role.CITY_CHECKER)


def hands_over_volumes(held: HeldPosts, _volume: Model) -> bool:
    """Whether the user may hand volumes over: 审核 or 审定."""
    return held.has(Role.CITY_CHECKER, Role.CITY_DIRECTOR)


OFFICER = Seat("city_officer", "市级经办", prepares_volumes)
CHECKER = Seat("city_checker", "市级审核", closes_volumes)
GIVER = Seat("city_checker_or_director", "市级审核或市级审定", hands_over_volumes)


@reads("fonds")
def fonds_known(_question: Question, fonds: str) -> Iterable[Refusal]:
    """Refuse while the city has not set its 全宗号, within which volumes are numbered."""
    if not fonds:
        yield Refusal("全宗号未设定", remedy="先在参数设定里登记档案部门给的全宗号")


@reads("kept", "unmade")
def items_whole(_question: Question, kept: int, unmade: int) -> Iterable[Refusal]:
    """Refuse unless there are items and all papers of the portal are generated."""
    if not kept:
        yield Refusal("没有归档文件")
    if unmade:
        yield Refusal(f"{unmade}件文书或报告尚未生成", remedy="稍后再办；没有生成成功的，重新收集或不归档")


def submitted(question: Question) -> Iterable[Refusal]:
    """Refuse unless 经办 has requested the check since the last change."""
    volume: Any = question.obj
    if volume.ready_at is None:
        yield Refusal("经办尚未提请检查，或提请后又有改动")


def another_hand(question: Question) -> Iterable[Refusal]:
    """Refuse if the checker prepared the volume."""
    volume: Any = question.obj
    if volume.prepared_by_id == question.held.person:
        yield Refusal("立卷人不能检查自己整理的案卷")


def handed_on_a_day(question: Question) -> Iterable[Refusal]:
    """Refuse a hand-over before the day of closing."""
    volume: Any = question.obj
    day = question.payload.get("handed_over_on")
    if question.typed and day is not None and volume.closed_at is not None and day < volume.closed_at.astimezone(clock.SHANGHAI).date():
        yield Refusal("移交日期不能早于立卷时间", field="handed_over_on")


ARCHIVE_VOLUME = Machine(
    name="archive_volume",
    title="案卷",
    model="reports.ArchiveVolume",
    initial=VolumeState.PREPARING,
    states=(
        State(VolumeState.PREPARING, "整理中", tone="info"),
        State(VolumeState.CLOSED, "已归档", tone="success"),
        State(VolumeState.HANDED_OVER, "已移交", final=True),
    ),
    transitions=(
        Transition(
            "submit",
            "提请检查",
            (VolumeState.PREPARING,),
            VolumeState.PREPARING,
            (OFFICER,),
            guards=(items_whole,),
            message="整理完毕，由审核检查后归档",
            tone="primary",
        ),
        Transition(
            "close",
            "归档",
            (VolumeState.PREPARING,),
            VolumeState.CLOSED,
            (CHECKER,),
            guards=(submitted, another_hand, fonds_known, items_whole),
            message="给出案卷号，固定每件的页数和校验值",
            confirm=True,
            tone="primary",
        ),
        Transition(
            "return",
            "退回整理",
            (VolumeState.PREPARING,),
            VolumeState.PREPARING,
            (CHECKER,),
            guards=(submitted,),
            message="退回经办修改",
            reason_required=True,
        ),
        Transition(
            "reopen",
            "重新整理",
            (VolumeState.CLOSED,),
            VolumeState.PREPARING,
            (CHECKER,),
            message="重新打开，案卷号不变",
            reason_required=True,
        ),
        Transition(
            "hand_over",
            "移交",
            (VolumeState.CLOSED,),
            VolumeState.HANDED_OVER,
            (GIVER,),
            guards=(handed_on_a_day,),
            message="登记接收单位、接收人和日期；移交后不能再改动",
            tone="primary",
            page="reports:archive_hand_over",
        ),
    ),
)
