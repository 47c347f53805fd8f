"""Parts 5 to 7: assessments, land and projects, carbon."""

import re
from collections.abc import Iterator
from decimal import Decimal

from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import half_up
from reports.annual.carbon_tables import unsaid
from reports.annual.tables import below
from reports.city.enums import ReportEdition
from reports.city.figures.assessments import FAILED, MENDED
from reports.city.figures.whole import CityReport
from reports.city.sections import pictures, themes
from reports.city.sections.shapes import Columns, name, number, table, text
from reports.common.states import printed_state
from reports.composition.blocks import Block, Cell, Heading, PaperTable, Paragraph
from reports.composition.enums import ParagraphStyle

SHARE = re.compile(r"(?P<done>\d+)/(?P<of>[1-9]\d*)，[\d.]+%(?:；按面积(?P<area>[\d.]+)%)?；?(?P<note>.*)")


def assessments(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Assessments held, rectification, draws, titles granted, changed and lost."""
    internal = edition is ReportEdition.INTERNAL
    found = report.assessments
    yield Heading("（一）评估和验收结论", 2)
    shown = [one for one in found.held if internal or not (one.conclusion == FAILED and one.mending not in MENDED)]
    yield Paragraph(themes.assessed(report, internal=internal))
    left = f"不合格而没有整改办结记录的评估和验收{len(found.held) - len(shown)}次，不列入本版。"
    rows: list[tuple[Cell, ...]] = [(one.district, one.kind, one.on, one.conclusion, one.number or "—") for one in shown]
    columns: Columns = (name("城区", 55), text("类别", 25), text("结论日期", 32), text("结论", 18), text("编号", 40))
    yield table("本年形成结论的评估和验收", columns, rows, key="assessments", empty=left if found.held else "")
    if internal:
        yield Heading("（二）整改", 2)
        mending = [(one.district, one.kind, one.mend_by, one.mending) for one in found.held if one.mending]
        failed = sum(one.conclusion == FAILED for one in found.held)
        unmended = f"本年度不合格的评估和验收{failed}次，平台没有它们的整改记录。" if failed else "本年度的评估没有提出整改。"
        columns = (name("城区", 60), text("评估", 30), text("整改期限", 40), text("情况", 40))
        note = f"整改情况截至{day_in_words(report.judged_on)}。"
        yield table("评估提出的整改", columns, mending, key="mending", empty=unmended, note=note)
    elif rows and len(shown) < len(found.held):  # without rows the empty table says it
        yield Paragraph(left)
    yield Heading(f"（{'三' if internal else '二'}）抽取", 2)
    drawn = [(draw.what, draw.on, draw.drawn, draw.pool) for draw in found.draws]
    columns = (name("抽取", 88), text("日期", 32), number("抽中", 18), number("名单", 18))
    yield table("后评估和专家抽取", columns, drawn, key="draws", empty="平台没有本年度抽取的记录。")
    yield Heading(f"（{'四' if internal else '三'}）称号授予、变更和终止", 2)
    yield Paragraph(themes.titles(report))
    rows = [(one.district, one.what, one.title or "—", one.on, one.number or None, one.reason or "—") for one in report.stood.events]
    columns = (name("城区", 38), text("事项", 16), text("称号", 22), text("日期", 27), text("文号", 30), text("内容或事由", 37))
    yield table("称号的授予、变更和终止", columns, rows, key="events", empty="")


def land(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Plots, shares of 八（一） and 八（三）, key projects, works."""
    internal = edition is ReportEdition.INTERNAL
    lines = [line for line in report.land.lines if line.counts["plots"] or line.projects or line.works]
    missing = len(report.land.lines) - len(lines)
    gap = f"其余{missing}个城区没有登记可建设地块、重点项目和主要市政设施，无记录。" if missing else ""
    yield Heading("（一）地块", 2)
    yield Paragraph(themes.plots(report, internal=internal))
    yield from pictures.plots(report)
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        counts = line.counts
        told = (counts["plots"], line.hectares, counts["granted"], counts["building"], counts["built"], counts["conforming"])
        rows.append((line.district, *told, *((counts["failing"],) if internal else ())))
    columns = [
        name("城区", 45), number("可建设", 17), number("面积", 22, unit="ha", missing="—"), number("已取得", 17), number("在建", 17),
        number("建成", 17), number("符合", 17),
    ]  # fmt: skip
    total: tuple[Cell, ...] = ("合计", *(_sum(report, key) for key in ("plots",)), "", *(_sum(report, key) for key in PLOTS))
    if internal:
        columns.append(number("不符合", 17))
        total = (*total, _sum(report, "failing"))
    yield table("可建设地块", columns, rows, key="plots", total=total, note=gap, empty="")
    yield Heading("（二）八（一）和八（三）的地块比例", 2)
    yield shares_table("八（一）出让或划拨的地块比例", "shares_acquired", [(line.district, line.acquired) for line in lines])
    yield shares_table("八（三）完成建设的地块比例", "shares_built", [(line.district, line.built) for line in lines])
    yield Paragraph("八（一）按专业规划基线、八（三）按试点基线的可建设地块计算；没有基线的按目前填写，不作为已满足。", ParagraphStyle.NOTE)
    yield Heading("（三）近期重点项目和市政设施", 2)
    yield Paragraph(themes.projects(report, internal=internal))
    rows = [
        (line.district, line.projects, line.in_use, *((line.late,) if internal else ()), line.works, line.works_built) for line in lines
    ]
    columns = [name("城区", 56), number("重点项目", 22), number("已投用", 22), number("主要市政设施", 28), number("建成且符合", 22)]
    if internal:
        columns.insert(3, number("晚于计划", 22))
    yield table("近期重点项目和主要市政设施", columns, rows, key="projects", empty="")
    if internal:
        late = [(one.district, one.name, one.what, one.days) for one in report.land.late]
        columns = [name("城区", 45), text("项目", 60), text("情况", 45), number("天数", 20)]
        yield table("晚于计划的重点项目", columns, late, key="projects_late", empty="")


def shares_table(caption: str, key: str, lines: list[tuple[str, str]]) -> PaperTable:
    """Shares of plots with each figure in a column of its own; why none is known stands in the last one."""
    columns = (
        name("城区", 42), number("已完成", 18, unit="个", missing="—"), number("可建设地块", 20, unit="个", missing="—"),
        number("按个数", 20, digits=1, unit="%", missing="—"), number("按面积", 20, digits=1, unit="%", missing="—"), text("说明", 38),
    )  # fmt: skip
    rows = [(district, *_figures_of(share)) for district, share in lines]
    return table(caption, columns, rows, key=key, empty="没有登记的可建设地块，无从计算。")


def _figures_of(share: str) -> tuple[Cell, ...]:
    """The figures of a share as closed years keep it in words, such as 24/37，64.9%；按面积62.0%."""
    found = SHARE.fullmatch(share)
    if found is None:
        return (None, None, None, None, share)
    by_area = found["area"]
    exact = half_up(Decimal(found["done"]) * 100 / Decimal(found["of"]), 1)
    return (int(found["done"]), int(found["of"]), exact, Decimal(by_area) if by_area else None, found["note"] or "—")


PLOTS = ("granted", "building", "built", "conforming")


def _sum(report: CityReport, key: str) -> int:
    return sum(line.counts[key] for line in report.land.lines)


def carbon(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Results compared with targets by district."""
    internal = edition is ReportEdition.INTERNAL
    lines = [line for line in report.carbon.lines if line.received or internal]
    yield Paragraph(themes.carbon(report, internal=internal))
    yield from pictures.carbon(report)
    rows = [
        (line.district, printed_state(line.state), line.total, line.per_m2, line.target, line.above, line.per_person, line.verifier or "—")
        for line in lines
    ]
    columns = (
        name("城区", 28), text("报告", 15), number("排放总量", 30, unit="tCO₂e", missing="—"),
        number("单位面积", 20, digits=1, missing="—"), number("规划目标", 18, digits=1, missing="未查明"),
        number("高于目标", 15, digits=1, missing="—"), number("人均", 16, unit="tCO₂e", missing="—"), text("核查机构", 18),
    )  # fmt: skip
    yield table("碳排放核查与规划目标", columns, rows, key="carbon", empty="截止日前没有接收本年度碳排放核查报告。")
    yield Paragraph(
        "“—”为没有已接收的报告或报告没有这项数据。排放总量和核算建筑面积取自经核查的年度报告，单位面积排放为两者之商，"
        "人均按城区当年碳排放清单的常住人口计算，没有清单的不计算；规划目标取自截至统计截止日已批准的专业规划。单位面积、规划目标和高于目标的单位为kgCO₂e/(m²·a)。",
        ParagraphStyle.NOTE,
    )
    if report.carbon.inventories:
        yield from _compared(report, edition)


def _compared(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Inventories of the year compared with the plans' paths; the external edition names no district."""
    found = [(line.district, line.compared) for line in report.carbon.lines if line.compared]
    missed = [row for _, row in found if row.is_missed]
    explained = sum(1 for row in missed if row.reason)
    told = f"已报送{report.year}年度碳排放清单的城区{len(found)}个，其中落后于目标路径的{len(missed)}个，已说明原因的{explained}个。"
    internal = edition is ReportEdition.INTERNAL
    yield Paragraph(f"{told}{themes.carbon_reasons(report) if internal else ''}")
    if not internal:
        return
    columns = (
        name("城区", 28), number("清单核算单位面积", 26, digits=3, unit="kgCO₂e/m²"),
        number("目标路径", 22, digits=3, unit="kgCO₂e/m²", missing="—"),
        text("对照", 36), text("原因和措施", 46),
    )  # fmt: skip
    rows = [(district, row.found, Decimal(row.due) if row.due else None, row.light.words, unsaid(row)) for district, row in found]
    yield table("碳排放清单与目标路径", columns, rows, key="carbon_compared", empty="截止日前没有报送本年度碳排放清单。")
    yield from below((f"{district}原因和措施", row.reason) for district, row in found)
