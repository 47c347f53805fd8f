"""The workbook of the year before in this year's table: asked about, read by its clauses, and what is taken over waits for confirmation."""

import pytest

from assessments.prefill.models import RowPrefill
from assessments.sharing.models import RowShare
from assessments.sharing.services import give_out
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.tables.services.base_quantities import held_value
from assessments.tables.services.cells import save_cell
from assessments.workbook.score_table import BOOK, SHARE_BOOK
from greendistrict.audit.models import AuditRecord
from tests.assessments.browsing import lacking, put, row_of, url
from tests.assessments.sealed import Desk
from tests.assessments.workbook.test_workbook_pages import desk_of
from tests.factories.assessments import make_self_check, make_table
from tests.factories.districts import make_district

ITEM, SECOND = "7.2.7", "7.2.6"
ASKED = "这是2025年度的工作簿"
UNASKED = "工作簿是2025年度的，没有选“读入”，这次没有写入"


@pytest.fixture
def last(people):
    return make_self_check(people, year=2025).table


@pytest.fixture
def table(people, last):
    """This year's, empty: it was opened before last year's was received."""
    return make_self_check(people, district=last.district, year=2026, filled=False).table


@pytest.fixture
def desk(people, last, table):
    """Last year's workbook on the page of this year's table."""
    old, new = desk_of(people.preparer, last).export(), desk_of(people.preparer, table)
    new.book, new.sheet = old.book, old.sheet
    return new


def untouched(table):
    return not ScoreRow.objects.filter(table=table, value__isnull=False).exists()


def test_it_is_asked_about_and_nothing_is_written_before_the_answer(table, desk):
    page = desk.send()
    assert lacking(page, ASKED, "它的空格不改本页的内容", 'name="earlier"', "把2025年度工作簿的内容读入本页") == (200, [])
    assert page.context["preview"].changed
    assert lacking(desk.write(page), UNASKED) == (409, [])
    assert untouched(table)


def test_what_it_says_as_last_year_waits_and_what_was_typed_anew_does_not(people, last, table, desk):
    put(last, SECOND, explanation="按年报（虚构）")
    desk = desk_of(people.preparer, table)
    old = desk_of(people.preparer, last).export()
    desk.book, desk.sheet = old.book, old.sheet
    desk.put(f"{ITEM}|", 12.5)
    assert desk.write(desk.send(), earlier="1").status_code == 302
    new, same = row_of(table), row_of(table, SECOND)
    assert (new.value, new.version, new.changed_by) == ("12.5", 1, people.preparer)
    assert (same.value, same.version, same.explanation) == (row_of(last, SECOND).value, 0, "按年报（虚构）")
    waiting = RowPrefill.objects.filter(row__table=table)
    assert {(one.source, one.label, one.confirmed_at) for one in waiting} == {("last_year", "2025年度工作簿", None)}
    assert ITEM not in waiting.values_list("row__item_id", flat=True)
    assert "待确认" in desk.client.get(url("score_table", table)).content.decode()
    assert AuditRecord.objects.get(action="table.import").data["earlier"] == "2025年度"


def test_base_quantities_on_which_it_agrees_are_held_from_then_on(people, last, table):
    for item, amount in (("4.2.8", "30"), ("5.2.3", "31"), ("5.2.13", "40"), ("5.2.18", "41")):
        put(last, item, value={"a": amount, "b": "100"})
    desk, old = desk_of(people.preparer, table), desk_of(people.preparer, last).export()
    desk.book, desk.sheet = old.book, old.sheet
    assert desk.write(desk.send(), earlier="1").status_code == 302
    assert row_of(table, "5.2.3").value == {"a": "31", "b": "100"}
    assert held_value(ScoreTable.objects.get(pk=table.pk), "4.2.8.b") == "100"


def test_its_empty_cells_clear_nothing_and_it_conflicts_with_nobody(people, last, table, desk):
    row = row_of(table, SECOND)
    save_cell(table=table, item_id=SECOND, field="value", value="44", version=row.version, token="", by=people.preparer)
    desk.cell(f"{SECOND}|").value = None
    page = desk.send()
    assert page.context["preview"].questions == []
    assert desk.write(page, earlier="1").status_code == 302
    assert row_of(table, SECOND).value == "44"


def test_rows_that_come_back_from_it_are_of_this_year(table, desk):
    desk.put(f"{ITEM}|", "约80")
    page = desk.send()
    assert desk.write(page, earlier="1").status_code == 302
    copy = desk.returned(page)
    assert [line[0].value for line in copy.lines] == [f"{ITEM}|"]
    copy.put(f"{ITEM}|", 81)
    again = copy.send()
    assert (ASKED in again.content.decode(), copy.write(again).status_code) == (False, 302)
    assert row_of(table).value == "81"


@pytest.mark.parametrize("other", ["two years before", "district", "purpose", "next year"])
def test_any_other_table_is_refused_as_before(people, last, table, other):
    if other == "district":
        given = make_self_check(people, district=make_district(people), year=2025).table
    elif other == "purpose":
        given = make_table(last.district, purpose="application", year=None)
    else:
        given = make_self_check(people, district=last.district, year=2024 if other == "two years before" else 2027).table
    old, desk = desk_of(people.preparer, given).export(), desk_of(people.preparer, table)
    desk.book, desk.sheet = old.book, old.sheet
    page = desk.send()
    assert (page.status_code, page.context["token"], ASKED in page.content.decode()) == (422, "", False)
    assert page.context["preview"].problems[0].startswith("工作簿是另一")


def share_desk(people, share):
    return Desk(people.consultant, SHARE_BOOK, *(url(f"share_{what}", share) for what in ("export", "import", "import_apply")))


def test_a_share_takes_that_of_last_year_from_the_same_person(people, last, table):
    for one in (last, table):
        give_out(table=one, items=[ITEM, SECOND], organisation=None, person=people.consultant, due_on=None, note="", by=people.preparer)
    before, now = (RowShare.objects.get(table=one) for one in (last, table))
    old, desk = share_desk(people, before).export(), share_desk(people, now)
    desk.book, desk.sheet = old.book, old.sheet
    page = desk.send()
    assert lacking(page, ASKED) == (200, [])
    assert desk.write(page, earlier="1").status_code == 302
    assert row_of(table).value == row_of(last).value


def reversed_rows(sheet):
    first = BOOK.first_row + 1
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]
    for at, row in enumerate(reversed([row for row in rows if row[0]]), start=first):
        for column, value in enumerate(row, start=1):
            sheet.cell(at, column).value = value  # an empty one too


def half_gone(sheet):
    keep = [row for row in range(BOOK.first_row + 1, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith((ITEM, SECOND))]
    for row in range(sheet.max_row, BOOK.first_row, -1):
        if row not in keep:
            sheet.delete_rows(row)


def column_last(sheet):
    at = [column.field for column in BOOK.columns].index("explanation") + 1
    values = [sheet.cell(row, at).value for row in range(1, sheet.max_row + 1)]
    last = sheet.max_column
    sheet.delete_cols(at)
    for row, value in enumerate(values, start=1):
        sheet.cell(row, last).value = value


def column_gone(sheet):
    sheet.delete_cols([column.field for column in BOOK.columns].index("explanation") + 1)


def full_width(sheet):
    at = [column.field for column in BOOK.columns].index("value")
    cell = next(row[at] for row in sheet.iter_rows(min_row=BOOK.first_row + 1) if row[0].value == f"{ITEM}|")
    cell.value = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in f"{cell.value}%")


VARIANTS = (reversed_rows, half_gone, column_last, column_gone, full_width)


@pytest.mark.parametrize("change", VARIANTS)
def test_however_last_years_workbook_was_kept_it_is_read_by_its_clauses(last, table, desk, change):
    change(desk.sheet)
    page = desk.send()
    assert lacking(page, ASKED) == (200, [])
    assert desk.write(page, earlier="1").status_code == 302
    assert [row_of(table, name).value for name in (ITEM, SECOND)] == [row_of(last, name).value for name in (ITEM, SECOND)]
