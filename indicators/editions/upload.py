"""Reads and checks an uploaded edition, YAML or workbook. Stores nothing."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.office.inspection import display_name
from greendistrict.documents.workbooks.other_formats import ENDINGS as WORKBOOKS
from greendistrict.documents.workbooks.other_formats import is_workbook
from greendistrict.documents.workbooks.pages import clean_workbook
from indicators.catalogue import Parsed, parse
from indicators.catalogue.reader import MAX_BYTES
from indicators.editions.workbook.read import parse_workbook

ENDINGS = (".yaml", ".yml", *WORKBOOKS)
ACCEPT = ",".join(ENDINGS)
MEGABYTE = 1024 * 1024


def parse_upload(upload: "UploadedFile[Any]") -> Parsed:
    """Read and check an uploaded edition. Raises ``Refused`` when the file as such does not do; its content never raises."""
    name, size = display_name(upload.name or ""), upload.size or 0
    if not name.lower().endswith(ENDINGS):
        _refuse(f"“{name}”的格式不能导入，请用 YAML 文件（yaml、yml）或按模板填写的 Excel（xlsx）")
    if not size:
        _refuse(f"“{name}”是空文件，请检查后重新选择")
    if size > MAX_BYTES:
        _refuse(f"“{name}”有 {size / MEGABYTE:.1f} MB，超过 {MAX_BYTES // MEGABYTE} MB")
    content = upload.read()
    if not is_workbook(name):
        return parse(content)
    return parse_workbook(clean_workbook(name, content, size, MAX_BYTES))


def _refuse(text: str) -> None:
    raise Refused([Refusal(text, field="file")])
