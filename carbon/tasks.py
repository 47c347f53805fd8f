"""Background work of this app."""

from celery import shared_task

from carbon.metering.services import imports
from carbon.metering.services.readings import make_partitions_ahead


@shared_task(name="carbon.tasks.import_readings")
def import_readings(pk: int) -> bool:
    """Check or write a large file of readings; running it twice has no further effect."""
    return imports.run(pk)


@shared_task(name="carbon.tasks.sweep_readings")
def sweep_readings() -> int:
    """Send files lost with their queue again and delete old previews; safe to repeat. Returns how many were sent."""
    return imports.sweep()


@shared_task(name="carbon.tasks.make_partitions")
def make_partitions() -> int:
    """Create the partitions of this month and the next ones; safe to repeat. Returns how many were created."""
    return make_partitions_ahead()
