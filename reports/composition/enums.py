"""Enums of a composition."""

from enum import StrEnum

from django.db import models


class Style(StrEnum):
    """Kind of paper: a report has cover and contents, a letter is one sheet by GB/T 9704."""

    REPORT = "report"
    LETTER = "letter"


class ParagraphStyle(StrEnum):
    """Style of a paragraph."""

    BODY = "body"
    PLAIN = "plain"
    NOTE = "note"
    RIGHT = "right"
    CENTER = "center"


class ColumnKind(StrEnum):
    """How a column is formatted; a ``NAME`` cell is the header of its row."""

    TEXT = "text"
    NUMBER = "number"
    NAME = "name"


class ChartKind(StrEnum):
    """Charts drawn on pages, in PDF and in workbooks."""

    BARS = "bars"
    RADAR = "radar"
    LINES = "lines"
    BOXES = "boxes"
    TILES = "tiles"


class FileFormat(models.TextChoices):
    """File formats into which a composition is rendered, the ZIP of a batch of reports, and what the office's converter makes of a PDF."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word（DOCX）"
    XLSX = "xlsx", "Excel（XLSX）"
    JSON = "json", "JSON"
    CSV = "csv", "CSV（ZIP）"
    ZIP = "zip", "ZIP"
    OFD = "ofd", "OFD"
