"""The plan of a year's duties: one sheet by month on A3, in the asker's sight, the same rows as the calendar."""

from io import BytesIO

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from greendistrict.core import clock
from obligations.selectors import falling_due
from reports.composition.services import made_of
from reports.matters import obligations_plan
from tests.factories.received import at
from tests.obligations.world import titled, world
from tests.reports.matters import worlds

pytestmark = pytest.mark.django_db
A3 = (1191, 842)  # points
A4_ACROSS, A3_ACROSS = ("landscape", 9), ("landscape", 8)  # by Excel


def test_the_plan_lies_on_a3_and_has_the_rows_of_the_calendar(client):
    people = world()
    titled(people, "演示乙城（虚构）")
    client.force_login(people.city_officer)
    with clock.at(at(2027, 3, 20)):
        paper = obligations_plan.compose(people.city_officer, 2027)
        shown = [
            len(client.get(reverse("obligations:duty_calendar"), {"month": f"2027-{month:02d}"}).context["lines"]) for month in range(1, 13)
        ]
        kinds = {row.kind for row in falling_due(people.city_officer, clock.today(), 2027)}
        files = made_of(paper, code="", formats=("pdf", "xlsx"))
    counts = next(block for _, block in paper.under_headings() if getattr(block, "key", "") == "counts")
    labels = [row[0] for row in counts.rows]
    assert "年度自查" in labels
    assert len(labels) == len(set(labels)) == len(kinds)
    months = next(block for _, block in paper.under_headings() if getattr(block, "key", "") == "months")
    assert [cell or 0 for cell in months.total[1:13]] == shown
    assert months.total[13] == sum(shown) > 0
    pages = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pypdf.PdfReader(BytesIO(files["pdf"])).pages]
    assert pages.count(A3) == 1, "months and rows on one sheet"
    assert paper.all_marks == ("演示数据",)
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    assert any("自查" in str(cell) for sheet in book for row in sheet.values for cell in row)
    papers = {sheet.title: (sheet.page_setup.orientation, sheet.page_setup.paperSize) for sheet in book}
    assert papers == {"概况": A4_ACROSS, "各类事项": A4_ACROSS, "各月到期": A3_ACROSS, "应报事项": A3_ACROSS}


def test_a_plan_of_the_citys_own_duties_beside_those_of_fiction_says_so():
    people, _ = worlds.verified(())
    year = clock.today().year + 1
    assert {row.is_demo for row in falling_due(people.city_officer, clock.today(), year)} == {True, False}
    assert obligations_plan.compose(people.city_officer, year).all_marks == ("含演示数据",)
