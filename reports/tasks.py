"""Report queue."""

from celery import shared_task

from reports.jobs import services


@shared_task(name="reports.tasks.make_report")
def make_report(job_id: int) -> bool:
    """Make the files of one job; run twice, it makes them once."""
    return services.run(job_id)


@shared_task(name="reports.tasks.requeue_lost")
def requeue_lost() -> int:
    """Hand over again what a lost queue or a killed worker left."""
    return services.requeue_lost()
