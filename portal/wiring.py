"""Registries of other apps that this app fills; called once when the models are ready."""

from portal.desk.selectors import counters
from portal.frame.context import register_counter


def wire() -> None:
    """Give the frame its figures."""
    register_counter("todo", counters.todo_count)
    register_counter("unread", counters.unread_count)
    register_counter("due", counters.due_count)
