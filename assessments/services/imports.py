"""A workbook of a score table: compared cell by cell, then written all or nothing through the service of every cell."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from assessments.models import RowChange, ScoreTable
from assessments.rules.tables import EDITABLE
from assessments.selectors.scoring import rows_of, score_rows
from assessments.selectors.table_page import Sheet
from assessments.services.cells import cleaned, closed_words, save_cell
from assessments.workbook.compare import Comparer, Comparison
from assessments.workbook.read import Taken
from districts.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed, NotAllowed, Stale
from greendistrict.core.templatetags.gd import cn_datetime
from indicators.scoring import Item

TOKEN = "xlsx-"  # noqa: S105 -- how the history tells that a change came from a workbook


def hold_import(table: ScoreTable, by: User) -> None:
    """Raise ``NotAllowed`` or ``Closed`` where the person could not type into the table either."""
    if not may_edit_district(by, table.district):
        msg = "您可以查看这张评分表，不能填报"
        raise NotAllowed(msg)
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))


def live_sheet(table: ScoreTable) -> Sheet:
    """Rows of the table as they are now, scored."""
    rows = rows_of(table.pk)[table.pk]
    return Sheet(table, score_rows(table, rows.values()), rows)


def compared(sheet: Sheet, taken: Iterable[Taken], choices: Mapping[str, str] | None = None) -> Comparison:
    """Compare the cells of a workbook with the rows; one query for who changed them last."""
    cells = list(taken)

    def check(item: Item, field: str, raw: Any) -> Any:
        return cleaned(sheet.table, item, field, raw)

    changers = last_changers(sheet.table, {one.item_id for one in cells})
    return Comparer(sheet, check, choices=choices, changers=changers).compare(cells)


def last_changers(table: ScoreTable, items: Iterable[str]) -> dict[tuple[str, str], str]:
    """Who changed each field of these clauses last, and when, in words."""
    changes = RowChange.objects.filter(row__table=table, row__item_id__in=sorted(items)).order_by("row_id", "field", "-pk")
    latest = changes.distinct("row_id", "field").values_list("row__item_id", "field", "by__name", "at")
    return {(item_id, field): f"{name or '系统'}{cn_datetime(at)}" for item_id, field, name, at in latest}


def apply_import(
    *, table: ScoreTable, taken: Iterable[Taken], choices: Mapping[str, str], seen: str, nonce: str, source: Mapping[str, str], by: User
) -> int:
    """Write what was previewed and decided; returns how many cells changed.

    ``seen`` is the stamp of the preview, ``nonce`` marks this import, ``source`` (name and SHA-256 of the file) goes on record.
    Raises ``NotAllowed``, ``Closed``, ``Stale`` with the fresh ``Comparison`` when somebody was faster or something is undecided or
    refused. Nothing of it is written then.
    """
    with transaction.atomic():
        table = ScoreTable.objects.select_for_update(of=("self",)).select_related("district", "edition").get(pk=table.pk)
        hold_import(table, by)
        found = compared(live_sheet(table), taken, choices)
        _hold(found, seen)
        versions: dict[str, int] = {}
        for edit in found.edits:
            version, token = versions.get(edit.item_id, edit.version), f"{TOKEN}{nonce}-{edit.field}"
            saved = save_cell(table=table, item_id=edit.item_id, field=edit.field, value=edit.value, version=version, token=token, by=by)
            versions[edit.item_id] = saved.version
        data = {**source, "fields": len(found.edits), "items": sorted(versions)}
        audit.record(action="table.import", by=by, obj=table, data=data)
    return len(found.edits)


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
