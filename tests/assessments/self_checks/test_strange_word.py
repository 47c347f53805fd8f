"""A self-report as offices change it in Word: what comes back of each change, and what the preview says of it.

Files that other tests hold: templates of the document (``tests.documents.test_hazards``, templated), strict documents
(``tests.documents.test_word_text``), pictures (``test_report_word``).
"""

from copy import deepcopy
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import KEYS
from assessments.self_checks.report_word import Fate, returned
from greendistrict.documents.office.word_text import read_word
from tests.assessments.browsing import lacking, url
from tests.factories.assessments import make_self_check

COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
NAMES = f"{nsdecls('w', 'wp', 'r')} xmlns:v='urn:schemas-microsoft-com:vml' xmlns:m='{MATH}' xmlns:mc='{COMPATIBLE}'"
BY = 'w:id="901" w:author="某演示"'
STORED = dict.fromkeys(KEYS, "已开展。")
TITLE = "年度工作概况"
FRAMED = "图文框或首字下沉（按普通段落处理）"
JOINED = "合并的单元格（已拆开）"
REVISED, STRUCK = "修订（按接受处理）", "删除线（按保留文字处理）"
RAISED = '<w:vertAlign w:val="superscript"/>'
POWER, LOWERED = "上标（写作^）", "上标（按普通文字处理）"
PLACED, CENTRED = "位置提升的数字（按上标处理）", "位置提升的文字（按普通文字处理）"


def run(text, look=""):
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def raised(text, look=""):
    return run(text, f"{look}{RAISED}")


def placed(text):
    return run(text, '<w:position w:val="8"/>')


def paragraph(*inside, about=""):
    return f"<w:p><w:pPr>{about}</w:pPr>{''.join(inside)}</w:p>"


def table(*cells, row=""):
    return (
        f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr>{row}{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"
    )


def box(text):
    return f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph(run(text))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


def control(inside, about=""):
    return f"<w:sdt><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


FIELD = "".join(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>{inside}' for kind, inside in (
    ("begin", "<w:r><w:instrText> PAGEREF _x </w:instrText></w:r>"), ("separate", run("12")), ("end", ""),
))  # fmt: skip
STYLES = "".join(
    f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{name}"/>{look}</w:style>' for kind, key, name, look in (
        ("paragraph", "FramedStyle", "Framed", '<w:pPr><w:framePr w:vAnchor="page" w:x="9"/></w:pPr>'),
        ("paragraph", "TitleText", "Title Page Text", ""), ("paragraph", "HiddenText", "Hidden Text", "<w:rPr><w:vanish/></w:rPr>"),
        ("paragraph", "HighText", "High Text", '<w:rPr><w:position w:val="8"/></w:rPr>'),
        ("character", "HiddenStyle", "Hidden", "<w:rPr><w:vanish/></w:rPr>"),
        ("character", "RaisedStyle", "Raised", f"<w:rPr>{RAISED}</w:rPr>"),
        ("character", "StruckStyle", "Struck", "<w:rPr><w:strike/></w:rPr>"),
    )
)  # fmt: skip


MARKED = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}


def code(text):
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def instruction(words, form=""):
    inside = f"<w:ffData>{form}</w:ffData>" if form else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{inside}</w:fldChar></w:r><w:r><w:instrText>{words}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


RUBY = f"<w:ruby><w:rubyPr/><w:rt>{run('yǎn')}</w:rt><w:rubyBase>{run('龑')}</w:rubyBase></w:ruby>"
# What stands below the first title, the text that comes back of it, and what is told to stay behind or how it was taken.
CHANGES = {
    "a paragraph": (paragraph(run("一段。")), "一段。", ()),
    "tracked": (
        paragraph(f"<w:ins {BY}>{run('插入')}</w:ins>", run("原有"), f"<w:del {BY}><w:r><w:delText>删除</w:delText></w:r></w:del>"),
        "插入原有", (REVISED,),
    ),
    "moved": (paragraph(f"<w:moveFrom {BY}>{run('移走')}</w:moveFrom><w:moveTo {BY}>{run('移来')}</w:moveTo>"), "移来", (REVISED,)),
    "range of a comment": (paragraph('<w:commentRangeStart w:id="1"/>', run("有批注"), '<w:commentRangeEnd w:id="1"/>'), "有批注", ()),
    "text box": (paragraph(run("框外"), box("框内")), "框外", ("文本框",)),
    "content control": (control(paragraph(run("控件里"))), "控件里", ()),
    "table within a table": (table(paragraph(run("外格")) + table(paragraph(run("内格"))) + paragraph()), "| 外格 内格 |\n| --- |", ()),
    "footnote": (paragraph(run("有脚注"), '<w:r><w:footnoteReference w:id="2"/></w:r>'), "有脚注", ("脚注",)),
    "signs": (
        paragraph(run("前"), '<w:r><w:sym w:char="F0FE"/></w:r>', "<w:r><w:noBreakHyphen/><w:t>后</w:t><w:tab/><w:br/></w:r>"),
        "前-后", ("特殊符号",),
    ),
    "formula": (paragraph(run("式："), "<m:oMath><m:r><m:t>E=mc²</m:t></m:r></m:oMath>"), "式：", ("公式",)),
    "pinyin above": (paragraph(f"<w:r>{RUBY}</w:r>"), "龑", ("拼音",)),
    "hidden": (paragraph(run("隐藏", "<w:vanish/>"), run("可见")), "可见", ("隐藏文字",)),
    "field": (paragraph(FIELD), "12", ()),
    "signs of four bytes": (paragraph(run("负责人：𠮷㛃龘、阿依古丽·买买提😀")), "负责人：𠮷㛃龘、阿依古丽·买买提😀", ()),
    # of our own
    "comment": (paragraph(run("有批注"), '<w:r><w:commentReference w:id="1"/></w:r>'), "有批注", ("批注",)),
    "hidden, and shown again": (paragraph(run("仍可见", '<w:vanish w:val="0"/>')), "仍可见", ()),
    "inserted and deleted again": (
        paragraph(f"<w:ins {BY}><w:del {BY}><w:r><w:delText>插了又删</w:delText></w:r></w:del></w:ins>", run("余")), "余", (REVISED,),
    ),
    "struck out": (paragraph(run("划掉", "<w:strike/>"), run("未划", '<w:strike w:val="false"/>')), "划掉未划", (STRUCK,)),
    "struck out twice": (paragraph(run("划掉", "<w:dstrike/>")), "划掉", (STRUCK,)),
    "raised digits": (paragraph(run("10"), raised("2"), run("个")), "10²个", ()),
    "raised minus": (paragraph(run("10"), raised("-3")), "10^-3", (POWER,)),
    "raised mark": (paragraph(run("见"), raised("[注1]")), "见[注1]", (LOWERED,)),
    "power in two runs": (paragraph(run("10"), raised("-"), raised("3"), run("克")), "10^-3克", (POWER,)),
    "power in two runs at the end": (paragraph(run("10"), raised("1"), raised("0")), "10^10", (POWER,)),
    "power in three runs": (paragraph(run("2"), raised("1"), raised("2"), raised("5"), run("个")), "2^125个", (POWER,)),
    "power of digits that can be raised": (paragraph(run("10"), raised("1"), raised("2"), run("个")), "10¹²个", ()),
    "power across empty runs": (paragraph(run("10"), raised("1"), run(""), "<w:r/>", raised("0"), run("个")), "10^10个", (POWER,)),
    "power across a bookmark and a change": (
        paragraph(run("10"), raised("1"), '<w:bookmarkEnd w:id="1"/>', f"<w:ins {BY}>{raised('0')}</w:ins>"), "10^10", (REVISED, POWER),
    ),
    "power with a sign that keeps the line": (
        paragraph(run("10"), f"<w:r><w:rPr>{RAISED}</w:rPr><w:noBreakHyphen/></w:r>", raised("3")), "10^-3", (POWER,),
    ),
    "powers around plain text": (paragraph(run("a"), raised("1"), run("b"), raised("0")), "a¹b^0", (POWER,)),
    "power in a cell": (
        table(paragraph(run("10"), raised("1"), raised("0")), paragraph(run("5"))), "| 10^10 | 5 |\n| --- | --- |", (POWER,),
    ),
    "power and blank": (paragraph(run("10"), raised("2 "), run("个")), "10² 个", ()),
    "power and mark": (paragraph(run("m"), raised("2"), raised("["), raised("1"), raised("]")), "m²[1]", (LOWERED,)),
    "raised words of two looks": (paragraph(run("见"), raised("注"), raised("甲", "<w:b/>")), "见注<b>甲</b>", (LOWERED,)),
    "lowered digits": (paragraph(run("CO"), run("2", '<w:vertAlign w:val="subscript"/>')), "CO2", ()),
    "prompt of a control": (control(paragraph(run("单击此处输入文字。")), "<w:showingPlcHdr/>"), "", ()),
    "prompt within a line": (paragraph(run("日期："), control(run("选日期"), "<w:showingPlcHdr/>")), "日期：", ()),
    "direction": (paragraph(f'<w:bdo w:val="ltr">{run("甲")}</w:bdo>', f'<w:dir w:val="ltr">{run("乙")}</w:dir>'), "甲乙", ()),
    "tab to the margin": (paragraph(run("左"), '<w:r><w:ptab w:alignment="right"/></w:r>', run("右")), "左 右", ()),
    "another file within": ('<w:altChunk r:id="rId999"/>', "", ("插入的文件",)),
    "row tracked as inserted": (table(paragraph(run("新行")), row=f"<w:trPr><w:ins {BY}/></w:trPr>"), "| 新行 |\n| --- |", ()),
    "date of a field": (paragraph(f'<w:fldSimple w:instr=" DATE ">{run("2026年11月30日")}</w:fldSimple>'), "2026年11月30日", ()),
    "first letter over several lines": (
        paragraph(run("全"), about='<w:framePr w:dropCap="drop" w:vAnchor="text"/>') + paragraph(run("年")), "全\n年", (FRAMED,),
    ),
    "frame in the margin": (paragraph(run("框"), about='<w:framePr w:hAnchor="margin" w:vAnchor="page"/>'), "框", (FRAMED,)),
    "frame on the page": (paragraph(run("框"), about='<w:framePr w:hAnchor="page" w:vAnchor="page" w:x="9" w:y="9"/>'), "框", (FRAMED,)),
    "frame of a style": (paragraph(run("框"), about='<w:pStyle w:val="FramedStyle"/>'), "框", (FRAMED,)),
    "frame in a cell": (table(paragraph(run("框"), about='<w:framePr w:vAnchor="page"/>')), "| 框 |\n| --- |", (FRAMED,)),
    "style of the title": (paragraph(run("小标题"), about='<w:pStyle w:val="Title"/>'), "小标题", ("标题样式的段落（按普通段落处理）",)),
    "style whose name begins as that of the title": (paragraph(run("字"), about='<w:pStyle w:val="TitleText"/>'), "字", ()),
    "hidden by its style": (paragraph(run("隐", '<w:rStyle w:val="HiddenStyle"/>'), run("可见")), "可见", ("隐藏文字",)),
    "hidden by the style of the paragraph": (
        paragraph(run("隐"), run("可见", '<w:vanish w:val="0"/>'), about='<w:pStyle w:val="HiddenText"/>'), "可见", ("隐藏文字",)),
    "raised by its style": (paragraph(run("10"), run("6", '<w:rStyle w:val="RaisedStyle"/>')), "10^6", (POWER,)),
    "raised by its place": (paragraph(run("10"), run("6", '<w:position w:val="10"/>')), "10^6", (POWER,)),
    "placed higher, a digit that can be raised": (paragraph(run("m"), placed("2")), "m²", (PLACED,)),
    "placed higher after a sign": (paragraph(run("第"), placed("12"), run("条")), "第¹²条", (PLACED,)),
    "placed higher after a blank": (paragraph(run("面积 "), placed("2025"), run(" 亩")), "面积 2025 亩", (CENTRED,)),
    "placed higher with its blank": (paragraph(run("面积"), placed(" 25")), "面积 25", (CENTRED,)),
    "placed higher with nothing before": (
        table(paragraph(placed("1234")), paragraph(run("宽") + placed("（甲）"))), "| 1234 | 宽（甲） |\n| --- | --- |", (CENTRED,),
    ),
    "placed higher by the style of the paragraph": (paragraph(run("10"), run("6"), about='<w:pStyle w:val="HighText"/>'), "106", ()),
    "lowered by its place": (paragraph(run("CO"), run("2", '<w:position w:val="-6"/>')), "CO2", ()),
    "struck out by its style": (paragraph(run("划掉", '<w:rStyle w:val="StruckStyle"/>')), "划掉", (STRUCK,)),
    "end of a paragraph deleted": (
        paragraph(run("前"), about=f"<w:rPr><w:del {BY}/></w:rPr>") + paragraph(run("后")), "前\n后", ("修订中删去的段落标记（仍分段）",)),
    "paragraphs deleted as a whole": (f"<w:del {BY}>{paragraph(run('删'))}</w:del>" + paragraph(run("余")), "余", (REVISED,)),
    "formula between paragraphs": ("<m:oMathPara><m:oMath><m:r><m:t>a</m:t></m:r></m:oMath></m:oMathPara>", "", ("公式",)),
    "formula of a field": (paragraph(run("头"), instruction(" EQ \\f(1,2) ")), "头", ("公式",)),
    "field within the instruction of a field": (
        paragraph(MARKED["begin"], code(" = "), MARKED["begin"], code(" REF a "), MARKED["separate"], run("5"), MARKED["end"], code(" *2 "),
                  MARKED["separate"], run("10"), MARKED["end"], run("个")), "10个", ()),
    "words in the instruction of a field": (
        paragraph(MARKED["begin"], code(' IF 1=1 "'), run("甲"), code('" "'), run("乙"), MARKED["separate"], run("甲"), MARKED["end"]),
        "甲", ()),
    "field without its end": (paragraph(run("上文"), MARKED["begin"], code(" IF "), run("下文")), "上文", ("没有结束的域",)),
    "end of a field that began above": (paragraph(MARKED["end"], run("下文")), "下文", ()),
    "sign of a font": (paragraph(run("已办\uf0fe")), "已办", ("特殊符号",)),
    "formula of a field in one": (paragraph(run("头"), '<w:fldSimple w:instr=" eq \\f(1,2) "/>'), "头", ("公式",)),
    "sign of a field": (paragraph(run("头"), instruction(" SYMBOL 254 \\f Wingdings ")), "头", ("特殊符号",)),
    "ticked box of a form": (paragraph(instruction(" FORMCHECKBOX ", "<w:checkBox><w:checked/></w:checkBox>"), run("是")), "☑是", ()),
    "open box of a form": (paragraph(instruction(" FORMCHECKBOX ", "<w:checkBox><w:default w:val='0'/></w:checkBox>")), "☐", ()),
    "choice of a form": (
        paragraph(instruction(" FORMDROPDOWN ", "<w:ddList><w:result w:val='1'/>"
                              "<w:listEntry w:val='甲'/><w:listEntry w:val='乙'/></w:ddList>")),
        "乙", ()),
    "text box in a cell": (table(paragraph(run("格"), box("框"))), "| 格 |\n| --- |", ("文本框",)),
    "another file in a cell": (table('<w:altChunk r:id="rId999"/>' + paragraph(run("格"))), "| 格 |\n| --- |", ("插入的文件",)),
    "cell deleted": (
        table(f"<w:tcPr><w:cellDel {BY}/></w:tcPr>{paragraph(run('删'))}", paragraph(run("余"))), "| 余 |\n| --- |", (REVISED,)),
    "row deleted within a cell": (
        table(paragraph(run("外")) + table(paragraph(run("删")), row=f"<w:trPr><w:del {BY}/></w:trPr>") + paragraph()), "| 外 |\n| --- |",
        (REVISED,)),
    "row hidden": (table(paragraph(run("隐")), row="<w:trPr><w:hidden/></w:trPr>") + paragraph(run("余")), "余", ("隐藏文字",)),
    "cells joined as of old": (table(f"<w:tcPr><w:hMerge w:val='restart'/></w:tcPr>{paragraph(run('合'))}"), "| 合 |\n| --- |", (JOINED,)),
    "for newer programs, between paragraphs": (
        f"<mc:AlternateContent><mc:Choice Requires='w14'>{paragraph(run('新'))}</mc:Choice></mc:AlternateContent>", "新", ()),
    "for older programs only": (
        paragraph("<w:r><mc:AlternateContent><mc:Fallback><w:t>旧</w:t></mc:Fallback></mc:AlternateContent></w:r>"), "旧", ()),
    "ink": (paragraph(run("旁"), '<w:r><w:contentPart r:id="rId999"/></w:r>'), "旁", ("手写墨迹",)),
    "document within": (paragraph(run("旁"), '<w:subDoc r:id="rId999"/>'), "旁", ("插入的文件",)),
    "looks like a title": (paragraph(run("## 不是标题")), "## 不是标题", ()),
}  # fmt: skip


def titles(document):
    return [one for one in document.paragraphs if one.style.name == "Heading 1"]


def retitled(words, style="Heading 1"):
    def change(document):
        title = titles(document)[0]
        title.runs[0].text, title.style = words, document.styles[style]
        title._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 0  # the number is typed

    return change


def numbered_twice(document):
    titles(document)[0].runs[0].text = f"一、{TITLE}"


def swapped(document):
    one, other = titles(document)[:2]
    one.runs[0].text, other.runs[0].text = other.runs[0].text, one.runs[0].text
    one._p.getnext().getnext().addprevious(parse_xml(f"<w:p {NAMES}>{run('只在前一节')}</w:p>"))


def without_last(document):
    title = titles(document)[4]
    title._p.getparent().remove(title._p)


def twice(document):
    title = titles(document)[0]
    title._p.addprevious(deepcopy(title._p))


# What is done to the titles, and the sections that are not told as unchanged.
OF_TITLES = {
    "blanks": (retitled(f"　一、 {TITLE}"), {}),
    "point": (retitled(f"一.{TITLE}"), {}),
    "the last is gone": (without_last, {"management": Fate.MIXED, "plan": Fate.MISSING}),
    "two swapped": (swapped, {"indicators": Fate.CHANGED}),
    # of our own
    "numbered by Word and by hand": (numbered_twice, {}),
    "digits": (retitled(f"1．{TITLE}"), {}),
    "brackets": (retitled(f"（一）{TITLE}"), {}),
    "chapter": (retitled(f"第一章　{TITLE}"), {}),
    "part, colon": (retitled(f"第一部分：{TITLE}："), {}),
    "unseen": (retitled(f"一、{TITLE}\u200b"), {}),
    "a line break": (retitled("一、年度工作\n概况"), {}),
    "no style": (retitled(f"一、 {TITLE}：", "Normal"), {}),
    "of the second level": (retitled(f"一、{TITLE}", "Heading 2"), {}),
    "twice": (twice, {}),
    "other words": (retitled("一、本年度工作概况"), {"overview": Fate.MISSING}),
}


@pytest.fixture
def check(people):
    found = make_self_check(people)
    SelfCheck.objects.filter(pk=found.pk).update(report=STORED, report_version=7)
    return found


@pytest.fixture
def exported(preparer, check):
    return preparer.get(reverse("reports:self_report_word", args=[check.pk])).content


def put_in(content, change):
    """The document with this below its first title."""
    document = Document(BytesIO(content))
    for style in parse_xml(f"<w:styles {NAMES}>{STYLES}</w:styles>"):
        document.styles.element.append(style)
    for element in reversed(parse_xml(f"<w:body {NAMES}>{change}</w:body>")):
        titles(document)[0]._p.addnext(element)
    return document


def saved(document):
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_what_offices_change_in_word_comes_back_or_is_named(exported):
    wrong = {}
    for name, (change, text, lost) in CHANGES.items():
        seen = returned(read_word(saved(put_in(exported, change))).blocks, STORED, None)
        overview, *others = seen.sections
        found = overview.text.removesuffix(STORED["overview"]).strip()
        if (found, overview.lost, {one.fate for one in others}, seen.strange) != (text, lost, {Fate.SAME}, []):
            wrong[name] = found, overview.lost, seen.strange
    assert wrong == {}


def test_titles_are_found_however_they_are_written_or_missed_by_name(exported):
    wrong = {}
    for name, (change, fates) in OF_TITLES.items():
        document = Document(BytesIO(exported))
        change(document)
        seen = returned(read_word(saved(document)).blocks, STORED, None)
        found = {one.section.key: one.fate for one in seen.sections if one.fate is not Fate.SAME}
        if (found, bool(seen.strange)) != (fates, name == "other words"):
            wrong[name] = found, seen.strange
    assert wrong == {}


def test_the_page_says_how_the_changes_were_taken(preparer, check, exported):
    document = put_in(exported, CHANGES["struck out"][0])
    sent = SimpleUploadedFile("报告.docx", saved(document))
    answer = preparer.post(url("selfcheck_report_word", check), {"document": sent})
    assert lacking(answer, f"文件的这一节里有：{STRUCK}。除注明处理方式的以外", "划掉未划", "采用文件中的一、年度工作概况") == (200, [])
