"""Visibility of key projects and municipal works."""

from django.db.models import Q, QuerySet

from districts.file.models.district import District
from districts.file.rules import bodies_as
from districts.file.selectors.visibility import files_visible_to
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer


def key_projects_visible_to(viewer: Viewer) -> QuerySet[KeyProject]:
    """Key projects of districts whose file the person reads."""
    return KeyProject.objects.filter(district__in=files_visible_to(viewer))


def works_visible_to(viewer: Viewer) -> QuerySet[Work]:
    """Municipal works the person may open: of readable files, and of the districts of a bureau."""
    led = District.authorities.through.objects.filter(organisation_id__in=bodies_as(viewer.held, Role.BUREAU)).values("district")
    return Work.objects.filter(Q(district__in=files_visible_to(viewer)) | Q(district__in=led))
