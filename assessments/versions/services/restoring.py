"""Discard changes since the last submission: reset the rows to the frozen version."""

from typing import Any

from django.db import transaction

from assessments.findings.services.plausibility import restore_answers
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.selectors.scoring import RowData, bases_for, rows_of, rows_of_version
from assessments.tables.services.base_quantities import held_value, put_base
from assessments.tables.services.cells_bulk import save_rows
from assessments.tables.services.import_rights import hold_import
from assessments.tables.services.rows import FIELDS, RowTyped
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused


def restore_version(*, table: ScoreTable, version: TableVersion, by: User) -> int:
    """Restore the rows of the newest version and their explanations, with a history entry per cell; returns the number of rows changed.

    Files under the rows stay as they are. Raises ``NotAllowed``, ``Closed``, ``Refused`` for a version that is not the newest.
    """
    with transaction.atomic():
        table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        hold_import(table, by)
        newest = table.versions.order_by("-number").first()
        if newest is None or newest.pk != version.pk:
            msg = "只能恢复到最近提交的一版"
            raise Refused(msg)
        now = rows_of(table.pk)[table.pk]
        rows = [typed for name, row in rows_of_version(newest).items() if name in now and (typed := _typed(now[name], row)).fields]
        # Versions frozen before base quantities existed have none.
        then = {one["key"]: one["value"] for one in newest.content.get("bases", ())}
        for key, base in bases_for(table).by_key.items():
            if held_value(table, key) != then.get(key, ""):
                put_base(table, base, then.get(key, ""), (), by=by, token="")
        Refused.when(save_rows(table=table, rows=rows, by=by), "有条文未能恢复，这次没有写入，请重试")
        restore_answers(table=table, kept=[one for row in newest.content["rows"] for one in row.get("findings", ())], by=by)
        if rows:
            audit.record(action="table.restore", by=by, obj=table, data={"version": newest.number, "items": [row.item_id for row in rows]})
    return len(rows)


def _typed(now: RowData, then: RowData) -> RowTyped:
    fields: dict[str, Any] = {name: getattr(then, name) for name in FIELDS if getattr(then, name) != getattr(now, name)}
    return RowTyped(now.item_id, now.version, fields)
