"""Small real files of every kind that is taken, and a little of the kinds that are not."""

import zipfile
from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from greendistrict.documents.office.inspection import MAIN_PART, FileKind, inspect


def pdf(change=None) -> bytes:
    """One empty page; ``change(document)`` may spoil it."""
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        document.save(out)
    return out.getvalue()


TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORMAT = "application/vnd.openxmlformats-officedocument."
ENDINGS = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml", "png": "image/png"}
ENDINGS |= {"bin": f"{FORMAT}oleObject", "xlsx": f"{FORMAT}spreadsheetml.sheet", "svg": "image/svg+xml", "wmf": "image/x-wmf"}
KINDS = {"word/header": f"{FORMAT}wordprocessingml.header+xml", "word/settings": f"{FORMAT}wordprocessingml.settings+xml"}
KINDS |= {"word/charts/chart": f"{FORMAT}drawingml.chart+xml", "xl/worksheets/sheet": f"{FORMAT}spreadsheetml.worksheet+xml"}
KINDS |= {"word/footnotes": f"{FORMAT}wordprocessingml.footnotes+xml", "xl/printerSettings": f"{FORMAT}spreadsheetml.printerSettings"}


def office(kind: str, parts: dict[str, str | bytes] | None = None, main: str = "") -> bytes:
    """A package with the content type of ``kind`` (or ``main``) and further parts; each part has the type that its name suggests."""
    begun = {"docx": ("word/document.xml", f'<w:document xmlns:w="{WORD_SPACE}"><w:body/></w:document>')}
    name, empty = begun.get(kind, ("xl/workbook.xml", f'<workbook xmlns="{SHEET_SPACE}"/>'))
    held = {name: empty, **(parts or {})}
    types = {name: main or MAIN_PART[kind]} | {part: typed for part in held for start, typed in KINDS.items() if part.startswith(start)}
    listed = [f'<Default Extension="{ending}" ContentType="{typed}"/>' for ending, typed in ENDINGS.items()]
    listed += [f'<Override PartName="/{part}" ContentType="{typed}"/>' for part, typed in types.items() if not part.endswith(".rels")]
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}">{"".join(listed)}</Types>')
        for part, text in held.items():
            archive.writestr(part, text)
    return out.getvalue()


def look(name: str, content: bytes, **told: bool) -> FileKind:
    """What the inspection says of a file."""
    return inspect(name, BytesIO(content), len(content), 50 * 1024 * 1024, **told)


def written(make) -> bytes:
    """What is written into a file."""
    out = BytesIO()
    make(out)
    return out.getvalue()


def docx() -> bytes:
    """A Word package."""
    return office("docx")


def xlsx() -> bytes:
    """An Excel package."""
    return office("xlsx")


def image(form: str, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    picture = Image.new(mode, size)
    if form == "MPO":
        picture.save(out, "MPO", save_all=True, append_images=[Image.new(mode, size)])
    else:
        picture.save(out, form)
    return out.getvalue()


def exif_jpeg(size: tuple[int, int] = (40, 20), orientation: int = 1) -> bytes:
    """A photograph that tells its camera and place and how it was held."""
    picture = Image.new("RGB", size)
    exif = picture.getexif()
    exif[0x010F], exif[0x0112] = "Demo camera", orientation
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def photo(name="现场.jpg", *, with_place=True):
    """A photo of a site visit as it is uploaded, with when and where it was taken."""
    """A small JPEG as a telephone makes it."""
    image, exif = Image.new("RGB", (24, 16), "green"), Image.Exif()
    if with_place:
        exif.get_ifd(0x8769)[36867] = "2026:11:20 09:30:00"
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "N", (31.0, 13.0, 48.0), "E", (121.0, 28.0, 12.0)
        exif[315] = "演示拍摄人"
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def jpeg_of(size: int) -> bytes:
    """A small picture that carries comments until it has at least ``size`` bytes."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    content, comment = out.getvalue(), b"\xff\xfe" + (60_002).to_bytes(2, "big") + bytes(60_000)
    return content[:2] + comment * (size // len(comment) + 1) + content[2:]


def chinese_pdf(*pages: str) -> bytes:
    """A PDF whose Chinese type is not in the file: one text a page, once as GBK in 宋体, once as UCS-2 in 华文宋体."""
    out = BytesIO()
    with pikepdf.new() as document:
        for text in pages:
            page = document.add_blank_page(page_size=(595, 842))
            fonts = {"/F1": type0(document, "SimSun", "GBK-EUC-H"), "/F2": type0(document, "STSong-Light", "UniGB-UCS2-H")}
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(fonts))
            shown = [("F1", text.encode("gbk"), 700), ("F2", text.encode("utf-16-be"), 500)]
            lines = [f"BT /{font} 60 Tf 60 {height} Td <{said.hex()}> Tj ET" for font, said, height in shown]
            page.Contents = document.make_stream("\n".join(lines).encode())
        document.save(out)
    return out.getvalue()


def type0(document, name: str, encoding: str):
    """A font that is only named."""
    called = {"/Type": pikepdf.Name.Font, "/BaseFont": pikepdf.Name(f"/{name}")}
    system = pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("GB1"), Supplement=2)
    sizes = {"FontBBox": [-25, -254, 1000, 880], "ItalicAngle": 0, "Ascent": 880, "Descent": -120, "CapHeight": 880, "StemV": 93}
    written = pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name(f"/{name}"), Flags=6, **sizes)
    below = {"/CIDSystemInfo": system, "/FontDescriptor": document.make_indirect(written), "/DW": 1000}
    signs = pikepdf.Dictionary(called | {"/Subtype": pikepdf.Name.CIDFontType0} | below)
    kind = {"/Subtype": pikepdf.Name.Type0, "/Encoding": pikepdf.Name(f"/{encoding}"), "/DescendantFonts": [document.make_indirect(signs)]}
    return document.make_indirect(pikepdf.Dictionary(called | kind))
