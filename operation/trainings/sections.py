"""Section 培训 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerSection, MissingRecord
from operation.trainings.columns import TRAINING
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
    TRAINING.part("title", "tier", "planned_on", "held_on", "hours", "invited", "attended", "material", "rating", "result"),
    _missing,
    carried=("tier", "title", "hours", "invited", "material"),
    hint="人才梯度：管理人员、专业技术人员、作业服务人员。",
)
