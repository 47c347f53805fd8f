"""State machine of a post-evaluation (后评估, 八（二）): filed by the district, judged by the city.

Also here: Permissions on the sample and on a post-evaluation.
"""

from collections.abc import Iterable, Sequence

from assessments.common.lifecycle import OFFICER, checking, deciding, filing, unfounded
from assessments.post_evaluations.models import PostEvaluation, PostEvaluationState
from districts.file.rules import may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import Refusal
from greendistrict.policy.unconfirmed import not_confirmed
from greendistrict.workflow.machine import Machine, Question, State, Transition, reads


def draws(held: HeldPosts) -> bool:
    """Whether the user may draw samples: the secretariat."""
    return held.has(Role.SECRETARIAT)


def may_fill(held: HeldPosts, found: PostEvaluation) -> bool:
    """Whether the user may edit the report: preparer and consultant while it is a draft."""
    return found.status == PostEvaluationState.DRAFT and may_edit_district(held, found.district)


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Whether the user may add files: whoever may edit the report."""
    return isinstance(owner, PostEvaluation) and may_fill(held, owner)


ASPECTS = {"operation": "运营管理情况", "effect": "运营实效"}
CITE = "八（二）"


def _complete(question: Question) -> Iterable[Refusal]:
    for key, title in ASPECTS.items():
        if not str(question.obj.report.get(key, "")).strip():
            yield Refusal(f"“{title}”未填", field=key)


def _judged(question: Question) -> Iterable[Refusal]:
    if not question.typed:
        return
    judged = question.payload.get("judged", {})
    if missing := [title for key, title in ASPECTS.items() if judged.get(key, {}).get("holds") is None]:
        yield Refusal("还有方面没有核定", found="、".join(missing), cite=CITE)
    yield from unfounded(judged, ASPECTS)
    if not question.payload.get("opinion"):
        yield Refusal("请填写评估意见", field="opinion")


@reads("short", "open_criterion")
def _qualified(_question: Question, short: Sequence[str], open_criterion: str) -> Iterable[Refusal]:
    if short and not open_criterion:
        yield Refusal("两个方面均符合才能定为合格", required="市级确认的标准", found=f"{'、'.join(short)}不符合")


@reads("short", "open_criterion")
def _unqualified(_question: Question, short: Sequence[str], open_criterion: str) -> Iterable[Refusal]:
    if not short:
        yield Refusal("两个方面均符合的不能定为不合格")
    if open_criterion:
        yield not_confirmed(open_criterion, "定为不合格", "不按这一理解的，写明理由审定为合格")


POST_EVALUATION = Machine(
    name="post_evaluation",
    title="后评估",
    model="assessments.PostEvaluation",
    initial="draft",
    states=(
        State(PostEvaluationState.DRAFT, "填报中"),
        State(PostEvaluationState.SIGNING, "待签发", tone="info"),
        State(PostEvaluationState.FILED, "已报送，待评估", "已报送", "info"),
        State(PostEvaluationState.CHECKING, "待审核", "评估中", "info"),
        State(PostEvaluationState.DECIDING, "待审定", "评估中", "info"),
        State(PostEvaluationState.QUALIFIED, "合格", "合格", "success", final=True),
        State(PostEvaluationState.UNQUALIFIED, "不合格", "不合格", "danger", final=True),
    ),
    transitions=(
        *filing(complete=_complete, handed_up="送本单位审核人签发", signed="报市住房城乡建设管理委"),
        Transition(
            "propose",
            "拟定结论",
            ("filed",),
            "checking",
            (OFFICER,),
            (_judged,),
            tone="primary",
            page="assessments:post_judge",
        ),
        *checking(back="filed"),
        *deciding(good=_qualified, bad=_unqualified, failed="unqualified", consequence="计入市级评估结论；称号不因此变动"),
    ),
)
