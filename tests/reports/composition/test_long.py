"""A paper laid out in runs and joined is the one that would have been laid out at once."""

import datetime as dt
import gc
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from types import SimpleNamespace

import pikepdf
import pypdfium2
import pytest
from pypdf import PdfReader

from greendistrict.core import clock
from reports.common import render
from reports.composition import services
from reports.composition.blocks import Composition, Heading, PageBreak, Paragraph, Wide
from reports.composition.html import html_of
from reports.composition.long import joined_pdf
from reports.composition.printed import groups_of
from reports.composition.runs import MOST, runs_of
from reports.signing.services import signed
from reports.signing.verification import Integrity, checked
from tests import pdf_texts
from tests.reports.composition.samples import CODE, report

AREA = pytest.mark.area("reports/composition", "reports/common")
NOW = dt.datetime(2027, 6, 1, 9, tzinfo=clock.SHANGHAI)
BOOK = render.Attached("演示数据（虚构）.xlsx", b"figures", "本报告的数据")


def chapters(count=2):
    """The sample's blocks again and again, and pages of words, with headings of their own; some chapters begin a page, some do not."""
    blocks = []
    for number in range(count):
        blocks += [Heading(f"{number}、第{number}部分")] if number % 2 else [PageBreak(), Heading(f"{number}、第{number}部分")]
        blocks += [Paragraph(f"第{number}部分的正文。" * 12), PageBreak(), PageBreak(), Heading(f"（一）第{number}节", 2)]
        blocks += [Paragraph("很长的正文。" * 200), Heading(f"{number}.1", 3), *report(20).blocks]
        blocks += [Wide((Heading("附表", 2), Paragraph(f"横排{number}。"))), Paragraph("横排之后。")]
    return replace(report(), blocks=tuple(blocks))


def once(composition):
    document = html_of(composition, code=CODE)
    return render.from_html(document.text, sheets=document.sheets, css=document.css, attached=[BOOK])


def joined(composition, most=1):
    """As many runs as there are places to part it."""
    return joined_pdf(composition, runs_of(groups_of(composition), most), code=CODE, attached=[BOOK])


@pytest.fixture(scope="module")
def papers():
    with clock.at(NOW):
        return once(chapters()), joined(chapters())


def sheets(content):
    return [(page.mediabox, page.get("/Tabs")) for page in PdfReader(BytesIO(content)).pages]


def bookmarks(content):
    with pypdfium2.PdfDocument(content) as document:
        return [(mark.level, mark.get_title(), mark.get_dest().get_index(), mark.get_dest().get_view()) for mark in document.get_toc()]


def links(content):
    """Page and place of each link with the page and place where it leads."""
    reader = PdfReader(BytesIO(content))
    named = {name: (reader.get_destination_page_number(place), place.left, place.top) for name, place in reader.named_destinations.items()}
    found = [
        (number, [round(float(side)) for side in one["/Rect"]], named[one["/Dest"]], one["/Contents"])
        for number, page in enumerate(reader.pages)
        for one in (annotation.get_object() for annotation in page.get("/Annots", ()))
    ]
    return found, named


@AREA
def test_pages_words_bookmarks_and_links_are_those_of_one_layout(papers):
    whole, parts = papers
    for read, at_least in ((pdf_texts.texts_of, 15), (sheets, 15), (bookmarks, 10), (lambda content: links(content)[0], 10)):
        assert len(read(whole)) > at_least
        assert read(parts) == read(whole)
    assert links(parts)[1] == links(whole)[1]


@AREA
def test_pages_look_like_those_of_one_layout(papers):
    first, second = (pypdfium2.PdfDocument(content) for content in papers)
    with first, second:
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            assert one.render(scale=0.4).to_pil().tobytes() == other.render(scale=0.4).to_pil().tobytes(), number


@AREA
def test_every_mark_leads_to_its_tag_on_its_page(papers):
    with pikepdf.open(BytesIO(papers[1])) as document:
        root = document.Root.StructTreeRoot
        tree = pikepdf.NumberTree(root.ParentTree)
        keys = list(tree)
        assert len(keys) == len(set(keys)) == root.ParentTreeNextKey
        used = []
        for page in document.pages:
            used.append(int(page.StructParents))
            parents = tree[int(page.StructParents)]
            drawn = [int(operands[1].MCID) for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"]
            assert sorted(drawn) == list(range(len(parents)))
            for number, parent in enumerate(parents):
                assert parent.Pg.objgen == page.objgen
                assert number in [int(kid) for kid in parent.K if not isinstance(kid, pikepdf.Object)]
            for annotation in page.get("/Annots", ()):
                used.append(int(annotation.StructParent))
                parent = tree[int(annotation.StructParent)]
                assert any(kid.Obj.objgen == annotation.objgen for kid in parent.K if isinstance(kid, pikepdf.Dictionary))
        assert sorted(used) == sorted(keys)


@AREA
def test_every_tag_hangs_below_its_parent_in_the_order_of_the_pages(papers):
    with pikepdf.open(BytesIO(papers[1])) as document:
        [whole] = document.Root.StructTreeRoot.K
        order = {page.objgen: number for number, page in enumerate(document.pages)}
        pages = [order[kid.Pg.objgen] for kid in whole.K]
        assert pages == sorted(pages)
        assert set(pages) == set(order.values())
        names, asked, waiting = [], set(), [whole]
        while waiting:
            tag = waiting.pop()
            for kid in tag.K:
                if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                    assert kid.P.objgen == tag.objgen
                    waiting.append(kid)
            names += [str(tag.ID)] if "/ID" in tag else []
            asked |= {str(name) for name in tag.get("/A", {}).get("/Headers", ())}
        assert len(names) == len(set(names)) > 50
        assert asked <= set(names)


def faces(document):
    found = (one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor")
    return sorted(str(one.FontName) for one in found)


@AREA
def test_the_joined_file_is_archivable_and_one(papers):
    with pikepdf.open(BytesIO(papers[1])) as document:
        assert document.check_pdf_syntax() == []
        assert bool(document.Root.MarkInfo.Marked)
        assert (document.Root.Lang, len(document.Root.OutputIntents), len(document.attachments)) == ("zh-CN", 1, 1)
        with document.open_metadata(set_pikepdf_as_editor=False) as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"], about["dc:title"]) == ("3", "A", "绿色生态城区年度评估报告")
        assert document.attachments[BOOK.name].get_file().read_bytes() == BOOK.content
        with pikepdf.open(BytesIO(papers[0])) as whole:
            assert dict(document.docinfo) == dict(whole.docinfo)
            assert faces(document) == faces(whole), "each once, as in one layout"
    assert len(papers[1]) < 1.15 * len(papers[0])


@AREA
def test_the_joined_file_is_repeated_byte_by_byte_and_can_be_signed(papers):
    short = Composition("短的报告", tuple(block for _ in range(3) for block in (PageBreak(), Heading("一、题"), Paragraph("正文。"))))
    with clock.at(NOW):
        made = joined(short)
        assert joined(short) == made
    paper = signed(made, reason="报告")
    assert paper.startswith(made)
    assert checked(paper).integrity == Integrity.INTACT


def test_runs_are_parted_where_a_page_begins_and_hold_every_block_once():
    groups = groups_of(chapters())
    runs = runs_of(groups, 1)
    blocks = [block for run in runs for group in run.groups for block in group.blocks]
    assert blocks == [block for group in groups for block in group.blocks]
    assert [blocks[run.first - 1] for run in runs] == [run.groups[0].blocks[0] for run in runs]
    for before, run in pairwise(runs):
        assert run.groups[0].wide or before.groups[-1].wide or isinstance(run.groups[0].blocks[0], PageBreak)
    assert len(runs_of(groups)) == 1
    assert runs_of([]) == []


def test_a_long_paper_is_laid_out_in_runs(monkeypatch):
    long = Composition("很长的报告", (PageBreak(), Paragraph("正文。" * int(MOST))) * 2)
    laid_out, lay_out = [], render.laid_out

    def noted(*args, **more):
        laid_out.append(lay_out(*args, **more))
        return laid_out[-1]

    monkeypatch.setattr(render, "laid_out", noted)
    monkeypatch.setattr(services, "runs_of", lambda groups: runs_of(groups, MOST / 5))
    short = Composition("短的报告", (Paragraph("正文。"),))
    services.pdf_of(short, code=CODE, workbook=b"")
    assert len(laid_out) == 1
    services.pdf_of(long, code=CODE, workbook=b"")
    assert len(laid_out) == 1 + 2 + 2, "the front twice"


def test_nothing_of_ten_pages_that_are_made_stays_in_memory():
    """Python itself looks for what refers to itself now and then only."""
    short = Composition("短的报告", (PageBreak(), Paragraph("正文。")) * render.KEPT_PAGES)
    gc.disable()
    try:
        once(short)
        assert [type(one).__name__ for one in gc.get_objects()].count("PageBox") == 0
    finally:
        gc.enable()


def test_a_font_that_cannot_be_cut_down_is_no_empty_font():
    fonts = render.Fonts(whole=True)
    fonts["a"] = SimpleNamespace(hash="A", family="演示字体", file_content=b"whole")
    with pytest.raises(OSError, match="演示字体"):
        fonts.check()
    fonts["a"].file_content = b"cut"
    fonts["b"] = SimpleNamespace(hash="A", family="演示字体", file_content=b"whole")
    fonts.check()
