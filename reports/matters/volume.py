"""Bind composed pages and attachments into one PDF with page stamps and bookmarks. Parts are kept on disk, so memory use is constant.

An attachment becomes PDF pages without embedded files and actions, an image an A4 page, or it is listed with the reason why not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
IMAGES = frozenset({JPEG, PNG})
ENCRYPTED = "PDF已加密，未并入"
BROKEN = "PDF已损坏，未并入"
BROKEN_IMAGE = "图片已损坏，未并入"
NO_PAGES = "PDF没有页面，未并入"
CLASSIFIED = "密级材料，另册"
NOT_A_PDF = "不是PDF或图片，未并入，另附"
MISSING = "文件读不出，未并入"
SIGNED = "含电子签名，汇编中不能验签，以原件为准"
A4, MARGIN = (595.28, 841.89), 42.5
MOST_PIXELS = 4_000  # of the longer side of an image that has to be encoded again
ORIENTATION = 0x0112
LINKS = frozenset({"/URI", "/GoTo"})
LEFT_OUT = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})


@dataclass(frozen=True)
class DossierFile:
    """A file of a dossier. ``open`` returns its content; ``number`` is printed on its pages, such as 3-2."""

    number: str
    group: str
    title: str
    name: str
    content_type: str
    version: int
    sha256: str
    open: Callable[[], BinaryIO]
    is_classified: bool = False


@dataclass(frozen=True)
class Prepared:
    """An attachment with its pages at ``path``; ``pages`` is 0 if it was not merged, and ``remark`` says why.

    ``embedded`` are names of embedded files that were left out.
    """

    attachment: DossierFile
    path: Path | None
    pages: int
    remark: str = ""
    embedded: tuple[str, ...] = ()


def prepared(attachment: DossierFile, path: Path) -> Prepared:
    """Write the pages of an attachment to ``path``. Never raises for bad files; classified ones are not merged."""
    if attachment.is_classified:
        return Prepared(attachment, None, 0, CLASSIFIED)
    if attachment.content_type not in {PDF, *IMAGES}:
        return Prepared(attachment, None, 0, NOT_A_PDF)
    try:
        with attachment.open() as stream:
            if attachment.content_type == PDF:
                return _from_pdf(attachment, stream, path)
            return _from_image(attachment, stream, path)
    except OSError:
        return Prepared(attachment, None, 0, MISSING)


def _from_pdf(attachment: DossierFile, stream: BinaryIO, path: Path) -> Prepared:
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    try:
        with pikepdf.open(stream) as source, pikepdf.new() as pages:
            if source.is_encrypted:
                return Prepared(attachment, None, 0, ENCRYPTED)
            pages.add_pages_from(source)
            _drop(pages.Root, "/AcroForm")
            embedded = [source.attachments[name].filename or name for name in source.attachments]
            embedded += [name for page in pages.pages for name in _cleaned(page)]
            if not len(pages.pages):
                return Prepared(attachment, None, 0, NO_PAGES)
            pages.save(path)
            form = source.Root.get("/AcroForm")
            remark = SIGNED if form is not None and int(form.get("/SigFlags", 0)) & 1 else ""
            return Prepared(attachment, path, len(pages.pages), remark, tuple(dict.fromkeys(embedded)))
    except pikepdf.PasswordError:
        return Prepared(attachment, None, 0, ENCRYPTED)
    except (pikepdf.PdfError, ValueError, TypeError):  # qpdf repairs much; what is left is broken
        return Prepared(attachment, None, 0, BROKEN)


def _cleaned(page: Any) -> list[str]:
    """Remove embedded files, media and actions from a page. Returns names of the files."""
    import pikepdf  # noqa: PLC0415 -- as above

    names = []
    _drop(page.obj, "/AA", "/AF", "/B")
    kept = []
    for note in page.obj.get("/Annots", ()):
        if str(note.get("/Subtype", "")) == "/FileAttachment":
            file = note.get("/FS", {})
            names.append(str(file.get("/UF", file.get("/F", "未命名附件"))))
        if str(note.get("/Subtype", "")) in LEFT_OUT:
            continue
        _drop(note, "/AA", "/AF", "/Parent", "/V")  # fields of a form would bring the whole form along
        if "/A" in note and str(note.A.get("/S", "")) not in LINKS:
            _drop(note, "/A")
        kept.append(note)
    _drop(page.obj, "/Annots")
    if kept:
        page.obj["/Annots"] = pikepdf.Array(kept)
    return names


def _drop(found: Any, *keys: str) -> None:
    for key in keys:
        if key in found:
            del found[key]


def _from_image(attachment: DossierFile, stream: BinaryIO, path: Path) -> Prepared:
    from PIL import Image  # noqa: PLC0415 -- as above

    try:
        content, size, is_grey = _jpeg(stream)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # what Pillow raises on damaged files
        return Prepared(attachment, None, 0, BROKEN_IMAGE)
    _image_page(content, size, path, is_grey=is_grey)
    return Prepared(attachment, path, 1)


def _jpeg(stream: BinaryIO) -> tuple[bytes, tuple[int, int], bool]:
    """JPEG data, size in pixels, and whether it is grey; a JPEG without rotation is used unchanged."""
    from PIL import Image, ImageOps  # noqa: PLC0415 -- as above

    with Image.open(stream) as image:
        if image.format == "JPEG" and image.mode in {"RGB", "L"} and image.getexif().get(ORIENTATION, 1) == 1:
            image.load()  # a cut-off file raises
            stream.seek(0)
            return stream.read(), image.size, image.mode == "L"
        image.thumbnail((MOST_PIXELS, MOST_PIXELS))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(upright, mask=upright)
        made = BytesIO()
        flat.save(made, "JPEG", quality=88)
        return made.getvalue(), flat.size, False


def _image_page(content: bytes, size: tuple[int, int], path: Path, *, is_grey: bool) -> None:
    """Write one A4 page with the image as large as the margins permit, in landscape for wide images."""
    import pikepdf  # noqa: PLC0415 -- as above

    width, height = size
    wide, high = A4[::-1] if width > height else A4
    scale = min((wide - 2 * MARGIN) / width, (high - 2 * MARGIN) / height)
    across, up = width * scale, height * scale
    with pikepdf.new() as pdf:
        picture = pikepdf.Stream(
            pdf, content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceGray if is_grey else pikepdf.Name.DeviceRGB, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page = pdf.add_blank_page(page_size=(wide, high))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
        place = f"q {across:.2f} 0 0 {up:.2f} {(wide - across) / 2:.2f} {(high - up) / 2:.2f} cm /Im Do Q"
        page.obj.Contents = pdf.make_stream(place.encode())
        pdf.save(path)


AT_ONCE = 40  # files open at the same time
SIZE, INDENT, FOOT = 8.0, 24.0, 14.0  # of the stamp, in points
DIGIT = 0.556  # width of a digit of Helvetica


@dataclass(frozen=True)
class Entry:
    """An attachment in the volume; ``first`` is the number stamped on its first page, 0 if it was not merged."""

    made: Prepared
    first: int

    @property
    def attachment(self) -> DossierFile:
        """The file."""
        return self.made.attachment

    @property
    def pages(self) -> str:
        """Pages as stated in the catalogue: 12, 12–15, or empty."""
        if not self.first:
            return ""
        last = self.first + self.made.pages - 1
        return str(self.first) if last == self.first else f"{self.first}–{last}"

    @property
    def remark(self) -> str:
        """Why it was not merged, and which embedded files were left out."""
        left = f"内嵌文件未并入：{'、'.join(self.made.embedded)}" if self.made.embedded else ""
        return "；".join(part for part in (self.made.remark, left) if part)


def entries_of(attachments: Iterable[DossierFile], folder: Path, progress: Callable[[int], None] = lambda _: None) -> list[Entry]:
    """Prepare every attachment in ``folder`` and number the pages from 1."""
    entries, first = [], 1
    for place, attachment in enumerate(attachments):
        made = prepared(attachment, folder / f"{place:05}.pdf")
        entries.append(Entry(made, first if made.pages else 0))
        first += made.pages
        progress(place + 1)
    return entries


def bind(entries: Sequence[Entry], *, front: Path, out: Path, mark: str, title: str) -> None:
    """Write the volume to ``out``: the composed pages at ``front``, then the attachments, each page stamped at the bottom."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    merged = [entry for entry in entries if entry.made.path is not None]
    total = sum(entry.made.pages for entry in merged)
    parts = [
        _part(merged[start : start + AT_ONCE], out.with_suffix(f".{start:05}"), mark, total) for start in range(0, len(merged), AT_ONCE)
    ]
    with ExitStack() as opened, pikepdf.new() as volume:
        composed, *bound = (opened.enter_context(pikepdf.open(path)) for path in (front, *parts))
        for part in (composed, *bound):
            volume.add_pages_from(part)
        before = len(volume.pages) - total
        with composed.open_outline() as own:
            tops: Any = own.root
            headings = [pikepdf.OutlineItem(item.title, composed.pages.index(pikepdf.Page(item.destination[0]))) for item in tops]
        with volume.open_outline() as outline:
            outline.root.extend((*headings, *_bookmarks(merged, before)))
        volume.Root.PageMode = pikepdf.Name.UseOutlines
        # Roman numerals for composed pages, stamped numbers for attachments
        stamped = [before, pikepdf.Dictionary(S=pikepdf.Name.D, St=1)] if total else []
        volume.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.r), *stamped]))
        volume.docinfo["/Title"] = title
        volume.save(out)


def _part(entries: Sequence[Entry], path: Path, mark: str, total: int) -> Path:
    import pikepdf  # noqa: PLC0415 -- as above

    with ExitStack() as opened, pikepdf.new() as part:
        font = part.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
        for entry in entries:
            start = len(part.pages)
            part.add_pages_from(opened.enter_context(pikepdf.open(entry.made.path)))  # type: ignore[arg-type]  # merged ones have a path
            for offset in range(entry.made.pages):
                words = [mark, entry.attachment.number, f"{entry.first + offset} / {total}"]
                _stamp(part.pages[start + offset], font, "   ".join(filter(None, words)))
        part.save(path)
    return path


def _stamp(page: Any, font: Any, words: str) -> None:
    """Print text at the bottom of the page as displayed, for any rotation, on a white background."""
    import pikepdf  # noqa: PLC0415 -- as above

    long = len(words) * SIZE * DIGIT
    left, below, right, above = (float(side) for side in page.cropbox)
    matrix = {
        0: (1, 0, 0, 1, right - INDENT - long, below + FOOT),
        90: (0, 1, -1, 0, right - FOOT, above - INDENT - long),
        180: (-1, 0, 0, -1, left + INDENT + long, above - FOOT),
        270: (0, -1, 1, 0, left + FOOT, below + INDENT + long),
    }[int(page.obj.get("/Rotate", 0)) % 360]
    if "/Resources" not in page.obj:
        page.obj.Resources = pikepdf.Dictionary()
    if "/Font" not in page.obj.Resources:
        page.obj.Resources.Font = pikepdf.Dictionary()
    page.obj.Resources.Font["/DossierStamp"] = font
    placed = " ".join(f"{number:.2f}" for number in matrix)
    box = f"1 g -3 -3 {long + 6:.2f} {SIZE + 4:.2f} re f 0 g"
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ q {placed} cm {box} BT /DossierStamp {SIZE} Tf 0 0 Td ({words}) Tj ET Q".encode("ascii", "replace"))


def _bookmarks(entries: Sequence[Entry], before: int) -> Iterator[Any]:
    from pikepdf import OutlineItem  # noqa: PLC0415 -- as above

    for group, found in groupby(entries, key=lambda entry: entry.attachment.group):
        rows = list(found)
        item = OutlineItem(group, before + rows[0].first - 1)
        item.children.extend(OutlineItem(f"{row.attachment.number} {row.attachment.title}", before + row.first - 1) for row in rows)
        yield item
