"""Registry of who else may read or fill a score table and which rows are locked; filled by the features above.

Written by ``assessments/wiring.py``; read by the selectors and services named at each registry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, Q

from assessments.tables.enums import TableState
from assessments.tables.models import ScoreRow, ScoreTable
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class TableOwner:
    """A kind of matter filed with a table, one to one (``table`` and ``district`` are its fields), such as a self-check.

    ``relation`` is its name at the table, ``fields`` are read together with a table that is filled in. ``returned(table)`` are the
    clauses named when a returned table was sent back.
    """

    relation: str
    model: type[Model]
    fields: tuple[str, ...]
    returned: Callable[[ScoreTable], frozenset[str]]


@dataclass(frozen=True)
class RowHolder:
    """A feature that assigns rows to people and locks rows they have signed.

    ``fills(user, table, item_id)``: whether the row was given to this person. ``locked`` is an SQL condition on ``r``, the row that a
    statement saves; it stands inside the statement, so that no change slips in between the question and the answer. ``reason(row)``
    says why one row is locked, empty when it is not; ``locked_items(rows)`` are the clause numbers of those locked, in order, and
    ``reason_for_several`` the words for them.
    """

    fills: Callable[[User, ScoreTable, str], bool]
    locked: str
    reason: Callable[[ScoreRow], str]
    locked_items: Callable[[Sequence[ScoreRow]], Sequence[str]]
    reason_for_several: str


@dataclass(frozen=True)
class TableReader:
    """A kind of reader registered by a higher feature.

    ``may_read(user, seats)`` is the condition of the tables such a person sees; an empty one adds none.
    """

    may_read: Callable[[User, HeldPosts], Q]


# Written with the self-check; read by ``selectors.tables.table_worked_on`` and ``findings.selectors.standing``.
table_owners: Registry[TableOwner] = Registry("owners of a score table")
# Written with the sharing of rows; read by ``services.cells``, ``services.rows`` and ``services.bases``.
row_holders: Registry[RowHolder] = Registry("holders of rows of a score table")
# Written with the expert panel; read by ``selectors.tables.score_tables_visible_to``.
table_readers: Registry[TableReader] = Registry("readers of score tables")


def unlocked() -> str:
    """SQL that continues a condition on ``r`` with ``AND NOT`` for every lock; empty when there is none."""
    return "".join(f" AND NOT ({holder.locked})" for holder in row_holders)


def returned_items(table: ScoreTable) -> frozenset[str]:
    """Clauses that were named when the table was sent back; none unless it stands returned."""
    if table.status != TableState.RETURNED:
        return frozenset()
    return frozenset[str]().union(*(owner.returned(table) for owner in table_owners))


def filled_by(user: User, table: ScoreTable, item_id: str) -> bool:
    """Whether the row was given to this person."""
    return any(holder.fills(user, table, item_id) for holder in row_holders)
