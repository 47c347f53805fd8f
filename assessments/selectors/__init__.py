"""Reads of this app."""

from assessments.selectors import experts, recusals, reviews, selfchecks, shares
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.workflow.todo import Task


def tasks_for(user: User) -> list[Task]:
    """Return what waits for this person in self-checks, shared rows, reviews and the expert pool."""
    expert = experts.own_profile(user) if seats(user).has(Role.EXPERT) else None
    return [
        *selfchecks.tasks_for(user),
        *shares.tasks_for(user),
        *reviews.tasks_for(user, seated=expert is not None),
        *recusals.tasks_for(user),
        *(experts.tasks_of(expert) if expert else ()),
    ]
