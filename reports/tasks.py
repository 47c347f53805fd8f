"""Background tasks of the report queue."""

from celery import shared_task

from greendistrict.core import clock
from reports.closings import services as closings
from reports.jobs import batches, ofd_files, services
from reports.jobs.lease import in_turn


@shared_task(name="reports.tasks.make_report")
def make_report(job_id: int) -> bool:
    """Generate the files of one job, of this one or of whoever's turn it is; idempotent."""
    return any(services.run(one) for one in in_turn(job_id))


@shared_task(name="reports.tasks.convert_to_ofd")
def convert_to_ofd(job_id: int) -> bool:
    """Have the PDF of one job converted and keep the OFD beside it; idempotent."""
    return ofd_files.convert(job_id)


@shared_task(name="reports.tasks.prepare_closings")
def prepare_closings() -> int:
    """Store the stock of a past snapshot day, and open closings of years whose receipts are over; runs daily, idempotent."""
    today = clock.today()
    return len(closings.keep_stock(today)) + len(closings.open_due(today))


@shared_task(name="reports.tasks.requeue_lost")
def requeue_lost() -> int:
    """Queue again what a lost queue or a killed worker left unfinished."""
    return services.requeue_lost()


@shared_task(name="reports.tasks.expire_zips")
def expire_zips() -> int:
    """Delete expired ZIPs; runs daily, idempotent. Returns the number."""
    return batches.expire()


@shared_task(name="reports.tasks.ask_for_yearly")
def ask_for_yearly() -> int:
    """Request the yearly reports that are due; runs daily, each occasion once. Returns the number."""
    return batches.ask_for_yearly()
