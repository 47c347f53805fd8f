"""Access checks shared by the pages of municipal works."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from districts.file.models.district import District
from districts.file.views.common import district_to_list
from districts.projects.models import Work
from districts.projects.rules import lists_works


def works_to_list(request: HttpRequest, code: str) -> tuple[District, bool, bool]:
    """District whose works the person may list, and whether they may edit or read its file. Raises ``Http404``, ``NotAllowed``."""
    return district_to_list(request, code, lists_works)


def work_to_read(request: HttpRequest, code: str, pk: int) -> Work:
    """Work of a readable file, or of a district of the person's bureau. Raises ``Http404``, ``NotAllowed``."""
    district, _editable, _reads_file = works_to_list(request, code)
    work: Work = get_object_or_404(district.works, pk=pk)
    work.district = district
    return work
