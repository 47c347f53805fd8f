"""What a file really is: by name, size and content. Every refusal says what to do."""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any, BinaryIO, NoReturn

from greendistrict.core.errors import Refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_NAME = 120
MAX_DEPTH = 4
MAX_TYPES = 1024 * 1024
ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData"})
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\\/:*?\"<>|]")


@dataclass(frozen=True)
class Kind:
    """A file type that is taken."""

    extension: str
    content_type: str
    label: str
    inline: bool = False


KINDS = {
    "pdf": Kind("pdf", "application/pdf", "PDF", inline=True),
    "docx": Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    "xlsx": Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "jpg": Kind("jpg", "image/jpeg", "图片", inline=True),
    "jpeg": Kind("jpg", "image/jpeg", "图片", inline=True),
    "png": Kind("png", "image/png", "图片", inline=True),
}
TOO_LARGE = "“{name}”的像素过大，请缩小到 5000 万像素以内"
ACCEPT = ",".join(f".{name}" for name in KINDS)
MAIN_PART = {"docx": "wordprocessingml.document.main+xml", "xlsx": "spreadsheetml.sheet.main+xml"}


def display_name(name: str) -> str:
    """The name as shown: NFC, without control and direction signs, at most 120 characters with its ending."""
    clean = CONTROL.sub("", unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)).strip(". ") or "未命名"
    if len(clean) <= MAX_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}"


def check_name(name: str, size: int, limit: int) -> Kind:
    """Kind that the name promises. Raises ``Refused`` when the name or the size does not do."""
    extension = name.rpartition(".")[2].lower()
    kind = KINDS.get(extension)
    if kind is None:
        _refuse(f"“{name}”的格式不能上传，请转成 PDF、Word（docx）、Excel（xlsx）或图片（jpg、png）")
    if size == 0:
        _refuse(f"“{name}”是空文件，请检查后重新选择")
    if size > limit:
        _refuse(f"“{name}”有 {size / 1048576:.1f} MB，超过 {limit / 1048576:.0f} MB，请压缩或拆分后上传")
    return kind


def inspect(name: str, stream: BinaryIO, size: int, limit: int) -> Kind:
    """Kind of the file. Raises ``Refused`` when the name, the size or the content does not do."""
    kind = check_name(name, size, limit)
    stream.seek(0)
    {"pdf": _check_pdf, "docx": _check_office, "xlsx": _check_office, "jpg": _check_image, "png": _check_image}[kind.extension](
        name, stream, kind
    )
    stream.seek(0)
    return kind


def _refuse(text: str) -> NoReturn:
    raise Refused(text)


def _check_pdf(name: str, stream: BinaryIO, kind: Kind) -> None:
    import pikepdf  # noqa: PLC0415 -- web workers load it with the first upload only

    del kind
    if stream.read(5) != b"%PDF-":
        _refuse(f"“{name}”不是 PDF 文件，内容与扩展名不符")
    stream.seek(0)
    try:
        with pikepdf.open(stream) as pdf:
            active = any(_is_active(part, pikepdf) for part in pdf.objects)
    except pikepdf.PasswordError:
        _refuse(f"“{name}”设有打开密码，请去除密码后上传")
    except pikepdf.PdfError:
        _refuse(f"“{name}”已损坏，打不开，请重新导出后上传")
    else:
        if active:
            _refuse(f"“{name}”含脚本或内嵌文件，请打印为普通 PDF 后上传")


def _is_active(part: Any, pikepdf: ModuleType, depth: int = 0) -> bool:
    """Whether an object of a PDF, or one written inside it, runs something or carries a file."""
    inner: Iterable[Any]
    if isinstance(part, pikepdf.Array):
        inner = part
    elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        if "/JS" in part or str(part.get("/S", "")) in ACTIONS or "/EmbeddedFiles" in part:
            return True
        inner = (value for _, value in part.items())
    else:
        return False
    within = (value for value in inner if depth < MAX_DEPTH and not getattr(value, "is_indirect", False))
    return any(_is_active(value, pikepdf, depth + 1) for value in within)


def _check_office(name: str, stream: BinaryIO, kind: Kind) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                _refuse(f"“{name}”解压后过大，请精简后上传")
            names = {entry.filename for entry in entries}
            if any(part.startswith("/") or ".." in PurePosixPath(part).parts for part in names):
                _refuse(f"“{name}”内部结构异常，请用 Office 重新保存后上传")
            types = _part(archive, "[Content_Types].xml")
            template = "attachedTemplate" in _part(archive, "word/_rels/settings.xml.rels")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):  # RuntimeError: encrypted or unknown packing
        _refuse(f"“{name}”不是{kind.label}文件或已损坏，请用 Office 重新保存为 {kind.extension} 后上传")
    if any("vbaProject" in part for part in names) or "macroEnabled" in types:
        _refuse(f"“{name}”含宏，请另存为不含宏的 {kind.extension} 后上传")
    if any("externalLinks/" in part for part in names):
        _refuse(f"“{name}”链接了其他工作簿，请断开链接后上传")
    if template:
        _refuse(f"“{name}”链接了外部模板，请改用本机模板后上传")
    if MAIN_PART[kind.extension] not in types:
        _refuse(f"“{name}”的内容与扩展名 {kind.extension} 不符，请用 Office 重新保存后上传")


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """Text of a part, its beginning only; empty when there is none."""
    if name not in archive.namelist():
        return ""
    with archive.open(name) as stream:
        return stream.read(MAX_TYPES).decode("utf-8", "replace")


def _check_image(name: str, stream: BinaryIO, kind: Kind) -> None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- as above

    expected = {"jpg": {"JPEG", "MPO"}, "png": {"PNG"}}[kind.extension]  # MPO: what many telephones call a .jpg
    try:
        with Image.open(stream) as image:
            if image.format not in expected:
                _refuse(f"“{name}”的内容与扩展名不符，请重新导出图片后上传")
            if image.width * image.height > MAX_PIXELS:
                _refuse(TOO_LARGE.format(name=name))
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse(TOO_LARGE.format(name=name))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        _refuse(f"“{name}”打不开，不是完好的图片")


def strip_metadata(name: str, kind: Kind, content: bytes) -> bytes:
    """Image without place, camera and author, turned as it is meant to be seen; other kinds unchanged.

    Raises ``Refused`` when the picture breaks off.
    """
    if kind.extension not in {"jpg", "png"}:
        return content
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415 -- as above

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows them for the whole process
    out = BytesIO()
    try:
        with Image.open(BytesIO(content)) as image:
            turned = ImageOps.exif_transpose(image)
            clean = turned.convert("RGBA") if turned.mode == "P" else turned
            fresh = Image.new(clean.mode, clean.size)
            fresh.paste(clean)
            fresh.save(out, "JPEG" if kind.extension == "jpg" else "PNG", quality=92)
    except (OSError, SyntaxError, ValueError):
        _refuse(f"“{name}”打不开，不是完好的图片")
    return out.getvalue()
