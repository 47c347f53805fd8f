"""The pool as a workbook that can be filled in and read back, and the hours of panels as a plain list."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from assessments.experts.models.experts import ExpertEmployment, ExpertProfile
from assessments.experts.selectors import chapters_of

FORMAT = "greendistrict.experts/1"
SHEET, GUIDE, MARKS = "专家", "填写说明", "gd"
HEAD_ROW, FIRST_ROW = 2, 3  # counted from 0, as XlsxWriter does
TEXT, DAY, FLAG, CHAPTERS = "text", "day", "flag", "chapters"
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Column:
    """One column; ``needed`` of a new person."""

    field: str
    label: str
    kind: str = TEXT
    width: int = 14
    most: int = 100
    needed: bool = False


COLUMNS = (
    Column("username", "账号", most=60, needed=True),
    Column("name", "姓名", most=60, needed=True),
    Column("email", "电子邮箱", width=24),
    Column("rank", "职称或职务", most=60),
    Column("specialties", "专业", CHAPTERS, 36, 400, needed=True),
    Column("employer", "工作单位", width=30, needed=True),
    Column("group", "所属集团", width=24),
    Column("employed_from", "任职起", DAY),
    Column("valid_from", "聘期起", DAY, needed=True),
    Column("valid_to", "聘期止", DAY),
    Column("available", "可参加", FLAG, 8),
)
WORDS = (
    "1. 账号是识别依据：已在专家库的账号修改原信息，没有的新登记一名专家并发出邀请；工作簿里没有的专家不变。",
    "2. 专业填章的名称，几个之间用顿号隔开，可填的名称列在下面。",
    "3. 工作单位填全称。更换单位时填新单位和任职起，原单位的任职到前一天为止，记录保留，用来核对应回避情形。",
    "4. 日期填 2026-03-01 的样子；可参加填“是”或“否”；没有期限的聘期止留空。",
    "5. 姓名、电子邮箱只在新建账号时采用；已有账号的姓名须相符。",
    "6. 上传后先预览逐格的改动，确认后一次写入，有一格不能接受就都不写入。",
)


def expert_book(experts: Iterable[ExpertProfile], words: Mapping[str, str]) -> bytes:
    """Workbook of people with ``employed_now``; without people it is the template."""
    stream = BytesIO()
    book = new_book(stream)
    sheet = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
    rows = list(experts)
    mark = "　含演示数据" if any(row.is_demo for row in rows) else ""
    sheet.write_string(0, 0, f"绿色生态城区专家库{mark}", book.add_format({"bold": True, "font_size": 14}))
    for at, column in enumerate(COLUMNS):
        sheet.write_string(HEAD_ROW, at, column.label, bold)
    sheet.freeze_panes(FIRST_ROW, 2)
    for row, expert in enumerate(rows, start=FIRST_ROW):
        for at, text in enumerate(cells_of(expert, words)):
            if text:
                sheet.write_string(row, at, text)
    _more_sheets(book, words)
    book.close()
    return stream.getvalue()


def new_book(stream: BytesIO) -> Any:
    """An empty workbook that is written into the stream."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    return xlsxwriter.Workbook(stream, OPTIONS)


def _more_sheets(book: Any, words: Mapping[str, str]) -> None:
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 110)
    for at, text in enumerate(("填写说明　绿色生态城区专家库", *WORDS, "", "专业：", *words.values())):
        guide.write_string(at, 0, text)
    marks = book.add_worksheet(MARKS)
    marks.write_string(0, 0, FORMAT)
    marks.hide()


def cells_of(expert: ExpertProfile, words: Mapping[str, str]) -> list[str]:
    """Cells of an expert in the order of ``COLUMNS``; the employer is the one joined last of those of today."""
    job: ExpertEmployment | None = max(vars(expert)["employed_now"], key=lambda one: (one.valid_from, one.pk), default=None)
    return [words_of(column, value) for column, value in zip(COLUMNS, values_of(expert, job, words), strict=True)]


def values_of(expert: ExpertProfile, job: ExpertEmployment | None, words: Mapping[str, str]) -> Sequence[Any]:
    """Values of an expert in the order of ``COLUMNS``, specialties in words."""
    body = job.organisation if job else None
    user = expert.user
    first = (user.username, user.name, user.email, expert.rank, chapters_of(expert, words))
    employed = (body.name if body else "", body.group if body else "", job.valid_from if job else None)
    return (*first, *employed, expert.valid_from, expert.valid_to, expert.available)


def words_of(column: Column, value: Any) -> str:
    """Value of a column in words."""
    if column.kind == FLAG:
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


TOTALS = ("序号", "姓名", "工作单位", "参加评审（次）", "工时合计（小时）", "未登记工时（次）")
PANELS = ("序号", "姓名", "评审", "编号", "结论日期", "组长", "工时（小时）")
