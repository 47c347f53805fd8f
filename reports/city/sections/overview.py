"""Parts 2 and 3: the summary on one page, and the state of the city."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from approvals.common.enums import TitleKind
from districts.common.city_grid import GRID, SPECIAL
from greendistrict.core.days import day_in_words
from obligations.filing_words import Filing
from reports.annual.figures import ENOUGH
from reports.city.enums import ReportEdition
from reports.city.figures.assessments import FAILED, PASSED
from reports.city.figures.bodies import CityBody
from reports.city.figures.checks import in_words_of_today
from reports.city.figures.standing import NOT_GIVEN, StandingDistrict, TitleStand
from reports.city.figures.whole import CityReport
from reports.city.published import MIXED, PUBLISHED
from reports.city.sections import pictures, sentences, themes
from reports.city.sections.shapes import Columns, guesses, name, number, source, table, text, value_words
from reports.composition.blocks import UNKNOWN, Block, Cell, Chart, ChartSeries, Heading, Paragraph
from reports.composition.enums import ChartKind, ParagraphStyle

SIX = ("pilot", "demonstration", "titled", "area", "new", "lost")
BEFORE_UNKNOWN = "—"


def summary(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Summary readable on its own: what is found in five sentences, the figures, assessments, gains and gaps, recommendations."""
    if report.asked:
        yield Paragraph("".join(sentences.finding(report, edition)))
        yield _headline(report)
    else:
        rows: list[tuple[Cell, ...]] = [(one.label, one.unit, one.value, one.before) for one in map(report.figures.__getitem__, SIX)]
        yield table("主要指标", _years(report, 60, 25, 35), rows, key="summary", note=_missing_areas(report))
        yield Paragraph(_checks(report))
    yield Paragraph(_assessments(report))
    yield Paragraph(_clauses(report))
    if edition is not ReportEdition.INTERNAL:  # what is handed on warns of nothing and asks nothing
        return
    yield Heading("提请市级研究的事项", 2)
    yield Paragraph("\n".join(f"{at}. {one}" for at, one in enumerate(_asked(report), start=1)) or "没有需要提请研究的事项。")


def _years(report: CityReport, label: int, unit: int, year: int) -> Columns:
    now, before = f"{report.year}年", f"{report.year - 1}年"
    missing = BEFORE_UNKNOWN if report.asked else UNKNOWN
    return name("指标", label), text("单位", unit), number(now, year, missing=missing), number(before, year, missing=BEFORE_UNKNOWN)


def _missing_areas(report: CityReport) -> str:
    unknown = report.figures["area"].unknown
    return f"面积未查明的{unknown}个城区未计入面积合计。" if unknown else ""


def _headline(report: CityReport) -> Block:
    """The figures that the five sentences state, with last year's and the change; no median of fewer than ``ENOUGH``."""
    found, total, figures = report.scores, in_words_of_today(report.checks.total), report.figures
    median, worst = figures["score_median"], sentences.worst(report)
    told: list[tuple[str, str, Decimal | int | None, Decimal | int | None]] = [
        *((one.label, one.unit, one.value, one.before) for one in map(figures.__getitem__, SIX)),
        *((f"年度自查{word.label}", "个", total[word], None) for word in (Filing.LATE, Filing.MISSING)),
        (
            median.label, median.unit,
            median.value if len(found.totals) >= ENOUGH else None, median.before if len(found.before) >= ENOUGH else None,
        ),
        *((f"最低的方面：{one.name}", "分", one.median, sentences.before(one)) for one in worst),
    ]  # fmt: skip
    columns = (*_years(report, 54, 14, 28), number("增减", 28, missing=BEFORE_UNKNOWN))
    incomparable = () if sentences.areas_known(report) else (figures["area"].label,)
    rows = [(*row, None if row[0] in incomparable or row[2] is None or row[3] is None else row[2] - row[3]) for row in told]
    note = f"{_missing_areas(report)}中位数不足{ENOUGH}个的不列，“—”为没有可比的数{report.checks.reckoned}。"
    return table("主要指标", columns, rows, key="summary", note=note)


def _checks(report: CityReport) -> str:
    total, received = in_words_of_today(report.checks.total), report.figures["check_received"].value
    waived = f"，免报{total['waived']}个" if total["waived"] else ""
    median = report.figures["score_median"]
    told = f"总分中位数{value_words(median)}" + (f"，上年{median.before}分" if median.before is not None else "，上年没有可比的得分")
    if len(median.rows) < ENOUGH:
        told = f"有总分的不足{ENOUGH}个，不列中位数"
    ended = f"，称号终止时未报{total[Filing.ENDED]}个" if total[Filing.ENDED] else ""
    return (
        f"年度自查（{report.checks_basis}）应报{total['owed']}个，已报送{total['filed']}个，其中按时{total['timely']}个；"
        f"未报送{total[Filing.MISSING]}个，其中期限已过{total[Filing.OVERDUE]}个{ended}{waived}{report.checks.reckoned}。"
        f"已接收{received}个，{told}。"
    )


def _assessments(report: CityReport) -> str:
    counted = report.assessments.counted()
    if not counted:
        return "本年度没有形成结论的阶段评估、后评估和终期验收。"
    kinds = dict.fromkeys(kind for kind, _ in counted)
    told = (
        f"{kind}{sum(counted[one] for one in counted if one[0] == kind)}次（"
        + "，".join(f"{conclusion}{counted[kind, conclusion]}次" for conclusion in (PASSED, FAILED) if counted[kind, conclusion])
        + "）"
        for kind in kinds
    )
    return f"本年度形成结论的有{'、'.join(told)}。"


def _clauses(report: CityReport) -> str:
    if len(report.scores.rows) < ENOUGH:
        return f"已接收的自查不足{ENOUGH}个，不对条文的升降和差距作结论。"
    gains, gaps = report.scores.gains, report.scores.gaps
    better = "；".join(f"{one.clause} {one.title}（提高{one.gain}个百分点）" for one in gains)
    worse = "；".join(f"{gap.clause} {gap.title}（平均得分率{gap.share}%）" for gap in gaps)
    up = f"进步最大的条文：{better}。" if gains else "与上年可比的条文中没有得分率提高的，或可比的城区不足以作比较。"
    return up + (f"差距最大的条文：{worse}。" if gaps else "没有可以计算平均得分率的条文。")


def _asked(report: CityReport) -> list[str]:
    """What the city is asked to decide or to press for, by the figures of the year."""
    values = {key: figure.value or 0 for key, figure in report.figures.items()}
    values["check_overdue"] = in_words_of_today(report.checks.total)[Filing.OVERDUE]
    to_press = (
        ("check_overdue", "督促{}个逾期未报的年度自查补报或说明原因"),
        ("check_returned", "督促{}个退回补充的年度自查重新报送"),
        ("controls_failed", "对{}项次不满足的控制项逐项提出整改期限"),
        ("mending", "跟踪{}次评估的整改和复核"),
        ("findings_open", "督促{}个监督检查问题整改销号"),
        ("opinions_open", "督促{}条评审意见答复销号"),
    )
    to_decide = (
        ("warned", "研究{}项预警的处置"),
        ("candidates", "审议{}个城区的国家级奖项推荐"),
        ("idle", "推动{}个城区的申报主体在平台办理"),
    )
    asked = to_decide if report.is_kept_whole else (*to_press, *to_decide)  # 下一步工作 names the rest
    return [f"{words.format(values[key])}。" for key, words in asked if values.get(key)]


def overall(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Leading bodies, published counts, location of districts, types, stars and key areas."""
    yield Paragraph(themes.standing(report))
    yield Heading("（一）各实施主体", 2)
    yield bodies_table(report, edition)
    yield Heading("（二）历年数量", 2)
    yield from pictures.titles(report)
    yield _series(report)
    yield Heading("（三）分布", 2)
    yield Paragraph(themes.places(report))
    yield from schematic_map(report.stood)
    yield places_table(report)
    yield Heading("（四）类型、星级和重点区域", 2)
    yield Paragraph(themes.kinds(report))
    yield from _kinds(report.stood.rows)


def bodies_table(report: CityReport, edition: ReportEdition) -> Block:
    """Districts, areas and duties of each leading body; outstanding duties only in the internal edition."""
    internal = edition is ReportEdition.INTERNAL
    columns = [
        name("实施主体", 31),
        number("试点", 11),
        number("示范", 11),
        number("面积", 17, unit="km²", missing="—"),
        number("新增", 11),
    ]
    if internal:
        years = f"实施计划（{report.year}，{report.year + 1}年）"
        columns += [text("四（一）目标", 31), text("专门机构", 22), text(years, 22)]

    def cells(row: CityBody) -> tuple[Cell, ...]:
        km2 = NOT_GIVEN if row.km2 is None and row.km2_missing else row.km2
        plain = (row.name, row.pilots, row.demonstrations, km2, row.new)
        return (*plain, row.target, row.designated, "；".join(row.plans)) if internal else plain

    rows = [cells(row) for row in report.bodies]
    areas = [row.area_km2 for row in report.stood.rows if row.area_km2 is not None]
    total: tuple[Cell, ...] = (
        "合计", len(report.stood.of_kind(TitleKind.PILOT)), len(report.stood.of_kind(TitleKind.DEMONSTRATION)),
        sum(areas, Decimal(0)) if areas else None, len(report.stood.new), *(("",) * 3 if internal else ()),
    )  # fmt: skip
    missing = len(report.stood.rows) - len(areas)
    gap = f"面积合计缺{missing}个（未查明）。" if missing else ""
    note = f"合计按城区各计一次；一个城区有几个实施主体的，在每一行都列出。{gap}"
    return table("各实施主体的城区", columns, rows, key="bodies", total=total, note=note, empty="没有已登记的实施主体。")


def _series(report: CityReport) -> Block:
    rows: list[tuple[Cell, ...]] = [(f"{one.year}年底", "公开发布", one.count, None, None, one.area_words, one.source) for one in PUBLISHED]
    stood = report.stood
    for on, held in ((stood.before_on, stood.before), (stood.on, stood.rows)):
        areas = [row.area_km2 for row in held if row.area_km2 is not None]
        pilots = sum(row.held.kind == TitleKind.PILOT for row in held)
        missing = f"（面积缺{len(held) - len(areas)}个）" if len(held) > len(areas) else ""
        km2 = sum(areas, Decimal(0)) if areas else None if held else "—"
        rows.append((day_in_words(on), "本平台", len(held), pilots, len(held) - pilots, km2, f"称号决定{missing}"))
    columns = (
        name("时点", 33), text("口径", 21), number("合计", 13), number("试点", 18, missing="未分列"),
        number("示范", 18, missing="未分列"), number("面积", 20, unit="km²"), text("出处", 33),
    )  # fmt: skip
    note = f"公开发布的数{MIXED}；与本平台按称号决定统计的口径不同，两段不连成一条曲线。"
    return table("历年数量（公开发布与本平台分列）", columns, rows, key="series", note=note)


def schematic_map(stood: TitleStand) -> Iterator[Block]:
    """Districts by stage on tiles for 行政区 and special areas; nothing if none is on a tile, as for demo districts."""
    names = [*(name for name, *_ in GRID.values()), *SPECIAL]
    counts = {
        kind: Counter(area for row in stood.of_kind(kind) for area in (*row.areas, *row.district.key_areas)) for kind in TitleKind.values
    }
    if any(found[name] for found in counts.values() for name in names):
        series = tuple(ChartSeries(str(TitleKind(kind).label), tuple(found[name] for name in names)) for kind, found in counts.items())
        yield Chart(
            "试点和示范分布示意图", ChartKind.TILES, tuple(names), series, unit="个", key="map", source=source("称号决定", stood.on)
        )
        words = "示意图，不表示边界和实际方位；跨几个行政区的城区在每一格都计，下方各格为重点区域（四（二））。"
        inferred = ((row.name, bool(row.district.key_areas) and row.district.key_area_is_inferred) for row in stood.rows)
        yield Paragraph(f"{words}{guesses(inferred, '重点区域')}", ParagraphStyle.NOTE)


def places_table(report: CityReport) -> Block:
    """Pilots and demonstrations by 行政区."""
    counts: dict[str, Counter[str]] = {}
    for row in report.stood.rows:
        for area in row.areas or ("未查明",):
            counts.setdefault(area, Counter())[row.held.kind] += 1
    rows = [(area, found[TitleKind.PILOT], found[TitleKind.DEMONSTRATION]) for area, found in counts.items()]
    inferred = guesses(((row.name, bool(row.areas) and row.district.place_is_inferred) for row in report.stood.rows), "所在行政区")
    note = f"一个城区跨几个行政区的，在每一行都列出。{inferred}"
    return table("各行政区的试点和示范", (name("行政区", 70), number("试点", 40), number("示范", 40)), rows, key="places", note=note)


def _key_areas(row: StandingDistrict) -> list[str]:
    mark = "（推定）" if row.district.key_area_is_inferred else ""
    return [f"{area}{mark}" for area in row.district.key_areas] or ["不在重点区域，或未查明"]


def _kinds(rows: Iterable[StandingDistrict]) -> Iterator[Block]:
    held = list(rows)
    for title, key, words in (
        ("按类型", "types", [[row.type_words] for row in held]),
        ("按称号星级", "stars", [[row.star_words] for row in held]),
        ("按重点区域（四（二））", "key_areas", [_key_areas(row) for row in held]),
    ):
        counted = Counter(word for one in words for word in one)
        found = [(word, count) for word, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]
        yield table(title, (name(title.removeprefix("按"), 100), number("城区", 50, unit="个")), found, key=key)
