"""Many cells of a score table at once: one statement, whatever their number."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from assessments.tables.models import ScoreTable
from assessments.tables.registry import unlocked
from assessments.tables.rules import EDITABLE
from assessments.tables.services.basefan import settle_bases
from assessments.tables.services.cells import closed_words, save_cell
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused

# As in ``cells.SAVE``: the share lock makes a submission wait, or the cells find it submitted; a row that somebody was faster with stays.
SAVE = """
    WITH held AS (
        SELECT id FROM assessments_scoretable WHERE id = %(table)s AND status = ANY(%(editable)s) FOR SHARE
    ), typed AS (
        SELECT * FROM unnest(%(items)s::text[], %(versions)s::int[], %(fields)s::jsonb[]) AS t (item_id, version, fields)
    ), before AS (
        SELECT r.id, r.item_id, to_jsonb(r) AS old FROM assessments_scorerow r
        JOIN typed t USING (item_id) WHERE r.table_id = %(table)s
    ), changed AS (
        UPDATE assessments_scorerow AS r
        SET value = CASE WHEN t.fields ? 'value' THEN NULLIF(t.fields -> 'value', 'null') ELSE r.value END,
            exclusion_reason = COALESCE(t.fields ->> 'exclusion_reason', r.exclusion_reason),
            absent_reason = COALESCE(t.fields ->> 'absent_reason', r.absent_reason),
            explanation = COALESCE(t.fields ->> 'explanation', r.explanation),
            build_state = COALESCE(t.fields ->> 'build_state', r.build_state),
            version = r.version + 1, changed_at = %(at)s, changed_by_id = %(by)s
        FROM held, typed t JOIN before b USING (item_id)
        WHERE r.id = b.id AND r.table_id = held.id AND r.version = t.version
            AND (NULLIF(t.fields -> 'value', 'null') IS NULL OR COALESCE(t.fields ->> 'exclusion_reason', r.exclusion_reason) = ''
                AND COALESCE(t.fields ->> 'absent_reason', r.absent_reason) = '')
            {unlocked}
        RETURNING r.id, r.item_id, r.version, t.fields, b.old
    ), noted AS (
        INSERT INTO assessments_rowchange (row_id, field, old, new, by_id, at, token)
        SELECT c.id, f.key, NULLIF(c.old -> f.key, 'null'), NULLIF(f.value, 'null'), %(by)s, %(at)s, ''
        FROM changed c, jsonb_each(c.fields) AS f
    )
    SELECT item_id, version FROM changed
"""


class RowTyped(NamedTuple):
    """Fields of one row as they are to be stored (``cells.cleaned``), and the version the page showed."""

    item_id: str
    version: int
    fields: Mapping[str, Any]


def save_rows(*, table: ScoreTable, rows: Sequence[RowTyped], by: User) -> dict[str, Refused]:
    """Save the fields of many rows, each row by its own version check; returns why rows were not taken, by clause: ``Stale``, ``Closed``.

    Rows that somebody else changed meanwhile or that were signed off are tried cell by cell, so that only the very cells that differ
    are in conflict. Raises ``NotAllowed`` (403) and ``Closed`` (410) before anything is saved.
    """
    if not may_edit_district(by, table.district):
        msg = "您可以查看这张评分表，不能填报"
        raise NotAllowed(msg)
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))
    saved = _write(table, rows, by)
    problems: dict[str, Refused] = {}
    for row in rows:
        if row.item_id not in saved:
            _one_by_one(table, row, by, problems)
    if any(isinstance(row.fields.get("value"), Mapping) for row in rows):
        settle_bases(table, by)
    return problems


def _write(table: ScoreTable, rows: Sequence[RowTyped], by: User) -> dict[str, int]:
    """New versions of the rows that were saved, by clause."""
    if not rows:
        return {}
    parameters: Mapping[str, Any] = {
        "table": table.pk,
        "editable": list(EDITABLE),
        "items": [row.item_id for row in rows],
        "versions": [row.version for row in rows],
        "fields": [json.dumps(dict(row.fields), ensure_ascii=False) for row in rows],
        "by": by.pk,
        "at": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(SAVE.format(unlocked=unlocked()), parameters)
        return dict(cursor.fetchall())


def _one_by_one(table: ScoreTable, row: RowTyped, by: User, problems: dict[str, Refused]) -> None:
    version = row.version
    for field in sorted(row.fields, key=lambda one: one == "value"):  # a declaration first: beside one that stands no value is taken
        value = row.fields[field]
        try:
            version = save_cell(table=table, item_id=row.item_id, field=field, value=value, version=version, token="", by=by).version
        except Refused as refused:
            problems[row.item_id] = refused
