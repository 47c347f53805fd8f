"""Permission to import into a table: that of editing it."""

from assessments.tables.models import ScoreTable
from assessments.tables.rules import EDITABLE
from assessments.tables.services.cells import closed_words
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import Closed, NotAllowed


def hold_import(table: ScoreTable, by: User) -> None:
    """Raise ``NotAllowed`` or ``Closed`` unless the person may edit the table."""
    NotAllowed.unless(may_edit_district(posts_of(by), table.district), "您可以查看这张评分表，不能填报")
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))
