"""Rows of the historical take-over as a file is read on its page."""

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.bulk.takeover import TakeoverPreview, TakeoverReader, TakeoverRow
from greendistrict.core import clock
from greendistrict.documents.workbooks.pages import taken_table


def taken_over(kind: str, name: str, content: bytes) -> list[TakeoverRow]:
    """Rows of a workbook or CSV file."""
    return seen_of(kind, name, content).rows


def seen_of(kind: str, name: str, content: bytes) -> TakeoverPreview:
    """Preview of a workbook or CSV file."""
    reader = TakeoverReader(kind, clock.today())
    return reader.read(taken_table(SimpleUploadedFile(name, content), reader.head_words()))
