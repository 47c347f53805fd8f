"""File download responses."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from greendistrict.documents.spreadsheets import XLSX


def as_workbook(content: bytes, name: str) -> HttpResponse:
    """Answer with a workbook to keep."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
