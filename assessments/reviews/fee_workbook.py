"""The workbook of hours on concluded panels, the basis for paying fees."""

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.reviews.selectors.fees import FeeLine
from greendistrict.documents.spreadsheets import made, write_heads

TOTALS = ("序号", "姓名", "工作单位", "参加评审（次）", "工时合计（小时）", "未登记工时（次）")
PANELS = ("序号", "姓名", "评审", "编号", "结论日期", "组长", "工时（小时）")
HEAD_ROW, WIDE, NARROW = 2, 30, 9


def fee_book(lines: Sequence[FeeLine], title: str, employers: Mapping[int, str]) -> bytes:
    """Workbook with one sheet of totals and one of panels; contains no fees and no bank accounts."""
    sums = [
        (at, str(line.expert), employers.get(line.expert.pk, ""), line.panels, line.hours, line.unnoted) for at, line in enumerate(lines, 1)
    ]
    members = [(line.expert, member) for line in lines for member in line.memberships]
    panels = [
        (
            at,
            str(expert),
            member.review.subject.get("title", ""),
            member.review.subject.get("number", ""),
            member.review.concluded_at.date().isoformat() if member.review.concluded_at else "",
            "是" if member.chair else "",
            "" if member.hours is None else member.hours,
        )
        for at, (expert, member) in enumerate(members, 1)
    ]
    mark = "　含演示数据" if any(line.expert.is_demo for line in lines) else ""
    sheets = (("工时合计", TOTALS, sums), ("逐次评审", PANELS, panels))
    return made(lambda book: _write(book, f"{title}{mark}", sheets), flat=True)


def _write(book: Any, title: str, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> None:
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    for name, heads, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        write_heads(sheet, HEAD_ROW, [(head, WIDE if at in {1, 2} else NARROW) for at, head in enumerate(heads)], bold)
        for row, cells in enumerate(rows, start=HEAD_ROW + 1):
            for at, cell in enumerate(cells):
                sheet.write(row, at, cell if isinstance(cell, str) else float(cell))
