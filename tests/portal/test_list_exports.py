"""The workbook of a filtered list has exactly the rows of the list, for those who read it."""

import datetime as dt
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from districts.common.enums import Stage
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents.list_workbook import list_book
from tests.factories.districts import PlotFactory, WorkFactory, make_district
from tests.factories.reviews import Scene
from tests.reports.archive.world import make_volume, set_fonds

pytestmark = pytest.mark.django_db
FIRST_ROW = 4


def sheet_rows(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    sheet = load_workbook(BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]


def offered(client, name, query=None):
    """Address of the workbook that the list offers, with the conditions of the list."""
    page = client.get(reverse(name), query or {})
    assert page.status_code == 200
    address = page.context["export"]
    assert f'href="{address}' in page.content.decode()
    return f"{address}?{urlencode(query)}" if query else address


def test_plots_and_projects_of_the_districts_in_sight(preparer, people):
    one, two = make_district(people, name="演示甲城（虚构）"), make_district(name="演示外城（虚构）")
    other = make_district(people, name="演示乙城（虚构）", stage=Stage.PILOT)
    for district in (one, two, other):
        PlotFactory(district=district)
        WorkFactory(district=district)
    name = "districts:plot_overview"
    assert {row[1] for row in sheet_rows(preparer, offered(preparer, name))} == {one.name, other.name}, "none out of sight"
    (row,) = sheet_rows(preparer, offered(preparer, name, {"stage": "pilot"}))
    assert row == [1, other.name, 1, 0, 0, 0, 0, 1, 0, "演示数据"]
    record = AuditRecord.objects.filter(action="districts.export_overview").latest("pk")
    assert record.data == {"rows": 1, "filter": "stage=pilot"}


def test_reviews_without_their_experts(client):
    scene = Scene()
    review, people = scene.review, scene.people
    client.force_login(people.city_officer)
    name = "assessments:review_list"
    (row,) = sheet_rows(client, offered(client, name, {"q": review.subject["number"]}))
    assert row[1:4] == [review.subject["number"], review.subject["title"], review.table.district.name]
    assert client.get(reverse(name), {"q": "没有"}).context["total"] == 0
    assert sheet_rows(client, f"{reverse('assessments:review_export')}?q=没有") == []


def test_what_is_watched_and_volumes_of_the_archive(client, people):
    set_fonds(people)
    one, _two = make_volume(people, number=1), make_volume(people, number=2)
    client.force_login(people.city_officer)
    [row] = sheet_rows(client, offered(client, "reports:archive_list", {"q": one.title}))
    assert (row[1], len(sheet_rows(client, reverse("reports:archive_export")))) == (one.title, 2)
    for name in ("演示甲城（虚构）", "演示乙城（虚构）"):
        district = make_district(people, name=name, stage=Stage.PILOT, titled_on=dt.date(2024, 1, 5))
        WorkFactory(district=district, planned_finish=dt.date(2025, 1, 1))
    client.force_login(people.city_officer)
    listed = client.get(reverse("obligations:watch_list"))
    assert listed.context["total"] == 2
    assert len(sheet_rows(client, offered(client, "obligations:watch_list"))) == 2
    query = {"q": "演示甲城"}
    (row,) = sheet_rows(client, offered(client, "obligations:watch_list", query))
    assert row[2] == "演示甲城（虚构）"


def test_days_are_days_and_moments_texts_with_their_time_zone():
    day, moment = dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 9, 30, tzinfo=clock.SHANGHAI)
    [row] = load_workbook(BytesIO(list_book("表", "表", [("日", 12), ("时", 24)], [(day, moment)], demo=False))).active.iter_rows(
        min_row=FIRST_ROW
    )
    assert [cell.value for cell in row] == [1, dt.datetime(2026, 3, 1), "2026-03-01T09:30:00+08:00"]  # noqa: DTZ001 -- as openpyxl reads a day
