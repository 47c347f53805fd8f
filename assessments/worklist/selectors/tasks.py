"""Desk tasks of all features of this app."""

from assessments.experts import selectors as experts
from assessments.inspections import selectors as inspections
from assessments.recusals import selectors as recusals
from assessments.reviews.selectors import reviews
from assessments.self_checks.selectors import self_checks
from assessments.sharing import selectors as shares
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.todo import Task


def tasks_for(viewer: Viewer) -> list[Task]:
    """What waits for this user in self-checks, shares, reviews, inspections (except their findings) and the expert pool."""
    expert = experts.own_profile(viewer) if viewer.held.has(Role.EXPERT) else None
    return [
        *self_checks.tasks_for(viewer),
        *shares.tasks_for(viewer),
        *reviews.tasks_for(viewer, seated=expert is not None),
        *recusals.tasks_for(viewer),
        *inspections.tasks_beside(viewer),
        *(experts.tasks_of(expert, viewer.today) if expert else ()),
    ]
