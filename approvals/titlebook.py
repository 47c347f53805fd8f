"""The list of titles as a workbook; every word is written as text."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO

from approvals.exports import OPTIONS
from approvals.models import Title

HEADS = (
    ("序号", 6), ("城区名称", 34), ("所在区", 20), ("类型", 12), ("称号", 10), ("星级", 10), ("编号", 18), ("授予日期", 14),
    ("公告批次", 18), ("适用标准", 26), ("依据文件", 28), ("状态", 12), ("终止日期", 14), ("外部称号", 40), ("数据", 10),
)  # fmt: skip


def title_book(titles: Sequence[Title], *, today: dt.date) -> bytes:
    """Workbook of the titles handed in; what the sources do not tell reads 未查明."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheet, bold = book.add_worksheet("称号"), book.add_format({"bold": True, "border": 1})
    demo = any(title.district.is_demo for title in titles)
    sheet.write_string(0, 0, f"绿色生态城区称号（{len(titles)}条）{'　含演示数据' if demo else ''}")
    sheet.write_string(1, 0, f"导出日期：{today.year}年{today.month}月{today.day}日")
    for column, (label, width) in enumerate(HEADS):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, label, bold)
    for number, title in enumerate(titles, start=1):
        sheet.write_number(2 + number, 0, number)
        for column, text in enumerate(cells_of(title), start=1):
            sheet.write_string(2 + number, column, text)
    sheet.freeze_panes(3, 2)
    book.close()
    return stream.getvalue()


def cells_of(title: Title) -> list[str]:
    """Words of one row, as the list shows them."""
    district = title.district
    return [
        district.name,
        "、".join(area.name for area in district.areas.all()),
        district.get_type_display() or "未查明",
        title.get_kind_display(),
        title.get_star_display() or "未查明",
        title.number or "未查明",
        title.granted_on.isoformat() if title.granted_on else "未查明",
        str(title.announcement) if title.announcement else "未查明",
        title.edition_text or "未查明",
        title.policy,
        title.get_end_display() if title.end else "有效",
        title.ended_on.isoformat() if title.ended_on else "",
        "；".join(honour.title for honour in district.honours.all()),
        "演示数据" if district.is_demo else "",
    ]
