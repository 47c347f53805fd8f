"""Archive files of audit records: gzipped JSON lines; digest, seal numbers and signature are kept in the database."""

import datetime as dt
import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from greendistrict.audit.chain import SEALED_FIELDS, content_of
from greendistrict.audit.models import AuditArchive, AuditRecord, AuditSeal
from greendistrict.core import clock, sealing


def folder() -> Path:
    """Folder of the archive files."""
    return Path(settings.AUDIT_ARCHIVE_DIR)


def signed_bytes(archive: AuditArchive) -> bytes:
    """Bytes covered by the signature of an archive."""
    content = {name: getattr(archive, name) for name in ("file", "sha256", "count", "seals", "key")}
    content |= {name: getattr(archive, name).astimezone(clock.SHANGHAI).isoformat() for name in ("made_at", "before")}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def is_signed(archive: AuditArchive, keys: Mapping[str, str]) -> bool:
    """Whether one of these keys signed this row."""
    return sealing.signed_by(keys, archive.key, archive.signature, signed_bytes(archive))


def write(path: Path, lines: Iterable[tuple[AuditSeal, AuditRecord]]) -> str:
    """Write records with their seals to a new file and sync it; returns its SHA-256. Raises ``OSError``, ``FileExistsError``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        with gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0) as packed:
            for seal, row in lines:
                packed.write(f"{json.dumps(_told(seal, row), ensure_ascii=False, separators=(',', ':'))}\n".encode())
        stream.flush()
        os.fsync(stream.fileno())
    if path.exists():
        part.unlink()
        raise FileExistsError(path)
    part.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return digest_of(path)


def _told(seal: AuditSeal, row: AuditRecord) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in SEALED_FIELDS}
    told["at"] = row.at.astimezone(clock.SHANGHAI).isoformat()
    if row.stored_at is not None:
        told["stored_at"] = row.stored_at.astimezone(clock.SHANGHAI).isoformat()
    return {"seal": seal.number, "content": seal.content, "digest": seal.digest, "record": told}


def read(path: Path) -> Iterator[tuple[int, str, AuditRecord]]:
    """Number and content digest of each seal in a file, with its record. Raises ``OSError``, ``ValueError``, ``KeyError``."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            told = json.loads(line)
            given = told["record"]
            times = {name: dt.datetime.fromisoformat(given[name]) for name in ("at", "stored_at") if name in given}
            yield told["seal"], told["content"], AuditRecord(**{**given, **times})


def whole(path: Path, seals: dict[int, str]) -> bool:
    """Whether a file contains exactly the records of these seals (content digest by number), unchanged since sealing."""
    left = dict(seals)
    for number, content, row in read(path):
        if left.pop(number, None) != content or content_of(row) != content:
            return False
    return not left


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def numbers_of(text: str) -> Iterator[int]:
    """The numbers in a text of ranges."""
    for span in filter(None, text.split(",")):
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)
