"""CSV files as offices, devices and spreadsheets write them: the same rows from each form, or the true reason, wherever a CSV comes in."""

from decimal import Decimal

import openpyxl
import pytest

from carbon.metering.reading_file import HEADS, parse
from greendistrict.documents.workbooks.csv_lines import csv_lines
from greendistrict.documents.workbooks.lines import MOST_ABOVE
from tests.factories.districts import make_district
from tests.factories.takeover import taken_over
from tests.factories.workbooks import saved
from tests.refusing import refuses

READINGS = [",".join(HEADS), "E-1,2026-03-01 00:00,7.25,kWh,", "E-1,2026-03-02 00:00,8,kWh,线性内插"]
DISTRICT = "演示追溯区（虚构）"
CHECKS = [
    "城区,年度,报送日期,出处,确定程度,说明",
    f"{DISTRICT},2024,2025-03-01,沪建函1号,有出处,旧系统",
    f"{DISTRICT},2023,,沪建函2号,推定,",
]


def joined(lines, separator=",", end="\r\n"):
    return end.join(line.replace(",", separator) for line in lines) + end


FORMS = {
    "plain": lambda lines: joined(lines).encode(),
    "mark": lambda lines: joined(lines).encode("utf-8-sig"),
    "GBK": lambda lines: joined(lines).encode("gbk"),
    "UTF-16 with tabs": lambda lines: joined(lines, "\t").encode("utf-16"),
    "UTF-16, other order": lambda lines: b"\xfe\xff" + joined(lines, "\t").encode("utf-16-be"),
    "tabs": lambda lines: joined(lines, "\t").encode(),
    "semicolons": lambda lines: joined(lines, ";").encode("gb18030"),
    "full-width commas": lambda lines: joined(lines, "，").encode(),
    "full-width semicolons": lambda lines: joined(lines, "；").encode("gbk"),
    "bars": lambda lines: joined(lines, "|").encode(),
    "carriage returns": lambda lines: joined(lines, end="\r").encode(),
    "stated comma": lambda lines: b"sep=,\r\n" + joined(lines).encode(),
    "stated, of its own": lambda lines: b'"SEP=#"\n' + joined(lines, "#", "\n").encode(),
    "title": lambda lines: joined(["2026年3月抄表（虚构）,,,,", "", *lines]).encode(),
    "title with separators": lambda lines: joined(["单位：演示；时间：2026年；制表：张三；", *lines]).encode(),
    "stated, title": lambda lines: b"sep=;\n" + joined(["一览表;;", *lines], ";", "\n").encode("gbk"),
    "quoted": lambda lines: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in lines).encode(),
    "heads with blanks, stars and marks": lambda lines: ("\ufeff\ufeff" + joined([lines[0].replace(",", " *, "), *lines[1:]])).encode(),
    "quoted line end": lambda lines: joined(['"抄表\n（虚构）",,', *lines]).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_readings_are_the_same_in_each_form(form):
    found = parse("a.csv", FORMS[form](READINGS))
    assert [(row.value, row.unit, row.estimated) for row in found.readings["E-1"]] == [(Decimal("7.25"), "kWh", ""), (8, "kWh", "linear")]
    assert (list(found.readings), found.faults) == (["E-1"], [])


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_rows_of_a_take_over_are_the_same_in_each_form(people, form):
    make_district(people, name=DISTRICT)
    rows = taken_over("checks", "年报.csv", FORMS[form](CHECKS))
    assert [(row.problems, row.value["year"], row.value["note"]) for row in rows] == [([], 2024, "旧系统"), ([], 2023, "")]


def test_lines_are_named_by_their_number_in_the_file():
    [fault] = parse("a.csv", joined(["抄表", "", *READINGS, "E-1,明天,1,,"]).encode()).faults
    assert fault.line == 6
    assert [line.number for line in csv_lines(FORMS["quoted line end"](READINGS), HEADS)] == [3, 4, 5]


def test_a_title_above_the_heads_of_a_workbook_is_passed_over_as_well(people, db):
    make_district(people, name=DISTRICT)
    books = []
    for lines in (READINGS, CHECKS):
        book = openpyxl.Workbook()
        for line in ("一览表（虚构）", "", *lines):
            book.active.append(line.split(","))
        books.append(saved(book))
    assert [row.line for row in parse("a.xlsx", books[0]).readings["E-1"]] == [4, 5]
    rows = taken_over("checks", "年报.xlsx", books[1])
    assert [(row.number, row.problems) for row in rows] == [(4, []), (5, [])]


def with_byte(content, at, byte=b"\xff"):
    return content[:at] + byte + content[at + 1 :]


PLAIN, GBK = FORMS["plain"](READINGS), FORMS["GBK"](READINGS)
LAST = "线性内插"
AGAIN = "请用表格软件另存为 UTF-8 编码的 CSV 再上传"
WRONG = {
    "one broken byte": (with_byte(PLAIN, PLAIN.index(LAST.encode())), "第3行有不是 UTF-8 编码的字符"),
    "one broken byte among the heads": (with_byte(PLAIN, 1), "第1行有不是 UTF-8 编码的字符"),
    "one broken byte in GBK": (with_byte(GBK, GBK.index(LAST.encode("gbk")) + 2), "第3行有不是 GB 18030 编码的字符"),
    "cut off within a character": (PLAIN + "备注：读数".encode()[:-1], "第4行有不是 UTF-8 编码的字符"),
    "a line in another encoding": (PLAIN + "备注\r\n".encode("gbk"), "第4行有不是 UTF-8 编码的字符"),
    "half a character in UTF-16": (FORMS["UTF-16 with tabs"](READINGS) + b"\x00", "不是 UTF-16 编码的字符"),
    "no text": (b"\xff\xff\x00", f"文件编码不能识别，{AGAIN}"),
    "zero": (PLAIN + b"\0", f"文件里有不能识别的字符，{AGAIN}"),
    "no heads": (joined(["抄表", *READINGS[1:]]).encode(), "第1行应是表头，缺少：计量器具编号、时间、读数"),
    "a head is missing": (joined(["抄表", READINGS[0].replace("时间", "何时"), *READINGS[1:]], "\t").encode(), "第2行应是表头，缺少：时间"),
    "heads too far below": (joined([*["抄表"] * (MOST_ABOVE + 1), *READINGS]).encode(), "第1行应是表头"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_read_is_refused_for_the_true_reason(kind):
    content, why = WRONG[kind]
    refuses(why, parse, "a.csv", content)


def test_utf_16_without_a_mark_is_recognised_by_its_zeros():
    for encoding in ("utf-16-le", "utf-16-be"):
        lines = list(csv_lines("a,b\r\n1,计\r\n".encode(encoding), ["a"]))
        assert lines == [(1, ["a", "b"]), (2, ["1", "计"])]
