"""Deliver the messages of a webhook: in order, one process at a time, no transaction open while the receiver is waited for.

While a receiver does not answer, its messages wait behind the first; the pause grows up to half an hour, and the first success lets all
others go at once. A message that the receiver alone refuses (400, 422 …) is tried again by itself and holds nobody up. What could not be
delivered for ``KEPT`` is given up.
"""

import datetime as dt
import time
from secrets import SystemRandom

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet

from greendistrict.core import database_clock, leases
from greendistrict.core.columns import fitted
from greendistrict.workflow.models import OutboxMessage
from portal.webhooks.models import KEPT, Webhook, WebhookDelivery
from portal.webhooks.sending import WebhookAnswer, post, signed_headers
from portal.webhooks.services import GONE, end, give_up, hindrance, pause_for, tell

PUSH = "portal.tasks.push_webhook"  # by name: the task imports this module
HELD, QUEUED = "webhook:", "webhook-queued:"  # leases
REST_MINUTES = (1, 5, 15, 30)
JITTER = 1.5
ROUND_SECONDS = 20  # then the others in the queue have their turn
OF_THE_RECEIVER = frozenset({401, 403, 404, 408, 425, 429})  # refusals that concern the address, not this message


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler (lane of webhooks): put the webhook on its queue; if the broker is unreachable, the sweep does it."""
    place = message.payload
    webhook = place.get("webhook") or WebhookDelivery.objects.filter(pk=place["delivery"]).values_list("webhook", flat=True).first()
    if webhook:
        _hand_over(webhook)


def push_due() -> int:
    """Put each webhook with something to send on the queue, unless it is there or being sent; returns how many."""
    due = leases.unheld(Webhook.objects.filter(_due(), deliveries__in=_open()), HELD, QUEUED)
    found = list(due.distinct().values_list("pk", flat=True))
    for pk in found:
        _hand_over(pk)
    return len(found)


def _hand_over(webhook: int) -> None:
    leases.take(f"{QUEUED}{webhook}")
    current_app.send_task(PUSH, args=(webhook,), retry=False, ignore_result=True)


def _due() -> Q:
    return Q(rests_until__isnull=True) | Q(rests_until__lte=database_clock.now())


def _open() -> QuerySet[WebhookDelivery]:
    """Messages to be sent now, as far as their webhook is not resting."""
    waits = Q(next_at__isnull=True) | Q(next_at__lte=database_clock.now())
    return WebhookDelivery.objects.filter(waits, delivered_at__isnull=True, given_up_at__isnull=True)


def push(webhook: int) -> int:
    """Send what waits for a webhook, for ``ROUND_SECONDS``; returns how many were delivered. Safe to repeat and to run in parallel."""
    with leases.held(f"{HELD}{webhook}") as mine:
        if not mine:
            return 0
        done, until = 0, time.monotonic() + ROUND_SECONDS
        while (found := _next(webhook)) is not None:
            done += _attempt(found)
            if time.monotonic() > until:
                break
        else:
            return done
    _hand_over(webhook)
    return done


def _next(webhook: int) -> WebhookDelivery | None:
    if not Webhook.objects.filter(_due(), pk=webhook).exists():
        return None
    return _open().filter(webhook=webhook).select_related("webhook__owner").order_by("number", "pk").first()


def _attempt(delivery: WebhookDelivery) -> bool:
    """Make one attempt and store its result; returns whether it was delivered."""
    webhook, now = delivery.webhook, database_clock.now()
    if why := hindrance(delivery):
        with transaction.atomic():
            end(delivery, why)
        return False
    body = delivery.body.encode()
    outcome = post(webhook.url, body, signed_headers(str(webhook.secret), delivery.message_id, int(now.timestamp()), body))
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True, of=("self",)).select_related("owner").get(pk=webhook.pk)
        open_still = WebhookDelivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk, turn=delivery.turn, given_up_at=None)
        held = open_still.first()
        if held is None:  # ended or begun anew meanwhile
            return False
        held.webhook, held.attempts, held.tried_at, held.next_at = webhook, held.attempts + 1, now, None
        held.answer, held.error = outcome.status, fitted(held, "error", outcome.error)
        _settle(held, outcome, now)
        held.save()
    return outcome.is_taken


def _settle(delivery: WebhookDelivery, outcome: WebhookAnswer, now: dt.datetime) -> None:
    webhook = delivery.webhook
    if outcome.is_taken:
        delivery.delivered_at = now
        _rest(webhook, 0, None)
    elif outcome.status == GONE:
        pause_for(webhook, "对方回复410，表示不再接收")
        end(delivery, "对方回复410，表示不再接收")
        tell(webhook, f"gone:{delivery.pk}:{delivery.turn}", "对方回复410，表示不再接收，接口推送已暂停")
    elif now - (delivery.begun_at or delivery.created_at) >= KEPT:
        give_up(delivery)
    elif _concerns_the_message(outcome.status):
        delivery.next_at = now + _wait(delivery.attempts)
        _rest(webhook, 0, None)
    else:
        delivery.next_at = now + _wait(webhook.failures + 1)
        _rest(webhook, webhook.failures + 1, delivery.next_at)


def _concerns_the_message(status: int | None) -> bool:
    return status is not None and 400 <= status < 500 and status not in OF_THE_RECEIVER  # noqa: PLR2004 -- refusals of HTTP


def _wait(failures: int) -> dt.timedelta:
    minutes = REST_MINUTES[min(failures, len(REST_MINUTES)) - 1]
    return dt.timedelta(minutes=minutes * SystemRandom().uniform(1, JITTER))


def _rest(webhook: Webhook, failures: int, until: dt.datetime | None) -> None:
    """Note failures in a row and until when nothing is sent; the first success wakes everything that waits."""
    if (webhook.failures, webhook.rests_until) != (failures, until):
        webhook.failures, webhook.rests_until = failures, until
        webhook.save(update_fields=["failures", "rests_until"])
