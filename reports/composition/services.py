"""Render a composition in the requested formats."""

from collections.abc import Callable, Collection
from functools import cache, cached_property
from typing import Any

from reports.common import render
from reports.composition.blocks import Composition
from reports.composition.enums import FileFormat, Style
from reports.composition.printed import groups_of, texts_of
from reports.composition.runs import measure_of, runs_of

__all__ = ["made_of", "pdf_of", "texts_of"]
SHORT_PAGES = 4  # of a paper that has no cover
SHORT_MEASURE = 1_500  # beyond which a paper certainly has more pages, see ``runs``
FORMATS = (FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX)


def made_of(
    composition: Composition, *, code: str, formats: Collection[str] = FORMATS, progress: Callable[[int], None] = lambda _: None
) -> dict[str, bytes]:
    """Contents by format; ``code`` is the 查验码, ``progress`` is called with the number of finished formats.

    Raises ``ValueError`` for an unknown format.
    """
    from reports.composition import data, docx, xlsx  # noqa: PLC0415 -- heavy; web workers never make reports

    letter = _Letter(composition, code) if composition.style is Style.LETTER else None
    brief = cache(lambda: None if letter else _coverless(composition, code))
    makers: dict[FileFormat, Callable[[], bytes]] = {
        FileFormat.XLSX: lambda: xlsx.xlsx_of(composition),
        FileFormat.PDF: lambda: letter.pdf if letter else _report(composition, code, made.get(FileFormat.XLSX), brief()),
        FileFormat.DOCX: lambda: docx.docx_of(
            composition, code=code, closer=letter.is_closer if letter else False, coverless=brief() is not None
        ),
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
    """PDF/A-3a; a report has its figures attached as a workbook."""
    if composition.style is Style.LETTER:
        return _Letter(composition, code).pdf
    return _report(composition, code, workbook, _coverless(composition, code))


def _report(composition: Composition, code: str, workbook: bytes | None, brief: Any) -> bytes:
    """PDF of a report; ``brief`` are its pages if it has no cover."""
    from reports.composition import html, xlsx  # noqa: PLC0415 -- as above

    content = workbook if workbook is not None else xlsx.xlsx_of(composition)
    attached = [render.Attached(f"{composition.title}.xlsx", content, "本报告的数据")]
    if brief is not None:
        return render.written(brief, attached)
    if len(runs := runs_of(groups_of(composition))) > 1:
        from reports.composition.long import joined_pdf  # noqa: PLC0415 -- as above

        return joined_pdf(composition, runs, code=code, attached=attached)
    document = html.html_of(composition, code=code)
    return render.from_html(document.text, sheets=document.sheets, css=document.css, attached=attached)


def _coverless(composition: Composition, code: str) -> Any:
    """Pages of a short paper with its title above the text; None of one that is not short, which has a cover."""
    from reports.composition import html  # noqa: PLC0415 -- as above

    if not composition.short or sum(map(measure_of, groups_of(composition))) > SHORT_MEASURE:
        return None
    document = html.html_of(composition, code=code, coverless=True)
    made = render.laid_out(document.text, sheets=document.sheets, css=document.css)
    render.forget_boxes(len(made.pages))
    return made if len(made.pages) <= SHORT_PAGES else None


class _Letter:
    """A letter that uses reduced line spacing if it then fits on one page; GB/T 9704 allows this to keep seal, date and text together.

    Its Word document uses the same spacing, because Word's page count cannot be determined here.
    """

    def __init__(self, composition: Composition, code: str) -> None:
        self.composition, self.code = composition, code

    @property
    def pdf(self) -> bytes:
        return render.written(self._chosen[0])

    @property
    def is_closer(self) -> bool:
        return self._chosen[1]

    @cached_property
    def _chosen(self) -> tuple[Any, bool]:
        """Laid out pages, and whether spacing is reduced; only these are written."""
        usual = self._laid_out(closer=False)
        if len(usual.pages) == 1:
            return usual, False
        closer = self._laid_out(closer=True)
        return (closer, True) if len(closer.pages) == 1 else (usual, False)

    def _laid_out(self, *, closer: bool) -> Any:
        from reports.composition import html  # noqa: PLC0415 -- as above

        document = html.html_of(self.composition, code=self.code, closer=closer)
        made = render.laid_out(document.text, sheets=document.sheets, css=document.css)
        render.forget_boxes(len(made.pages))
        return made
