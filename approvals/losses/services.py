"""Effects of the steps of a loss of title, and recording of failed assessments."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.cases.enums import CaseState
from approvals.cases.guards import MOST_NUMBER
from approvals.cases.models.cases import CLOSED_STATES, Case, CaseDocument
from approvals.cases.rules import is_officer
from approvals.cases.selectors.materials import CITYS_OWN
from approvals.cases.services import held, record_and_freeze, touch
from approvals.common.enums import CaseKind, LossGround
from approvals.losses.city_assessments import FACTS, failures_asked, failures_in_a_row, hearing_term
from approvals.losses.lifecycle import BY_NOTICE
from approvals.losses.models import FILED_HERE, WAIVED, LossFile, RecordedAssessment, RecordedKind
from approvals.requests.services import enter
from approvals.titles.selectors import decision_set_aside, decision_stayed
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.models import StageAssessment
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.documents.services import store
from greendistrict.policy.statutes import served_by_notice
from greendistrict.workflow.procedure import Taken, notify_event

# 取消与撤销: open a case, and the effects of its steps. The title ends when the decision is announced.

MOST = 4000


@transaction.atomic
def open_loss(*, district: District, ground: str, by: User, acceptance: Case | None = None) -> Case:
    """Open a case with its number: ``cancel`` after a failed acceptance, ``revoke`` after failed assessments. City's officer only.

    Raises ``NotAllowed``; ``Refused`` if a case is open already, the title is not held, or the acceptance did not fail.
    """
    NotAllowed.unless(posts_of(by).has(Role.CITY_OFFICER), "取消、撤销由市级经办办理")
    return _open(district, ground, by, acceptance)


@transaction.atomic
def open_on_failures(*, district: District, by: User) -> Case | None:
    """Open a draft case under 八（四） for the officer after repeated failed assessments.

    Returns None if a case is open already or the title is no longer held.
    """
    try:
        return _open(district, LossGround.REVOKE, by, None)
    except Refused:
        return None


def _open(district: District, ground: str, by: User, acceptance: Case | None) -> Case:
    district = District.objects.select_for_update(of=("self",), no_key=True).select_related("applicant").get(pk=district.pk)
    if found := _against(district, ground, acceptance):
        raise Refused(found)
    assert district.applicant is not None  # noqa: S101 -- refused above
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
    give(case)
    LossFile.objects.create(case=case, ground=ground, acceptance=acceptance)
    audit.record(action="loss.start", by=by, obj=case, data={"ground": ground, "acceptance": acceptance.number if acceptance else ""})
    return case


def _against(district: District, ground: str, acceptance: Case | None) -> list[Refusal]:
    found = []
    held = (Stage.PILOT,) if ground == LossGround.CANCEL else TITLED
    if district.stage not in held:
        found.append(Refusal("城区现在没有这一称号", found=district.stage_text))
    if district.applicant is None:
        page = reverse("districts:act_record", args=[district.code, "applicant"])
        found.append(Refusal("城区没有登记申报主体，不能告知和送达", remedy="先由市级经办登记申报主体", href=page))
    if ground == LossGround.CANCEL and (
        acceptance is None or acceptance.district_id != district.pk or acceptance.status != CaseState.FAILED
    ):
        found.append(Refusal("取消试点称号须以终期验收审查未通过为据", rule="TITLE-CANCELLED", cite="八（三）"))
    if acceptance is not None and decision_set_aside(acceptance):
        found.append(Refusal("这次验收不通过的决定已在行政复议或者行政诉讼中撤销，不能据以取消称号"))
    if acceptance is not None and decision_stayed(acceptance):
        found.append(Refusal("这次验收不通过的决定正在停止执行，停止执行结束前不能据以取消称号"))
    if acceptance is not None and LossFile.objects.filter(acceptance=acceptance).exclude(case__status=CaseState.DROPPED).exists():
        found.append(Refusal("这次验收已据以办理过取消"))
    if district.titles.filter(stayed_since__isnull=False).exists():
        found.append(Refusal("取消或撤销这一称号的决定正在停止执行，停止执行结束前不能另行启动"))
    if Case.objects.filter(district=district, kind=CaseKind.LOSS).exclude(status__in=CLOSED_STATES).exists():
        found.append(Refusal("这个城区已有取消或撤销在办"))
    return found


@transaction.atomic
def save_grounds(
    *,
    case: Case,
    by: User,
    facts: str,
    basis: str,
    not_implemented: str = "",
    scan: "Sequence[UploadedFile[Any]]" = (),
    version: int | None = None,
) -> Case:
    """Save facts, basis, evidence and (for 八（四）) the documented finding, while the officer drafts the case."""
    case = held(case, version)
    NotAllowed.when(case.status != CaseState.DRAFT or not is_officer(posts_of(by), case), "事实和依据由市级经办在拟办时填写")
    loss = case.loss
    loss.facts, loss.basis, loss.not_implemented = facts.strip()[:MOST], basis.strip()[:MOST], not_implemented.strip()[:MOST]
    loss.save(update_fields=["facts", "basis", "not_implemented"])
    for upload in scan:
        attach(case=case, by=by, slot=FACTS, title=f"事实和依据材料{case.documents.filter(slot=FACTS).count() + 1}", upload=upload)
    touch(case)
    return case


@transaction.atomic
def attach(*, case: Case, by: User, slot: str, title: str, upload: "UploadedFile[Any]") -> CaseDocument:
    """Store a paper of the city in its slot."""
    owner = case.loss if slot in CITYS_OWN else case  # the holder may not read the legal opinion and the minutes
    evidence = store(owner=owner, upload=upload, kind=title, title=title, by=by)
    return CaseDocument.objects.create(case=case, slot=slot, document=evidence)


def _keep(taken: Taken, *, slot: str = "", title: str = "", **kept: Any) -> None:
    """Store the fields of a step, and its scan or scans in ``slot`` under ``title``."""
    loss = taken.obj.loss
    for name, value in kept.items():
        setattr(loss, name, value)
    loss.save(update_fields=list(kept))
    given = (taken.values.get("scan") or []) if slot else []
    scans = given if isinstance(given, list) else [given]
    for number, scan in enumerate(scans, start=1):
        attach(case=taken.obj, by=taken.person, slot=slot, title=f"{title}{number if len(scans) > 1 else ''}", upload=scan)


def on_file_checked(taken: Taken) -> None:
    """提交审核, 转事先告知: store the failed assessments as known now."""
    _keep(taken, failures=[failure.plain() for failure in failures_in_a_row(taken.obj.district, clock.today())])


def on_tell(taken: Taken) -> None:
    """登记事先告知: the term of ``hearing_days`` working days begins the next day; from now on the district sees the case."""
    number, intent_served_on = taken.values["number"].strip()[:MOST_NUMBER], taken.values["intent_served_on"]
    due = hearing_term(intent_served_on)[1]
    _keep(taken, slot="letter", title="事先告知书", intent_number=number, intent_served_on=intent_served_on, hearing_due=due)
    taken.obj.submitted_at = clock.now()


def move_hearing(case: int, day: dt.date) -> None:
    """Extend the term for 陈述申辩 to ``day``, by the rule on outages of the portal."""
    LossFile.objects.filter(case=case, hearing_due__lt=day).update(hearing_due=day)


def on_state(taken: Taken) -> None:
    """提交陈述申辩 by the signer, within the term."""
    _stated(taken, taken.values["statement"], slot="statement", title="陈述申辩材料")


def on_waive(taken: Taken) -> None:
    """放弃陈述申辩, expressly declared."""
    _stated(taken, f"{WAIVED}：{taken.record.reason}")


def _stated(taken: Taken, statement: str, **paper: str) -> None:
    said: dict[str, Any] = {"statement": statement.strip()[:MOST], "statement_on": clock.today(), "statement_by": taken.person.name}
    _keep(taken, **said, statement_way=FILED_HERE, **paper)


def on_enter_statement(taken: Taken) -> None:
    """代录陈述申辩: a statement made in person, on paper or at a hearing, entered before the next step."""
    kept = enter(case=taken.obj, by=taken.person, action="statement", entry=taken.values["entry"])
    said: dict[str, Any] = {
        "statement": taken.values["statement"].strip()[:MOST],
        "statement_on": kept.received_on,
        "statement_by": kept.on_behalf,
    }
    _keep(taken, **said, statement_way=str(kept.get_way_display()))


def on_lapse(taken: Taken) -> None:
    """登记逾期未陈述申辩."""
    _keep(taken, statement_way="逾期未陈述申辩")


def on_to_legal(taken: Taken) -> None:
    """提交法制审核 with the officer's answer to the statement."""
    _keep(taken, considered=taken.values["considered"].strip()[:MOST])


def on_legal_agree(taken: Taken) -> None:
    """法制审核通过 with the opinion."""
    opinion = taken.record.reason[:MOST]
    _keep(taken, slot="legal", title="法制审核意见", legal_opinion=opinion, legal_on=clock.today())


def on_discuss(taken: Taken) -> None:
    """登记集体讨论: minutes with number, date, participants and result."""
    most = {"minutes_number": MOST_NUMBER, "discussed_by": 300, "discussion": MOST}
    kept = {name: taken.values[name].strip()[:length] for name, length in most.items()}
    _keep(taken, slot="minutes", title="集体讨论纪要", discussed_on=taken.values["discussed_on"], **kept)


def on_decide(taken: Taken) -> None:
    """审定取消或撤销: freeze the decision and store the remedies; from now on partner departments see the case."""
    case = taken.obj
    record_and_freeze(taken)
    _keep(taken, remedies=taken.values["remedies"].strip()[:MOST])
    if case.decision_scan is not None:
        CaseDocument.objects.create(case=case, slot="decision", document=case.decision_scan)
    case.accepted_at = clock.now()


def on_serve(taken: Taken) -> None:
    """登记送达: date, way of delivery and recipient; a paper served by public notice counts as served thirty days after it."""
    values, day = taken.values, taken.values["served_on"]
    served: dict[str, Any] = {
        "served_on": served_by_notice(day) if values["served_way"] == BY_NOTICE else day,
        "served_way": values["served_way"],
        "served_to": fitted(LossFile, "served_to", values["served_to"].strip()),
    }
    _keep(taken, slot="delivery", title="送达回证", **served)
    if scan := values.get("decision_scan"):
        taken.obj.decision_scan = attach(case=taken.obj, by=taken.person, slot="decision", title="决定书", upload=scan).document


# Opens a draft loss of title after repeated failed city assessments; registered with ``workflow.on``, in the same transaction.


def assessment_failed(*, record: Any, obj: StageAssessment | PostEvaluation, by: User, payload: Any) -> None:
    """Count the consecutive failures including this one, and open a draft if the policy's number is reached."""
    del payload
    today = clock.today()
    asked = failures_asked(today)
    before = [failure for failure in failures_in_a_row(obj.district, today) if failure.source != str(obj)]
    if asked is None or len(before) + 1 < asked:
        return
    case = open_on_failures(district=obj.district, by=by)
    if case is None:
        return
    body = "由经办核实是否未按要求实施，写明事实和依据；不应撤销的，写明理由终止。依据：八（四）。"
    notify_event(case, "failures", mark=record.pk, reason=body, values={"times": len(before) + 1})


# 补录 of city assessments that were held on paper or before the portal.


@transaction.atomic
def record_assessment(
    *,
    district: District,
    by: User,
    kind: str,
    concluded_on: dt.date,
    passed: bool,
    source: str,
    document: "UploadedFile[Any] | None",
) -> RecordedAssessment:
    """Store one assessment with its source and the paper of its conclusion; city's officer only, one per kind and day.

    It counts once another person has checked it. Raises ``NotAllowed``, ``Refused``.
    """
    NotAllowed.unless(posts_of(by).has(Role.CITY_OFFICER), "市级评估结论由市级经办补录")
    if concluded_on > clock.today():
        raise Refused([Refusal("结论日期不能晚于今天", field="concluded_on")])
    if not source.strip():
        raise Refused([Refusal("请写明出处", field="source")])
    if not document:
        raise Refused([Refusal("请上传结论文件", field="document")])
    kept = RecordedAssessment(
        district=district,
        kind=RecordedKind(kind),
        concluded_on=concluded_on,
        passed=passed,
        source=fitted(RecordedAssessment, "source", source.strip()),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise Refused([Refusal("这一天的同类评估已经补录", field="concluded_on")]) from error
    kept.document = store(owner=kept, upload=document, kind="评估结论", title=f"{kept}结论", by=by)
    kept.save(update_fields=["document"])
    audit.record(action="approvals.record_assessment", by=by, obj=kept, data={"passed": passed, "source": kept.source})
    return kept
