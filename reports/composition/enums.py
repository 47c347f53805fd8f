"""Closed lists of a composition."""

from enum import StrEnum


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


class Format(StrEnum):
    """Formats that a composition is rendered in."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"
    CSV = "csv"
