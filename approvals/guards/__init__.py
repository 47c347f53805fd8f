"""What stands against a step. Guards read the locked case and the facts handed down; without facts (lists) they hold nothing against it.

Facts are those of ``approvals.facts.case_facts``. A fact that a step needs and nobody handed down refuses the step.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse

from approvals.models import Case
from assessments.enums import Conclusion
from greendistrict.core.errors import Refusal
from greendistrict.policy import engine, parameters
from greendistrict.policy.enums import Step
from greendistrict.workflow.machine import Guard, Question

CLAUSE = "八（一）"
MOST_SHOWN = 3  # a table has a hundred rows; the table itself lists every one
NOT_ASKED = Refusal("还没有核对办理条件，请刷新后再办")
OUT_OF_POLICY = "out_of_policy"  # refusals of a day that no policy covers, in place of the facts
CHECKING = "审核"  # the link of the chain between 经办 and 审定
PASSED = frozenset({Conclusion.PASSED, Conclusion.PASSED_AFTER})


def handed(*names: str) -> Callable[[Callable[..., Iterable[Refusal]]], Guard]:
    """Make a guard of a function that takes the question and the named facts."""

    def make(test: Callable[..., Iterable[Refusal]]) -> Guard:
        def guard(question: Question) -> Iterable[Refusal]:
            if question.facts is None:
                return ()
            if any(name not in question.facts for name in names):
                return tuple(question.facts.get(OUT_OF_POLICY, (NOT_ASKED,)))
            return tuple(test(question, *(question.facts[name] for name in names)))

        guard.__name__ = getattr(test, "__name__", "guard")
        guard.__doc__ = test.__doc__
        return guard

    return make


def policy_holds(step: Step) -> Guard:
    """Every must-rule of the step holds; every should-rule that does not has a reason with the case."""

    @handed("policy")
    def policy(question: Question, verdicts: dict[str, list[engine.Verdict]]) -> Iterable[Refusal]:
        if step.value not in verdicts:
            return (NOT_ASKED,)
        asked = verdicts[step.value]
        return (*engine.refusals(asked), *_without_reason(asked, question.obj))

    return policy


def _without_reason(asked: list[engine.Verdict], case: Case) -> Iterable[Refusal]:
    page = reverse("approvals:case_check", args=[case.pk])
    for verdict in engine.warnings(asked):
        if not str(case.reasons.get(verdict.rule, "")).strip():
            yield Refusal(
                f"{verdict.title}：未满足，须写明理由",
                rule=verdict.rule,
                cite=verdict.cite,
                required=verdict.required,
                found=verdict.found,
                remedy="写明理由后可以提交",
                field=f"reason-{verdict.rule}",
                href=f"{page}#id_reason-{verdict.rule}",
            )


def another_person(question: Question) -> Iterable[Refusal]:
    """填报 and 签发 are two people."""
    if question.by is not None and question.obj.handed_by_id == question.by.pk:
        yield Refusal("填报和签发须为两人，请由本单位另一位审核人签发")


def not_received(question: Question) -> Iterable[Refusal]:
    """A submission is taken back to be mended only before the city has received it."""
    if question.obj.accepted_at is not None:
        yield Refusal("已经受理核对，不能撤回修改", remedy="需要修改的，请市级经办退回或补正；不再办理的，可以撤回办结")


@handed("table")
def table_ready(question: Question, table: dict[str, Any]) -> Iterable[Refusal]:
    """The planning-stage score table can be submitted, or is."""
    del question
    if not table["exists"]:
        yield Refusal("还没有评分表（规划设计）")
    blocking = table["blocking"]
    for text in blocking[:MOST_SHOWN]:
        yield Refusal(f"评分表：{text}")
    if more := len(blocking[MOST_SHOWN:]):
        yield Refusal(f"评分表另有{more}处未填或须更正", found=f"共{len(blocking)}处", required="填全", remedy="打开评分表逐条填写")


@handed("endorsement")
def endorsed(question: Question, missing: list[str]) -> Iterable[Refusal]:
    """批复 and 报送函 are recorded with number, date and scan."""
    del question
    for text in missing:
        yield Refusal(text, rule="APPLY-ENDORSED", cite=CLAUSE)


def originals_checked(question: Question) -> Iterable[Refusal]:
    """Where the applicant is its own registrar the city has checked the originals."""
    if question.facts is not None and question.obj.needs_originals and question.obj.originals_checked_on is None:
        yield Refusal("申报主体与核报机构是同一单位，须先核对批复原件并登记", remedy="登记原件核对", field="originals")


@handed("rounds")
def rounds_left(question: Question, rounds: dict[str, int]) -> Iterable[Refusal]:
    """The settings' number of correction rounds is not used up."""
    del question
    if rounds["used"] >= rounds["limit"]:
        yield Refusal(
            f"补正已{rounds['used']}次，参数为最多{rounds['limit']}次", required=f"最多{rounds['limit']}次", found=f"{rounds['used']}次"
        )


def findings_named(question: Question) -> Iterable[Refusal]:
    """A correction says everything that is missing; asked only when the step is taken."""
    if question.payload.get("step") == "correct" and not question.payload.get("findings"):
        yield Refusal("请列出需要补正的内容")


@handed("findings")
def answered(question: Question, unanswered: int) -> Iterable[Refusal]:
    """Every finding has an answer."""
    del question
    if unanswered:
        yield Refusal(f"还有{unanswered}条补正内容没有答复", required="逐条答复", found=f"{unanswered}条未答复")


@handed("form_review")
def form_review_complete(question: Question, open_items: list[str]) -> Iterable[Refusal]:
    """The checklist of the formal review is complete."""
    del question
    for item in open_items:
        yield Refusal(f"形式审查：{item}", remedy="填写形式审查")


@handed("questions")
def questions_answered(question: Question, unanswered: int) -> Iterable[Refusal]:
    """Every pre-review question has its answer."""
    del question
    if unanswered:
        yield Refusal(f"预评审还有{unanswered}个问题没有答复", required="逐条答复", found=f"{unanswered}个未答复")


@handed("conclusion")
def passed(question: Question, conclusion: str) -> Iterable[Refusal]:
    """The experts' conclusion is one of the two that pass."""
    del question
    if conclusion not in PASSED:
        shown = Conclusion(conclusion).label if conclusion else "没有结论"
        yield Refusal("专家技术审查未通过", rule="APPLY-EXPERTS", cite=CLAUSE, required="通过", found=shown)


@handed("conclusion")
def rechecked(question: Question, conclusion: str) -> Iterable[Refusal]:
    """Only a conclusion 修改完善后通过 is checked again."""
    if conclusion != Conclusion.PASSED_AFTER:
        yield Refusal("结论不是“修改完善后通过”，不需要复核")
    elif question.obj.recheck_on is not None and not question.payload:
        yield Refusal("修改完善复核已登记")


def _improvements(question: Question, conclusion: str) -> Iterable[Refusal]:
    if conclusion == Conclusion.PASSED_AFTER and question.obj.recheck_on is None:
        yield Refusal("结论为“修改完善后通过”，须先登记组长或指定专家的书面复核", remedy="登记修改完善复核")


@handed("conclusion", "notice")
def notice_due(question: Question, conclusion: str, notice: dict[str, Any]) -> Iterable[Refusal]:
    """A notice is wanted by the settings and was not held yet."""
    yield from _improvements(question, conclusion)
    if not notice["wanted"]:
        yield Refusal("参数设定授予称号前不公示")
    elif notice["closed"]:
        yield Refusal("已经公示过，可以提交审核")


@handed("conclusion", "notice", "opinions")
def ready_for_check(question: Question, conclusion: str, notice: dict[str, Any], opinions: list[str]) -> Iterable[Refusal]:
    """A failed review goes up at once; a passed one when what the panel asked for is mended, after its notice."""
    if conclusion not in PASSED:
        return
    yield from _improvements(question, conclusion)
    yield from _unclosed(question, opinions)
    if notice["wanted"] and not notice["closed"]:
        yield Refusal("授予称号前须先公示（参数，默认值）", remedy="公示期满后提交")


@handed("notice", "on")
def notice_over(question: Question, notice: dict[str, Any], on: Any) -> Iterable[Refusal]:
    """The last day of the notice is over and every objection is answered."""
    del question
    last = notice["last_day"]
    if last is None or on <= last:
        day = f"{last.year}年{last.month}月{last.day}日" if last else ""
        yield Refusal("公示期未满", required=f"{day}以后", found="公示中")
    if notice["unanswered"]:
        yield Refusal(f"还有{notice['unanswered']}条意见没有答复", required="全部答复", found=f"{notice['unanswered']}条未答复")
    if notice.get("held_open"):
        yield Refusal(f"有{notice['held_open']}条意见成立，须延长公示后再提交审核", remedy="延长公示，写明处理情况")


@handed("conclusion")
def legal_asked(question: Question, conclusion: str) -> Iterable[Refusal]:
    """Adverse decisions pass through 法制 where the settings' chain for them says so."""
    del question
    if conclusion in PASSED:
        yield Refusal("拟授予的不需要法制审核")
    elif not _legal_in_chain():
        yield Refusal("不利决定的办理层级中没有法制审核（参数）")


@handed("conclusion")
def legal_left_out(question: Question, conclusion: str) -> Iterable[Refusal]:
    """The checker passes on what is favourable, or everything where no 法制 is asked."""
    del question
    if conclusion not in PASSED and _legal_in_chain():
        yield Refusal("不通过的决定须先经法制审核（参数：办理层级）", required="法制审核", found="未审核", remedy="转法制审核")


def _legal_in_chain() -> bool:
    return "法制审核" in parameters.load().words("approval_chain.cancel_or_revoke")


@handed("chain")
def check_asked(question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """审核 is a link of the settings' chain for such a decision."""
    del question
    if CHECKING not in chain:
        yield Refusal("办理层级中没有审核（参数），由经办直接报审定", remedy="办理“报审定”")


@handed("chain")
def check_left_out(question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """The officer passes a case on to the director only where the settings' chain has no 审核."""
    del question
    if CHECKING in chain:
        yield Refusal("须先经市级审核（参数：办理层级）", required="、".join(chain), remedy="办理“提交审核”")


def decision_recorded(question: Question) -> Iterable[Refusal]:
    """A decision has its number and date; asked only when the step is taken."""
    if question.payload.get("step") == "decide":
        if not question.obj.decision_number:
            yield Refusal("请填写决定文号", field="number")
        if question.obj.decided_on is None:
            yield Refusal("请填写审定日期", field="decided_on")


@handed("batch")
def batch_named(question: Question, batch: str) -> Iterable[Refusal]:
    """The case stands in a batch of announcements."""
    del question
    if not batch:
        yield Refusal("还没有列入公告批次", remedy="列入公告批次")


@handed("opinions")
def opinions_closed(question: Question, opinions: list[str]) -> Iterable[Refusal]:
    """Every opinion that must be followed is closed before the public is told and a title is granted; the open ones are named."""
    yield from _unclosed(question, opinions)


def _unclosed(question: Question, opinions: list[str]) -> Iterable[Refusal]:
    if opinions:
        yield Refusal(
            f"还有{len(opinions)}条须修改的评审意见没有销号：{'；'.join(opinions)}",
            found=f"{len(opinions)}条未销号",
            remedy="区级答复、经办或评审秘书复核后销号",
            href=reverse("approvals:case_opinions", args=[question.obj.pk]),
        )
