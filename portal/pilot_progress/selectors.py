"""Rows of 谁在哪一步. The number of queries does not depend on that of districts; the policy is checked for the necessary rows only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse

from approvals.cases.lifecycle import state_of_kind
from approvals.cases.models.cases import CLOSED_STATES
from approvals.cases.selectors.cases import cases_visible_to
from approvals.common.enums import CaseKind
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import ENDED, UNFILED
from assessments.stage_assessments.selectors.stages import cycle_of, settled_on_paper, stages_visible_to
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policy_in_force
from obligations.duties import Obligation
from obligations.selectors import obligations_visible_to
from portal.pilot_progress.rules import OpenMatter, ProgressRow, Readiness, ordered
from portal.policy.selectors import checks_of, open_applications


def districts_followed(viewer: Viewer) -> QuerySet[District]:
    """Districts whose file the person may open, including historical records, without guideline areas."""
    return files_visible_to(viewer).filter(guideline_area=False)


def progress_rows(viewer: Viewer, districts: QuerySet[District]) -> list[ProgressRow]:
    """One row per district, without what only a row that is shown needs (``filled``)."""
    found = list(districts)
    duties: dict[int, list[Obligation]] = {district.pk: [] for district in found}
    for duty in obligations_visible_to(viewer):  # earliest first
        if duty.district_id in duties and duty.is_open:
            duties[duty.district_id].append(duty)
    rows = []
    for district in found:
        late = tuple(duty for duty in duties[district.pk] if duty.is_overdue(viewer.today))
        coming = next((duty for duty in duties[district.pk] if not duty.is_watch and not duty.is_overdue(viewer.today)), None)
        rows.append(ProgressRow(district, next_duty=coming, late=late))
    return rows


def _matters(viewer: Viewer, districts: Sequence[District]) -> Mapping[int, Sequence[OpenMatter]]:
    """Open cases and stage assessments by district; two queries."""
    matters: dict[int, list[OpenMatter]] = defaultdict(list)
    cases = cases_visible_to(viewer).filter(district__in=districts).exclude(status__in=CLOSED_STATES).order_by("created_at", "pk")
    for pk, district, kind, status in cases.values_list("pk", "district_id", "kind", "status"):
        state, label = state_of_kind(kind, status), str(CaseKind(kind).label)
        matters[district].append(OpenMatter(label, state.label, state.tone, reverse("approvals:case", args=[pk])))
    stages = stages_visible_to(viewer).filter(district__in=districts).exclude(status__in=ENDED).order_by("due", "pk")
    for stage in stages:
        if stage.status in UNFILED and settled_on_paper(stage, cycle_of(stage), viewer.today):
            continue  # nothing is under way
        state = STAGE_ASSESSMENT.state(stage.status)
        matters[stage.district_id].append(OpenMatter(stage.name, state.label, state.tone, reverse("assessments:stage", args=[stage.pk])))
    return matters


def filled(viewer: Viewer, rows: Sequence[ProgressRow]) -> list[ProgressRow]:
    """The rows with their leading bodies, their open matters and the check of their next stage."""
    districts = [row.district for row in rows]
    prefetch_related_objects(districts, "authorities")
    matters = _matters(viewer, districts)
    return checked(viewer, [replace(row, matters=tuple(matters.get(row.district.pk, ()))) for row in rows])


def checked(viewer: Viewer, rows: Sequence[ProgressRow]) -> list[ProgressRow]:
    """The rows with the check of their next stage; unchanged if no policy is in force or the district has no applicant."""
    try:
        policy = policy_in_force(viewer.today)
    except NoPolicyInForce:
        return list(rows)
    asked = [row.district for row in rows if not row.is_recorded_only and row.check is None]
    found = {one.district.pk: one for one in checks_of(policy, asked, open_applications(viewer, asked), viewer.today)}
    return [replace(row, check=found.get(row.district.pk, row.check)) for row in rows]


def narrowed(viewer: Viewer, rows: Sequence[ProgressRow], *, late: str, ready: str, order: str) -> list[ProgressRow]:
    """Filter and sort rows by what a query cannot; the policy is checked for all rows only if filter or order depends on it."""
    kept = [row for row in rows if not late or row.lateness == late]
    if ready in Readiness.values or order.removeprefix("-") == "missing":
        kept = [row for row in checked(viewer, kept) if not ready or row.readiness == ready]
    return ordered(kept, order)
