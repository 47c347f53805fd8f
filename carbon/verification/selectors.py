"""Read verifications: visibility, conditions of steps, frozen content, tasks."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments.common import rules as filing
from assessments.common.selectors import own_people, own_side
from carbon.inventories.models import MANDATED, OPEN, CarbonInventory
from carbon.inventories.selectors import FILED
from carbon.verification import rules
from carbon.verification.models import CarbonVerification, VerificationFinding, VerificationState
from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holding
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def verifications_visible_to(viewer: Viewer) -> QuerySet[CarbonVerification]:
    """City and secretariat see all, the district's side its own, a verifier its mandates, partners the signed ones."""
    verifications = CarbonVerification.objects.select_related("district", "body")
    if filing.oversees(viewer.held):
        return verifications
    held = viewer.held
    mine = own_side(viewer)
    if held.has(Role.VERIFIER):
        mine |= Q(body__in=held.organisations_as(Role.VERIFIER), status__in=MANDATED)
    if held.has(Role.PARTNER):
        mine |= Q(status=VerificationState.SIGNED)
    return verifications.filter(pk__in=CarbonVerification.objects.filter(mine).order_by().values("pk"))


def live_of(district: District, year: int) -> CarbonVerification | None:
    """The verification of a year whose mandate is not withdrawn; None if there is none."""
    return CarbonVerification.objects.filter(district=district, year=year, status__in=MANDATED).first()


def counting_of(district: District, year: int) -> CarbonInventory | None:
    """The inventory to verify: the newest filed edition."""
    return CarbonInventory.objects.filter(FILED, district=district, year=year).order_by("-edition").first()


def bodies() -> QuerySet[Organisation]:
    """Organisations that verify."""
    return Organisation.objects.filter(kind=OrganisationKind.VERIFIER).order_by("name_pinyin", "pk")


def open_findings(verification: CarbonVerification) -> QuerySet[VerificationFinding]:
    """Findings that are not closed."""
    return verification.findings.filter(closed_at__isnull=True)


def count_open(verification: CarbonVerification, _today: dt.date) -> int:
    """Number of open findings."""
    return open_findings(verification).count()


def unanswered(verification: CarbonVerification, _today: dt.date) -> list[int]:
    """Numbers of open findings without a reply of the district."""
    return list(open_findings(verification).filter(reply="").values_list("order", flat=True))


def editing(verification: CarbonVerification, _today: dt.date) -> bool:
    """Whether an edition of the inventory is still open."""
    return CarbonInventory.objects.filter(district=verification.district_id, year=verification.year, status__in=OPEN).exists()


def papers_of(verification: CarbonVerification) -> list[Evidence]:
    """The opinion on paper, as the verifier uploaded it."""
    return list(evidence_of(verification))


def count_papers(verification: CarbonVerification, _today: dt.date) -> int:
    """Number of files of the opinion on paper."""
    return len(papers_of(verification))


def second_people(verification: CarbonVerification) -> list[User]:
    """People of the mandated body besides the one who handed it up."""
    return [one for one in holding(Role.VERIFIER, organisation_ids={verification.body_id}) if one.pk != verification.handed_by_id]


def to_freeze(verification: CarbonVerification, _today: dt.date) -> dict[str, Any]:
    """Content frozen at signing: mandate, inventory with its digest, findings, statement, conclusion."""
    inventory = counting_of(verification.district, verification.year)
    content = (inventory.frozen or {}).get("content", {}) if inventory else {}
    return {
        "district": verification.district.code,
        "year": verification.year,
        "body": verification.body.name,
        "mandated_at": verification.mandated_at.isoformat(),
        "inventory": {
            "edition": inventory.edition if inventory else 0,
            "digest": inventory.digest if inventory else "",
            "total": content.get("total", ""),
            "per_m2_kg": content.get("per_m2_kg", ""),
        },
        "findings": [{"order": one.order, "text": one.text, "reply": one.reply, "note": one.note} for one in verification.findings.all()],
        "papers": [{"title": paper.title, "sha256": paper.sha256} for paper in papers_of(verification)],
        "statement": verification.statement,
        "conclusion": verification.conclusion,
    }


WORDS = {
    VerificationState.CHECKING: "核查碳排放清单",
    VerificationState.CORRECTING: "答复核查发现",
    VerificationState.REVIEWING: "复核签发核查报告",
}


@among(lambda: CarbonVerification.objects.filter(status__in=WORDS))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: verifications that wait for this person."""
    held = viewer.held
    mine = Q(pk__in=())
    if held.has(Role.VERIFIER):
        own = Q(body__in=held.organisations_as(Role.VERIFIER))
        mine |= own & (Q(status=VerificationState.CHECKING) | Q(status=VerificationState.REVIEWING) & ~Q(handed_by=viewer.person))
    if held.has(Role.CITY_OFFICER):
        mine |= Q(status=VerificationState.REVIEWING)
    if held.has(Role.PREPARER, Role.CONSULTANT):
        mine |= own_people(viewer) & Q(status=VerificationState.CORRECTING)
    if not held.has(Role.VERIFIER, Role.PREPARER, Role.CONSULTANT, Role.CITY_OFFICER):
        return []
    rows = CarbonVerification.objects.filter(mine).select_related("district").distinct().order_by("year", "pk")
    return [
        Task(
            title=WORDS[VerificationState(row.status)],
            subject=str(row),
            link=reverse("carbon:verification", args=[row.pk]),
            since=row.mandated_at,
            kind=f"carbon_verification.{row.status}",
            is_demo=row.district.is_demo,
        )
        for row in rows
        if rules.may_write(held, row)
        or rules.may_reply(held, row)
        or (row.status == VerificationState.REVIEWING and rules.releases(held, row))
    ]
