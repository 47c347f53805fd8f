"""Pages of one attachment as a PDF of its own, without embedded files, actions and form, or the reason why there are none.

What the pages show is kept: layers that are off stay off, fields are drawn with what was filled in. Each page is compared with its
original, and what differs is said. One file never stops the others.
"""

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from celery.exceptions import SoftTimeLimitExceeded

from greendistrict.core import disk
from reports.matters import filled_fields, layers
from reports.matters.shown_pages import PageComparison, compared

logger = logging.getLogger(__name__)
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
FILLED = "表单的填写值由平台代为显示，以原件为准"
DIFFERENT = "第{}页显示与原件不同，以原件为准"
UNCOMPARED = "未能与原件比对，以原件为准"
UNCOMPARED_FROM = "第{}页起未能与原件比对，以原件为准"
A4, MARGIN = (595.28, 841.89), 42.5
MOST_PIXELS = 4_000  # of the longer side of an image that has to be encoded again
ORIENTATION = 0x0112
LINKS = frozenset({"/URI", "/GoTo"})
LEFT_OUT = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
UNNAMED = "未命名附件"
USUAL_SIZE = (0, 0, 612, 792)  # what readers take for a page that states none
SIZE, INDENT, FOOT = 8.0, 24.0, 14.0  # of the stamp, in points
DIGIT = 0.556  # width of a digit of Helvetica


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
    """An attachment with its pages at ``path``; ``pages`` is 0 if it was not merged.

    ``remark`` says why, or what differs from the original. ``embedded`` are names of embedded files that were left out.
    """

    attachment: DossierFile
    path: Path | None
    pages: int
    remark: str = ""
    embedded: tuple[str, ...] = ()


def prepared(attachment: DossierFile, path: Path) -> Prepared:
    """Write the pages of an attachment to ``path``. Whatever a bad file raises is its remark; classified ones are not merged.

    Raises ``OSError`` for a full disk.
    """
    if attachment.is_classified:
        return Prepared(attachment, None, 0, CLASSIFIED)
    if attachment.content_type not in {PDF, *IMAGES}:
        return Prepared(attachment, None, 0, NOT_A_PDF)
    given = path.with_suffix(".given")
    try:
        try:
            with attachment.open() as stream, given.open("wb") as copy:
                shutil.copyfileobj(stream, copy)
        except OSError as error:
            if error.errno in disk.FULL:
                raise
            return Prepared(attachment, None, 0, MISSING)
        return _pages_of(attachment, given, path)
    finally:
        given.unlink(missing_ok=True)


def _pages_of(attachment: DossierFile, given: Path, path: Path) -> Prepared:
    is_pdf = attachment.content_type == PDF
    try:
        if is_pdf:
            return _from_pdf(attachment, given, path)
        with given.open("rb") as stream:
            return _from_image(attachment, stream, path)
    except (OSError, SoftTimeLimitExceeded):  # the machine's, not the file's
        raise
    except Exception:  # libraries raise anything for an odd file
        logger.exception("file %s could not be merged", attachment.sha256[:12])
        return Prepared(attachment, None, 0, BROKEN if is_pdf else BROKEN_IMAGE)


def _from_pdf(attachment: DossierFile, given: Path, path: Path) -> Prepared:
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    try:
        source = pikepdf.open(given)  # also a file that is locked against changes only
    except pikepdf.PasswordError:
        return Prepared(attachment, None, 0, ENCRYPTED)
    except pikepdf.PdfError:  # qpdf repairs much; what is left is broken
        return Prepared(attachment, None, 0, BROKEN)
    with source, pikepdf.new() as pages:
        if not len(source.pages):
            return Prepared(attachment, None, 0, NO_PAGES)
        embedded = [source.attachments[name].filename or name for name in source.attachments]
        embedded += [name for page in source.pages for name in _cleaned(page)]
        remarks = [SIGNED] if _is_signed(source) else []
        drawn = filled_fields.draw(source)
        pages.add_pages_from(source)
        _drop(pages.Root, "/AcroForm")
        layers.carry(source, pages)
        for page in pages.pages:
            _mend(pages, page)
        pages.save(path)
        for page in pages.pages:
            stamp(page, pikepdf.Dictionary(), "")  # a page that cannot be stamped is found here
        remarks += [FILLED] if drawn else []
        remarks += _differences(compared(given, path, apart=drawn), len(pages.pages))
        return Prepared(attachment, path, len(pages.pages), "；".join(remarks), tuple(dict.fromkeys(embedded)))


def _differences(found: PageComparison, pages: int) -> list[str]:
    said = [DIFFERENT.format("、".join(_runs(found.different)))] if found.different else []
    if not found.pages:
        return [UNCOMPARED]
    return [*said, UNCOMPARED_FROM.format(found.pages + 1)] if found.pages < pages else said


def _runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in words, such as 2 and 5–9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _is_signed(source: Any) -> bool:
    import pikepdf  # noqa: PLC0415 -- as above

    form = source.Root.get("/AcroForm")
    flags = form.get("/SigFlags", 0) if isinstance(form, pikepdf.Dictionary) else 0
    return isinstance(flags, int) and bool(flags & 1)


def _cleaned(page: Any) -> list[str]:
    """Remove embedded files, media and actions from a page. Returns names of the files."""
    import pikepdf  # noqa: PLC0415 -- as above

    names = []
    _drop(page.obj, "/AA", "/AF", "/B")
    kept = []
    for note in filled_fields.notes(page):
        kind, action = str(note.get("/Subtype", "")), note.get("/A")
        if kind == "/FileAttachment":
            file = note.get("/FS")
            named = file.get("/UF", file.get("/F", UNNAMED)) if isinstance(file, pikepdf.Dictionary) else file
            names.append(str(named) if isinstance(named, str | pikepdf.String) else UNNAMED)
        if kind in LEFT_OUT:
            continue
        _drop(note, "/AA", "/AF")
        if kind != "/Widget":
            _drop(note, "/Parent")
        if "/A" in note and not (isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in LINKS):
            _drop(note, "/A")
        kept.append(note)
    page.obj["/Annots"] = pikepdf.Array(kept)
    return names


def _drop(found: Any, *keys: str) -> None:
    for key in keys:
        if key in found:
            del found[key]


def _mend(document: Any, page: Any) -> None:
    """Make what a stamp rests on sound: turn and boxes, and content in a part of its own.

    Content may leave something open (a move, a clip, a layer that is off, a text) that would otherwise take the stamp along.
    """
    import pikepdf  # noqa: PLC0415 -- as above

    part = page.obj
    if "/Annots" in part and not len(part.Annots):
        del part["/Annots"]
    turn = part.get("/Rotate", 0)
    part.Rotate = round(float(turn) / 90) * 90 % 360 if _is_number(turn) else 0
    outer = _box(part.get("/MediaBox")) or USUAL_SIZE
    part.MediaBox = pikepdf.Array(outer)
    inner = _box(part.get("/CropBox"))
    if inner is not None:  # readers show what lies in both
        inner = _box((max(inner[0], outer[0]), max(inner[1], outer[1]), min(inner[2], outer[2]), min(inner[3], outer[3])), is_sorted=True)
    _drop(part, "/CropBox")
    if inner is not None:
        part.CropBox = pikepdf.Array(inner)
    inside = _content(document, part)
    inside.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": part.MediaBox})
    inside.Resources = part.Resources if isinstance(part.get("/Resources"), pikepdf.Dictionary) else pikepdf.Dictionary()
    if isinstance(part.get("/Group"), pikepdf.Dictionary):
        inside.Group = part.Group
    part.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(), XObject=pikepdf.Dictionary(Page=inside))
    part.Contents = document.make_stream(b"/Page Do")


def _content(document: Any, part: Any) -> Any:
    """Content of a page as one new stream; one that stood alone is not unpacked."""
    import pikepdf  # noqa: PLC0415 -- as above

    content = part.get("/Contents")
    streams = list(content) if isinstance(content, pikepdf.Array) else [content]
    streams = [stream for stream in streams if isinstance(stream, pikepdf.Stream)]
    if len(streams) == 1:
        packed = {key: streams[0][key] for key in ("/Filter", "/DecodeParms") if key in streams[0]}
        return document.make_stream(streams[0].read_raw_bytes(), packed)
    return document.make_stream(b"\n".join(stream.read_bytes() for stream in streams))


def _is_number(found: Any) -> bool:
    return (not isinstance(found, bool) and isinstance(found, int | float)) or type(found).__name__ == "Decimal"


def _box(found: Any, *, is_sorted: bool = False) -> tuple[Any, ...] | None:
    """Left, lower, right and upper side of a rectangle given by any two corners; None if it is none or empty."""
    import pikepdf  # noqa: PLC0415 -- as above

    sides = list(found) if isinstance(found, pikepdf.Array | tuple) else []
    if len(sides) != 4 or not all(map(_is_number, sides)):  # noqa: PLR2004 -- sides
        return None
    if not is_sorted:
        sides = [min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3])]
    return tuple(sides) if sides[2] > sides[0] and sides[3] > sides[1] else None


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
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture), Font=pikepdf.Dictionary())
        place = f"q {across:.2f} 0 0 {up:.2f} {(wide - across) / 2:.2f} {(high - up) / 2:.2f} cm /Im Do Q"
        page.obj.Contents = pdf.make_stream(place.encode())
        pdf.save(path)


def stamp(page: Any, font: Any, words: str) -> None:
    """Print text at the bottom of the page as displayed, for any rotation, on a white background; the page is one of ``prepared``."""
    long = len(words) * SIZE * DIGIT
    left, below, right, above = (float(side) for side in page.cropbox)
    matrix = {
        0: (1, 0, 0, 1, right - INDENT - long, below + FOOT),
        90: (0, 1, -1, 0, right - FOOT, above - INDENT - long),
        180: (-1, 0, 0, -1, left + INDENT + long, above - FOOT),
        270: (0, -1, 1, 0, left + FOOT, below + INDENT + long),
    }[int(page.obj.get("/Rotate", 0)) % 360]
    page.obj.Resources.Font["/DossierStamp"] = font
    placed = " ".join(f"{number:.2f}" for number in matrix)
    box = f"1 g -3 -3 {long + 6:.2f} {SIZE + 4:.2f} re f 0 g"
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ q {placed} cm {box} BT /DossierStamp {SIZE} Tf 0 0 Td ({words}) Tj ET Q".encode("ascii", "replace"))
