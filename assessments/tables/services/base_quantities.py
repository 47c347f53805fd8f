"""Base quantities of a table: stored once, copied into every clause that uses them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction

from assessments.plausibility.cross_row_rules import Base
from assessments.tables.models import FILLERS, BaseChange, RowChange, ScoreRow, ScoreTable
from assessments.tables.rules import EDITABLE
from assessments.tables.selectors.scoring import bases_for
from greendistrict.accounts.acting import both_names, principal_in
from greendistrict.accounts.models import User
from greendistrict.core import clock, memoisation
from greendistrict.core.columns import write_columns

BASE_FIELD = "base"  # of the history of a row: written by the table, not typed into the row, so its version stays


def held_value(table: ScoreTable, key: str) -> str:
    """Value of a base quantity as text; empty if the table does not hold it."""
    return str(table.bases.get(key, {}).get("value") or "")


def settle_bases(table: ScoreTable, by: User | None, keys: Collection[str] | None = None) -> tuple[str, ...]:
    """Store every base quantity on which all clauses agree; differing ones wait for a decision.

    ``keys`` limits the quantities. Returns the keys held from now on, and updates ``table.bases``.
    """
    bases = bases_for(table).by_key
    asked = [bases[key] for key in (bases if keys is None else keys) if key in bases and not held_value(table, key)]
    if not asked:
        return ()
    with transaction.atomic():
        locked = ScoreTable.objects.select_for_update(of=("self",), no_key=True).only("bases", "status").get(pk=table.pk)
        if locked.status not in EDITABLE:
            return ()
        rows = _rows(locked, asked)
        agreed = {base.key: said.pop() for base in asked if not held_value(locked, base.key) and len(said := _said(base, rows)) == 1}
        for key, value in agreed.items():
            put_base(locked, bases[key], value, rows.values(), by=by, token="")
    table.bases = locked.bases
    memoisation.forget()
    return tuple(agreed)


def _rows(table: ScoreTable, bases: Iterable[Base]) -> dict[str, ScoreRow]:
    items = {item for base in bases for item in base.items}
    return {
        row.item_id: row
        for row in ScoreRow.objects.select_for_update(no_key=True).filter(table=table.pk, item_id__in=items, value__isnull=False)
    }


def _said(base: Base, rows: Mapping[str, ScoreRow]) -> set[str]:
    """Distinct amounts in the clauses."""
    values = [(rows[item].value, part) for item, part in base.places if item in rows]
    return {str(value[part]) for value, part in values if isinstance(value, Mapping) and value.get(part) is not None}


def put_base(table: ScoreTable, base: Base, value: str, rows: Iterable[ScoreRow], *, by: User | None, token: str) -> None:
    """Store the value in a locked table and write it into the rows that have an amount, each with a history entry."""
    now, old = clock.now(), table.bases.get(base.key, {})
    entry = {
        "value": value,
        "version": int(old.get("version", 0)) + 1,
        "at": now.isoformat(),
        "by": both_names(by.name, principal_in(by, FILLERS)) if by else "系统",
    }
    table.bases = {**table.bases, base.key: entry}
    table.save(update_fields=["bases"])
    said = {"old": str(old.get("value") or ""), "new": value}
    BaseChange.objects.create(table_id=table.pk, key=base.key, by=by, at=now, token=token, **said)
    if value:
        _fan_out(base, value, rows, by)


def _fan_out(base: Base, value: str, rows: Iterable[ScoreRow], by: User | None) -> None:
    parts: dict[str, list[str]] = {}
    for item, part in base.places:
        parts.setdefault(item, []).append(part)
    now, changed, lines = clock.now(), [], []
    for row in rows:
        new: Any = {**row.value, **dict.fromkeys(parts.get(row.item_id, ()), value)} if isinstance(row.value, Mapping) else row.value
        if new != row.value:
            lines.append(RowChange(row=row, field=BASE_FIELD, old=row.value, new=new, by=by, at=now))
            row.value, row.changed_at = new, now
            changed.append(row)
    write_columns(changed, ["value", "changed_at"])
    RowChange.objects.bulk_create(lines)
