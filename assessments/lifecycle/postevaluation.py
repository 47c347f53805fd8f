"""Life of an evaluation after acceptance (八（二）): operation and effect, told by the district, judged by the city."""

from collections.abc import Iterable

from assessments.rules import postevaluations as rules
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Machine, Question, Seat, State, Transition
from greendistrict.workflow.registry import register

PREPARER = Seat("preparer", "申报主体填报人", rules.prepares)
SIGNER = Seat("signer", "申报主体审核人（与送审人不是同一人）", rules.signs)
REVIEWER = Seat("reviewer", "申报主体审核人", rules.recalls)
OFFICER = Seat("officer", "市级经办", rules.is_officer)
CHECKER = Seat("checker", "市级审核（与拟定人不是同一人）", rules.checks)
DIRECTOR = Seat("director", "市级审定（与拟定人不是同一人）", rules.decides)
ASPECTS = {"operation": "运营管理情况", "effect": "运营实效"}
CITE = "八（二）"


def _complete(question: Question) -> Iterable[Refusal]:
    for key, title in ASPECTS.items():
        if not str(question.obj.report.get(key, "")).strip():
            yield Refusal(f"“{title}”未填", field=key, cite=CITE)


def _judged(question: Question) -> Iterable[Refusal]:
    if question.facts is None:
        return
    missing = [title for key, title in ASPECTS.items() if question.obj.judged.get(key, {}).get("holds") is None]
    if missing:
        yield Refusal("还有方面没有核定", found="、".join(missing), cite=CITE)
    if not question.obj.opinion.strip():
        yield Refusal("请填写评估意见", field="opinion")


def _short(question: Question) -> list[str]:
    return [title for key, title in ASPECTS.items() if question.obj.judged.get(key, {}).get("holds") is not True]


def _qualified(question: Question) -> Iterable[Refusal]:
    if short := _short(question):
        yield Refusal("两个方面均符合才能定为合格", found=f"{'、'.join(short)}不符合", cite=CITE)


def _unqualified(question: Question) -> Iterable[Refusal]:
    if not _short(question):
        yield Refusal("两个方面均符合，不能定为不合格", cite=CITE)


POST_EVALUATION = register(
    Machine(
        name="post_evaluation",
        title="后评估",
        model="assessments.PostEvaluation",
        initial="draft",
        states=(
            State("draft", "填报中"),
            State("signing", "待签发", tone="info"),
            State("filed", "已报送，待评估", "已报送", "info"),
            State("checking", "待审核", "评估中", "info"),
            State("deciding", "待审定", "评估中", "info"),
            State("qualified", "合格", "合格", "success", final=True),
            State("unqualified", "不合格", "不合格", "danger", final=True),
        ),
        transitions=(
            Transition(
                "hand_up",
                "提交审核",
                ("draft",),
                "signing",
                (PREPARER,),
                (_complete,),
                "送本单位审核人签发",
                "申报主体审核人",
                tone="primary",
            ),
            Transition("take_back", "撤回送审", ("signing",), "draft", (PREPARER,), message="撤回后可以继续修改"),
            Transition("send_back", "退回填报", ("signing",), "draft", (SIGNER,), told="填报人", reason_required=True),
            Transition(
                "sign",
                "签发并报送",
                ("signing",),
                "filed",
                (SIGNER,),
                (_complete,),
                "报市住房城乡建设管理委",
                "市级经办",
                confirm=True,
                tone="primary",
            ),
            Transition("recall", "撤回报送", ("filed",), "draft", (REVIEWER,), told="市级经办", reason_required=True),
            Transition("return", "退回补充", ("filed",), "draft", (OFFICER,), told="申报主体", reason_required=True, tone="danger"),
            Transition(
                "propose",
                "拟定结论",
                ("filed",),
                "checking",
                (OFFICER,),
                (_judged,),
                told="市级审核",
                tone="primary",
                page="assessments:post_judge",
            ),
            Transition("check", "审核同意", ("checking",), "deciding", (CHECKER,), told="市级审定", tone="primary"),
            Transition("check_back", "退回经办", ("checking",), "filed", (CHECKER,), told="市级经办", reason_required=True),
            Transition("decide_back", "退回重拟", ("deciding",), "filed", (DIRECTOR,), told="市级经办", reason_required=True),
            Transition(
                "qualify",
                "审定为合格",
                ("deciding",),
                "qualified",
                (DIRECTOR,),
                (_qualified,),
                told="申报主体、区专门机构、市级经办",
                confirm=True,
                tone="primary",
            ),
            Transition(
                "disqualify",
                "审定为不合格",
                ("deciding",),
                "unqualified",
                (DIRECTOR,),
                (_unqualified,),
                message="计入市级评估结论；称号不因此变动",
                told="申报主体、区专门机构、市级经办",
                confirm=True,
                tone="danger",
            ),
        ),
    )
)
