"""Entry forms of mechanisms and meetings."""

from typing import Any, ClassVar

from assessments.common.mechanism import STANDINGS
from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm
from operation.mechanisms.columns import MEETING, RECORD
from operation.mechanisms.models import ESTABLISHED

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
