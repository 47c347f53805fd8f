"""Writing and sealing the audit record."""

import hashlib
import json
from typing import Any

from django.db import connection, models, transaction

from greendistrict.audit.actors import Actor
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, requestid

SEAL_LOCK = 7_203_113
SEALED_FIELDS = ("id", "at", "actor_id", "actor_name", "action", "subject", "subject_label", "data", "request_id", "address")


def subject_of(obj: models.Model) -> str:
    """Stable name of a stored object, such as ``approvals.case:12``."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def record(*, action: str, by: Actor | None, obj: models.Model | None = None, data: dict[str, Any] | None = None) -> AuditRecord:
    """Append one record in the caller's transaction."""
    return AuditRecord.objects.create(
        at=clock.now(),
        actor_id=by.pk if by else None,
        actor_name=by.name if by else "系统",
        action=action,
        subject=subject_of(obj) if obj else "",
        subject_label=str(obj)[:200] if obj else "",
        data=data or {},
        request_id=requestid.current(),
        address=requestid.address(),
    )


def digest_of(row: AuditRecord, previous: str) -> str:
    """SHA-256 over the previous digest and the canonical JSON of the row."""
    content = {name: getattr(row, name) for name in SEALED_FIELDS}
    content["at"] = row.at.astimezone(clock.SHANGHAI).isoformat()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def seal() -> int:
    """Chain all unsealed records in id order; returns how many. One sealer at a time."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        last = AuditRecord.objects.exclude(digest="").order_by("-pk").values_list("digest", flat=True).first() or ""
        count = 0
        for row in AuditRecord.objects.filter(digest="").order_by("pk").iterator():
            digest = digest_of(row, last)
            AuditRecord.objects.filter(pk=row.pk).update(previous=last, digest=digest)
            last, count = digest, count + 1
    return count


def broken_links() -> list[int]:
    """Ids of sealed records whose digest does not follow from their content and their predecessor."""
    broken, previous = [], ""
    for row in AuditRecord.objects.exclude(digest="").order_by("pk").iterator():
        if row.previous != previous or row.digest != digest_of(row, previous):
            broken.append(row.pk)
        previous = row.digest
    return broken
