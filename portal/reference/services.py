"""Load reference data: calendar, standards, districts and their recorded titles. Idempotent."""

from collections.abc import Callable

from django.core.management import call_command

STEPS = (
    ("工作日历", "import_holidays"),
    ("评价标准", "load_editions"),
    ("行政区与城区", "load_districts"),
    ("称号补录", "load_titles"),
)


def load_reference_data(*, log: Callable[[str], object]) -> None:
    """Run the importers in order; each is idempotent and preserves later changes."""
    for label, command in STEPS:
        log(f"{label} …")
        call_command(command, verbosity=0)
