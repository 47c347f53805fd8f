"""Moves old access records out of the table: written to a signed file, read back and compared, then deleted. Other records stay for good.

Runs as the owner of the tables (``manage.py archive_audit``); the portal's own database role cannot delete records.
"""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction

from greendistrict.audit import archive_files
from greendistrict.audit.models import AuditArchive, AuditRecord, AuditSeal
from greendistrict.audit.selectors import ACCESS
from greendistrict.audit.services import record, seal
from greendistrict.audit.verification import verify
from greendistrict.core import clock, sealing
from greendistrict.core.errors import Refused
from greendistrict.core.integers import spans

BATCH = 1000
LEAST_DAYS = 180  # GB/T 22239-2019 and 网络安全法 第二十三条 (as amended in 2025): at least six months
MOST_AT_ONCE = 500_000


def archive(*, days: int | None = None) -> AuditArchive | None:
    """Move access records older than the retention period to a file; None if there are none. Raises ``Refused``, ``OSError``.

    Refuses to archive if the audit record is damaged. Nothing is deleted before the file was read back and compared with the seals.
    """
    kept = settings.AUDIT_DAYS if days is None else days
    Refused.when(kept < LEAST_DAYS, f"审计记录至少保存{LEAST_DAYS}天")
    before = clock.now() - dt.timedelta(days=kept)
    findings = verify().findings
    Refused.when(bool(findings), "审计记录不完整，没有归档：" + "；".join(map(str, findings)))
    old = AuditRecord.objects.filter(ACCESS, at__lt=before).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    seals = {row.number: row for row in AuditSeal.objects.filter(record_id__in=list(old)).order_by("number")}
    if not seals:
        return None
    made = AuditArchive(
        file=f"audit-{min(seals)}-{max(seals)}-{clock.now():%Y%m%d%H%M%S}.jsonl.gz",
        made_at=clock.now(),
        before=before,
        count=len(seals),
        seals=spans(seals),
        key=sealing.key_id(sealing.public_pem()),
    )
    path = archive_files.folder() / made.file
    made.sha256 = archive_files.write(path, _with_records(list(seals.values())))
    Refused.unless(archive_files.whole(path, {number: row.content for number, row in seals.items()}), f"{path} 与封存不符，没有归档")
    made.signature = sealing.sign(archive_files.signed_bytes(made))
    _drop(made, [row.record_id for row in seals.values()])
    seal()
    return made


def _with_records(seals: list[AuditSeal]) -> Iterator[tuple[AuditSeal, AuditRecord]]:
    for start in range(0, len(seals), BATCH):
        batch = seals[start : start + BATCH]
        rows = AuditRecord.objects.in_bulk([one.record_id for one in batch])
        yield from ((one, rows[one.record_id]) for one in batch)


@transaction.atomic
def _drop(made: AuditArchive, ids: list[int]) -> None:
    """Store the signed row, delete the records and record the deletion, in one transaction."""
    made.save()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER audit_protect_rows")
        for start in range(0, len(ids), BATCH):
            cursor.execute("DELETE FROM audit_auditrecord WHERE id = ANY(%s)", [ids[start : start + BATCH]])
        cursor.execute("ALTER TABLE audit_auditrecord ENABLE TRIGGER audit_protect_rows")
    record(action="audit.archive", by=None, label=made.file, data={"rows": made.count, "sha256": made.sha256})
