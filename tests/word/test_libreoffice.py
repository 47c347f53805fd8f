"""Word documents as an office opens them: LibreOffice converts each to PDF without a repair, and the words are the same."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.composition.blocks import Composition, Heading, PaperColumn, PaperTable, Signature
from reports.composition.printed import texts_of
from reports.composition.services import made_of
from tests.reports.composition.samples import CODE, letter, report
from tests.word import office

pytestmark = pytest.mark.long
LINES = tuple((str(number), f"情形{number}") for number in range(300))  # the page is full with them: who signs stands on the next one
TABLE = PaperTable("情形", (PaperColumn("序号", 12), PaperColumn("情形")), LINES)
SIGNED = Composition("记录", (Heading("一、记录"), TABLE, Signature(("申报主体签名：", "2026年3月1日"))))
SAMPLES = {"签名": SIGNED, "报告": report(), "没有记录": report(0), "三百行": report(300), "公文": letter()}
SAMPLES["长意见"] = report(long="意见很长。" * 2000)


def squeezed(text):
    return re.sub(r"\s", "", text)


def running_text(document, composition):
    """Words of all pages but running heads and page numbers, which may stand in the middle of a paragraph."""
    head = squeezed("".join((composition.title, *composition.all_marks)))
    pages = (squeezed(page.extract_text()).replace(f"—{number}—", "") for number, page in enumerate(document.pages, start=1))
    return "".join(text if number == 0 else text.replace(head, "", 1) for number, text in enumerate(pages))


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """PDF of each sample by name."""
    documents = {name: made_of(composition, code=CODE, formats=["docx"])["docx"] for name, composition in SAMPLES.items()}
    return {name: PdfReader(BytesIO(content)) for name, content in office.converted(tmp_path_factory.mktemp("word"), documents).items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_words_of_the_document_are_those_of_the_composition(converted, name):
    text = running_text(converted[name], SAMPLES[name])
    assert [said for said in texts_of(SAMPLES[name]) if squeezed(said) not in text] == []
    assert CODE in squeezed("".join(page.extract_text() for page in converted[name].pages))


def test_wide_parts_lie_across_pages_are_numbered_and_nothing_stands_alone(converted):
    across = [float(page.mediabox.width) > float(page.mediabox.height) for page in converted["报告"].pages]
    assert (True in across, across[0]) == (True, False)
    for number, page in enumerate(converted["报告"].pages, start=1):
        assert f"—{number}—" in squeezed(page.extract_text())
    heads = sum(squeezed(page.extract_text()).count("城区项数面积（km²）日期") for page in converted["三百行"].pages)
    assert heads >= 8, "heads of a table over pages are repeated"
    last = squeezed(converted["签名"].pages[-1].extract_text())
    told = [words in last for words in ("申报主体签名：", "情形298", "情形200")]
    assert told == [True, True, False], "who signs never stands alone on a page"
