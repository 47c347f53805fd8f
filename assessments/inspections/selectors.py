"""Read inspections: visibility, what a finding may refer to, open findings."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from assessments.inspections import rules
from assessments.inspections.lifecycle import INSPECTION_FINDING
from assessments.inspections.models import (
    KNOWN_TO_DISTRICT,
    Inspection,
    InspectionFinding,
    InspectionFindingState,
    InspectionPhoto,
    InspectionState,
    Severity,
)
from assessments.stage_assessments.models import ENDED, StageAssessment
from districts.common.enums import Stage
from districts.file.models.district import ConsultantMandate
from districts.file.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.django_internals import Compiled
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy.loader import all_policies
from greendistrict.workflow.history import as_it_was
from greendistrict.workflow.machine import State
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from indicators.editions.selectors import rules_for


def inspections_visible_to(viewer: Viewer) -> QuerySet[Inspection]:
    """Inspections the user sees: all for city and secretariat, issued ones for the district's people, its authority and partners."""
    held = viewer.held
    inspections = Inspection.objects.select_related("district__edition", "early")
    if held.is_city or held.has(Role.SECRETARIAT):
        return inspections
    issued = Q(status__in=KNOWN_TO_DISTRICT)
    if held.has(Role.PARTNER):
        return inspections.filter(issued)
    mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=held.organisations_as(Role.CONSULTANT))
    own = held.organisations_as(Role.PREPARER, Role.REVIEWER)
    mine = Q(district__applicant__in=own) | Q(district__authorities__in=bodies_as(held, Role.AUTHORITY))
    mine |= Q(district__mandates__in=mandates.values("pk"))
    return inspections.filter(issued, pk__in=Inspection.objects.filter(mine).order_by().values("pk"))


def findings_visible_to(viewer: Viewer) -> QuerySet[InspectionFinding]:
    """Findings of the inspections that the user sees."""
    return InspectionFinding.objects.filter(inspection__in=inspections_visible_to(viewer).order_by().values("pk"))


def inspection_list(viewer: Viewer) -> QuerySet[Inspection]:
    """Visible inspections, newest first, annotated with the number of findings (``total``) and of issued ones that are open (``left``)."""
    left = Count("findings", filter=~Q(findings__status=InspectionFindingState.CLOSED) & Q(status__in=KNOWN_TO_DISTRICT))
    return inspections_visible_to(viewer).annotate(total=Count("findings"), left=left).order_by("-inspected_on", "-pk")


def count_open(inspection: Inspection, _today: dt.date) -> int:
    """Number of findings that are not closed."""
    return inspection.findings.exclude(status=InspectionFindingState.CLOSED).count()


def count_serious(inspection: Inspection, _today: dt.date) -> int:
    """Number of serious findings."""
    return inspection.findings.filter(severity=Severity.SERIOUS).count()


def is_pilot(inspection: Inspection, _today: dt.date) -> bool:
    """Whether the district is a pilot; only pilots have stage assessments."""
    return inspection.district.stage == Stage.PILOT


def running_assessment(inspection: Inspection, _today: dt.date) -> str:
    """Name of the district's stage assessment in progress; empty if there is none."""
    running = StageAssessment.objects.filter(district=inspection.district_id).exclude(status__in=ENDED).first()
    return str(running) if running else ""


@dataclass(frozen=True)
class InspectionFile:
    """A file of an inspection; ``shot`` is set for a photo."""

    document: Evidence
    shot: InspectionPhoto | None


def files_of(owner: Inspection | InspectionFinding) -> list[InspectionFile]:
    """Files of a visit or of a finding, with time and place of photos."""
    files = list(evidence_of(owner))
    shots = {shot.document_id: shot for shot in InspectionPhoto.objects.filter(document__in=files)}
    return [InspectionFile(file, shots.get(file.pk)) for file in files]


def bindings_of(inspection: Inspection) -> tuple[dict[str, str], dict[str, str]]:
    """What a finding may refer to, as words by key: policy rules in force on the day of the visit; clauses of the edition and type."""
    policies = [policy for policy in all_policies() if policy.is_in_force(inspection.inspected_on)]
    named = {rule.id: f"{rule.cite} {rule.title}" for policy in policies for rule in policy.rules}
    district = inspection.district
    items = {}
    if district.edition and district.type and district.edition.complete:
        layout = rules_for(district.edition).table(district.type, "operation")
        items = {item.id: f"{item.id} {item.title}" for item in layout.items.values()}
    return named, items


def findings_known_on(day: dt.date) -> QuerySet[InspectionFinding]:
    """Findings of the inspections issued by the end of ``day``."""
    return InspectionFinding.objects.filter(inspection__status__in=KNOWN_TO_DISTRICT, inspection__issued_at__lt=clock.end_of(day))


def left_on(day: dt.date) -> Q:
    """Condition on findings: not closed by the end of ``day``."""
    return ~Q(status=InspectionFindingState.CLOSED) | Q(closed_at__gte=clock.end_of(day))


def has_unanswered(inspection: Inspection) -> bool:
    """Whether a finding still waits for the district's answer."""
    return inspection.findings.filter(status=InspectionFindingState.OPEN).exists()


def open_findings_of(district: str, day: dt.date) -> Coalesce:
    """Number of findings open at the end of ``day``, as a query expression for the district in the field ``district``."""
    rows = findings_known_on(day).filter(left_on(day), inspection__district_id=OuterRef(district)).order_by()
    return Coalesce(Subquery(rows.values("inspection__district").annotate(count=Count("pk")).values("count")), 0)


class FindingOnDay(NamedTuple):
    """A finding with its state as of a given day, and whether its deadline had passed without a report.

    ``found_on`` is the day of the inspection; ``basis`` is the rule or clause in words.
    """

    finding: InspectionFinding
    found_on: dt.date
    basis: str
    state: InspectionFindingState
    is_late: bool


def issued_on(districts: Collection[int], year: int, day: dt.date) -> tuple[list[Inspection], list[FindingOnDay]]:
    """Inspections of ``year`` issued by ``day``; and their findings with earlier ones still open at the end of ``day``. Two queries."""
    issued = Inspection.objects.filter(district__in=districts, status__in=KNOWN_TO_DISTRICT, inspected_on__year__lte=year)
    rows = InspectionFinding.objects.filter(inspection__in=issued).select_related("inspection")
    found = [finding_on_day(row, day) for row in rows.order_by("inspection__inspected_on", "inspection", "order")]
    shown = [row for row in found if row.found_on.year == year or row.state != InspectionFindingState.CLOSED]
    return list(issued.filter(inspected_on__year=year).order_by("inspected_on", "pk")), shown


def finding_on_day(finding: InspectionFinding, day: dt.date) -> FindingOnDay:
    """A finding at the end of ``day``: its state, and no reply or closing of a later day."""
    found_on = finding.inspection.inspected_on
    cites = {rule.id: rule.cite for policy in all_policies() if policy.is_in_force(found_on) for rule in policy.rules}
    basis = "、".join(part for part in (cites.get(finding.rule, finding.rule), finding.item_id) if part)
    closed, replied, states = _by(finding.closed_at, day), _by(finding.replied_at, day), InspectionFindingState
    state = states.CLOSED if closed else states.REPLIED if replied else states.OPEN
    then = as_it_was(
        finding,
        status=state,
        closed_at=finding.closed_at if closed else None,
        reply=finding.reply if replied else "",
        replied_at=finding.replied_at if replied else None,
    )
    return FindingOnDay(then, found_on, basis, state, is_late=state == states.OPEN and day > finding.due)


def _by(moment: dt.datetime | None, day: dt.date) -> bool:
    return moment is not None and moment.astimezone(clock.SHANGHAI).date() <= day


def waiting(viewer: Viewer) -> QuerySet[InspectionFinding] | None:
    """Open findings that may wait for this user; None if findings never wait for such a user."""
    held = viewer.held
    if not held.has(Role.CITY_OFFICER, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT):
        return None
    seen = inspections_visible_to(viewer).filter(status=InspectionState.ISSUED).order_by().values("pk")
    return (
        InspectionFinding.objects.filter(inspection__in=seen)
        .exclude(status=InspectionFindingState.CLOSED)
        .select_related("inspection__district")
    )


def tasks_for(viewer: Viewer) -> list[Task]:
    """Tasks for findings to rectify or to re-check."""
    found = waiting(viewer)
    return [] if found is None else [task for one in found.order_by("due", "pk") if (task := task_of(viewer, one))]


def _to_issue_or_close() -> QuerySet[Inspection]:
    """Inspections that are drafts, or are issued with all findings closed."""
    left = InspectionFinding.objects.filter(inspection=OuterRef("pk")).exclude(status=InspectionFindingState.CLOSED)
    inspections = Inspection.objects.filter(Q(status=InspectionState.DRAFT) | Q(~Exists(left), status=InspectionState.ISSUED))
    return inspections.select_related("district").order_by("opened_at", "pk")


TO_ISSUE_OR_CLOSE = Compiled(_to_issue_or_close)


@among(_to_issue_or_close)
def tasks_beside(viewer: Viewer) -> list[Task]:
    """Tasks of the city's 经办: inspections to issue, and those that can be closed because all findings are."""
    if not viewer.held.has(Role.CITY_OFFICER):
        return []
    return [
        Task(
            title=_waiting_for(one),
            subject=str(one),
            link=reverse("assessments:inspection", args=[one.pk]),
            since=one.issued_at or one.opened_at,
            due=one.planned_on if one.is_to_be_held else None,
            kind="inspection",
            is_demo=one.district.is_demo,
        )
        for one in TO_ISSUE_OR_CLOSE.read()
    ]


def _waiting_for(inspection: Inspection) -> str:
    if inspection.status != InspectionState.DRAFT:
        return "监督检查问题都已销号，待办结"
    return "计划的监督检查" if inspection.is_to_be_held else "监督检查待发出"


def task_of(viewer: Viewer, finding: InspectionFinding) -> Task | None:
    """The user's task for the finding, or None."""
    held = viewer.held
    mending = rules.mends(held, finding) or (
        finding.status == InspectionFindingState.OPEN and finding.reply and rules.reports(held, finding)
    )
    checking = finding.status == InspectionFindingState.REPLIED and rules.accepts(held, finding)
    if not (mending or checking):
        return None
    return Task(
        title="整改检查发现的问题" if mending else "复核检查问题整改",
        subject=str(finding),
        link=reverse("assessments:inspection", args=[finding.inspection_id]) + f"#finding-{finding.pk}",
        since=finding.inspection.issued_at,
        due=finding.due if mending else None,
        kind="inspection",
        is_demo=finding.inspection.district.is_demo,
    )


@dataclass(frozen=True)
class InspectionFindingLine:
    """A finding as shown on the page and in print: its basis in words, state and files."""

    finding: InspectionFinding
    bound: list[str]
    state: State
    late: bool
    files: list[InspectionFile]


UNASKED = {
    InspectionState.DRAFT: State(InspectionState.DRAFT, "未发出"),
    InspectionState.DISCARDED: State(InspectionState.DISCARDED, "随检查作废"),
}


def finding_lines(inspection: Inspection, today: dt.date) -> list[InspectionFindingLine]:
    """The findings in order; until they are issued, and once the inspection is discarded, nothing has to be mended."""
    rules, items = bindings_of(inspection)
    unasked = UNASKED.get(InspectionState(inspection.status))
    return [
        InspectionFindingLine(
            finding,
            [words for words in (rules.get(finding.rule, finding.rule), items.get(finding.item_id, finding.item_id)) if words],
            unasked or INSPECTION_FINDING.state(finding.status),
            unasked is None and is_late(finding, today),
            files_of(finding),
        )
        for finding in inspection.findings.order_by("order")
    ]


def is_late(finding: InspectionFinding, today: dt.date) -> bool:
    """Whether the deadline passed without a report."""
    return finding.status == InspectionFindingState.OPEN and today > finding.due
