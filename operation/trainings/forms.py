"""Entry form of a training session, and section 培训 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm, LedgerSection, MissingRecord
from operation.trainings.columns import TRAINING
from operation.trainings.models import TrainingSession, TrainingTier


@with_columns(TRAINING)
class TrainingSessionForm(EntryForm):
    """A session of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("planned_on", "held_on")
    done: ClassVar[tuple[str, ...]] = ("held_on",)

    def clean(self) -> dict[str, Any]:
        """Refuse attendance or rating without a date, and a rating above 100 %."""
        data = super().clean()
        held, rating = data.get("held_on"), data.get("rating")
        if not held and "held_on" not in self.errors and (data.get("attended") is not None or rating is not None):
            self.add_error("held_on", "填了参加人数或满意率的，请填举办日期")
        if rating is not None and rating > 100:  # noqa: PLR2004 -- a share in percent
            self.add_error("rating", "满意率不能大于100%")
        return data


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
