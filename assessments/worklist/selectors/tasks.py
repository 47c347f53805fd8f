"""Desk tasks of all features of this app."""

from assessments.experts import selectors as experts
from assessments.inspections import selectors as inspections
from assessments.recusals import selectors as recusals
from assessments.reviews.selectors import reviews
from assessments.self_checks.selectors import self_checks
from assessments.sharing import selectors as shares
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.workflow.todo import Task


def tasks_for(user: User) -> list[Task]:
    """What waits for this user in self-checks, shares, reviews, inspections (except their findings) and the expert pool."""
    expert = experts.own_profile(user) if posts_of(user).has(Role.EXPERT) else None
    return [
        *self_checks.tasks_for(user),
        *shares.tasks_for(user),
        *reviews.tasks_for(user, seated=expert is not None),
        *recusals.tasks_for(user),
        *inspections.tasks_beside(user),
        *(experts.tasks_of(expert) if expert else ()),
    ]
