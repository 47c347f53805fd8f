"""The audit keeper's page: content, filter, export."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from districts.file.models.district import District
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import record
from greendistrict.core import clock, request_id
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper(client, people):
    client.force_login(people.audit_keeper)
    return client


@pytest.fixture
def rows(people):
    with clock.at(clock.now() - 3 * DAY), request_id.bound("request-0001", "203.0.113.7"):
        old = record(action="accounts.set_active", by=people.system_keeper, obj=people.preparer, data={"active": False, "reason": "调离"})
    district = make_district(people)
    new = record(
        action="districts.save_profile", by=people.preparer, obj=district, data={"changed": {"name": ["甲区", "乙区"], "x": [None, 2]}}
    )
    return old, new


def listed(keeper, **asked):
    page = keeper.get(reverse("audit:event_list"), asked)
    assert page.status_code == 200
    return [line.record.pk for line in page.context["lines"]]


def test_values_before_and_after_are_shown_under_the_names_of_the_fields(keeper, rows):
    page = keeper.get(reverse("audit:event_list")).content.decode()
    name = District._meta.get_field("name").verbose_name
    assert f"<li>{name}：甲区 → <b>乙区</b></li>" in page.replace("\n", "")
    assert "x：空 → <b>2</b>" in page
    assert "启用：否" in page
    assert "事由：调离" in page


def test_each_condition_narrows_the_list(keeper, rows, people):
    old, new = (row.pk for row in rows)
    day = (clock.now() - 3 * DAY).astimezone(clock.SHANGHAI).date()
    for asked in (
        {"last_day": day.isoformat()},
        {"first_day": day.isoformat(), "last_day": day.isoformat()},
        {"person": people.system_keeper.name},
        {"action": "启用"},
        {"action": "accounts.set_active"},
        {"obj": f"accounts.user:{people.preparer.pk}"},
        {"address": "203.0.113"},
        {"q": "停用"},
    ):
        assert listed(keeper, **asked) == [old], asked
    assert new in listed(keeper, first_day=(day + DAY).isoformat())
    assert old not in listed(keeper, first_day=(day + DAY).isoformat())
    assert listed(keeper, q="没有这样的词") == []


def test_conditions_that_cannot_be_read_are_said_and_narrow_nothing(keeper, rows):
    page = keeper.get(reverse("audit:event_list"), {"first_day": "2026-02-30", "q": "停用"})
    assert [line.record.pk for line in page.context["lines"]] == [rows[0].pk]
    assert page.context["form"].errors


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(keeper, people, kept_queries, count):
    for _ in range(count):
        record(action="test.act", by=people.preparer, data={"changed": {"a": [1, 2]}})
    keeper.get(reverse("audit:event_list"))
    with kept_queries():
        keeper.get(reverse("audit:event_list"))


def test_the_workbook_and_the_csv_hold_what_is_filtered_and_are_recorded(keeper, rows):
    book = keeper.get(reverse("audit:event_export"), {"q": "停用"})
    sheet = load_workbook(io.BytesIO(book.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [line[1] for line in cells] == [rows[0].pk]
    answer = keeper.get(reverse("audit:event_export"), {"q": "停用", "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[0] for line in lines] == ["记录号", str(rows[0].pk)]
    assert lines[1][7] == "启用：否；事由：调离"
    told = AuditRecord.objects.filter(action="audit.export").order_by("pk").values_list("data", flat=True)
    assert [(row["kind"], row["rows"]) for row in told] == [("xlsx", 1), ("csv", 1)]


def test_a_cell_of_the_csv_begins_no_formula(keeper, people):
    record(action="test.act", by=None, name="=1+1", label="@x")
    answer = keeper.get(reverse("audit:event_export"), {"format": "csv", "action": "test.act"})
    (line,) = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1:]
    assert (line[2], line[5]) == ("'=1+1", "'@x")


def test_too_many_for_a_workbook_are_refused_in_words(keeper, rows, monkeypatch):
    monkeypatch.setattr("portal.audit_log.views.MOST_IN_A_BOOK", 1)
    answer = keeper.get(reverse("audit:event_export"))
    assert answer.status_code == 409
    assert "导出 CSV" in answer.content.decode()


def test_nobody_else_reads_it_or_takes_it_out(client, people):
    for seat, user in people.everybody.items():
        client.force_login(user)
        wanted = 200 if seat == "audit_keeper" else 404
        assert [client.get(reverse(name)).status_code for name in ("audit:event_list", "audit:event_export")] == [wanted] * 2, seat
