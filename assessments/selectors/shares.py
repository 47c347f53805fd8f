"""Reading shares: who has been given which rows, and what of it waits for whom."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments.models import RowShare, SharedRow
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.workflow.todo import Task

LIVE = ("open", "signed")


def assigned_to(user: User) -> Q:
    """Condition of the shares given to this person, or to a bureau in which they provide data."""
    return Q(person=user) | Q(organisation_id__in=seats(user).organisations_as(Role.BUREAU))


def shares_of(user: User) -> QuerySet[RowShare]:
    """Shares given to this person or their bureau that were not withdrawn."""
    return RowShare.objects.filter(assigned_to(user), status__in=LIVE)


def shared_rows_of(user: User) -> QuerySet[SharedRow]:
    """Rows given to this person or their bureau."""
    return SharedRow.objects.filter(share__in=shares_of(user))


def tasks_for(user: User) -> list[Task]:
    """Rows that wait for this person, one task a share."""
    waiting = shares_of(user).filter(status="open", table__status__in=("open", "returned"))
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
