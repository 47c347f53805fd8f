"""Celery tasks that drain the outbox, one for each lane."""

from celery import shared_task

from greendistrict.workflow import outbox
from greendistrict.workflow.enums import Lane


@shared_task
def drain_outbox() -> int:
    """Handle open messages inside the portal; safe to run repeatedly and in parallel."""
    return outbox.drain(lane=Lane.DEFAULT)


@shared_task
def drain_mail() -> int:
    """Send open mails and phone messages; safe to run repeatedly and in parallel."""
    return outbox.drain(lane=Lane.MAIL)


@shared_task
def drain_hooks() -> int:
    """Send open webhooks; safe to run repeatedly and in parallel."""
    return outbox.drain(lane=Lane.HOOKS)
