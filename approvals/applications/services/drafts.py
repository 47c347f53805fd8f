"""Open an application, save its own fields, and keep its score table and review in step.

Also here: Open an application and save the fields of the case itself: requested star, reasons, files.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from approvals.applications.selectors import form_content
from approvals.cases.models.cases import CLOSED_STATES, Case, Submission
from approvals.cases.selectors.materials import materials_of
from approvals.cases.services import editable, touch
from approvals.common.enums import CaseKind, EndorsementMode
from assessments.common.enums import Purpose, ScoringStage
from assessments.common.services import judged_parties
from assessments.prefill.services import prefill_table
from assessments.reviews.models import Review
from assessments.reviews.services import opening
from assessments.reviews.services.opening import stop
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.tables import latest_version
from assessments.versions import services as tables
from districts.common.enums import UNTITLED_STAGES
from districts.file.models.district import District
from districts.file.rules import is_preparer
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.documents.models import Evidence
from indicators.editions.models import Edition
from indicators.editions.selectors import against_scoring, published_editions


def open_table(case: Case, *, edition: Edition, by: User) -> ScoreTable:
    """Open the planning-stage table of an application, under the edition that the case locks."""
    return _brought_in(
        tables.open_table(district=case.district, edition=edition, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING, by=by)
    )


def open_acceptance_table(district: District, *, edition: Edition, planned: ScoreTable | None, by: User) -> ScoreTable:
    """Open the operation-stage table of an acceptance; its targets come from the planning-stage table of the same edition."""
    same = planned if planned is not None and planned.edition_id == edition.pk else None
    return _brought_in(
        tables.open_table(district=district, edition=edition, purpose=Purpose.ACCEPTANCE, stage=ScoringStage.OPERATION, by=by, planned=same)
    )


def _brought_in(table: ScoreTable) -> ScoreTable:
    """Prefill the table from plots, key projects and the indicator system; the prefill is repeated whenever the table is opened."""
    prefill_table(table)
    return table


def move_table(case: Case, action: str, *, by: User | None = None, reason: str = "") -> None:
    """Move the case's table along with the case, if the table is in the source state of ``action``."""
    if case.table is not None and TABLE.find(action, case.table.status):
        tables.follow(case.table, action, by, reason=reason)


def freeze_submission(case: Case, *, by: User, verdicts: dict[str, Any]) -> Submission:
    """Store the submission with a digest over its canonical JSON; the receipt is printed from it."""
    version = latest_version(case.table) if case.table else None
    content = {
        "number": case.number,
        "district": case.district.name,
        "applicant": case.applicant.name,
        "star_asked": case.star_asked,
        "reasons": case.reasons,
        "table": {"version": version.number, "digest": version.digest} if version else None,
        "materials": [
            {
                "title": line.slot.title,
                "files": [{"title": file.printed_title, "sha256": file.sha256, "key": str(file.key)} for file in line.files],
            }
            for line in materials_of(case)
            if line.slot.origin in {"file", "plan"} and (line.files or not line.slot.optional)
        ],
        "policy": verdicts,
        "form": form_content(case),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Submission.objects.create(
        case=case,
        number=case.submissions.count() + 1,
        content=content,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        at=clock.now(),
        by=by,
    )


def open_review(case: Case, *, by: User, beside: Sequence[Evidence] = ()) -> Review:
    """Open the experts' review with the frozen papers: title, number, parties for conflict rules, documents, requested star.

    ``beside``: further files outside the case's slots, such as those of a site visit.
    """
    files = [file for line in materials_of(case) for file in line.files]
    subject = opening.ReviewSubject(
        title=str(case),
        number=case.number or "",
        kind=case.kind,
        parties=judged_parties(case.district, case.applicant),
        documents=[{"title": file.printed_title, "key": str(file.key)} for file in (*files, *beside)],
        star_asked=case.star_asked,
    )
    if case.table is None:
        msg = f"尚无评分表，不能提请{case.panel_name}"
        raise Refused(msg)
    return opening.open_review(table=case.table, subject=subject, by=by)


def stop_review(case: Case, *, reason: str) -> None:
    """Stop the open review of a withdrawn case."""
    if case.review is not None:
        stop(review=case.review, reason=reason[:300])


@transaction.atomic
def start_application(
    *, district: District, by: User, edition: Edition | None = None, star_asked: int | None = None, mode: str = "", entered: bool = False
) -> Case:
    """Open a draft with its planning-stage score table, under the edition that the case locks.

    Only for the preparer of the district's applicant. With ``entered`` the city's officer opens it from paper, and the city sees it from
    the start. Raises ``NotAllowed``, or ``Refused`` with all reasons at once.
    """
    district = District.objects.select_for_update(of=("self",), no_key=True).select_related("applicant", "edition").get(pk=district.pk)
    if not (entered or is_preparer(posts_of(by), district)) or district.applicant is None:
        msg = "试点申报由申报主体的填报人建立"
        raise NotAllowed(msg)
    edition = edition or district.edition or published_editions(real=not district.is_demo).first()
    if found := _against(district, edition):
        raise Refused(found)
    case = Case.objects.create(
        kind=CaseKind.APPLICATION,
        district=district,
        applicant=district.applicant,
        endorsement_mode=mode or endorsement_mode_of(district),
        star_asked=star_asked or district.target_star,
        created_at=clock.now(),
        created_by=by,
        sent_at=clock.now() if entered else None,
    )
    if edition is not None:
        case.table = open_table(case, edition=edition, by=by)
        case.save(update_fields=["table"])
    audit.record(action="application.start", by=by, obj=case, data={"edition": edition.code if edition else ""})
    return case


def may_apply(districts: QuerySet[District]) -> QuerySet[District]:
    """Those of the districts that an application may be opened for, once what the file lacks is filled in."""
    under_way = Case.objects.filter(kind=CaseKind.APPLICATION).exclude(status__in=CLOSED_STATES)
    found = districts.filter(stage__in=UNTITLED_STAGES, guideline_area=False, merged_into=None)
    return found.exclude(pk__in=under_way.values("district"))


def _against(district: District, edition: Edition | None) -> list[Refusal]:
    found = []
    if district.guideline_area:
        found.append(Refusal("导则覆盖区不是绿色生态城区，不能申报"))
    if district.stage not in UNTITLED_STAGES:
        found.append(Refusal(f"城区已是“{district.stage_text}”，不能再申报试点"))
    if district.merged_into_id:
        found.append(Refusal(f"已并入{district.merged_into}，不再申报"))
    if not district.type:
        found.append(Refusal("城区类型（新建或更新）未填", remedy="先填写城区概况"))
    found += against_scoring(edition, real=not district.is_demo)
    if Case.objects.filter(district=district, kind=CaseKind.APPLICATION).exclude(status__in=CLOSED_STATES).exists():
        found.append(Refusal("这个城区已有同类办件在办"))
    return found


def endorsement_mode_of(district: District) -> str:
    """Which bodies must endorse the application, derived from who applies; the city may change it at receipt."""
    authorities = {body.pk: body for body in district.authorities.all()}
    applicant = district.applicant
    if applicant is None:
        return EndorsementMode.COMPANY_OR_BUREAU
    if applicant.pk in authorities:
        return EndorsementMode.COMMITTEE_ITSELF
    if applicant.posts.filter(role="authority").exists() and applicant.parent_id in authorities:
        return EndorsementMode.APPLICANT_IS_REGISTRAR
    parent = authorities.get(applicant.parent_id or 0)
    if parent is not None and parent.is_committee and applicant.kind == OrganisationKind.APPLICANT:
        return EndorsementMode.UNDER_COMMITTEE
    return EndorsementMode.COMPANY_OR_BUREAU


@writing
def save_case(*, case: Case, by: User, star_asked: int | None, reasons: Mapping[str, str], version: int | None = None) -> Case:
    """Save the requested star and the reasons for should-rules that do not hold (rule id → reason; empty ones are dropped)."""
    case = editable(case, by, version)
    case.star_asked = star_asked
    case.reasons = {rule: text.strip()[:500] for rule, text in reasons.items() if text.strip()}
    touch(case, "star_asked", "reasons")
    return case
