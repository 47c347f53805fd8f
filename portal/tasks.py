"""Background jobs of this app."""

from celery import shared_task

from portal.search import services


@shared_task(name="portal.tasks.collect_names")
def collect_names() -> int:
    """Keep the pinyin of new names for the search; run every few minutes, safe to repeat. Returns how many were new."""
    return services.collect_names()
