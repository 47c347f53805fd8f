"""Sealing job."""

from celery import shared_task

from greendistrict.audit import services


@shared_task
def seal() -> int:
    """Celery task: seal the records that are not sealed yet."""
    return services.seal()
