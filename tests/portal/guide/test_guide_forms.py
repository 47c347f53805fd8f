"""Empty forms and filled samples of materials: made from the columns that the portal prints, samples marked as fiction."""

from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from approvals.applications.blank_workbooks import HEADS
from approvals.applications.selectors import form_content
from approvals.cases.checklist import slots_of
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from portal.guide.samples import EMPTY_ROWS, content_of, forms
from reports.matters import application_forms
from tests.factories.accounts import cast
from tests.factories.approvals import make_ready_district

FORMS = sorted(forms())
# Papers that others issue, or that differ with every district.
WITHOUT = {("SQ", "boundary"), ("SQ", "other"), ("YS", "other"), ("BG", "basis"), ("BG", "other")}


def words(content):
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(one.text for one in document.paragraphs), *cells]


def head_words(content):
    section = Document(BytesIO(content)).sections[0]
    return [one.text for one in [*section.header.paragraphs, *section.first_page_header.paragraphs]]


def cells(content):
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]


def test_materials_of_the_applicant_have_forms():
    kinds = (CaseKind.APPLICATION, CaseKind.ACCEPTANCE, CaseKind.CHANGE)
    uploaded = {(kind.value, slot.key) for kind in kinds for slot in slots_of(kind) if slot.origin == "file"}
    assert uploaded - set(FORMS) == WITHOUT
    assert set(FORMS) - uploaded == {("ZC", "report")}


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["blank", "sample"])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_visitors_get_every_file_without_a_query(client, django_assert_num_queries, form, which):
    kind, key = form
    with django_assert_num_queries(0):
        answer = client.get(reverse("portal:guide_form", args=[kind, key, which]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    shown = words(answer.content) if forms()[form].ending == "docx" else [str(cell) for row in cells(answer.content) for cell in row]
    marked = "演示数据" in "".join(shown if forms()[form].ending == "xlsx" else [*shown, *head_words(answer.content)])
    assert marked == (which == "sample")
    assert any("虚构" in one or "演示" in one for one in shown) == (which == "sample")


@pytest.mark.parametrize("path", ["SQ/nothing/blank", "SQ/plots/other", "XX/plots/blank"])
def test_other_files_are_not_there(client, path):
    assert client.get(f"/guide/forms/{path}/").status_code == 404


def test_workbooks_have_the_heads_of_the_checklist_and_figures_as_figures():
    for key, heads in HEADS.items():
        blank, sample = cells(content_of("SQ", key, filled=False)), cells(content_of("SQ", key, filled=True))
        assert blank[2] == sample[2] == [label for label, _ in heads]
        assert {cell for row in blank[3:] for cell in row[1:]} == {None}
        assert all(row[1] for row in sample[3:6])
        assert any(isinstance(cell, int | float) for cell in sample[3][1:])


def test_tables_of_the_form_have_the_columns_that_are_printed_from_a_case():
    document = Document(BytesIO(content_of("SQ", "application", filled=False)))
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    for columns in (application_forms.PROJECTS, application_forms.PLOTS, application_forms.WORKS):
        assert [one.head for one in columns] in heads
    assert {len(table.rows) for table in document.tables if table.rows[0].cells[0].text == "序号"} == {EMPTY_ROWS + 1}


@pytest.mark.django_db
def test_the_form_asks_for_what_the_form_of_a_case_holds():
    asked = words(content_of("SQ", "application", filled=False))
    district = make_ready_district(cast())
    case = Case(kind=CaseKind.APPLICATION, district=district, applicant=district.applicant)
    assert [name for name, _ in form_content(case)["facts"] if name not in asked] == []
