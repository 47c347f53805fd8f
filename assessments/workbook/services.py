"""A workbook of a score table: compared cell by cell, then written all or nothing through the service of every cell."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import RowChange, ScoreTable
from assessments.tables.selectors.scoring import Scored, rows_of
from assessments.tables.services.cells import cleaned
from assessments.tables.services.cells_bulk import save_rows
from assessments.tables.services.import_rights import hold_import
from assessments.tables.services.rows import RowTyped
from assessments.workbook.compare import Comparer, Comparison
from assessments.workbook.read import Taken
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused, Stale
from greendistrict.core.templatetags.gd import cn_datetime
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item


def live_sheet(table: ScoreTable) -> ScoreSheet:
    """Rows of the table as they are now. Unscored: a workbook is compared by what is stored."""
    rules = rules_for(table.edition)
    return ScoreSheet(table, Scored(rules, rules.table(table.type, table.stage), None), rows_of(table.pk)[table.pk])


def compared(sheet: ScoreSheet, taken: Iterable[Taken], choices: Mapping[str, str] | None = None) -> Comparison:
    """Compare the cells of a workbook with the rows; one query for who changed them last, where somebody did meanwhile."""
    cells = list(taken)

    def check(item: Item, field: str, raw: Any) -> Any:
        return cleaned(sheet.table, item, field, raw)

    def changers() -> Mapping[tuple[str, str], str]:
        return last_changers(sheet.table, {one.item_id for one in cells})

    return Comparer(sheet, check, choices=choices, changers=changers).compare(cells)


def last_changers(table: ScoreTable, items: Iterable[str]) -> dict[tuple[str, str], str]:
    """Who changed each field of these clauses last, and when, in words."""
    changes = RowChange.objects.filter(row__table=table, row__item_id__in=sorted(items)).order_by("row_id", "field", "-pk")
    latest = changes.distinct("row_id", "field").values_list("row__item_id", "field", "by__name", "at")
    return {(item_id, field): f"{name or '系统'}{cn_datetime(at)}" for item_id, field, name, at in latest}


def apply_import(
    *, table: ScoreTable, taken: Iterable[Taken], choices: Mapping[str, str], seen: str, source: Mapping[str, str], by: User
) -> int:
    """Write what was previewed and decided; returns how many fields changed.

    ``seen`` is the stamp of the preview, ``source`` (name and SHA-256 of the file) goes on record.
    Raises ``NotAllowed``, ``Closed``, ``Stale`` with the fresh ``Comparison`` when somebody was faster or something is undecided or
    refused. Nothing of it is written then.
    """
    with transaction.atomic():
        table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        hold_import(table, by)
        found = compared(live_sheet(table), taken, choices)
        _hold(found, seen)
        rows = typed_rows(found)
        if save_rows(table=table, rows=rows, by=by):  # the table is locked; only a row that is gone could get here
            msg = "有条文未能写入，这次没有写入，请重新上传"
            raise Refused(msg)
        if rows:
            data = {**source, "fields": len(found.edits), "items": [row.item_id for row in rows]}
            audit.record(action="table.import", by=by, obj=table, data=data)
    return len(found.edits)


def typed_rows(found: Comparison) -> list[RowTyped]:
    """The edits by clause, as the service of many cells takes them."""
    rows: dict[str, RowTyped] = {}
    for edit in found.edits:
        row = rows.setdefault(edit.item_id, RowTyped(edit.item_id, edit.version, {}))
        rows[edit.item_id] = row._replace(fields={**row.fields, edit.field: edit.value})
    return list(rows.values())


def _hold(found: Comparison, seen: str) -> None:
    if found.seen != seen:
        msg = "预览之后有人改过这些条文，这次没有写入；已按最新内容重新比较，请再核对一次"
        raise Stale(msg, current=found)
    if found.refused:
        msg = "选定后有一格不能接受，这次没有写入：" + next(f"{line.address} {line.note}" for line in found.refused)
        raise Stale(msg, current=found)
    if found.undecided:
        msg = f"还有{found.undecided}格没有选定，这次没有写入"
        raise Stale(msg, current=found)
