"""Reads of this app."""

from assessments.selectors import reviews, selfchecks, shares
from greendistrict.accounts.models import User
from greendistrict.workflow.todo import Task


def tasks_for(user: User) -> list[Task]:
    """Return what waits for this person in self-checks, shared rows and reviews."""
    return [*selfchecks.tasks_for(user), *shares.tasks_for(user), *reviews.tasks_for(user)]
