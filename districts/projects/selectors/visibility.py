"""Key projects and municipal works visible to somebody."""

from django.db.models import QuerySet

from districts.file.selectors.visibility import files_visible_to
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import User


def key_projects_visible_to(user: User) -> QuerySet[KeyProject]:
    """Key projects of districts whose file the person reads."""
    return KeyProject.objects.filter(district__in=files_visible_to(user))


def works_visible_to(user: User) -> QuerySet[Work]:
    """Municipal works of districts whose file the person reads."""
    return Work.objects.filter(district__in=files_visible_to(user))
