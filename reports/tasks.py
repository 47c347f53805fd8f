"""Report queue."""

from celery import shared_task

from greendistrict.core import clock
from reports.closings import services as closings
from reports.jobs import services, sweeps


@shared_task(name="reports.tasks.make_report")
def make_report(job_id: int) -> bool:
    """Make the files of one job; run twice, it makes them once."""
    return services.run(job_id)


@shared_task(name="reports.tasks.prepare_closings")
def prepare_closings() -> int:
    """Keep the stock of a snapshot day that is over, and begin the closing of years whose receipts are; run daily, safe to repeat."""
    today = clock.today()
    return len(closings.keep_stock(today)) + len(closings.open_due(today))


@shared_task(name="reports.tasks.requeue_lost")
def requeue_lost() -> int:
    """Hand over again what a lost queue or a killed worker left."""
    return services.requeue_lost()


@shared_task(name="reports.tasks.expire_zips")
def expire_zips() -> int:
    """Delete the zips whose time is over; run daily, safe to repeat. Returns how many."""
    return sweeps.expire()


@shared_task(name="reports.tasks.ask_for_yearly")
def ask_for_yearly() -> int:
    """Ask for the yearly reports that are due; run daily, each occasion once. Returns how many."""
    return sweeps.ask_for_yearly()
