"""Pictures of the city's report, each with its unit and the line that says where its figures come from; none of too few figures."""

from collections.abc import Iterator
from decimal import Decimal

from approvals.common.enums import TitleKind
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import half_up
from reports.annual.figures import ENOUGH
from reports.city.figures.land import COUNTS, WORDS
from reports.city.figures.whole import CityReport
from reports.city.sections.shapes import source
from reports.city.sources import five_numbers
from reports.composition.blocks import Chart, ChartSeries
from reports.composition.enums import ChartKind

MOST_BARS = 40
POINTS = 2  # of a curve
ALL = "全部城区总分"
FIVE = ("最低", "下四分位", "中位数", "上四分位", "最高")
FILED = "已接收的年度自查"
STAIRS = tuple(key for key in COUNTS if key not in {"building", "failing"})


def titles(report: CityReport) -> Iterator[Chart]:
    """Curves of pilots and demonstrations at the end of each year, by the decisions on titles."""
    years = report.themes.years
    if len(years) < POINTS:
        return
    series = (
        ChartSeries("合计", tuple(one.pilots + one.demonstrations for one in years)),
        ChartSeries(str(TitleKind.PILOT.label), tuple(one.pilots for one in years)),
        ChartSeries(str(TitleKind.DEMONSTRATION.label), tuple(one.demonstrations for one in years)),
    )
    labels = tuple(f"{one.year}年末" for one in years)
    yield Chart(
        "历年末持有称号的城区", ChartKind.LINES, labels, series, unit="个", key="titles", source=source("称号决定", report.stood.on)
    )


def medians(report: CityReport) -> Iterator[Chart]:
    """Curve of the median of the totals, of years with enough self-checks."""
    known = [one for one in report.themes.years if one.median is not None]
    if len(known) < POINTS:
        return
    years = [one for one in report.themes.years if one.year >= known[0].year]
    series = (ChartSeries("总分中位数", tuple(one.median for one in years)),)
    labels = tuple(f"{one.year}年度" for one in years)
    yield Chart("历年自查总分中位数", ChartKind.LINES, labels, series, key="medians", source=source(FILED, report.judged_on))


def spread(report: CityReport) -> Iterator[Chart]:
    """Boxes of the totals, of those of each type with enough districts, and of the five aspects."""
    rows = [row for row in report.scores.rows if row.total is not None]
    if len(rows) < ENOUGH:
        return
    types: dict[str, list[Decimal]] = {}
    dimensions: dict[str, list[Decimal]] = {}
    for row in rows:
        types.setdefault(row.type_words, []).append(row.total or Decimal(0))
        for chapter in row.dimensions:
            dimensions.setdefault(chapter.dimension, []).append(chapter.score)
    by_type = {f"{word}总分": values for word, values in types.items() if word and len(types) > 1}
    groups = {ALL: report.scores.totals, **by_type, **dimensions}
    found = [(label, five_numbers(values)) for label, values in groups.items() if len(values) >= ENOUGH]
    series = tuple(ChartSeries(word, tuple(five[at] for _, five in found)) for at, word in enumerate(FIVE))
    labels = tuple(label for label, _ in found)
    yield Chart("总分和五个方面得分的分布", ChartKind.BOXES, labels, series, key="spread", source=source(FILED, report.judged_on))


def totals(report: CityReport) -> Iterator[Chart]:
    """Bars of the totals beside the planning scores."""
    ranked = report.scores.ranking
    if not ranked:
        return
    shown = ranked[:MOST_BARS]
    series = (ChartSeries("总分", tuple(row.total for row in shown)), ChartSeries("预期", tuple(row.planned_total for row in shown)))
    kept = series if any(value is not None for value in series[1].values) else series[:1]
    caption = "各城区总分" if len(shown) == len(ranked) else f"总分最高的{MOST_BARS}个城区"
    labels = tuple(row.district.name for row in shown)
    yield Chart(caption, ChartKind.BARS, labels, kept, key="totals", source=source(FILED, report.judged_on))


def plots(report: CityReport) -> Iterator[Chart]:
    """Stairs of the plots: buildable, acquired, built, built as required; beside those of the year before."""
    sums = {key: sum(line.counts[key] for line in report.land.lines) for key in STAIRS}
    if not sums["plots"]:
        return
    series = [ChartSeries(f"{report.year}年末", tuple(sums.values()))]
    last = report.themes.before
    if last.get("plots"):
        series.append(
            ChartSeries(f"{report.year - 1}年末", tuple(last.get("plots" if key == "plots" else f"plots_{key}") for key in STAIRS))
        )
    labels = tuple(WORDS[key] for key in STAIRS)
    yield Chart(
        "可建设地块的进展", ChartKind.BARS, labels, tuple(series), unit="个", key="plot_stairs", source=source("地块登记", report.stood.on)
    )


def carbon(report: CityReport) -> Iterator[Chart]:
    """Verified intensity of each district beside its target."""
    lines = [line for line in report.carbon.lines if line.per_m2 is not None][:MOST_BARS]
    if len(lines) < POINTS:
        return
    series = (
        ChartSeries("单位面积排放", tuple(half_up(line.per_m2 or Decimal(0), 1) for line in lines)),
        ChartSeries("规划目标", tuple(line.target for line in lines)),
    )
    kept = series if any(line.target is not None for line in lines) else series[:1]
    received, stood = day_in_words(report.judged_on), day_in_words(report.stood.on)
    yield Chart(
        "各城区单位面积排放与规划目标",
        ChartKind.BARS,
        tuple(line.district for line in lines),
        kept,
        unit="kgCO₂e/(m²·a)",
        key="carbon_bars",
        source=f"资料来源：截至{received}已接收的碳排放核查报告、截至{stood}已批准的专业规划。",
    )
