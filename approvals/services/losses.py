"""取消与撤销: each step keeps its date and paper. The title ends when the decision is announced, never by itself."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cityresults import failures_in_a_row
from approvals.enums import CaseKind, LossGround
from approvals.lossfacts import loss_facts
from approvals.models import CLOSED_STATES, Case, CaseDocument, LossFile
from approvals.rules import is_officer
from approvals.services.steps import locked, move, record_decision, touch
from districts.enums import Stage
from districts.models import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.numbers import next_number
from greendistrict.documents.services import store
from greendistrict.policy import parameters

MOST = 4000
CITYS_OWN = frozenset({"facts", "legal", "minutes"})


@transaction.atomic
def open_loss(*, district: District, ground: str, by: User, acceptance: Case | None = None) -> Case:
    """Open a file: ``cancel`` on a failed acceptance, ``revoke`` on failed assessments. The city's officer; numbered at once.

    Raises ``NotAllowed``, ``Refused`` when one is open, the title is not held, or the acceptance did not fail.
    """
    if not seats(by).has(Role.CITY_OFFICER):
        msg = "取消、撤销由市级经办办理"
        raise NotAllowed(msg)
    return _open(district, ground, by, acceptance)


@transaction.atomic
def open_on_failures(*, district: District, by: User) -> Case | None:
    """Open the file of 八（四） for the officer to draft, when a city assessment failed once too often; nothing else happens by itself.

    None where a file is open already or the title is not held any more.
    """
    try:
        return _open(district, LossGround.REVOKE, by, None)
    except Refused:
        return None


def _open(district: District, ground: str, by: User, acceptance: Case | None) -> Case:
    district = District.objects.select_for_update(of=("self",)).select_related("applicant").get(pk=district.pk)
    if found := _against(district, ground, acceptance):
        raise Refused(found)
    assert district.applicant is not None  # noqa: S101 -- told above
    now = clock.now()
    case = Case.objects.create(
        kind=CaseKind.LOSS,
        number=next_number(CaseKind.LOSS, now.year),
        district=district,
        applicant=district.applicant,
        created_at=now,
        created_by=by,
        sent_at=now,
    )
    LossFile.objects.create(case=case, ground=ground, acceptance=acceptance)
    audit.record(action="loss.start", by=by, obj=case, data={"ground": ground, "acceptance": acceptance.number if acceptance else ""})
    return case


def _against(district: District, ground: str, acceptance: Case | None) -> list[Refusal]:
    found = []
    held = (Stage.PILOT,) if ground == LossGround.CANCEL else (Stage.PILOT, Stage.DEMONSTRATION)
    if district.stage not in held:
        found.append(Refusal("城区现在没有这一称号", found=district.get_stage_display()))
    if district.applicant is None:
        found.append(Refusal("城区没有登记申报主体，不能告知和送达", remedy="先填写城区概况"))
    if ground == LossGround.CANCEL and (acceptance is None or acceptance.district_id != district.pk or acceptance.status != "failed"):
        found.append(Refusal("取消试点称号须以终期验收审查未通过为据", rule="TITLE-CANCELLED", cite="八（三）"))
    if acceptance is not None and LossFile.objects.filter(acceptance=acceptance).exclude(case__status="dropped").exists():
        found.append(Refusal("这次验收已据以办理过取消"))
    if Case.objects.filter(district=district, kind=CaseKind.LOSS).exclude(status__in=CLOSED_STATES).exists():
        found.append(Refusal("这个城区已有取消或撤销在办"))
    return found


@transaction.atomic
def save_grounds(*, case: Case, by: User, facts: str, basis: str, not_implemented: str = "", version: int | None = None) -> Case:
    """Keep facts, basis and (for 八（四）) the documented finding, while the officer drafts."""
    case = locked(case, version)
    if case.status != "draft" or not is_officer(by, case):
        msg = "事实和依据由市级经办在拟办时填写"
        raise NotAllowed(msg)
    loss = case.loss
    loss.facts, loss.basis, loss.not_implemented = facts.strip()[:MOST], basis.strip()[:MOST], not_implemented.strip()[:MOST]
    loss.save(update_fields=["facts", "basis", "not_implemented"])
    touch(case)
    return case


@transaction.atomic
def attach(*, case: Case, by: User, slot: str, title: str, upload: "UploadedFile[Any]") -> CaseDocument:
    """Lay a paper of the city into its slot."""
    owner = case.loss if slot in CITYS_OWN else case  # legal opinion and minutes are not the holder's to read
    evidence = store(owner=owner, upload=upload, kind=title, title=title, by=by)
    return CaseDocument.objects.create(case=case, slot=slot, document=evidence)


def _step(action: str, *, case: Case, by: User, version: int | None, reason: str = "", **kept: Any) -> Case:
    """Take a step and keep what belongs to it; ``scan`` goes into ``slot`` under ``title``."""
    scan, slot, title = kept.pop("scan", None), kept.pop("slot", ""), kept.pop("title", "")
    case = locked(case, version)
    move(case, action, by, facts=loss_facts(case), reason=reason)
    loss = case.loss
    for name, value in kept.items():
        setattr(loss, name, value)
    loss.save(update_fields=list(kept))
    if scan:
        attach(case=case, by=by, slot=slot, title=title, upload=scan)
    return case


@transaction.atomic
def loss_to_check(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """提交审核: the failures are kept as they stand now."""
    return _step("to_check", case=case, by=by, version=version, reason=reason, failures=_failures(case))


@transaction.atomic
def loss_to_tell(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """转事先告知, where the settings' chain has no 审核."""
    return _step("to_tell", case=case, by=by, version=version, reason=reason, failures=_failures(case))


def _failures(case: Case) -> list[dict[str, str]]:

    return [one.plain() for one in failures_in_a_row(case.district, clock.today())]


@transaction.atomic
def loss_agree(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """同意告知."""
    return _step("agree", case=case, by=by, version=version, reason=reason)


@transaction.atomic
def loss_tell(
    *, case: Case, by: User, number: str, told_on: dt.date, scan: "UploadedFile[Any] | None" = None, version: int | None = None
) -> Case:
    """登记事先告知: number and day of delivery; the term of ``hearing_days`` working days runs from the next one."""
    _not_later(told_on, "told_on")
    due = workdays.current().add(told_on, parameters.load().integer("hearing_days"))
    kept: dict[str, Any] = {"told_number": number.strip()[:60], "told_on": told_on, "hearing_due": due}
    case = _step("tell", case=case, by=by, version=version, scan=scan, slot="letter", title="事先告知书", **kept)
    case.submitted_at = clock.now()  # from now on the district sees the case
    touch(case, "submitted_at")
    return case


@transaction.atomic
def loss_state(*, case: Case, by: User, statement: str, scan: "UploadedFile[Any] | None" = None, version: int | None = None) -> Case:
    """提交陈述申辩 by the signer, within the term."""
    _wanted(statement, "请写明陈述申辩的意见和理由", "statement")
    kept: dict[str, Any] = {
        "statement": statement.strip()[:MOST],
        "statement_on": clock.today(),
        "statement_way": "平台提交",
        "statement_by": by.name,
    }
    return _step("state", case=case, by=by, version=version, scan=scan, slot="statement", title="陈述申辩材料", **kept)


@transaction.atomic
def loss_waive(*, case: Case, by: User, reason: str, version: int | None = None) -> Case:
    """放弃陈述申辩, in so many words."""
    kept: dict[str, Any] = {"statement": f"放弃陈述申辩：{reason.strip()}"[:MOST], "statement_on": clock.today(), "statement_by": by.name}
    return _step("waive", case=case, by=by, version=version, reason=reason, statement_way="平台提交", **kept)


@transaction.atomic
def loss_lapse(*, case: Case, by: User, version: int | None = None) -> Case:
    """登记期满未陈述."""
    return _step("lapse", case=case, by=by, version=version, statement_way="期满未陈述")


@transaction.atomic
def loss_to_legal(*, case: Case, by: User, considered: str, version: int | None = None) -> Case:
    """提交法制审核 with the officer's answer to what was stated."""
    _wanted(considered, "请写明对陈述申辩的复核意见", "considered")
    return _step("to_legal", case=case, by=by, version=version, considered=considered.strip()[:MOST])


@transaction.atomic
def loss_legal_agree(*, case: Case, by: User, reason: str, scan: "UploadedFile[Any] | None" = None, version: int | None = None) -> Case:
    """法制审核通过 with the opinion."""
    kept: dict[str, Any] = {"legal_opinion": reason.strip()[:MOST], "legal_on": clock.today()}
    return _step("legal_agree", case=case, by=by, version=version, reason=reason, scan=scan, slot="legal", title="法制审核意见", **kept)


@transaction.atomic
def loss_discuss(
    *,
    case: Case,
    by: User,
    minutes_number: str,
    discussed_on: dt.date,
    discussed_by: str,
    discussion: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """登记集体讨论: minutes with number, day, who took part and what was found; not before the legal check."""
    _not_later(discussed_on, "discussed_on")
    case = locked(case, version)
    if case.loss.legal_on and discussed_on < case.loss.legal_on:
        raise Refused([Refusal("集体讨论日期不能早于法制审核", field="discussed_on")])
    _wanted(discussion, "请写明集体讨论的意见", "discussion")
    kept: dict[str, Any] = {
        "minutes_number": minutes_number.strip()[:60],
        "discussed_on": discussed_on,
        "discussed_by": discussed_by.strip()[:300],
        "discussion": discussion.strip()[:MOST],
    }
    return _step("discuss", case=case, by=by, version=None, scan=scan, slot="minutes", title="集体讨论纪要", **kept)


@transaction.atomic
def loss_decide(
    *,
    case: Case,
    by: User,
    number: str,
    decided_on: dt.date,
    remedies: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """审定取消或撤销: everything the policy asks holds on the decision's day, and the remedies are named."""
    _wanted(remedies, "请写明救济途径：行政复议、行政诉讼的机关和期限", "remedies")
    case = locked(case, version)
    if case.loss.discussed_on and decided_on < case.loss.discussed_on:
        raise Refused([Refusal("决定日期不能早于集体讨论", field="decided_on")])
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    move(case, "decide", by, facts=loss_facts(case, decided_on), payload={"step": "decide"})
    loss = case.loss
    loss.remedies = remedies.strip()[:MOST]
    loss.save(update_fields=["remedies"])
    if case.decision_scan is not None:
        CaseDocument.objects.create(case=case, slot="decision", document=case.decision_scan)
    case.accepted_at = clock.now()  # decided matters are read by the partner departments
    touch(case, "accepted_at")
    return case


@transaction.atomic
def loss_decide_not(
    *,
    case: Case,
    by: User,
    number: str,
    decided_on: dt.date,
    reason: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """审定不予取消或撤销: the title stays."""
    case = locked(case, version)
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    move(case, "decide_not", by, facts=loss_facts(case), reason=reason, payload={"step": "decide"})
    return case


@transaction.atomic
def loss_serve(
    *,
    case: Case,
    by: User,
    served_on: dt.date,
    served_way: str,
    served_to: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """登记送达: day, way, who signed for it; not before the decision."""
    _not_later(served_on, "served_on")
    case = locked(case, version)
    if case.decided_on and served_on < case.decided_on:
        raise Refused([Refusal("送达日期不能早于决定日期", field="served_on")])
    kept: dict[str, Any] = {"served_on": served_on, "served_way": served_way, "served_to": served_to.strip()[:100]}
    return _step("serve", case=case, by=by, version=None, scan=scan, slot="delivery", title="送达回证", **kept)


def _not_later(day: dt.date, field: str) -> None:
    if day > clock.today():
        raise Refused([Refusal("日期不能晚于今天", field=field)])


def _wanted(text: str, message: str, field: str) -> None:
    if not text.strip():
        raise Refused([Refusal(message, field=field)])
