"""State machines of plot control (七（二）), one per way of land supply; each state is the current step.

Guards read the facts ``values`` and ``opinions`` of ``districts.plots`` and the typed values; lists pass no facts.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from districts.common.enums import Acquisition, ControlStep
from districts.land.green_indicators import WrongIndicatorValue, indicators, parse
from districts.land.land_use import is_industrial
from districts.plots import rules as plots_rules
from districts.plots.guards import (
    BACKFILLER,
    CHECKS,
    OPINIONS,
    VALUES,
    apart,
    design_suffices,
    last_day,
    office_of,
    page_at,
    proven,
)
from districts.plots.models import SupplierLevel
from greendistrict.accounts.departments import missing_words
from greendistrict.accounts.enums import Department
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Guard, Machine, Question, Seat, State, Transition, reads

CITE, DESIGN_CITE, COMPLETION_CITE = "七（二）1", "七（二）2", "七（二）5"
ASKER = Seat("asker", "发起征询的单位", plots_rules.asked_it)
ON_PAPER = Seat("on_paper", "申报主体填报人（补录；被征询单位没有账号时）", plots_rules.replies_on_paper)
HOUSING = Seat("housing", "被征询的住建部门", plots_rules.answers_conditions)
TONES = {ControlStep.PREPARE: "neutral", ControlStep.DONE: "success", ControlStep.SHORT: "danger"}


NUMBERED = {"contract": "合同编号", "land_opinion": "规划土地意见书文号", "allocate": "划拨决定书文号", "complete": "竣工验收报告编号",
            "complete_short": "竣工验收报告编号", "correct": "复验报告编号"}  # fmt: skip
EXEMPTED = "免方案审核"
RESUME, RESUME_BACK = "resume", "resume_back"
DATED = (*NUMBERED, "pass_design", "pass_drawings", "begin", "finish", "exempt_design")


def in_words(day: str) -> str:
    """2026-03-01 as 2026年3月1日; empty for an empty text."""
    if not day:
        return ""
    year, month, date = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{date}日"


def dated(question: Question) -> Iterable[Refusal]:
    """Guard: the day of the step is not in the future and not before the previous step."""
    if not question.typed:
        return
    day = question.payload.get("on")
    last = last_day(question.obj.steps)
    if day is None:
        yield Refusal("请填写日期", field="on")
    elif day > question.today:
        yield Refusal("日期不能晚于今天", field="on")
    elif last is not None and day < last:
        yield Refusal(f"日期不能早于上一步（{in_words(last.isoformat())}）", field="on")


def numbered(words: str) -> Guard:
    """Guard: the step has a document number."""

    def guard(question: Question) -> Iterable[Refusal]:
        if question.typed and not question.payload.get("number", "").strip():
            yield Refusal(f"请填写{words}", field="number")

    guard.__name__ = "numbered"
    return guard


@reads("bodies")
def same_level(question: Question, bodies: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: the body asked is a 住建 body of the land supplier's level (七（二）1)."""
    level, asked = question.payload.get("level", ""), question.payload.get("organisation")
    if not bodies.get(SupplierLevel.DISTRICT) and level != SupplierLevel.CITY:
        yield Refusal(missing_words(Department.HOUSING), cite=CITE, field="organisation")
    elif question.typed and asked not in bodies.get(level, ()):
        text = f"{SupplierLevel(level).label if level in SupplierLevel.values else '供地层级未选'}，应征询同级住建部门"
        rule = "PLOT-CONSULT-GRANTED" if question.obj.table == Acquisition.GRANT else "PLOT-CONSULT-ALLOCATED"
        # Of land that is granted the clause says 同级; of other land that is the portal's reading.
        yield Refusal(text, rule=rule, cite="" if rule == "PLOT-CONSULT-ALLOCATED" else CITE, field="organisation")


@reads()
def not_got_outside(question: Question) -> Iterable[Refusal]:
    """Guard: the land was not acquired outside the portal; requirements must be asked before acquisition (七（二）1)."""
    if question.obj.plot.acquired_on:
        yield Refusal("取得日期已直接登记，不能再从征询办起", remedy="有补录说明的接续办理；登记有误的清空取得日期后征询")


@reads("values")
def got_with_proof(question: Question, values: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: the acquisition outside the portal has reason and proof (补录说明), and the requirements on the building are known."""
    plot = question.obj.plot
    if not (plot.acquired_on and plot.backfill_id):
        yield Refusal(
            "没有补录的取得",
            required="取得日期和补录说明",
            remedy="登记补录说明后接续办理，没有取得的从征询办起",
            href=reverse("districts:plot_backfill", kwargs={"code": plot.district.code}),
        )
    if not values.get("required"):
        yield Refusal("没有绿色生态指标要求", rule="PLOT-INDICATORS", cite=CITE, remedy="在指标表填写专业规划提出的要求值",
                      href=page_at(question.obj, VALUES))  # fmt: skip


@reads()
def resumed(question: Question) -> Iterable[Refusal]:
    """Guard: the table was entered at the design review."""
    if RESUME not in question.obj.steps:
        yield Refusal("没有接续办理的登记")


@reads()
def not_resumed(question: Question) -> Iterable[Refusal]:
    """Guard: the table was passed from its first step; a backfilled plot has no earlier step to go back to."""
    if RESUME in question.obj.steps:
        yield Refusal("征询和取得是补录的，没有可退回的步骤", remedy="登记有误的撤回接续办理")


def required_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Typed requirements of a reply by indicator key."""
    return {key: values.get(f"{key}-required") or "" for key in indicators()}


def right_values(question: Question) -> Iterable[Refusal]:
    """Guard: every requirement of a reply is a valid value of its indicator."""
    for key, typed in required_of(question.payload).items():
        known = indicators()[key]
        try:
            parse(known, typed)
        except WrongIndicatorValue as wrong:
            yield Refusal(f"{known.name}的要求值：{wrong}", field=f"{key}-required")


def has_requirements(question: Question) -> Iterable[Refusal]:
    """Guard: a reply states at least one requirement (七（二）1)."""
    if question.typed and not any(text.strip() for text in required_of(question.payload).values()):
        yield Refusal("请至少对一项绿色生态指标提出要求", rule="PLOT-INDICATORS", cite=CITE, remedy="填写指标要求后答复")


@reads("opinions")
def opinions_in(question: Question, opinions: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: all required departments have answered, and no asked department objects (七（二）2)."""
    if waiting := opinions.get("opinions_missing"):
        text = f"必询部门意见未齐：{'、'.join(waiting)}"
        yield Refusal(
            text,
            rule="PLOT-DESIGN",
            required="必询部门均已答复",
            found=f"{len(waiting)}个未答复",
            remedy="征询并登记意见；逾期不视为同意",
            href=page_at(question.obj, OPINIONS),
        )
    if against := opinions.get("opinions_against"):
        text = f"部门不同意：{'、'.join(against)}"
        yield Refusal(text, rule="PLOT-DESIGN", remedy="修改方案后再次征询", href=page_at(question.obj, OPINIONS))


@reads("values")
def designed_values(question: Question, values: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: every required indicator has a designed value."""
    if missing := values.get("undesigned"):
        text = f"缺设计值：{'、'.join(missing)}"
        yield Refusal(text, rule="PLOT-DESIGN", cite=DESIGN_CITE, remedy="在指标表填写设计值", href=page_at(question.obj, VALUES))


@reads()
def with_scheme(question: Question) -> Iterable[Refusal]:
    """Guard: only industrial land granted together with its scheme skips the design review (七（二）2)."""
    control = question.obj
    if not (control.with_scheme and is_industrial(control.plot.land_use_code)):
        text = "只有工业园区内带方案出让的工业项目免方案审核"
        found = f"{control.plot.land_use or '用地性质未填'}，{'登记' if control.with_scheme else '没有登记'}为带方案出让"
        yield Refusal(
            text,
            rule="PLOT-DESIGN",
            cite=DESIGN_CITE,
            required="工业用地（1001）且登记为带方案出让",
            found=found,
            remedy="按方案审核办理",
        )


@reads()
def begun(question: Question) -> Iterable[Refusal]:
    """Guard: construction has begun."""
    if not question.obj.plot.started_on:
        yield Refusal("请先登记开工日期", rule="PLOT-SITE")


@reads()
def not_begun(question: Question) -> Iterable[Refusal]:
    """Guard: construction has not begun."""
    if question.obj.plot.started_on:
        yield Refusal("已登记开工日期")


@reads("values")
def built_values(question: Question, values: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: there are requirements, and every required indicator has a built value."""
    if not values.get("required"):
        yield Refusal(
            "没有绿色生态指标要求，无从比较",
            rule="PLOT-COMPLETION",
            cite=COMPLETION_CITE,
            remedy="补登专业规划或征询提出的要求值",
            href=page_at(question.obj, VALUES),
        )
    if missing := values.get("unbuilt"):
        text = f"缺建成值：{'、'.join(missing)}"
        page = page_at(question.obj, VALUES)
        yield Refusal(text, rule="PLOT-COMPLETION", cite=COMPLETION_CITE, remedy="按竣工验收报告填写建成值", href=page)


@reads("values")
def nothing_short(question: Question, values: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: no built value is worse than required, and no department's newest result at completion is 不符合 (七（二）5)."""
    otherwise = "" if question.obj.status == ControlStep.SHORT else "，或如实登记为不符合"
    for words in values.get("short", ()):
        page, remedy = page_at(question.obj, VALUES), f"整改后填写实测的建成值{otherwise}"
        yield Refusal(words, rule="PLOT-COMPLETION", cite=COMPLETION_CITE, remedy=remedy, href=page)
    if against := values.get("objecting"):
        text = f"竣工验收环节的部门审查不符合：{'、'.join(against)}"
        page, remedy = page_at(question.obj, CHECKS), f"整改后登记该部门的再次审查{otherwise}"
        yield Refusal(text, rule="PLOT-COMPLETION", cite=COMPLETION_CITE, remedy=remedy, href=page)


@reads("values")
def something_short(_question: Question, values: Mapping[str, Any]) -> Iterable[Refusal]:
    """Guard: a built value is worse than required, or a department found 不符合; the result is then 不符合."""
    if not values.get("short") and not values.get("objecting"):
        yield Refusal("建成值均不差于要求，部门审查没有不符合，应登记为符合", rule="PLOT-COMPLETION")


def _states(steps: tuple[str, ...], first: str) -> tuple[State, ...]:
    labels = {ControlStep.CONSULT: first}
    keys = (ControlStep.PREPARE, *steps, ControlStep.DONE, ControlStep.SHORT)
    return tuple(State(key, labels.get(key, ""), tone=TONES.get(key, "info")) for key in map(ControlStep, keys))


BUILDING = (ControlStep.DESIGN, ControlStep.DRAWINGS, ControlStep.SITE, ControlStep.COMPLETION)
STEPS: dict[str, tuple[str, ...]] = {
    Acquisition.GRANT: (ControlStep.CONSULT, ControlStep.CONTRACT, *BUILDING),
    Acquisition.ALLOCATION: (ControlStep.CONSULT, ControlStep.LAND_OPINION, ControlStep.ALLOCATE, *BUILDING),
    Acquisition.OWN: (ControlStep.CONSULT, ControlStep.LAND_OPINION, *BUILDING),
}
FIRST = {Acquisition.GRANT: "征询出让条件", Acquisition.ALLOCATION: "行政协助征询", Acquisition.OWN: "征询"}
GOT_BY = (Acquisition.GRANT, Acquisition.ALLOCATION)  # own land has no day of acquisition
TITLES = {Acquisition.GRANT: "地块管控（出让）", Acquisition.ALLOCATION: "地块管控（划拨）", Acquisition.OWN: "地块管控（自有土地）"}


def _land(table: str) -> tuple[Transition, ...]:
    """Transitions between reply and design: contract, land opinion, allocation."""
    after = {step: STEPS[table][index + 1] for index, step in enumerate(STEPS[table][:-1])}
    words = {
        ControlStep.CONTRACT: ("contract", "登记出让合同", "指标要求已纳入土地出让合同；合同日期即取得日期"),
        ControlStep.LAND_OPINION: ("land_opinion", "登记规划土地意见书", ""),
        ControlStep.ALLOCATE: ("allocate", "登记划拨", "划拨决定日期即取得日期"),
    }
    return tuple(
        _recorded(action, label, str(step), str(after[step]), message=message)
        for step, (action, label, message) in words.items()
        if step in STEPS[table]
    )


def _recorded(action: str, label: str, source: str, target: str, *guards: Guard, tone: str = "primary", **more: Any) -> Transition:
    """Transition of a step taken outside the portal by its office: its day, and the number and file of its paper if it has one."""
    kept = (dated, numbered(NUMBERED[action])) if action in NUMBERED else (dated,)
    every = (*kept, apart(action, label), *guards, proven(action))
    return Transition(action, label, (source,), target, (office_of(action), BACKFILLER), every, tone=tone, **more)


def _building(table: str) -> tuple[Transition, ...]:
    """Transitions from design to completion, common to all tables."""
    exempt = Transition(
        "exempt_design",
        EXEMPTED,
        ("design",),
        "drawings",
        (office_of("exempt_design"), BACKFILLER),
        (dated, apart("exempt_design", EXEMPTED), with_scheme, proven("exempt_design")),
        reason_required=True,
        message="工业园区内带方案出让的工业项目，理由记入流转记录",
    )
    return (
        _recorded("pass_design", "登记方案审核通过", "design", "drawings", opinions_in, designed_values, design_suffices),
        *((exempt,) if table == Acquisition.GRANT else ()),
        _recorded("pass_drawings", "登记施工图审查通过", "drawings", "site"),
        _recorded("begin", "登记开工", "site", "site", not_begun),
        _recorded("finish", "登记完工，进入竣工验收", "site", "completion", begun),
        _recorded("complete", "登记竣工验收（符合）", "completion", "done", built_values, nothing_short, message="计入完成建设的地块"),
        _recorded("complete_short", "登记竣工验收（不符合）", "completion", "short", built_values, something_short,
                  tone="danger", message="列入短板清单，不计入完成建设的地块"),
        _recorded("correct", "整改后登记为符合", "short", "done", built_values, nothing_short,
                  reason_required=True, message="写明整改措施；按整改后的实测值比较"),
    )  # fmt: skip


def _taker(table: str, state: str) -> Seat:
    """Seat of those whose body recorded what led to a state; nobody else takes it back."""
    actions = {move.action for move in (*_land(table), *_building(table)) if move.target == state} or {"reply"}
    return Seat("taker", "登记上一步的单位", lambda held, control: plots_rules.took_step(held, control, actions))


ASKED = Seat("asked", "发起征询的单位", lambda held, control: plots_rules.took_step(held, control, {"ask"}))


def _back(table: str) -> tuple[Transition, ...]:
    """Transition that undoes a step entered by mistake; needs a reason."""
    steps = STEPS[table]
    pairs = {step: (ControlStep.PREPARE if steps[index - 1] == ControlStep.CONSULT else steps[index - 1]) for index, step in
             enumerate(steps) if index}  # fmt: skip
    pairs |= {ControlStep.DONE: ControlStep.COMPLETION, ControlStep.SHORT: ControlStep.COMPLETION}
    got = table in GOT_BY
    return tuple(
        Transition(
            "step_back",
            "退回上一步（登记有误）",
            (str(step),),
            str(before),
            (_taker(table, str(step)), *((ASKED,) if before == ControlStep.PREPARE else ())),
            (not_resumed,) if got and step == ControlStep.DESIGN else (),
            reason_required=True,
            tone="link",
        )
        for step, before in pairs.items()
    )


OPENERS = (office_of("resume"), BACKFILLER)  # the 补录说明 behind it has reason and file already


def _resuming(table: str) -> tuple[Transition, ...]:
    """Transition for land acquired before the portal, with reason and proof: the table is entered at the design review."""
    if table not in GOT_BY:
        return ()
    return (
        Transition(RESUME, "接续办理（取得已补录）", ("prepare",), "design", OPENERS, (got_with_proof,), tone="primary",
                   message="征询和取得以补录说明为准，从方案审核起逐步办理"),
        Transition(RESUME_BACK, "撤回接续办理（登记有误）", ("design",), "prepare", OPENERS, (resumed,),
                   reason_required=True, tone="link"),
    )  # fmt: skip


def _table(table: str) -> Machine:
    steps = STEPS[table]
    asking = (
        Transition("ask", f"发起{FIRST[Acquisition(table)]}", ("prepare",), "consult", (office_of("ask"), BACKFILLER),
                   (not_got_outside, same_level, dated, proven("ask")), tone="primary", message="送同级住建部门工作台，逾期只提醒"),
        Transition("recall", "撤回征询", ("consult",), "prepare", (ASKER,), reason_required=True),
        Transition("reply", "答复指标要求", ("consult",), str(steps[1]), (HOUSING, ON_PAPER),
                   (right_values, has_requirements, dated, proven("reply", HOUSING)),
                   tone="primary"),
    )  # fmt: skip
    return Machine(
        name=f"plot_{table}",
        title=TITLES[Acquisition(table)],
        model="districts.PlotControl",
        initial="prepare",
        states=_states(steps, FIRST[Acquisition(table)]),
        transitions=(*asking, *_resuming(table), *_land(table), *_building(table), *_back(table)),
    )


TABLES: dict[str, Machine] = {table: _table(table) for table in (Acquisition.GRANT, Acquisition.ALLOCATION, Acquisition.OWN)}
