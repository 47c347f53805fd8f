"""A report and a letter with every kind of block."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import docx
import openpyxl

from reports.composition.blocks import (
    Chart,
    ChartSeries,
    Composition,
    Heading,
    PageBreak,
    Pairs,
    PaperColumn,
    PaperTable,
    Paragraph,
    Signature,
    Wide,
)
from reports.composition.enums import ChartKind, ColumnKind, Style
from reports.composition.services import made_of

CODE = "ABCD-EFGH-JKLM"
DIMENSIONS = ("韧性安全", "健康宜居", "绿色低碳", "智慧高效", "融合创新")


def in_word(composition):
    """Its Word document."""
    return docx.Document(BytesIO(made_of(composition, code="", formats=["docx"])["docx"]))


def in_excel(composition):
    """Its workbook."""
    return openpyxl.load_workbook(BytesIO(made_of(composition, code="", formats=["xlsx"])["xlsx"]))


def report(rows=3, *, long="", **more):
    lines = tuple((f"演示{number}城区（虚构）", number, Decimal(number) / 8, dt.date(2026, 3, number % 28 + 1)) for number in range(rows))
    columns = (
        PaperColumn("城区", kind=ColumnKind.NAME),
        PaperColumn("项数", 20),
        PaperColumn("面积", 30, ColumnKind.NUMBER, unit="km²"),
        PaperColumn("日期", 40),
    )
    names = ("最低", "下四分位", "中位数", "上四分位", "最高")
    five = tuple(ChartSeries(name, (Decimal(value), None)) for name, value in zip(names, range(10, 60, 10), strict=True))
    both = ChartSeries("总分", (Decimal(60), None)), ChartSeries("预期", (Decimal(80), Decimal(70)))
    counts = ChartSeries("试点", (2, 1)), ChartSeries("示范", (0, 1))
    total = ("合计", rows, Decimal("1.5"), "") if rows else ()
    blocks = (
        Heading("一、总体情况"),
        Paragraph("截至2026年12月31日，本市有试点三个。\n其中新建城区两个。"),
        Heading("（一）分布", 2),
        PaperTable("各城区", columns, lines, total=total, empty="本年度没有城区。", note="面积按批复。"),
        Chart("五方面得分", ChartKind.RADAR, DIMENSIONS, (ChartSeries("已实现", tuple(map(Decimal, (80, 70, 55, 66, 90)))),)),
        PageBreak(),
        *([Paragraph(long)] if long else []),
        Heading("（二）碳排放", 2),
        Pairs((("面积", Decimal("1.005")), ("核查日期", None), ("结论", "=通过"))),
        Heading("二、附表"),
        Wide((Heading("（一）宽表", 2), PaperTable("宽表", tuple(PaperColumn(f"列{at}") for at in range(12)), (tuple("甲" * 12),)))),
        Chart("分布", ChartKind.BOXES, ("甲区", "乙区"), five),
        Chart("变化", ChartKind.LINES, ("2025", "2026"), (ChartSeries("得分", (Decimal(60), Decimal(70))),)),
        Chart("总分", ChartKind.BARS, ("甲区", "乙区"), both),
        Chart("示意图", ChartKind.TILES, ("嘉定区", "虹桥国际中央商务区"), counts, unit="个"),
        Signature(("上海市住房和城乡建设管理委员会", "2027年6月1日")),
    )
    about = {"subtitle": "第1版", "cover": (("年度", "2026"), ("统计截止日", dt.date(2026, 12, 31))), "is_demo": True, "reference": True}
    return Composition("绿色生态城区年度评估报告", blocks, **{**about, "figures": {"pilots": 3, "area_km2": Decimal("1.5")}, **more})


def letter(sentences=30, **more):
    about = {"number": "〔2026〕3号", "to": "演示管理委员会：", "issuer": "上海市住房和城乡建设管理委员会", "dated": "2026年3月1日"}
    about |= {"annexes": ("附件：1. 评分表", "　　　2. 名单"), "contact": "（联系人：甲）", "copies": "抄送：甲区政府。"}
    about["marks"] = ("参考稿",)
    return Composition("关于受理试点申报的通知书", (Paragraph("材料收悉。" * sentences),), style=Style.LETTER, **about | more)
