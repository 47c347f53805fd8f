"""State machines of the stage assessment and of the opinions of its panel."""

from collections.abc import Iterable, Sequence

from django.urls import reverse

from assessments.common.lifecycle import OFFICER, PREPARER, REVIEWER, checking, deciding, filing, unfounded
from assessments.common.mechanism import REQUIRED
from assessments.opinions.lifecycle import ENDED, opinion_machine
from assessments.stage_assessments import rules
from assessments.stage_assessments.models import StageOpinion, StageState
from assessments.stage_assessments.outcome import results
from greendistrict.core.errors import Refusal
from greendistrict.policy.unconfirmed import not_confirmed
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition, reads

# State machine of an opinion of a stage assessment.

STAGE_OPINION = opinion_machine(
    "stage_opinion",
    "阶段评估意见条目",
    StageOpinion,
    ended=ENDED,
    over="整改未通过，评审意见不再办理",
    closing="须修改的意见全部销号后整改才能复核通过",
)


# State machine of a stage assessment (八（二）): filed by the district, reviewed by a panel, concluded, rectified if failed.

SECRETARY = Seat("secretariat", "评审秘书", rules.is_secretary)
EXTENDER = Seat("city_director", "市级审定（与拟定人不是同一人）", rules.extends)


@reads("blocking")
def _complete(_question: Question, blocking: Iterable[str]) -> Iterable[Refusal]:
    for text in blocking:
        yield Refusal(str(text), rule="STAGE-ASSESSMENT")


def _judged(question: Question) -> Iterable[Refusal]:
    if not question.typed:
        return
    judged = question.payload.get("judged", {})
    if missing := [one.title for one in REQUIRED if judged.get(one.key, {}).get("holds") is None]:
        yield Refusal("还有管理机制没有核定", found="、".join(missing), remedy="逐项核定是否已建立", cite="七（三）1")
    yield from unfounded(judged, {one.key: one.title for one in REQUIRED})
    if not question.payload.get("opinion"):
        yield Refusal("请填写评估意见", field="opinion")


@reads("qualified", "short", "open_criteria")
def _qualified(_question: Question, qualified: object, short: Iterable[str], open_criteria: Sequence[str]) -> Iterable[Refusal]:
    if short and not qualified and not open_criteria:
        yield Refusal("判定规则的结果是不合格，不能定为合格", required="各方面均符合", found=f"{'、'.join(short)}不符合")


@reads("qualified", "short", "open_criteria")
def _unqualified(_question: Question, qualified: object, short: Iterable[str], open_criteria: Sequence[str]) -> Iterable[Refusal]:
    if qualified:
        yield Refusal("判定规则的结果是合格，不能定为不合格", found="各方面均符合")
    elif not short:
        remedy = "补充资料后退回重拟，或者写明理由审定为合格"
        yield Refusal("没有判定为不符合的方面，不能仅因资料不足定为不合格", found=results(_question.obj), remedy=remedy)
    for key in open_criteria:
        otherwise = "参数有改动的退回重拟；不按这一标准的，写明理由审定为合格"
        yield not_confirmed(key, "定为不合格", otherwise, "未经市级确认，或者拟定以后已有改动")


@reads("overdue")
def _not_extended(question: Question, overdue: object) -> Iterable[Refusal]:
    if question.obj.extended:
        yield Refusal("整改期限已延期一次，不能再延")
    if question.obj.extension_asked:
        yield Refusal("延期申请已提出，等候审定")
    if overdue:
        yield Refusal("整改期限已过，延期应在期限届满前申请", found=str(overdue))


def _extension_asked(question: Question) -> Iterable[Refusal]:
    if not question.obj.extension_asked:
        yield Refusal("没有待审定的延期申请")


def _mended(question: Question) -> Iterable[Refusal]:
    if not question.obj.rectification.strip():
        yield Refusal("尚无整改报告", remedy="填写整改报告", field="rectification")


@reads("unreplied")
def _musts_replied(question: Question, left: Sequence[str]) -> Iterable[Refusal]:
    if left:
        yield _opinions(question, left, "没有答复", "责任单位或申报主体逐条答复")


@reads("opinions")
def _musts_closed(question: Question, left: Sequence[str]) -> Iterable[Refusal]:
    if left:
        yield _opinions(question, left, "没有销号", "经办或评审秘书逐条复核后销号，或退回继续整改")


def _opinions(question: Question, left: Sequence[str], lacking: str, remedy: str) -> Refusal:
    return Refusal(
        f"还有{len(left)}条须修改的评审意见{lacking}：{'；'.join(left)}",
        found=f"{len(left)}条{lacking}",
        remedy=remedy,
        href=reverse("assessments:stage_opinions", args=[question.obj.pk]),
    )


@reads("overdue", "open_terms")
def _past_due(_question: Question, overdue: object, open_terms: Sequence[str]) -> Iterable[Refusal]:
    if not overdue:
        yield Refusal("整改期限尚未届满")
    for key in open_terms:
        yield not_confirmed(key, "认定整改未通过")


STATES = (
    State(StageState.DRAFT, "填报中"),
    State(StageState.SIGNING, "待签发", tone="info"),
    State(StageState.FILED, "已报送，待组织评估", "已报送", "info"),
    State(StageState.REVIEWING, "专家评估", "评估中", "info"),
    State(StageState.JUDGING, "待拟定结论", "评估中", "info"),
    State(StageState.CHECKING, "待审核", "评估中", "info"),
    State(StageState.DECIDING, "待审定", "评估中", "info"),
    State(StageState.QUALIFIED, "合格", "合格", "success", final=True),
    State(StageState.RECTIFYING, "不合格，整改中", "整改中", "warning"),
    State(StageState.RECHECKING, "整改复核", "整改中", "info"),
    State(StageState.MENDED, "不合格，已完成整改", "已完成整改", "neutral", final=True),
    State(StageState.UNMENDED, "不合格，整改未通过", "整改未通过", "danger", final=True),
)

FILING = filing(
    complete=_complete,
    handed_up="送本单位审核人签发，期间不能修改",
    signed="冻结这一版，报市住房城乡建设管理委",
    recalled="组织评估前可以撤回",
)

JUDGING = (
    Transition(
        "open_review",
        "组织专家评估",
        ("filed",),
        "reviewing",
        (OFFICER, SECRETARY),
        message="锁定评估材料，开始抽取专家",
        confirm=True,
        tone="primary",
    ),
    Transition("review_concluded", "专家评估有结论", ("reviewing",), "judging", (), by_system=True, message="按评审会的结论自动转入"),
    Transition(
        "propose",
        "拟定结论",
        ("judging",),
        "checking",
        (OFFICER,),
        (_judged,),
        "按判定规则得出结论，送审核",
        tone="primary",
        page="assessments:stage_judge",
    ),
    *checking(back="judging"),
    *deciding(good=_qualified, bad=_unqualified, failed="rectifying", consequence="责令整改，起算整改期限"),
)

MENDING = (
    Transition(
        "ask_extension",
        "申请整改延期",
        ("rectifying",),
        "rectifying",
        (PREPARER, REVIEWER),
        (_not_extended,),
        reason_required=True,
        message="期限届满前可以申请延期一次",
    ),
    Transition(
        "extend",
        "同意延期",
        ("rectifying",),
        "rectifying",
        (EXTENDER,),
        (_extension_asked,),
        tone="primary",
    ),
    Transition(
        "refuse_extension",
        "不同意延期",
        ("rectifying",),
        "rectifying",
        (EXTENDER,),
        (_extension_asked,),
        reason_required=True,
    ),
    Transition(
        "report_mended",
        "报送整改报告",
        ("rectifying",),
        "rechecking",
        (REVIEWER,),
        (_mended, _musts_replied),
        confirm=True,
        tone="primary",
    ),
    Transition(
        "recheck_pass",
        "复核通过",
        ("rechecking",),
        "mended",
        (OFFICER,),
        (_musts_closed,),
        confirm=True,
        tone="primary",
        reason_required=True,
        message="须修改的评审意见全部销号、整改完成；复核不是新的评估，结论仍为不合格",
    ),
    Transition(
        "recheck_return",
        "退回继续整改",
        ("rechecking",),
        "rectifying",
        (OFFICER,),
        reason_required=True,
        message="整改期限不变",
    ),
    Transition(
        "close_unmended",
        "整改未通过",
        ("rectifying", "rechecking"),
        "unmended",
        (OFFICER,),
        (_past_due,),
        reason_required=True,
        confirm=True,
        tone="danger",
        message="期限届满仍未完成整改",
    ),
)

STAGE_ASSESSMENT = Machine(
    name="stage_assessment",
    title="阶段评估",
    model="assessments.StageAssessment",
    initial="draft",
    states=STATES,
    transitions=(*FILING, *JUDGING, *MENDING),
)
