"""Who has stated why they look at an asker: for a while, the scans that bear the asker's name open to them."""

from django.core.cache import cache

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from outreach.disclosures.models import DisclosureRequest

LOOK_MINUTES = 15


def _mark(person: int, subject: str) -> str:
    return f"outreach:looked:{person}:{subject}"


def remember_look(user: User, row: DisclosureRequest) -> None:
    """The person has just stated a reason."""
    cache.set(_mark(user.pk, subject_of(row)), 1, LOOK_MINUTES * 60)


def has_looked(viewer: Viewer, subject: str) -> bool:
    """Whether the person stated a reason for the request (``app.model:pk``) within the last minutes."""
    return cache.get(_mark(viewer.person, subject)) is not None
