"""Queue of imports."""

from celery import shared_task

from districts.lists import workbook_import


@shared_task(name="districts.tasks.import_list")
def import_list(pk: int) -> bool:
    """Read or write a large workbook of a list; run twice, it is done once."""
    return workbook_import.run(pk)


@shared_task(name="districts.tasks.sweep_imports")
def sweep_imports() -> int:
    """Hand over again imports that a lost queue left and drop old previews; safe to repeat. Returns how many were handed over."""
    return workbook_import.sweep()
