"""Notices and published announcements in one list, newest first (四（五） 公示、公告), without drafts and names of people."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.urls import reverse

from approvals.cases.models.correspondence import Notice
from approvals.publicity.selectors import NAMED, amended, amendments_public, announcements_public, headline_of, named, notices_public
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement
from greendistrict.core.days import day_in_words

NOTICE, ANNOUNCEMENT, AMENDMENT = "notice", "announcement", "amendment"
KINDS = {NOTICE: "公示", ANNOUNCEMENT: "公告", AMENDMENT: "更正和撤回"}
DAYS = {"year": "year", "first_day": "gte", "last_day": "lte"}  # conditions on the day of an entry
OPEN, COMING, OVER = "正在公示", "尚未开始", "已结束"
WITHDRAWN, CORRECTED = str(AnnouncementState.WITHDRAWN.label), "已更正"


@dataclass(frozen=True)
class PublicEntry:
    """One notice or announcement: day, texts and permanent URL."""

    kind: str
    pk: int
    day: dt.date
    title: str
    note: str
    state: str
    href: str
    is_demo: bool

    @property
    def kind_label(self) -> str:
        """公示, 公告, or the kind of amendment of one."""
        return KINDS[self.kind]


def entries_matching(conditions: Mapping[str, Any]) -> "QuerySet[Any, Any]":
    """Keys ``(kind, pk, day)`` of public entries under ``q``, ``kind``, ``year`` and days, newest first; ``entries_of`` loads a page."""
    announced, noticed = announcements_public().prefetch_related(None), notices_public().select_related(None)
    changed = amendments_public().select_related(None)
    for word in str(conditions.get("q") or "").split():
        named = Q(titles__district__name__icontains=word) | Q(ended_titles__district__name__icontains=word)
        hits = Announcement.objects.filter(Q(title__icontains=word) | Q(number__icontains=word) | named)
        announced = announced.filter(pk__in=hits.values("pk"))
        changed = changed.filter(Q(announcement__in=hits.values("pk")) | Q(number__icontains=word) | Q(before__icontains=word))
        noticed = noticed.filter(Q(title__icontains=word) | Q(case__district__name__icontains=word))
    for name, look in DAYS.items():
        if (value := conditions.get(name)) is not None:
            announced, noticed = announced.filter(**{f"announced_on__{look}": value}), noticed.filter(**{f"opens_on__{look}": value})
            changed = changed.filter(**{f"published_on__{look}": value})
    found = {
        ANNOUNCEMENT: _keys(announced.filter(announced_on__isnull=False), ANNOUNCEMENT, "announced_on"),
        NOTICE: _keys(noticed, NOTICE, "opens_on"),
        AMENDMENT: _keys(changed, AMENDMENT, "published_on"),
    }
    kind = str(conditions.get("kind") or "")
    rows: Any = found[kind] if kind in found else found[ANNOUNCEMENT].union(found[NOTICE], found[AMENDMENT], all=True)
    ordered: QuerySet[Any, Any] = rows.order_by("-day", "entry", "-pk")
    return ordered


def _keys(rows: "QuerySet[Any]", kind: str, day: str) -> "QuerySet[Any, Any]":
    keys: QuerySet[Any, Any] = (
        rows.order_by().annotate(entry=Value(kind, output_field=CharField()), day=F(day)).values_list("entry", "pk", "day")
    )
    return keys


def entries_of(keys: Iterable[tuple[str, int, dt.date]], today: dt.date) -> list[PublicEntry]:
    """The entries of these keys, in the same order; at most six queries."""
    wanted = list(keys)
    announcements = announcements_public().prefetch_related(amended()).filter(pk__in=_of(wanted, ANNOUNCEMENT))
    found: dict[tuple[str, int], PublicEntry] = {(ANNOUNCEMENT, row.pk): _announced(row) for row in announcements}
    found |= {(NOTICE, row.pk): _noticed(row, today) for row in notices_public().filter(pk__in=_of(wanted, NOTICE))}
    if changed := _of(wanted, AMENDMENT):
        found |= {(AMENDMENT, row.pk): _amended(row) for row in amendments_public().filter(pk__in=changed)}
    return [replace(found[kind, pk], day=day) for kind, pk, day in wanted if (kind, pk) in found]


def latest_entries(today: dt.date, most: int) -> list[PublicEntry]:
    """The newest entries, for feeds."""
    return entries_of(entries_matching({})[:most], today)


def years_of() -> list[int]:
    """Years with announcements, notices, corrections or withdrawals, newest first; one query."""
    announced = announcements_public().prefetch_related(None).filter(announced_on__isnull=False)
    noticed, changed = notices_public().select_related(None), amendments_public().select_related(None)
    dated = ((announced, "announced_on"), (noticed, "opens_on"), (changed, "published_on"))
    first, *others = (rows.order_by().values_list(f"{day}__year", flat=True) for rows, day in dated)
    return sorted(first.union(*others), reverse=True)


def _of(keys: list[tuple[str, int, dt.date]], kind: str) -> list[int]:
    return [pk for found, pk, _day in keys if found == kind]


def note_of(batch: Announcement) -> str:
    """Batch and number of an announcement in one line, with its districts where the headline has no room for all."""
    names = named(batch)
    return "、".join([str(batch), *([batch.number] if batch.number else []), *(names if len(names) > NAMED else [])])


def standing_of(batch: Announcement) -> str:
    """Whether an announcement was withdrawn or corrected, in one word; ``batch`` must be loaded with ``amended``."""
    if batch.status == AnnouncementState.WITHDRAWN:
        return WITHDRAWN
    return CORRECTED if batch.amendments.all() else ""


def _announced(batch: Announcement) -> PublicEntry:
    href, day = reverse("approvals:announcement", args=[batch.pk]), batch.announced_on or dt.date.min
    return PublicEntry(ANNOUNCEMENT, batch.pk, day, headline_of(batch), note_of(batch), standing_of(batch), href, batch.is_demo)


def _amended(row: Amendment) -> PublicEntry:
    batch, day = row.announcement, row.published_on or dt.date.min
    href = f"{reverse('approvals:announcement', args=[batch.pk])}#amendment-{row.pk}"
    said = "" if row.is_withdrawal else f"，{row.what}由“{row.before_words}”更正为“{row.after_words}”"
    title = f"{row.get_kind_display()}：{row.original.get('title') or headline_of(batch)}"
    return PublicEntry(AMENDMENT, row.pk, day, title, f"{batch}、{row.number}{said}", "", href, batch.is_demo)


def _noticed(notice: Notice, today: dt.date) -> PublicEntry:
    note = f"{notice.case.district.name}，{day_in_words(notice.opens_on)}至{day_in_words(notice.closes_on)}"
    href = reverse("approvals:notice", args=[notice.pk])
    return PublicEntry(NOTICE, notice.pk, notice.opens_on, notice.title, note, state_of(notice, today), href, notice.case.district.is_demo)


def state_of(notice: Notice, today: dt.date) -> str:
    """Whether a notice is open, upcoming or closed on a day."""
    if today < notice.opens_on:
        return COMING
    return OPEN if today <= notice.closes_on and notice.closed_at is None else OVER
