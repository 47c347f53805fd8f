"""Guards shared by the machines of cases. They read the locked case and the given facts; without any facts (in lists) they pass.

Facts are named as in ``approvals.cases.facts.CASE_FACTS``.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.urls import reverse

from approvals.cases.bindings import NewFinding, against_findings
from approvals.cases.checklist import OWN_GUARDS, Slot, required_at
from approvals.cases.document_numbers import number_taken
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.reasons import SHORT_OF_STAR
from approvals.common.enums import CaseKind
from assessments.common.enums import Conclusion
from greendistrict.core import clock
from greendistrict.core.errors import Refusal
from greendistrict.core.workdays import term_in_words
from greendistrict.policy import engine, parameters
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.machine import Guard, Question, reads

CLAUSE = "八（一）"
MOST_SHOWN = 3  # a table has about a hundred rows; its own page lists all that block
MOST_NUMBER = 60
CHECKING = "审核"  # link of the approval chain between 经办 and 审定
PASSED = frozenset({Conclusion.PASSED, Conclusion.PASSED_AFTER})


def typed(*names: str) -> Callable[[Callable[..., Iterable[Refusal]]], Guard]:
    """Decorator: turn a function of the question and the named form values into a guard, which passes while the step is only offered."""

    def make(test: Callable[..., Iterable[Refusal]]) -> Guard:
        @wraps(test)
        def guard(question: Question) -> Iterable[Refusal]:
            return tuple(test(question, *(question.payload.get(name) for name in names))) if question.typed else ()

        return guard

    return make


def not_later_than_today(question: Question, day: dt.date | None, field: str) -> Iterable[Refusal]:
    """Refuses a typed day in the future."""
    if day is not None and day > question.today:
        yield Refusal("日期不能晚于今天", field=field)


def papers_laid(kind: str, action: str) -> Guard:
    """Every paper that the checklist calls 必交 at this step is there, or the form of the step brings it."""
    slots = [slot for slot in required_at(kind, action) if slot.origin not in OWN_GUARDS]

    @reads("papers")
    def papers(question: Question, missing: Sequence[str]) -> Iterable[Refusal]:
        """Every paper that the checklist calls 必交 at this step is there."""
        for slot in slots:
            lacks = slot.key in missing if slot.once or not slot.brought else True
            if not lacks or (slot.brought and (not question.typed or question.payload.get(slot.brought))):
                continue
            yield paper_missing(question.obj, slot)

    return papers


def paper_missing(case: Case, slot: Slot) -> Refusal:
    """Why a step is refused without the paper of a slot."""
    return Refusal(
        f"缺必交材料“{slot.title}”",
        required="必交",
        found="没有文件",
        remedy=_remedy(case, slot),
        field=slot.brought,
        href="" if slot.brought else _paper_page(case, slot),
    )


def _remedy(case: Case, slot: Slot) -> str:
    if slot.brought:
        return "在本页上传"
    if case.kind == CaseKind.LOSS:
        return "由市级经办补充材料"
    return "在专业规划页上传" if slot.origin == "plan" else "在材料页上传"


def _paper_page(case: Case, slot: Slot) -> str:
    """Where the paper of a slot is laid."""
    if case.kind == CaseKind.LOSS:
        return own_page("loss_grounds" if case.status == CaseState.DRAFT else "case", case)
    if slot.origin == "plan" and case.pk:
        return reverse("districts:plan_edit", kwargs={"code": case.district.code})
    page = own_page("case_files", case)
    return page and f"{page}?slot={slot.key}#id_slot"


def policy_holds(step: PolicyStep) -> Guard:
    """Every must-rule of the step holds; every should-rule that fails has a reason."""

    @reads(step.value)
    def policy(question: Question, asked: Sequence[engine.Verdict | Refusal]) -> Iterable[Refusal]:
        outside = [one for one in asked if isinstance(one, Refusal)]  # a refusal is given if no policy covers the day
        verdicts = [one for one in asked if not isinstance(one, Refusal)]
        return (*outside, *engine.refusals(verdicts), *_without_reason(verdicts, question.obj))

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
    """The person who signs is not the one who prepared (填报 and 签发 are two people)."""
    if question.obj.handed_by_id == question.held.person:
        yield Refusal("填报和签发须为两人，请由本单位另一位审核人签发")


def not_received(question: Question) -> Iterable[Refusal]:
    """The city has not received the submission yet."""
    if question.obj.accepted_at is not None:
        yield Refusal("已经受理核对，不能撤回修改", remedy="需要修改的，请市级经办退回或补正；不再办理的，可以撤回办结")


@reads("table")
def table_ready(question: Question, table: dict[str, Any]) -> Iterable[Refusal]:
    """The planning-stage score table can be submitted or is submitted already."""
    if not table["exists"]:
        yield Refusal("尚无评分表（规划设计）", href=own_page("case", question.obj))
    yield from table_gaps(question.obj, table)


def table_gaps(case: Case, table: Mapping[str, Any]) -> Iterable[Refusal]:
    """The first rows that block the submission of a table, with links, the number of further ones, and a star below the one asked for."""
    blocking: Sequence[tuple[str, str]] = table["blocking"]
    page = reverse("assessments:score_table", args=[case.table_id]) if blocking and case.table_id else ""
    for text, item in blocking[:MOST_SHOWN]:
        yield Refusal(f"评分表：{text}", href=f"{page}?item={item}" if item else page)
    if (more := len(blocking) - MOST_SHOWN) > 0:
        words = f"评分表另有{more}处未填或须更正"
        rest = f"{reverse('assessments:score_check', args=[case.table_id])}?state=blocking" if case.table_id else ""
        yield Refusal(words, found=f"共{len(blocking)}处", required="填全", remedy="按清单逐条填写", href=rest)
    if table["short"] and not str(case.reasons.get(SHORT_OF_STAR, "")).strip():
        yield Refusal(
            "自评未达到申报星级，须写明理由",
            required=case.get_star_asked_display(),
            found=f"自评{table['short']}",
            remedy="写明理由，或者改报自评达到的星级",
            field=f"reason-{SHORT_OF_STAR}",
            href=f"{own_page('case_check', case)}#id_reason-{SHORT_OF_STAR}",
        )


def own_page(name: str, case: Case) -> str:
    """Address of a page of the case; empty for an unsaved one."""
    return reverse(f"approvals:{name}", args=[case.pk]) if case.pk else ""


@reads("endorsement")
def endorsed(question: Question, missing: list[str]) -> Iterable[Refusal]:
    """批复 and 报送函 of every body are recorded with number, date and scan."""
    for text in missing:
        yield Refusal(text, rule="APPLY-ENDORSED", cite=CLAUSE, href=own_page("case_endorse", question.obj))


@reads()
def originals_checked(question: Question) -> Iterable[Refusal]:
    """The city has checked the originals if the applicant is its own endorsing body."""
    if question.obj.needs_originals and question.obj.originals_checked_on is None:
        yield Refusal("申报主体与核报机构是同一单位，须先核对批复原件并登记", remedy="登记原件核对", field="originals",
                      href=own_page("case_originals", question.obj))  # fmt: skip


@reads("rounds")
def rounds_left(_question: Question, rounds: Mapping[str, int | None]) -> Iterable[Refusal]:
    """The maximum number of correction rounds that the city has set is not reached."""
    used, limit = rounds["used"] or 0, rounds["limit"]
    if limit is not None and used >= limit:
        yield Refusal(f"补正已{used}次，参数为最多{limit}次", required=f"最多{limit}次", found=f"{used}次")


@typed("findings")
def findings_named(question: Question, findings: Sequence[NewFinding] | None) -> Iterable[Refusal]:
    """A correction has findings, each bound to a slot or clause; a second round only repeats references of the first."""
    if not findings:
        return (Refusal("请列出需要补正的内容"),)
    return against_findings(question.obj, findings)


@reads("findings")
def answered(question: Question, unanswered: int) -> Iterable[Refusal]:
    """Every finding has an answer."""
    if unanswered:
        page = own_page("case_answer", question.obj)
        yield Refusal(f"还有{unanswered}条补正内容没有答复", required="逐条答复", found=f"{unanswered}条未答复", href=page)


@reads("form_review")
def form_review_complete(question: Question, open_items: list[str]) -> Iterable[Refusal]:
    """The checklist of the formal review is complete."""
    for item in open_items:
        yield Refusal(f"形式审查：{item}", remedy="填写形式审查", href=own_page("case_form_review", question.obj))


@reads("questions")
def questions_answered(question: Question, unanswered: int) -> Iterable[Refusal]:
    """Every pre-review question has its answer."""
    if unanswered:
        page = own_page("case_questions", question.obj)
        yield Refusal(f"预评审还有{unanswered}个问题没有答复", required="逐条答复", found=f"{unanswered}个未答复", href=page)


@reads("conclusion")
def passed(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The experts' conclusion is one of the two that count as passed."""
    if conclusion not in PASSED:
        shown = Conclusion(conclusion).label if conclusion else "没有结论"
        yield Refusal("专家技术审查未通过", rule="APPLY-EXPERTS", cite=CLAUSE, required="通过", found=shown)


@reads("conclusion")
def rechecked(question: Question, conclusion: str) -> Iterable[Refusal]:
    """After the conclusion 修改完善后通过 the improvements were verified."""
    if conclusion != Conclusion.PASSED_AFTER:
        yield Refusal("结论不是“修改完善后通过”，不需要复核")
    elif question.obj.recheck_on is not None and not question.typed:
        yield Refusal("修改完善复核已登记")


@typed("note")
def recheck_written(_question: Question, note: str | None) -> Iterable[Refusal]:
    """The recheck states who verified and the result."""
    if not (note or "").strip():
        yield Refusal("请写明复核人和意见", field="note")


def _improvements(question: Question, conclusion: str) -> Iterable[Refusal]:
    if conclusion == Conclusion.PASSED_AFTER and question.obj.recheck_on is None:
        yield Refusal("结论为“修改完善后通过”，须先登记组长或指定专家的书面复核", remedy="登记修改完善复核")


@reads("conclusion", "notice")
def notice_due(question: Question, conclusion: str, notice: dict[str, Any]) -> Iterable[Refusal]:
    """The settings require a notice and none has been held."""
    yield from _improvements(question, conclusion)
    if not notice["wanted"]:
        yield Refusal("参数设定授予称号前不公示")
    elif notice["closed"]:
        yield Refusal("已经公示过，可以提交审核")


@typed("opens_on")
def notice_ahead(question: Question, opens_on: dt.date | None) -> Iterable[Refusal]:
    """The notice opens today or later."""
    if opens_on is not None and opens_on < question.today:
        yield Refusal("公示开始日期不能早于今天", field="opens_on")


@reads("conclusion", "notice", "opinions")
def ready_for_check(question: Question, conclusion: str, notice: dict[str, Any], opinions: list[str]) -> Iterable[Refusal]:
    """The review failed; or the improvements are verified and the notice has ended."""
    if conclusion not in PASSED:
        return
    yield from _improvements(question, conclusion)
    yield from _unclosed(question, opinions)
    if notice["wanted"] and not notice["closed"]:
        mark = parameters.default_mark("publicity.on", f"参数，{parameters.DEFAULT_WORD}") or "（参数）"
        yield Refusal(f"授予称号前须先公示{mark}", remedy="公示期满后提交")


@reads("notice", "on")
def notice_over(_question: Question, notice: dict[str, Any], on: Any) -> Iterable[Refusal]:
    """The last day of the notice has passed and every objection is answered."""
    last = notice["last_day"]
    if last is None or on <= last:
        day = term_in_words(last) if last else ""
        yield Refusal("公示期未满", required=f"{day}以后", found="公示中")
    if notice["unanswered"]:
        yield Refusal(f"还有{notice['unanswered']}条意见没有答复", required="全部答复", found=f"{notice['unanswered']}条未答复")
    if apart := notice.get("held_apart"):
        yield Refusal(f"还有{apart}件对公示的来件没有核对", remedy="在“待核对来件”里转交或者关闭")
    if notice.get("held_open"):
        yield Refusal(f"有{notice['held_open']}条意见成立，须延长公示后再提交审核", remedy="延长公示，写明处理情况")


@reads("conclusion")
def legal_asked(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The approval chain (settings) contains 法制 and the decision is negative."""
    if conclusion in PASSED:
        yield Refusal("拟授予的不需要法制审核", is_moot=True)
    elif not _legal_in_chain():
        yield Refusal("不利决定的办理层级中没有法制审核（参数）", is_moot=True)


@reads("conclusion")
def legal_left_out(_question: Question, conclusion: str) -> Iterable[Refusal]:
    """The decision is positive, or the chain has no 法制."""
    if conclusion not in PASSED and _legal_in_chain():
        words = "不通过的决定须先经法制审核（参数：办理层级）"
        yield Refusal(words, required="法制审核", found="未审核", remedy="转法制审核", is_moot=True)


def _legal_in_chain() -> bool:
    return "法制审核" in parameters.load().words("approval_chain.cancel_or_revoke")


@reads("chain")
def check_asked(_question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """The approval chain (settings) contains 审核 for this decision."""
    if CHECKING not in chain:
        yield Refusal("办理层级中没有审核（参数），由经办直接报审定", remedy="办理“报审定”", is_moot=True)


@reads("chain")
def check_left_out(_question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """The approval chain (settings) has no 审核 for this decision."""
    if CHECKING in chain:
        yield Refusal("须先经市级审核（参数：办理层级）", required="、".join(chain), remedy="办理“提交审核”", is_moot=True)


@typed("decided_on", "number")
def decision_recorded(question: Question, decided_on: dt.date | None, number: str | None) -> Iterable[Refusal]:
    """The decision's date is not before the experts' conclusion, and its number, if given, is free."""
    review = question.obj.review
    earliest = review.concluded_at if review else None
    if decided_on is None:
        yield Refusal("请填写审定日期", field="decided_on")
    elif decided_on > question.today or (earliest and decided_on < earliest.astimezone(clock.SHANGHAI).date()):
        yield Refusal(f"审定日期不能晚于今天，也不能早于{question.obj.panel_name}的结论", field="decided_on")
    if taken := number_taken((number or "").strip()[:MOST_NUMBER], question.obj):
        yield Refusal(taken, field="number")


@reads()
def decision_numbered(question: Question) -> Iterable[Refusal]:
    """The decision has a number."""
    if not question.obj.decision_number:
        remedy = "办文系统编定文号后登记"
        yield Refusal("尚未登记决定文号", remedy=remedy, href=own_page("case_number", question.obj))


@reads("batch")
def batch_named(_question: Question, batch: str) -> Iterable[Refusal]:
    """The case is in an announcement batch."""
    if not batch:
        yield Refusal("尚未列入公告批次", remedy="列入公告批次", href=reverse("approvals:announcement_list"))


@reads("opinions")
def opinions_closed(question: Question, opinions: list[str]) -> Iterable[Refusal]:
    """Every binding opinion is closed; the refusal names the open ones."""
    yield from _unclosed(question, opinions)


def _unclosed(question: Question, opinions: list[str]) -> Iterable[Refusal]:
    if opinions:
        yield Refusal(
            f"还有{len(opinions)}条须修改的评审意见没有销号：{'；'.join(opinions)}",
            found=f"{len(opinions)}条未销号",
            remedy="区级答复、经办或评审秘书复核后销号",
            href=reverse("approvals:case_opinions", args=[question.obj.pk]),
        )
