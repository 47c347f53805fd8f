"""Import an indicator system from a workbook, all or nothing, and undo it while nothing was edited since."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from districts.common.enums import ImportKind
from districts.file.models.imports import ListImport
from districts.file.services.locking import assign
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.indicator_systems.services.indicators import COPIED, opened, take_values
from districts.lists.import_kinds import ListSpec
from districts.lists.services.imports import close_import, edited_since, open_import, record_import
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.columns.declared import Columns
from greendistrict.core.errors import Refused

Cells = Sequence[tuple[int, int, dict[str, Any]]]
LISTED = ListSpec("key", "指标", "条指标", Columns(IndicatorRow))


def apply_cells(*, system: IndicatorSystem, cells: Cells, by: User, file_name: str = "") -> int:
    """Save values of several rows, all or none: (row id, version read, values as typed). Returns the number of rows changed.

    With ``file_name`` the change is recorded as an import that can be undone. Raises as ``save_row``.
    """
    kept: list[dict[str, Any]] = []
    with transaction.atomic():
        stored = opened(system, by)
        rows = {row.pk: row for row in stored.rows.select_for_update(of=("self",), no_key=True)}
        for pk, version, values in cells:
            row = rows.get(pk)
            if row is None or row.version != version:
                msg = "预览之后有人改过这一版指标体系，这次没有写入；请重新上传"
                raise Refused(msg)
            row.system = stored
            before = {name: getattr(row, name) for name in COPIED}
            changed = take_values(row, values)
            _save(row, changed, by, "excel")
            kept.append({"id": pk, "label": row.key, "version": row.version, "before": {name: before[name] for name in changed}})
        if file_name:
            record_import(kind=ImportKind.INDICATORS, district=stored.district, rows=kept, file_name=file_name, by=by, system=stored)
    return len(kept)


def _save(row: IndicatorRow, changed: dict[str, list[str]], by: User, origin: str) -> None:
    row.version += 1
    row.save()
    audit.record(action="districts.save_indicator", by=by, obj=row, data={"key": row.key, "changed": changed, "from": origin})


def undo_cells(*, done: ListImport, by: User) -> None:
    """Undo an import of values. Raises ``NotAllowed``, ``Closed`` (handed up or approved), ``Refused`` naming rows edited since."""
    with transaction.atomic():
        stored = open_import(done)
        if stored.system is None:
            msg = "这次导入没有写入指标体系"
            raise Refused(msg)
        system = opened(stored.system, by)
        rows = {row.pk: row for row in system.rows.select_for_update(of=("self",), no_key=True)}
        if found := edited_since(LISTED, stored, rows):
            raise Refused(found)
        for kept in stored.rows:
            row = rows[kept["id"]]
            _save(row, assign(row, kept["before"]), by, "undo")
        close_import(stored, by)
