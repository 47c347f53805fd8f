"""The record of what was released and withdrawn."""

import datetime as dt
from collections.abc import Sequence

from districts.releases.models import PublicRelease
from greendistrict.columns.base import DeclaredColumn
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.lists import ListTable, ShownList
from greendistrict.columns.shown import MomentColumn, PersonColumn


def release_list(model: type[PublicRelease], *shown: str, **of: DeclaredColumn) -> ListTable:
    """Who published on which basis and who withdrew why, after the columns that say ``of`` what, unless others are ``shown``."""
    columns = Columns(
        model,
        **of,
        released_at=MomentColumn(),
        released_by=PersonColumn(),
        basis=TextColumn(),
        withdrawn_at=MomentColumn(),
        withdrawn_by=PersonColumn(),
        withdrawal=TextColumn(empty="—"),
    )
    return ListTable(columns, *(shown or columns), caption="公开记录")


def record_of(shown: ListTable, releases: Sequence[PublicRelease], today: dt.date) -> ShownList | None:
    """The record as a page shows it; None without a release."""
    return shown.html(shown.rows_of(releases), today, None, first=None) if releases else None
