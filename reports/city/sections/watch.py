"""Parts 8 to 10: inspections and opinions; warnings and recommendations; one to two pages for each district."""

from collections.abc import Iterator

from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import chinese
from reports.annual.pages import district_pages
from reports.city.enums import ReportEdition
from reports.city.figures.whole import CityReport
from reports.city.sections import themes
from reports.city.sections.shapes import Columns, name, number, several, table, text
from reports.composition.blocks import Block, Cell, Heading, PageBreak, Paragraph, Wide
from reports.composition.enums import ParagraphStyle
from reports.examination.figures import COLUMNS, COLUMNS_BEFORE, title_of

TOGETHER = 5  # districts; a page break before each left pages of two lines
LEFT_OUT = "本版不列各城区不满足的控制项、未达目标的条文、建设进度滞后、应报事项和未办结的整改、意见。"


def supervision(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Inspections, findings by clause, open matters; the external edition gives only counts of open matters."""
    found, internal = report.supervision, edition is ReportEdition.INTERNAL
    rows: list[tuple[Cell, ...]] = [one[:5] for one in found.inspections]
    columns: Columns = (name("城区", 60), text("编号", 35), text("检查日期", 32), text("方式", 22), number("问题", 21, unit="个"))
    yield Heading("（一）监督检查", 2)
    yield Paragraph(themes.inspected(report))
    if internal:
        yield table("本年监督检查", columns, rows, key="inspections", empty="")
    yield table("检查问题（按条款）", (name("条款或条文", 100), number("问题", 35, unit="个"), number("未销号", 35, unit="个")),
                found.by_clause(), key="findings_by_clause", empty="")  # fmt: skip
    if not internal:
        yield Paragraph(f"未销号的评审意见{len(found.opinions)}条。本版不列未办结的整改和意见。")
        return
    yield Heading("（二）未销号的问题", 2)
    yield Paragraph(themes.open_findings(report))
    open_rows = [
        (one.district, one.clause, one.text, "严重" if one.serious else "一般", one.due, f"{one.state}{'，逾期' if one.late else ''}")
        for one in found.findings
        if one.is_open
    ]
    columns = (name("城区", 26), text("条款", 22), text("问题", 55), text("程度", 14), text("期限", 22), text("情况", 17))
    yield table("未销号的检查问题", columns, open_rows, key="findings_open", empty="")
    yield Heading("（三）未销号的评审意见", 2)
    yield Paragraph(themes.opinions(report))
    opinions = [(one.district, one.matter, one.clause, one.text, one.kind, one.state) for one in found.opinions]
    columns = (name("城区", 26), text("事项", 28), text("条文", 26), text("意见", 45), text("性质", 14), text("情况", 17))
    yield table("未销号的评审意见", columns, opinions, key="opinions_open", empty="")


def practice(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Part on what may be copied: the stories released in the year, as they were released."""
    del edition
    yield Paragraph(themes.practice(report))
    for place, one in enumerate(report.themes.stories or (), start=1):
        yield Heading(f"（{chinese(place)}）{one.title}", 2)
        yield Paragraph(
            f"{one.summary.rstrip()}（{one.district}，{day_in_words(one.on)}发布{f'，编号{one.number}' if one.number else ''}）"
        )


def outlook(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Titles at risk, award candidates, figures for the annual examination, missing records; internal edition only."""
    del edition
    found = report.outlook
    # Older closings kept the records of another day than the one that their other parts name.
    said = f"按{day_in_words(report.judged_on)}的记录" if report.is_kept_whole else "为核定时存入的内容，没有按统计日期重新计算"
    yield Paragraph(f"本部分{said}。", ParagraphStyle.NOTE)
    yield Heading("（一）预警", 2)
    rows: list[tuple[Cell, ...]] = [(one.district, one.ground, one.basis, one.remedy) for one in found.warned]
    columns: Columns = (name("城区", 38), text("情形", 62), text("依据", 22), text("补救", 48))
    yield table(
        "需要关注的城区",
        columns,
        rows,
        key="warned",
        empty="没有最近一次评估不合格、控制项不满足（建设期不作结论）或者按经市级确认的期限两项以上应报事项逾期的城区。",
    )
    if late := found.unconfirmed:
        yield Paragraph(f"另有{len(late)}个城区两项以上应报事项逾期，期限未经市级确认，不计：{several(late)}。", ParagraphStyle.NOTE)
    yield Heading("（二）国家级奖项推荐", 2)
    awards = [(award.district, award.word, "；".join(award.grounds) or "平台无记录，不作评价") for award in found.awards]
    columns = (name("城区", 50), text("结论", 25), text("依据", 95))
    yield table("国家级奖项推荐", columns, awards, key="awards", empty="没有持有称号的城区。")
    yield Heading("（三）平台无记录的城区", 2)
    yield Paragraph(
        f"申报主体未在平台办理的城区{len(found.idle)}个：{several(found.idle, 60)}。无记录不等于没有开展工作。"
        if found.idle
        else "持有称号的城区的申报主体都在平台办理。"
        if report.stood.rows
        else "没有持有称号的城区。"
    )
    counted = found.examination
    heads = COLUMNS if report.is_kept_whole else COLUMNS_BEFORE
    columns = (name("实施主体", 47), *(number(word, 15) for word in heads.values()))
    examined = [(row.name, *row.cells_of(heads)) for row in counted.rows]
    note = "只供数，不打分、不排名。自查和年度报告报的是上一年度，计在报送的年度；合计按城区各计一次。"
    note += f"试点和示范为{day_in_words(report.stood.on)}的，"
    note += f"其他按{day_in_words(report.judged_on)}的记录。" if report.is_kept_whole else "其他为核定时存入的；期限待市级确认的没有分列。"
    total = (counted.total.name, *counted.total.cells_of(heads))
    shown = table(title_of(counted), columns, examined, key="examination", wide=True, total=total, note=note, empty="没有持有称号的城区。")
    yield Wide((Heading("（四）考核供数", 2), shown))


def districts(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Districts with a title on the snapshot day in sequence; a long report starts new pages where the document may be split."""
    internal = edition is ReportEdition.INTERNAL
    if not internal:
        yield Paragraph(LEFT_OUT)
    elif not report.stood.rows:
        yield Paragraph("没有持有称号的城区。")
    for place, figures in enumerate(report.districts):
        if report.is_long and place and place % TOGETHER == 0:
            yield PageBreak()
        yield from district_pages(figures, internal=internal)
