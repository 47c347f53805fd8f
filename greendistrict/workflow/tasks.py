"""Celery tasks that drain the outbox, one for each lane."""

from celery import shared_task

from greendistrict.core.locks import held_if_free
from greendistrict.workflow import outbox
from greendistrict.workflow.enums import Lane


@shared_task
def drain_outbox() -> int:
    """Handle open messages inside the portal; safe to run twice and in parallel."""
    return outbox.drain(lane=Lane.DEFAULT)


@shared_task
def drain_mail() -> int:
    """Send open mails and messages to phones; safe to run twice and in parallel."""
    return outbox.drain(lane=Lane.MAIL)


@shared_task
def drain_hooks() -> int:
    """Send open webhooks, one round at a time: receivers that do not answer keep one process busy and no second one."""
    with held_if_free("hooks", 0) as mine:
        return outbox.drain(lane=Lane.HOOKS) if mine else 0
