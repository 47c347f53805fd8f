"""Background job that seals audit records."""

from celery import shared_task

from greendistrict.audit import services


@shared_task
def seal() -> int:
    """Seal the records that are not sealed yet; returns their number."""
    return services.seal()
