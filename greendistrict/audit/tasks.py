"""Sealing job."""

from celery import shared_task

from greendistrict.audit import services


@shared_task
def seal() -> int:
    """Chain what is not chained yet."""
    return services.seal()
