"""Scores a stored table: the only connection between score tables and ``indicators.scoring``."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from assessments.common.enums import BuildState
from assessments.plausibility.cross_row_rules import Bases, bases_of, held_parts
from assessments.tables.models import ScoreTable, TableVersion
from greendistrict.core import memoisation
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import ItemResult, Result, score
from indicators.scoring.prepare import EditionRules, Item, Table
from indicators.scoring.refusals import ScoringRefused

OUTSIDE_KEY_AREAS = "不在政策所列重点区域内，由平台判定不参评"


class RowData(NamedTuple):
    """A row as scoring and pages need it; ``evidence`` is the number of files."""

    table_id: int
    item_id: str
    value: Any
    exclusion_reason: str
    absent_reason: str
    explanation: str
    target: Any
    build_state: str
    version: int
    evidence: int
    pk: int
    source: str | None = None
    source_label: str | None = None
    brought: Any = None
    confirmed_at: Any = None
    reason: str | None = None
    share: int | None = None

    @property
    def shown(self) -> tuple[Any, ...]:
        """Everything that a page shows of the row; no table, no key, and of the explanation only whether there is one."""
        return (
            *(self.value, self.exclusion_reason, self.absent_reason, bool(self.explanation), self.target, self.build_state),
            *(self.version, self.evidence, self.source, self.source_label, self.brought, self.confirmed_at, self.reason, self.share),
        )

    @property
    def confirmed(self) -> bool:
        """Whether somebody declared 无变化."""
        return self.confirmed_at is not None

    @property
    def overridden(self) -> bool:
        """Whether the row differs from its prefilled value, ignoring the construction state."""
        prefilled = {name: value for name, value in (self.brought or {}).items() if name != "build_state"}
        return any(getattr(self, name) != value for name, value in prefilled.items())

    @property
    def pending(self) -> bool:
        """Whether the row was prefilled and nobody has confirmed or saved it since."""
        return bool(self.brought) and not self.confirmed and self.version == 0


# In the order of ``RowData``.
ROWS = """
    SELECT r.table_id, r.item_id, r.value::text, r.exclusion_reason, r.absent_reason, r.explanation, r.target::text,
        r.build_state, r.version,
        (SELECT count(*) FROM assessments_rowevidence e WHERE e.row_id = r.id), r.id,
        p.source, p.label, p.content::text, p.confirmed_at, p.reason, s.share_id
    FROM assessments_scorerow r
    LEFT JOIN assessments_rowprefill p ON p.row_id = r.id
    LEFT JOIN assessments_sharedrow s ON s.row_id = r.id
    WHERE r.table_id = ANY(%s) ORDER BY r."order"
"""
VALUE, TARGET, BROUGHT = (RowData._fields.index(name) for name in ("value", "target", "brought"))


@dataclass(frozen=True)
class Scored:
    """A scored table; ``result`` is None, with the reason in ``refusal``, if it cannot be scored."""

    rules: EditionRules
    table: Table
    result: Result | None
    refusal: str = ""

    @cached_property
    def points(self) -> dict[str, ItemResult]:
        """Result of each item; empty if the table cannot be scored."""
        return {item.id: item for item in self.result.items} if self.result else {}


class ScoringInputs(NamedTuple):
    """Input of scoring: values, reasons of exclusion and reasons of declared absence, by item."""

    values: dict[str, Any]
    exclusions: dict[str, str]
    absent: dict[str, str]


def rows_of(*tables: int | None) -> dict[int, dict[str, RowData]]:
    """Live rows of one or more tables by table and item, in one query.

    Every page and every save of a cell reads all rows of a table; raw SQL takes a fifth of the time of a queryset.
    """
    keys = [key for key in tables if key]
    rows: dict[int, dict[str, RowData]] = {key: {} for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [keys])
        for row in cursor.fetchall():
            cells = list(row)
            for place in (VALUE, TARGET, BROUGHT):
                cells[place] = None if cells[place] is None else json.loads(cells[place])
            data = RowData._make(cells)
            rows[data.table_id][data.item_id] = data
    return rows


def live_rows(table: ScoreTable) -> dict[int, dict[str, RowData]]:
    """Live rows of a table and of last year's, read once for a page."""
    return memoisation.once(rows_of, table.pk, table.previous_id)


def rows_of_version(version: TableVersion) -> dict[str, RowData]:
    """Rows of a frozen version, by item."""
    return {
        row["item_id"]: RowData(
            version.table_id,
            row["item_id"],
            row["value"],
            row["exclusion_reason"],
            row["absent_reason"],
            row["explanation"],
            row["target"],
            row["build_state"],
            0,
            len(row["evidence"]),
            0,
        )
        for row in version.content["rows"]
    }


def bases_for(table: ScoreTable) -> Bases:
    """Base quantities among the clauses of a table."""
    edition = table.edition
    return bases_of(f"{edition.digest}:{table.type}:{table.stage}", edition.code, rules_for(edition).table(table.type, table.stage).items)


def held_of(table: ScoreTable, item_id: str) -> dict[str, str]:
    """Inputs of a clause that the table holds as base quantities, with their values."""
    return held_parts(bases_for(table), table.bases, item_id) if table.bases else {}


def lacks_build_state(table: ScoreTable, row: RowData) -> bool:
    """Whether the construction state of a clause that takes part was not chosen; a prefilled row is asked once its value is confirmed."""
    return table.building and not (row.build_state or row.exclusion_reason or row.pending)


def without_state(table: ScoreTable, rows: Iterable[RowData]) -> list[RowData]:
    """Answered rows whose construction state the district still has to choose itself: not those shared out or left out by the portal.

    Rows without an answer are asked for both at once; written to, they would take no value from last year, plots or targets any more.
    """
    items = rules_for(table.edition).table(table.type, table.stage).items if table.building else {}
    answered = (row for row in rows if row.share is None and row.item_id in items and (row.value is not None or row.absent_reason))
    return [row for row in answered if lacks_build_state(table, row) and not left_out_by_portal(items[row.item_id], table)]


def left_out_by_portal(item: Item, table: ScoreTable) -> bool:
    """Whether the portal determines that the item does not apply here; never self-reported."""
    return item.auto == "key_area" and not table.district.key_areas


def unbuilt(table: ScoreTable, row: RowData) -> bool:
    """Whether construction of the row's object has not begun, so that it gets no verdict."""
    return table.building and row.build_state == BuildState.NOT_STARTED


def inputs_of(table: ScoreTable, items: Mapping[str, Item], rows: Iterable[RowData]) -> ScoringInputs:
    """Sort rows into values, exclusions and declarations; rows of other types or stages are left out."""
    inputs = ScoringInputs({}, {}, {})
    for row in rows:
        item = items.get(row.item_id)
        if item is None:
            continue
        if left_out_by_portal(item, table):
            inputs.exclusions[row.item_id] = OUTSIDE_KEY_AREAS
        elif row.exclusion_reason:
            inputs.exclusions[row.item_id] = row.exclusion_reason
        elif row.absent_reason:
            inputs.absent[row.item_id] = row.absent_reason
        elif row.value is not None and not unbuilt(table, row):
            inputs.values[row.item_id] = row.value
    return inputs


def score_rows(table: ScoreTable, rows: Iterable[RowData]) -> Scored:
    """Score rows of a table under its edition. Raises ``EditionIncomplete`` if the edition cannot score at all."""
    rules = rules_for(table.edition)
    layout = rules.table(table.type, table.stage)
    given = inputs_of(table, layout.items, rows)
    try:
        result = score(rules, table.type, table.stage, given.values, given.exclusions, given.absent)
    except ScoringRefused as refused:
        return Scored(rules, layout, None, refused.reason)
    return Scored(rules, layout, result)


def star_of(result: Result | None) -> int:
    """Star of a result's level (levels are named star1 to star3); 0 for none or without a result."""
    return int(result.level.removeprefix("star")) if result and result.level else 0


def is_short(asked: int | None, reached: int) -> bool:
    """Whether a result stays below the star applied for; never without one."""
    return asked is not None and reached < asked
