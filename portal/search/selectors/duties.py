"""Search for obligations and messages."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.notifications.selectors import notifications_visible_to
from greendistrict.policy.duty_table import DUTY_KINDS, duty_kind
from obligations.duties import Obligation
from obligations.selectors import obligations_visible_to, sees_all, urgent_first
from portal.search.selectors.contents import MOST, Hit, HitGroup, group, is_like, matches, of_district, words_of

FEW = 5  # districts up to which their obligations are computed for somebody who sees those of all


def obligations(viewer: Viewer, text: str) -> HitGroup:
    """Obligations by kind, title and district, urgent ones first.

    Because they are computed, users who see all districts find them only by words that match a few districts; a word that matches more, or
    a kind, gives a link to the filtered list.
    """
    today = viewer.today
    if not sees_all(viewer.held):
        return group("到期事项", (_hit(row, today) for row in _like(text, obligations_visible_to(viewer), today)))
    words = words_of(text)
    named = {word: found for word in words if (found := _named(viewer, word))}
    lists = list(_lists(words, {word for word, found in named.items() if len(found) > FEW}))
    only = {pk for found in named.values() if len(found) <= FEW for pk in found}
    rows = _like(text, obligations_visible_to(viewer, only), today) if only else []
    return group("到期事项", [*lists, *(_hit(row, today) for row in rows)])


def _like(text: str, rows: list[Obligation], today: dt.date) -> list[Obligation]:
    found = [row for row in rows if is_like(text, row.title, row.district, row.organisation, duty_kind(row.kind).label)]
    return urgent_first(found, today)[: MOST + 1]


def _lists(words: list[str], districts: set[str]) -> Iterator[Hit]:
    """Links to the list filtered by a word common to many district names, by the kind that the other words match, or both."""
    rest = " ".join(word for word in words if word not in districts)
    if len(districts) > 1 or not (rest or districts):
        return
    where = {"q": max(districts)} if districts else {}
    named = [kind for kind in DUTY_KINDS.values() if is_like(rest, kind.label)] if rest else [None]
    for kind in named:
        asked = where | ({"kind": kind.key} if kind else {})
        title = "　".join([*(f"名称含“{word}”的城区" for word in districts), *((kind.label,) if kind else ())])
        yield Hit(title, "在到期事项中列出", f"{reverse('obligations:obligation_list')}?{urlencode(asked)}")


def _hit(row: Obligation, today: dt.date) -> Hit:
    state = str(row.state(today).label)
    return Hit(
        f"{row.title}　{row.district or row.organisation}",
        f"{state}　应于{day_in_words(row.due)}",
        reverse("obligations:obligation_detail", args=[row.key]),
        row.is_demo,
    )


def _named(viewer: Viewer, word: str) -> list[int]:
    """Keys of districts that match a word; at most one more than count as few."""
    return list(districts_visible_to(viewer).filter(of_district(word)).order_by().values_list("pk", flat=True)[: FEW + 1])


def messages(viewer: Viewer, text: str) -> HitGroup:
    """The user's own messages by title, newest first."""
    rows = notifications_visible_to(viewer).filter(matches(text, "title")).order_by("-created_at", "-pk")[: MOST + 1]
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
