"""Celery task that drains the outbox."""

from celery import shared_task

from greendistrict.workflow import outbox


@shared_task
def drain_outbox() -> int:
    """Carry out what waits; safe to run twice and side by side."""
    return outbox.drain()
