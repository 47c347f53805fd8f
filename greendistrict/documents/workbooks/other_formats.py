"""Workbooks of other formats as plain xlsx: old, WPS, OpenDocument and binary ones as values, strict ones under the usual names.

What is refused: pages, texts and other files that only bear the ending of a workbook, and workbooks with a password.
"""

import re
import subprocess
import sys
from pathlib import Path

from greendistrict.children import environment
from greendistrict.core.errors import Refused
from greendistrict.documents.office.archives import DamagedError, opened
from greendistrict.documents.office.kinds import ENCRYPTED, OLD_OFFICE
from greendistrict.documents.office.strict import is_strict, under_usual_names
from greendistrict.documents.workbooks.values_child import LOCKED, NO_WORKBOOK, WITH_ERRORS

ENDINGS = (".xlsx", ".xls", ".et", ".ods", ".xlsb")
ACCEPT = ",".join(ENDINGS)
ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "greendistrict.documents.workbooks.values_child")
SECONDS = 60  # on the wall; work itself is limited in the child
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
LARGE = "工作簿过大，请只保留模板中的工作表"
SAVE = "请用 Office 或 WPS 打开，另存为 xlsx 后导入"
REASONS = {
    LOCKED: "工作簿设有打开密码，请去除密码后导入",
    NO_WORKBOOK: f"内容不是电子表格或已损坏，{SAVE}",
    WITH_ERRORS: "工作簿里有错误值（如 #REF!），按值读会成为空格，请改成结果或另存为 xlsx 后导入",
}
UNREAD = f"工作簿读不出来，{SAVE}"
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|table|meta|head)", re.IGNORECASE)


def is_workbook(name: str) -> bool:
    """Whether a file is read as a workbook, by its ending."""
    return name.lower().endswith(ENDINGS)


def plain_workbook(content: bytes) -> bytes:
    """The workbook as a plain xlsx; one that is in the usual form is returned as it is. Raises ``Refused`` with the true reason."""
    if content.startswith(OLD_OFFICE):
        Refused.when(ENCRYPTED in content, REASONS[LOCKED])
        return _as_values(content)
    if not content.startswith(b"PK"):
        head = content[:4000].lstrip(b"\xef\xbb\xbf")
        Refused.when(_PAGE.match(head), f"内容是网页，不是工作簿，{SAVE}")
        Refused.when(b"urn:schemas-microsoft-com:office:spreadsheet" in head, f"内容是 XML 表格（2003），{SAVE}")
        return content
    try:
        with opened(content) as archive:
            names = archive.namelist()
            is_other = "xl/workbook.bin" in names or ("content.xml" in names and "mimetype" in names)
            strict = is_strict(archive, "xl/workbook.xml")
            entries = archive.infolist()
            too_large = len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED
            Refused.when((is_other or strict) and too_large, LARGE)
            if strict:
                return under_usual_names(archive)
    except DamagedError:
        return content  # refused with its reason by whoever inspects it
    return _as_values(content) if is_other else content


def _as_values(content: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 -- our module
            COMMAND, input=content, capture_output=True, timeout=SECONDS, cwd=ROOT, check=False, env=environment()
        )
    except subprocess.TimeoutExpired as late:
        raise Refused(LARGE) from late
    Refused.when(bool(done.returncode), REASONS.get(done.returncode, UNREAD))
    return done.stdout
