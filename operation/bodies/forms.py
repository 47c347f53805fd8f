"""Entry form of a management body."""

from typing import ClassVar

from greendistrict.columns.forms import with_columns
from operation.bodies.columns import BODY
from operation.common.forms import EntryForm


@with_columns(BODY)
class ManagementBodyForm(EntryForm):
    """A management body of the ledger's year."""

    done: ClassVar[tuple[str, ...]] = ("set_up_on",)
