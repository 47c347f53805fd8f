"""Determines the real kind of a file by name, size and content."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, NoReturn

from greendistrict.core.errors import Refused
from greendistrict.documents.office.archives import CHUNK, SPOILT, DamagedError, opened
from greendistrict.documents.office.hazards import bounded_library, pdf_hazard
from greendistrict.documents.office.kinds import ENCRYPTED, OLD_OFFICE, SHEET, WORD
from greendistrict.documents.office.package import OtherKind, package_plan
from greendistrict.documents.office.scan import Hazard
from greendistrict.documents.office.stripping import write_stripped
from greendistrict.documents.spreadsheets import XLSX

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PIXELS = 50_000_000
MANY_PIXELS = 10_000_000
FAST, THOROUGH = 1, 6
MAX_NAME = 120
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\\/:*?\"<>|]")


@dataclass(frozen=True)
class FileKind:
    """An accepted file type. ``removable``: what this file holds that is taken out before it is stored, in words."""

    extension: str
    content_type: str
    label: str
    inline: bool = False
    removable: tuple[str, ...] = field(default=(), compare=False)


KINDS = {
    "pdf": FileKind("pdf", "application/pdf", "PDF", inline=True),
    "docx": FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    "xlsx": FileKind("xlsx", XLSX, "Excel"),
    "jpg": FileKind("jpg", "image/jpeg", "图片", inline=True),
    "jpeg": FileKind("jpg", "image/jpeg", "图片", inline=True),
    "png": FileKind("png", "image/png", "图片", inline=True),
}
DAMAGED_PDF = "“{name}”已损坏，打不开，请重新导出后上传"
LOCKED = "“{name}”设有打开密码，请去除密码后上传"
LOCKED_OTHERWISE = "“{name}”已加密（例如用数字证书），打不开，请解除加密后上传"
OLD = "“{name}”是旧格式的文件，只是扩展名为 {ending}，请用 Office 打开，另存为 {label}（{ending}）后上传"
TOO_LARGE = "“{name}”的像素过大，请缩小到 5000 万像素以内"
ACCEPT = ",".join(f".{name}" for name in KINDS)
MAIN_PART = {"docx": f"{WORD}document.main+xml", "xlsx": f"{SHEET}sheet.main+xml"}


def display_name(name: str) -> str:
    """The name as shown: NFC, without control and direction signs, at most 120 characters with its ending."""
    clean = CONTROL.sub("", unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)).strip(". ") or "未命名"
    if len(clean) <= MAX_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}"


def check_name(name: str, size: int, limit: int) -> FileKind:
    """Kind by the name's ending. Raises ``Refused`` for an unacceptable name or size."""
    extension = name.rpartition(".")[2].lower()
    kind = KINDS.get(extension)
    if kind is None:
        _refuse(f"“{name}”的格式不能上传，请转成 PDF、Word（docx）、Excel（xlsx）或图片（jpg、png）")
    if size == 0:
        _refuse(f"“{name}”是空文件，请检查后重新选择")
    if size > limit:
        _refuse(f"“{name}”有 {size / 1048576:.1f} MB，超过 {limit / 1048576:.0f} MB，请压缩或拆分后上传")
    return kind


def inspect(name: str, stream: BinaryIO, size: int, limit: int, *, issued: bool = False) -> FileKind:
    """Kind of a file by its content. Raises ``Refused`` for an unacceptable name, size or content.

    Whoever stores the file writes it with ``write_clean``. ``issued``: the digest is that of a file issued by the portal, which is not
    inspected again.
    """
    kind = check_name(name, size, limit)
    stream.seek(0)
    checks = {"pdf": _check_pdf, "docx": _check_office, "xlsx": _check_office, "jpg": _check_image, "png": _check_image}
    removable = checks[kind.extension](name, stream, kind, issued=issued)
    stream.seek(0)
    return replace(kind, removable=removable)


def _refuse(text: str) -> NoReturn:
    raise Refused(text)


def is_encryption(error: Exception) -> bool:
    """Whether pikepdf could not open a file for an encryption that it does not know, such as one for the holders of certificates."""
    return "encryption dictionary" in str(error)


def _check_pdf(name: str, stream: BinaryIO, kind: FileKind, *, issued: bool) -> tuple[str, ...]:
    pikepdf: Any = bounded_library()
    del kind
    if stream.read(5) != b"%PDF-":
        _refuse(f"“{name}”不是 PDF 文件，内容与扩展名不符")
    stream.seek(0)
    try:
        with pikepdf.open(stream) as pdf:
            hazard = "" if issued else pdf_hazard(pdf)
            pages = 0 if hazard else len(pdf.pages)  # reads what lies deep: looked through before
    except pikepdf.PasswordError:
        _refuse(LOCKED.format(name=name))
    except pikepdf.PikepdfError as error:
        _refuse((LOCKED_OTHERWISE if is_encryption(error) else DAMAGED_PDF).format(name=name))
    except SPOILT:
        _refuse(DAMAGED_PDF.format(name=name))
    if hazard:
        _refuse(f"“{name}”含{hazard}，请打印（或另存）为普通 PDF 后上传")
    if not pages:
        _refuse(f"“{name}”没有页面，请重新导出后上传")
    return ()


def _check_office(name: str, stream: BinaryIO, kind: FileKind, *, issued: bool) -> tuple[str, ...]:
    del issued
    if stream.read(len(OLD_OFFICE)) == OLD_OFFICE:
        _refuse(LOCKED.format(name=name) if _holds(stream, ENCRYPTED) else OLD.format(name=name, label=kind.label, ending=kind.extension))
    stream.seek(0)
    with _told(name, kind), opened(stream) as archive:
        _check_package(name, archive)
        return tuple(package_plan(archive, main=MAIN_PART[kind.extension]).words)


def _holds(stream: BinaryIO, wanted: bytes) -> bool:
    """Whether the rest of a stream contains this; read in pieces."""
    before = b""
    while piece := stream.read(CHUNK):
        if wanted in before + piece:
            return True
        before = piece[-len(wanted) :]
    return False


@contextmanager
def _told(name: str, kind: FileKind) -> Iterator[None]:
    """Turn what is wrong with an office file into what to do about it."""
    try:
        yield
    except DamagedError:
        _refuse(f"“{name}”不是{kind.label}文件或已损坏，请用 Office 重新保存为 {kind.extension} 后上传")
    except OtherKind:
        _refuse(f"“{name}”的内容与扩展名 {kind.extension} 不符，请用 Office 重新保存后上传")
    except Hazard as found:
        way = "" if kind.extension == "xlsx" else "，或另存为 PDF 上传"
        _refuse(f"“{name}”含{found}，请去除后另存为 {kind.extension} 再上传{way}")


def _check_package(name: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        _refuse(f"“{name}”解压后过大，请精简后上传")
    names = [entry.filename.replace("\\", "/") for entry in entries]
    outside = any(part.startswith("/") or ".." in PurePosixPath(part).parts for part in names)
    if outside or len({part.lower() for part in names}) < len(names):
        _refuse(f"“{name}”内部结构异常，请用 Office 重新保存后上传")


def _check_image(name: str, stream: BinaryIO, kind: FileKind, *, issued: bool) -> tuple[str, ...]:
    from PIL import Image  # noqa: PLC0415 -- as above

    del issued
    expected = {"jpg": {"JPEG", "MPO"}, "png": {"PNG"}}[kind.extension]  # MPO: many telephones save these as .jpg
    try:
        with Image.open(stream) as image:
            if image.format not in expected:
                _refuse(f"“{name}”的内容与扩展名不符，请重新导出图片后上传")
            if image.width * image.height > MAX_PIXELS:
                _refuse(TOO_LARGE.format(name=name))
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse(TOO_LARGE.format(name=name))
    except SPOILT:
        _refuse(f"“{name}”打不开，不是完好的图片")
    return ()


def write_clean(name: str, kind: FileKind, source: IO[bytes], out: IO[bytes]) -> bool:
    """Write the file as it may be stored: an image as ``strip_picture`` says, an office file without what ``kind`` says is removable.

    Returns False and writes nothing if the file may be stored as it is. Raises ``Refused``.
    """
    if not kind.removable:
        return strip_picture(name, kind, source, out)
    with _told(name, kind):
        write_stripped(source, out)
    return True


def strip_metadata(name: str, kind: FileKind, content: bytes) -> bytes:
    """Image without place, camera and author, rotated upright; other kinds unchanged.

    Raises ``Refused`` if the image is truncated.
    """
    out = BytesIO()
    return out.getvalue() if strip_picture(name, kind, BytesIO(content), out) else content


def strip_picture(name: str, kind: FileKind, source: IO[bytes], out: IO[bytes]) -> bool:
    """Write an image without place, camera and author, rotated upright; for other kinds write nothing and return False.

    Memory use is bounded by the number of pixels (``MAX_PIXELS``), independent of the file size. Raises as above.
    """
    if kind.extension not in {"jpg", "png"}:
        return False
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415 -- as above

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows truncated images for the whole process
    drawn = BytesIO()  # not directly to ``out``, where a full disk would look like a damaged image
    source.seek(0)
    try:
        with Image.open(source) as image:
            turned = ImageOps.exif_transpose(image)
            fresh = Image.new(turned.mode, turned.size)
            kept: dict[str, Any] = {}
            if turned.mode == "P":  # keep the palette: full colours need four times the memory and ten times the time
                fresh.putpalette(turned.getpalette("RGB") or [], "RGB")
                kept = {"transparency": turned.info["transparency"]} if "transparency" in turned.info else {}
            fresh.paste(turned)
            level = FAST if turned.width * turned.height > MANY_PIXELS else THOROUGH
            fresh.save(drawn, "JPEG" if kind.extension == "jpg" else "PNG", quality=92, compress_level=level, **kept)
    except SPOILT:
        _refuse(f"“{name}”打不开，不是完好的图片")
    out.write(drawn.getbuffer())
    return True
