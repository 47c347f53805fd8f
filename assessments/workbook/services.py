"""A workbook of a score table: compared cell by cell, then written at once through the service of every cell."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import Scored, rows_of
from assessments.tables.services.cells_bulk import save_rows
from assessments.tables.services.import_rights import hold_import
from assessments.tables.services.rows import RowTyped
from assessments.workbook.score_table import ScoreBook
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.comparison import Given, settled
from indicators.editions.selectors import rules_for


def live_book(table: ScoreTable) -> ScoreBook:
    """The table as it is now. Unscored: a workbook is compared by what is stored."""
    rules = rules_for(table.edition)
    return ScoreBook(ScoreSheet(table, Scored(rules, rules.table(table.type, table.stage), None), rows_of(table.pk)[table.pk]))


def apply_import(
    *, table: ScoreTable, given: Iterable[Given], choices: Mapping[str, str], stamp: str, source: Mapping[str, str], by: User
) -> int:
    """Write what was previewed and decided; returns how many fields changed. ``source`` (name and SHA-256 of the file) goes on record.

    Raises ``NotAllowed``, ``Closed``, ``Stale`` with the new comparison when somebody was faster or something is undecided or refused.
    Nothing of it is written then.
    """
    with transaction.atomic():
        table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        hold_import(table, by)
        rows: list[RowTyped] = settled(live_book(table), given, choices, stamp).edits
        if save_rows(table=table, rows=rows, by=by):  # the table is locked; only a row that is gone could get here
            msg = "有条文未能写入，这次没有写入，请重新上传"
            raise Refused(msg)
        count = sum(len(row.fields) for row in rows)
        if rows:
            data = {**source, "fields": count, "items": [row.item_id for row in rows]}
            audit.record(action="table.import", by=by, obj=table, data=data)
    return count
