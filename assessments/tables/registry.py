"""Registry of what the features above do with score tables, written by ``assessments/wiring.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, Q

from assessments.tables.models import ScoreRow, ScoreTable, TableState
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
class FeaturesAbove:
    """What features above have to do with tables: the matter filed with one (self-check), who holds rows of one (sharing).

    ``may_read(viewer, held)`` is the condition for tables that members of a panel see; an empty condition adds none.
    """

    owner: TableOwner
    holder: RowHolder
    may_read: Callable[[Viewer, HeldPosts], Q]


features_above: Registry[FeaturesAbove] = Registry(
    "features above score tables",
    entry="what is filed with a score table (self-check), who fills and locks rows of it (sharing), who else reads it (members of a panel)",
)


def above() -> FeaturesAbove:
    """The entry of ``features_above``. Raises ``ValueError`` if there is none or more than one."""
    return features_above.only()


def returned_items(table: ScoreTable) -> frozenset[str]:
    """Clauses named when the table was returned; empty unless it is in that state."""
    if table.status != TableState.RETURNED:
        return frozenset()
    return above().owner.returned(table)
