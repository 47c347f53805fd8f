"""Record of a site visit as a workbook for the panel: objects, findings, number of photos. The file carries no author name."""

from typing import Any

from approvals.acceptances.models import SiteVisit, VisitFinding
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.spreadsheets import made, write_heads

NAME = "现场核查记录.xlsx"
HEADS = (("序号", 6), ("类别", 16), ("核查内容", 46), ("申报情况", 30), ("结论", 12), ("情况", 50), ("照片", 8))
HEAD_ROW = 5


def visit_book(visit: SiteVisit) -> bytes:
    """Workbook with one row per line of the checklist."""
    return made(lambda book: _write(book, visit))


def _write(book: Any, visit: SiteVisit) -> None:
    case, sheet = visit.case, book.add_worksheet("现场核查记录")
    sheet.write_string(0, 0, f"{case.district.name}终期验收现场核查记录{'　演示数据' if case.is_demo else ''}")
    sheet.write_string(1, 0, f"编号：{case.number or ''}　核查日期：{cn_date(visit.planned_on)}　地点：{visit.place or '现场'}")
    sheet.write_string(2, 0, f"核查专家和人员：{'、'.join(visit.members.split())}")
    sheet.write_string(3, 0, f"总体情况：{visit.note}")
    write_heads(sheet, HEAD_ROW, HEADS, book.add_format({"bold": True, "border": 1}))
    for number, row in enumerate(visit.rows.prefetch_related("photos").order_by("order"), start=1):
        line = HEAD_ROW + number
        sheet.write_number(line, 0, number)
        finding = VisitFinding(row.finding).label if row.finding else "未核查"
        for column, text in enumerate((row.group, row.title, row.claimed, finding, row.note), start=1):
            sheet.write_string(line, column, str(text))
        sheet.write_number(line, 6, len(row.photos.all()))
    sheet.freeze_panes(HEAD_ROW + 1, 3)
