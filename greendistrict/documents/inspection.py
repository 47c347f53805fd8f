"""What a file really is: by name, size and content. Every refusal says what to do."""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from greendistrict.core.errors import Refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_NAME = 120
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
ACCEPT = ",".join(f".{name}" for name in KINDS)
MAIN_PART = {"docx": "wordprocessingml.document.main+xml", "xlsx": "spreadsheetml.sheet.main+xml"}


def display_name(name: str) -> str:
    """The name as shown: NFC, without control and direction signs, at most 120 characters with its ending."""
    clean = CONTROL.sub("", unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)).strip(". ") or "未命名"
    if len(clean) <= MAX_NAME:
        return clean
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}"


def inspect(name: str, stream: BinaryIO, size: int, limit: int) -> Kind:
    """Kind of the file. Raises ``Refused`` when the name, the size or the content does not do."""
    extension = name.rpartition(".")[2].lower()
    kind = KINDS.get(extension)
    if kind is None:
        _refuse(f"“{name}”的格式不能上传，请转成 PDF、Word（docx）、Excel（xlsx）或图片（jpg、png）")
    if size == 0:
        _refuse(f"“{name}”是空文件，请检查后重新选择")
    if size > limit:
        _refuse(f"“{name}”有 {size / 1048576:.1f} MB，超过 {limit / 1048576:.0f} MB，请压缩或拆分后上传")
    stream.seek(0)
    {"pdf": _check_pdf, "docx": _check_office, "xlsx": _check_office, "jpg": _check_image, "png": _check_image}[kind.extension](
        name, stream, kind
    )
    stream.seek(0)
    return kind


def _refuse(text: str) -> None:
    raise Refused(text)


def _check_pdf(name: str, stream: BinaryIO, kind: Kind) -> None:
    import pikepdf  # noqa: PLC0415 -- web workers load it with the first upload only

    del kind
    if stream.read(5) != b"%PDF-":
        _refuse(f"“{name}”不是 PDF 文件，内容与扩展名不符")
    stream.seek(0)
    try:
        with pikepdf.open(stream) as pdf:
            names = pdf.Root.get("/Names", {})
            active = "/JavaScript" in names or "/EmbeddedFiles" in names or "/Launch" in str(pdf.Root.get("/OpenAction", ""))
    except pikepdf.PasswordError:
        _refuse(f"“{name}”设有打开密码，请去除密码后上传")
    except pikepdf.PdfError:
        _refuse(f"“{name}”已损坏，打不开，请重新导出后上传")
    else:
        if active:
            _refuse(f"“{name}”含脚本或内嵌文件，请打印为普通 PDF 后上传")


def _check_office(name: str, stream: BinaryIO, kind: Kind) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                _refuse(f"“{name}”解压后过大，请精简后上传")
            names = {entry.filename for entry in entries}
            if any(part.startswith("/") or ".." in PurePosixPath(part).parts for part in names):
                _refuse(f"“{name}”内部结构异常，请用 Office 重新保存后上传")
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace") if "[Content_Types].xml" in names else ""
    except (zipfile.BadZipFile, OSError, RuntimeError):
        _refuse(f"“{name}”不是{kind.label}文件或已损坏，请用 Office 重新保存为 {kind.extension} 后上传")
    if any("vbaProject" in part for part in names) or "macroEnabled" in types:
        _refuse(f"“{name}”含宏，请另存为不含宏的 {kind.extension} 后上传")
    if any("externalLinks/" in part for part in names):
        _refuse(f"“{name}”链接了其他工作簿，请断开链接后上传")
    if MAIN_PART[kind.extension] not in types:
        _refuse(f"“{name}”的内容与扩展名 {kind.extension} 不符，请用 Office 重新保存后上传")


def _check_image(name: str, stream: BinaryIO, kind: Kind) -> None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 -- as above

    expected = {"jpg": "JPEG", "png": "PNG"}[kind.extension]
    try:
        with Image.open(stream) as image:
            if image.format != expected:
                _refuse(f"“{name}”的内容与扩展名不符，请重新导出图片后上传")
            if image.width * image.height > MAX_PIXELS:
                _refuse(f"“{name}”的像素过大，请缩小到 5000 万像素以内")
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        _refuse(f"“{name}”打不开，不是完好的图片")


def strip_metadata(kind: Kind, content: bytes) -> bytes:
    """Image without place, camera and author; other kinds unchanged."""
    if kind.extension not in {"jpg", "png"}:
        return content
    from PIL import Image  # noqa: PLC0415 -- as above

    with Image.open(BytesIO(content)) as image:
        out = BytesIO()
        clean = Image.new(image.mode, image.size)
        clean.paste(image)
        if image.mode == "P":
            clean.putpalette(image.getpalette() or [])
        clean.save(out, "JPEG" if kind.extension == "jpg" else "PNG", quality=92)
        return out.getvalue()
