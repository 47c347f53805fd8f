"""Permissions on municipal works."""

from districts.file.models.district import District
from districts.file.rules import is_bureau, is_preparer
from districts.projects.models import Work
from greendistrict.accounts.models import User


def lists_works(user: User, district: District) -> bool:
    """Whether the person may list the works without reading the file: departments check them from approval on, before the filing."""
    return is_bureau(user, district)


def records_work(user: User, work: Work) -> bool:
    """Whether the person registers acceptances: the applicant's preparer, or a bureau of the district."""
    return is_preparer(user, work.district) or is_bureau(user, work.district)
