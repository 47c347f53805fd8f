"""Section 培训 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerColumn, LedgerSection, MissingRecord
from operation.trainings.enums import TrainingTier
from operation.trainings.forms import TrainingSessionForm
from operation.trainings.models import TrainingSession

CITE = "七（三）2"


def _missing(entries: Sequence[TrainingSession], files: Mapping[int, int]) -> list[MissingRecord]:
    """七（三）2 asks for recurring training by tiers with a measurable result."""
    held = [one for one in entries if not one.lacks]
    if not held:
        return [MissingRecord("当年没有举办培训的记录", CITE)]
    tiers = {one.tier for one in held}
    found = [MissingRecord(f"当年没有面向{tier.label}的培训", CITE) for tier in TrainingTier if tier not in tiers]
    found += [MissingRecord(f"培训“{one.title}”没有评价", CITE) for one in held if one.rating is None and not one.result]
    return [*found, *(MissingRecord(f"培训“{one.title}”没有签到表等证明材料", CITE) for one in held if not files.get(one.pk))]


TRAININGS = LedgerSection(
    "trainings",
    "培训",
    "培训",
    CITE,
    TrainingSession,
    TrainingSessionForm,
    (
        LedgerColumn("培训内容", lambda one: one.title, 36),
        LedgerColumn("培训对象", lambda one: one.get_tier_display(), 16),
        LedgerColumn("计划日期", lambda one: one.planned_on, 12),
        LedgerColumn("举办日期", lambda one: one.held_on, 12),
        LedgerColumn("学时", lambda one: one.hours, 8, 1),
        LedgerColumn("计划人数", lambda one: one.invited, 10, 0),
        LedgerColumn("参加人数", lambda one: one.attended, 10, 0),
        LedgerColumn("教材", lambda one: one.material, 24),
        LedgerColumn("满意率 %", lambda one: one.rating, 10, 2),
        LedgerColumn("培训评价", lambda one: one.result, 40),
    ),
    _missing,
    carried=("tier", "title", "hours", "invited", "material"),
    hint="人才梯度：管理人员、专业技术人员、作业服务人员。",
)
