"""Download of the area workbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from beautiful.area_export.selectors import area_file
from beautiful.area_export.sheets import area_book, title_of
from beautiful.area_indicators.selectors import may_read_areas
from beautiful.area_indicators.views import chosen_year
from beautiful.frame.programme import programme
from greendistrict.accounts.viewer import viewer_of
from greendistrict.documents.downloads import list_workbook


@require_safe
def area_export(request: HttpRequest, key: str = "") -> HttpResponse:
    """Workbook for the same world and year as the page; the export is audited. Raises ``Http404`` as the page does."""
    viewer = viewer_of(request)
    if not may_read_areas(viewer.held) or (key and key not in {area.key for area in programme().areas}):
        raise Http404
    is_demo, year = chosen_year(request).chosen()
    found = area_file(viewer, is_demo=is_demo, year=year, only=key)
    name = f"{title_of(found).replace('：', '-')}（{programme().mark}）"
    return list_workbook(request, area_book(found), name=name, action="beautiful.export_areas", rows=len(found.views))
