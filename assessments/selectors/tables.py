"""Reading score tables: who sees which, what they score, what is missing."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.enums import MemberState
from assessments.models import PanelMember, RowEvidence, ScoreTable, SelfCheck, TableVersion
from assessments.rules.tables import SEEN_BY_CITY
from assessments.selectors.check import Finding
from assessments.selectors.plausibility import full_findings
from assessments.selectors.scoring import rows_of, score_rows
from districts.models import ConsultantMandate, District
from districts.rules import bodies_as, is_preparer, is_reviewer, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core.joined import Joined
from indicators.models import Edition
from indicators.scoring import Result, ScoringRefused


def score_tables_visible_to(user: User) -> QuerySet[ScoreTable]:
    """Return the tables a person sees, with district and edition.

    The district's own people and its authority always; a bureau sees the rows given to it (``selectors.shares``) and no table; city
    and secretariat what was submitted (a table that is edited again they see as it was frozen); partners what was received; experts
    what they have accepted to judge.
    """
    return ScoreTable.objects.filter(_seen_by(user)).select_related("district", "edition", "planned")


# What filling in needs of the table and of what stands around it; boundaries, sources and the report stay where they are.
WORKED_ON = Joined(
    """
    SELECT {t}, {d}, {e}, {p}, {c} FROM assessments_scoretable t
    JOIN districts_district d ON d.id = t.district_id JOIN indicators_edition e ON e.id = t.edition_id
    LEFT JOIN assessments_scoretable p ON p.id = t.planned_id LEFT JOIN assessments_selfcheck c ON c.table_id = t.id
    WHERE t.id = %s
    """,
    t=(ScoreTable, ("id", "district", "edition", "purpose", "type", "stage", "year", "status", "building", "planned", "previous")),
    d=(District, ("id", "code", "name", "type", "stage", "applicant", "key_areas", "area_km2", "is_demo")),
    e=(Edition, ("id", "code", "title", "official", "complete", "digest")),
    p=(ScoreTable, ("id", "result")),
    c=(SelfCheck, ("id", "district", "table", "year", "status", "findings")),
)


def table_worked_on(user: User, pk: int) -> ScoreTable | None:
    """One of ``score_tables_visible_to`` with district, edition, planning table and self-check, read for filling in; None out of sight.

    The hot path of pages and saves: most columns stay unread, and whoever fills in or signs for the district sees its tables without
    being looked up again.
    """
    found = WORKED_ON.read(pk)
    if not found:
        return None
    table, district, edition, planned, check = found[0]
    if not (is_preparer(user, district) or is_reviewer(user, district)) and not score_tables_visible_to(user).filter(pk=pk).exists():
        return None
    known = {"district": district, "edition": edition, "planned": planned, "self_check": check}
    table._state.fields_cache.update(known)  # noqa: SLF001 -- as select_related does; a relation that is empty is known to be so
    if check is not None:
        check.table, check.district = table, district
    worked_on: ScoreTable = table
    return worked_on


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
