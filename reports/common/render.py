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
from reports.common import justified

VARIANT = "pdf/a-3a"
ELSEWHERE = "elsewhere:"  # begins the address of a link to an anchor of another document of a joined PDF
MMAP_THRESHOLD, LARGE = -3, 1024 * 1024  # of mallopt in malloc.h; bytes
ALLOWED = (settings.BASE_DIR / "static", settings.BASE_DIR / "templates" / "pdf")
SUBSCRIPTS = ALLOWED[1].resolve() / "fonts" / "subscripts.otf"  # ₀ to ₉ as Noto CJK would draw them (scripts/subscripts.py)


@dataclass(frozen=True)
class Attached:
    """A file attached to a PDF."""

    name: str
    content: bytes
    about: str


class Fonts(dict[Any, Any]):
    """Fonts that WeasyPrint met while writing pages, without the contents of their files.

    The files are 20 to 27 MB each, several per typeface; HarfBuzz subsets a font from the file itself. Joined documents share the fonts,
    which are written when they are ``whole``, that is with the last document.
    """

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__()
        self.whole = whole

    def __setitem__(self, key: Any, font: Any) -> None:
        """Register a font met for the first time."""
        font.file_content = b""
        super().__setitem__(key, font)

    def values(self) -> Any:
        """Fonts to be written."""
        return super().values() if self.whole else ()

    def check(self) -> None:
        """Raise ``OSError`` if HarfBuzz could not subset a font: the document would contain it without glyphs."""
        empty = {font.hash for font in super().values()} - {font.hash for font in super().values() if font.file_content}
        if empty and self.whole:
            msg = f"fonts that cannot be cut down: {', '.join(sorted({font.family for font in super().values() if font.hash in empty}))}"
            raise OSError(msg)


def from_html(html: str, *, sheets: Sequence[str] = (), css: str = "", attached: Sequence[Attached] = ()) -> bytes:
    """PDF bytes of a complete HTML document with attached data files.

    ``sheets`` names style sheets in ``templates/pdf`` in increasing precedence; ``css`` is the document's own and comes last.
    """
    document = laid_out(html, sheets=sheets, css=css)
    made = written(document, attached)
    pages = len(document.pages)
    del document
    forget_boxes(pages)
    return made


def written(document: Any, attached: Sequence[Attached] = ()) -> bytes:
    """PDF bytes of all pages of ``laid_out``. Callers who no longer need the pages should call ``forget_boxes``."""
    document.fonts = Fonts(whole=True)
    made: bytes = document.write_pdf(**written_as(attached))
    return made


@dataclass
class _Left:
    """Pages whose boxes may still be in memory, and whether permanent objects are excluded from garbage collection."""

    pages: int = 0
    settled: bool = False


_left = _Left()
KEPT_PAGES = 10


def forget_boxes(pages: int = KEPT_PAGES) -> None:
    """Free the memory of laid out documents no longer needed, once they have ten or more pages.

    Boxes form reference cycles: without this, boxes of some twenty papers stay in memory (1,053 MiB after 1,000 pages). Collection takes
    time, so short papers are freed together, and everything loaded by the first one (libraries, models, templates), which lives as long as
    the process, is excluded.
    """
    _left.pages += pages
    if _left.pages >= KEPT_PAGES:
        _left.pages = 0
        gc.collect()
        if not _left.settled:
            gc.freeze()
            _left.settled = True


def laid_out(html: str, *, sheets: Sequence[str] = (), css: str = "") -> Any:
    """Pages laid out by WeasyPrint from a complete HTML document, with the style sheets of ``from_html``."""
    weasyprint = _library()
    fonts, own = _fonts(tuple(settings.REPORT_FONTS))
    styles = [*own, *map(_sheet, sheets), *([weasyprint.CSS(string=css, font_config=fonts)] if css else [])]
    document = weasyprint.HTML(string=html, base_url=str(ALLOWED[1]) + "/", url_fetcher=_fetcher())
    return document.render(stylesheets=styles, font_config=fonts, pdf_variant=VARIANT)


def written_as(attached: Sequence[Attached] = ()) -> dict[str, Any]:
    """Options with which WeasyPrint writes laid out pages."""
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
    """Fonts and their style sheet, read once per process: fonts are only used with the same configuration object."""
    weasyprint = _library()
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- as above

    config = FontConfiguration()
    addresses = (Path(path).resolve().as_uri() for path in paths)  # encodes blanks, Chinese characters and the percent sign
    named = [("Subscripts", SUBSCRIPTS.as_uri()), *((f"Agency{number}", address) for number, address in enumerate(addresses))]
    faces = "".join(f'@font-face {{font-family: "{name}"; src: url("{address}")}}' for name, address in named)
    return config, [weasyprint.CSS(string=faces, font_config=config, url_fetcher=_fetcher())]


@cache
def _sheet(name: str) -> Any:
    """A style sheet of the papers, parsed once per process."""
    return _library().CSS(filename=str(ALLOWED[1] / name), url_fetcher=_fetcher())


def _finish(document: Any, pdf: Any) -> None:
    """Check the fonts, write names of attached files as text strings, and say of heads of tables what they head.

    WeasyPrint writes UTF-8 bytes of Chinese names, which readers interpret as Latin, and no scope of heads.
    """
    document.fonts.check()
    parts: dict[bytes, Any] = {part.reference: part for part in pdf.objects if hasattr(part, "get")}
    for part in parts.values():
        if part.get("Type") == "/Filespec":
            part["F"].string = part["UF"].string
        elif part.get("S") == "/TR":
            cells = [parts[cell] for cell in part["K"]]
            scope = "/Row" if any(cell["S"] == "/TD" for cell in cells) else "/Column"
            for head in (cell for cell in cells if cell["S"] == "/TH"):
                head["A"]["Scope"] = scope


def picture_pages(drawings: Sequence[str]) -> bytes:
    """PDF with one page per drawing and nothing else."""
    css = ["@page { margin: 0 } body { margin: 0 } svg { display: block }"]
    for number, svg in enumerate(drawings, start=1):
        width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()  # type: ignore[union-attr]  # every chart has one
        css.append(f"@page d{number} {{ size: {width}px {height}px; margin: 0 }} .d{number} {{ page: d{number} }}")
        css.append(f".d{number} svg {{ width: {width}px; height: {height}px }}")
    return from_html(render_to_string("pdf/picture.html", {"drawings": drawings}), css="\n".join(css))


@cache
def _library() -> ModuleType:
    """Import WeasyPrint; its warnings while loading (such as a missing library) go to the log."""
    with warnings.catch_warnings(record=True) as said, _libraries_by_file():
        warnings.simplefilter("always")
        import weasyprint  # noqa: PLC0415 -- heavy; web workers never load it
        from weasyprint.layout import inline  # noqa: PLC0415 -- as above
    inline.justify_line = justified.justify_line
    for warning in said:
        logging.getLogger("weasyprint").warning("%s", warning.message)
    # Make the C library return freed blocks of a MiB and more to the system; glibc keeps them after reading a font of 27 MB.
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)
    gc.collect()
    gc.freeze()  # what a process loads once is not looked through each time that boxes are forgotten
    return cast("ModuleType", weasyprint)


@contextmanager
def _libraries_by_file() -> Iterator[None]:
    """Let the loader search C libraries by file name.

    WeasyPrint first tries names of other systems, for each of which Python starts ``ldconfig``, a compiler and a linker.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda _name: None  # type: ignore[assignment]
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- as above

    class LocalFetcher(URLFetcher):  # type: ignore[misc]  # untyped library
        """Fetcher that serves data: URLs and the project's own style files, and refuses everything else."""

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
