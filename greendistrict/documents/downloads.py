"""File download responses."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.documents.spreadsheets import XLSX


def as_workbook(content: bytes, name: str) -> HttpResponse:
    """Response with a workbook to download."""
    return as_file(content, name, XLSX)


def as_file(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Response with a file to download."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def list_workbook(request: HttpRequest, content: bytes, *, name: str, action: str, rows: int) -> HttpResponse:
    """Response with a filtered list as a workbook; the export is audited together with the filter."""
    audit.record(action=action, by=signed_in(request), data={"rows": rows, "filter": request.GET.urlencode()})
    return as_workbook(content, f"{name}-{clock.today():%Y%m%d}.xlsx")
