"""The list of cases as a workbook; every word is written as text, so no name becomes a formula."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO

from approvals.lifecycle import state_of
from approvals.models import Case
from greendistrict.core import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = (
    ("序号", 6), ("编号", 16), ("城区名称", 34), ("类别", 10), ("所在区", 20), ("类型", 12), ("申报主体", 34), ("申报星级", 10),
    ("状态", 20), ("提交日期", 14), ("受理日期", 14), ("审定日期", 14), ("决定文号", 24), ("数据", 10),
)  # fmt: skip
HEAD_ROW = 2
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def case_book(cases: Sequence[Case], *, today: dt.date) -> bytes:
    """Workbook of the cases handed in; 演示数据 in its head where any is fictional."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet, bold = book.add_worksheet("办件"), book.add_format({"bold": True, "border": 1})
    for column, (_, width) in enumerate(HEADS):
        sheet.set_column(column, column, width)
    demo = any(case.is_demo for case in cases)
    sheet.write_string(0, 0, f"申报与验收办件（{len(cases)}件）{'　含演示数据' if demo else ''}")
    sheet.write_string(1, 0, f"导出日期：{today.year}年{today.month}月{today.day}日")
    for column, (label, _) in enumerate(HEADS):
        sheet.write_string(HEAD_ROW, column, label, bold)
    for number, case in enumerate(cases, start=1):
        sheet.write_number(HEAD_ROW + number, 0, number)
        for column, text in enumerate(cells_of(case), start=1):
            sheet.write_string(HEAD_ROW + number, column, text)
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    book.close()
    return stream.getvalue()


def cells_of(case: Case) -> list[str]:
    """Words of one row, as the list shows them."""
    return [
        case.number or "未提交",
        case.district.name,
        case.get_kind_display(),
        "、".join(area.name for area in case.district.areas.all()),
        case.district.get_type_display(),
        case.applicant.name,
        case.get_star_asked_display() or "",
        state_of(case).label,
        _day(case.submitted_at),
        _day(case.accepted_at),
        case.decided_on.isoformat() if case.decided_on else "",
        case.decision_number,
        "演示数据" if case.is_demo else "",
    ]


def _day(moment: dt.datetime | None) -> str:
    return moment.astimezone(clock.SHANGHAI).date().isoformat() if moment else ""
