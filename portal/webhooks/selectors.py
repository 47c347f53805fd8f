"""Read webhooks and deliveries, and build the body of an event as its owner may see it: the rows of the API.

Also here: Permissions: who registers webhooks, and for which events.
"""

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from outreach.opinions.selectors import may_read_opinions, opinions_visible_to
from portal.tokens.rules import runs_systems
from portal.webhooks.models import TEST, Webhook, WebhookDelivery, WebhookEvent

if TYPE_CHECKING:
    from portal.api import views as api


def may_hold_webhook(held: HeldPosts) -> bool:
    """City and partners, and editors of a district; the content sent is what an API token of theirs can read."""
    return runs_systems(held)


def events_open_to(held: HeldPosts) -> tuple[WebhookEvent, ...]:
    """Event kinds the person can subscribe to; whether a single object is visible is checked again on sending."""
    return tuple(one for one in WebhookEvent if one is not WebhookEvent.OPINION_ANSWERED or may_read_opinions(held))


LARGEST_BODY = 20_000  # bytes; the specification recommends less than this


def webhooks_visible_to(viewer: Viewer) -> QuerySet[Webhook]:
    """Only one's own."""
    return Webhook.objects.filter(owner=viewer.person)


def deliveries_visible_to(viewer: Viewer) -> QuerySet[WebhookDelivery]:
    """Deliveries of one's own webhooks, newest first."""
    return WebhookDelivery.objects.filter(webhook__owner=viewer.person).select_related("webhook")


def sent_before(before: dt.datetime) -> QuerySet[WebhookDelivery]:
    """Deliveries created before a moment, for the nightly clean-up."""
    return WebhookDelivery.objects.filter(created_at__lt=before)


def body_of(event: str, subject: int, viewer: Viewer, at: dt.datetime, number: int) -> str | None:
    """Body of a message as the person may see it now; None if the object is not visible."""
    data = {"words": "试推送"} if event == TEST else _data(event, subject, viewer)
    if data is None:
        return None
    from rest_framework.renderers import JSONRenderer  # noqa: PLC0415 -- as in ``_data``

    content = {"type": event, "timestamp": at.isoformat(), "sequence": number, "data": data}
    body = JSONRenderer().render(content).decode()
    if len(body.encode()) <= LARGEST_BODY:
        return body
    return json.dumps(content | {"data": {"too_long": True}})


def is_seen(event: str, subject: int, viewer: Viewer) -> bool:
    """Whether the person may still see the object of the message."""
    return event == TEST or _data(event, subject, viewer) is not None


def _data(event: str, subject: int, viewer: Viewer) -> dict[str, Any] | None:
    from portal.api import views as api  # noqa: PLC0415 -- a fifth of the start of a process that loads no pages

    if event in {WebhookEvent.ANNOUNCEMENT_PUBLISHED, WebhookEvent.ANNOUNCEMENT_AMENDED}:
        return _first(_rows(api.Announcements, viewer, pk=subject))
    if event == WebhookEvent.TITLE_CHANGED:
        titles = _rows(api.Titles, viewer, district=subject)
        return {"district": titles[0]["district"], "titles": titles} if titles else None
    if event == WebhookEvent.ASSESSMENT_RECEIVED:
        return _first(_rows(api.Assessments, viewer, pk=subject))
    return _opinion(subject, viewer)


def _rows(listed: "type[api.RowList]", viewer: Viewer, **where: Any) -> list[dict[str, Any]]:
    """Rows of an API list visible to the person."""
    view = listed()
    return [view.named(row) for row in listed.rows_for(viewer).filter(**where)]


def _first(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    return found[0] if found else None


def _opinion(subject: int, viewer: Viewer) -> dict[str, Any] | None:
    """Number, subject and days of an opinion, without its text and sender."""
    opinion = opinions_visible_to(viewer).filter(pk=subject).first()
    if opinion is None:
        return None
    return {
        "number": opinion.number,
        "about": opinion.about,
        "district": opinion.district.code if opinion.district else None,
        "filed_at": opinion.filed_at,
        "answered_at": opinion.answered_at,
        "is_demo": opinion.is_demo,
    }
