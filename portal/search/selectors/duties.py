"""Obligations and messages that a search finds."""

import datetime as dt

from django.urls import reverse

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.notifications.selectors import notifications_visible_to
from obligations.duties import Obligation
from obligations.duty_table import duty_kind
from obligations.selectors import obligations_visible_to, sees_all, urgent_first
from portal.search.selectors.hits import MOST, Hit, HitGroup, group, is_like, matches, of_district, words_of

FEW = 5  # districts whose obligations are computed for somebody who sees those of all


def obligations(user: User, text: str) -> HitGroup:
    """Obligations by kind, title and district, urgent ones first.

    They are computed, so that those who see all districts' name one: theirs are found by words of which one is a district's.
    """
    today = clock.today()
    only = _named(user, text) if sees_all(user) else None
    rows = [] if only is not None and not only else obligations_visible_to(user, today, only)
    found = [row for row in rows if is_like(text, row.title, row.district, row.organisation, duty_kind(row.kind).label)]
    return group("到期事项", (_hit(row, today) for row in urgent_first(found, today)[: MOST + 1]))


def _hit(row: Obligation, today: dt.date) -> Hit:
    state = str(row.state(today).label)
    return Hit(
        f"{row.title}　{row.district or row.organisation}",
        f"{state}　应于{day_in_words(row.due)}",
        reverse("obligations:obligation_detail", args=[row.key]),
        row.is_demo,
    )


def _named(user: User, text: str) -> list[int]:
    """The first districts that a word names."""
    found: list[int] = []
    for word in words_of(text):
        rows = districts_visible_to(user).filter(of_district(word)).order_by("is_demo", "name_pinyin", "pk")
        found += rows.values_list("pk", flat=True)[:FEW]
    return found[:FEW]


def messages(user: User, text: str) -> HitGroup:
    """The person's own messages by their titles, newest first."""
    rows = notifications_visible_to(user).filter(matches(text, "title")).order_by("-created_at", "-pk")[: MOST + 1]
    return group(
        "消息",
        (
            Hit(
                row.title,
                f"{day_in_words(row.created_at.astimezone(clock.SHANGHAI).date())}　{'已读' if row.read_at else '未读'}",
                reverse("notifications:follow", args=[row.pk]),
                row.is_demo,
            )
            for row in rows
        ),
    )
