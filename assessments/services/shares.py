"""Sharing the work out: rows given to bureaus and people, signed off, sent back, withdrawn."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse

from assessments.lifecycle.shares import SHARE
from assessments.models import RowShare, ScoreRow, ScoreTable, SharedRow
from assessments.rules.shares import gives_out
from assessments.rules.tables import EDITABLE
from assessments.selectors.sharepage import share_blocking
from assessments.selectors.shares import assignable_bureaus, assignable_people
from assessments.services.cells import closed_words
from districts.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow.services import perform


@transaction.atomic
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
    """Give rows to a bureau of the district's leading bodies, or to one person of the applicant's side.

    Raises ``NotAllowed``, ``Closed``, ``Refused`` with everything that stands against it (rows given out already, a day gone by).
    """
    if not is_preparer(by, table.district):
        msg = "分工由申报主体的填报人安排"
        raise NotAllowed(msg)
    table = ScoreTable.objects.select_for_update(of=("self",)).select_related("district", "edition").get(pk=table.pk)
    if not gives_out(by, table):
        raise Closed(closed_words(table))
    rows = list(ScoreRow.objects.filter(table=table, item_id__in=set(items)).order_by("order"))
    if refusals := list(_against(table, rows, organisation, person, due_on)):
        raise Refused(refusals)
    share = RowShare.objects.create(
        table=table, organisation=organisation, person=person, due_on=due_on, note=note.strip(), assigned_by=by, assigned_at=clock.now()
    )
    SharedRow.objects.bulk_create(SharedRow(share=share, row=row) for row in rows)
    due = f"，{due_on.year}年{due_on.month}月{due_on.day}日前填写签认" if due_on else ""
    _tell(share, Message.SHARE_TODO, f"{table}有{len(rows)}条分派给您{due}", _assignees(share), key="given", body=share.note)
    return share


def _against(
    table: ScoreTable, rows: list[ScoreRow], organisation: Organisation | None, person: User | None, due_on: dt.date | None
) -> Iterable[Refusal]:
    if not rows:
        yield Refusal("请选择要分派的条文", field="items")
    taken = SharedRow.objects.filter(row__in=rows).select_related("row", "share__organisation", "share__person").order_by("row__order")
    for one in taken:
        yield Refusal(f"条文 {one.row.item_id} 已分派给{one.share.assignee}，先收回再分派", field="items")
    if (organisation is None) == (person is None):
        yield Refusal("请选择一个部门或一位经办人", field="assignee")
    elif organisation is not None and not assignable_bureaus(table.district).filter(pk=organisation.pk).exists():
        yield Refusal(f"{organisation}不是本城区实施主体的部门", field="assignee")
    elif person is not None and not assignable_people(table.district).filter(pk=person.pk).exists():
        yield Refusal(f"{person.name}不是申报主体的填报人或受委托的咨询人员", field="assignee")
    if due_on and due_on < clock.today():
        yield Refusal("完成期限不能早于今天", field="due_on")


@transaction.atomic
def sign_share(*, share: RowShare, by: User) -> None:
    """The assignee answers for what was filled in. Raises ``Refused`` with every row that blocks."""
    share = _locked(share)
    if share.table.status not in EDITABLE:
        raise Closed(closed_words(share.table))
    facts: dict[str, Any] = {"blocking": share_blocking(share)}
    share.signed_by, share.signed_at = by, clock.now()
    share.save(update_fields=["signed_by", "signed_at"])
    record = perform(machine=SHARE, obj=share, action="sign", by=by, facts=facts)
    _tell(
        share,
        Message.SHARE_MOVED,
        f"{share.assignee}已签认{share.table}的{share.rows.count()}条",
        [share.assigned_by],
        key=f"sign:{record.pk}",
    )


@transaction.atomic
def reopen_share(*, share: RowShare, by: User, reason: str) -> None:
    """Send a signed share back to be put right."""
    share = _locked(share)
    record = perform(machine=SHARE, obj=share, action="reopen", by=by, reason=reason)
    RowShare.objects.filter(pk=share.pk).update(signed_by=None, signed_at=None)
    _tell(share, Message.SHARE_TODO, f"{share.table}的分工退回补充", _assignees(share), key=f"reopen:{record.pk}", body=reason)


@transaction.atomic
def withdraw_share(*, share: RowShare, by: User) -> None:
    """Take the rows back; what was filled in stays."""
    share = _locked(share)
    record = perform(
        machine=SHARE, obj=share, action="withdraw", by=by, facts={"items": list(share.rows.values_list("row__item_id", flat=True))}
    )
    share.rows.all().delete()
    _tell(share, Message.SHARE_MOVED, f"{share.table}的分工已收回", _assignees(share), key=f"withdraw:{record.pk}")


def _locked(share: RowShare) -> RowShare:
    locked = RowShare.objects.select_for_update(of=("self",))
    return locked.select_related("table__district", "table__edition", "organisation", "person", "assigned_by").get(pk=share.pk)


def _assignees(share: RowShare) -> list[User]:
    if share.person is not None:
        return [share.person]
    return list(holders(Role.BUREAU, organisation_ids={share.organisation_id or 0}))


def _tell(share: RowShare, kind: Message, title: str, receivers: Iterable[User], *, key: str, body: str = "") -> None:
    notify(
        kind=kind,
        key=f"share:{share.pk}:{key}",
        receivers=list(receivers),
        title=title,
        body=body,
        link=reverse("assessments:share", args=[share.pk]),
        demo=share.table.district.is_demo,
    )
