"""Tables of the section 碳排放 of a district's report: targets, received verifications, inventories compared with the path."""

from collections.abc import Iterator
from decimal import Decimal

from carbon.targets.compared_years import ComparedYear, axis_of, unfiled
from greendistrict.core.integers import spans
from greendistrict.core.templatetags.gd import cn_date
from reports.annual.figures import DistrictFigures
from reports.annual.sentences import NOT_WORKING, absent
from reports.annual.tables import DASH, NAME, NUMBER, below, cell
from reports.composition.blocks import Chart, ChartSeries, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import ChartKind

POINTS = 2  # of a curve


def carbon(figures: DistrictFigures) -> tuple[PaperTable, PaperTable]:
    """Targets by year, and results of the received verifications."""
    aims = PaperTable(
        "分阶段碳排放强度目标",
        (PaperColumn("年度", 40, NAME), PaperColumn("目标", 60, NUMBER, 3, "kgCO₂e/(m²·a)", missing=DASH)),
        tuple((f"{year}年", value) for year, value in figures.carbon.stages),
        empty=absent(figures, "没有已批准的专业规划登记的分阶段目标"),
        key="carbon_targets",
    )
    columns = (
        PaperColumn("年度", 22, NAME),
        PaperColumn("年碳排放总量", 34, NUMBER, 2, "tCO₂e", missing=DASH),
        PaperColumn("核算建筑面积", 34, NUMBER, 2, "万m²", missing=DASH),
        PaperColumn("单位建筑面积", 36, NUMBER, 1, "kgCO₂e/(m²·a)", missing=DASH),
        PaperColumn("核查机构"),
    )
    rows = tuple((f"{row.report.year}年", row.total, row.area, row.intensity, row.report.verifier) for row in figures.carbon.verified)
    empty = NOT_WORKING if figures.is_recorded_only else "截止日前没有接收碳排放核查报告，排放量无记录。"
    return aims, PaperTable("历年碳排放核查", columns, rows, empty=empty, key="carbon_verified")


def path(figures: DistrictFigures) -> Iterator[Chart]:
    """Curve of the inventories' intensity beside the path of the targets, broken where a year has none; none of fewer than two years."""
    years = figures.carbon.compared or ()
    if len(years) < POINTS:
        return
    axis, found = axis_of(years, figures.carbon.year, figures.carbon.stages, figures.carbon.target), {row.year: row.found for row in years}
    gaps = _gaps(unfiled(axis, years, over=figures.carbon.year))
    due = tuple(Decimal(aim) if aim else None for _, aim in axis)
    series = (ChartSeries("清单核算", tuple(found.get(year) for year, _ in axis)), ChartSeries("目标路径", due))
    source = f"资料来源：截至{cn_date(figures.judged_on)}报送的碳排放清单、截至{cn_date(figures.on)}已批准的专业规划。{gaps}"
    labels = tuple(f"{year}年" for year, _ in axis)
    kept = series if any(due) else series[:1]
    yield Chart("单位面积碳排放与目标路径", ChartKind.LINES, labels, kept, unit="kgCO₂e/(m²·a)", key="carbon_path", source=source)


def _gaps(years: list[int]) -> str:
    return f"没有清单的年度：{spans(years, '至', '、')}。" if years else ""


def carbon_compared(figures: DistrictFigures) -> Iterator[PaperTable | Paragraph]:
    """Each year's inventory compared with the path of the targets, with its light and the district's explanation.

    Nothing for an edition closed before inventories were read.
    """
    compared = figures.carbon.compared
    if compared is None:
        return
    columns = (
        PaperColumn("年度", 20, NAME),
        PaperColumn("清单核算单位面积", 36, NUMBER, 3, "kgCO₂e/(m²·a)", missing=DASH),
        PaperColumn("目标路径", 26, NUMBER, 3, missing=DASH),
        PaperColumn("对照", 40),
        PaperColumn("原因和措施"),
    )
    rows = tuple((f"{row.year}年", row.found, Decimal(row.due) if row.due else None, row.light.words, unsaid(row)) for row in compared)
    empty = NOT_WORKING if figures.is_recorded_only else "截止日前没有报送碳排放清单，未与目标对照。"
    yield PaperTable("碳排放清单与目标路径", columns, rows, empty=empty, key="carbon_compared")
    yield from below((f"{row.year}年原因和措施", row.reason) for row in compared)


def unsaid(row: ComparedYear) -> str:
    """Reason for a year behind its path, or a note that none was given; a dash if none is required."""
    return cell(row.reason) or ("未说明" if row.is_missed else DASH)
