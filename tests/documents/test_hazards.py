"""What may not be in a file, and what is harmless and must pass: both directions, every file made here."""

import contextlib
import logging
import struct
import zipfile
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from greendistrict.documents import inspection, services
from greendistrict.documents.anonymous import anonymous
from greendistrict.documents.models import Evidence
from greendistrict.documents.workbooks.grids import grids
from greendistrict.documents.workbooks.packages import package_problem
from tests.documents.test_inspection import BAD
from tests.files import docx, image, office, pdf, xlsx
from tests.inputs import inputs

LIMIT = 50 * 1024 * 1024
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT, SHEET = "word/_rels/document.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"


def look(name, content, **told):
    return inspection.inspect(name, BytesIO(content), len(content), LIMIT, **told)


def relation(kind, target, mode=' TargetMode="External"'):
    return RELS.format(f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>')


def word(**parts):
    return office("docx", parts)


def linked(kind, target, mode=' TargetMode="External"', where=DOCUMENT):
    return office("xlsx" if where.startswith("xl") else "docx", {where: relation(kind, target, mode)})


def deep(levels, innermost):
    part = innermost
    for _ in range(levels):
        part = Array([Dictionary(K=part)])
    return part


def on_page(mark):
    def add(document):
        document.pages[0].Annots = Array([document.make_indirect(Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **mark(document)))])

    return lambda: pdf(add)


def link(**action):
    return on_page(lambda _document: {"Subtype": Name.Link, "A": Dictionary(**action)})


def root(**keys):
    return lambda: pdf(lambda document: [setattr(document.Root, key, make(document)) for key, make in keys.items()])


def script():
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opens():
    return Dictionary(S=Name.URI, URI=String("http://x"))


def attached(document):
    stream = document.make_stream(b"MZ", Type=Name.EmbeddedFile)
    return Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=stream))


DDE = "<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\cmd</w:instrText>"
HOSTILE = {
    "ole from outside": ("a.docx", lambda: linked("oleObject", "mhtml:http://x.example/a.html!x-usc:http://x.example/a.html"), "内嵌对象"),
    "ole inside by relation": ("a.docx", lambda: linked("oleObject", "embeddings/x.bin", ""), "内嵌对象"),
    "template": ("a.docx", lambda: office("docx", {"word/_rels/settings.xml.rels": relation("attachedTemplate", "http://x")}), "外部模板"),
    "template of the network": ("a.docx", lambda: linked("attachedTemplate", "file://///host/share/a.dotm"), "外部模板"),
    "frame": ("a.docx", lambda: linked("frame", "http://x.example/"), "外部框架"),
    "picture from outside": ("a.docx", lambda: linked("image", "http://x.example/a.png"), "从外部取用的内容"),
    "sub document": ("a.docx", lambda: linked("subDocument", "file:///c:/a.docx"), "指向其他文档的链接"),
    "lower case mode": ("a.docx", lambda: linked("image", "http://x.example/a.png", ' TargetMode="external"'), "从外部取用的内容"),
    "hyperlink to a share": ("a.docx", lambda: linked("hyperlink", r"\\host\share\a"), "指向本机、网络共享或其他程序的链接"),
    "hyperlink to a coded share": ("a.docx", lambda: linked("hyperlink", "%5C%5Chost%5Cshare"), "指向本机、网络共享或其他程序的链接"),
    "hyperlink to a file": ("a.docx", lambda: linked("hyperlink", "file:///C:/Windows/a.exe"), "指向本机、网络共享或其他程序的链接"),
    "hyperlink to a program": ("a.docx", lambda: linked("hyperlink", "ms-msdt:/id%20x"), "指向本机、网络共享或其他程序的链接"),
    "hyperlink with a script": ("a.docx", lambda: linked("hyperlink", "javascript:alert(1)"), "指向本机、网络共享或其他程序的链接"),
    "search link": ("a.docx", lambda: linked("hyperlink", "search-ms:query=x"), "指向本机、网络共享或其他程序的链接"),
    "ole part": ("a.docx", lambda: office("docx", {"word/embeddings/oleObject1.bin": "x"}), "内嵌对象"),
    "ole by content": ("a.docx", lambda: office("docx", {"word/media/a.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "内嵌对象"),
    "embedded document": ("a.docx", lambda: office("docx", {"word/embeddings/a.docx": "x"}), "内嵌文件"),
    "embedded workbook of no chart": ("a.docx", lambda: office("docx", {"word/embeddings/a.xlsx": xlsx()}), "内嵌文件"),
    "other part": ("a.docx", lambda: office("docx", {"word/afchunk.mht": "x"}), "嵌入的其他文档"),
    "other part by relation": ("a.docx", lambda: linked("aFChunk", "a.dat", ""), "嵌入的其他文档"),
    "program": ("a.docx", lambda: office("docx", {"word/evil.exe": "x"}), "可执行程序"),
    "program by content": ("a.docx", lambda: office("docx", {"word/media/image1.png": "MZ\x90"}), "可执行程序"),
    "script part": ("a.docx", lambda: office("docx", {"customXml/run.vbs": "x"}), "可执行程序"),
    "page part": ("a.docx", lambda: office("docx", {"word/a.html": "<script/>"}), "嵌入的其他文件"),
    "control": ("a.docx", lambda: office("docx", {"word/activeX/activeX1.xml": "<x/>"}), "控件"),
    "control by relation": ("a.xlsx", lambda: linked("control", "../a/b.xml", "", SHEET), "控件"),
    "dde field": ("a.docx", lambda: office("docx", {"word/footnotes.xml": DDE}), "动态数据交换"),
    "dde simple field": ("a.docx", lambda: office("docx", {"word/header1.xml": '<w:fldSimple w:instr=" DDE a b"/>'}), "动态数据交换"),
    "broken relations": ("a.docx", lambda: office("docx", {DOCUMENT: "<Relationships"}), "无法辨认的链接"),
    "relations with entities": ("a.docx", lambda: office("docx", {DOCUMENT: '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "无法辨认的链接"),
    "excel ole": ("a.xlsx", lambda: office("xlsx", {"xl/embeddings/oleObject1.bin": "x"}), "内嵌对象"),
    "excel control": ("a.xlsx", lambda: office("xlsx", {"xl/activeX/activeX1.bin": "x"}), "控件"),
    "excel connections": ("a.xlsx", lambda: office("xlsx", {"xl/connections.xml": "<x/>"}), "外部数据连接"),
    "excel query": ("a.xlsx", lambda: office("xlsx", {"xl/queryTables/queryTable1.xml": "<x/>"}), "外部数据查询"),
    "excel external": ("a.xlsx", lambda: office("xlsx", {"xl/externalLinks/externalLink1.xml": "<x/>"}), "指向其他工作簿的链接"),
    "excel external relation": ("a.xlsx", lambda: linked("externalLinkPath", "file:///a.xlsx", where=SHEET), "指向其他工作簿的链接"),
    "excel macros": ("a.xlsx", lambda: office("xlsx", {"xl/vbaProject.bin": "x"}), "宏"),
    "backslash part": ("a.xlsx", lambda: office("xlsx", {"xl\\embeddings\\oleObject1.bin": "x"}), "内嵌对象"),
    "upper case part": ("a.xlsx", lambda: office("xlsx", {"XL/VBAPROJECT.BIN": "x"}), "宏"),
    "pdf attachment mark": ("a.pdf", on_page(lambda document: {"Subtype": Name.FileAttachment, "FS": attached(document)}), "附件"),
    "pdf associated file": ("a.pdf", root(AF=lambda document: Array([attached(document)])), "附件"),
    "pdf embedded file": ("a.pdf", lambda: pdf(lambda document: document.attachments.__setitem__("a.exe", b"MZ")), "附件"),
    "pdf rich media": ("a.pdf", on_page(lambda _d: {"Subtype": Name.RichMedia}), "多媒体"),
    "pdf sound": ("a.pdf", on_page(lambda _d: {"Subtype": Name.Sound}), "多媒体"),
    "pdf model": ("a.pdf", on_page(lambda _d: {"Subtype": Name("/3D")}), "三维模型"),
    "pdf xfa": ("a.pdf", root(AcroForm=lambda d: Dictionary(Fields=[], XFA=d.make_stream(b"<xdp/>"))), "动态表单"),
    "pdf submits": ("a.pdf", link(S=Name.SubmitForm, F=String("http://x.example")), "向外提交表单的动作"),
    "pdf other file of a share": ("a.pdf", link(S=Name.GoToR, F=String(r"\\host\share\a.pdf")), "指向网络共享"),
    "pdf other file by address": ("a.pdf", link(S=Name.GoToR, F=Dictionary(FS=Name.URL, F=String("http://x/a.pdf"))), "指向网络共享"),
    "pdf other file by unicode": ("a.pdf", link(S=Name.GoToR, F=Dictionary(F=String("a.pdf"), UF=String("//host/a.pdf"))), "指向网络共享"),
    "pdf embedded target": ("a.pdf", link(S=Name.GoToE, F=String("a.pdf")), "打开附件的动作"),
    "pdf address on opening": ("a.pdf", root(OpenAction=lambda _d: opens()), "打开时自动访问"),
    "pdf address after opening": ("a.pdf", root(OpenAction=lambda _d: Dictionary(S=Name.GoTo, Next=Array([opens()]))), "打开时自动访问"),
    "pdf address on a page event": ("a.pdf", lambda: pdf(lambda d: setattr(d.pages[0], "AA", Dictionary(O=opens()))), "打开时自动访问"),
    "pdf script on a page event": ("a.pdf", lambda: pdf(lambda d: setattr(d.pages[0], "AA", Dictionary(O=script()))), "脚本"),
    "pdf link to a share": ("a.pdf", link(S=Name.URI, URI=String("file://host/share")), "指向本机、网络共享"),
    "pdf script 8 deep": ("a.pdf", root(Deep=lambda _d: deep(8, script())), "脚本"),
    "pdf script 100 deep": ("a.pdf", root(Deep=lambda _d: deep(100, script())), "脚本"),
    "pdf script by name": ("a.pdf", root(Names=lambda _d: Dictionary(JavaScript=Dictionary(Names=[String("a"), script()]))), "脚本"),
    "pdf starts a program": ("a.pdf", link(S=Name.Launch, F=String("cmd.exe")), "启动程序的动作"),
    "pdf stream from outside": ("a.pdf", root(Other=lambda d: d.make_stream(b"", F=String("http://x.example/a"))), "从外部取用的内容"),
    "pdf rendition": ("a.pdf", link(S=Name.Rendition), "多媒体"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_runs_fetches_or_carries_something_is_refused_by_name(name):
    file, make, words = HOSTILE[name]
    with pytest.raises(Refused) as refused:
        look(file, make())
    said = str(refused.value)
    assert words in said
    assert "打印" in said if file.endswith("pdf") else "另存为" in said


def charted():
    rels = RELS.format(f'<Relationship Id="r1" Type="{OFFICE}/package" Target="../embeddings/Microsoft_Excel_Sheet1.xlsx"/>')
    parts = {"word/charts/_rels/chart1.xml.rels": rels, "word/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx()}
    return office("docx", parts)


def outlined(document):
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("第一章", 0))


def form(document):
    field = document.make_indirect(Dictionary(FT=Name.Tx, T=String("名称"), V=String("演示"), Subtype=Name.Widget, Rect=[0, 0, 9, 9]))
    document.pages[0].Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" rdf:about="" pdfaid:part="1" pdfaid:conformance="B"/>
</rdf:RDF></x:xmpmeta>"""


def archival(document):
    document.Root.Metadata = document.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    profile = document.make_stream(b"icc", N=3)
    document.Root.OutputIntents = Array([Dictionary(S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"), DestOutputProfile=profile)])


def written(make):
    out = BytesIO()
    make(out)
    return out.getvalue()


def openpyxl_book():
    import openpyxl
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.drawing.image import Image as Picture

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["绿地率", 42.1])
    sheet["A2"].hyperlink = "https://www.shanghai.gov.cn/"
    sheet["A1"].comment = Comment("核对", "演示")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1))
    sheet.add_chart(chart, "D1")
    sheet.add_image(Picture(BytesIO(image("PNG"))), "H1")
    return written(book.save)


def xlsxwriter_book():
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_url("A1", "https://example.org/a b?x=%5C")
    sheet.write_url("A2", "mailto:someone@example.org")
    sheet.write_url("A3", "internal:Sheet1!A1")
    sheet.insert_image("C1", "a.png", {"image_data": BytesIO(image("PNG"))})
    book.close()
    return out.getvalue()


def printed():
    from weasyprint import HTML

    return HTML(string="<h1>演示</h1><a href='https://example.org'>x</a><form><input value='1'></form>").write_pdf(pdf_variant="pdf/a-2b")


FIELDS = '<w:fldSimple w:instr=" PAGE "/><w:instrText>TOC \\o</w:instrText>'
USUAL = ("xl/printerSettings/printerSettings1.bin", "xl/theme/theme1.xml", "docProps/thumbnail.wmf")
HARMLESS = {
    "web link in Word": ("a.docx", lambda: linked("hyperlink", "https://www.shanghai.gov.cn/a?b=c#d")),
    "mail link in Word": ("a.docx", lambda: linked("hyperlink", "mailto:a@example.org?subject=%E4%B8%AD")),
    "link within Word": ("a.docx", lambda: linked("hyperlink", "#_Toc1")),
    "link to a file beside": ("a.docx", lambda: linked("hyperlink", "%E9%99%84%E4%BB%B6.pdf")),
    "badly typed link": ("a.docx", lambda: linked("hyperlink", "http://[www.example.org")),
    "picture in Word": ("a.docx", lambda: office("docx", {DOCUMENT: relation("image", "a.png", ""), "word/a.png": image("PNG")})),
    "chart with its figures in Word": ("a.docx", charted),
    "fields in Word": ("a.docx", lambda: office("docx", {"word/header1.xml": FIELDS})),
    "fonts and printer settings": ("a.xlsx", lambda: office("xlsx", dict.fromkeys(USUAL, "<x/>"))),
    "web link in Excel": ("a.xlsx", lambda: linked("hyperlink", "http://example.org", where=SHEET)),
    "form control of Excel": ("a.xlsx", lambda: office("xlsx", {"xl/ctrlProps/a": "<x/>", SHEET: relation("ctrlProp", "../a", "")})),
    "workbook of openpyxl": ("a.xlsx", openpyxl_book),
    "workbook of XlsxWriter": ("a.xlsx", xlsxwriter_book),
    "outline": ("a.pdf", lambda: pdf(outlined)),
    "form fields": ("a.pdf", lambda: pdf(form)),
    "archival": ("a.pdf", lambda: pdf(archival)),
    "web link": ("a.pdf", link(S=Name.URI, URI=String("https://example.org"))),
    "mail link": ("a.pdf", link(S=Name.URI, URI=String("mailto:a@example.org"))),
    "file beside": ("a.pdf", link(S=Name.GoToR, F=String("附件/一.pdf"))),
    "jump": ("a.pdf", link(S=Name.GoTo, D=String("chapter"))),
    "opens at a page": ("a.pdf", root(OpenAction=lambda document: Array([document.pages[0].obj, Name.Fit]))),
    "opens by a jump": ("a.pdf", root(OpenAction=lambda _d: Dictionary(S=Name.GoTo, D=String("x")))),
    "nothing attached": ("a.pdf", root(Names=lambda _d: Dictionary(EmbeddedFiles=Dictionary(Names=[])), AF=lambda _d: Array([]))),
    "comment": ("a.pdf", on_page(lambda _d: {"Subtype": Name.Text, "Contents": String("请核对")})),
    "page of WeasyPrint": ("a.pdf", printed),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_and_usual_passes_and_can_be_made_anonymous(name):
    file, make = HARMLESS[name]
    content = make()
    kind = look(file, content)
    again = anonymous(file, kind, content)
    assert look(file, again) == kind


def test_a_paper_of_the_portal_itself_is_not_judged_again():
    content = pdf(lambda document: document.attachments.__setitem__("数据.json", b"{}"))
    with pytest.raises(Refused, match="附件"):
        look("a.pdf", content)
    assert look("a.pdf", content, issued=True).extension == "pdf"


def packed(packing):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr("[Content_Types].xml", inspection.MAIN_PART["xlsx"] * 4)
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


def broken_lzma():
    content = bytearray(packed(zipfile.ZIP_LZMA))
    start = 30 + len("[Content_Types].xml")
    content[start + 4 : start + 9] = b"\xff" * 5  # the properties of the packing
    return bytes(content)


def bad_name():
    """The central directory says UTF-8 and is not."""
    content = bytearray(xlsx())
    place = content.find(b"PK\x01\x02")
    flags = struct.unpack_from("<H", content, place + 8)[0]
    struct.pack_into("<H", content, place + 8, flags | 0x800)
    content[place + 46] = 0xFF
    return bytes(content)


def unknown_packing():
    content = bytearray(xlsx())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = content.find(mark)
        while place >= 0:
            struct.pack_into("<H", content, place + offset, 97)
            place = content.find(mark, place + 4)
    return bytes(content)


def spoilt_part():
    content = bytearray(xlsx())
    place = content.find(b"xl/workbook.xml") + len("xl/workbook.xml")
    content[place] ^= 0xFF
    return bytes(content)


DAMAGED = {
    "broken lzma": broken_lzma, "good lzma": lambda: packed(zipfile.ZIP_LZMA), "bzip2": lambda: packed(zipfile.ZIP_BZIP2),
    "bad name": bad_name, "unknown packing": unknown_packing, "spoilt part": spoilt_part, "cut": lambda: xlsx()[:-30],
    "nothing but a mark": lambda: b"PK\x03\x04",
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_package_is_called_damaged_everywhere(name):
    content = DAMAGED[name]()
    with pytest.raises(Refused, match="损坏"):
        look("表.xlsx", content)
    assert "损坏" in package_problem(content)
    with pytest.raises(Refused, match="损坏"):
        anonymous("表.xlsx", inspection.KINDS["xlsx"], content)
    with pytest.raises(Refused, match="完好"):
        grids(content, rows=5, columns=5)


FILES = [row[:2] for row in HOSTILE.values()] + [row[1:3] for row in BAD] + [("表.xlsx", make) for make in DAMAGED.values()]


@pytest.mark.slow
@pytest.mark.django_db
def test_each_of_more_than_80_is_refused_as_a_real_upload_and_leaves_nothing(people, district, media):
    for name, make in FILES:
        with pytest.raises(Refused):
            services.store(owner=district, upload=SimpleUploadedFile(name, make()), kind="plan", title="材料", by=people.preparer)
    assert (len(FILES) >= 80, [path for path in media.rglob("*") if path.is_file()]) == (True, [])
    assert (Evidence.objects.count(), AuditRecord.objects.filter(action="documents.store").count()) == (0, 0)


def test_a_package_with_two_parts_of_one_name_is_refused():
    out = BytesIO(xlsx())
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<other/>")
    with pytest.raises(Refused, match="内部结构异常"):
        look("表.xlsx", out.getvalue())


REAL = {"a.docx": charted(), "b.docx": docx(), "a.xlsx": openpyxl_book(), "a.pdf": pdf(form), "b.pdf": pdf(outlined), "a.png": image("PNG")}
REAL |= {"p.png": image("PNG", mode="P"), "a.jpg": image("JPEG")}


@contextlib.contextmanager
def unheard(name):
    """What this library says of a damaged file does not reach the log: it calls some damage a warning and some an error."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(logging.NOTSET)


@inputs(100)
@given(
    name=st.sampled_from(sorted(REAL)),
    flips=st.lists(st.tuples(st.floats(0, 0.999999), st.integers(1, 255)), min_size=1, max_size=6),
    cut=st.floats(0, 1),
)
@example(name="a.xlsx", flips=[(0.0, 1)], cut=1.0)
@example(name="a.pdf", flips=[(0.0625, 1)], cut=1.0)  # form fields that no form lists
def test_files_with_changed_bytes_are_taken_or_refused_and_nothing_else(name, flips, cut):
    content = bytearray(REAL[name])
    for place, change in flips:
        content[int(place * len(content))] ^= change
    content = bytes(content[: max(1, int(cut * len(content)))])
    with unheard("pikepdf"):  # that the file is damaged is what was meant
        for judge in (
            lambda: look(name, content),
            lambda: anonymous(name, inspection.KINDS[name.rpartition(".")[2]], content),
            lambda: inspection.strip_metadata(name, inspection.KINDS[name.rpartition(".")[2]], content),
            lambda: package_problem(content),
            lambda: grids(content, rows=5, columns=5),
        ):
            with contextlib.suppress(Refused):
                judge()
