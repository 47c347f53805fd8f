"""Permissions on the green content of municipal works."""

from districts.file.rules import is_bureau, is_preparer
from districts.projects.models import Work
from greendistrict.accounts.models import User


def records_work(user: User, work: Work) -> bool:
    """Whether the person registers the acceptance of a work: the applicant's preparer or a bureau of the district."""
    return is_preparer(user, work.district) or is_bureau(user, work.district)
