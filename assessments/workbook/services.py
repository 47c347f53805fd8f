"""Import of a workbook: compared cell by cell, then written through the service of every cell."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from assessments.prefill.services import take_over
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.share_page.selectors import share_rows
from assessments.sharing.lifecycle import is_assignee, may_fill
from assessments.sharing.models import RowShare
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import Scored, rows_of
from assessments.tables.services.base_quantities import settle_bases
from assessments.tables.services.cells import hold_import, save_rows
from assessments.tables.services.rows import RowTyped
from assessments.workbook.score_table import ScoreBook, ShareBook, year_before
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents.workbooks.comparison import Given, settled
from indicators.editions.selectors import rules_for


def live_book(table: ScoreTable) -> ScoreBook:
    """The live table, without scores, because the comparison uses stored values only."""
    rules = rules_for(table.edition)
    return ScoreBook(ScoreSheet(table, Scored(rules, rules.table(table.type, table.stage), None), rows_of(table.pk)[table.pk]), clock.now())


def apply_import(
    *, table: ScoreTable, given: Iterable[Given], choices: Mapping[str, str], stamp: str, source: Mapping[str, str], by: User
) -> int:
    """Write the previewed and confirmed changes; returns the number of fields. ``source`` (file name and SHA-256) is audited.

    Raises ``NotAllowed``, ``Closed``, or ``Stale`` with a new comparison if somebody changed the table meanwhile or a cell is undecided or
    refused. Nothing is written in these cases.
    """
    with transaction.atomic():
        table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        hold_import(table, by)
        return _write(table, settled(live_book(table), given, choices, stamp).edits, source, by)


def live_share_book(share: RowShare) -> ShareBook:
    """The live clauses of a share, without scores."""
    rules = rules_for(share.table.edition)
    scored = Scored(rules, rules.table(share.table.type, share.table.stage), None)
    return ShareBook(ScoreSheet(share.table, scored, share_rows(share)), share, clock.now())


def hold_share_import(share: RowShare, by: User) -> None:
    """Raise ``NotAllowed`` or ``Closed`` unless the user may fill in the share."""
    posts = posts_of(by)
    NotAllowed.unless(is_assignee(posts, share), "您可以查看分派的条文，不能填报")
    Closed.unless(may_fill(posts, share), "这些条文已签认或收回，或评分表已提交，不能再改")


def apply_share_import(
    *, share: RowShare, given: Iterable[Given], choices: Mapping[str, str], stamp: str, source: Mapping[str, str], by: User
) -> int:
    """As ``apply_import``, for the clauses of a share."""
    with transaction.atomic():
        ScoreTable.objects.select_for_update(of=("self",), no_key=True).get(pk=share.table_id)
        share = RowShare.objects.select_related("table__district", "table__edition", "organisation", "person").get(pk=share.pk)
        hold_share_import(share, by)
        return _write(share.table, settled(live_share_book(share), given, choices, stamp).edits, {**source, "share": share.pk}, by)


def _write(table: ScoreTable, rows: list[RowTyped], source: Mapping[str, str | int], by: User) -> int:
    """Write the rows of a workbook under the table's lock, all or none; returns the number of fields changed.

    What the workbook of the year before says as that year's table does is taken over, so it waits for confirmation like any other.
    """
    count, items = sum(len(row.fields) for row in rows), [row.item_id for row in rows]
    if earlier := source.get("earlier"):
        rows = take_over(table, rows, year_before(table).first(), f"{earlier}工作簿", by)
    if save_rows(table=table, rows=rows, by=by):  # the table is locked; only a row that is gone could get here
        msg = "有条文未能写入，这次没有写入，请重新上传"
        raise Refused(msg)
    if earlier:
        settle_bases(table, by)  # what was taken over beside what was typed
    if items:
        data = {**source, "fields": count, "items": items}
        audit.record(action="table.import", by=by, obj=table, data=data)
    return count
