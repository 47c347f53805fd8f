"""Export and import of one score table as a workbook, compared with the bare libraries on the same cells."""

from io import BytesIO
from typing import Any

from django.db import connection, transaction

from assessments.tables.models import RowChange, ScoreRow, ScoreTable
from assessments.tables.selectors.tables import table_worked_on
from assessments.workbook.score_table import BOOK
from assessments.workbook.services import apply_import, live_book
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.spreadsheets import OPTIONS
from greendistrict.documents.workbooks.columns import index_of
from greendistrict.documents.workbooks.comparison import given_of, read_sealed
from greendistrict.documents.workbooks.sealed import sealed_book
from tools.bench.errors import BenchError
from tools.bench.limits import ROW_FIELDS
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.seeding import Seeded

Sheets = dict[str, list[list[Any]]]
ITEM, EXPLANATION = (index_of(BOOK.columns, name) for name in ("item", "explanation"))
UPDATE_ALL = """
    UPDATE assessments_scorerow AS r SET explanation = n.text, version = r.version + 1
    FROM unnest(%s::text[], %s::text[]) AS n (item, text) WHERE r.table_id = %s AND r.item_id = n.item
"""


def both_ways(seeded: Seeded, effort: Effort) -> list[BenchRow]:
    """Export, then import with a change in every clause."""
    user = seeded.preparer
    table = fresh(seeded.table, user)
    content = sealed_book(live_book(table))
    cells = sheets_of(content)
    out = by_turns(lambda: lambda: sealed_book(live_book(fresh(table, user))), lambda: lambda: _bare_book(table, cells), effort)
    edited, count = with_edits(content)
    back = by_turns(lambda: lambda: _import(table, edited, user, count), lambda: lambda: _bare_import(table, edited), effort)
    notes = {"KB": round(len(content) / 1024), "clauses": count}
    return [
        cost_of("Excel export of one table", out, 1.3, notes=notes),
        cost_of("Excel import of one table, every clause changed", back, 2, notes=notes),
    ]


def fresh(table: ScoreTable, user: User) -> ScoreTable:
    """Read the table again, as a request does. Raises ``BenchError`` if the person does not see it."""
    found = table_worked_on(Viewer(user), table.pk)
    if found is None:
        msg = "the preparer does not see the table"
        raise BenchError(msg)
    return found


def sheets_of(content: bytes) -> Sheets:
    """Every cell of a workbook."""
    import openpyxl  # noqa: PLC0415 -- heavy; the benchmark's web workers import this package too

    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    return {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}


def with_edits(content: bytes) -> tuple[bytes, int]:
    """The workbook with a changed explanation for every clause that accepts one, and their number."""
    import openpyxl  # noqa: PLC0415 -- as above

    book = openpyxl.load_workbook(BytesIO(content))
    count, column = 0, EXPLANATION + 1
    for row in book[BOOK.sheet].iter_rows(min_row=BOOK.first_row + 1):
        if not row[column - 1].protection.locked:
            row[column - 1].value, count = f"第{count}条的说明", count + 1
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue(), count


def _bare_book(table: ScoreTable, cells: Sheets) -> bytes:
    """One fetch and the same cells, each with a border, by XlsxWriter only."""
    import xlsxwriter  # noqa: PLC0415 -- as above

    list(ScoreRow.objects.filter(table=table).order_by("order").values_list(*ROW_FIELDS))
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {**OPTIONS, "in_memory": True})  # as in our code
    form = book.add_format({"border": 1, "text_wrap": True})
    for name, rows in cells.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value, form)
    book.close()
    return stream.getvalue()


def _import(table: ScoreTable, content: bytes, user: User, count: int) -> None:
    """Preview and import as in two requests, then rolled back."""
    with transaction.atomic():
        found = read_sealed(live_book(fresh(table, user)), content)
        done = apply_import(table=table, given=given_of(found.work()), choices={}, stamp=found.stamp, source={}, by=user)
        if done != count or RowChange.objects.filter(row__table=table, field="explanation").count() < count:
            msg = "an import did not write every clause with its history"
            raise BenchError(msg)
        transaction.set_rollback(True)


def _bare_import(table: ScoreTable, content: bytes) -> None:
    """The cells read by openpyxl, and one UPDATE of as many rows."""
    import openpyxl  # noqa: PLC0415 -- as above

    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    rows = [list(row) for row in book[BOOK.sheet].iter_rows(min_row=BOOK.first_row + 1, values_only=True)]
    texts = {str(row[ITEM]): str(row[EXPLANATION]) for row in rows if row[EXPLANATION]}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UPDATE_ALL, [list(texts), list(texts.values()), table.pk])
        transaction.set_rollback(True)
