"""终期验收: what differs from an application. The steps that are the same are the application's own services."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.acceptancefacts import acceptance_facts
from approvals.enums import CaseKind
from approvals.models import CLOSED_STATES, Case
from approvals.services import papers
from approvals.services.cases import plain_verdicts
from approvals.services.steps import locked, move, record_decision, touch
from assessments.enums import Purpose
from assessments.models import ScoreTable
from districts.enums import BaselineKind, Stage
from districts.models import District
from districts.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.numbers import next_number
from indicators.models import Edition
from indicators.selectors import IN_USE

UNDER_WAY = (CaseKind.ACCEPTANCE, CaseKind.LOSS)


@transaction.atomic
def start_acceptance(*, district: District, by: User, edition: Edition | None = None, star_asked: int | None = None) -> Case:
    """Open a draft with its operation-stage score table: by the applicant's preparer, or by the city's officer for the district.

    The gates of 八（三） are asked when it is submitted. Raises ``NotAllowed``, or ``Refused`` with everything against it.
    """
    rows = District.objects.select_for_update(of=("self",)).select_related("applicant", "edition")
    district = rows.get(pk=district.pk)
    by_city = seats(by).has(Role.CITY_OFFICER)
    if not (by_city or is_preparer(by, district)):
        msg = "终期验收由申报主体的填报人申请，或由市级经办发起"
        raise NotAllowed(msg)
    planned = planning_table(district)
    edition = edition or district.edition or (planned.edition if planned else None)
    if found := _against(district, edition):
        raise Refused(found)
    assert edition is not None  # noqa: S101 -- told above
    assert district.applicant is not None  # noqa: S101 -- told above
    now = clock.now()
    case = Case.objects.create(
        kind=CaseKind.ACCEPTANCE,
        district=district,
        applicant=district.applicant,
        star_asked=star_asked or district.target_star or district.star,
        created_at=now,
        created_by=by,
        sent_at=now if by_city else None,
        table=papers.open_acceptance_table(district, edition=edition, planned=planned, by=by),
    )
    audit.record(action="acceptance.start", by=by, obj=case, data={"edition": edition.code, "by_city": by_city})
    return case


def planning_table(district: District) -> ScoreTable | None:
    """The received planning-stage table that the pilot was granted on; its values are the targets."""
    rows = ScoreTable.objects.filter(district=district, purpose=Purpose.APPLICATION, status="received")
    return rows.select_related("edition").order_by("-submitted_at").first()


def _against(district: District, edition: Edition | None) -> list[Refusal]:
    found = []
    if district.stage != Stage.PILOT:
        found.append(Refusal("只有试点城区可以终期验收", cite="八（三）", required="试点", found=district.get_stage_display()))
    if district.applicant is None:
        found.append(Refusal("城区没有登记申报主体", remedy="先填写城区概况"))
    if not district.type:
        found.append(Refusal("城区类型（新建或更新）未填", remedy="先填写城区概况"))
    if edition is None:
        found.append(Refusal("城区没有适用的评价标准版本", remedy="先办理评价标准版本变更，或由市级确定"))
    elif edition.status not in IN_USE or not edition.complete:
        found.append(Refusal(f"评价标准{edition.code}没有发布，不能用于验收"))
    if not district.baselines.filter(kind=BaselineKind.PILOT).exists():
        found.append(Refusal("没有冻结的试点基线，不能核对验收条件", remedy="由市级补录试点基线", cite="八（三）"))
    under_way = Case.objects.filter(district=district, kind__in=UNDER_WAY).exclude(status__in=CLOSED_STATES)
    return found + [Refusal(f"{case.get_kind_display()}{case.number or ''}在办") for case in under_way]


@transaction.atomic
def acceptance_hand_up(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交审核: the gates hold, the table can be submitted; it is locked meanwhile."""
    case = locked(case, version)
    case.handed_by = by
    touch(case, "handed_by")
    move(case, "hand_up", by, facts=acceptance_facts(case))
    papers.lock_table(case)
    return case


@transaction.atomic
def acceptance_sign(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """签发并提交: table frozen, number given (kept when submitted again), receipt with the verdicts written."""
    return sign_as("sign", case=locked(case, version), by=by, reason=reason, signer=by)


def sign_as(action: str, *, case: Case, by: User, reason: str, signer: User | None) -> Case:
    """As ``cases.sign_as``."""
    now = clock.now()
    facts = acceptance_facts(case, now.date())
    move(case, action, by, facts=facts, reason=reason)
    papers.submit_table(case, by=signer)
    case.number = case.number or next_number(case.kind, now.year)
    case.submitted_at = case.sent_at = now
    touch(case, "number", "submitted_at", "sent_at")
    papers.freeze_submission(case, by=by, verdicts=plain_verdicts(facts))
    return case


@transaction.atomic
def acceptance_accept(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """受理: the gates are asked once more. The first receipt's date stays when a corrected case comes back."""
    case, now = locked(case, version), clock.now()
    move(case, "accept", by, facts=acceptance_facts(case, now.date()), reason=reason)
    case.accepted_at = case.accepted_at or now
    touch(case, "accepted_at")
    return case


@transaction.atomic
def acceptance_resubmit(*, case: Case, by: User, version: int | None = None) -> Case:
    """提交修改稿 after 修改后重审."""
    case, now = locked(case, version), clock.now()
    facts = acceptance_facts(case, now.date())
    move(case, "resubmit", by, facts=facts)
    papers.submit_table(case, by=by)
    papers.freeze_submission(case, by=by, verdicts=plain_verdicts(facts))
    return case


@transaction.atomic
def acceptance_open_review(*, case: Case, by: User, version: int | None = None) -> Case:
    """提请终期验收评审: hand over the papers, the record of the visit and its photos."""
    case = locked(case, version)
    move(case, "open_review", by, facts=acceptance_facts(case))
    case.review = papers.open_review(case, by=by)
    touch(case, "review")
    return case


@transaction.atomic
def acceptance_to_check(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """提交审核 without a notice still to be held."""
    case = locked(case, version)
    move(case, "to_check", by, facts=acceptance_facts(case), reason=reason)
    return case


@transaction.atomic
def acceptance_to_decide(*, case: Case, by: User, reason: str = "", version: int | None = None) -> Case:
    """报审定 without 审核, where the settings' chain has none."""
    case = locked(case, version)
    move(case, "to_decide", by, facts=acceptance_facts(case), reason=reason)
    return case


@transaction.atomic
def acceptance_recheck(*, case: Case, by: User, note: str, on: dt.date, version: int | None = None) -> Case:
    """登记修改完善复核: who looked again, when, and what they found."""
    case = locked(case, version)
    if not note.strip():
        msg = "请写明复核人和意见"
        raise Refused(msg)
    move(case, "recheck", by, facts=acceptance_facts(case), reason=note, payload={"step": "recheck"})
    case.recheck_on, case.recheck_note = on, note.strip()[:500]
    touch(case, "recheck_on", "recheck_note")
    return case


@transaction.atomic
def acceptance_decide(
    *, case: Case, by: User, number: str, decided_on: dt.date, scan: "UploadedFile[Any] | None" = None, version: int | None = None
) -> Case:
    """审定授予示范: rules of step ``conclude`` as of the decision's date; number, date and scan are recorded."""
    case = locked(case, version)
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    move(case, "decide", by, facts=acceptance_facts(case, decided_on), payload={"step": "decide"})
    return case


@transaction.atomic
def acceptance_decide_failed(
    *,
    case: Case,
    by: User,
    number: str,
    decided_on: dt.date,
    reason: str,
    scan: "UploadedFile[Any] | None" = None,
    version: int | None = None,
) -> Case:
    """审定不通过: a proposal to cancel stands on the officer's desk from now on; the title is untouched (八（三）)."""
    case = locked(case, version)
    record_decision(case, by=by, number=number, decided_on=decided_on, scan=scan)
    move(case, "decide_failed", by, facts=acceptance_facts(case, decided_on), reason=reason, payload={"step": "decide"})
    return case
