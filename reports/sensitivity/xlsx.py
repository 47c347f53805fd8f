"""Sensitivity report as a workbook: request, counts, one row per table."""

import datetime as dt
from decimal import Decimal

from greendistrict.core.templatetags.gd import cn_date
from reports.common.book import ReportBook, marks
from reports.common.definitions import SENSITIVITY_MEANINGS, AsOf, defined
from reports.sensitivity.figures import SensitivityOutcome, tally

HEAD = ("序号", "城区", "评分表", "原标准", "原总分", "原星级", "测算总分", "测算星级", "总分变化", "星级变化", "不能沿用的取值")
UNITS = {"原总分": "分", "测算总分": "分", "总分变化": "分", "不能沿用的取值": "个"}
WIDTHS = (6, 32, 18, 18, 10, 14, 10, 14, 10, 30, 14)


def workbook(outcome: SensitivityOutcome, today: dt.date) -> bytes:
    """Sheets 测算 and 明细."""
    book, edition = ReportBook(), outcome.edition
    mark = marks(demo=outcome.is_demo, reference=not edition.official)
    title = f"{edition.code} {edition.title}　影响测算"
    asked = [("标准", f"{edition.code} {edition.title}（{edition.get_status_display()}）")]
    asked += [(change["what"], f"{change['old']} → {change['new']}") for change in outcome.changes]
    counts = [(words, number) for words, number in tally(outcome.rows)]
    rows = [*asked, ("评分表（张）", len(outcome.rows)), *counts, ("说明", "只作测算，不改动任何已提交的评分表")]
    book.sheet("测算", title, mark, head=["项目", "内容"], rows=rows, widths=[40, 60])
    lines = [
        [
            number, row["district"], row["title"], row["edition"], _figure(row["before"]), row["level_before"], _figure(row["after"]),
            row["level_after"], _figure(row["change"]), row["said"], row["lost"],
        ]
        for number, row in enumerate(outcome.rows, start=1)
    ]  # fmt: skip
    book.sheet("明细", title, mark, head=HEAD, rows=lines, widths=WIDTHS)
    days = {AsOf.MADE: cn_date(today)}
    book.define([defined(meaning, name, UNITS[name], days) for name, meaning in SENSITIVITY_MEANINGS.items()], mark)
    return book.content()


def _figure(text: str) -> Decimal | str:
    return Decimal(text) if text else ""
