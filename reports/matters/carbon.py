"""碳排放报告 (carbon report) of a district: targets of the specialised plan, results of yearly verifications, method and remarks."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from assessments.yearly_reports.selectors.text import VerifiedYear, carbon_of
from carbon.factors.selectors import factors_now
from carbon.inventories.content import ShownLine, shown_lines
from carbon.targets.selectors import FEWEST_DRAWN, CarbonPath, carbon_path
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.integers import spans
from greendistrict.core.templatetags.gd import num
from reports.common.definitions import CARBON_MEANINGS, AsOf, defined
from reports.composition.blocks import Block, Chart, ChartSeries, Composition, Pairs, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import ChartKind, ColumnKind
from reports.matters import carbon_words
from reports.matters.words import day, section

UNIT = "kgCO₂e/(m²·a)"
TARGETS = (PaperColumn("目标年", 60, ColumnKind.NAME), PaperColumn("碳排放强度", 80, ColumnKind.NUMBER, unit="kgCO₂e/(m²·a)"))
VERIFIED = (
    PaperColumn("报告", 22, ColumnKind.NAME),
    PaperColumn("状态", 22),
    PaperColumn("年碳排放总量", 30, ColumnKind.NUMBER, unit="tCO₂e", missing="未填"),
    PaperColumn("核算建筑面积", 28, ColumnKind.NUMBER, unit="万m²", missing="未填"),
    PaperColumn("单位建筑面积年碳排放量", 30, ColumnKind.NUMBER, digits=1, unit=UNIT, missing="未填"),
    PaperColumn("核查机构", 24, missing="未填"),
)
AGAINST = (
    PaperColumn("年度", 18, ColumnKind.NAME),
    PaperColumn("总量", 26, ColumnKind.NUMBER, unit="tCO₂e"),
    PaperColumn("单位面积", 26, ColumnKind.NUMBER, digits=3, unit="kgCO₂e/m²"),
    PaperColumn("目标路径", 22, ColumnKind.NUMBER, digits=3, missing="—"),
    PaperColumn("对照", 36),
    PaperColumn("原因和措施", 46, missing="—"),
)
ACTIVITIES = (
    PaperColumn("部门", 24),
    PaperColumn("活动", 28, ColumnKind.NAME),
    PaperColumn("活动量", 30),
    PaperColumn("排放因子", 60),
    PaperColumn("排放量", 26, ColumnKind.NUMBER, unit="tCO₂e", missing="不计入"),
)
SHARED = (*ACTIVITIES, PaperColumn("占比", 16, ColumnKind.NUMBER, digits=1, unit="%", missing="—"))
NOTE = "目标取自专业规划的碳排放分析报告；各年数值取自按七（三）4编制、城区报送的碳排放核查报告，单位建筑面积年碳排放量由总量和面积算出。"
TODAY = "本报告按生成当日平台登记和城区报送的数值编制，不按年度统计截止日计；清单取各年度已报送的最新一版。"
HIDDEN = "尚未报送"
SIGNS = "绿地碳汇和可再生能源抵扣以负数列出，从合计中扣减；各项和合计分别四舍五入。"
SHARES = f"{SIGNS}占比为占扣减前排放量的比例。"


def visible_to(viewer: Viewer) -> QuerySet[District]:
    """Districts with users in the portal whose file the user reads."""
    return files_visible_to(viewer).filter(applicant__isnull=False)


def compose(viewer: Viewer, district: District) -> Composition:
    """Contents of the tab 碳排放 of the district's page, as the viewer sees it."""
    said = carbon_of(viewer, district)
    years = tuple(map(_year, said["verified"]))
    targets: list[Block] = [Paragraph("暂无专业规划，未登记碳排放目标。")]
    if said["plan"] is not None:
        target = said["plan"].carbon_intensity_target
        draft = "" if said["plan"].approved_on else "（规划草案，未批准）"
        words = "未填" if target is None else f"{num(target.normalize())} kgCO₂e/(m²·a){draft}"
        rows = tuple((f"{row['year']}年", Decimal(str(row["value"]))) for row in said["targets"])
        targets = [Pairs((("碳排放强度", words),)), PaperTable(f"分阶段减排目标{draft}", TARGETS, rows, empty="没有登记分阶段减排目标。")]
    path = carbon_path(viewer, district)
    blocks = (
        *section("一、结论", *map(Paragraph, carbon_words.conclusion(path, _newest(path), said["verified"]))),
        *section("二、碳排放控制目标", *targets),
        *section(
            "三、碳排放核查",
            PaperTable("各年度碳排放核查", VERIFIED, years, empty="没有已报送的碳排放核查报告。", key="verified"),
            *_chart(said["verified"]),
        ),
        *section("四、碳排放清单", *_inventories(path), *_path(path, viewer.today)),
        *section("五、口径", Paragraph(NOTE), Paragraph(TODAY)),
    )
    cover = (("城区", district.name), ("数据截至", day(viewer.today)))
    days = {AsOf.MADE: day(viewer.today)}
    definitions = tuple(
        defined(CARBON_MEANINGS[column.title], column.title, column.unit, days)
        for column in (TARGETS[1], *VERIFIED)
        if column.kind is ColumnKind.NUMBER
    )
    return Composition(f"{district.name}碳排放报告", blocks, cover=cover, is_demo=district.is_demo, definitions=definitions)


def _year(one: VerifiedYear) -> tuple[Any, ...]:
    name = f"{one.report.year}年度"
    if not one.readable:  # an open paper is told by what it lacks, not by where it stands on its page
        return name, "\n".join(part for part in (HIDDEN, one.line.late) if part), *["—"] * 4
    state = "\n".join(part for part in (one.line.status, one.line.late) if part)
    return name, state, one.total, one.area, one.intensity, one.report.verifier or None


def _newest(path: CarbonPath) -> list[ShownLine]:
    """Rows of the newest inventory; none without one."""
    return shown_lines((path.inventories[0].frozen or {})["content"], factors_now()) if path.inventories else []


def _inventories(path: CarbonPath) -> list[Block]:
    """Each year compared with its target, then the newest inventory row by row, as printed by its page."""
    rows = tuple(
        (
            f"{one.year}年度",
            Decimal((one.frozen or {})["content"]["total"]),
            row.found,
            Decimal(row.due) if row.due else None,
            row.light.words,
            row.reason or None,
        )
        for one, row in path.lines
    )
    blocks: list[Block] = [PaperTable("碳排放清单与目标", AGAINST, rows, empty="没有已报送的碳排放清单。", key="inventories")]
    if path.inventories:
        newest, shown = path.inventories[0], _newest(path)
        lines = tuple(
            (line.sector, line.name, f"{line.amount} {line.unit}", line.factor, line.counted, share)
            for line, share in zip(shown, carbon_words.shares(shown), strict=True)
        )
        total = ("合计", "", "", "", Decimal((newest.frozen or {})["content"]["total"]), "")
        blocks.append(PaperTable(f"{newest.year}年度逐项核算", SHARED, lines, total, note=SHARES, key="activities"))
    return blocks


def _path(path: CarbonPath, today: dt.date) -> list[Block]:
    """Curve of the inventories beside the path of the targets; none of fewer than two years."""
    if len(path.years) < FEWEST_DRAWN:
        return []
    found, due = {row.year: row.found for row in path.years}, tuple(Decimal(aim) if aim else None for _, aim in path.axis)
    series = (ChartSeries("清单核算", tuple(found.get(year) for year, _ in path.axis)), ChartSeries("目标路径", due))
    gaps = f"没有清单的年度：{spans(path.missing, '至', '、')}。" if path.missing else ""
    source = f"资料来源：截至{day(today)}报送的碳排放清单、专业规划。{gaps}"
    labels = tuple(f"{year}年" for year, _ in path.axis)
    kept = series if any(due) else series[:1]
    return [Chart("单位面积碳排放与目标路径", ChartKind.LINES, labels, kept, unit=UNIT, key="carbon_path", source=source)]


def _chart(found: list[VerifiedYear]) -> list[Block]:
    known = {one.report.year: one.intensity for one in found if one.intensity is not None}
    if len(known) < 2:  # noqa: PLR2004 -- one point is no line
        return []
    years = range(min(known), max(known) + 1)  # a year without a figure is a gap in the line
    missing = spans((year for year in years if year not in known), "至", "、")
    gaps = f"没有核查值的年度：{missing}。" if missing else ""
    series = ChartSeries("单位建筑面积年碳排放量", tuple(known.get(year) for year in years))
    labels = tuple(f"{year}年" for year in years)
    source = f"资料来源：城区报送的碳排放核查报告；截至{max(known)}年度。{gaps}"
    return [Chart("单位建筑面积年碳排放量", ChartKind.LINES, labels, (series,), unit=UNIT, source=source)]
