"""Small real files of every kind that is taken, and a little of the kinds that are not."""

import zipfile
from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from greendistrict.documents.inspection import MAIN_PART


def pdf(change=None) -> bytes:
    """One empty page; ``change(document)`` may spoil it."""
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change:
            change(document)
        document.save(out)
    return out.getvalue()


def office(kind: str, parts: dict[str, str] | None = None, main: str = "") -> bytes:
    """A package with the content type of ``kind`` (or ``main``) and further parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main or MAIN_PART[kind]}"/></Types>')
        archive.writestr("word/document.xml" if kind == "docx" else "xl/workbook.xml", "<x/>")
        for name, text in (parts or {}).items():
            archive.writestr(name, text)
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
