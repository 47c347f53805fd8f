"""Digests of the audit chain. Any change in this module makes all existing chains fail verification."""

import hashlib
import json

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock

SEALED_FIELDS = ("id", "at", "actor_id", "actor_name", "action", "subject", "subject_label", "data", "request_id", "address")


def content_of(row: AuditRecord) -> str:
    """SHA-256 over the canonical JSON of a record as it was read from the database."""
    content = {name: getattr(row, name) for name in SEALED_FIELDS}
    content["at"] = row.at.astimezone(clock.SHANGHAI).isoformat()
    if row.stored_at is not None:  # records from before the database's time was kept have the digest that they had
        content["stored_at"] = row.stored_at.astimezone(clock.SHANGHAI).isoformat()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link(previous: str, number: int, record_id: int, content: str) -> str:
    """SHA-256 over the previous digest, the seal's number, the record's id and its content."""
    return hashlib.sha256(f"{previous}\n{number}\n{record_id}\n{content}".encode()).hexdigest()
