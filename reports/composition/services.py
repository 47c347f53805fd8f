"""Files of a composition in the formats that are asked for."""

from collections.abc import Callable, Collection

from reports.common import render
from reports.composition.blocks import Composition
from reports.composition.enums import Format, Style
from reports.composition.printed import texts_of

__all__ = ["made_of", "pdf_of", "texts_of"]
FORMATS = (Format.PDF, Format.DOCX, Format.XLSX)


def made_of(
    composition: Composition, *, code: str, formats: Collection[str] = FORMATS, progress: Callable[[int], None] = lambda _: None
) -> dict[str, bytes]:
    """Contents by format; ``code`` is the 查验码, ``progress`` is told how many formats are done.

    Raises ``ValueError`` for a format that there is none of.
    """
    from reports.composition import data, docx, xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    makers: dict[Format, Callable[[], bytes]] = {
        Format.XLSX: lambda: xlsx.xlsx_of(composition),
        Format.PDF: lambda: pdf_of(composition, code=code, workbook=made.get(Format.XLSX)),
        Format.DOCX: lambda: docx.docx_of(composition, code=code),
        Format.JSON: lambda: data.json_of(composition, code=code),
        Format.CSV: lambda: data.csv_of(composition),
    }
    made: dict[str, bytes] = {}
    wanted = {Format(name) for name in formats}
    for number, (name, make) in enumerate(((name, make) for name, make in makers.items() if name in wanted), start=1):
        made[name.value] = make()
        progress(number)
    return made


def pdf_of(composition: Composition, *, code: str, workbook: bytes | None = None) -> bytes:
    """PDF/A-3a; a report carries its figures as a workbook."""
    from reports.composition import html, xlsx  # noqa: PLC0415 -- as above

    document = html.html_of(composition, code=code)
    attached: list[render.Attached] = []
    if composition.style is Style.REPORT:
        content = workbook if workbook is not None else xlsx.xlsx_of(composition)
        attached.append(render.Attached(f"{composition.title}.xlsx", content, "本报告的数据"))
    return render.from_html(document.text, css=document.css, attached=attached)
