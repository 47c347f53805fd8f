"""Tables and charts of a district's report and of its pages in the city's report."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from assessments.inspections.columns import FINDING_ENTERED
from assessments.inspections.lifecycle import INSPECTION_FINDING
from assessments.inspections.models import Inspection, Severity
from assessments.opinions.columns import LINE
from assessments.opinions.models import OpinionState
from assessments.yearly_reports.columns import GAP
from districts.plots.columns import PLOT_REPORTED
from districts.plots.standing import LATE_LABELS
from districts.projects.columns import PROJECT_FILED, WORK_REPORTED
from districts.yearly_plans.columns import PLAN_ITEM
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.declared import Columns
from greendistrict.core.rounding import half_up
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.enums import PRINTED
from greendistrict.documents.selectors import withheld
from reports.annual.figures import OUT, AnnualFigures, DistrictFigures
from reports.annual.figures.items import EMPTY
from reports.annual.figures.land import Gate
from reports.annual.parts import ItemFigures
from reports.annual.sentences import absent, area_words, clause, no_scores, none_below, population, star
from reports.composition.blocks import Cell, Chart, ChartSeries, PaperColumn, PaperTable, Paragraph
from reports.composition.columns import paper_cells, paper_columns, paper_sums
from reports.composition.enums import ChartKind, ColumnKind

NAME, NUMBER = ColumnKind.NAME, ColumnKind.NUMBER
DASH = "—"
LONGEST = 150  # characters of a text in a cell; longer ones follow their table
AXES = 3
INSPECTED = Columns.of(Inspection, "inspected_on", "number", "mode", "basis")


def below(texts: Iterable[tuple[str, str]]) -> tuple[Paragraph, ...]:
    """Texts too long for a cell, as paragraphs after their table, each with its name."""
    return tuple(Paragraph(f"{name}：{text}") for name, text in texts if len(text) > LONGEST)


def cell(text: str) -> str:
    """A text, or a reference if it is too long for a cell."""
    return text if len(text) <= LONGEST else "见表后说明"


def _number(title: str, width: int = 20, unit: str = "", digits: int = 2) -> PaperColumn:
    return PaperColumn(title, width, NUMBER, digits, unit, missing=DASH)


def _day(title: str, width: int = 30) -> PaperColumn:
    return PaperColumn(title, width, missing=DASH)


def chapters(scores: AnnualFigures) -> PaperTable:
    """Scores by chapter with last year's and the planning score; bonus points apart."""
    columns = (
        PaperColumn("章", None, NAME),
        _number("权重", 18, "%"),
        _number("得分", unit="分"),
        _number("参评满分", unit="分"),
        _number("章得分", unit="分"),
        _number("上年", unit="分"),
        _number("预期", unit="分"),
    )
    rows = tuple(
        (row.title, "加分" if row.bonus else row.weight, row.obtained, row.possible, row.share, row.previous, row.planned)
        for row in scores.chapters
    )
    total = ("总分", "", scores.total, "", "", scores.previous_total, scores.planned_total)
    return PaperTable("各章得分", columns, rows, total, key="chapters")


def bars(scores: AnnualFigures, judged_on: dt.date) -> Chart:
    """Scores of the chapters beside the planning scores."""
    rows = [row for row in scores.chapters if not row.bonus]
    series = [ChartSeries("已实现", tuple(half_up(row.score) for row in rows))]
    if any(row.planned is not None for row in rows):
        series.append(ChartSeries("预期", tuple(row.planned for row in rows)))
    titles = tuple(row.title for row in rows)
    return Chart("各章得分与预期", ChartKind.BARS, titles, tuple(series), key="chapters", source=_source(scores, judged_on))


def _source(scores: AnnualFigures, judged_on: dt.date) -> str:
    """Line below a chart of scores."""
    return f"资料来源：{scores.year}年度自评分表（自查编号{scores.number}）；截至{cn_date(judged_on)}。"


def dimensions(scores: AnnualFigures) -> PaperTable:
    """Scores of the five dimensions, now, last year and planned."""
    columns = (
        PaperColumn("方面", None, NAME),
        _number("已实现", 26, "分"),
        _number("上年", 26, "分"),
        _number("预期", 26, "分"),
        _number("与预期差", 28, "分"),
    )
    rows = tuple(
        (row.dimension, row.score, row.previous, row.planned, None if row.planned is None else row.score - row.planned)
        for row in scores.dimensions
    )
    return PaperTable("五个方面得分", columns, rows, empty="本标准没有按五个方面分章。", key="dimensions")


def radar(scores: AnnualFigures, judged_on: dt.date) -> tuple[Chart, ...]:
    """Radar of the five dimensions; none for an edition with fewer than three."""
    rows = scores.dimensions
    if len(rows) < AXES:
        return ()
    series = [ChartSeries("已实现", tuple(half_up(row.score) for row in rows))]
    if all(row.planned is not None for row in rows):
        series.append(ChartSeries("预期", tuple(row.planned for row in rows)))
    names = tuple(row.dimension for row in rows)
    return (Chart("五个方面得分雷达图", ChartKind.RADAR, names, tuple(series), key="dimensions", source=_source(scores, judged_on)),)


def short(scores: AnnualFigures, items: Iterable[ItemFigures]) -> PaperTable:
    """Clauses below their target with the district's own reason."""
    columns = (
        PaperColumn("条文", 32, NAME),
        PaperColumn("目标", 30),
        PaperColumn("现状", 30),
        _number("差", 16, "分"),
        PaperColumn("城区说明的原因"),
    )
    rows = tuple(
        (
            f"{item.id} {item.title}",
            "：".join(item.expected),
            item.value or EMPTY,
            item.gap if item.most else None,
            cell(item.reason) or "未说明",
        )
        for item in items
    )
    return PaperTable("未达目标的条文及原因", columns, rows, empty=none_below(scores, scores.chapters), key="short")


def gates(figures: DistrictFigures) -> PaperTable:
    """Shares of 八（一） and 八（三） over the frozen baseline."""
    columns = (
        PaperColumn("事项", 40, NAME),
        PaperColumn("已完成", 18, NUMBER, 0, missing=DASH),
        PaperColumn("总数", 16, NUMBER, 0, missing=DASH),
        _number("比例", 20, "%", 1),
        PaperColumn("说明"),
    )
    rows = tuple((gate.title, gate.done, gate.of, _share(gate), gate.note) for gate in figures.land.gates)
    return PaperTable("按基线计的完成比例", columns, rows, key="gates")


def _share(gate: Gate) -> Cell:
    """A share in per cent as a number; in words where none is known."""
    return half_up(Decimal(gate.done) * 100 / gate.of, 1) if gate.done is not None and gate.of else gate.share or "未查明"


def operation_gaps(figures: DistrictFigures) -> PaperTable:
    """Figures of the operation report beside those of the portal."""
    shown = GAP.without("difference")
    columns, rows = paper_columns(shown, 46, 28, 28, None), tuple(paper_cells(shown, gap) for gap in figures.operation_gaps)
    return PaperTable("运营工作报告与平台记录不同的数字", columns, rows, empty="", key="operation_gaps")


def plots(figures: DistrictFigures) -> PaperTable:
    """Plots as of the snapshot day."""
    columns = (
        *paper_columns(PLOT_REPORTED, 22, 30, 20, 26, 18, 30, 30, 30),
        PaperColumn("状态"),
    )
    rows = tuple(
        (
            *paper_cells(PLOT_REPORTED, plot),
            "，".join((plot.state, *(LATE_LABELS[name] for name in plot.late))),
        )
        for plot in figures.land.plots
    )
    area, floor = figures.land.areas
    total = paper_sums(PLOT_REPORTED, "", number=f"合计{len(rows)}个", area_ha=area, floor_area=floor) if rows else ()
    changes = "；".join(f"{cn_date(change.on)}{change}" for change in figures.land.changes)
    note = f"取得、开工、建成情况截至{cn_date(figures.on)}。此后的地块变更已列入本表：{changes}。" if changes else ""
    return PaperTable("地块", columns, rows, total, empty=absent(figures, "没有登记地块"), key="plots", note=note)


def projects(figures: DistrictFigures) -> PaperTable:
    """Near-term key projects as of the snapshot day."""
    columns = (
        *paper_columns(PROJECT_FILED, None, 24, 28, 30, 30, 18),
        PaperColumn("进度说明", 52),
    )
    slips: dict[str, list[str]] = {}
    for slip in figures.land.slips:
        slips.setdefault(slip.name, []).append(f"{slip.what}，{slip.days}天")
    rows = tuple(
        (
            *paper_cells(PROJECT_FILED, row),
            "；".join(slips.get(row.name, ())) or ("按计划" if row.planned_finish else "未填计划工期"),
        )
        for row in figures.land.projects
    )
    totals = figures.land.project_totals
    missing = f"缺{totals.uninvested}个投资" if totals.uninvested else ""
    total = paper_sums(PROJECT_FILED, missing, name=f"合计{len(rows)}个", investment=totals.investment) if rows else ()
    return PaperTable("近期重点项目", columns, rows, total, empty=absent(figures, "没有登记近期重点项目"), key="projects")


def works(figures: DistrictFigures) -> PaperTable:
    """Municipal works as of the snapshot day."""
    columns = (
        *paper_columns(WORK_REPORTED, None, 36, 22, 24, 30, 30),
        PaperColumn("状态", 34),
    )
    late = {work.name for work in figures.land.late_works}
    rows = tuple(
        (
            *paper_cells(WORK_REPORTED, row),
            f"{row.progress.label}{'，逾期' if row.name in late else ''}",
        )
        for row in figures.land.works
    )
    total = paper_sums(WORK_REPORTED, "", name=f"合计{len(rows)}项", length_m=figures.land.work_totals.length) if rows else ()
    return PaperTable("市政设施", columns, rows, total, empty=absent(figures, "没有登记市政设施"), key="works")


def inspections(figures: DistrictFigures) -> tuple[PaperTable, PaperTable]:
    """Inspections of the year, and findings with their state on the snapshot day."""
    supervision = figures.supervision
    held = PaperTable(
        "监督检查",
        paper_columns(INSPECTED, 34, 34, 22, None),
        tuple(paper_cells(INSPECTED, row) for row in supervision.inspections),
        empty=absent(figures, f"没有{figures.year}年的监督检查记录"),
        key="inspections",
    )
    columns = (
        PaperColumn("序号", 14, NAME),
        *paper_columns(INSPECTED.part("inspected_on", "basis"), 34, None, named="number"),
        *paper_columns(FINDING_ENTERED.part("severity", "due"), 18, 34, named="number"),
        PaperColumn("状态", 26),
    )
    rows = tuple(
        (
            str(number), row.found_on, row.basis, str(Severity(row.finding.severity).label), row.finding.due,
            f"{INSPECTION_FINDING.state(row.state).label}{'，逾期' if row.is_late else ''}",
        )
        for number, row in enumerate(supervision.findings, start=1)
    )  # fmt: skip
    return held, PaperTable("检查问题", columns, rows, empty="没有需要整改的检查问题。", key="findings")


def results(figures: DistrictFigures) -> PaperTable:
    """Assessments concluded in the year."""
    columns = (PaperColumn("结论日期", 34, NAME), PaperColumn("评估", 30), PaperColumn("结论", 24), PaperColumn("来源"))
    rows = tuple((row.on, row.what, str(row.conclusion.label), row.source) for row in figures.supervision.results)
    return PaperTable("市级评估结论", columns, rows, empty=absent(figures, f"没有{figures.year}年的市级评估结论"), key="results")


def opinions(figures: DistrictFigures) -> PaperTable:
    """Opinions of panels with their state on the snapshot day; their texts follow after the table."""
    columns = (
        PaperColumn("序号", 14, NAME),
        PaperColumn("评审", 44),
        *paper_columns(LINE.part("item_title", "kind", "body", "status"), None, 18, 34, 18, named="number"),
    )
    rows = tuple(
        (
            str(number), row.matter, clause(row.opinion), str(row.opinion.get_kind_display()), row.opinion.body,
            str(OpinionState(row.state).label),
        )
        for number, row in enumerate(figures.supervision.opinions, start=1)
    )  # fmt: skip
    return PaperTable("评审意见", columns, rows, empty=absent(figures, "没有需要办理的评审意见"), key="opinions")


def duties(figures: DistrictFigures) -> PaperTable:
    """Duties for the year with their days."""
    columns = (
        PaperColumn("事项（依据）", None, NAME),
        PaperColumn("报送单位", 32),
        _day("期限", 29),
        _day("报送日期", 29),
        PaperColumn("状态", 20),
    )
    rows = tuple(
        (f"{row.title}（{row.cite}）", row.organisation, row.due, row.met_on, f"{row.state(figures.judged_on).label}{row.proposed}")
        for row in figures.coming.duties
    )  # fmt: skip
    empty = absent(figures, f"平台没有{figures.year}年度应报事项的记录")
    return PaperTable(f"{figures.year}年度应报事项", columns, rows, empty=empty, key="duties")


def planned(figures: DistrictFigures) -> PaperTable:
    """Works of the next year from the filed yearly plans."""
    year = figures.year + 1
    shown = PLAN_ITEM.part("name", "work", "department", "money", "finish")
    columns = paper_columns(shown, None, 26, 32, 26, 32)
    rows = tuple(paper_cells(shown, row) for row in figures.coming.planned)
    empty = absent(figures, f"已上报的{year}年度实施计划没有列入本城区的工作")
    return PaperTable(f"{year}年度实施计划列入的工作", columns, rows, empty=empty, key="planned")


def needs(figures: DistrictFigures) -> PaperTable:
    """Obstacles to the next title."""
    columns = (PaperColumn("条件", 52, NAME), PaperColumn("依据", 20), PaperColumn("要求"), PaperColumn("现状", 40))
    step = figures.coming.step
    rows = tuple((row.title, row.cite, row.required, row.found or "未填") for row in (step.open if step else ()))
    return PaperTable("下一阶段尚未满足的条件", columns, rows, empty="", key="needs")


def clauses(figures: DistrictFigures) -> PaperTable:
    """The whole score table, for a landscape page."""
    columns = (
        PaperColumn("条文号", 15, NAME),
        PaperColumn("条文", 30),
        PaperColumn("现状值"),
        _number("得分", 13),
        _number("满分", 13),
        _number("得分率", 14, "%", 1),
        _number("上年", 13),
        _number("预期", 13),
        *(PaperColumn(title, width) for title, width in (("状态", 15), ("目标", 27))),
        PaperColumn("佐证", 15, NUMBER, 0, "件"),
        PaperColumn("说明"),
    )
    scores = figures.scores
    rows = tuple(
        (
            item.id, item.title, item.value or DASH, "控制项" if item.kind == "control" else _figure(item.points), _figure(item.most),
            _rate(item), _figure(item.previous), _figure(item.planned), item.state, item.expected[1] or DASH, item.evidence,
            cell(item.reason) if item.state != OUT else "",
        )
        for item in (scores.items if scores else ())
    )  # fmt: skip
    total: tuple[Cell, ...] = ()
    if scores:
        total = ("总分", "", "", scores.total, "", "", scores.previous_total, scores.planned_total, "", "", scores.evidence, "")
    return PaperTable(f"{figures.year}年度自评分表", columns, rows, total, empty=no_scores(figures), key="clauses")


def _rate(item: ItemFigures) -> Decimal | None:
    """Share of a clause's points in per cent; None where it has none."""
    most = Decimal(item.most) if item.most and item.points else Decimal(0)
    return half_up(Decimal(item.points) * 100 / most, 1) if most else None


def _figure(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def excluded(scores: AnnualFigures) -> PaperTable:
    """Excluded clauses with their reasons."""
    columns = (PaperColumn("条文号", 20, NAME), PaperColumn("条文", 60), PaperColumn("不参评理由"))
    rows = tuple((item.id, item.title, cell(item.reason) or "未说明") for item in scores.excluded)
    return PaperTable("不参评条文及理由", columns, rows, empty="没有不参评的条文。", key="excluded")


def evidence(scores: AnnualFigures) -> PaperTable:
    """Files that prove the clauses, as frozen."""
    columns = (
        PaperColumn("条文号", 20, NAME),
        PaperColumn("佐证材料"),
        PaperColumn("版次", 16, NUMBER, 0),
        PaperColumn("位置", 36, missing=DASH),
        PaperColumn("有效期至", 34, missing=DASH),
        PaperColumn("校验值（SHA-256前16位）", 52),
    )
    classified = withheld(Viewer(None), (file.sha256 for item in scores.items for file in item.files))
    files = [
        (item.id, *((PRINTED, file.place.pages) if file.sha256 in classified else (file.title, file.place.words)), file)
        for item in scores.items
        for file in item.files
    ]
    rows = tuple((clause, title, file.version, place or None, file.until, file.sha256[:16]) for clause, title, place, file in files)
    return PaperTable("佐证材料清单", columns, rows, empty="自评分表没有附佐证材料。", key="evidence")


def card(figures: DistrictFigures) -> PaperTable:
    """Single facts about the district on the snapshot day, two per line."""
    district = figures.district
    columns = tuple(PaperColumn(title, width) for title, width in (("项目", 30), ("内容", None), ("项目", 30), ("内容", None)))
    rows: tuple[tuple[Cell, ...], ...] = (
        ("类型", figures.type_words or None, "阶段", figures.stage_words),
        ("称号星级", star(figures), "目标星级", district.get_target_star_display() or "未设"),
        ("规划范围面积", area_words(figures), "规划人口", population(figures)),
        ("实施主体", "、".join(figures.parties) or None, "申报主体", figures.reporter.body or None),
    )
    return PaperTable("", columns, rows, key="district")
