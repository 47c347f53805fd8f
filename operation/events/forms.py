"""Entry form of an event."""

from typing import ClassVar

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm
from operation.events.columns import EVENT


@with_columns(EVENT)
class PublicEventForm(EntryForm):
    """An event of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("held_on",)
    done: ClassVar[tuple[str, ...]] = ("held_on",)
