"""Key projects visible to somebody."""

from django.db.models import QuerySet

from districts.file.selectors.visibility import files_visible_to
from districts.projects.models import KeyProject
from greendistrict.accounts.models import User


def key_projects_visible_to(user: User) -> QuerySet[KeyProject]:
    """Key projects of districts whose file the person reads."""
    return KeyProject.objects.filter(district__in=files_visible_to(user))
