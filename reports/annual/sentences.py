"""Sentences of a district's report and of its pages in the city's report: each states a figure, or why it is unknown."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from approvals.common.enums import TitleKind
from assessments.inspections.models import InspectionFindingState
from assessments.opinions.models import PanelOpinion
from assessments.self_checks.lifecycle import SELF_CHECK as SELF_CHECK_STATES
from assessments.self_checks.models import SelfCheckState
from districts.common.enums import star_in_words
from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import cn_date
from obligations.duties import ObligationState
from obligations.yearly_duties import SELF_CHECK
from reports.annual.figures import AnnualFigures, DistrictFigures
from reports.annual.parts import ChapterFigures, ItemFigures

INFERRED = "（推定）"
REFERENCE = "为参考版，不是官方标准条文，星级为推定"
NOT_WORKING = "本城区的申报主体没有使用本平台，除公开资料外无记录。"


def basis(figures: DistrictFigures) -> str:
    """Sentence with both reference days of the figures, and the edition of the closed year."""
    return f"{figures.closing.basis}本报告于{cn_date(figures.made_on)}生成。"


def no_scores(figures: DistrictFigures) -> str:
    """Why there are no scores."""
    if figures.is_recorded_only:
        return NOT_WORKING
    owed = next((row for row in figures.coming.duties if row.kind == SELF_CHECK), None)
    if owed is None:
        return f"平台没有{figures.year}年度自查的应报记录，没有得分。"
    state = owed.state(figures.judged_on)
    words = {
        ObligationState.WAIVED: "经批准免报",
        ObligationState.MET: "已报送，尚未接收",
        ObligationState.LATE: "已报送（逾期），尚未接收",
        ObligationState.OVERDUE: "逾期未报送",
        ObligationState.ENDED: "称号终止时未报送",
        ObligationState.DUE: "尚未报送",
        ObligationState.UPCOMING: "尚未开始报送",
    }
    late = state in {ObligationState.LATE, ObligationState.OVERDUE}
    return f"{figures.year}年度自查{words[state]}{owed.proposed if late else ''}，没有得分。"


def nothing_received(figures: DistrictFigures) -> str:
    """Sentence that there are no scores, without saying who is late."""
    return NOT_WORKING if figures.is_recorded_only else f"没有已接收的{figures.year}年度自查，没有得分。"


def standing(figures: DistrictFigures) -> str:
    """Type, title, area and target of the district in a sentence."""
    kind = figures.type_words or "类型未查明的城区"
    parts = [f"{figures.district.name}为{kind}"]
    held = figures.held
    if held is None:
        parts.append(f"截至{cn_date(figures.on)}未持有称号")
    else:
        since = (
            f"（{cn_date(held.granted_on)}公告{'，日期为推定' if held.date_is_inferred else ''}）"
            if held.granted_on
            else "（公告日期未查明）"
        )
        parts.append(f"截至{cn_date(figures.on)}为上海市绿色生态城区{held.text}{since}")
    parts.append(f"规划范围面积{area_words(figures)}")
    if figures.district.target_star:
        parts.append(f"目标为{figures.district.get_target_star_display()}")
    return "，".join(parts) + "。"


def area_words(figures: DistrictFigures) -> str:
    """Area with its mark; 未查明 if unknown."""
    if figures.area_km2 is None:
        return "未查明"
    return f"{fixed(figures.area_km2)}平方公里{INFERRED if figures.area_is_inferred else ''}"


def handed_in(figures: DistrictFigures) -> str:
    """Number and days of the self-check, its edition and evidence."""
    scores = figures.scores
    if scores is None:
        return no_scores(figures)
    filed = f"{cn_date(scores.filed_at)}提交，" if scores.filed_at else ""
    received = (
        f"{cn_date(scores.received_at)}由市住房城乡建设管理委接收"
        if scores.received_at
        else SELF_CHECK_STATES.state(SelfCheckState.RECEIVED).label
    )
    mark = f"，{REFERENCE}" if scores.reference else ""
    return (
        f"自查编号{scores.number}，{filed}{received}。评分依据{scores.edition_title}（{scores.edition_code}）{mark}。"
        f"佐证材料{scores.evidence}件。"
    )


def result(scores: AnnualFigures) -> str:
    """Total with bonus, planning score, last year's and the target."""
    total = "未能计算" if scores.total is None else f"{fixed(scores.total)}分"
    bonus = f"，其中加分{fixed(scores.bonus)}分" if scores.bonus else ""
    planned = "规划阶段得分无记录" if scores.planned_total is None else f"预期（规划得分）{fixed(scores.planned_total)}分"
    before = "上年得分无记录" if scores.previous_total is None else f"上年{fixed(scores.previous_total)}分"
    return f"总分已实现{total}{bonus}；{planned}；{before}；{target(scores)}。"


def target(scores: AnnualFigures) -> str:
    """Target star with the total that it needs."""
    if scores.target is None:
        star = scores.district.get_target_star_display()
        return f"目标{star}，标准未列得分线" if star else "未设目标星级"
    return f"目标{scores.target.label}，总分不低于{fixed(scores.target.least)}分{INFERRED if scores.reference else ''}"


def verdict(scores: AnnualFigures) -> str:
    """Sentence about the star; for a district under construction it says that there is no conclusion."""
    if scores.building:
        return f"城区截至{cn_date(scores.on)}处于建设期，本年度不作星级结论。"
    if scores.level:
        return f"达到{scores.level}{INFERRED if scores.reference else ''}。"
    return f"未达一星级{INFERRED if scores.reference else ''}。"


def controls(scores: AnnualFigures) -> str:
    """Participating control items, unfulfilled ones by name, and excluded clauses."""
    failed = "，".join(f"{item.id} {item.title}" for item in scores.failed_controls)
    said = f"{len(scores.failed_controls)}项不满足：{failed}" if failed else "其余满足" if scores.idle_controls else "全部满足"
    said = f"{scores.idle_controls}项未启动，不作结论，{said}" if scores.idle_controls else said
    out = f"不参评{len(scores.excluded)}项。" if scores.excluded else ""
    return f"控制项{scores.controls}项参评，{said}。{out}"


def none_below(scores: AnnualFigures, chapters: Collection[ChapterFigures]) -> str:
    """Sentence where no clause of the chapters is below its target or planning score; names chapters that still are below theirs."""
    keys = {chapter.key for chapter in chapters}
    is_compared = any(item.aim for item in scores.items if item.chapter in keys)
    said = "没有低于年度目标、目标路径或预期的条文" if is_compared else "没有可以与年度目标、目标路径或预期比较的条文"
    below = "、".join(f"{chapter.title}（差{fixed(chapter.missing)}分）" for chapter in chapters if chapter.missing)
    return f"{said}{f'；章得分低于预期：{below}' if below else ''}。"


def below_target(item: ItemFigures) -> str:
    """A clause below its target, with the district's own reason."""
    gap = f"，差{fixed(item.gap)}分" if item.gap else ""
    return f"{item.id} {item.title}：{''.join(item.expected)}，现状{item.value or '未填'}{gap}；原因：{item.reason or '未说明'}"


def named(items: Iterable[ItemFigures], most: int = 5) -> str:
    """Clauses by number and title with the points that are missing; those beyond ``most`` are only counted."""
    found = list(items)
    shown = "、".join(f"{item.id} {item.title}{f'（差{fixed(item.gap)}分）' if item.gap and item.most else ''}" for item in found[:most])
    return f"{shown}等{len(found)}项" if len(found) > most else shown


def plots(figures: DistrictFigures, *, behind: bool = True) -> str:
    """Totals of the plots; with ``behind`` also plots behind schedule or failing."""
    totals = figures.land.totals
    if not totals["plots"]:
        return absent(figures, "没有登记地块")
    failing = f"，建成但不符合{totals['failing']}个" if behind and totals["failing"] else ""
    late = sum(bool(plot.late) for plot in figures.land.plots) if behind else 0
    return (
        f"地块{totals['plots']}个，用地面积{fixed(totals['area'])}公顷，其中可建设{totals['buildable']}个；已出让或划拨{totals['acquired']}个，"
        f"建成且符合{totals['built']}个{failing}{f'；逾期{late}个' if late else ''}。"
    )


def projects(figures: DistrictFigures, *, behind: bool = True) -> str:
    """Totals of the near-term key projects; with ``behind`` also those behind schedule."""
    land = figures.land
    if not land.projects:
        return absent(figures, "没有登记近期重点项目")
    states = "、".join(f"{label}{number}个" for label, number in land.project_totals.states if number)
    missing = f"（缺{land.project_totals.uninvested}个）" if land.project_totals.uninvested else ""
    late = len({slip.name for slip in land.slips}) if behind else 0
    return (
        f"近期重点项目{len(land.projects)}个：{states}；投资合计{fixed(land.project_totals.investment, grouped=True)}万元{missing}"
        f"{f'；晚于计划{late}个' if late else ''}。"
    )


def works(figures: DistrictFigures, *, behind: bool = True) -> str:
    """Totals of the municipal works; with ``behind`` also those behind schedule."""
    land = figures.land
    if not land.works:
        return absent(figures, "没有登记市政设施")
    late = f"；逾期未建成{len(land.late_works)}项" if behind and land.late_works else ""
    return f"市政设施{len(land.works)}项，其中主要设施{land.work_totals.main}项、已建成{land.work_totals.built}项{late}。"


def operation_gaps(figures: DistrictFigures) -> str:
    """How many figures of the operation report differ from those of this report, and how many were explained; empty without any."""
    gaps = figures.operation_gaps
    if not gaps:
        return ""
    said = sum(bool(gap.said) for gap in gaps)
    told = "均未说明原因" if not said else "均已说明原因" if said == len(gaps) else f"其中{said}项已说明原因"
    return f"运营工作报告有{len(gaps)}项数字与平台{cn_date(figures.on)}的记录不同，{told}。"


def carbon(figures: DistrictFigures) -> str:
    """Carbon target, and the result for the year."""
    found = figures.carbon
    drafted = "" if found.draft is None else f"（尚未批准的专业规划草案为{found.draft.normalize():f} kgCO₂e/(m²·a)，不作比较）"
    aim = f"未查明{drafted}" if found.target is None else f"{found.target.normalize():f} kgCO₂e/(m²·a)"
    path = ""
    if row := found.against:  # the year's inventory compared with its path
        due = f"，目标路径{row.due}" if row.due else ""
        reason = "" if not row.is_missed else "，已说明原因" if row.reason else "，未说明原因"
        path = f"；碳排放清单核算{row.found.normalize():f} kgCO₂e/(m²·a){due}，{row.light.words}{reason}"
    if found.found is None:
        why = "截止日前没有接收碳排放核查报告，排放量无记录" if not figures.is_recorded_only else "无记录"
        return f"规划的碳排放强度控制目标{aim}；{figures.year}年度{why}{path}。"
    total, intensity = found.found.total, found.found.intensity
    said = "未填" if total is None else f"{fixed(total, grouped=True)} tCO₂e"
    per = "未查明" if intensity is None else f"{intensity} kgCO₂e/(m²·a)"
    return f"规划的碳排放强度控制目标{aim}；{figures.year}年度经核查的年碳排放总量{said}，单位建筑面积年碳排放量{per}{path}。"


def absent(figures: DistrictFigures, words: str) -> str:
    """Why a list is empty: the applicant does not use the portal, or nothing was entered by the day."""
    return NOT_WORKING if figures.is_recorded_only else f"截至{cn_date(figures.on)}{words}。"


def next_step(figures: DistrictFigures) -> str:
    """The next title and the number of obstacles."""
    step = figures.coming.step
    if figures.is_recorded_only:
        return NOT_WORKING
    if step is None:
        is_last = figures.held is not None and figures.held.kind == TitleKind.DEMONSTRATION
        return "已为示范城区，无下一阶段称号。" if is_last else "当日没有施行中的政策可供核对。"
    if not step.open:
        later = f"，另有{step.later}项待后续环节核对" if step.later else ""
        return f"下一阶段为申请{step.target}，截至{cn_date(figures.on)}已核对的条件均满足{later}。"
    unknown = sum(verdict.look == "no_data" for verdict in step.open)
    unmet = len(step.open) - unknown
    told = (f"{unmet}项条件未满足" if unmet else "", f"{unknown}项资料不足、无从判断" if unknown else "")
    return f"下一阶段为申请{step.target}，截至{cn_date(figures.on)}尚有{'，'.join(filter(None, told))}。"


def supervision(figures: DistrictFigures) -> str:
    """Inspections, findings and assessments of the year in a sentence."""
    found = figures.supervision
    open_findings = sum(row.state != InspectionFindingState.CLOSED for row in found.findings)
    late = sum(row.is_late for row in found.findings)
    results = "、".join(f"{row.what}{row.conclusion.label}（{cn_date(row.on)}）" for row in found.results)
    number = len(found.inspections)
    inspected = f"{figures.year}年监督检查{number}次" if number else f"平台没有{figures.year}年监督检查的记录"
    return (
        f"{inspected}，未销号问题{open_findings}个{f'，其中逾期{late}个' if late else ''}；"
        f"市级评估结论：{results or '无'}；未办结的评审意见{len(found.open_opinions)}条。"
    )


def points(value: Decimal) -> str:
    """Points with two decimals."""
    return fixed(value)


def moved(by: Decimal, against: str) -> str:
    """How far a score is above or below another, such as 比上年."""
    return f"{against}{'高' if by > 0 else '低'}{fixed(abs(by))}分" if by else f"与{against[1:]}相同"


def beside(chapter: ChapterFigures) -> str:
    """A chapter's score against last year's and the planning score; empty if there is neither."""
    now = chapter.obtained if chapter.bonus else chapter.score
    known = (("比上年", chapter.previous), ("比预期", chapter.planned))
    return "，".join(moved(now - value, against) for against, value in known if value is not None)


def clause(opinion: PanelOpinion) -> str:
    """Clause to which an opinion is tied."""
    return f"{opinion.item_id} {opinion.item_title}".strip()


def gates(figures: DistrictFigures) -> str:
    """Shares of 八（一） and 八（三） in a sentence; unknown ones grouped by reason."""
    known = [f"{gate.title}{gate.done}/{gate.of}（{gate.share}）" for gate in figures.land.gates if gate.done is not None]
    others: dict[tuple[str, str], list[str]] = {}
    for gate in figures.land.gates:
        if gate.done is None:
            others.setdefault((gate.share or "未查明", gate.note), []).append(gate.title)
    return "；".join([*known, *(f"{'、'.join(titles)}的比例{word}（{note}）" for (word, note), titles in others.items())])


def population(figures: DistrictFigures) -> str:
    """Planned population; 未查明 if unknown."""
    number = figures.district.population
    return "未查明" if number is None else f"{number:,}人"


def star(figures: DistrictFigures) -> str:
    """Star of the title held on the day."""
    if figures.held is None:
        return "无"
    return star_in_words(figures.held.star, figures.held.star_certainty) or "无记录"


def duties(figures: DistrictFigures) -> str:
    """What was owed on the year by state in a sentence, with the last day of what was not filed."""
    rows = figures.coming.duties
    if not rows:
        return absent(figures, f"平台没有{figures.year}年度应报事项的记录")
    states: dict[str, list[str]] = {}
    for row in rows:
        open_until = "" if row.met_on else f"（期限{cn_date(row.due)}）"
        states.setdefault(f"{row.state(figures.judged_on).label}{row.proposed}", []).append(f"{row.title}{open_until}")
    told = "；".join(f"{state}{len(titles)}项，为{'、'.join(titles)}" for state, titles in states.items())
    return f"{figures.year}年度应报{len(rows)}项：{told}。"


def late(figures: DistrictFigures) -> str:
    """Key projects and works behind schedule, by name; empty if there are none."""
    slips = dict.fromkeys(slip.name for slip in figures.land.slips)
    parts = (("晚于计划的近期重点项目", list(slips)), ("逾期未建成的市政设施", [work.name for work in figures.land.late_works]))
    return "".join(f"{title}：{listed(names)}。" for title, names in parts if names)


def listed(names: Sequence[str], most: int = 10) -> str:
    """Names; those beyond ``most`` are only counted."""
    return f"{'、'.join(names[:most])}{f'等{len(names)}项' if len(names) > most else ''}"


def open_opinions(figures: DistrictFigures) -> str:
    """Open opinions by clause with the responsible body; empty if there are none."""
    rows = figures.supervision.open_opinions
    return listed([f"{clause(row.opinion)}（{row.opinion.body}）" for row in rows])


def needs(figures: DistrictFigures) -> str:
    """Obstacles to the next title; empty if there are none."""
    step = figures.coming.step
    return "；".join(f"{row.title}（{row.cite}）要求{row.required}，现状{row.found or '未填'}" for row in (step.open if step else ()))
