"""Page of the districts on a map, under the conditions of their list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.views.lists import filtered_districts
from districts.overview.selectors.district_map import MOST_OUTLINES, district_map
from greendistrict.accounts.viewer import viewer_of


@require_safe
def district_map_page(request: HttpRequest) -> HttpResponse:
    """Show the visible districts that the query string asks for, by 行政区 and with their outlines."""
    form, found = filtered_districts(request)
    request.nav = "districts:district_list"  # type: ignore[attr-defined]  # read by the menu
    context = {"form": form, "map": district_map(viewer_of(request), found), "most": MOST_OUTLINES}
    return render(request, "districts/overview/district_map.html", context)
