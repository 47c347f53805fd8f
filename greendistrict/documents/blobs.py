"""Stored contents: equal contents are stored once, and deleted with the last row that refers to them.

Storing and deleting both lock the content until their transaction ends, so that none is deleted while another row starts to use it.
"""

import hashlib

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from greendistrict.core.locks import one_at_a_time
from greendistrict.documents import rollback
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence


def digest_of(file: "File[bytes]") -> str:
    """SHA-256 of a content, read in chunks."""
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    return found.hexdigest()


def put(evidence: Evidence, file: "File[bytes]") -> bool:
    """Assign the content to a new row: shared with a row of the same digest, otherwise written. Returns whether it was written."""
    one_at_a_time(f"content:{evidence.sha256}")
    equal = Evidence.objects.filter(sha256=evidence.sha256, size=evidence.size).exclude(file="").exclude(scan=ScanState.INFECTED)
    for name in equal.order_by("file").values_list("file", flat=True).distinct():
        if default_storage.exists(name):
            evidence.file = name
            return False
    evidence.file.save(evidence.original_name, file, save=False)
    rollback.note(evidence.file.name or "")
    return True


def drop_after_commit(name: str, sha256: str) -> None:
    """Delete a stored content when the transaction commits, unless another row refers to it then."""

    def drop() -> None:
        with transaction.atomic():
            one_at_a_time(f"content:{sha256}")
            if not Evidence.objects.filter(file=name).exists():
                default_storage.delete(name)

    transaction.on_commit(drop, robust=True)  # contents left behind are found by the weekly sweep
