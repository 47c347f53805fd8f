"""Editions as workbooks: exact there and back, every problem with its cell, nothing that computes or links."""

import io
import zipfile

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from greendistrict.core.errors import Refused
from indicators.catalogue import EditionVerdict, parse
from indicators.editions.workbook.build import blank_workbook, workbook_of
from indicators.editions.workbook.read import parse_workbook
from tests.factories.workbooks import saved
from tests.indicators.conftest import DATA
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, dump, edition, item
from tests.inputs import inputs

FILES = sorted(DATA.glob("*.yaml"))
QUICK = inputs(10)
TEN = 10
SPAN = {"key": "x", "label": "甲值", **PERCENT}
STEPS = {"kind": "steps", "better": "higher", "steps": [{"at": 50, "points": 4, "exclusive": True}, {"at": 70.5, "points": 10}]}
EVERY = [
    item("0", None, {"kind": "pass"}),
    item("0.1", None, {"kind": "pass", "op": "<=", "at": 40, "exclusive": True}, value=PERCENT),
    item("1", 10, STEPS, value=PERCENT, inputs=RATIO),
    item("2", 10, {"kind": "linear", "from": {"at": 30, "points": 0}, "to": {"at": 60, "points": 10}}, value=PERCENT),
    item("3", 10, {"kind": "checklist", "parts": [{"key": "a", "text": "甲\n乙", "points": 10}], "cap": 10}),
    item("4", 10, {"kind": "choice", "options": [{"key": "a", "text": "甲", "points": 0}, {"key": "b", "text": "乙", "points": 10}]}),
    item("5", 10, {"kind": "count", "each": 0.125, "cap": 10}, may_exclude=True, exclude_when="没有", when_absent="exclude"),
    item("6", 10, {"kind": "claimed"}, shared_with=["5.10"], evidence=["甲", "乙"], beauty=["safety", "space"]),
    item("5.10", 40, {"kind": "all_of", "rules": [
        {"value": SPAN, "rule": {**STEPS, "steps": [{"at": 1, "points": 20}]}},
        {"value": {**SPAN, "key": "y"}, "rule": {"kind": "linear", "from": {"at": 0, "points": 0}, "to": {"at": 9, "points": 20}}},
    ]}, shared_with=["6"], auto="key_area"),
]  # fmt: skip


def document(**changes):
    data = edition([chapter("one", "1", EVERY)], **changes)
    parsed = parse(dump(data).replace("'2024-07-01'", "2024-07-01"))
    assert parsed.problems == []
    return parsed.document


def changed(cells, source=None):
    """The workbook with other cells, as somebody would save it."""
    book = load_workbook(io.BytesIO(source or workbook_of(document())))
    for where, value in cells.items():
        sheet, _, cell = where.partition("!")
        book[sheet][cell] = value
    return saved(book)


def said(content):
    parsed = parse_workbook(content)
    return [(problem.where, problem.text) for problem in parsed.problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_editions_come_back_exactly(path):
    source = parse(path.read_bytes())
    back = parse_workbook(workbook_of(source.document))
    assert (back.verdict, back.document, back.digest) == (source.verdict, source.document, source.digest)


@pytest.mark.area("indicators", "greendistrict/documents")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_another_program_saves_comes_back_exactly(path):
    source = parse(path.read_bytes())
    again = saved(load_workbook(io.BytesIO(workbook_of(source.document))))
    assert parse_workbook(again).digest == source.digest


def test_every_rule_kind_comes_back_exactly():
    assert parse_workbook(workbook_of(document())).document == document()


@inputs(10, 1_000)
@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), min_size=1, max_size=40).filter(str.strip), st.integers(0, 8))
def test_any_text_comes_back_or_the_export_is_refused(text, at):
    source = document()
    source["chapters"][0]["items"][at]["method"] = text
    try:
        content = workbook_of(source)
    except Refused:
        return
    assert parse_workbook(content).document == source


@inputs(10, 1_000)
@given(st.lists(st.floats(1e-9, 64), min_size=TEN, max_size=TEN, unique=True).map(sorted))
def test_any_number_comes_back(numbers):
    """Ten in a workbook, each in a row of its own: a thousand workbooks are ten thousand numbers."""
    source = document()
    wanted = [int(number) if number.is_integer() else number for number in numbers]
    source["levels"] = [{**source["levels"][0], "key": f"level{at}", "min": number} for at, number in enumerate(wanted)]
    assert [level["min"] for level in parse_workbook(workbook_of(source)).document["levels"]] == wanted


@pytest.mark.parametrize("text", ["甲\r乙", "a\x0b", "长" * 32_768, "_x005F_x0041_", '""'])
def test_text_a_spreadsheet_would_change_is_not_exported(text):
    source = document()
    source["chapters"][0]["items"][0]["method"] = text
    with pytest.raises(Refused, match="含有 Excel 不能原样保存的文字，请导出 YAML 文件"):
        workbook_of(source)


def test_the_same_edition_gives_the_same_file():
    assert workbook_of(document()) == workbook_of(document())


def test_blank_template_says_what_is_missing():
    found = said(blank_workbook())
    assert ("版本!C3", "应为文字") in found
    assert ("章!A1", "没有章") in found
    assert all(where.partition("!")[0] in {"版本", "章"} for where, _ in found)


WRONG = [
    ({"条文!G5": "八"}, [("条文!G5", "分值应为数字，现为“八”")]),
    ({"条文!B5": 5.1}, [("条文!B5", "应为文本，现为数字5.1；请把单元格设为文本格式后重新填写")]),
    ({"条文!C5": "必选项"}, [("条文!C5", "种类请填控制项、评分项或加分项")]),
    ({"条文!J5": "也许"}, [("条文!J5", "可不参评请填是或否")]),
    (
        {"条文!B6": "1"},
        [("条文!B6", "条文号 1 已用于条文!B5"), ("规则!A8", "条文表中没有这个条文号：2"), ("依据!A6", "条文表中没有这个条文号：2")],
    ),
    ({"条文!A5": "two"}, [("条文!A5", "章表中没有这个键：two")]), ({"章!H3": 0.9}, [("章!A1", "new/planning 的权重之和为0.9，应为1")]),
    ({"规则!G6": "=1+1"}, [("规则!G6", "这是公式，请改成结果（复制后选择性粘贴为数值）")]),
    ({"规则!D5": "阶梯"}, [("规则!D5", "规则请填满足、分档、线性、逐项累计、择一、计数、申报或多项相加")]),
    ({"规则!L5": 3}, [("规则!L5", "“每项得分”不用于这一行，应清空")]), ({"规则!C5": None}, [("规则!C5", "缺少“行”一格")]),
    ({"规则!H7": 12}, [("规则!H7", "12超过本条分值10")]), ({"版本!C7": "去年"}, [("版本!C7", "应为日期，如 2024-07-01")]),
    ({"版本!C9": "平均"}, [("版本!C9", "应为 weighted、sum 之一")]),
    ({"章!A1": "代号"}, [("章!A1", "不认识或重复的列：代号"), ("章!A1", "缺少列：键")]),
    ({"依据!D3": "听说"}, [("依据!D3", "确定性请填原文、推定或自拟")]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), WRONG, ids=lambda part: str(part)[:30] if isinstance(part, dict) else "")
def test_problem_names_its_cell(cells, expected):
    content = changed(cells)
    found = said(content)
    assert [entry for entry in expected if entry not in found] == [], found
    assert parse_workbook(content).verdict is EditionVerdict.INVALID
    assert parse_workbook(content).document == {}


def test_all_problems_come_at_once_in_the_order_of_the_sheets():
    found = said(changed({"规则!H7": 12, "条文!G5": "八", "版本!C7": "去年", "章!H3": 2}))
    places = [where for where, _ in found]
    assert places.index("版本!C7") < places.index("章!H3") < places.index("条文!G5")
    assert {"版本!C7", "章!H3", "条文!G5"} <= set(places)


def test_excel_dates_and_numbers_as_text_are_taken():
    import datetime as dt

    content = changed({"版本!C7": dt.date(2024, 7, 1), "条文!G5": "10", "条文!J5": False})
    assert parse_workbook(content).document == document()


def with_part(name, body=b"x"):
    stream = io.BytesIO(workbook_of(document()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, body)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (lambda: b"", "不是 Excel 工作簿或已损坏，请用 Office 重新保存为 xlsx 后导入"),
        (lambda: b"PK\x03\x04 nothing", "不是 Excel 工作簿或已损坏，请用 Office 重新保存为 xlsx 后导入"),
        (lambda: with_part("xl/vbaProject.bin"), "工作簿含宏（vbaProject.bin），请去除后另存为 xlsx"),
        (lambda: with_part("xl/externalLinks/externalLink1.xml"), "工作簿含指向其他工作簿的链接（externalLink1.xml），请去除后另存为 xlsx"),
        (lambda: with_part("xl/connections.xml"), "工作簿含外部数据连接（connections.xml），请去除后另存为 xlsx"),
        (lambda: with_part("xl/embeddings/a.bin"), "工作簿含内嵌对象（a.bin），请去除后另存为 xlsx"),
        (lambda: with_part("xl/big.bin", bytes(41 * 1024 * 1024)), "工作簿过大，请只保留模板中的工作表"),
        (lambda: saved(Workbook()), "缺少工作表：版本、章、条文、规则、依据；请在导出的模板中填写"),
    ],
)
def test_package_that_does_not_do_is_refused(content, text):
    assert said(content()) == [("工作簿", text)]


def test_merged_cells_are_refused():
    book = load_workbook(io.BytesIO(workbook_of(document())))
    book["条文"].merge_cells("A3:B4")
    assert said(saved(book)) == [("工作簿", "工作簿有合并单元格（A3:B4），请取消合并后导入")]


def test_entity_bomb_is_not_expanded():
    bomb = '<!DOCTYPE a [<!ENTITY b "' + "x" * 999 + '"><!ENTITY c "' + "&b;" * 999 + '">]>'
    source, stream = zipfile.ZipFile(io.BytesIO(workbook_of(document()))), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "xl/sharedStrings.xml":
                body = body.replace(b"<sst", bomb.encode() + b"<sst", 1).replace(b"<t>", b"<t>&c;", 1)
            target.writestr(name, body)
    assert said(stream.getvalue()) == [("工作簿", "工作簿含无法辨认的内容（sharedStrings.xml），请去除后另存为 xlsx")]


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_answered_in_words(content):
    assert parse_workbook(content).verdict is EditionVerdict.INVALID


@inputs(10, 1_000)
@given(
    st.sampled_from(["版本", "章", "条文", "规则", "依据"]),
    st.integers(1, 20),
    st.integers(1, 18),
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "甲", "=1", "—", "未录入"]),
)
def test_any_cell_is_taken_or_named(sheet, row, column, value):
    book = load_workbook(io.BytesIO(workbook_of(document())))
    book[sheet].cell(row, column).value = value
    parsed = parse_workbook(saved(book))
    assert parsed.verdict is not EditionVerdict.INVALID or all(problem.cell for problem in parsed.problems)


def test_yaml_export_reads_back_exactly():
    from indicators.catalogue.normal_form import text_of

    for path in FILES:
        source = parse(path.read_bytes())
        assert parse(text_of(source.document)).digest == source.digest
    assert yaml.safe_load(text_of(document()))["types"] == {"new": "新建城区", "renewal": "更新城区"}
