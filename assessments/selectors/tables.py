"""Reading score tables: who sees which, what they score, what is missing."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.enums import MemberState
from assessments.models import PanelMember, RowEvidence, ScoreTable, TableVersion
from assessments.rules.tables import SEEN_BY_CITY
from assessments.selectors.check import Finding
from assessments.selectors.plausibility import full_findings
from assessments.selectors.scoring import rows_of, score_rows
from districts.models import ConsultantMandate, District
from districts.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from indicators.scoring import Result, ScoringRefused


def score_tables_visible_to(user: User) -> QuerySet[ScoreTable]:
    """Return the tables a person sees, with district and edition.

    The district's own people and its authority always; a bureau sees the rows given to it (``selectors.shares``) and no table; city
    and secretariat what was submitted (a table that is edited again they see as it was frozen); partners what was received; experts
    what they have accepted to judge.
    """
    return ScoreTable.objects.filter(_seen_by(user)).select_related("district", "edition", "planned")


# What filling in needs of the table and of what stands around it; boundaries, sources and the report stay where they are.
WORKED_ON = (
    *("id", "district_id", "edition_id", "purpose", "type", "stage", "year", "status", "building", "planned_id", "previous_id"),
    *("planned__result", "edition__code", "edition__title", "edition__official", "edition__complete", "edition__digest"),
    *(f"district__{name}" for name in ("code", "name", "type", "stage", "applicant_id", "key_areas", "area_km2", "is_demo")),
)


def tables_worked_on(user: User) -> QuerySet[ScoreTable]:
    """The same tables as ``score_tables_visible_to``, read for filling in: the hot path leaves most columns unread."""
    return score_tables_visible_to(user).only(*WORKED_ON)


def row_evidence_visible_to(user: User) -> QuerySet[RowEvidence]:
    """Return the files under rows of submitted tables a person sees: the district's own are open to it anyway."""
    seen = ScoreTable.objects.filter(_seen_by(user), status__in=SEEN_BY_CITY)
    return RowEvidence.objects.filter(row__table__in=seen)


def _seen_by(user: User) -> Q:
    held = seats(user)
    condition = Q(pk__in=())
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(district__applicant_id__in=applicants)
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(), organisation_id__in=consultants, district=OuterRef("district"))
        condition |= Q(Exists(mandates))
    if bodies := bodies_as(user, Role.AUTHORITY):
        condition |= Q(Exists(District.objects.filter(authorities__in=bodies, pk=OuterRef("district"))))
    if held.is_city or held.has(Role.SECRETARIAT):
        condition |= Q(status__in=SEEN_BY_CITY) | Q(Exists(TableVersion.objects.filter(table=OuterRef("pk"))))
    if held.has(Role.PARTNER):
        condition |= Q(status="received")
    if held.has(Role.EXPERT):
        dealt = PanelMember.objects.filter(review__table=OuterRef("pk"), expert__user=user, state=MemberState.ACCEPTED)
        condition |= Q(Exists(dealt), status__in=SEEN_BY_CITY)
    return condition


def result_of(table: ScoreTable) -> Result:
    """Score the rows as they are now. Raises ``ScoringRefused`` with the reason."""
    scored = score_rows(table, rows_of(table.pk)[table.pk].values())
    if scored.result is None:
        raise ScoringRefused(scored.refusal)
    return scored.result


def findings(table: ScoreTable) -> list[Finding]:
    """Everything the check before submission finds in the rows: what blocks first, then what warns."""
    rows = rows_of(table.pk)[table.pk]
    found = full_findings(table, score_rows(table, rows.values()), rows)
    return sorted(found, key=lambda one: not one.blocks)


def blocking_rows(table: ScoreTable) -> list[Finding]:
    """What must be put right before the table can be submitted."""
    return [finding for finding in findings(table) if finding.blocks]


def latest_version(table: ScoreTable) -> TableVersion | None:
    """Newest frozen version; None before the first submission."""
    return table.versions.order_by("-number").first()
