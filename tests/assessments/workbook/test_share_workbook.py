"""The clauses given to a bureau as a workbook: out with requirement and unit, back with a preview; nobody else's cell is touched."""

from http import HTTPStatus
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.sharing.models import RowShare
from assessments.sharing.services import give_out
from assessments.tables.models import ScoreRow
from assessments.tables.services.cells import save_cell
from assessments.workbook.score_table import SHARE_BOOK
from greendistrict.audit.models import AuditRecord
from tests.factories.assessments import make_self_check
from tests.factories.workbooks import saved

pytestmark = pytest.mark.django_db
ITEM, SECOND, OTHER = "7.2.7", "7.2.6", "4.1.1"
AT = {column.field: at for at, column in enumerate(SHARE_BOOK.columns)}


@pytest.fixture
def share(people):
    table = make_self_check(people).table
    return give_out(table=table, items=[ITEM, SECOND], by=people.preparer, organisation=people.bureau_body, note="按年报口径")


@pytest.fixture
def bureau(client, people):
    client.force_login(people.bureau)
    return client


def url(name, share):
    return reverse(f"assessments:{name}", args=[share.pk])


def exported(client, share):
    return openpyxl.load_workbook(BytesIO(client.get(url("share_export", share)).content))


def lines(book):
    return [row for row in book[SHARE_BOOK.sheet].iter_rows(min_row=SHARE_BOOK.first_row + 1) if row[0].value]


def cell(book, item_id, name="value"):
    return next(row[AT[name]] for row in lines(book) if row[0].value == f"{item_id}|")


def upload(client, share, book):
    return client.post(url("share_import", share), {"workbook": SimpleUploadedFile("表.xlsx", saved(book))})


def write(client, share, page, **choices):
    data = {"token": page.context["token"], "stamp": page.context["preview"].stamp, **choices}
    return client.post(url("share_import_apply", share), data)


def value(share, item_id=ITEM):
    return ScoreRow.objects.get(table=share.table, item_id=item_id).value


def test_the_workbook_holds_the_clauses_given_with_requirement_and_unit(bureau, share):
    page = bureau.get(url("share", share)).content.decode()
    assert url("share_export", share) in page
    assert url("share_import", share) in page
    book = exported(bureau, share)
    assert {row[0].value.partition("|")[0] for row in lines(book)} == {ITEM, SECOND}
    assert cell(book, ITEM, "how").value == "%"
    assert len(cell(book, ITEM, "requirement").value) > 10
    assert cell(book, ITEM, "requirement").protection.locked
    assert "按年报口径" in book[SHARE_BOOK.sheet]["B2"].value
    assert "分派的条文页面" in "".join(str(row[0].value) for row in book["填写说明"].iter_rows())


def test_what_comes_back_is_previewed_and_written_as_typing_would(bureau, people, share):
    book = exported(bureau, share)
    cell(book, ITEM).value = 12.5
    cell(book, SECOND, "explanation").value = "按统计年报"
    before = value(share)
    page = upload(bureau, share, book)
    assert page.status_code == HTTPStatus.OK
    assert "改动2格，须选定0格，不能接受0格" in page.content.decode()
    assert value(share) == before != "12.5"
    assert write(bureau, share, page).url == url("share", share)
    row = ScoreRow.objects.get(table=share.table, item_id=ITEM)
    assert (row.value, row.version, row.changed_by) == ("12.5", 1, people.bureau)
    record = AuditRecord.objects.get(action="table.import")
    assert (record.data["share"], record.data["fields"]) == (share.pk, 2)


def test_refused_cells_are_named_and_the_rest_may_be_written(bureau, share):
    book = exported(bureau, share)
    cell(book, ITEM).value = "很多"
    cell(book, SECOND, "explanation").value = "按统计年报"
    page = upload(bureau, share, book)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    [refused] = page.context["refused"]
    assert refused.note
    before = value(share)
    assert write(bureau, share, page, copy=page.context["copy"]).status_code == HTTPStatus.OK
    assert value(share) == before
    assert ScoreRow.objects.get(table=share.table, item_id=SECOND).explanation == "按统计年报"
    back = bureau.post(url("share_import_apply", share), {"returned": "1", "copy": page.context["copy"]})
    assert cell(openpyxl.load_workbook(BytesIO(back.content)), ITEM).value == "很多"


def test_what_is_newer_here_is_shown_with_both_values_and_nothing_is_lost(bureau, people, share):
    book = exported(bureau, share)
    cell(book, ITEM).value = 12.5
    save_cell(table=share.table, item_id=ITEM, field="value", value="33", version=0, token="", by=people.preparer)
    page = upload(bureau, share, book)
    [question] = page.context["preview"].questions
    assert ["33" in option.words for option in question.options].count(True) == 1
    assert write(bureau, share, page).status_code == HTTPStatus.CONFLICT
    assert value(share) == "33"


def test_no_cell_outside_the_share_is_taken(bureau, people, share, client):
    book = exported(bureau, share)
    lines(book)[0][0].value = f"{OTHER}|"
    page = upload(bureau, share, book)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert page.context["token"] == ""
    other = give_out(table=share.table, items=["7.2.1"], by=people.preparer, organisation=people.bureau_body)
    assert "工作簿是另一次分派" in upload(bureau, other, exported(bureau, share)).content.decode()


def test_a_signed_share_takes_no_workbook(client, people, share):
    client.force_login(people.preparer)
    assert [client.get(url(name, share)).status_code for name in ("share_import", "share_export")] == [403, 200]
    client.force_login(people.bureau)
    changed = exported(client, share)
    cell(changed, ITEM).value = 12.5
    page = upload(client, share, changed)
    RowShare.objects.filter(pk=share.pk).update(status="signed")
    assert write(client, share, page).status_code == HTTPStatus.GONE
    assert value(share) != "12.5"
