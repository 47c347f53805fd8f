"""Read score tables: visibility, scores, versions."""

import datetime as dt
from functools import cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.common import owed_papers
from assessments.common.calendar import self_check_due
from assessments.common.enums import Purpose
from assessments.tables.models import WITH_VERSION, RowEvidence, ScoreTable, TableState, TableVersion
from assessments.tables.registry import above
from assessments.tables.rules import EDITABLE
from assessments.tables.selectors.scoring import rows_of, score_rows
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import bodies_as, is_preparer, is_reviewer, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.django_internals import Joined, fill_relations
from indicators.editions.models import Edition
from indicators.scoring.engine import Result
from indicators.scoring.refusals import ScoringRefused


def score_tables_visible_to(viewer: Viewer) -> QuerySet[ScoreTable]:
    """Tables the user sees, with district and edition.

    The district's own people and its authority see theirs always; a bureau sees the rows assigned to it (``selectors.shares``) but no
    table; city and secretariat see what was submitted (a table edited again is shown as frozen); partners what was received; experts what
    they accepted to judge.
    """
    return ScoreTable.objects.filter(_seen_by(viewer)).select_related("district", "edition", "planned", "previous")


def sees_table(viewer: Viewer, table: int) -> bool:
    """Whether the user sees the table with this key."""
    return score_tables_visible_to(viewer).filter(pk=table).exists()


# Query for filling in: the table and its relations, with a column list and a join for each owner of tables.
WORKED_ON = """
    SELECT {{t}}, {{district}}, {{edition}}, {{planned}}, {{previous}}{columns} FROM assessments_scoretable t
    JOIN districts_district district ON district.id = t.district_id JOIN indicators_edition edition ON edition.id = t.edition_id
    LEFT JOIN assessments_scoretable planned ON planned.id = t.planned_id
    LEFT JOIN assessments_scoretable previous ON previous.id = t.previous_id
    {joins}
    WHERE t.id = %s
"""
TABLE_FIELDS = (
    *("id", "district", "edition", "purpose", "type", "stage", "year"),
    *("status", "building", "planned", "previous", "bases"),
)


@cache
def worked_on() -> Joined:
    """Query of the columns and joins needed for filling in; boundaries, sources and the report are not read.

    A result row is the table ``t`` with its relations by name: district, edition, planned, previous, and the matter filed with it.
    """
    owner = above().owner
    joined = f"LEFT JOIN {owner.model._meta.db_table} {owner.relation} ON {owner.relation}.table_id = t.id"
    return Joined(
        WORKED_ON.format(columns=f", {{{owner.relation}}}", joins=joined),
        t=(ScoreTable, TABLE_FIELDS),
        district=(District, ("id", "code", "name", "type", "stage", "applicant", "key_areas", "area_km2", "is_demo")),
        edition=(Edition, ("id", "code", "title", "official", "complete", "digest")),
        planned=(ScoreTable, ("id", "result")),
        previous=(ScoreTable, ("id", "edition")),
        **{owner.relation: (owner.model, owner.fields)},
    )


def table_worked_on(viewer: Viewer, pk: int) -> ScoreTable | None:
    """One of ``score_tables_visible_to`` with its relations (``worked_on``), read for filling in; None if not visible.

    Used on every page and save, therefore most columns are not read, and for those who fill in or sign for the district visibility is not
    queried again.
    """
    found = worked_on().read(pk)
    if not found:
        return None
    known = found[0]
    table, district = known.pop("t"), known["district"]
    held = viewer.held
    if not (is_preparer(held, district) or is_reviewer(held, district)) and not sees_table(viewer, pk):
        return None
    fill_relations(table, known)
    if matter := known[above().owner.relation]:
        matter.table, matter.district = table, district
    seen: ScoreTable = table
    return seen


def row_evidence_visible_to(viewer: Viewer) -> QuerySet[RowEvidence]:
    """Files under rows of submitted tables that the user sees; the district's own files are open to it anyway."""
    seen = ScoreTable.objects.filter(_seen_by(viewer), status__in=WITH_VERSION)
    return RowEvidence.objects.filter(row__table__in=seen)


def _seen_by(viewer: Viewer) -> Q:
    held = viewer.held
    condition = Q(pk__in=())
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(district__applicant_id__in=applicants)
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(
            mandate_in_force(held.day), organisation_id__in=consultants, district=OuterRef("district")
        )
        condition |= Q(Exists(mandates))
    if bodies := bodies_as(held, Role.AUTHORITY):
        condition |= Q(Exists(District.objects.filter(authorities__in=bodies, pk=OuterRef("district"))))
    if held.is_city or held.has(Role.SECRETARIAT):
        condition |= Q(status__in=WITH_VERSION) | Q(Exists(TableVersion.objects.filter(table=OuterRef("pk"))))
    if held.has(Role.PARTNER):
        condition |= Q(status=TableState.RECEIVED)
    return condition | above().may_read(viewer, held)


def overdue_word(table: ScoreTable, today: dt.date) -> str:
    """逾期 of a self-check's table that is filled in after its (possibly moved) deadline, with the mark of that day; else empty."""
    if table.purpose != Purpose.SELF_CHECK or table.year is None or table.status not in EDITABLE:
        return ""
    if today.year <= table.year:
        return ""
    key = owed_papers.yearly_key(owed_papers.SELF_CHECK, table.district_id, table.year)
    deadline = owed_papers.deadline(key, self_check_due(table.year))
    if deadline.late_word(None, today) != owed_papers.LATE:
        return ""
    mark = deadline.mark("selfcheck.due")
    return f"{owed_papers.LATE}{f'（{mark}）' if mark else ''}"


def result_of(table: ScoreTable) -> Result:
    """Score the current rows. Raises ``ScoringRefused`` with the reason."""
    scored = score_rows(table, rows_of(table.pk)[table.pk].values())
    if scored.result is None:
        raise ScoringRefused(scored.refusal)
    return scored.result


def latest_version(table: ScoreTable) -> TableVersion | None:
    """Newest frozen version; None before the first submission."""
    return table.versions.order_by("-number").first()
