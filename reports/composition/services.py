"""Files of a composition in the formats that are asked for."""

from collections.abc import Callable, Collection

from reports.common import render
from reports.composition.blocks import Composition
from reports.composition.enums import FileFormat, Style
from reports.composition.printed import texts_of

__all__ = ["made_of", "pdf_of", "texts_of"]
FORMATS = (FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX)


def made_of(
    composition: Composition, *, code: str, formats: Collection[str] = FORMATS, progress: Callable[[int], None] = lambda _: None
) -> dict[str, bytes]:
    """Contents by format; ``code`` is the 查验码, ``progress`` is told how many formats are done.

    Raises ``ValueError`` for a format that there is none of.
    """
    from reports.composition import data, docx, xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    makers: dict[FileFormat, Callable[[], bytes]] = {
        FileFormat.XLSX: lambda: xlsx.xlsx_of(composition),
        FileFormat.PDF: lambda: pdf_of(composition, code=code, workbook=made.get(FileFormat.XLSX)),
        FileFormat.DOCX: lambda: docx.docx_of(composition, code=code),
        FileFormat.JSON: lambda: data.json_of(composition, code=code),
        FileFormat.CSV: lambda: data.csv_of(composition),
    }
    made: dict[str, bytes] = {}
    if unknown := set(formats) - set(makers):
        msg = f"no composition is rendered as {', '.join(sorted(unknown))}"
        raise ValueError(msg)
    for number, name in enumerate((name for name in makers if name in formats), start=1):
        made[name.value] = makers[name]()
        progress(number)
    return made


def pdf_of(composition: Composition, *, code: str, workbook: bytes | None = None) -> bytes:
    """PDF/A-3a; a report carries its figures as a workbook."""
    from reports.composition import html, xlsx  # noqa: PLC0415 -- as above

    document = html.html_of(composition, code=code)
    if composition.style is Style.LETTER:
        return _letter(composition, render.from_html(document.text, sheets=document.sheets, css=document.css), code)
    content = workbook if workbook is not None else xlsx.xlsx_of(composition)
    attached = [render.Attached(f"{composition.title}.xlsx", content, "本报告的数据")]
    return render.from_html(document.text, sheets=document.sheets, css=document.css, attached=attached)


def _letter(composition: Composition, made: bytes, code: str) -> bytes:
    """The letter on one page where closer lines make it fit, which GB/T 9704 allows so that seal and date stand on the page of the text."""
    from reports.composition import html  # noqa: PLC0415 -- as above

    if render.pages_of(made) == 1:
        return made
    document = html.html_of(composition, code=code, closer=True)
    closer = render.from_html(document.text, sheets=document.sheets, css=document.css)
    return closer if render.pages_of(closer) == 1 else made
