"""Words of a PDF page by page, read by PDFium: a tenth of the time that pypdf takes for the same text."""

import re

import pypdfium2


def texts_of(content: bytes) -> list[str]:
    """Text of each page in the order in which it is drawn, line by line."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def squeezed(content: bytes) -> list[str]:
    """The same without any blank or line end."""
    return [re.sub(r"\s", "", text) for text in texts_of(content)]
