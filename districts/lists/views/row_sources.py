"""Page with the sources of one plot, key project or work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.file.views.common import district_to_read
from districts.lists.selectors.row_sources import row_origins
from districts.lists.views.rows import LISTS


@require_safe
def row_sources(request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
    """Show each figure of the row with its source, author and time of entry, to everybody who reads the file."""
    district, editable = district_to_read(request, code)
    listed = LISTS[kind]
    row = get_object_or_404(getattr(district, listed.related), pk=pk)
    context = {
        "district": district,
        "listed": listed,
        "row": row,
        "origins": row_origins(row),
        "editable": editable,
        "list_href": reverse(f"districts:{listed.section}", args=[code]),
        "edit_href": reverse(f"districts:{listed.section.replace('_list', '_edit')}", args=[code, pk]),
    }
    return render(request, "districts/lists/row_sources.html", context)
