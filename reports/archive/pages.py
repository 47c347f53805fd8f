"""Page count of a stored file if it can be determined, else 未查明."""

from typing import BinaryIO, cast

from greendistrict.documents.models import Evidence

PDF = "application/pdf"


def pages_of(document: Evidence) -> int | None:
    """Pages of a PDF, 1 for an image; None for other or unreadable files."""
    if document.content_type.startswith("image/"):
        return 1
    return _pages_of_pdf(document) if document.content_type == PDF else None


def _pages_of_pdf(document: Evidence) -> int | None:
    import pikepdf  # noqa: PLC0415 -- only who prepares a volume pays for it

    try:
        with document.file.open("rb") as stream, pikepdf.open(cast("BinaryIO", stream)) as pdf:
            return len(pdf.pages) or None
    except (OSError, pikepdf.PdfError, ValueError):
        return None
