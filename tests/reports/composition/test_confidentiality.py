"""The confidentiality of a paper as every format says it."""

import json
from dataclasses import replace
from io import BytesIO

import docx
import openpyxl
import pytest

from greendistrict.documents.enums import Confidentiality
from reports.composition.blocks import Chart
from reports.composition.enums import Style
from reports.composition.services import made_of
from tests import pdf_texts
from tests.reports.composition.samples import CODE, letter, report

# Across, too, but no drawings: they lie within the pages.
SHORT = replace(report(), blocks=tuple(block for block in report().blocks if not isinstance(block, Chart)))


@pytest.mark.parametrize("paper", [SHORT, letter()], ids=["report", "letter"])
@pytest.mark.parametrize(
    ("level", "mark", "label"),
    [(None, "内部资料", "内部"), ("internal", "内部资料", "内部"), ("classified", "密级资料", "密级"), ("public", "", "公开")],
)
def test_the_confidentiality_stands_on_the_first_page_only(paper, level, mark, label):
    paper = replace(paper, confidentiality=Confidentiality(level) if level else None)
    made = made_of(paper, code=CODE, formats=["pdf", "docx", "xlsx", "json"])
    first, *others = pdf_texts.squeezed(made["pdf"])
    word = docx.Document(BytesIO(made["docx"])).sections[0]
    marks = {words for words in ("内部资料", "密级资料") if words in first}
    assert (marks, word.first_page_header.paragraphs[0].text) == ({mark} - {""}, mark)
    assert others or paper.style is Style.LETTER
    assert not [page for page in others if "内部资料" in page or "密级资料" in page]
    sheet = openpyxl.load_workbook(BytesIO(made["xlsx"])).worksheets[0]
    assert ("资料" in str(sheet["A2"].value), json.loads(made["json"])["confidentiality"]) == (bool(mark), label)
