"""Register webhooks, announce events in their transaction, deliver and retry messages.

An event is one outbox row. Its handler creates a delivery for each webhook whose owner may see the object, with an outbox row for the
first attempt (lane of webhooks). A failed attempt requests the next one after a growing delay; after ``MOST_ATTEMPTS`` the delivery is
given up and the owner told. A message that was received but not acknowledged is sent again with the same ``webhook-id``.
"""

import datetime as dt
from collections.abc import Collection
from secrets import SystemRandom
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.audit.services import record
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from outreach.opinions.models import PublicOpinion
from portal.webhooks import sending, signing
from portal.webhooks.models import MOST_ATTEMPTS, TEST, Webhook, WebhookDelivery, WebhookEvent
from portal.webhooks.rules import events_open_to, may_hold_webhook
from portal.webhooks.selectors import body_of, is_seen

EVENT, SEND = "webhook_event", "webhook"
MOST_WEBHOOKS = 5  # per person
MOST_TESTS = 20  # per webhook and day
GONE = 410
FAILED_IN_A_ROW = 3  # deliveries given up in a row until the webhook is paused
OURS = "接口推送由有接口令牌资格的岗位登记"
STOPPED = "接口推送已暂停"


class Happening(NamedTuple):
    """An event to notify: kind, key of its object, cause, and time."""

    event: str
    subject: int
    cause: str
    at: dt.datetime


@transaction.atomic
def register_webhook(*, by: User, url: str, events: Collection[str]) -> tuple[Webhook, str]:
    """Register a webhook and return its secret, which is shown only now. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_hold_webhook(by), OURS)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not events or not set(events) <= set(events_open_to(by)):
        raise Refused([Refusal("请选择您的岗位可以接收的事件", field="events")])
    Refused.when(Webhook.objects.filter(owner=by).count() >= MOST_WEBHOOKS, f"每人最多登记{MOST_WEBHOOKS}个接口推送")
    try:
        sending.addresses_of(sending.checked(url))
    except sending.UnfitAddressError as unfit:
        raise Refused([Refusal(str(unfit), field="url")]) from unfit
    secret = signing.new_secret()
    made = Webhook.objects.create(owner=by, url=url, events=sorted(events), secret=secret, created_at=clock.now())
    record(action="portal.register_webhook", by=by, obj=made, data={"events": made.events})
    return made, secret


@transaction.atomic
def renew_secret(*, by: User, webhook: Webhook) -> str:
    """Replace the secret of a webhook and return the new one. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    stored.secret = signing.new_secret()
    stored.save(update_fields=["secret"])
    record(action="portal.renew_webhook_secret", by=by, obj=stored)
    return str(stored.secret)


@transaction.atomic
def pause(*, by: User, webhook: Webhook) -> None:
    """Pause a webhook; events in the meantime are not sent later. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    _pause(stored, "登记人暂停")
    record(action="portal.pause_webhook", by=by, obj=stored)


@transaction.atomic
def resume(*, by: User, webhook: Webhook) -> None:
    """Resume a webhook; only later events are sent. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    stored.paused_at, stored.paused_reason = None, ""
    stored.save(update_fields=["paused_at", "paused_reason"])
    record(action="portal.resume_webhook", by=by, obj=stored)


@transaction.atomic
def remove(*, by: User, webhook: Webhook) -> None:
    """Delete a webhook with its deliveries. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    record(action="portal.remove_webhook", by=by, obj=stored, data={"events": stored.events})
    stored.delete()


@transaction.atomic
def send_test(*, by: User, webhook: Webhook) -> WebhookDelivery:
    """Send a test message without data. Raises ``NotAllowed``, ``Refused``."""
    stored = _own(webhook, by)
    Refused.when(stored.paused_at is not None, STOPPED)
    since = clock.now() - dt.timedelta(days=1)
    Refused.when(stored.deliveries.filter(event=TEST, created_at__gte=since).count() >= MOST_TESTS, "一天内试推送的次数已达上限")
    made = _begin(stored, Happening(TEST, 0, f"test:{signing.new_message_id()}", clock.now()))
    if made is None:
        raise NotAllowed(OURS)
    return made


@transaction.atomic
def redeliver(*, by: User, delivery: WebhookDelivery) -> None:
    """Restart a finished delivery with the same message ID. Raises ``NotAllowed``, ``Refused``."""
    webhook = _own(delivery.webhook, by)
    Refused.when(webhook.paused_at is not None, STOPPED)
    stored = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    Refused.when(stored.delivered_at is None and stored.given_up_at is None, "这条消息还在推送，不必重新发送")
    stored.turn, stored.attempts, stored.answer, stored.error = stored.turn + 1, 0, None, ""
    stored.delivered_at = stored.given_up_at = None
    stored.save()
    record(action="portal.redeliver_webhook", by=by, obj=webhook, data={"message": stored.message_id})
    _ask(stored)


def announce(event: str, subject: int, cause: str) -> None:
    """Add the outbox row of an event, in its transaction; nothing if no webhook subscribes to it."""
    if Webhook.objects.filter(events__contains=[event], paused_at__isnull=True).exists():
        payload = {"event": event, "subject": subject, "cause": cause, "at": clock.now().isoformat()}
        outbox.emit(EVENT, f"{EVENT}:{cause}:{event}", payload)


def spread(message: OutboxMessage) -> None:
    """Outbox handler: create a delivery for each webhook whose owner may see the object."""
    told = message.payload
    happened = Happening(told["event"], told["subject"], told["cause"], dt.datetime.fromisoformat(told["at"]))
    for webhook in Webhook.objects.filter(events__contains=[happened.event], paused_at__isnull=True).select_related("owner"):
        if may_hold_webhook(webhook.owner):
            _begin(webhook, happened)


def _begin(webhook: Webhook, happened: Happening) -> WebhookDelivery | None:
    """Create the delivery of an event, once for each cause; nothing if the owner may not see the object."""
    body = body_of(happened.event, happened.subject, webhook.owner, happened.at)
    if body is None:
        return None
    values = {"event": happened.event, "subject": happened.subject, "body": body, "created_at": clock.now()}
    known = {"webhook": webhook, "cause": happened.cause}
    delivery, made = WebhookDelivery.objects.get_or_create(**known, defaults=values | {"message_id": signing.new_message_id()})
    if made:
        _ask(delivery)
    return delivery


def _ask(delivery: WebhookDelivery, after: dt.datetime | None = None) -> None:
    """Request the next attempt."""
    place = {"delivery": delivery.pk, "turn": delivery.turn, "attempt": delivery.attempts}
    outbox.emit(SEND, f"{SEND}:{delivery.pk}:{delivery.turn}:{delivery.attempts}", place, not_before=after)


def deliver(message: OutboxMessage) -> None:
    """Outbox handler (lane of webhooks): make one attempt and record its result."""
    place = message.payload
    found = WebhookDelivery.objects.select_for_update(of=("self",), no_key=True).select_related("webhook__owner")
    delivery = found.filter(pk=place["delivery"], turn=place["turn"], attempts=place["attempt"]).first()
    if delivery is None or delivery.delivered_at is not None or delivery.given_up_at is not None:
        return
    webhook, now = delivery.webhook, clock.now()
    if why := _hindrance(delivery):
        _end(delivery, why)
        return
    body = delivery.body.encode()
    told = signing.headers(str(webhook.secret), delivery.message_id, int(now.timestamp()), body)
    outcome = sending.post(webhook.url, body, told)
    delivery.attempts, delivery.tried_at, delivery.next_at = delivery.attempts + 1, now, None
    delivery.answer, delivery.error = outcome.status, fitted(delivery, "error", outcome.error)
    if outcome.is_taken:
        delivery.delivered_at = now
    elif outcome.status == GONE:
        _pause(webhook, "对方回复410，表示不再接收")
        _end(delivery, "对方回复410，表示不再接收")
        _tell(webhook, f"gone:{delivery.pk}:{delivery.turn}", "对方回复410，表示不再接收，接口推送已暂停")
    elif delivery.attempts >= MOST_ATTEMPTS:
        _give_up(delivery)
    else:
        minutes = outbox.RETRY_MINUTES[min(delivery.attempts, len(outbox.RETRY_MINUTES)) - 1]
        delivery.next_at = now + dt.timedelta(minutes=minutes * SystemRandom().uniform(1, outbox.JITTER))
        _ask(delivery, delivery.next_at)
    delivery.save()


def _hindrance(delivery: WebhookDelivery) -> str:
    """Reason for sending nothing any more; empty if there is none."""
    webhook = delivery.webhook
    if webhook.paused_at is not None:
        return STOPPED
    if not may_hold_webhook(webhook.owner) or not is_seen(delivery.event, delivery.subject, webhook.owner):
        return "已不在登记人的查看范围内"
    return ""


def _end(delivery: WebhookDelivery, why: str) -> None:
    delivery.given_up_at, delivery.next_at, delivery.error = clock.now(), None, why
    delivery.save()


def _give_up(delivery: WebhookDelivery) -> None:
    """Give up a delivery after the last attempt, tell the owner, and pause a webhook that keeps failing."""
    webhook = delivery.webhook
    reason = delivery.error or f"应答{delivery.answer}"
    _end(delivery, delivery.error)
    # Deliveries ended without attempts (paused, or no longer visible to the owner) say nothing about the URL.
    latest = webhook.deliveries.filter(Q(delivered_at__isnull=False) | Q(given_up_at__isnull=False, attempts__gte=MOST_ATTEMPTS))
    ends = list(latest.order_by("-tried_at", "-pk").values_list("delivered_at", flat=True)[:FAILED_IN_A_ROW])
    words = f"“{delivery.event_label}”推送了{delivery.attempts}次没有送达：{reason}"
    if len(ends) == FAILED_IN_A_ROW and not any(ends):
        _pause(webhook, f"连续{FAILED_IN_A_ROW}条消息没有送达")
        words += f"。连续{FAILED_IN_A_ROW}条没有送达，接口推送已暂停"
    _tell(webhook, f"given-up:{delivery.pk}:{delivery.turn}", words)


def _pause(webhook: Webhook, why: str) -> None:
    webhook.paused_at, webhook.paused_reason = webhook.paused_at or clock.now(), webhook.paused_reason or why
    webhook.save(update_fields=["paused_at", "paused_reason"])


def _tell(webhook: Webhook, key: str, words: str) -> None:
    notify(
        kind=Message.WEBHOOK,
        key=f"webhook:{key}",
        receivers=[webhook.owner],
        title="接口推送没有送达",
        body=words,
        link=reverse("portal:webhook", args=[webhook.pk]),
        demo=webhook.owner.is_demo,
    )


def _own(webhook: Webhook, by: User) -> Webhook:
    NotAllowed.unless(webhook.owner_id == by.pk and may_hold_webhook(by), OURS)
    return Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)


def step_taken(event: str, subject: str = "pk") -> Any:
    """Make a ``workflow.on`` handler that announces a step; ``subject`` is the field that holds the key of the announced object."""

    def told(*, record: Any, obj: Any, **_more: Any) -> None:
        announce(event, getattr(obj, subject), f"step:{record.pk}")

    told.__qualname__ = f"step_taken.{event}"
    return told


def opinion_answered(message: OutboxMessage) -> None:
    """Outbox handler: announce the answer to an opinion."""
    announce(WebhookEvent.OPINION_ANSWERED, message.payload["opinion"], message.key)


def objection_answered(message: OutboxMessage) -> None:
    """Outbox handler: announce the answer to an objection filed online; objections on paper are not opinions."""
    found = PublicOpinion.objects.filter(objection=message.payload["objection"]).values_list("pk", flat=True).first()
    if found is not None:
        announce(WebhookEvent.OPINION_ANSWERED, found, message.key)
