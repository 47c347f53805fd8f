"""Rows of the historical take-over as a file is read on its page."""

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.bulk.takeover import TakeoverReader, TakeoverRow
from greendistrict.core import clock
from greendistrict.documents.workbooks.pages import taken_table


def taken_over(kind: str, name: str, content: bytes) -> list[TakeoverRow]:
    """Rows of a workbook or CSV file."""
    reader = TakeoverReader(kind, clock.today())
    return reader.read(taken_table(SimpleUploadedFile(name, content), reader.head_words())).rows
