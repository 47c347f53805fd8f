"""Record of a site visit as a workbook for the panel: what was looked at, what was found, how many photos. No author in the file."""

from io import BytesIO

from approvals.acceptances.models import SiteVisit
from approvals.common.enums import VisitFinding
from greendistrict.core.templatetags.gd import cn_date

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "现场核查记录.xlsx"
HEADS = (("序号", 6), ("类别", 16), ("核查内容", 46), ("申报情况", 30), ("结论", 12), ("情况", 50), ("照片", 8))
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HEAD_ROW = 5


def visit_book(visit: SiteVisit) -> bytes:
    """Workbook with one row per line of the checklist."""
    import xlsxwriter  # noqa: PLC0415 -- only who closes a visit pays for it

    stream, case = BytesIO(), visit.case
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **OPTIONS})
    sheet, bold = book.add_worksheet("现场核查记录"), book.add_format({"bold": True, "border": 1})
    sheet.write_string(0, 0, f"{case.district.name}终期验收现场核查记录{'　演示数据' if case.is_demo else ''}")
    sheet.write_string(1, 0, f"编号：{case.number or ''}　核查日期：{cn_date(visit.planned_on)}　地点：{visit.place or '现场'}")
    sheet.write_string(2, 0, f"核查专家和人员：{'、'.join(visit.members.split())}")
    sheet.write_string(3, 0, f"总体情况：{visit.note}")
    for column, (label, width) in enumerate(HEADS):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD_ROW, column, label, bold)
    for number, row in enumerate(visit.rows.prefetch_related("photos").order_by("order"), start=1):
        line = HEAD_ROW + number
        sheet.write_number(line, 0, number)
        finding = VisitFinding(row.finding).label if row.finding else "未核查"
        for column, text in enumerate((row.group, row.title, row.claim, finding, row.note), start=1):
            sheet.write_string(line, column, str(text))
        sheet.write_number(line, 6, len(row.photos.all()))
    sheet.freeze_panes(HEAD_ROW + 1, 3)
    book.close()
    return stream.getvalue()
