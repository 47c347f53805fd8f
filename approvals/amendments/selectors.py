"""Amendments of announcements: which fields can be corrected, reasons against it, desk tasks, and draft letters."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from approvals.amendments.lifecycle import AMENDMENT
from approvals.cases.document_numbers import NumberedPaper, number_taken
from approvals.cases.rules import is_city
from approvals.titles.enums import AmendedField, AmendmentState, AnnouncementState
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.selectors import against_announcement_day, against_recall, against_restoring, typed_day
from districts.common.enums import Star
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Refusal
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

WITHDRAW = "withdraw"
LONGEST: dict[str, int] = {AmendedField.NUMBER: 60, AmendedField.TITLE: 200}  # maximum lengths, the same as in ``Announcement``
LONGEST_TEXT = 200
STAR = f"{AmendedField.STAR}-"
AMENDMENT_NUMBERS = NumberedPaper(Amendment, "number", lambda: Amendment.objects.filter(status=AmendmentState.PUBLISHED), str)


def amendments_visible_to(viewer: Viewer) -> QuerySet[Amendment]:
    """Amendments a person may read: all for the city, published ones for everybody else."""
    rows = Amendment.objects.select_related("announcement", "title__district", "proposed_by", "scan")
    if viewer.is_somebody and is_city(viewer.held):
        return rows
    return rows.filter(status=AmendmentState.PUBLISHED)


def subjects_of(batch: Announcement) -> list[tuple[str, str, str]]:
    """Fields of an announcement that can be corrected: key, name, current value."""
    day = batch.announced_on.isoformat() if batch.announced_on else ""
    rows: list[tuple[str, str, str]] = [
        (AmendedField.TITLE.value, AmendedField.TITLE.label, batch.title),
        (AmendedField.NUMBER.value, AmendedField.NUMBER.label, batch.number),
        (AmendedField.DAY.value, AmendedField.DAY.label, day),
    ]
    titles = Title.objects.filter(announcement=batch).select_related("district").order_by("case__announcement_line__order", "pk")
    return [*rows, *((f"{STAR}{title.pk}", f"{title.district.name}的星级", str(title.star or "")) for title in titles)]


def stored_value(amendment: Amendment) -> str:
    """Current value of the field that the amendment would change."""
    key = f"{STAR}{amendment.title_id}" if amendment.field == AmendedField.STAR else amendment.field
    return next((value for one, _name, value in subjects_of(amendment.announcement) if one == key), "")


def against(amendment: Amendment, today: dt.date) -> list[Refusal]:
    """Reasons against: already withdrawn, changed since the proposal, an impossible value, a title that cannot be recalled or restored."""
    batch = Announcement.objects.get(pk=amendment.announcement_id)
    if batch.status != AnnouncementState.PUBLISHED:
        return [Refusal("只有已公布、没有撤回的公告可以更正或撤回")]
    if amendment.is_withdrawal:
        granted = batch.titles.select_related("district").order_by("pk")
        ended = batch.ended_titles.select_related("district").order_by("pk")
        return [
            *(refusal for title in granted for refusal in against_recall(title)),
            *(refusal for title in ended for refusal in against_restoring(title)),
        ]
    now = stored_value(amendment)
    if now != amendment.before:
        return [Refusal("登记的内容已不是要更正的原内容", required=amendment.before or "未查明", found=now or "没有登记")]
    if now == amendment.after:
        return [Refusal("更正前后的内容相同", field="after")]
    return _against_value(batch, amendment, today)


def _against_value(batch: Announcement, amendment: Amendment, today: dt.date) -> list[Refusal]:
    after = amendment.after
    if not after:
        return [Refusal("请填写正确的内容", field="after")]
    longest = LONGEST.get(amendment.field, LONGEST_TEXT)
    if len(after) > longest:
        return [Refusal(f"{amendment.what}不能超过{longest}个字", found=f"{len(after)}个字", field="after")]
    if amendment.field == AmendedField.NUMBER:
        taken = number_taken(after, batch)
        return [Refusal(taken, field="after")] if taken else []
    if amendment.field == AmendedField.STAR:
        return [] if after in {str(value) for value in Star.values} else [Refusal("星级须为1、2或3", field="after")]
    return _against_day(batch, after, today) if amendment.field == AmendedField.DAY else []


def _against_day(batch: Announcement, after: str, today: dt.date) -> list[Refusal]:
    day = typed_day(after, today)
    if day is None:
        return [Refusal("请填写不晚于今天的日期，如2026-11-20", field="after")]
    return against_announcement_day(batch, day)


TURN = {AmendmentState.PROPOSED: Role.CITY_DIRECTOR, AmendmentState.APPROVED: Role.CITY_OFFICER}


@among(lambda: Amendment.objects.filter(status__in=TURN))
def amendment_tasks(viewer: Viewer) -> Iterable[Task]:
    """Desk tasks: amendments the director has to approve, and approved ones the officer has to publish."""
    roles = viewer.held.roles
    states = [state for state, role in TURN.items() if role in roles]
    if not states:
        return
    for row in Amendment.objects.filter(status__in=states).select_related("announcement").order_by("proposed_at", "pk"):
        yield Task(
            title=f"公告{row.get_kind_display()}{AMENDMENT.state(row.status).label}",
            subject=str(row.announcement),
            link=reverse("approvals:amendments", args=[row.announcement_id]),
            since=row.proposed_at,
            kind="announcement",
            is_demo=row.is_demo,
        )
