"""The record of what was published and withdrawn, which several apps keep."""

from typing import Any

from greendistrict.columns.base import DeclaredColumn
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import MomentColumn, PersonColumn


def release_list(model: type[Any], *shown: str, **of: DeclaredColumn) -> ListTable:
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
