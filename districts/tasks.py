"""Background tasks of imports."""

from celery import shared_task

from districts.lists.workbooks import run, sweep


@shared_task(name="districts.tasks.import_list")
def import_list(pk: int) -> bool:
    """Read or write a large workbook of a list; idempotent."""
    return run(pk)


@shared_task(name="districts.tasks.sweep_imports")
def sweep_imports() -> int:
    """Queue lost imports again and delete old previews; idempotent. Returns the number queued again."""
    return sweep()
