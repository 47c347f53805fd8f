"""One paragraph for each theme: figure, last year, distance to the plan, causes as districts state them, what is asked.

Nothing is concluded about districts from fewer than ``ENOUGH`` of them. Who is late, why and what is asked is named in the internal
edition alone. Each function returns its whole paragraph; what is not known is left out or said to be so, and never counted as 0.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from decimal import Decimal
from statistics import median

from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed, half_up, percent
from obligations.duties import PROPOSED
from obligations.filing_words import Filing
from reports.annual.figures import ENOUGH
from reports.city.figures.asked import NextWork
from reports.city.figures.assessments import FAILED, MENDED, PASSED
from reports.city.figures.checks import in_words_of_today
from reports.city.figures.land import COUNTS
from reports.city.figures.whole import CityReport
from reports.city.sections.shapes import NAMES, plain, several
from reports.common.own_words import quoted

REASONS = 2  # quoted in a paragraph
MOST_ASKED = 2  # works named in a paragraph
OF_CHECKS = frozenset({"self_check"})
OF_REPORTS = frozenset({"operation_report", "mechanisms"})
OF_CARBON = frozenset({"carbon_verification"})
OF_ASSESSMENTS = frozenset({"stage_material", "post_material", "stage_hold", "post_hold", "recheck"})
OF_FINDINGS = frozenset({"rectification"})
OF_OPINIONS = frozenset({"opinion_reply"})


def standing(report: CityReport) -> str:
    """Districts with a title: how many, against last year, which are new, which are lost."""
    stood = report.stood
    whose = "演示数据中的" if report.is_demo else "全市"
    count, before = len(stood.rows), len(stood.before)
    kinds = f"（试点{report.figures['pilot'].value}个、示范{report.figures['demonstration'].value}个）" if count else ""
    said = f"截至{day_in_words(stood.on)}，{whose}绿色生态城区{count}个{kinds}，上年末{before}个。"
    new, lost = [row.name for row in stood.new], list(dict.fromkeys(row.district for row in report.figures["lost"].rows))
    gained = f"本年新增{len(new)}个：{several(new)}" if new else "本年没有新增"
    return f"{said}{gained}；{f'撤销或取消{len(lost)}个：{several(lost)}' if lost else '没有撤销或取消（停止执行的不计）'}。"


def kinds(report: CityReport) -> str:
    """Districts by type, star and key area."""
    rows = report.stood.rows
    if not rows:
        return "没有持有称号的城区。"
    types, stars = (_counts(words) for words in ((row.type_words for row in rows), (row.star_words for row in rows)))
    inside = [row.district.key_area_is_inferred for row in rows if row.district.key_areas]
    inferred = f"（其中{sum(inside)}个为推定）" if any(inside) else ""
    known = f"登记位于重点区域（四（二））的{len(inside)}个{inferred}"
    return f"持有称号的城区{len(rows)}个，按类型分，{types}；按称号星级分，{stars}；{known}，其余不在重点区域或未查明。"


def places(report: CityReport) -> str:
    """How many 行政区 they are in, and which has most."""
    found = Counter(area for row in report.stood.rows for area in row.areas)
    unknown = sum(not row.areas for row in report.stood.rows)
    if not found:
        return "持有称号的城区所在行政区均未查明。" if unknown else "没有持有称号的城区。"
    most = max(found.values())
    first = [area for area, count in found.items() if count == most]
    told = f"，最多的是{several(first)}，{'各' if len(first) > 1 else ''}{most}个" if most > 1 else ""
    return f"分布在{len(found)}个行政区{told}{f'；{unknown}个所在行政区未查明' if unknown else ''}。"


def filed(report: CityReport, *, internal: bool) -> str:
    """Self-checks and the other yearly reports: owed and filed, against last year, who is asked for what."""
    total, last = in_words_of_today(report.checks.total), report.themes.before
    if not total[Filing.OWED]:
        return f"没有{report.year}年度自查的应报记录。"
    by = f"截至{day_in_words(report.judged_on)}" if internal else report.checks_basis
    owed, filed, late = total[Filing.OWED], total[Filing.FILED], f"、逾期{total[Filing.LATE]}个；未报送{total[Filing.MISSING]}个"
    said = f"{by}，应报{report.year}年度自查{owed}个，已报送{filed}个{share(filed, owed)}，其中按时{total[Filing.TIMELY]}个"
    said += f"{late if internal else ''}{report.checks.reckoned}。"
    if last.get("check_owed"):
        said += f"上年应报{last['check_owed']}个，已报送{last['check_filed']}个{share(last['check_filed'], last['check_owed'])}。"
    others: dict[str, Counter[str]] = {}
    for line in report.checks.duties:
        if line not in report.checks.lines:
            others.setdefault(line.title, Counter()).update(line.counts)
    parts = [
        f"{title}应报{counts[Filing.OWED]}个、已报送{counts[Filing.FILED]}个" for title, counts in others.items() if counts[Filing.OWED]
    ]
    said += f"其他年度事项：{'；'.join(parts)}。" if parts else ""
    return said + (asked(report, OF_CHECKS if report.operation.figures else OF_CHECKS | OF_REPORTS) if internal else "")


def aspects(report: CityReport) -> str:
    """Range of the totals and the five aspects in their order, against last year and the planning scores."""
    totals = report.scores.totals
    if len(totals) < ENOUGH:
        return f"有总分的自查{len(totals)}个，不足{ENOUGH}个，不对得分水平和五个方面作结论。"
    said = (
        f"有总分的自查{len(totals)}个，最高{fixed(max(totals))}分，最低{fixed(min(totals))}分，相差{fixed(max(totals) - min(totals))}分。"
    )
    known = sorted((one for one in report.scores.dimensions if one.districts >= ENOUGH), key=lambda one: (-one.median, one.name))
    if known:
        parts = [
            f"{one.name}{plain(one.median)}分"
            + (_moved(one.median - one.before) if one.before is not None and one.districts_before >= ENOUGH else "")
            for one in known
        ]
        said += f"五个方面得分中位数由高到低为{'、'.join(parts)}。"
    planned = _planned(report)
    if planned:
        name, gap, count = planned
        said += f"与预期（规划得分）相差最多的是{name}，{count}个城区的差距中位数为{fixed(gap)}分。"
    return said


def controls(report: CityReport, *, internal: bool) -> str:
    """Control items that do not hold: how many clauses and districts, and why."""
    failed, received = report.scores.failed, len(report.scores.rows)
    if not received:
        return f"没有已接收的{report.year}年度自查。"
    idle = sum(row.idle_controls for row in report.scores.rows)
    unsaid = f"{idle}项次控制项未启动，不作结论；" if idle else ""
    if not failed:
        return f"已接收的自查{received}个，{unsaid}{'其余' if idle else ''}参评的控制项没有不满足的。"
    districts = list(dict.fromkeys(one.district for one in failed))
    clauses = {one.clause for one in failed}
    said = f"已接收的自查{received}个，{unsaid}不满足的控制项{len(failed)}项次，涉及{len(clauses)}条、{len(districts)}个城区。"
    if not internal:
        return said
    why = [
        f"{one.district}对{one.clause} {one.title}说明：{quoted(one.reason)}（{report.year}年度自评分表）" for one in failed if one.reason
    ][:REASONS]
    silent = sum(not one.reason for one in failed)
    said += f"{'；'.join(why)}。" if why else ""
    said += f"{silent}项次没有说明原因。" if silent else ""
    return f"{said}请{several(districts)}逐项提出整改措施，在下一次自查前满足。"


def compared(report: CityReport, *, internal: bool) -> str:
    """Totals that rose and fell since last year."""
    pairs = [
        (row.district.name, row.total - report.scores.before[row.district.pk])
        for row in report.scores.rows
        if row.total is not None and row.district.pk in report.scores.before
    ]
    if len(pairs) < ENOUGH:
        return f"两年都有总分的城区{len(pairs)}个，不足{ENOUGH}个，不对升降作结论。"
    up, down = [one for one in pairs if one[1] > 0], [one for one in pairs if one[1] < 0]
    said = f"两年都有总分的城区{len(pairs)}个，提高{len(up)}个，下降{len(down)}个，持平{len(pairs) - len(up) - len(down)}个"
    if internal and up:
        most = max(up, key=lambda one: one[1])
        said += f"；提高最多的是{most[0]}，{fixed(most[1])}分"
    if internal and down:
        least = min(down, key=lambda one: one[1])
        said += f"；下降最多的是{least[0]}，{fixed(-least[1])}分"
    return f"{said}。"


def gap_reasons(report: CityReport) -> str:
    """Why the clauses with the largest gap stay behind, as districts state it; empty if none does."""
    found = report.scores.gap
    if found is None or len(found.districts) < ENOUGH:
        return ""
    return reasons(f"{one.district}对{one.clause}说明：{quoted(one.text)}（{report.year}年度自评分表）" for one in found.reasons)


def assessed(report: CityReport, *, internal: bool) -> str:
    """Assessments by kind and conclusion, against last year; what is to be mended, and what is asked."""
    held = report.assessments.held
    if not held:
        said = f"本年度没有形成结论的评估和验收{last_year(report, 'assessed', '次')}。"
    else:
        counts = Counter((one.kind, one.conclusion) for one in held)
        parts = []
        for kind in dict.fromkeys(one.kind for one in held):
            words = [f"{word}{counts[kind, word]}次" for word in (PASSED, FAILED) if counts[kind, word]]
            parts.append(f"{kind}{'、'.join(words)}")
        said = f"本年形成结论的评估和验收{len(held)}次{last_year(report, 'assessed', '次')}：{'，'.join(parts)}。"
    if not internal:
        return said
    mending = [one for one in held if one.mending]
    left = [one.district for one in mending if one.mending not in MENDED]
    if mending:
        said += f"提出整改{len(mending)}次，{f'未完成{len(left)}次（{several(left)}）' if left else '均已完成'}。"
    return said + asked(report, OF_ASSESSMENTS)


def open_findings(report: CityReport) -> str:
    """Findings that are not closed, and by when they are to be mended by whom."""
    left = [one for one in report.supervision.findings if one.is_open]
    if not left:
        return "没有未销号的检查问题。"
    earlier = sum(not one.of_year for one in left)
    old = f"、以前年度发现的{earlier}个" if earlier else ""
    serious, late = sum(one.serious for one in left), sum(one.late for one in left)
    return f"未销号的检查问题{len(left)}个，其中严重{serious}个、逾期{late}个{old}。{asked(report, OF_FINDINGS)}"


def titles(report: CityReport) -> str:
    """Titles granted, changed and ended in the year."""
    found = Counter(event.what for event in report.stood.events)
    if not found:
        return "本年度没有授予、变更或终止称号。"
    return f"本年称号事项{sum(found.values())}项，其中{'、'.join(f'{what}{count}项' for what, count in found.items())}。"


def plots(report: CityReport, *, internal: bool) -> str:
    """Buildable plots by state, with shares, against last year."""
    lines, last = report.land.lines, report.themes.before
    count, granted, building, built, fit, unfit = (sum(line.counts[key] for line in lines) for key in COUNTS)
    if not count:
        return "没有登记的可建设地块。"
    of = sum(bool(line.counts["plots"]) for line in lines)
    said = f"截至{day_in_words(report.stood.on)}，{of}个城区登记可建设地块{count}个，已取得{granted}个{share(granted, count)}"
    said += f"，在建{building}个，建成{built}个{share(built, count)}，建成的有{fit}个符合指标要求"
    said += f"、{unfit}个不符合。" if internal and unfit else "。"
    if last.get("plots"):
        then = f"上年末持有称号的{report.themes.districts}个城区有可建设地块{last['plots']}个"
        said += f"{then}，已取得{last['plots_granted']}个，建成{last['plots_built']}个。"
    failing = [line.district for line in lines if line.counts["failing"]]
    return said + (f"请{several(failing)}对不符合的地块提出整改措施。" if internal and failing else "")


def projects(report: CityReport, *, internal: bool) -> str:
    """Key projects and works against their schedule."""
    lines, late = report.land.lines, report.land.late
    count, works = sum(line.projects for line in lines), sum(line.works for line in lines)
    if not count and not works:
        return "没有登记的重点项目和主要市政设施。"
    said = f"近期重点项目{count}个，已投用{sum(line.in_use for line in lines)}个；"
    said += f"主要市政设施{works}项，已建成且符合{sum(line.works_built for line in lines)}项。"
    if not late:
        return f"{said}没有晚于计划的重点项目。"
    said += f"晚于计划的重点项目{len(late)}个{last_year(report, 'projects_late', '个')}"
    longest = max(late, key=lambda one: (one.days, one.name))
    return f"{said}，晚得最多的是{longest.district}的{longest.name}（{longest.what}，{longest.days}天）。" if internal else f"{said}。"


def carbon(report: CityReport, *, internal: bool) -> str:
    """Verified emissions against last year and the plans' targets; why districts are behind, and who is asked for a report."""
    lines = report.carbon.lines
    received = [line for line in lines if line.received]
    said = (
        f"持有称号的城区{len(lines)}个，已接收{report.year}年度碳排放核查报告{len(received)}个{last_year(report, 'carbon_received', '个')}"
    )
    said += f"，其余{len(lines) - len(received)}个没有已接收的报告，数据未计入。" if len(received) < len(lines) else "。"
    totals = [line.total for line in received if line.total is not None]
    if len(totals) >= ENOUGH:
        said += f"{len(totals)}个城区的年碳排放总量合计{fixed(sum(totals, Decimal(0)), grouped=True)} tCO₂e。"
    elif received:
        said += f"报告不足{ENOUGH}个，不对全市碳排放水平作结论。"
    pair = report.themes.carbon
    if pair and pair.districts >= ENOUGH and pair.before:
        by = pair.now - pair.before
        moved = f"比上年{'增加' if by > 0 else '减少'}{percent(abs(by), pair.before)}" if by else "与上年持平"
        said += f"两年都有核查数的{pair.districts}个城区合计{moved}。"
    judged = [line.above for line in received if line.above is not None]
    if len(judged) >= ENOUGH:
        said += f"有规划目标可比的{len(judged)}个，单位面积排放高于目标的{sum(one > 0 for one in judged)}个。"
    return said + (asked(report, OF_CARBON) if internal else "")


def carbon_reasons(report: CityReport) -> str:
    """Why inventories are behind their path, as districts state it; empty if none does."""
    missed = [(line.district, line.compared.reason) for line in report.carbon.lines if line.compared and line.compared.is_missed]
    return reasons(f"{district}说明：{quoted(reason)}（{report.year}年度碳排放清单）" for district, reason in missed if reason)


def inspected(report: CityReport) -> str:
    """Inspections and findings, against last year; the clause with most findings; what is open and by when it is to be mended."""
    found = report.supervision
    if not found.inspections and not found.findings:
        return "平台没有本年度监督检查的记录。"
    of_year = [one for one in found.findings if one.of_year]
    said = f"本年监督检查{len(found.inspections)}次{last_year(report, 'inspections', '次')}，"
    if of_year:
        closed = sum(not one.is_open for one in of_year)
        said += f"发现问题{len(of_year)}个{last_year(report, 'findings', '个')}，已销号{closed}个。"
    else:
        said = "平台没有本年度监督检查的记录。" if not found.inspections else f"{said}没有发现问题。"
    clause, count, _ = found.by_clause()[0] if len(of_year) >= ENOUGH else ("", 0, 0)
    said += f"问题最多的是{clause}，{count}个。" if count > 1 else ""
    return said


def opinions(report: CityReport) -> str:
    """Opinions of panels that are not settled."""
    found = report.supervision.opinions
    if not found:
        return "没有未销号的评审意见。"
    districts = list(dict.fromkeys(one.district for one in found))
    return f"未销号的评审意见{len(found)}条，涉及{len(districts)}个城区。{asked(report, OF_OPINIONS)}"


def practice(report: CityReport) -> str:
    """How many stories were released, and about which aspects."""
    stories, day = report.themes.stories, day_in_words(report.judged_on)
    if not stories:
        return f"没有本年度发布、截至{day}仍公开的案例。"
    about = dict.fromkeys(dimension for one in stories for dimension in one.dimensions)
    words = f"，方面为{'、'.join(about)}" if about else ""
    districts = {one.district for one in stories}
    return f"本年度发布、截至{day}仍公开的案例{len(stories)}个，涉及{len(districts)}个城区{words}。"


def own_problems(report: CityReport) -> str:
    """The problems that districts name themselves; empty if none does."""
    said = "；".join(f"{one.district}：{quoted(one.text)}" for one in report.scores.said)
    return f"各城区在{report.year}年度自评报告中说明的主要问题：{said}。" if said else ""


def asked(report: CityReport, kinds: Collection[str]) -> str:
    """What the sides of which districts are asked for by when, of the open duties of these kinds; what is late first, newest first."""
    groups: dict[tuple[bool, int, str], list[NextWork]] = {}
    for one in (report.asked and report.asked.work) or ():
        if one.kind in kinds:
            groups.setdefault((not one.late, -one.due.toordinal() if one.late else one.due.toordinal(), one.what), []).append(one)
    said = []
    for _, works in sorted(groups.items())[:MOST_ASKED]:
        first, names = works[0], list(dict.fromkeys(one.district for one in works))
        what = first.what if first.what.startswith(("补报", "报送")) else f"办理{first.what}"
        day, whom = day_in_words(first.due), f"{several(names)}{'城区' if len(names) > NAMES else ''}的责任单位"
        proposed = any(one.unconfirmed for one in works)
        past = f"请{whom}{what}（{'拟定' if proposed else ''}期限{day}，已过）"
        said.append(past if first.late else f"请{whom}于{day}前{what}{PROPOSED if proposed else ''}")
    rest = len(groups) - len(said)
    return f"{'；'.join(said)}{f'；另有{rest}项见下一步工作' if rest else ''}。" if said else ""


def _planned(report: CityReport) -> tuple[str, Decimal, int] | None:
    """The aspect whose median distance to the planning score is largest, with how many districts know theirs."""
    missing: dict[str, list[Decimal]] = {}
    for row in report.scores.rows:
        for chapter in row.dimensions:
            if chapter.planned is not None:
                missing.setdefault(chapter.dimension, []).append(chapter.planned - chapter.score)
    known = [(half_up(median(values)), name, len(values)) for name, values in missing.items() if len(values) >= ENOUGH]
    gap, name, count = max(known, default=(Decimal(0), "", 0))
    return (name, gap, count) if gap > 0 else None


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in brackets; empty of fewer than ``ENOUGH``."""
    return f"（{percent(part, whole)}）" if whole >= ENOUGH else ""


def last_year(report: CityReport, key: str, unit: str) -> str:
    """Last year's figure in brackets; empty if there is none."""
    value = report.themes.before.get(key)
    return "" if value is None else f"（上年{value}{unit}）"


def _moved(by: Decimal) -> str:
    return f"（比上年{'提高' if by > 0 else '下降'}{fixed(abs(by))}分）" if by else "（与上年持平）"


def _counts(words: Iterable[str]) -> str:
    return "、".join(f"{word}{count}个" for word, count in Counter(words).most_common())


def reasons(told: Iterable[str]) -> str:
    """The first few reasons as a sentence; empty without any."""
    said = "；".join(list(told)[:REASONS])
    return f"{said}。" if said else ""
