"""Workbooks in other forms than the usual xlsx: strict ones are written under the usual names, the others named for what they are."""

import re
import zipfile
from io import BytesIO

from greendistrict.core.errors import Refused
from greendistrict.documents.office.archives import DamagedError, opened

MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
LARGE = "工作簿过大，请只保留模板中的工作表"
SAVE = "请用 Office 或 WPS 打开，另存为 xlsx 后导入"
LOCKED = "工作簿设有打开密码，请去除密码后导入"
OLD = f"是旧版格式（xls、et）或其他文档，{SAVE}"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|table|meta|head)", re.IGNORECASE)
_STRICT = b"http://purl.oclc.org/ooxml/"
# The strict namespaces that sheets use, by their usual ones.
_USUAL = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships/metadata/core-properties": (
        b"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/extendedProperties": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}


def plain_workbook(content: bytes) -> bytes:
    """The workbook as a plain xlsx; one that is in the usual form is returned as it is. Raises ``Refused`` with the true reason."""
    if content.startswith(OLD_OFFICE):
        raise Refused(LOCKED if _ENCRYPTED in content else OLD)
    if not content.startswith(b"PK"):
        head = content[:4000].lstrip(b"\xef\xbb\xbf")
        Refused.when(_PAGE.match(head), f"内容是网页，不是工作簿，{SAVE}")
        Refused.when(b"urn:schemas-microsoft-com:office:spreadsheet" in head, f"内容是 XML 表格（2003），{SAVE}")
        return content
    try:
        with opened(content) as archive:
            names = archive.namelist()
            Refused.when("xl/workbook.bin" in names, f"是二进制工作簿（xlsb），{SAVE}")
            Refused.when("content.xml" in names and "mimetype" in names, f"是 OpenDocument 文件（ods），{SAVE}")
            if "xl/workbook.xml" not in names or _STRICT not in archive.open("xl/workbook.xml").read(4000):
                return content
            entries = archive.infolist()
            Refused.when(len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED, LARGE)
            return _usual(archive)
    except DamagedError:
        return content  # refused with its reason by whoever inspects it


def _usual(archive: zipfile.ZipFile) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in archive.infolist():
            data = archive.read(entry)
            if entry.filename.endswith((".xml", ".rels")):
                for strict, usual in _USUAL.items():
                    data = data.replace(strict, usual)
            made.writestr(entry.filename, data)
    return out.getvalue()
