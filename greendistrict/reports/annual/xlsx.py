"""The annual report as a workbook: the figures of the PDF, every text as text."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from greendistrict.reports.annual.figures import AnnualFigures, CityFigures

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Row = Sequence[Any]


class _Book:
    """A workbook with the four formats that every sheet uses."""

    def __init__(self) -> None:
        self.stream = BytesIO()
        self.book = xlsxwriter.Workbook(self.stream, OPTIONS)
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF5", "text_wrap": True, "valign": "vcenter"})
        self.cell = self.book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        self.figure = self.book.add_format({"border": 1, "num_format": "#,##0.00", "valign": "top"})
        self.mark = self.book.add_format({"font_color": "#774800", "italic": True})

    def sheet(self, name: str, title: str, marks: str, *, head: Row, rows: Sequence[Row], widths: Sequence[int]) -> None:
        """One sheet: title, marks, sticky head, rows."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, marks, self.mark)
        for column, text in enumerate(head):
            sheet.write_string(2, column, str(text), self.head)
        for line, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                self._write(sheet, line, column, value)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(3, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)

    def _write(self, sheet: Any, line: int, column: int, value: Any) -> None:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            sheet.write_number(line, column, float(value), self.figure if isinstance(value, Decimal) else self.cell)
        else:
            sheet.write_string(line, column, "" if value is None else str(value), self.cell)

    def content(self) -> bytes:
        """Finished file."""
        self.book.close()
        return self.stream.getvalue()


def marks(*, demo: bool, reference: bool) -> str:
    """Marks that stand on every sheet."""
    words = [word for word, on in (("演示数据", demo), ("参考版，不是官方标准条文；星级为推定", reference)) if on]
    return "　".join(words)


def district_workbook(figures: AnnualFigures) -> bytes:
    """Sheets 概况, 章得分, 条文, 自评报告."""
    book = _Book()
    mark = marks(demo=figures.is_demo, reference=figures.reference)
    name = f"{figures.district.name}{figures.year}年度评估报告"
    book.sheet("概况", name, mark, head=["项目", "内容"], rows=_overview(figures), widths=[24, 60])
    chapters = [[row.number, row.title, row.weight, row.obtained, row.possible, row.share, row.planned] for row in figures.chapters]
    head = ["章", "名称", "权重（%）", "得分", "满分", "章得分", "预期"]
    book.sheet("章得分", name, mark, head=head, rows=chapters, widths=[8, 20, 12, 12, 12, 12, 12])
    items = [
        [row.id, row.title, row.value, _figure(row.points), _figure(row.most), row.state, row.evidence, row.reason] for row in figures.items
    ]
    head = ["条文号", "条文", "现状值", "得分", "满分", "状态", "佐证（件）", "说明"]
    book.sheet("条文", name, mark, head=head, rows=items, widths=[10, 30, 40, 10, 10, 10, 10, 40])
    book.sheet("自评报告", name, mark, head=["章节", "内容"], rows=list(figures.sections), widths=[30, 100])
    return book.content()


def _overview(figures: AnnualFigures) -> list[Row]:
    district = figures.district
    verdict = "建设期不作结论" if figures.building else (figures.level or "未达一星级")
    return [
        ["城区", district.name],
        ["类型", district.get_type_display() or "未查明"],
        ["规划范围面积（km²）", district.area_km2],
        ["自查编号", figures.number],
        ["标准", f"{figures.edition_code} {figures.edition_title}"],
        ["总分", figures.total],
        ["加分", figures.bonus],
        ["星级", verdict],
        ["预期总分", figures.planned_total],
        ["上年总分", figures.previous_total],
        ["控制项不满足", "、".join(item.id for item in figures.failed_controls) or "无"],
        ["佐证（件）", figures.evidence],
        ["数据摘要", figures.digest],
    ]


def _figure(text: str) -> Decimal | str:
    return Decimal(text) if text else ""


def city_workbook(figures: CityFigures) -> bytes:
    """Sheets 城区 and 条文 over all received tables."""
    book = _Book()
    mark = marks(demo=figures.is_demo, reference=figures.reference)
    title = f"{figures.year}年度绿色生态城区评估报告"
    names = [name for name, _ in figures.means()]
    head = ["序号", "城区", "类型", "阶段", "面积（km²）", "总分", "星级", "预期总分", *names]
    rows = [_district_row(number, row, names) for number, row in enumerate(figures.districts, start=1)]
    rows.append(["", "平均", "", "", "", "", "", "", *(mean for _, mean in figures.means())])
    book.sheet("城区", title, mark, head=head, rows=rows, widths=[6, 28, 12, 10, 12, 10, 14, 10, *[12] * len(names)])
    items = [
        [row.district.name, item.id, item.title, item.value, _figure(item.points), _figure(item.most), item.state]
        for row in figures.districts
        for item in row.items
    ]
    book.sheet(
        "条文",
        title,
        mark,
        head=["城区", "条文号", "条文", "现状值", "得分", "满分", "状态"],
        rows=items,
        widths=[28, 10, 30, 40, 10, 10, 10],
    )
    return book.content()


def _district_row(number: int, row: AnnualFigures, names: Sequence[str]) -> Row:
    scores = {chapter.dimension: chapter.score for chapter in row.dimensions}
    verdict = "建设期不作结论" if row.building else (row.level or "未达一星级")
    district = row.district
    head = [number, district.name, district.get_type_display(), district.get_stage_display(), district.area_km2]
    return [*head, row.total, verdict, row.planned_total, *(scores.get(name) for name in names)]
