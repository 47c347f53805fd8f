"""Pages of one attachment as a PDF of its own, without embedded files, actions and form, or the reason why there are none.

What the pages show is kept: layers that are off stay off, fields are drawn with what was filled in. Files are untrusted: this runs in a
process of its own (``page_maker``).
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from errno import EINVAL, EOVERFLOW
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from greendistrict.documents.office.greys import in_bytes
from greendistrict.documents.office.hazards import pdf_hazard
from greendistrict.documents.office.inspection import MAX_PIXELS, is_encryption
from reports.matters import filled_fields, harmless, layers
from reports.matters.harmless import drop
from reports.matters.shown_pages import Rectangle

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
IMAGES = frozenset({JPEG, PNG})
ENCRYPTED = "PDF已加密，未并入"
BROKEN = "PDF已损坏，未并入"
BROKEN_IMAGE = "图片已损坏，未并入"
NO_PAGES = "PDF没有页面，未并入"
LARGE = "内容过大，未并入，另附"
HARMFUL = "PDF含{}，未并入"
SIGNED = "含电子签名，汇编中不能验签，以原件为准"
REPAIRED = "文件有损伤，修复后并入，以原件为准"
DYNAMIC = "动态表单（XFA）的内容未并入，以原件为准"
FILLED = "表单的填写值由平台代为显示，以原件为准"
CUT = "表单有放不下的填写值，未全部显示"
DAMAGE = re.compile(r"damaged|reconstruct|recover|[Pp]ages? tree|\bkid \d|[Pp]ages object|loop")  # of what the library says that it mended
A4, MARGIN = (595.28, 841.89), 42.5
MOST_PIXELS = 4_000  # of the longer side of an image that has to be encoded again
BAND, REACH = 256, 3  # rows made at once; pixels of the outcome that a pixel is mixed from, and one more
ORIENTATION = 0x0112
USUAL_SIZE = (0, 0, 612, 792)  # what readers take for a page that states none
SIZE, INDENT, FOOT = 8.0, 24.0, 14.0  # of the stamp, in points
OF_A_FILE = frozenset({None, EINVAL, EOVERFLOW})  # numbers of errors that libraries have with an odd file: none, or of a place in it
DIGIT = 0.556  # width of a digit of Helvetica


@dataclass(frozen=True)
class Made:
    """Pages written, 0 if there are none, and what is said of them. ``embedded`` are names of embedded files that were left out.

    By index of the page, rectangles (points): ``apart`` need not look like the original, ``fields`` were drawn by its form. ``off`` are, by
    index of the page, indexes of its notes that are off.
    """

    pages: int
    remarks: list[str] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    apart: dict[int, list[Rectangle]] = field(default_factory=dict)
    fields: dict[int, list[Rectangle]] = field(default_factory=dict)
    off: dict[int, list[int]] = field(default_factory=dict)


def pages_of_pdf(given: Path, path: Path, load: Callable[[], None]) -> Made:
    """Write the pages of a PDF to ``path``. ``load`` is called before fields are laid out. Libraries raise anything for an odd file."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    try:
        source = pikepdf.open(given)  # also a file that is locked against changes only
    except pikepdf.PasswordError:
        return Made(0, [ENCRYPTED])
    except pikepdf.PdfError as error:  # qpdf repairs much; what is left is broken
        return Made(0, [ENCRYPTED if is_encryption(error) else BROKEN])
    with source, pikepdf.new() as pages:
        if not len(source.pages):
            return Made(0, [NO_PAGES])
        form = source.Root.get("/AcroForm")
        is_dynamic = isinstance(form, pikepdf.Dictionary) and "/XFA" in form
        remarks = [SIGNED] * filled_fields.is_signed(source) + [DYNAMIC] * is_dynamic
        embedded = [source.attachments[name].filename or name for name in source.attachments] + harmless.associated(source.Root)
        hidden: dict[int, list[int]] = {}
        shown = layers.Layers(source)
        for place, page in enumerate(source.pages):
            names, off = harmless.clean_page(page, shown)
            embedded += names
            if off:
                hidden[place] = off
        drawn = filled_fields.draw(source, load)
        pages.add_pages_from(source)
        hazard, names = _finish(source, pages, path)
        if hazard:
            return Made(0, [HARMFUL.format(hazard)])
        warned = " ".join(map(str, source.get_warnings()))
        remarks += [REPAIRED] * bool(DAMAGE.search(warned)) + [FILLED] * drawn.is_filled + [CUT] * drawn.is_cut
        return Made(len(pages.pages), remarks, list(dict.fromkeys(embedded + names)), drawn.places, drawn.fields, hidden)


def _finish(source: Any, pages: Any, path: Path) -> tuple[str, list[str]]:
    """Write pages taken from ``source``, each with a stamp tried on it.

    Returns a hazard that could not be taken out, in words, and names of files left out.
    """
    import pikepdf  # noqa: PLC0415 -- as above

    drop(pages.Root, "/AcroForm", "/OpenAction", "/AA", "/AF")
    if isinstance(pages.Root.get("/Names"), pikepdf.Dictionary):  # places that links name stay
        drop(pages.Root.Names, "/EmbeddedFiles", "/JavaScript")
    layers.carry(source, pages)
    for page in pages.pages:
        _mend(pages, page)
    names = harmless.disarm(pages) if pdf_hazard(pages) else []
    if hazard := pdf_hazard(pages):
        return hazard, names
    pages.save(path)
    for page in pages.pages:
        stamp(page, pikepdf.Dictionary(), "")  # a page that cannot be stamped is found here
    return "", names


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
    drop(part, "/CropBox")
    if inner is not None:
        part.CropBox = pikepdf.Array(inner)
    if not (_is_number(part.get("/UserUnit", 1)) and part.get("/UserUnit", 1) > 0):
        drop(part, "/UserUnit")
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


def page_of_image(given: Path, path: Path) -> Made:
    """Write an image as an A4 page to ``path``."""
    from PIL import Image  # noqa: PLC0415 -- as above

    try:
        with given.open("rb") as stream:
            content, size, is_grey = _jpeg(stream)
    except Image.DecompressionBombError:
        return Made(0, [LARGE])
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises on damaged files
        if isinstance(error, OSError) and error.errno not in OF_A_FILE:
            raise
        return Made(0, [BROKEN_IMAGE])
    _image_page(content, size, path, is_grey=is_grey)
    return Made(1)


def _jpeg(stream: BinaryIO) -> tuple[bytes, tuple[int, int], bool]:
    """JPEG data, size in pixels, and whether it is grey; a JPEG without rotation is used unchanged.

    Raises ``DecompressionBombError`` for more pixels than may be uploaded.
    """
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415 -- as above

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows truncated images for the whole process
    with Image.open(stream) as image:
        size, turn = image.size, image.getexif().get(ORIENTATION, 1)
        if size[0] * size[1] > MAX_PIXELS:
            raise Image.DecompressionBombError
        if image.format == "JPEG" and image.mode in {"RGB", "L"} and turn == 1:
            is_grey = image.mode == "L"
            image.draft(None, (1, 1))  # an eighth of the pixels will do
            image.load()  # a cut-off file raises
            stream.seek(0)
            return stream.read(), size, is_grey
        flat = _shrunk(image)
        flat.getexif()[ORIENTATION] = turn
        upright, made = ImageOps.exif_transpose(flat), BytesIO()
        upright.save(made, "JPEG", quality=88)
        return made.getvalue(), upright.size, False


def _shrunk(image: Any) -> Any:
    """A picture on white, at most as large as is bound. Made in bands, so that memory holds little beside the picture that is read.

    All its colours are made full before: those of a palette and of black and white cannot be mixed, and lines of a pixel would be lost.
    """
    from PIL import Image  # noqa: PLC0415 -- as above

    (width, height), scale = image.size, max(*image.size, MOST_PIXELS) / MOST_PIXELS
    wide, high = max(round(width / scale), 1), max(round(height / scale), 1)
    made, beside = Image.new("RGB", (wide, high)), math.ceil(REACH * scale)
    for top in range(0, high, BAND):
        bottom = min(top + BAND, high)
        above, below = top * height / high, bottom * height / high
        first, last = max(math.floor(above) - beside, 0), min(math.ceil(below) + beside, height)
        band = _flat(image.crop((0, first, width, last)))
        made.paste(band.resize((wide, bottom - top), Image.Resampling.BICUBIC, (0, above - first, width, below - first)), (0, top))
    return made


def _flat(part: Any) -> Any:
    """A part of a picture in full colours on white."""
    from PIL import Image  # noqa: PLC0415 -- as above

    upper = in_bytes(part).convert("RGBA")
    flat = Image.new("RGB", upper.size, "white")
    flat.paste(upper, mask=upper)
    return flat


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
    """Print text at the bottom of the page as displayed, for any rotation, on a white background; the page is one of ``pages_of_pdf``."""
    unit = float(page.obj.get("/UserUnit", 1))
    size, indent, foot, edge = SIZE / unit, INDENT / unit, FOOT / unit, 3 / unit
    long = len(words) * size * DIGIT
    left, below, right, above = (float(side) for side in page.cropbox)
    matrix = {
        0: (1, 0, 0, 1, right - indent - long, below + foot),
        90: (0, 1, -1, 0, right - foot, above - indent - long),
        180: (-1, 0, 0, -1, left + indent + long, above - foot),
        270: (0, -1, 1, 0, left + foot, below + indent + long),
    }[int(page.obj.get("/Rotate", 0)) % 360]
    page.obj.Resources.Font["/DossierStamp"] = font
    placed = " ".join(f"{number:.2f}" for number in matrix)
    box = f"1 g {-edge:.3f} {-edge:.3f} {long + 2 * edge:.3f} {size + 4 / unit:.3f} re f 0 g"
    page.contents_add(b"q\n", prepend=True)
    words = f"BT /DossierStamp {size:.4f} Tf 0 0 Td ({words}) Tj ET"
    page.contents_add(f"\nQ q {placed} cm {box} {words} Q".encode("ascii", "replace"))
