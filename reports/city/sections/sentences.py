"""Sentences in which the city's report concludes: one for each theme, with what it says where nothing can be concluded.

Nothing is concluded from fewer than ``ENOUGH`` self-checks. Who is asked to file is counted by 未报送 alone.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from approvals.common.enums import TitleKind
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed
from obligations.duties import PROPOSED
from obligations.filing_words import Filing
from reports.annual.figures import ENOUGH
from reports.annual.figures.gap import ABOVE, GAP_STATES
from reports.city.enums import ReportEdition
from reports.city.figures.checks import CheckLine, in_words_of_today
from reports.city.figures.gap import NAMED, CityGap
from reports.city.figures.scores import DimensionSpread
from reports.city.figures.whole import CityReport
from reports.city.sections.shapes import plain, several


def finding(report: CityReport, edition: ReportEdition) -> Iterator[str]:
    """The five sentences of the first page."""
    yield titles(report)
    yield scores(report)
    yield checks(report)
    yield worst_aspect(report)
    yield asked(report, internal=edition is ReportEdition.INTERNAL)


def titles(report: CityReport) -> str:
    """Districts with a title and their area, each against the year before; areas only where all are known."""
    stood, figures = report.stood, report.figures
    count, area = figures["titled"], figures["area"]
    whose = "演示数据中" if report.is_demo else "全市"
    earlier = int(count.before or 0)
    against = _change(len(stood.rows) - earlier, "个") if earlier else "上年也没有" if not stood.rows else "上年没有"
    said = f"截至{day_in_words(stood.on)}，{whose}持有称号的绿色生态城区{len(stood.rows)}个"
    if not stood.rows:
        return f"{said}，{against}。"
    said += f"，其中试点{len(stood.of_kind(TitleKind.PILOT))}个、示范{len(stood.of_kind(TitleKind.DEMONSTRATION))}个，{against}"
    if area.value is None:
        return f"{said}；规划范围面积均未查明。"
    km2 = f"规划范围面积合计{fixed(area.value)}平方公里"
    if not areas_known(report):
        missing = f"{area.unknown}个未查明，未计入" if area.unknown else "上年有未查明的"
        return f"{said}；{km2}（{missing}，不与上年比较）。"
    against = "" if area.before is None else f"，{_change(Decimal(area.value) - area.before, '平方公里')}"
    return f"{said}；{km2}{against}。"


def areas_known(report: CityReport) -> bool:
    """Whether the areas of both years are known, so that their sums can be compared."""
    return not any(row.area_km2 is None for row in (*report.stood.rows, *report.stood.before))


def scores(report: CityReport) -> str:
    """Median of the totals against last year's."""
    found, median = report.scores, report.figures["score_median"]
    if len(found.totals) < ENOUGH or median.value is None:
        return f"已接收{report.year}年度自查{len(found.rows)}个，有总分的{len(found.totals)}个，不足{ENOUGH}个，不对得分水平作结论。"
    said = f"已接收{report.year}年度自查{len(found.rows)}个，总分中位数{plain(median.value)}分"
    if not found.before:
        return f"{said}，上年没有可比的得分。"
    if len(found.before) < ENOUGH or median.before is None:
        return f"{said}；上年有总分的自查{len(found.before)}个，不足{ENOUGH}个，不作比较。"
    return f"{said}，{_change(Decimal(median.value) - median.before, '分', up='提高', down='下降')}。"


def checks(report: CityReport) -> str:
    """Self-checks owed, filed, late and missing."""
    total = in_words_of_today(report.checks.total)
    if not total[Filing.OWED]:
        return f"平台没有{report.year}年度自查的应报记录。"
    ended = f"，称号终止时未报{total[Filing.ENDED]}个" if total[Filing.ENDED] else ""
    waived = f"；免报{total[Filing.WAIVED]}个" if total[Filing.WAIVED] else ""
    overdue = f"，其中期限已过{total[Filing.OVERDUE]}个" if total[Filing.MISSING] else ""
    return (
        f"截至{day_in_words(report.judged_on)}，上述城区应报{report.year}年度自查{total[Filing.OWED]}个，已报送{total[Filing.FILED]}个，其中逾期报送{total[Filing.LATE]}个；"
        f"未报送{total[Filing.MISSING]}个{overdue}{ended}{waived}{report.checks.reckoned}。"
    )


def worst(report: CityReport) -> list[DimensionSpread]:
    """The aspects with the lowest median among those scored often enough."""
    known = [one for one in report.scores.dimensions if one.districts >= ENOUGH]
    return [one for one in known if one.median == min(other.median for other in known)]


def before(aspect: DimensionSpread) -> Decimal | None:
    """Last year's median of an aspect, if enough self-checks scored it."""
    return aspect.before if aspect.districts_before >= ENOUGH else None


def worst_aspect(report: CityReport) -> str:
    """The aspect with the lowest median, or those that share it."""
    found = worst(report)
    if not found:
        return f"按五个方面计分的自查不足{ENOUGH}个，不对五个方面作比较。"
    median = found[0].median
    if len(found) > 1:
        return f"五个方面中得分中位数最低的是{'、'.join(one.name for one in found)}，均为{plain(median)}分。"
    said, last = f"五个方面中得分中位数最低的是{found[0].name}，为{plain(median)}分（{found[0].districts}个城区）", before(found[0])
    if last is None:
        return f"{said}，上年不足{ENOUGH}个，不作比较。"
    return f"{said}，{_change(median - last, '分', up='提高', down='下降')}。"


def asked(report: CityReport, *, internal: bool) -> str:
    """Which self-checks are to be filed by whom and when; the edition that is handed on asks only for the next year's."""
    missing = [line for line in report.checks.lines if Filing.MISSING in line.counts] if internal else []
    by_day: dict[tuple[dt.date, bool], list[CheckLine]] = {}
    for line in sorted(missing, key=lambda one: (one.due, one.district)):
        by_day.setdefault((line.due, Filing.OVERDUE in line.counts), []).append(line)
    parts = [_missing(report.year, due, lines, overdue=overdue) for (due, overdue), lines in by_day.items()]
    if internal and not parts:
        parts.append(f"{report.year}年度自查没有需要补报的")
    if report.stood.rows and report.asked and report.asked.next_check:
        mark = PROPOSED if report.asked.is_default_date else ""
        parts.append(f"各城区由申报主体于{day_in_words(report.asked.next_check)}前报送{report.year + 1}年度自查{mark}")
    return f"{'；'.join(parts) or '没有持有称号的城区需要报送下一年度自查'}。"


def gap(found: CityGap) -> str:
    """The gap to the planning scores by state, with the clauses that make most of it."""
    count, points = len(found.districts), found.points
    if count < ENOUGH:
        return f"有总分和预期（规划得分）的自查{count}个，不足{ENOUGH}个，不对全市与预期的差距作结论。"
    whole = f"{count}个城区的总分合计"
    if points <= 0:
        return f"{whole}{f'比预期高{fixed(-points)}分' if points else '与预期相同'}。"
    *below, above = [(word, value) for word, value in zip(GAP_STATES, found.states, strict=True) if value or word == ABOVE]
    parts = "，".join(f"{word}的条文占{fixed(value)}分" for word, value in below)
    better = f"，超出预期的条文抵{fixed(-above[1])}分" if above[1] else ""
    rest = f"，参评范围、权重不同和尾数{fixed(found.rest, signed=True)}分" if found.rest else ""
    first = "；".join(f"{one.clause} {one.title}（{one.state}，{fixed(one.points)}分）" for one in found.clauses[:NAMED] if one.points > 0)
    named = f"分数最多的条文：{first}。" if first else ""
    return f"{whole}比预期低{fixed(points)}分，平均每个低{fixed(Fraction(points) / count)}分：{parts}{better}{rest}。{named}"


def _missing(year: int, due: dt.date, lines: list[CheckLine], *, overdue: bool) -> str:
    names, proposed = several([line.district for line in lines]), any(line.is_proposed for line in lines)
    if not overdue:
        return f"请{names}的申报主体于{day_in_words(due)}前报送{year}年度自查{PROPOSED if proposed else ''}"
    return f"请{names}的申报主体补报{year}年度自查（{'拟定' if proposed else ''}期限{day_in_words(due)}）"


def _change(by: Decimal | int, unit: str, *, up: str = "增加", down: str = "减少") -> str:
    if not by:
        return "与上年持平"
    amount = str(abs(by)) if isinstance(by, int) else fixed(abs(by))
    return f"比上年{up if by > 0 else down}{amount}{unit}"
