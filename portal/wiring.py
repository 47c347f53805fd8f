"""Registries of other apps that this app fills; called once when the models are ready."""

from obligations import expected_records
from portal.desk.selectors import counters
from portal.frame.context import register_counter
from portal.operations.selectors.expiries import backup_days, certificate_ends


def wire() -> None:
    """Give the frame its figures, and the duties of the system keeper their records."""
    register_counter("todo", counters.todo_count)
    register_counter("unread", counters.unread_count)
    register_counter("due", counters.due_count)
    expected_records.register("backup_age", backup_days)
    expected_records.register("certificate", certificate_ends)
