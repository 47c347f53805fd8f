"""Opening workbooks that people send back: permitted parts, size limits, and whether it is a workbook."""

import re
import zipfile
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from greendistrict.core.errors import Refused, about_file
from greendistrict.documents.office.archives import DamagedError, opened
from greendistrict.documents.office.inspection import display_name, inspect, write_clean
from greendistrict.documents.office.package import package_hazard

LIMIT = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
BROKEN = "不是 Excel 工作簿或已损坏，请用 Office 重新保存为 xlsx 后导入"
LOCKED = "工作簿设有打开密码或是旧版格式，请去除密码并另存为 xlsx 后导入"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # an encrypted package as well
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z0-9:]{2,20})\"")


def package_problem(content: bytes) -> str:
    """Why a workbook is refused, or an empty text. Looks at the package directory only, so that nothing large is unpacked."""
    if content.startswith(OLD_OFFICE):
        return LOCKED
    try:
        with opened(content) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                return "工作簿过大，请只保留模板中的工作表"
            if hazard := package_hazard(archive):
                return f"工作簿含{hazard}，请去除后另存为 xlsx"
            return next(filter(None, (_merged(archive, entry) for entry in entries)), "")
    except DamagedError:
        return BROKEN


def _merged(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    if entry.filename.startswith("xl/worksheets/sheet") and (merged := _MERGED.search(archive.read(entry))):
        return f"工作簿有合并单元格（{merged[1].decode()}），请取消合并后导入"
    return ""


def taken_upload(upload: "UploadedFile[Any]") -> bytes:
    """Content of an uploaded workbook. Raises ``Refused`` for an unacceptable name, size or package."""
    with about_file(upload):
        return _taken(upload)


def _taken(upload: "UploadedFile[Any]") -> bytes:
    name = display_name(upload.name or "")
    content: bytes = upload.read(LIMIT + 1)
    size = max(len(content), upload.size or 0)
    if not name.lower().endswith(".xlsx"):
        msg = f"“{name}”不是 xlsx 工作簿，请上传从本页导出的 Excel 文件"
        raise Refused(msg)
    if content.startswith(OLD_OFFICE):
        raise Refused(LOCKED)
    clean = BytesIO()
    if write_clean(name, inspect(name, BytesIO(content), size, LIMIT), BytesIO(content), clean):
        content = clean.getvalue()
    if problem := package_problem(content):
        raise Refused(problem)
    return content
