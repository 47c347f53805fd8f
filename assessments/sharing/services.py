"""Services of shares: assignment to bureaus and people, effects of sign-off, return and withdrawal."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db.models import F, QuerySet

from assessments.sharing.lifecycle import gives_out
from assessments.sharing.models import RowShare, SharedRow
from assessments.sharing.selectors import assignable_bureaus, assignable_people
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.tables.services.cells import closed_words
from districts.file.rules import is_preparer
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.core.locks import move_later
from greendistrict.core.writing import writing
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event


class GivenRows(NamedTuple):
    """Rows for one assignee; exactly one of organisation and person is set."""

    items: Collection[str]
    organisation: Organisation | None = None
    person: User | None = None


def give_out(
    *,
    table: ScoreTable,
    items: Collection[str],
    by: User,
    organisation: Organisation | None = None,
    person: User | None = None,
    due_on: dt.date | None = None,
    note: str = "",
) -> RowShare:
    """Assign rows to a bureau of the district's leading bodies or to a person of the applicant's side; as ``give_out_several``."""
    [share] = give_out_several(table=table, parts=[GivenRows(items, organisation, person)], by=by, due_on=due_on, note=note)
    return share


@writing
def give_out_several(
    *, table: ScoreTable, parts: Sequence[GivenRows], by: User, due_on: dt.date | None = None, note: str = ""
) -> list[RowShare]:
    """Assign rows to several assignees at once, all or none.

    Raises ``NotAllowed``, ``Closed``, ``Refused`` with all reasons (rows already assigned, deadline in the past).
    """
    posts = posts_of(by)
    NotAllowed.unless(is_preparer(posts, table.district), "分工由申报主体的填报人安排")
    table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
    if not gives_out(posts, table):
        raise Closed(closed_words(table))
    given = [(list(ScoreRow.objects.filter(table=table, item_id__in=set(part.items)).order_by("order")), part) for part in parts]
    refusals = [one for rows, part in given for one in _against(table, rows, part.organisation, part.person)] or (
        [] if parts else [Refusal("请选择要分派的条文和部门", field="items")]
    )
    if due_on and due_on < clock.today():
        refusals.append(Refusal("完成期限不能早于今天", field="due_on"))
    if refusals:
        raise Refused(refusals)
    return [_given(table, rows, part, RowShare(due_on=due_on, note=note.strip(), assigned_by=by)) for rows, part in given]


def _given(table: ScoreTable, rows: Iterable[ScoreRow], part: GivenRows, share: RowShare) -> RowShare:
    share.table, share.organisation, share.person, share.assigned_at = table, part.organisation, part.person, clock.now()
    share.save(force_insert=True)
    SharedRow.objects.bulk_create(SharedRow(share=share, row=row) for row in rows)
    notify_event(share, BEGUN, share.assigned_by)
    return share


def move_share(share: int, day: dt.date) -> dt.date:
    """Extend the deadline for signing off, by decision or by the rule on outages of the portal. Returns the previous day."""
    return move_later(RowShare.objects.filter(pk=share, due_on__isnull=False), "due_on", day)


def open_shares(person: User) -> int:
    """Number of unsigned shares assigned to this person by name."""
    return _unsigned(person).count()


def hand_on_shares(person: User, to: User) -> int:
    """Reassign them to another person; returns the number."""
    return _unsigned(person).update(person=to, version=F("version") + 1)


def _unsigned(person: User) -> QuerySet[RowShare]:
    return RowShare.objects.filter(person=person, signed_at__isnull=True)


def _against(table: ScoreTable, rows: list[ScoreRow], organisation: Organisation | None, person: User | None) -> Iterable[Refusal]:
    if not rows:
        yield Refusal("请选择要分派的条文", field="items")
    taken = SharedRow.objects.filter(row__in=rows).select_related("row", "share__organisation", "share__person").order_by("row__order")
    for one in taken:
        yield Refusal(f"条文 {one.row.item_id} 已分派给{one.share.assignee}，先收回再分派", field="items")
    if (organisation is None) == (person is None):
        yield Refusal("请选择一个部门或一位经办人", field="assignee")
    elif organisation is not None and not assignable_bureaus(table.district).filter(pk=organisation.pk).exists():
        yield Refusal(f"{organisation}不是本城区实施主体的部门", field="assignee")
    elif person is not None and not assignable_people(table.district, clock.today()).filter(pk=person.pk).exists():
        yield Refusal(f"{person.name}不是申报主体的填报人或受委托的咨询人员", field="assignee")


def on_sign(taken: Taken) -> None:
    """Store who signed the rows off."""
    taken.obj.signed_by, taken.obj.signed_at = taken.by, clock.now()


def on_reopen(taken: Taken) -> None:
    """Clear the sign-off of the rows."""
    taken.obj.signed_by, taken.obj.signed_at = None, None


def on_withdraw(taken: Taken) -> None:
    """Unassign the rows; their content stays."""
    taken.obj.rows.all().delete()
