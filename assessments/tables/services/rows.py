"""Write typed rows of a score table, one or many in one statement, each cell with a history entry."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from assessments.common.services import Autosave
from assessments.tables.models import FILLERS, ScoreTable
from assessments.tables.registry import above
from assessments.tables.rules import EDITABLE
from greendistrict.accounts.acting import principal_in
from greendistrict.accounts.models import User
from greendistrict.core import clock

FIELDS = ("value", "build_state", "exclusion_reason", "absent_reason", "explanation")
STATES = ", ".join(f"'{state}'" for state in EDITABLE)
# Base quantities are read under the lock, so that a cell is written with the amount the table holds at that moment.
HELD = f"""
    SELECT id, (
        SELECT jsonb_object_agg(p.key, t.bases #> ARRAY[p.value, 'value'])
        FROM jsonb_each_text(%(bases)s::jsonb) AS p WHERE t.bases #>> ARRAY[p.value, 'value'] <> ''
    ) AS fixed
    FROM assessments_scoretable t WHERE id = %(table)s AND status IN ({STATES}) FOR SHARE
"""  # noqa: S608 -- states of the program
NEW = "NULLIF(t.fields -> 'value', 'null')"
# A repeated save is not applied twice; a declared row takes no value.
ROW = """
    r.table_id = held.id AND r.item_id = t.item_id
    AND (%(token)s = '' OR NOT EXISTS (SELECT 1 FROM assessments_rowchange WHERE row_id = r.id AND token = %(token)s AND token <> ''))
    AND (NULLIF(t.fields -> 'value', 'null') IS NULL OR COALESCE(t.fields ->> 'exclusion_reason', r.exclusion_reason) = ''
        AND COALESCE(t.fields ->> 'absent_reason', r.absent_reason) = '')
"""
COLUMNS = {
    "value": f"CASE WHEN NOT t.fields ? 'value' THEN r.value WHEN held.fixed IS NULL THEN {NEW} ELSE {NEW} || held.fixed END",
    **{name: f"COALESCE(t.fields ->> '{name}', r.{name})" for name in FIELDS[1:]},
}
HISTORY = """
    INSERT INTO assessments_rowchange (row_id, field, old, new, by_id, by_principal, at, token)
    SELECT id, field, NULLIF(was -> field, 'null'), NULLIF(now -> field, 'null'), %(by)s, %(principal)s, %(at)s, %(token)s
    FROM saved, jsonb_object_keys(fields) AS field
"""


class RowTyped(NamedTuple):
    """Fields of one row as they are to be stored (``cells.cleaned``), and the version of the page."""

    item_id: str
    version: int
    fields: Mapping[str, Any]


def write_rows(
    table: ScoreTable, rows: Sequence[RowTyped], by: User, *, token: str = "", bases: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Save rows; returns new versions by clause. ``bases``: keys of base quantities contained in the value, by part."""
    if not rows:
        return {}
    parameters = {
        "table": table.pk,
        "rows": json.dumps([row._asdict() for row in rows], ensure_ascii=False),
        "bases": json.dumps(bases or {}),
        "token": token,
        "by": by.pk,
        "principal": principal_in(by, FILLERS),
        "at": clock.now(),
    }
    typed = frozenset[str]().union(*(row.fields for row in rows))
    return dict(_autosave(typed, f" AND NOT ({above().holder.locked})").save(parameters))


@cache
def _autosave(typed: frozenset[str], locks: str) -> Autosave:
    """Declaration of the statement for rows with these typed columns; ``locks`` are conditions on the row."""
    names = [name for name in FIELDS if name in typed]
    was, now = (", ".join(f"'{name}', {side}.{name}" for name in names) for side in ("old", "new"))
    return Autosave(
        table="assessments_scorerow",
        held=HELD,
        beside="jsonb_to_recordset(%(rows)s::jsonb) AS t (item_id text, version bigint, fields jsonb)",
        row=ROW + locks,
        columns={
            **{name: COLUMNS[name] for name in names},
            "changed_at": "%(at)s",
            "changed_by_id": "%(by)s",
            "changed_by_principal": "%(principal)s",
        },
        seen="t.version",
        returned=f"t.item_id, t.fields, jsonb_build_object({was}) AS was, jsonb_build_object({now}) AS now",
        history=HISTORY,
        answer="item_id, version",
    )
