"""Part 4: self-checks of the year."""

from collections.abc import Iterator
from decimal import Decimal

from obligations.filing_words import Filing
from reports.annual.figures import ENOUGH
from reports.annual.figures.gap import GAP_STATES
from reports.city.enums import ReportEdition
from reports.city.figures.checks import COLUMNS, in_words_of_today
from reports.city.figures.gap import CityGap
from reports.city.figures.whole import CityReport
from reports.city.sections import pictures, sentences, themes
from reports.city.sections.shapes import Columns, name, number, star_note, table, text
from reports.composition.blocks import Block, Cell, Heading, Paragraph

LEFT_OUT = "本版不列各实施主体和各城区的报送情况。"
MOST_CLAUSES = 18
AFTER_THE_DAY = {Filing.LATE.value, Filing.OVERDUE.value}


def checks(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Filings, distribution of scores, control items, changes."""
    internal = edition is ReportEdition.INTERNAL
    yield Heading("（一）报送", 2)
    yield Paragraph(f"{themes.filed(report, internal=internal)}{'' if internal else LEFT_OUT}")
    if internal:
        yield from _filed(report)
    yield Heading("（二）得分分布", 2)
    yield Paragraph(themes.aspects(report))
    yield from _spread(report)
    if internal:
        yield Heading("（三）得分排名", 2)
        yield from _ranking(report)
    yield Heading(f"（{'四' if internal else '三'}）控制项", 2)
    yield from _controls(report, internal=internal)
    yield Heading(f"（{'五' if internal else '四'}）与上年比较", 2)
    yield Paragraph(themes.compared(report, internal=internal))
    if internal:
        rows = [(move.district, move.before, move.now, move.change, "；".join(move.clauses) or "—") for move in report.scores.moves]
        columns = (name("城区", 38), number("上年", 16), number("本年", 16), number("变化", 16), text("变化最大的条文", 84))
        yield table("总分升降最大的城区", columns, rows, key="moves", empty="没有两年都有总分且总分变化的城区。")
    yield from _clauses(report)
    if report.scores.gap is not None:
        yield Heading(f"（{'六' if internal else '五'}）与预期的差距", 2)
        yield from _gap(report, report.scores.gap, internal=internal)


def _filed(report: CityReport) -> Iterator[Block]:
    told = [(body, in_words_of_today(counts)) for body, counts in (*report.checks.by_body, ("合计", report.checks.total))]
    *rows, total = [(body, *(counts.get(key) for key in COLUMNS)) for body, counts in told]
    columns: Columns = (name("实施主体", 30), *(number(word, 14, missing="—") for word in COLUMNS.values()))
    yield table(
        f"{report.year}年度自查报送情况", columns, rows, key="checks", total=total,
        empty="持有称号的城区都没有登记实施主体，分实施主体的报送情况无记录。",
        note=f"{report.checks_basis}{report.checks.reckoned}。合计按城区各计一次。已报送、未报送和称号终止时未报相加等于应报，已接收是已报送中的一部分，逾期未报是未报送中期限已过的；"
        "申报主体未在平台办理的城区无记录，不计入应报。",
    )  # fmt: skip
    late = [(line.district, line.due, line.met_on, line.state) for line in report.checks.lines if line.counts & AFTER_THE_DAY]
    columns = (name("城区", 70), text("期限", 30), text("报送日期", 30), text("情况", 40))
    yield table("逾期报送和逾期未报的年度自查", columns, [(one, due, met or "未报送", state) for one, due, met, state in late],
                key="checks_late", empty="没有逾期报送或者逾期未报的年度自查。")  # fmt: skip


def _spread(report: CityReport) -> Iterator[Block]:
    yield from pictures.spread(report)
    yield from pictures.medians(report)
    rows = [
        (one.name, one.districts, *((one.lower, one.median, one.upper) if one.districts >= ENOUGH else (None,) * 3), sentences.before(one))
        for one in report.scores.dimensions
    ]
    columns = (
        name("方面", 40), number("城区", 18, unit="个"),
        *(number(word, 25, missing="—") for word in ("下四分位", "中位数", "上四分位")), number("上年中位数", 28, missing="—"),
    )  # fmt: skip
    note = f"不足{ENOUGH}个城区的不列四分位和中位数，记作“—”。"
    yield table("五个方面得分", columns, rows, key="dimensions", empty="没有按五个方面计分的自查。", note=note)


def _ranking(report: CityReport) -> Iterator[Block]:
    ranked = report.scores.ranking
    rows: list[tuple[Cell, ...]] = []
    ranks: dict[Decimal | None, int] = {}
    for place, row in enumerate(ranked, start=1):
        rank = ranks.setdefault(row.total, place)
        before = report.scores.before.get(row.district.pk)
        rows.append((rank, row.district.name, row.stage_words, row.total, before, row.planned_total, row.verdict))
    columns = (
        number("名次", 13), name("城区", 52), text("称号", 22), number("总分", 18), number("上年", 18, missing="无记录"),
        number("预期", 18, missing="无记录"), text("星级", 30),
    )  # fmt: skip
    note = f"{star_note(reference=report.reference)}总分相同的名次相同。"
    yield table(f"{report.year}年度自查得分排名", columns, rows, key="ranking", note=note)
    yield from pictures.totals(report)


def _controls(report: CityReport, *, internal: bool) -> Iterator[Block]:
    yield Paragraph(themes.controls(report, internal=internal))
    failed = report.scores.failed
    if internal:
        columns = (name("城区", 40), text("条文", 45), text("现状值", 25), text("原因（城区填写）", 60))
        rows = [(one.district, f"{one.clause} {one.title}", one.value, one.reason or "未填写") for one in failed]
        yield table("不满足的控制项", columns, rows, key="controls", empty="")


def _clauses(report: CityReport) -> Iterator[Block]:
    columns = (
        name("条文", 80),
        number("城区", 18, unit="个"),
        number("平均得分率", 30, unit="%"),
        number("上年", 30, unit="%", missing="无可比数"),
    )
    for caption, key, rows, empty in (
        ("平均得分率提高最大的条文", "gains", report.scores.gains, "没有两年可比且平均得分率提高的条文。"),
        ("平均得分率最低的条文", "gaps", report.scores.gaps, f"可计算平均得分率的条文不足：至少要有{report.enough_words}个城区参评。"),
    ):
        yield table(
            caption, columns, [(f"{row.clause} {row.title}", row.districts, row.share, row.before) for row in rows], key=key, empty=empty
        )


def _gap(report: CityReport, gap: CityGap, *, internal: bool) -> Iterator[Block]:
    """The gap to the planning scores: in sentences, by district in the internal edition, and by clause."""
    yield Paragraph(f"{sentences.gap(gap)}{themes.gap_reasons(report) if internal else ''}")
    if internal and gap.districts:
        columns: Columns = (name("城区", 44), number("差距", 19), *(number(word, 19) for word in GAP_STATES), number("其他", 17))
        rows: list[tuple[Cell, ...]] = [(one.district, one.points, *one.states, one.rest) for one in gap.districts]
        note = "差距为预期（规划得分）减总分，负数为高于预期。“其他”为参评范围、权重与规划阶段不同的部分，加分上限和尾数。"
        total: tuple[Cell, ...] = ("合计", gap.points, *gap.states, gap.rest)
        yield table("各城区总分与预期的差距（分）", columns, rows, key="score_gap", total=total, note=note)
    if len(gap.districts) < ENOUGH:
        return
    left = gap.clauses[MOST_CLAUSES:]
    lines: list[tuple[Cell, ...]] = [
        (f"{one.clause} {one.title}", one.state, one.districts, one.points) for one in gap.clauses[:MOST_CLAUSES]
    ]
    if left:
        lines.append((f"其余{len(left)}项", "—", None, sum((one.points for one in left), Decimal(0))))
    if gap.rest:
        lines.append(("参评范围、权重不同和尾数", "—", None, gap.rest))
    columns = (name("条文", 80), text("情况", 26), number("城区", 18, unit="个", missing="—"), number("分数", 30))
    yield table("差距的条文构成（各城区总分的分数合计）", columns, lines, key="clause_gap", total=("合计", "", "", gap.points),
                empty="各条文得分都与预期相同。")  # fmt: skip
