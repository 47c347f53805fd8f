"""Registry of further readers and editors of a score table and of locked rows; filled by the features above.

Written by ``assessments/wiring.py``; read by the selectors and services named at each registry.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, Q

from assessments.tables.enums import TableState
from assessments.tables.models import ScoreRow, ScoreTable
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class TableOwner:
    """A kind of matter filed with a table, one to one (``table`` and ``district`` are its fields), such as a self-check.

    ``relation`` is the reverse name on the table, ``fields`` are read together with a table that is filled in. ``returned(table)`` gives
    the clauses named when the table was returned.
    """

    relation: str
    model: type[Model]
    fields: tuple[str, ...]
    returned: Callable[[ScoreTable], frozenset[str]]


@dataclass(frozen=True)
class RowHolder:
    """A feature that assigns rows to people and locks rows they have signed.

    ``fills(viewer, table, item_id)``: whether the row is assigned to them. ``locked`` is an SQL condition on ``r``, the row being saved;
    it is part of the saving statement, so that no change can slip in between check and save. ``reason(row)`` says why a row is locked
    (empty if not); ``locked_items(rows)`` are the clause numbers of locked rows, in order, and ``reason_for_several`` the words for them.
    """

    fills: Callable[[Viewer, ScoreTable, str], bool]
    locked: str
    reason: Callable[[ScoreRow], str]
    locked_items: Callable[[Sequence[ScoreRow]], Sequence[str]]
    reason_for_several: str


@dataclass(frozen=True)
class TableReader:
    """A kind of reader registered by a higher feature.

    ``may_read(viewer, held)`` is the condition for tables that such a person sees; an empty condition adds none.
    """

    may_read: Callable[[Viewer, HeldPosts], Q]


# Written with the self-check; read by ``selectors.tables.table_worked_on`` and ``findings.selectors.standing``.
table_owners: Registry[TableOwner] = Registry(
    "owners of a score table", entry="a matter that is filed with a score table, one to one (self-check)"
)
# Written with the sharing of rows; read by ``services.cells``, ``services.rows`` and ``services.base_cells``.
row_holders: Registry[RowHolder] = Registry(
    "holders of rows of a score table", entry="who else fills rows of a table and locks those they signed (sharing)"
)
# Written with the expert panel; read by ``selectors.tables.score_tables_visible_to``.
table_readers: Registry[TableReader] = Registry("readers of score tables", entry="a kind of reader of tables (members of a panel)")


def unlocked() -> str:
    """SQL that appends ``AND NOT`` for every lock to a condition on ``r``; empty if there are no locks."""
    return "".join(f" AND NOT ({holder.locked})" for holder in row_holders)


def returned_items(table: ScoreTable) -> frozenset[str]:
    """Clauses named when the table was returned; empty unless it is in that state."""
    if table.status != TableState.RETURNED:
        return frozenset()
    return frozenset[str]().union(*(owner.returned(table) for owner in table_owners))


def filled_by(viewer: Viewer, table: ScoreTable, item_id: str) -> bool:
    """Whether the row is assigned to the user."""
    return any(holder.fills(viewer, table, item_id) for holder in row_holders)
