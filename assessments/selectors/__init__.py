"""Reads of this app."""

from greendistrict.accounts.models import User
from greendistrict.workflow.todo import Task


def tasks_for(user: User) -> list[Task]:
    """Return what waits for this person in self-checks and reviews."""
    from assessments.selectors import selfchecks  # noqa: PLC0415 -- rules import parts of this package

    return selfchecks.tasks_for(user)
