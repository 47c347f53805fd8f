"""What may not be in a file, in whatever spelling, what is taken out of it, and what is harmless and must pass: every file made here."""

import time
import zipfile
from hashlib import sha256
from io import BytesIO

import docx as python_docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import RequestFactory
from docx.oxml import OxmlElement

from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from greendistrict.documents import services
from greendistrict.documents.office import inspection
from greendistrict.documents.office.anonymous import anonymous
from tests.documents.spellings import SPELLINGS, spelt
from tests.files import SHEET_SPACE, WORD_SPACE, image, look, office, written, xlsx

RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT, SHEET, SETTINGS = "word/_rels/document.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels", "word/_rels/settings.xml.rels"
OUTSIDE = ' TargetMode="External"'


def relation(kind, target, mode=OUTSIDE):
    return RELS.format(f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>')


def body(inner):
    around = f'xmlns:w="{WORD_SPACE}" xmlns:r="{OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:o"'
    return {"word/header1.xml": f'<w:hdr {around} xmlns:a="urn:a"><w:p>{inner}</w:p></w:hdr>'}


def mark(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def coded_runs(*pieces):
    return mark("begin") + "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in pieces) + mark("separate") + mark("end")


def cells(inner):
    return {"xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="{SHEET_SPACE}" xmlns:r="{OFFICE}">{inner}</x:worksheet>'}


def formula(text):
    return cells(f'<x:sheetData><x:row><x:c r="A1"><x:f>{text}</x:f><x:v>1</x:v></x:c></x:row></x:sheetData>')


def linked(kind, target, mode=OUTSIDE, where=DOCUMENT):
    return {where: relation(kind, target, mode)}


DDE, FETCHES, BOOK, AWAY = "动态数据交换", "取用外部内容", "指向其他工作簿的链接", "指向本机、网络共享或其他程序的链接"
SETS = f'<w:settings xmlns:w="{WORD_SPACE}"><w:mailMerge><w:connectString w:val="Provider=x"/></w:mailMerge></w:settings>'
PICTURE = '<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:k="http://www.w3.org/1999/xlink">{}</s:svg>'
SIMPLE = '<w:fldSimple w:instr="{}"/>'
OTHER = '<q:x xmlns:q="urn:q">{}</q:x>'
CHANGED = "<w:del><w:r><w:delInstrText>PAGE </w:delInstrText></w:r></w:del><w:r><w:instrText>DDEAUTO c a</w:instrText></w:r>"
HIDDEN = "<a:b><w:r><w:instrText>PAGE </w:instrText></w:r></a:b><w:r><w:instrText>DDEAUTO c a</w:instrText></w:r>"
MASHUP = '<d:DataMashup xmlns:d="http://schemas.microsoft.com/DataMashup">AAAA</d:DataMashup>'
NAME = f'<x:workbook xmlns:x="{SHEET_SPACE}"><x:names><x:definedName name="a">EXEC("x")</x:definedName></x:names></x:workbook>'
LIST = "<x:dataValidations><x:dataValidation><x:formula1>WEBSERVICE(A1)</x:formula1></x:dataValidation></x:dataValidations>"
LOOK = "<x:conditionalFormatting><x:cfRule><x:formula>CALL(A1)</x:formula></x:cfRule></x:conditionalFormatting>"
VML = '<w:pict><v:shape><v:imagedata src="http://x.example/a.png"/></v:shape></w:pict>'
BAD_DRAWINGS = {
    "<s:script>alert(1)</s:script>": "脚本", '<s:g onload="alert(1)"/>': "脚本", '<s:image k:href="http://x.cn/a"/>': "从外部取用的内容",
    "<s:style>@import url(http://x)</s:style>": "从外部取用的内容", '<s:g style="fill:url(http://x)"/>': "从外部取用的内容",
}  # fmt: skip
BAD_TEXTS = {
    mark("begin") + CHANGED + mark("end"): DDE, mark("begin") + HIDDEN + mark("end"): "藏在其他标记中的域", VML: "从外部取用的内容",
    mark("begin") * 2 + mark("end") * 2: "由其他域拼成的域", "<w:r><w:instrText>DDEAUTO c a</w:instrText></w:r>": DDE,
    '<w:altChunk r:id="r1"/>': "嵌入的其他文档",
}  # fmt: skip
OLE, PUBLISHED = '<x:oleObjects><x:oleObject r:id="r1"/></x:oleObjects>', "<x:webPublishItems><x:webPublishItem/></x:webPublishItems>"
BAD_SHEETS = {LIST: FETCHES, LOOK: FETCHES, OLE: "内嵌对象", PUBLISHED: "自动发布"}
BAD_CODES = {
    r" DDEAUTO c:\\cmd a": DDE, "dde a b": DDE, "DDE": DDE, r'INCLUDEPICTURE "\\\\host\\s\\a.png" \d': FETCHES, "IMPORT a": FETCHES,
    "INCLUDEPICTURE http://x.example/a": FETCHES, "INCLUDETEXT file:///c:/a.docx": FETCHES, r"LINK Excel.Sheet.8 \\\\host\\a.xls": FETCHES,
    "QUOTE 68 68 69 65 85 84 79": FETCHES, r"DATABASE \d c:/a.mdb": FETCHES, "RD a.docx": FETCHES, "MACROBUTTON FileOpen x": "启动宏的域",
    "HYPERLINK ms-msdt:/id": AWAY, r'HYPERLINK "\\\\host\\share"': AWAY, r'HYPERLINK \n "file:///c:/a.exe"': AWAY,
}  # fmt: skip
BAD_FORMULAS = {
    '_xlfn.WEBSERVICE("http://x.example/"&amp;A2)': FETCHES, 'IF(1,_xlfn.IMAGE("http://x/a"),0)': FETCHES, 'RTD("a.b",,"c")': FETCHES,
    'CALL("kernel32","WinExec","JCJ","calc",0)': FETCHES, "cmd|'/c calc'!A1": DDE, r"'\\host\s\[a.xlsx]x'!A1+1": BOOK, "[1]x!A1": BOOK,
    r'HYPERLINK("\\host\share","x")': AWAY, 'HYPERLINK("http://x.example/"&amp;A1)': AWAY, "HYPERLINK(A1)": AWAY,
}  # fmt: skip
BAD_RELATIONS = {
    ("image", "http://x.example/a.png"): "从外部取用的内容", ("oleObject", "mhtml:http://x.example/a.html!x-usc:http://x"): "内嵌对象",
    ("oleObject", "embeddings/x.bin", ""): "内嵌对象", ("frame", "http://x.cn/"): "外部框架", ("aFChunk", "a.dat", ""): "嵌入的其他文档",
    ("mailMergeSource", "file:///a.xlsx", OUTSIDE, SETTINGS): "邮件合并数据源", ("subDocument", "file:///c:/a.docx"): "指向其他文档的链接",
    ("hyperlink", r"\\host\share\a"): AWAY, ("hyperlink", "%5C%5Chost%5Cshare"): AWAY, ("hyperlink", "file:///C:/a.exe"): AWAY,
    ("hyperlink", "ms-msdt:/id%20x"): AWAY, ("hyperlink", "javascript:alert(1)"): AWAY, ("hyperlink", "search-ms:query=x"): AWAY,
    ("extensibility", "customUI/a.xml", "", "_rels/.rels"): "自定义界面", ("webextension", "a.xml", ""): "加载项",
    ("somethingNew", "a", ""): "不认识",
    ("control", "../a/b.xml", "", SHEET): "控件", ("externalLinkPath", "file:///a.xlsx", OUTSIDE, SHEET): BOOK,
}  # fmt: skip
# Office files as their XML parts, each written in every spelling; a row: what it is, its parts, words of the refusal.
IN_XML = {f"field {code}": (body(coded_runs(code)), words) for code, words in BAD_CODES.items()}
IN_XML |= {f"simple field {code}": (body(SIMPLE.format(code.replace('"', "&quot;"))), words) for code, words in BAD_CODES.items()}
IN_XML |= {f"formula {text}": (formula(text), words) for text, words in BAD_FORMULAS.items()}
IN_XML |= {f"relation {' '.join(row[:2])}": (linked(*row), words) for row, words in BAD_RELATIONS.items()}
IN_XML |= {f"drawing {inner}": ({"word/media/a.svg": PICTURE.format(inner)}, words) for inner, words in BAD_DRAWINGS.items()}
IN_XML |= {f"in a text: {inner}": (body(inner), words) for inner, words in BAD_TEXTS.items()}
IN_XML |= {f"in a sheet: {inner}": (cells(inner), words) for inner, words in BAD_SHEETS.items()}
IN_XML |= {"field in pieces": (body(coded_runs("D", "DEAU", "TO a")), DDE), "mail merge": ({"word/settings.xml": SETS}, "邮件合并数据源")}
IN_XML |= {"data mashup": ({"customXml/item1.xml": MASHUP}, "外部数据查询"), "formula of a name": ({"xl/workbook.xml": NAME}, FETCHES)}
# By the name of a part, each in other cases and slashes.
IN_NAMES = {
    "word/vbaProject.bin": "宏", "xl/vbaProject.bin": "宏", "xl/macrosheets/sheet1.xml": "宏", "word/embeddings/oleObject1.bin": "内嵌对象",
    "xl/embeddings/oleObject1.bin": "内嵌对象", "word/embeddings/a.docx": "内嵌文件", "word/afchunk.mht": "嵌入的其他文档",
    "word/evil.exe": "可执行程序", "customXml/run.vbs": "可执行程序", "word/a.html": "嵌入的其他文件", "word/activeX/activeX1.xml": "控件",
    "xl/connections.xml": "外部数据连接", "xl/queryTables/queryTable1.xml": "外部数据查询", "xl/externalLinks/externalLink1.xml": BOOK,
    "customUI/customUI.xml": "自定义界面", "word/webextensions/webextension1.xml": "加载项",
}  # fmt: skip


def kind_of(parts):
    return "xlsx" if any(name.startswith("xl/") for name in parts) else "docx"


@pytest.mark.parametrize("name", IN_XML)
def test_each_hazard_is_refused_by_name_in_each_of_14_spellings(name):
    parts, words = IN_XML[name]
    kind, passed = kind_of(parts), []
    for spelling in SPELLINGS:
        try:
            look(f"a.{kind}", office(kind, {part: spelt(text, spelling) for part, text in parts.items()}))
        except Refused as refused:
            passed += [] if words in str(refused) and "另存为" in str(refused) else [(spelling, str(refused))]
        else:
            passed.append((spelling, "passed"))
    assert (len(SPELLINGS) >= 10, passed) == (True, [])


@pytest.mark.parametrize("name", IN_NAMES)
def test_a_part_that_is_no_part_of_a_text_or_table_is_refused_however_its_name_is_written(name):
    kind = kind_of([name])
    for spelling in (name, name.upper(), name.replace("/", "\\"), name.title()):
        with pytest.raises(Refused) as refused:
            look(f"a.{kind}", office(kind, {spelling: OTHER.format("")}))
        assert IN_NAMES[name] in str(refused.value), spelling


@pytest.mark.parametrize("head", ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">', "<!DOCTYPE x>"])
def test_no_part_may_declare_anything(head):
    for part in ("word/document.xml", DOCUMENT, "customXml/item1.xml", "word/media/a.svg"):
        content = office("docx", {part: f"{head}{OTHER.format('')}"})
        with pytest.raises(Refused, match="无法辨认"):
            look("a.docx", content)


def test_other_contents_and_types_are_refused():
    for parts, words in (
        ({"word/media/a.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, "内嵌对象"), ({"word/media/image1.png": "MZ\x90"}, "可执行程序"),
        ({DOCUMENT: "<Relationships"}, "无法辨认的链接"), ({"word/document.xml": "<x>"}, "无法辨认的内容"),
        ({"word/embeddings/a.xlsx": xlsx()}, "内嵌文件"),
        ({"xl/ctrlProps/a.new": "x", **linked("ctrlProp", "../ctrlProps/a.new", "", SHEET)}, "不认识"),
    ):  # fmt: skip
        kind = kind_of(parts)
        with pytest.raises(Refused, match=words):
            look(f"a.{kind}", office(kind, parts))


CHART = '<c:chartSpace xmlns:c="urn:c" xmlns:r="{}"><c:externalData r:id="r1"/></c:chartSpace>'
OBJECT = '<w:r><w:object><v:shape><v:imagedata r:id="r2"/></v:shape><o:OLEObject Type="Embed" r:id="r1"/></w:object></w:r>'
BLIP = '<w:r><a:blip r:embed="r2" r:link="r1"/></w:r>'
SHOWN = '<Relationship Id="r2" Type="{}/image" Target="media/a.png"/></Relationships>'
HEADER = "word/_rels/header1.xml.rels"


def charted(book):
    rels = relation("package", "../embeddings/a.xlsx", "")
    return {"word/charts/chart1.xml": CHART.format(OFFICE), "word/charts/_rels/chart1.xml.rels": rels, "word/embeddings/a.xlsx": book}


def shown(inner, rels):
    pictured = rels.replace("</Relationships>", SHOWN.format(OFFICE))
    return body(inner) | {HEADER: pictured, "word/media/a.png": image("PNG"), "word/embeddings/a.bin": b"\xd0\xcf\x11\xe0"}


def templated(target):
    made = python_docx.Document()
    made.add_heading("公文", 1)
    settings = next(one.target_part for one in made.part.rels.values() if one.reltype.endswith("/settings"))
    key = settings.relate_to(target, f"{OFFICE}/attachedTemplate", is_external=True)
    mark = OxmlElement("w:attachedTemplate")
    mark.set(f"{{{OFFICE}}}id", key)
    settings.element.append(mark)
    return written(made.save)


LINKED = shown(BLIP, relation("image", "file:///c:/a.png"))
LINKED.pop("word/embeddings/a.bin")
LOCAL = "file:///C:\\Users\\user\\AppData\\Roaming\\Microsoft\\Templates\\公文.dotx"
OBJECTS = shown(OBJECT, relation("oleObject", "embeddings/a.bin", ""))
TAKEN_OUT = {
    "公文 template of an office": (lambda: templated(LOCAL), "外部模板"),
    "Normal": (lambda: templated("Normal.dotm"), "外部模板"),
    "template from the web": (lambda: templated("http://x.example/a.dotm"), "外部模板"),
    "object behind its picture": (lambda: office("docx", OBJECTS), "内嵌对象（保留其图片）"),
    "link of a picture that is there": (lambda: office("docx", LINKED), "图片的外部链接"),
    "spoilt workbook of a chart": (
        lambda: office("docx", charted(office("xlsx", {"xl/vbaProject.bin": "x"}))),
        "图表背后的工作簿（保留图表）",
    ),
    "part nobody registered": (lambda: office("docx", {"[trash]/0000.dat": "x"}), "未登记的部件"),
}


@pytest.mark.parametrize("name", TAKEN_OUT)
def test_what_is_never_seen_is_taken_out_and_the_rest_stays(name):
    make, words = TAKEN_OUT[name]
    content, out = make(), BytesIO()
    kind = look("a.docx", content)
    assert (kind.removable, inspection.write_clean("a.docx", kind, BytesIO(content), out)) == ((words,), True)
    clean = out.getvalue()
    assert look("a.docx", clean).removable == ()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(BytesIO(clean)) as after:
        gone = set(before.namelist()) - set(after.namelist())
        assert all("embeddings" in one or "trash" in one for one in gone), gone
        kept = b"".join(after.read(one) for one in after.namelist() if not one.startswith("docProps"))
        same = [one for one in after.namelist() if before.read(one) == after.read(one)]
    assert len(same) >= len(after.namelist()) - 3, "only what refers to it was written again"
    assert not any(word in kept for word in (b"dotx", b"dotm", b"OLEObject", b"\xd0\xcf\x11\xe0", b"externalData", b"file:"))


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_code_page_and_record_name_the_stored_form(client, people, district):
    upload = SimpleUploadedFile("通知.docx", templated("Normal.dotm"))
    kept = services.store(owner=district, upload=upload, kind="plan", title="通知", by=people.preparer)
    with kept.file.open() as stored:
        content = stored.read()
    assert (kept.sha256, kept.size, kept.stripped) == (sha256(content).hexdigest(), len(content), "外部模板")
    assert look("通知.docx", content).removable == ()
    assert AuditRecord.objects.get(action="documents.store").data["stripped"] == "外部模板"
    shown = Template("{% load confidentiality %}{% readers file %}x{% endreaders %}")
    request = RequestFactory().get("/")
    request.user = people.preparer
    assert "（存入时已去除：外部模板）" in shown.render(Context({"file": kept, "request": request}))


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


def word_document():
    made = python_docx.Document()
    made.add_heading("报告", 1)
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.add_picture(BytesIO(image("PNG")))
    made.add_table(2, 2)
    made.add_comment(made.paragraphs[0].runs, text="请核对", author="演示")
    made.part.relate_to("https://www.shanghai.gov.cn/a?b=c#d", f"{OFFICE}/hyperlink", is_external=True)
    return written(made.save)


GOOD_CODES = (
    " PAGE ", r'TOC \o "1-3" \h \z \u', r"PAGEREF _Toc1 \h", "= SUM(ABOVE)", r'HYPERLINK "https://x.example/a?b" \o "提示"',
    r"eq \o\ac(○,1)",
    r'HYPERLINK \l "_Toc1"', r'DATE \@ "yyyy年M月d日"', r"NUMPAGES \* MERGEFORMAT", "FORMTEXT", "MACROBUTTON NoMacro 点击此处", "_Ref1", "",
    r"SEQ 表 \* ARABIC", r"REF _Ref1 \r", "STYLEREF 1", "ADDIN EN.CITE", "EMBED Visio.Drawing.15",
)  # fmt: skip
GOOD_FORMULAS = (
    "SUM(A2:A3)", 'IF(A2="a|b",1,"http://x")', "_xlfn.XLOOKUP(A2,表1[编号],表1[面积])", "'一 月'!A1*'二月:三月'!B2",
    "表1[a]*Sheet2!A1", "(A2)*(1)", "_xlfn.LET(_xlpm.x,A2,_xlpm.x+1)", 'HYPERLINK("#"&amp;A2,A3)', 'HYPERLINK("https://x.example")',
    '_xlfn.DISPIMG("ID_1",1)', "NUMBERSTRING(A2,2)",
)  # fmt: skip
HARMLESS = {
    "fields": ("a.docx", lambda: office("docx", body("".join(coded_runs(one) for one in GOOD_CODES)))),
    "formulas": ("a.xlsx", lambda: office("xlsx", cells("".join(f"<x:c><x:f>{one}</x:f></x:c>" for one in GOOD_FORMULAS)))),
    "web link": ("a.docx", lambda: office("docx", linked("hyperlink", "https://www.shanghai.gov.cn/a?b=c#d"))),
    "mail link": ("a.docx", lambda: office("docx", linked("hyperlink", "mailto:a@example.org?subject=%E4%B8%AD"))),
    "link within": ("a.docx", lambda: office("docx", linked("hyperlink", "#_Toc1"))),
    "link to a file beside": ("a.docx", lambda: office("docx", linked("hyperlink", "%E9%99%84%E4%BB%B6.pdf"))),
    "badly typed link": ("a.docx", lambda: office("docx", linked("hyperlink", "http://[www.example.org"))),
    "chart with its figures": ("a.docx", lambda: office("docx", charted(xlsx()))),
    "form control of Excel": ("a.xlsx", lambda: office("xlsx", linked("ctrlProp", "../a", "", SHEET))),
    "printer settings": ("a.xlsx", lambda: office("xlsx", {"xl/printerSettings/printerSettings1.bin": "x", "docProps/thumbnail.wmf": "x"})),
    "document of python-docx": ("a.docx", word_document),
    "workbook of openpyxl": ("a.xlsx", openpyxl_book),
    "workbook of XlsxWriter": ("a.xlsx", xlsxwriter_book),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_and_usual_passes_and_can_be_made_anonymous(name):
    file, make = HARMLESS[name]
    content = make()
    kind = look(file, content)
    assert kind.removable == ()
    assert look(file, anonymous(file, kind, content)) == kind


def test_a_part_of_endless_elements_is_refused_within_seconds():
    """199 KB that unpack to 190 MB."""
    content = office("xlsx", cells("<x:sheetData>" + '<x:c r="A1"><x:v>1</x:v></x:c>' * 4_000_000 + "</x:sheetData>"))
    started = time.process_time()
    with pytest.raises(Refused, match="过多的内容"):
        look("a.xlsx", content)
    assert time.process_time() - started < 5
