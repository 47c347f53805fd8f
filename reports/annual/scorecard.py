"""The first page of a district's report: its result against last year, the plan and the other districts, and where the gap comes from."""

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import cn_date
from obligations.duties import ObligationState
from reports.annual import sentences
from reports.annual.figures import ENOUGH, AnnualFigures, DistrictFigures
from reports.annual.figures.gap import ABOVE
from reports.common.own_words import quoted
from reports.composition.blocks import Block, Cell, PaperColumn, PaperTable, Paragraph
from reports.composition.enums import ColumnKind

DASH = "—"
NAMED = 3  # clauses of the gap
Row = tuple[str, str, Decimal | int | None, Decimal | int | None, Decimal | int | None]


def scorecard(figures: DistrictFigures) -> Iterator[Block]:
    """What the district came to."""
    scores = figures.scores
    if scores is None:
        yield Paragraph(sentences.no_scores(figures))
    else:
        yield Paragraph(f"{outcome(scores)}{place(figures)}{sentences.verdict(scores)}")
        if said := gap(scores):
            yield Paragraph(said)
    yield _table(figures)
    if said := f"{path(figures)}{behind(figures)}{late(figures)}":
        yield Paragraph(said)


def outcome(scores: AnnualFigures) -> str:
    """The total against last year and the planning score."""
    if scores.total is None:
        return f"{scores.year}年度自查未能计算总分。"
    before = "，上年得分无记录" if scores.previous_total is None else f"，{sentences.moved(scores.total - scores.previous_total, '比上年')}"
    gap = None if scores.planned_total is None else scores.total - scores.planned_total
    plan = "没有预期（规划得分）可以比较" if gap is None else sentences.moved(gap, "比预期（规划得分）")
    return f"{scores.year}年度自查总分{fixed(scores.total)}分{before}，{plan}。"


def place(figures: DistrictFigures) -> str:
    """The place among the received self-checks of the year, without names; nothing from fewer than ``ENOUGH``."""
    total, others = figures.scores.total if figures.scores else None, figures.totals
    if total is None or len(others) < ENOUGH:
        return ""
    rank = 1 + sum(other > total for other in others)
    return f"在已接收{figures.year}年度自查的{len(others)}个城区中居第{rank}位，各城区总分的中位数为{fixed(median(others))}分。"


def gap(scores: AnnualFigures) -> str:
    """The gap to the planning score by state, its clauses with most points, and what the district says of the first of them."""
    found = scores.gap
    if found is None or found.points <= 0:
        return ""
    parts = "、".join(f"{word}的条文{fixed(value)}分" for word, value in found.by_state.items() if value > 0 and word != ABOVE)
    above = f"，{ABOVE}的条文抵{fixed(-found.by_state[ABOVE])}分" if found.by_state[ABOVE] else ""
    first = [one for one in found.clauses if one.points > 0][:NAMED]
    named = "；".join(f"{one.clause} {one.title}（{one.state}，{fixed(one.points)}分）" for one in first)
    reasons = {item.id: item.reason for item in scores.items}
    told = next((f"本城区对{one.clause}说明：{quoted(reasons[one.clause])}（自评分表）。" for one in first if reasons.get(one.clause)), "")
    return f"与预期的差距{fixed(found.points)}分中，{parts}{above}。分数最多的条文：{named}。{told}"


def path(figures: DistrictFigures) -> str:
    """How the year's inventory stands to the path of the targets; empty without one."""
    row = figures.carbon.against
    return f"碳排放清单与目标路径对照：{row.light.words}。" if row else ""


def behind(figures: DistrictFigures) -> str:
    """Key projects and works behind schedule, or that none are entered; empty where nobody enters any."""
    land, slips = figures.land, len({slip.name for slip in figures.land.slips})
    if figures.is_recorded_only and not (land.projects or land.works):
        return ""
    projects = f"近期重点项目{len(land.projects)}个，晚于计划{slips}个" if land.projects else "没有登记近期重点项目"
    works = f"市政设施{len(land.works)}项，逾期未建成{len(land.late_works)}项" if land.works else "没有登记市政设施"
    return f"{projects}；{works}。"


def late(figures: DistrictFigures) -> str:
    """Duties of the year that were not done in time, by name."""
    rows = figures.coming.duties
    if not rows:
        return ""
    states = [(row, row.state(figures.judged_on)) for row in rows]
    missing, delayed = (
        [f"{row.title}{row.proposed}" for row, state in states if state == late] for late in (ObligationState.OVERDUE, ObligationState.LATE)
    )
    told = [f"{word}{len(titles)}项：{'、'.join(titles)}" for word, titles in (("逾期未办", missing), ("逾期报送", delayed)) if titles]
    said = "；".join(told) or "没有逾期的事项"
    return f"截至{cn_date(figures.judged_on)}，{figures.year}年度应报事项{len(rows)}项，{said}。"


def _table(figures: DistrictFigures) -> PaperTable:
    """Total, chapters, emissions and plots beside last year's and what was planned."""
    now, before = f"{figures.year}年", f"{figures.year - 1}年"
    columns = (
        *(PaperColumn(title, width, kind) for title, width, kind in (("指标", None, ColumnKind.NAME), ("单位", 32, ColumnKind.TEXT))),
        *(PaperColumn(title, 19, ColumnKind.NUMBER, missing=DASH) for title in (now, before, "预期", "与预期差")),
    )
    rows: list[tuple[Cell, ...]] = [(*row, None if row[2] is None or row[4] is None else row[2] - row[4]) for row in _rows(figures)]
    note = "“—”为没有这一数值。章得分为百分制，加分章为加分；碳排放的预期为规划目标。"
    return PaperTable("年度评估概览", columns, tuple(rows), key="scorecard", note=note)


def _rows(figures: DistrictFigures) -> Iterator[Row]:
    scores = figures.scores
    if scores:
        yield "总分", "分", scores.total, scores.previous_total, scores.planned_total
        for one in scores.chapters:
            yield one.title, "分", one.obtained if one.bonus else one.score, one.previous, one.planned
    verified = {row.report.year: row.intensity for row in figures.carbon.verified}
    yield "单位面积碳排放", "kgCO₂e/(m²·a)", verified.get(figures.year), verified.get(figures.year - 1), figures.carbon.target
    totals = figures.land.totals if figures.land.totals["plots"] else {}  # without plots nothing is known of them
    among = f"（可建设地块{totals['buildable']}个）" if totals else ""  # all of them, not what was planned by now
    yield f"已出让或划拨地块{among}", "个", totals.get("acquired"), None, None
    yield f"建成且符合地块{among}", "个", totals.get("built"), None, None
