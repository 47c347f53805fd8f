"""Write an import of a list, all or nothing, and undo it while nothing depends on it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models, transaction

from districts.baselines.models import Baseline
from districts.common.enums import ImportKind
from districts.file.models.district import District
from districts.file.models.imports import ListImport
from districts.file.services.locking import hold_editor, locked
from districts.lists.import_kinds import KINDS, ListSpec, Values
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal, Refused

BATCH = 1000
ImportedRow = Mapping[str, Any]  # {"pk", "version", "label", "fields", "values"} as documents.workbooks.reader.ImportedRow
Rows = Mapping[int, Any]
NAMED = 5


def apply_import(*, kind: ImportKind, district: District, works: Sequence[ImportedRow], file_name: str, by: User) -> ListImport:
    """Write the previewed new and changed rows of a list, in a number of queries that does not depend on their number.

    Raises ``NotAllowed``, ``Refused`` if a row was changed or frozen since the preview.
    """
    hold_editor(by, district)
    listed = KINDS[kind]
    with transaction.atomic():
        locked(district, None)
        rows = {
            row.pk: row
            for row in listed.columns.model._base_manager.filter(district=district).select_for_update(no_key=True).order_by("pk")
        }
        _hold_fresh(listed, works, rows)
        _hold_settled(listed, district, works, rows)
        kept = _before(listed, works, rows)
        try:
            with transaction.atomic():
                made = _write(listed, district, works, rows)
        except IntegrityError as error:
            msg = f"有{listed.noun}与平台上的内容冲突，这次没有写入；请重新上传预览"
            raise Refused(msg) from error
        stored = [{**before, "id": row.pk, "version": row.version} for before, row in zip(kept, made, strict=True)]
        return record_import(kind=kind, district=district, rows=stored, file_name=file_name, by=by)


def record_import(
    *, kind: ImportKind, district: District, rows: Sequence[Mapping[str, Any]], file_name: str, by: User, **more: Any
) -> ListImport:
    """Record an import inside its transaction; ``rows`` as in ``ListImport.rows``."""
    added = sum(row["before"] is None for row in rows)
    done = ListImport.objects.create(
        kind=kind,
        district=district,
        file_name=fitted(ListImport, "file_name", file_name),
        imported_at=clock.now(),
        imported_by=by,
        added=added,
        changed=len(rows) - added,
        rows=rows,
        **more,
    )
    data = {"district": district.code, "kind": kind, "file": file_name, "added": added, "changed": len(rows) - added}
    audit.record(action="districts.import_list", by=by, obj=done, data=data)
    return done


def _hold_fresh(listed: ListSpec, works: Iterable[ImportedRow], rows: Rows) -> None:
    stale = [work["label"] for work in works if work["pk"] and (work["pk"] not in rows or rows[work["pk"]].version != work["version"])]
    if stale:
        msg = f"预览之后有人改过{named(listed, stale)}，这次没有写入；请重新上传"
        raise Refused(msg)


def _hold_settled(listed: ListSpec, district: District, works: Iterable[ImportedRow], rows: Rows) -> None:
    """Raise ``Refused`` for frozen fields, again after the preview, because a baseline may have been frozen since."""
    wanted = {work["pk"]: {name: _typed(listed, name, value) for name, value in work["fields"].items()} for work in works if work["pk"]}
    if settled := listed.settled(district, rows, wanted):
        msg = f"{named(listed, settled)}已列入试点基线，这次没有写入；确需调整须经变更办理"
        raise Refused(msg)


def named(listed: ListSpec, labels: Sequence[str]) -> str:
    """The first few rows by name."""
    shown = "、".join(labels[:NAMED])
    return f"{shown}等{len(labels)}{listed.unit}" if len(labels) > NAMED else f"{listed.noun}{shown}"


def _before(listed: ListSpec, works: Sequence[ImportedRow], rows: Rows) -> list[dict[str, Any]]:
    """Current values, stored for the undo."""
    values = listed.hanging({work["pk"]: work["values"] for work in works if work["pk"] and work["values"]})
    return [
        {
            "label": work["label"],
            "before": None if work["pk"] is None else {name: _plain(getattr(rows[work["pk"]], name)) for name in work["fields"]},
            **({listed.values_key: values[work["pk"]]} if work["pk"] in values else {}),
        }
        for work in works
    ]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | dt.date) else value


def _typed(listed: ListSpec, name: str, value: Any) -> Any:
    return listed.columns[name].field.to_python(value)


def _write(listed: ListSpec, district: District, works: Sequence[ImportedRow], rows: Rows) -> list[Any]:
    """Write the rows; returns them in the order of the works."""
    made = []
    for work in works:
        row: Any = rows[work["pk"]] if work["pk"] else listed.columns.model(district=district, is_demo=district.is_demo)
        for name, value in work["fields"].items():
            setattr(row, name, _typed(listed, name, value))
        row.version += 1 if work["pk"] else 0
        made.append(row)
    listed.columns.model._base_manager.bulk_create([row for row in made if row.pk is None], batch_size=BATCH)
    _overwrite(listed, [row for row, work in zip(made, works, strict=True) if work["pk"]])
    listed.hang({row.pk: work["values"] for row, work in zip(made, works, strict=True) if work["values"]})
    listed.drop_backfills({work["pk"]: work["fields"] for work in works if work["pk"]})
    return made


def _overwrite(listed: ListSpec, rows: Sequence[Any]) -> None:
    """Overwrite stored rows with these values. They are locked, so all exist; an upsert is much faster than a CASE per row."""
    listed.columns.model._base_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=[*listed.columns, "version"]
    )


def undo_import(*, done: ListImport, by: User) -> None:
    """Undo an import: delete added rows, restore changed ones. Raises ``NotAllowed``; ``Refused`` naming what depends on them."""
    hold_editor(by, done.district)
    listed = KINDS[ImportKind(done.kind)]
    with transaction.atomic():
        stored = open_import(done)
        rows = {
            row.pk: row
            for row in listed.columns.model._base_manager.select_for_update(no_key=True).filter(pk__in=[row["id"] for row in stored.rows])
        }
        if found := [*edited_since(listed, stored, rows), *_standing_on(listed, stored)]:
            raise Refused(found)
        _restore(listed, stored, rows)
        close_import(stored, by)


def open_import(done: ListImport) -> ListImport:
    """Lock and return the import. Raises ``Refused`` if it was already undone."""
    stored = locked(done, None)
    Refused.when(stored.undone_at, "这次导入已经撤销")
    return stored


def close_import(stored: ListImport, by: User) -> None:
    """Mark an import as undone."""
    stored.undone_at, stored.undone_by = clock.now(), by
    stored.save(update_fields=["undone_at", "undone_by", "undone_by_principal"])
    data = {"district": stored.district.code, "kind": stored.kind, "file": stored.file_name}
    audit.record(action="districts.undo_import", by=by, obj=stored, data=data)


def edited_since(listed: ListSpec, done: ListImport, rows: Rows) -> list[Refusal]:
    """Refusals for rows of an import that were deleted or edited after it."""
    moved = [row["label"] for row in done.rows if row["id"] not in rows or rows[row["id"]].version != row["version"]]
    text = f"导入之后{named(listed, moved)}已修改或删除，不能整批撤销"
    return [Refusal(text, remedy="请逐个修改")] if moved else []


def _standing_on(listed: ListSpec, done: ListImport) -> list[Refusal]:
    """Refusals for records that depend on added rows, and for a baseline frozen since."""
    found = []
    added = listed.columns.model._base_manager.filter(pk__in=[row["id"] for row in done.rows if row["before"] is None])
    for words, used in listed.used(added):
        labels = list(used.order_by(listed.key).values_list(listed.key, flat=True).distinct())
        if labels:
            found.append(Refusal(f"{named(listed, labels)}{words}，不能整批撤销"))
    frozen = Baseline.objects.filter(district=done.district, frozen_at__gte=done.imported_at).first()
    if frozen:
        found.append(Refusal(f"{frozen}已按导入后的清单冻结，不能撤销"))
    return found


def _restore(listed: ListSpec, done: ListImport, rows: Rows) -> None:
    added = listed.columns.model._base_manager.filter(pk__in=[row["id"] for row in done.rows if row["before"] is None])
    try:
        added.delete()
    except models.ProtectedError as error:
        msg = f"导入的{listed.noun}已被其他办理引用，不能整批撤销"
        raise Refused(msg) from error
    changed, values = [], dict[int, Values]()
    for row in done.rows:
        if row["before"] is None:
            continue
        stored = rows[row["id"]]
        for name, value in row["before"].items():
            setattr(stored, name, _typed(listed, name, value))
        stored.version += 1
        changed.append(stored)
        if row.get(listed.values_key):
            values[row["id"]] = row[listed.values_key]
    _overwrite(listed, changed)
    listed.drop_backfills({row["id"]: row["before"] for row in done.rows if row["before"] is not None})
    listed.hang(listed.hung(values))
