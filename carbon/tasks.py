"""Background work of this app."""

from celery import shared_task

from carbon.metering.services import imports, partitions


@shared_task(name="carbon.tasks.import_readings")
def import_readings(pk: int) -> bool:
    """Check or write a large file of readings; run twice, it is done once."""
    return imports.run(pk)


@shared_task(name="carbon.tasks.sweep_readings")
def sweep_readings() -> int:
    """Hand over again files that a lost queue left and drop old previews; safe to repeat. Returns how many were handed over."""
    return imports.sweep()


@shared_task(name="carbon.tasks.make_partitions")
def make_partitions() -> int:
    """Make the partitions of this month and the next ones; safe to repeat. Returns how many were made."""
    return partitions.make_ahead()
