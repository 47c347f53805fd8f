"""Register webhooks, announce events in their transaction, deliver and retry messages.

An event is one outbox row. Its handler creates a delivery for each webhook whose owner may see the object, with an outbox row for the
sending (lane of webhooks; ``pushing``). What is not delivered within ``KEPT`` is given up and the owner told. A message that was received
but not acknowledged is sent again with the same ``webhook-id``.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why, locked_person
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import record
from greendistrict.core import clock, database_clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from outreach.opinions.models import PublicOpinion
from portal.webhooks.models import KEPT, TEST, Webhook, WebhookDelivery, WebhookEvent
from portal.webhooks.selectors import body_of, events_open_to, is_seen, may_hold_webhook
from portal.webhooks.sending import UnfitAddressError, addresses_of, checked, new_message_id, new_secret

EVENT, SEND = "webhook_event", "webhook"
MOST_WEBHOOKS = 5  # per person
MOST_TESTS = 20  # per webhook and day
GONE = 410
FAILED_IN_A_ROW = 3  # deliveries given up in a row until the webhook is paused
OURS = "接口推送由有接口令牌资格的岗位登记"
STOPPED, OUT_OF_SIGHT = "接口推送已暂停", "已不在登记人的查看范围内"
OURSELVES = (STOPPED, OUT_OF_SIGHT)  # reasons of ours to send nothing any more


class Happening(NamedTuple):
    """An event to notify: kind, key of its object, cause, and time."""

    event: str
    subject: int
    cause: str
    at: dt.datetime


@transaction.atomic
def register_webhook(*, by: User, url: str, events: Collection[str]) -> tuple[Webhook, str]:
    """Register a webhook and return its secret, which is shown only now. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_hold_webhook(posts_of(locked_person(by))), OURS)
    if not events or not set(events) <= set(events_open_to(posts_of(by))):
        raise Refused([Refusal("请选择您的岗位可以接收的事件", field="events")])
    Refused.when(Webhook.objects.filter(owner=by).count() >= MOST_WEBHOOKS, f"每人最多登记{MOST_WEBHOOKS}个接口推送")
    try:
        addresses_of(checked(url))
    except UnfitAddressError as unfit:
        raise Refused([Refusal(str(unfit), field="url")]) from unfit
    secret = new_secret()
    made = Webhook.objects.create(owner=by, url=url, events=sorted(events), secret=secret, created_at=clock.now())
    record(action="portal.register_webhook", by=by, obj=made, data={"events": made.events})
    return made, secret


@transaction.atomic
def renew_secret(*, by: User, webhook: Webhook) -> str:
    """Replace the secret of a webhook and return the new one. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    stored.secret = new_secret()
    stored.save(update_fields=["secret"])
    record(action="portal.renew_webhook_secret", by=by, obj=stored)
    return str(stored.secret)


@transaction.atomic
def pause(*, by: User, webhook: Webhook) -> None:
    """Pause a webhook; events in the meantime are not sent later. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    pause_for(stored, "登记人暂停")
    record(action="portal.pause_webhook", by=by, obj=stored)


def pause_all(person: User, why: Why) -> int:
    """Pause the webhooks of a person whose rights end; nothing is sent until the person, let in again, resumes them."""
    running = Webhook.objects.filter(owner=person, paused_at__isnull=True)
    return running.update(paused_at=clock.now(), paused_reason=f"登记人{why.label}")


@transaction.atomic
def resume(*, by: User, webhook: Webhook) -> None:
    """Resume a webhook; only later events are sent. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    stored.paused_at, stored.paused_reason, stored.failures, stored.rests_until = None, "", 0, None
    stored.save(update_fields=["paused_at", "paused_reason", "failures", "rests_until"])
    record(action="portal.resume_webhook", by=by, obj=stored)


@transaction.atomic
def remove(*, by: User, webhook: Webhook) -> None:
    """Delete a webhook with its deliveries. Raises ``NotAllowed``."""
    stored = _own(webhook, by)
    record(action="portal.remove_webhook", by=by, obj=stored, data={"events": stored.events})
    stored.delete()


@writing
def send_test(*, by: User, webhook: Webhook) -> WebhookDelivery:
    """Send a test message without data. Raises ``NotAllowed``, ``Refused``."""
    stored = _own(webhook, by)
    Refused.when(stored.paused_at is not None, STOPPED)
    since = clock.now() - dt.timedelta(days=1)
    Refused.when(stored.deliveries.filter(event=TEST, created_at__gte=since).count() >= MOST_TESTS, "一天内试推送的次数已达上限")
    made = _begin(stored, Happening(TEST, 0, f"test:{new_message_id()}", clock.now()))
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
    stored.delivered_at = stored.given_up_at = stored.next_at = None
    stored.begun_at = database_clock.now()
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
    payload = message.payload
    happened = Happening(payload["event"], payload["subject"], payload["cause"], dt.datetime.fromisoformat(payload["at"]))
    for webhook in Webhook.objects.filter(events__contains=[happened.event], paused_at__isnull=True).select_related("owner"):
        if may_hold_webhook(posts_of(webhook.owner)):
            _begin(webhook, happened)


def _begin(webhook: Webhook, happened: Happening) -> WebhookDelivery | None:
    """Create the delivery of an event, once for each cause, with the next number; nothing if the owner may not see the object."""
    held = Webhook.objects.select_for_update(no_key=True, of=("self",)).select_related("owner").get(pk=webhook.pk)
    if (known := held.deliveries.filter(cause=happened.cause).first()) is not None:
        return known
    body = body_of(happened.event, happened.subject, Viewer(held.owner), happened.at, held.last_number + 1)
    if body is None:
        return None
    held.last_number += 1
    held.save(update_fields=["last_number"])
    delivery = WebhookDelivery.objects.create(
        webhook=held,
        cause=happened.cause,
        number=held.last_number,
        event=happened.event,
        subject=happened.subject,
        body=body,
        created_at=database_clock.now(),
        message_id=new_message_id(),
    )
    _ask(delivery)
    return delivery


def _ask(delivery: WebhookDelivery) -> None:
    """Have what waits for the webhook sent after commit."""
    outbox.emit(SEND, f"{SEND}:{delivery.pk}:{delivery.turn}", {"webhook": delivery.webhook_id})


def hindrance(delivery: WebhookDelivery) -> str:
    """Reason for sending nothing any more; empty if there is none."""
    webhook = delivery.webhook
    if webhook.paused_at is not None:
        return STOPPED
    if not may_hold_webhook(posts_of(webhook.owner)) or not is_seen(delivery.event, delivery.subject, Viewer(webhook.owner)):
        return OUT_OF_SIGHT
    return ""


def end(delivery: WebhookDelivery, why: str) -> None:
    """Send a message no more."""
    delivery.given_up_at, delivery.next_at, delivery.error = clock.now(), None, why
    delivery.save()


def give_up(delivery: WebhookDelivery) -> None:
    """Give up a delivery after the last attempt, tell the owner, and pause a webhook that keeps failing."""
    webhook = delivery.webhook
    reason = delivery.error or f"应答{delivery.answer}"
    end(delivery, delivery.error)
    # Deliveries ended for reasons of our own (paused, or no longer visible to the owner) say nothing about the URL.
    ended = Q(given_up_at__isnull=False, attempts__gt=0) & ~Q(error__in=OURSELVES)
    latest = webhook.deliveries.filter(Q(delivered_at__isnull=False) | ended)
    ends = list(latest.order_by("-tried_at", "-pk").values_list("delivered_at", flat=True)[:FAILED_IN_A_ROW])
    words = f"“{delivery.event_label}”推送了{delivery.attempts}次，{KEPT.days}天内没有送达：{reason}"
    if len(ends) == FAILED_IN_A_ROW and not any(ends):
        pause_for(webhook, f"连续{FAILED_IN_A_ROW}条消息没有送达")
        words += f"。连续{FAILED_IN_A_ROW}条没有送达，接口推送已暂停"
    tell(webhook, f"given-up:{delivery.pk}:{delivery.turn}", words)


def pause_for(webhook: Webhook, why: str) -> None:
    """Pause a webhook for this reason, unless it is paused already."""
    webhook.paused_at, webhook.paused_reason = webhook.paused_at or clock.now(), webhook.paused_reason or why
    webhook.save(update_fields=["paused_at", "paused_reason"])


def tell(webhook: Webhook, key: str, words: str) -> None:
    """Tell the owner, once for each key."""
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
    NotAllowed.unless(webhook.owner_id == by.pk and may_hold_webhook(posts_of(by)), OURS)
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
    opinion = PublicOpinion.objects.filter(objection=message.payload["objection"]).values_list("pk", flat=True).first()
    if opinion is not None:
        announce(WebhookEvent.OPINION_ANSWERED, opinion, message.key)
