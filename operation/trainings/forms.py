"""Entry form of a training session."""

from typing import Any, ClassVar

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm
from operation.trainings.columns import TRAINING


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
