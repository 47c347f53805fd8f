"""What a Word document says, as blocks: its numbers, its tables, what was tracked, and what cannot be taken."""

import zipfile
from copy import deepcopy
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from greendistrict.core.errors import Refused
from greendistrict.core.layout_text import layout_text
from greendistrict.documents.office.word_lists import number_shown
from greendistrict.documents.office.word_text import read_word, taken_word
from tests.files import photo

STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
    b"http://schemas.openxmlformats.org/drawingml/2006/": b"http://purl.oclc.org/ooxml/drawingml/",
}


def saved(document):
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def text_of(document):
    return layout_text(one.block for one in read_word(saved(document)).blocks)


def lost_in(document):
    return [word for one in read_word(saved(document)).blocks for word in one.lost]


def numbered(document, text, number, level=0):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    properties._insert_numPr(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'))


def with_list(document, number, *levels, start=1):
    numbers = document.part.numbering_part.element
    inside = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/></w:lvl>'
        for depth, (form, shown) in enumerate(levels)
    )
    numbers.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{inside}</w:abstractNum>'))
    numbers.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def test_lists_keep_the_numbers_that_word_shows():
    document = Document()
    with_list(document, 70, ("decimal", "%1."), ("bullet", "•"))
    with_list(document, 71, ("chineseCountingThousand", "（%1）"), ("decimal", "%2）"))
    numbered(document, "甲", 70)
    numbered(document, "内", 70, level=1)
    numbered(document, "乙", 70)
    document.add_paragraph("其间")
    numbered(document, "丙", 70)  # goes on after the paragraph
    numbered(document, "组织", 71)
    numbered(document, "专班", 71, level=1)
    numbered(document, "资金", 71)
    document.add_paragraph("点", style="List Bullet")
    assert [line for line in text_of(document).split("\n") if line] == [
        "1. 甲", "   - 内", "2. 乙", "其间", "3. 丙", "（一）组织", "1. 专班", "（二）资金", "- 点",
    ]  # fmt: skip


# Form and text of each level, what stands within a level besides, the levels of the paragraphs, and what Word shows before each.
SHOWN = {
    "digits below a chapter": (
        [("chineseCounting", "第%1章", ""), ("decimal", "%1.%2", "<w:isLgl/>")], (0, 1, 1, 0, 1), "第一章 1.1 1.2 第二章 2.1"),
    "articles that go on": (
        [("chineseCounting", "第%1章", ""), ("decimal", "第%2条", '<w:lvlRestart w:val="0"/>')],
        (0, 1, 0, 1), "第一章 第1条 第二章 第2条"),
    "stems": ([("ideographTraditional", "（%1）", "")], (0,) * 3, "（甲） （乙） （丙）"),
    "branches": ([("ideographZodiac", "%1）", "")], (0,) * 2, "子） 丑）"),
    "legal": ([("chineseLegalSimplified", "（%1）", "")], (0,) * 2, "（壹） （贰）"),
    "one by one": ([("ideographDigital", "%1、", "")], (0,) * 11, "一、 二、 三、 四、 五、 六、 七、 八、 九、 一〇、 一一、"),
    "two digits": ([("decimalZero", "第%1号", "")], (0,) * 2, "第01号 第02号"),
    "wide digits": ([("decimalFullWidth", "第%1号", "")], (0,), "第１号"),
    "words only": ([("none", "附注：", "")], (0, 0), "附注： 附注："),
    "nothing": ([("none", "", "")], (0,), ""),
    "in brackets": ([("decimalEnclosedParen", "%1项", "")], (0,), "(1)项"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_numbers_are_those_that_word_shows(name):
    levels, places, shown = SHOWN[name]
    document = Document()
    with_list(document, 70, *((form, text) for form, text, _ in levels))
    base = document.part.numbering_part.element[0]
    for level, (_, _, more) in zip(base, levels, strict=True):
        if more:
            level.append(parse_xml(more.replace("/>", f" {nsdecls('w')}/>")))
    for level in places:
        numbered(document, "#", 70, level)
    assert " ".join(text_of(document).replace("#", " ").split()) == shown


def test_numbers_go_beyond_the_first_letters_and_tens():
    assert [number_shown(27, "lowerLetter"), number_shown(28, "upperLetter")] == ["aa", "BB"]
    assert [number_shown(number, "upperRoman") for number in (4, 40, 49, 90, 400)] == ["IV", "XL", "XLIX", "XC", "CD"]


def test_a_list_that_takes_its_levels_from_a_style_has_them():
    document = Document()
    with_list(document, 70, ("chineseCounting", "（%1）"))
    with_list(document, 71)
    numbers = document.part.numbering_part.element
    numbers[1].insert(0, parse_xml(f'<w:styleLink {nsdecls("w")} w:val="S"/>'))
    numbers[0].insert(0, parse_xml(f'<w:numStyleLink {nsdecls("w")} w:val="S"/>'))
    numbered(document, "甲", 71)
    assert text_of(document) == "（一）甲"


def test_numbers_of_a_column_are_read_and_empty_ones_counted():
    document = Document()
    with_list(document, 70, ("decimal", "%1"))
    table = document.add_table(rows=3, cols=2)
    for place, words in enumerate(("序号", "项目", "", "支路", "", "干路")):
        table.cell(place // 2, place % 2).text = words
    for row in table.rows[1:]:
        properties = row.cells[0].paragraphs[0]._p.get_or_add_pPr()
        properties._insert_numPr(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="70"/></w:numPr>'))
    with_list(document, 71, ("decimal", "%1."))
    for words in ("甲", "", "乙"):
        numbered(document, words, 71)
    assert text_of(document) == "| 序号 | 项目 |\n| --- | --- |\n| 1 | 支路 |\n| 2 | 干路 |\n\n1. 甲\n\n3) 乙"


DELETED = ('<w:del w:id="1" w:author="x"/>', '<w:del w:id="2" w:author="x"><w:r><w:delText>删</w:delText></w:r></w:del>')
MOVED = ('<w:moveFrom w:id="1" w:author="x"/>', '<w:moveFrom w:id="2" w:author="x"><w:r><w:t>移</w:t></w:r></w:moveFrom>')
HIDDEN = ("<w:vanish/>", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>")
EMPTY = ('<w:vanish w:val="0"/>', "")


@pytest.mark.parametrize(("mark", "inside", "last"), [(*DELETED, 2), (*MOVED, 2), (*HIDDEN, 2), (*EMPTY, 3)])
def test_a_paragraph_that_is_gone_with_its_mark_is_not_counted(mark, inside, last):
    document = Document()
    with_list(document, 70, ("decimal", "第%1条　"))
    for text in "甲", "", "乙":
        numbered(document, text, 70)
    between = document.paragraphs[1]._p
    between.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}>{mark}</w:rPr>"))
    for part in parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>"):
        between.append(part)
    copies = [deepcopy(one._p) for one in document.paragraphs]
    assert [line for line in text_of(document).split("\n") if line] == ["第1条　甲", f"第{last}条　乙"]
    cell = document.add_table(1, 1).cell(0, 0)._tc
    for one in copies:
        cell.append(one)
    first, *more = [f"第{number}条" for number in range(last + 1, 2 * last + 1)]
    assert "".join(text_of(document).split("\n")[-2].split()) == f"|{first}甲{''.join(more)}乙|"


def test_headings_tables_and_breaks():
    document = Document()
    document.add_heading("基础设施", 2)
    document.add_paragraph("第一行\n第二行").add_run("，续").bold = True
    table = document.add_table(rows=3, cols=2)
    for place, words in enumerate(("项目", "长度", "支路|甲", "3km", "干路", "")):
        table.cell(place // 2, place % 2).text = words
    table.cell(2, 0).merge(table.cell(2, 1))
    assert (
        text_of(document) == "## 基础设施\n\n第一行\n第二行<b>，续</b>\n\n| 项目 | 长度 |\n| --- | --- |\n| 支路\\|甲 | 3km |\n| 干路 |  |"
    )
    assert lost_in(document) == ["合并的单元格（已拆开）"]


def test_tracked_changes_are_taken_as_accepted_and_pictures_and_notes_are_told():
    document = Document()
    paragraph = document.add_paragraph("投入")
    insides = (
        "<w:ins {0}><w:r><w:t>150</w:t></w:r></w:ins>", "<w:del {0}><w:r><w:delText>120</w:delText></w:r></w:del>",
        "<w:r {0}><w:t>万元</w:t><w:commentReference w:id='0'/></w:r>", "<w:r {0}><w:footnoteReference w:id='2'/></w:r>",
        "<w:r {0}><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r>",
        "<w:hyperlink {0}><w:r><w:t>，见附图</w:t></w:r></w:hyperlink>",
        "<w:sdt {0}><w:sdtContent><w:r><w:t>。</w:t></w:r></w:sdtContent></w:sdt>",
    )  # fmt: skip
    for inside in insides:
        paragraph._p.append(parse_xml(inside.format(nsdecls("w"))))
    document.add_picture(BytesIO(photo().read()))
    assert text_of(document).startswith("投入150万元，见附图。\n\n![插图](file:")
    assert lost_in(document) == ["修订（按接受处理）", "批注", "脚注", "隐藏文字"]


def test_title_notes_and_contents_are_no_text():
    document = Document()
    document.add_heading("自评报告", 0)
    document.add_paragraph("草稿")._p.get_or_add_pPr().append(parse_xml(f"<w:framePr {nsdecls('w')}/>"))
    document.add_paragraph("正文")
    assert text_of(document) == "正文"


def test_another_file_is_refused_with_the_reason():
    for name, content, words in (
        ("报告.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "不是 Word 文档"), ("报告.pdf", b"%PDF-1.4", "不是 Word 文档"),
        ("报告.docx", b"PK\x03\x04 broken", "已损坏"), ("报告.docx", b"", "空文件"),
    ):  # fmt: skip
        upload = SimpleUploadedFile(name, content)
        with pytest.raises(Refused, match=words):
            taken_word(upload)


def test_a_strict_document_says_what_it_says_under_the_usual_names():
    document = Document()
    document.add_heading("工作开展情况", 1)
    document.add_paragraph("绿地率42.1%。")
    document.add_table(1, 2).rows[0].cells[1].text = "表"
    document.add_picture(photo())
    strict, said = BytesIO(), text_of(document)
    with zipfile.ZipFile(BytesIO(saved(document))) as given, zipfile.ZipFile(strict, "w") as made:
        for entry in given.infolist():
            data = given.read(entry)
            for usual, theirs in STRICT.items():
                data = data.replace(usual, theirs)
            made.writestr(entry.filename, data)
    assert b"purl.oclc.org" in zipfile.ZipFile(strict).read("word/document.xml")
    taken = read_word(taken_word(SimpleUploadedFile("报告.docx", strict.getvalue())))
    assert layout_text(one.block for one in taken.blocks) == said
    assert len(taken.pictures) == 1
