"""Closed lists of a composition."""

from enum import StrEnum

from django.db import models


class Style(StrEnum):
    """Kind of paper: a report has a cover and contents, a letter is one sheet by GB/T 9704."""

    REPORT = "report"
    LETTER = "letter"


class ParagraphStyle(StrEnum):
    """How a paragraph is set."""

    BODY = "body"
    PLAIN = "plain"
    NOTE = "note"
    RIGHT = "right"
    CENTER = "center"


class ColumnKind(StrEnum):
    """How a column is set: a name heads its row."""

    TEXT = "text"
    NUMBER = "number"
    NAME = "name"


class ChartKind(StrEnum):
    """Charts that screens, papers and workbooks draw."""

    BARS = "bars"
    RADAR = "radar"
    LINES = "lines"
    BOXES = "boxes"
    TILES = "tiles"


class FileFormat(models.TextChoices):
    """Formats of files: those that a composition is rendered in, and the zip of a batch of reports."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word（DOCX）"
    XLSX = "xlsx", "Excel（XLSX）"
    JSON = "json", "JSON"
    CSV = "csv", "CSV（ZIP）"
    ZIP = "zip", "ZIP"
