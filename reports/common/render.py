"""HTML to PDF with WeasyPrint: PDF/A-3a, tagged, local files only. Imported by workers and commands, never by web pages."""

import ctypes.util
import datetime as dt
import gc
import logging
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.template.loader import render_to_string

from greendistrict.core import clock

VARIANT = "pdf/a-3a"
ELSEWHERE = "elsewhere:"  # begins the address of a link to an anchor of another document of a joined PDF
MMAP_THRESHOLD, LARGE = -3, 1024 * 1024  # of mallopt in malloc.h; bytes
ALLOWED = (settings.BASE_DIR / "static", settings.BASE_DIR / "templates" / "pdf")


@dataclass(frozen=True)
class Attached:
    """A file that a PDF carries, under its name."""

    name: str
    content: bytes
    about: str


class Fonts(dict[Any, Any]):
    """Fonts that WeasyPrint met while it wrote pages, without the contents of their files.

    Those are 20 to 27 MB each, and more than one of a face; HarfBuzz cuts a font down from the file itself. Documents that are joined share
    them. They are written when they are ``whole``, so with the last of the documents.
    """

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__()
        self.whole = whole

    def __setitem__(self, key: Any, font: Any) -> None:
        """A font met for the first time."""
        font.file_content = b""
        super().__setitem__(key, font)

    def values(self) -> Any:
        """What is to be written."""
        return super().values() if self.whole else ()

    def check(self) -> None:
        """Raise ``OSError`` where HarfBuzz could not cut a font down: the document would have it without any glyph."""
        empty = {font.hash for font in super().values()} - {font.hash for font in super().values() if font.file_content}
        if empty and self.whole:
            msg = f"fonts that cannot be cut down: {', '.join(sorted({font.family for font in super().values() if font.hash in empty}))}"
            raise OSError(msg)


def from_html(html: str, *, sheets: Sequence[str] = (), css: str = "", attached: Sequence[Attached] = ()) -> bytes:
    """PDF bytes of a whole HTML document with files attached as its data.

    ``sheets`` names style sheets in ``templates/pdf``, the later above the earlier; ``css`` is the document's own, above them.
    """
    document = laid_out(html, sheets=sheets, css=css)
    made = written(document, attached)
    pages = len(document.pages)
    del document
    forget_boxes(pages)
    return made


def written(document: Any, attached: Sequence[Attached] = ()) -> bytes:
    """PDF bytes of all pages of ``laid_out``. Whoever needs them no more says so to ``forget_boxes``."""
    document.fonts = Fonts(whole=True)
    made: bytes = document.write_pdf(**written_as(attached))
    return made


@dataclass
class _Left:
    """Pages whose boxes may still be in memory; whether what stays in the process is set aside."""

    pages: int = 0
    settled: bool = False


_left = _Left()
KEPT_PAGES = 10


def forget_boxes(pages: int = KEPT_PAGES) -> None:
    """Give the memory of documents back that nobody needs any more, once there are ten pages of them.

    Boxes refer to each other: left to Python, those of some twenty papers would stay beside each other, 1,053 MiB after 1,000 pages.
    Looking for them takes time, so that short papers are forgotten together; and all that is loaded by the first (libraries, models,
    templates) stays as long as the process and is not looked through again.
    """
    _left.pages += pages
    if _left.pages >= KEPT_PAGES:
        _left.pages = 0
        gc.collect()
        if not _left.settled:
            gc.freeze()
            _left.settled = True


def laid_out(html: str, *, sheets: Sequence[str] = (), css: str = "") -> Any:
    """WeasyPrint's pages of a whole HTML document, with the style sheets of ``from_html``."""
    weasyprint = _library()
    fonts, own = _fonts(tuple(settings.REPORT_FONTS))
    styles = [*own, *map(_sheet, sheets), *([weasyprint.CSS(string=css, font_config=fonts)] if css else [])]
    document = weasyprint.HTML(string=html, base_url=str(ALLOWED[1]) + "/", url_fetcher=_fetcher())
    return document.render(stylesheets=styles, font_config=fonts, pdf_variant=VARIANT)


def written_as(attached: Sequence[Attached] = ()) -> dict[str, Any]:
    """Options with which WeasyPrint writes pages that are laid out."""
    now = clock.now().astimezone(dt.UTC)  # printed as UTC whatever its zone
    files = [
        _library().Attachment(string=file.content, name=file.name, description=file.about, relationship="Data", created=now, modified=now)
        for file in attached
    ]
    return {"pdf_variant": VARIANT, "attachments": files, "finisher": _finish}


def pages_of(content: bytes) -> int:
    """Number of pages of a PDF."""
    import pikepdf  # noqa: PLC0415 -- only who makes papers pays for it

    with pikepdf.open(BytesIO(content)) as document:
        return len(document.pages)


@cache
def _fonts(paths: tuple[str, ...]) -> tuple[Any, list[Any]]:
    """Fonts and the style sheet that names the agency's own, read once in a process: without the same configuration they are not used."""
    weasyprint = _library()
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- as above

    config = FontConfiguration()
    faces = "".join(f'@font-face {{font-family: "Agency{number}"; src: url("file://{path}")}}' for number, path in enumerate(paths))
    return config, [weasyprint.CSS(string=faces, font_config=config, url_fetcher=_fetcher())] if faces else []


@cache
def _sheet(name: str) -> Any:
    """A style sheet of the papers, parsed once in a process."""
    return _library().CSS(filename=str(ALLOWED[1] / name), url_fetcher=_fetcher())


def _finish(document: Any, pdf: Any) -> None:
    """Check the fonts, and write names of attached files as text strings.

    WeasyPrint writes the UTF-8 bytes of a Chinese name, which readers take for Latin.
    """
    document.fonts.check()
    for part in pdf.objects:
        if isinstance(part, dict) and part.get("Type") == "/Filespec":
            part["F"].string = part["UF"].string


def picture_pages(drawings: Sequence[str]) -> bytes:
    """PDF with a page for each drawing and nothing else."""
    css = ["@page { margin: 0 } body { margin: 0 } svg { display: block }"]
    for number, svg in enumerate(drawings, start=1):
        width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()  # type: ignore[union-attr]  # every chart has one
        css.append(f"@page d{number} {{ size: {width}px {height}px; margin: 0 }} .d{number} {{ page: d{number} }}")
        css.append(f".d{number} svg {{ width: {width}px; height: {height}px }}")
    return from_html(render_to_string("pdf/picture.html", {"drawings": drawings}), css="\n".join(css))


@cache
def _library() -> ModuleType:
    """WeasyPrint; what it warns of while it is loaded (a library that is missing) goes to the log, where an operator looks."""
    with warnings.catch_warnings(record=True) as said, _libraries_by_file():
        warnings.simplefilter("always")
        import weasyprint  # noqa: PLC0415 -- heavy; web workers never load it
    for warning in said:
        logging.getLogger("weasyprint").warning("%s", warning.message)
    _give_back_large_blocks()
    gc.collect()
    gc.freeze()  # what a process loads once is not looked through each time that boxes are forgotten
    return cast("ModuleType", weasyprint)


@contextmanager
def _libraries_by_file() -> Iterator[None]:
    """Leave the search for libraries of C to the loader.

    WeasyPrint tries names of other systems before that of the file, and for each Python starts ``ldconfig``, a compiler and a linker.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda _name: None  # type: ignore[assignment]
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _give_back_large_blocks() -> None:
    """Have the C library give blocks of a MiB and more back when they are freed; glibc keeps them once a font of 27 MB was read."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- as above

    class LocalFetcher(URLFetcher):  # type: ignore[misc]  # untyped library
        """Serves data: URLs and our own style files; everything else is refused."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """Resource of ``url``."""
            if not url.startswith("data:") and not _is_ours(url):
                msg = f"reports fetch nothing from outside: {url}"
                raise ValueError(msg)
            return super().fetch(url, headers)

    return LocalFetcher()


def _is_ours(url: str) -> bool:
    parts = urlparse(url)
    if parts.scheme != "file":
        return False
    path = Path(unquote(parts.path)).resolve()
    allowed = [*ALLOWED, *(Path(font).resolve() for font in settings.REPORT_FONTS)]
    return any(path == folder or path.is_relative_to(folder.resolve()) for folder in allowed)
