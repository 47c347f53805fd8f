"""Steps that the officer takes for somebody who came on paper or called (代录)."""

from collections.abc import Mapping

from django.db import transaction

from approvals.enums import CaseKind
from approvals.facts import latest_notice
from approvals.lossfacts import loss_facts
from approvals.models import Case, CaseDocument, Objection, PaperEntry
from approvals.services import acceptances, cases, changes, corrections, drafts, papers, prereview
from approvals.services.requests import Entry, enter
from approvals.services.steps import locked, move, touch
from approvals.services.telling import people, tell_of
from districts.models import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused


@transaction.atomic
def enter_withdrawal(*, case: Case, by: User, reason: str, entry: Entry, version: int | None = None) -> Case:
    """代录撤回: as the signer's own withdrawal, with the paper behind it."""
    case = locked(case, version)
    if not reason.strip():
        raise Refused([Refusal("请填写撤回理由", field="reason")])
    kept = enter(case=case, by=by, action="withdraw", entry=entry)
    move(case, "enter_withdrawal", by, reason=f"代{kept.on_behalf}：{reason.strip()}")
    papers.stop_review(case, reason=f"{case.number or ''}{case}已撤回")
    return case


@transaction.atomic
def enter_statement(*, case: Case, by: User, statement: str, entry: Entry, version: int | None = None) -> Case:
    """代录陈述申辩: heard in person, on paper or at a hearing, whenever it came before the next step."""
    case = locked(case, version)
    if not statement.strip():
        raise Refused([Refusal("请写明陈述申辩的内容", field="statement")])
    kept = enter(case=case, by=by, action="statement", entry=entry)
    move(case, "enter_statement", by, facts=loss_facts(case), reason=f"代{kept.on_behalf}登记")
    loss = case.loss
    loss.statement, loss.statement_on = statement.strip()[:4000], kept.received_on
    loss.statement_way, loss.statement_by = str(kept.get_way_display()), kept.on_behalf
    loss.save(update_fields=["statement", "statement_on", "statement_way", "statement_by"])
    return case


def _told(kept: PaperEntry) -> str:
    return f"代{kept.on_behalf}登记"


@transaction.atomic
def enter_filing(*, district: District, by: User, entry: Entry, star_asked: int | None = None) -> Case:
    """代录申报: a draft for the applicant, whose people are told to fill in what the paper cannot give. Raises as ``start_application``."""
    _hold_officer(by)
    case = drafts.start_application(district=district, by=by, star_asked=star_asked, entered=True)
    return _laid(case, by, "filing", entry, "评分表和其余材料仍由填报人填写，书面签发的由经办登记")


@transaction.atomic
def enter_change(*, district: District, kind: str, by: User, entry: Entry) -> Case:
    """代录变更: a draft that the officer fills in from the paper, then ``enter_change_signature``. Raises as ``start_change``."""
    _hold_officer(by)
    case = changes.start_change(district=district, kind=kind, by=by, entered=True)
    return _laid(case, by, "filing_change", entry, "变更内容由市级经办按来件填写，也可以由填报人在平台上填写")


def _hold_officer(by: User) -> None:
    if not seats(by).has(Role.CITY_OFFICER):
        msg = "代录由市级经办办理"
        raise NotAllowed(msg)


def _laid(case: Case, by: User, action: str, entry: Entry, body: str) -> Case:
    """Keep the paper with the draft it began, and tell the applicant's people."""
    kept = enter(case=case, by=by, action=action, entry=entry)
    if kept.scan is not None:
        CaseDocument.objects.create(case=case, slot="application", document=kept.scan)
    tell_of(case, people(case, "preparer", "signer"), key=f"entered:{case.pk}", words="市级经办已按来件代录", body=body)
    return case


@transaction.atomic
def enter_change_signature(*, case: Case, by: User, entry: Entry, version: int | None = None) -> Case:
    """代录签发 of a change that came on paper: comparison and effects are frozen as by the signer's own signature."""
    case = locked(case, version)
    kept = enter(case=case, by=by, action="sign", entry=entry)
    return changes.change_sign_as("enter_sign", case=case, by=by, reason=_told(kept))


@transaction.atomic
def enter_signature(*, case: Case, by: User, entry: Entry, version: int | None = None) -> Case:
    """代录签发: the applicant signed on paper what its preparer handed up; everything a signature asks holds."""
    case = locked(case, version)
    kept = enter(case=case, by=by, action="sign", entry=entry)
    sign = acceptances.sign_as if case.kind == CaseKind.ACCEPTANCE else cases.sign_as
    return sign("enter_sign", case=case, by=by, reason=_told(kept), signer=None)


@transaction.atomic
def enter_sending(*, case: Case, by: User, entry: Entry, version: int | None = None) -> Case:
    """代录报送: 批复 and 报送函 came on paper; their numbers, dates and scans are recorded before."""
    case = locked(case, version)
    kept = enter(case=case, by=by, action="send_up", entry=entry)
    return cases.send_up_as("enter_send_up", case=case, by=by, reason=_told(kept))


@transaction.atomic
def enter_answer(*, case: Case, by: User, entry: Entry, answers: Mapping[int, str], version: int | None = None) -> Case:
    """代录补正: each finding's answer as it came (finding id → text), then back to receipt as the signer's own."""
    case = locked(case, version)
    kept = enter(case=case, by=by, action="answer", entry=entry)
    corrections.keep_answers(case, answers)
    return corrections.answer_as("enter_answer", case=case, by=by, signer=None, reason=_told(kept))


@transaction.atomic
def enter_replies(*, case: Case, by: User, entry: Entry, answers: Mapping[int, str], version: int | None = None) -> Case:
    """代录预评审答复 (question id → text) while the formal review lasts."""
    case = locked(case, version)
    if case.status != "accepted":
        msg = "预评审问题在形式审查期间答复"
        raise Refused(msg)
    enter(case=case, by=by, action="replies", entry=entry)
    return prereview.keep_replies(case, by=by, answers=answers)


@transaction.atomic
def enter_objection(*, case: Case, by: User, entry: Entry, text: str, name: str = "", version: int | None = None) -> Objection:
    """代录公示意见 received within the notice's days, on paper or by phone; without a name it is kept as a lead."""
    case = locked(case, version)
    notice = latest_notice(case)
    if case.status != "notice" or notice is None or notice.closed_at:
        msg = "没有正在公示的内容"
        raise Refused(msg)
    if not notice.opens_on <= entry.received_on <= notice.closes_on:
        raise Refused([Refusal("收到日期不在公示期内", field="received_on")])
    if not text.strip():
        raise Refused([Refusal("请写明意见", field="text")])
    enter(case=case, by=by, action="objection", entry=entry)
    made = Objection.objects.create(notice=notice, name=name.strip()[:60], text=text.strip(), filed_at=clock.now())
    touch(case)
    return made
