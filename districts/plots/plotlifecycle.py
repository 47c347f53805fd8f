"""Plot control (七（二）) as data: a table of steps for each way land comes to its user. A state is the step in hand.

Guards are asked with ``plotfacts.control_facts``; lists pass no facts and stay cheap.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from districts.common.enums import Acquisition, ControlStep
from districts.land.landuse import is_industrial
from districts.plots import rules as plots_rules
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register

CITE, DESIGN_CITE, COMPLETION_CITE = "七（二）1", "七（二）2", "七（二）5"
RECORDER = Seat("recorder", "申报主体填报人或区级部门", plots_rules.records_plot)
HOUSING = Seat("housing", "被征询的住建部门", plots_rules.answers_conditions)
TONES = {ControlStep.PREPARE: "neutral", ControlStep.DONE: "success", ControlStep.SHORT: "danger"}


def _facts(question: Question) -> Mapping[str, Any]:
    return question.facts or {}


def has_requirements(question: Question) -> Iterable[Refusal]:
    """A reply names at least one indicator (七（二）1)."""
    if question.facts is not None and not _facts(question).get("required"):
        yield Refusal("请至少对一项绿色生态指标提出要求", rule="PLOT-INDICATORS", cite=CITE, remedy="填写指标要求后答复")


def opinions_in(question: Question) -> Iterable[Refusal]:
    """Departments that must be asked have answered, and none of those asked objects (七（二）2)."""
    facts = _facts(question)
    if waiting := facts.get("opinions_missing"):
        text = f"必询部门意见未齐：{'、'.join(waiting)}"
        yield Refusal(
            text,
            rule="PLOT-DESIGN",
            cite=DESIGN_CITE,
            required="必询部门均已答复",
            found=f"{len(waiting)}个未答复",
            remedy="征询并登记意见；逾期不视为同意",
        )
    if against := facts.get("opinions_against"):
        text = f"部门不同意：{'、'.join(against)}"
        yield Refusal(text, rule="PLOT-DESIGN", cite=DESIGN_CITE, remedy="修改方案后再次征询")


def designed_values(question: Question) -> Iterable[Refusal]:
    """Every required indicator has its designed value."""
    if missing := _facts(question).get("undesigned"):
        text = f"缺设计值：{'、'.join(missing)}"
        yield Refusal(text, rule="PLOT-DESIGN", cite=DESIGN_CITE, remedy="在指标表填写设计值")


def with_scheme(question: Question) -> Iterable[Refusal]:
    """Only industrial land granted together with its scheme skips the design review (七（二）2)."""
    control = question.obj
    if question.facts is not None and not (control.with_scheme and is_industrial(control.plot.land_use_code)):
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


def begun(question: Question) -> Iterable[Refusal]:
    """Construction has a beginning before it ends."""
    if question.facts is not None and not question.obj.plot.started_on:
        yield Refusal("请先登记开工日期", rule="PLOT-SITE", cite="七（二）4")


def not_begun(question: Question) -> Iterable[Refusal]:
    """A beginning is entered once."""
    if question.facts is not None and question.obj.plot.started_on:
        yield Refusal("已登记开工日期")


def built_values(question: Question) -> Iterable[Refusal]:
    """Every required indicator has its built value, and something is required at all."""
    facts = _facts(question)
    if question.facts is not None and not facts.get("required"):
        yield Refusal(
            "没有绿色生态指标要求，无从比较", rule="PLOT-COMPLETION", cite=COMPLETION_CITE, remedy="补登专业规划或征询提出的要求值"
        )
    if missing := facts.get("unbuilt"):
        text = f"缺建成值：{'、'.join(missing)}"
        yield Refusal(text, rule="PLOT-COMPLETION", cite=COMPLETION_CITE, remedy="按竣工验收报告填写建成值")


def nothing_short(question: Question) -> Iterable[Refusal]:
    """No built value is worse than required (七（二）5)."""
    for words in _facts(question).get("short", ()):
        yield Refusal(words, rule="PLOT-COMPLETION", cite=COMPLETION_CITE, remedy="整改后按实测值重新登记，或如实登记为不符合")


def something_short(question: Question) -> Iterable[Refusal]:
    """不符合 is found by comparison, not chosen."""
    if question.facts is not None and not _facts(question).get("short"):
        yield Refusal("建成值均不差于要求，应登记为符合", rule="PLOT-COMPLETION", cite=COMPLETION_CITE)


def _states(steps: tuple[str, ...], first: str) -> tuple[State, ...]:
    labels = {ControlStep.CONSULT: first}
    keys = (ControlStep.PREPARE, *steps, ControlStep.DONE, ControlStep.SHORT)
    return tuple(State(str(key), labels.get(key, str(key.label)), tone=TONES.get(key, "info")) for key in map(ControlStep, keys))


BUILDING = (ControlStep.DESIGN, ControlStep.DRAWINGS, ControlStep.SITE, ControlStep.COMPLETION)
STEPS: dict[str, tuple[str, ...]] = {
    Acquisition.GRANT: (ControlStep.CONSULT, ControlStep.CONTRACT, *BUILDING),
    Acquisition.ALLOCATION: (ControlStep.CONSULT, ControlStep.LAND_OPINION, ControlStep.ALLOCATE, *BUILDING),
    Acquisition.OWN: (ControlStep.CONSULT, ControlStep.LAND_OPINION, *BUILDING),
}
FIRST = {Acquisition.GRANT: "征询出让条件", Acquisition.ALLOCATION: "行政协助征询", Acquisition.OWN: "征询"}
TITLES = {Acquisition.GRANT: "地块管控（出让）", Acquisition.ALLOCATION: "地块管控（划拨）", Acquisition.OWN: "地块管控（自有土地）"}


def _land(table: str) -> tuple[Transition, ...]:
    """Steps between the reply and the design: contract, land opinion, allocation."""
    after = {step: STEPS[table][index + 1] for index, step in enumerate(STEPS[table][:-1])}
    words = {
        ControlStep.CONTRACT: ("contract", "登记出让合同", "指标要求已纳入土地出让合同；合同日期即取得日期"),
        ControlStep.LAND_OPINION: ("land_opinion", "登记规划土地意见书", ""),
        ControlStep.ALLOCATE: ("allocate", "登记划拨", "划拨决定日期即取得日期"),
    }
    return tuple(
        Transition(action, label, (step,), after[step], (RECORDER,), message=message, tone="primary")
        for step, (action, label, message) in words.items()
        if step in STEPS[table]
    )


def _building(table: str) -> tuple[Transition, ...]:
    """From the design to the completion, the same for all tables."""
    exempt = Transition(
        "exempt_design",
        "免方案审核",
        ("design",),
        "drawings",
        (RECORDER,),
        (with_scheme,),
        reason_required=True,
        message="工业园区内带方案出让的工业项目，理由记入流转记录",
    )
    return (
        Transition("pass_design", "登记方案审核通过", ("design",), "drawings", (RECORDER,), (opinions_in, designed_values), tone="primary"),
        *((exempt,) if table == Acquisition.GRANT else ()),
        Transition("pass_drawings", "登记施工图审查通过", ("drawings",), "site", (RECORDER,), tone="primary"),
        Transition("begin", "登记开工", ("site",), "site", (RECORDER,), (not_begun,), tone="primary"),
        Transition("finish", "登记完工，进入竣工验收", ("site",), "completion", (RECORDER,), (begun,), tone="primary"),
        Transition("complete", "登记竣工验收（符合）", ("completion",), "done", (RECORDER,), (built_values, nothing_short), tone="primary",
                   message="计入完成建设的地块", confirm=True),
        Transition("complete_short", "登记竣工验收（不符合）", ("completion",), "short", (RECORDER,), (built_values, something_short),
                   tone="danger", message="列入短板清单，不计入完成建设的地块"),
        Transition("correct", "整改后登记为符合", ("short",), "done", (RECORDER,), (built_values, nothing_short), tone="primary",
                   reason_required=True, message="写明整改措施；按整改后的实测值比较"),
    )  # fmt: skip


def _back(table: str) -> tuple[Transition, ...]:
    """A step entered by mistake is taken back with its reason; the log keeps both."""
    steps = STEPS[table]
    pairs = {step: (ControlStep.PREPARE if steps[index - 1] == ControlStep.CONSULT else steps[index - 1]) for index, step in
             enumerate(steps) if index}  # fmt: skip
    pairs |= {ControlStep.DONE: ControlStep.COMPLETION, ControlStep.SHORT: ControlStep.COMPLETION}
    return tuple(
        Transition("step_back", "退回上一步（登记有误）", (str(step),), str(before), (RECORDER,), reason_required=True, tone="link")
        for step, before in pairs.items()
    )


def _table(table: str) -> Machine:
    steps = STEPS[table]
    asking = (
        Transition("ask", f"发起{FIRST[Acquisition(table)]}", ("prepare",), "consult", (RECORDER,), tone="primary",
                   message="送同级住建部门工作台，逾期只提醒"),
        Transition("recall", "撤回征询", ("consult",), "prepare", (RECORDER,), reason_required=True),
        Transition("reply", "答复指标要求", ("consult",), str(steps[1]), (HOUSING,), (has_requirements,), tone="primary"),
    )  # fmt: skip
    return register(
        Machine(
            name=f"plot_{table}",
            title=TITLES[Acquisition(table)],
            model="districts.PlotControl",
            initial="prepare",
            states=_states(steps, FIRST[Acquisition(table)]),
            transitions=(*asking, *_land(table), *_building(table), *_back(table)),
        )
    )


TABLES: dict[str, Machine] = {table: _table(table) for table in (Acquisition.GRANT, Acquisition.ALLOCATION, Acquisition.OWN)}
