"""Records of the audit log as a workbook and as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.documents.list_workbook import list_book
from portal.audit_log.rows import values_of

HEADS = (
    ("记录号", 10),
    ("时间", 20),
    ("人员", 14),
    ("动作", 22),
    ("动作代码", 24),
    ("对象", 34),
    ("对象编号", 26),
    ("内容", 60),
    ("来源地址", 18),
    ("封存", 8),
)
BOM = "\ufeff"


def event_book(records: Iterable[AuditRecord]) -> bytes:
    """Workbook of audit records."""
    return list_book("审计记录", "审计记录", HEADS, map(cells_of, records), demo=False)


def event_csv(records: Iterable[AuditRecord]) -> Iterator[str]:
    """Lines of a CSV file with a byte order mark, so that spreadsheets read the Chinese text; no cell can be taken for a formula."""
    yield BOM + _line([title for title, _ in HEADS])
    for record in records:
        yield _line([_harmless(str(cell)) for cell in cells_of(record)])


def cells_of(record: AuditRecord) -> tuple[str | int, ...]:
    """Cells of one record, in the order of ``HEADS``."""
    at = record.at.astimezone(clock.SHANGHAI)
    told = "；".join(map(str, values_of(record)))
    return (
        record.pk, f"{at:%Y-%m-%d %H:%M:%S}", record.acting_name, record.action_label, record.action, record.subject_label, record.subject,
        told[:30_000], record.address, "已封存" if vars(record).get("sealed") else "待封存",
    )  # fmt: skip


def _line(cells: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
