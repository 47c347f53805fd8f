"""Read shares: assigned rows, sign-offs, tasks."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments.sharing.models import RowShare, SharedRow, ShareState
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from assessments.tables.registry import RowHolder
from assessments.tables.rules import EDITABLE
from assessments.tables.selectors.scoring import left_out_by_portal
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import mandate_in_force
from greendistrict.accounts.departments import department_named, missing_words
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

BUREAU = "bureau"
UNNAMED = "标准没有列部门"
LIVE = (ShareState.OPEN, ShareState.SIGNED)


def assigned_to(viewer: Viewer) -> Q:
    """Condition for shares assigned to the user, or to a bureau for which they provide data."""
    return Q(person=viewer.person) | Q(organisation_id__in=viewer.held.organisations_as(Role.BUREAU))


def shares_of(viewer: Viewer) -> QuerySet[RowShare]:
    """Shares assigned to the user or their bureau, except withdrawn ones."""
    return RowShare.objects.filter(assigned_to(viewer), status__in=LIVE)


def shares_visible_to(viewer: Viewer) -> QuerySet[RowShare]:
    """Shares of the user, and all shares of districts of whose applicant or authorised consultant they are."""
    held = viewer.held
    condition = Q(assigned_to(viewer), status__in=LIVE)
    condition |= Q(table__district__applicant_id__in=held.organisations_as(Role.PREPARER, Role.REVIEWER))
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(table__district__in=mandates.values("district"))
    shares = RowShare.objects.filter(condition)
    return shares.select_related(
        "table__district", "table__edition", "table__previous", "organisation", "person", "assigned_by", "signed_by"
    )


def shared_rows_of(viewer: Viewer) -> QuerySet[SharedRow]:
    """Rows assigned to the user or their bureau."""
    return SharedRow.objects.filter(share__in=shares_of(viewer))


def fills_shared_row(viewer: Viewer, table: ScoreTable, item_id: str) -> bool:
    """Whether the row is assigned to the user or their bureau."""
    return shared_rows_of(viewer).filter(row__table=table, row__item_id=item_id).exists()


# SQL condition of a row ``r`` that its assignee has signed off, for statements that save it.
SIGNED = """
    EXISTS (
        SELECT 1 FROM assessments_sharedrow s JOIN assessments_rowshare h ON h.id = s.share_id
        WHERE s.row_id = r.id AND h.status = 'signed'
    )
"""


def signed_off() -> QuerySet[SharedRow]:
    """Rows signed off by their assignees; the SQL form is ``SIGNED``."""
    return SharedRow.objects.filter(share__status=ShareState.SIGNED)


def signed_reason(row: ScoreRow) -> str:
    """Why a signed-off row takes no change; empty if it is not signed off."""
    shared = signed_off().filter(row=row).select_related("share__organisation", "share__person").first()
    return f"已由{shared.share.assignee}签认，不能再改；需要修改的，先退回分工" if shared is not None else ""


def signed_items(rows: Sequence[ScoreRow]) -> list[str]:
    """Clause numbers of the rows that were signed off, in order."""
    return sorted(signed_off().filter(row__in=rows).values_list("row__item_id", flat=True))


HOLDER = RowHolder(fills_shared_row, SIGNED, signed_reason, signed_items, "已由承担部门签认，不能再改；需要修改的，先退回分工")


def shared_evidence_visible_to(viewer: Viewer) -> QuerySet[RowEvidence]:
    """Files of rows assigned to the user or their bureau."""
    return RowEvidence.objects.filter(row__shared__share__in=shares_of(viewer))


def assignees_of(share: RowShare) -> list[User]:
    """The assigned person, or everybody who provides data for the assigned bureau."""
    if share.person is not None:
        return [share.person]
    return list(holders(Role.BUREAU, organisation_ids={share.organisation_id or 0}))


def assignable_bureaus(district: District) -> QuerySet[Organisation]:
    """Bureaus of the district's leading bodies."""
    leading = district.authorities.values("pk")
    return Organisation.objects.filter(kind=OrganisationKind.BUREAU, parent__in=leading).order_by("name_pinyin", "pk")


@dataclass(frozen=True)
class ClauseGroup:
    """Clauses assigned together. ``taken`` are pairs (clause, assignee) already assigned; ``why`` says why no bureau is ``proposed``."""

    key: str
    title: str
    free: tuple[Item, ...]
    taken: tuple[tuple[Item, str], ...]
    proposed: str
    why: str


def clause_groups(table: ScoreTable, *, by_chapter: bool) -> list[ClauseGroup]:
    """Clauses of a table by chapter, or by the departments named in the standard, each group with the matching bureau."""
    layout = rules_for(table.edition).table(table.type, table.stage)
    shared = SharedRow.objects.filter(row__table=table).select_related("row", "share__organisation", "share__person")
    holders_by_item = {one.row.item_id: one.share.assignee for one in shared}
    found: dict[str, list[Item]] = {}
    for chapter in layout.chapters:
        for item in chapter.items:
            if not left_out_by_portal(item, table):
                name = f"{chapter.number} {chapter.title}" if by_chapter else str(item.data["source_department"] or UNNAMED)
                found.setdefault(name, []).append(item)
    bureaus = [] if by_chapter else list(assignable_bureaus(table.district))
    return [
        ClauseGroup(
            f"to-{place}",
            name,
            tuple(item for item in items if item.id not in holders_by_item),
            tuple((item, holders_by_item[item.id]) for item in items if item.id in holders_by_item),
            *(("", "") if by_chapter else _proposed(name, bureaus)),
        )
        for place, (name, items) in enumerate(found.items())
    ]


def _proposed(named: str, bureaus: Sequence[Organisation]) -> tuple[str, str]:
    """Key of the bureau that alone has the first department a clause names, and why none is proposed."""
    why = ""
    for name in departments_in(named):
        department = department_named(name)
        if department is None:
            continue
        having = [bureau for bureau in bureaus if department in bureau.departments]
        if len(having) == 1:
            return bureau_key(having[0]), ""
        several = f"承担“{department.label}”职责的有{'、'.join(map(str, having))}，请选定"
        why = why or (several if having else missing_words(department))
    return "", why or "没有对应的部门"


def departments_in(text: str) -> list[str]:
    """Departments named in a clause, the leading one first."""
    return [name.strip() for name in re.split("[、，,;；/]", text) if name.strip()]


def bureau_key(bureau: Organisation) -> str:
    """Form key of a bureau."""
    return f"{BUREAU}:{bureau.pk}"


def assignable_people(district: District, today: dt.date) -> QuerySet[User]:
    """The applicant's preparers and people of its consultants."""
    consultants = set(district.mandates.filter(mandate_in_force(today)).values_list("organisation_id", flat=True))
    preparers = holders(Role.PREPARER, organisation_ids={district.applicant_id or 0}).values("pk")
    advisers = holders(Role.CONSULTANT, organisation_ids=consultants).values("pk")
    return User.objects.filter(Q(pk__in=preparers) | Q(pk__in=advisers)).order_by("name", "pk")


@among(lambda: RowShare.objects.filter(status=ShareState.OPEN))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Rows that wait for this user, one task per share."""
    if not viewer.held.has(Role.BUREAU, Role.PREPARER, Role.CONSULTANT):
        return []
    waiting = shares_of(viewer).filter(status=ShareState.OPEN, table__status__in=EDITABLE)
    found = waiting.select_related("table__district", "assigned_by").order_by("due_on", "pk")
    return [
        Task(
            title="填写分派的条文并签认",
            subject=str(share.table),
            link=reverse("assessments:share", args=[share.pk]),
            since=share.assigned_at,
            due=share.due_on,
            detail=share.note,
            kind="row_share.fill",
            is_demo=share.table.district.is_demo,
        )
        for share in found
    ]
