"""Effects of the steps of an application (also used by acceptances), and records that are saved without a step."""

from collections.abc import Mapping
from typing import Any

from approvals.applications.services import papers
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import came_on_paper
from approvals.cases.services.locking import held, touch
from approvals.common.enums import CaseKind
from approvals.opinions.models import ReviewOpinion
from approvals.requests.services.requests import enter
from assessments.common.enums import Conclusion
from assessments.opinions import services as opinions
from greendistrict.accounts.acting import both_names, principal_in
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.policy.report import FIELDS
from greendistrict.workflow.procedure import Taken

KEPT = (*FIELDS, "title", "reading")


def on_hand_up(taken: Taken) -> None:
    """提交审核: store who submitted (that person may not sign) and lock the table."""
    taken.obj.handed_by = taken.by
    papers.move_table(taken.obj, "lock")


def on_unlock(taken: Taken) -> None:
    """收回修改, 退回修改: unlock the table for the preparer."""
    papers.move_table(taken.obj, "unlock")


def on_sign(taken: Taken) -> None:
    """签发并提交: freeze the table, assign the number (a resubmitted case keeps its number) and write the receipt."""
    _file(taken, taken.by)


def on_enter_sign(taken: Taken) -> None:
    """代录签发: submit a case that the applicant signed on paper."""
    enter(case=taken.obj, by=taken.person, action="sign", entry=taken.values["entry"])
    _file(taken, None)


def _file(taken: Taken, signer: User | None) -> None:
    """Submit the case; ``signer`` is None for a paper. An acceptance goes straight to the city, an application to the designated body."""
    case, now = taken.obj, clock.now()
    papers.move_table(case, "submit", by=signer)
    case.number = case.number or next_number(case.kind, now.year)
    case.submitted_at = now
    if case.kind == CaseKind.ACCEPTANCE:
        case.sent_at = now
    case.save(update_fields=["number", "submitted_at", "sent_at"])
    give(case)
    papers.freeze_submission(case, by=taken.person, verdicts=plain_verdicts(taken.facts))


def plain_verdicts(facts: Mapping[str, Any]) -> dict[str, object]:
    """Verdicts of the policy step at submission (``file``, for an acceptance ``request``) as plain data for the receipt."""
    verdicts = facts.get("file") or facts.get("request") or []
    return {"verdicts": [{name: str(getattr(verdict, name)) for name in KEPT} for verdict in verdicts]}


def on_recall(taken: Taken) -> None:
    """撤回提交 before receipt: reopen the table; the case keeps its number."""
    papers.move_table(taken.obj, "recall", by=taken.person)
    _unsubmitted(taken.obj)


def on_send_back(taken: Taken) -> None:
    """退回申报主体 by the designated body after its first check."""
    papers.move_table(taken.obj, "return", by=taken.person, reason=taken.record.reason)
    _unsubmitted(taken.obj)


def _unsubmitted(case: Case) -> None:
    """Hide a returned case from others until it is submitted again."""
    case.submitted_at = None
    if not came_on_paper(case):
        case.sent_at = None


def on_send_up(taken: Taken) -> None:
    """报送: from now on the city sees the case."""
    taken.obj.sent_at = clock.now()


def on_enter_send_up(taken: Taken) -> None:
    """代录报送 of 批复 and 报送函 on paper; their numbers, dates and scans have been recorded before."""
    enter(case=taken.obj, by=taken.person, action="send_up", entry=taken.values["entry"])
    on_send_up(taken)


def on_accept(taken: Taken) -> None:
    """受理: a corrected case that comes back keeps the day of its first receipt."""
    taken.obj.accepted_at = taken.obj.accepted_at or clock.now()


def on_withdraw(taken: Taken) -> None:
    """撤回: stop an open review."""
    case = taken.obj
    papers.stop_review(case, reason=f"{case.number or ''}{case}已撤回：{taken.record.reason}")


def on_enter_withdrawal(taken: Taken) -> None:
    """代录撤回: same effect as the signer's own withdrawal, plus the paper."""
    enter(case=taken.obj, by=taken.person, action="withdraw", entry=taken.values["entry"])
    papers.stop_review(taken.obj, reason=f"{taken.obj.number or ''}{taken.obj}已撤回")


def on_open_review(taken: Taken) -> None:
    """提请专家技术审查: hand papers and parties to the review; its conclusion will move the case on."""
    taken.obj.review = papers.open_review(taken.obj, by=taken.person)


def on_concluded(taken: Taken) -> None:
    """技术审查有结论: create the list of panel opinions and store the star the panel found."""
    case, review = taken.obj, taken.values["review"]
    failed = review.conclusion == Conclusion.FAILED
    if not failed:
        opinions.draw_up(matter=case, review=review, model=ReviewOpinion, by=taken.values["by"])
    case.star_found = None if failed else review.star


def on_revise(taken: Taken) -> None:
    """修改后重审: create the list of panel opinions and reopen the table."""
    opinions.draw_up(matter=taken.obj, review=taken.values["review"], model=ReviewOpinion, by=taken.values["by"])
    papers.move_table(taken.obj, "return", by=taken.values["by"], reason=taken.record.reason)


def on_resubmit(taken: Taken) -> None:
    """提交修改稿 after 修改后重审: freeze the next version and write a receipt for it."""
    papers.move_table(taken.obj, "submit", by=taken.by)
    papers.freeze_submission(taken.obj, by=taken.person, verdicts=plain_verdicts(taken.facts))


def on_recheck(taken: Taken) -> None:
    """登记修改完善复核: store who verified (chair or named expert), when, and the result."""
    taken.obj.recheck_on, taken.obj.recheck_note = taken.values["on"], fitted(taken.obj, "recheck_note", taken.record.reason)


@writing
def case_check_originals(*, case: Case, by: User, note: str, version: int | None = None) -> Case:
    """原件核对: the officer confirms the 批复 originals if the applicant is its own endorsing body; stores person and reason."""
    case = held(case, version)
    Refused.unless(case.needs_originals and case.status == CaseState.SENT, "这个办件现在不需要核对原件")
    Refused.unless(note.strip(), "请写明核对了哪些原件")
    case.originals_checked_on, case.originals_checked_by = clock.today(), by
    case.originals_note = fitted(case, "originals_note", note.strip())
    touch(case, "originals_checked_on", "originals_checked_by", "originals_note")
    return case


@writing
def save_form_review(*, case: Case, by: User, entries: Mapping[str, tuple[bool | None, str]], version: int | None = None) -> Case:
    """Save the formal review's checklist: item key → (holds, note). Raises ``Refused`` when the case is not in formal review."""
    case = held(case, version)
    Refused.when(case.status != CaseState.ACCEPTED, "只在受理后、专家技术审查前填写形式审查")
    who = both_names(by.name, principal_in(by, (Role.CITY_OFFICER,)))
    case.form_review = {
        key: {"holds": entries[key][0], "note": entries[key][1].strip()[:300], "by": who, "on": clock.today().isoformat()}
        for key, _ in FORM_REVIEW
        if key in entries
    }
    touch(case, "form_review")
    return case
