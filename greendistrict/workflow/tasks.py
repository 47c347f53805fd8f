"""Celery task that drains the outbox."""

from celery import shared_task

from greendistrict.workflow import outbox


@shared_task
def drain_outbox() -> int:
    """Handle open outbox messages; safe to run twice and in parallel."""
    return outbox.drain()
