"""Part of the report on what is amiss and what comes next; internal edition only."""

from collections import Counter
from collections.abc import Iterator

from greendistrict.core.days import day_in_words
from greendistrict.policy.duty_table import duty_kind
from obligations.duties import PROPOSED
from reports.city.enums import ReportEdition
from reports.city.figures.asked import NextWork
from reports.city.figures.whole import CityReport
from reports.city.sections import themes
from reports.city.sections.shapes import Columns, name, number, several, table, text
from reports.composition.blocks import Block, Cell, Heading, Paragraph

OWNERS = 10  # named in a cell
PAST, COMING = "已过期", "未到期"
OF_FIGURES = {"rectification", "opinion_reply"}  # counted as findings and opinions that are open
# Figures of the report that state a problem, by theme, with what is wrong.
PROBLEMS = (
    ("年度自查", "controls_failed", "控制项不满足"),
    ("评估和验收", "assessed_failed", "结论不合格"),
    ("评估和验收", "mending", "整改未完成"),
    ("监督检查", "findings_open", "检查问题未销号"),
    ("监督检查", "opinions_open", "评审意见未销号"),
    ("土地与项目", "plots_failing", "建成地块不符合指标要求"),
    ("土地与项目", "projects_late", "重点项目晚于计划"),
)


def none_of(report: CityReport) -> str:
    """What there is none of, in words: not what the portal has no record of."""
    known = (words for _theme, key, words in PROBLEMS if not (key in report.figures and report.figures[key].unknown))
    return "、".join(("整改和意见答复以外的城区应报事项逾期未办", *known))


def ahead(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """存在问题 by theme with counts, then 下一步工作 with owner, ground and day."""
    del edition
    work = (report.asked and report.asked.work) or ()
    day = day_in_words(report.judged_on)
    yield Heading("（一）存在问题", 2)
    rows = list(problems(report, work))
    dated = f"其中检查问题、评审意见、土地与项目截至{day_in_words(report.stood.on)}"
    if rows:
        yield Paragraph(f"截至{day}，存在下列{len(rows)}类问题，{dated}。")
    if said := themes.own_problems(report):
        yield Paragraph(said)
    columns: Columns = (name("方面", 40), text("问题", 70), number("数量", 26), text("单位", 20))
    yield table("存在问题", columns, rows, key="problems", empty=f"截至{day}，没有下列问题：{none_of(report)}；{dated}。")
    yield Heading("（二）下一步工作", 2)
    if work:
        late, proposed = sum(one.late for one in work), sum(one.late and one.unconfirmed for one in work)
        mark = f"（{proposed}项的期限为拟定）" if proposed else ""
        yield Paragraph(f"截至{day}，城区尚未办结的事项{len(work)}项，其中期限已过{late}项{mark}、期限未到{len(work) - late}项。")
    columns = (name("工作", 30), text("城区", 46), text("责任单位", 28), text("依据", 23), text("期限", 26), text("情况", 16))
    note = "期限标“（拟）”的为拟定。" if any(one.unconfirmed for one in work) else ""
    yield table("下一步工作", columns, together(work), key="work", empty=f"截至{day}没有城区尚未办结的事项。", note=note)


def problems(report: CityReport, work: tuple[NextWork, ...]) -> Iterator[tuple[Cell, ...]]:
    """Theme, problem, count and unit: overdue duties by kind, then the figures of the other parts that are not 0."""
    late = Counter((one.kind, one.unconfirmed) for one in work if one.late and one.kind not in OF_FIGURES)
    for (kind, unconfirmed), count in late.items():
        yield "应报事项", f"{duty_kind(kind).label}逾期未办{PROPOSED if unconfirmed else ''}", count, "项"
    for theme, key, words in PROBLEMS:
        figure = report.figures[key]
        if figure.value:
            yield theme, words, figure.value, figure.unit


def together(work: tuple[NextWork, ...]) -> Iterator[tuple[Cell, ...]]:
    """Rows of the table, the same work with the same day in one row."""
    rows: dict[tuple[object, ...], list[NextWork]] = {}
    for one in work:
        rows.setdefault((one.late, one.due, one.kind, one.what, one.basis, one.unconfirmed), []).append(one)
    for same in rows.values():
        first = same[0]
        names, owners = (list(dict.fromkeys(found)) for found in ([one.district for one in same], [one.owner for one in same]))
        day: Cell = f"{day_in_words(first.due)}（拟）" if first.unconfirmed else first.due
        yield first.what, several(names, OWNERS), several(owners, OWNERS), first.basis, day, PAST if first.late else COMING
