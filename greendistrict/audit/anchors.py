"""Anchors of the audit chain: signed lines outside the database with the length and digest of the chain.

Somebody with full access to the database can truncate or recompute the chain, but cannot sign. Anchors are appended to a file in
``GD_ANCHOR_DIR`` as JSON lines, each with the digest of the line before, and written to the log. They use the signing key of receipts.
"""

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from greendistrict.audit.models import AuditSeal
from greendistrict.core import clock, sealing

logger = logging.getLogger(__name__)
FILE = "audit-anchors.jsonl"


@dataclass(frozen=True)
class Anchor:
    """One line of the anchor file. ``chain``: digest of the first seal; ``count``: number of seals since the previous anchor."""

    number: int
    count: int
    digest: str
    chain: str
    at: str
    previous: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """Bytes covered by the signature: all fields except the signature."""
        content = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()

    def line(self) -> str:
        """The anchor as a line of the file."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


KINDS = {name: int if name in {"number", "count"} else str for name in Anchor.__dataclass_fields__}


def path() -> Path:
    """Path of the anchor file."""
    return Path(settings.ANCHOR_DIR) / FILE


def write() -> Anchor | None:
    """Append an anchor for the end of the chain; None if the newest anchor covers it already. Raises ``OSError``."""
    last = AuditSeal.objects.order_by("-number").first()
    if last is None:
        return None
    first = AuditSeal.objects.order_by("number").values_list("digest", flat=True).first() or ""
    with _opened() as stream:
        before = _last_line(stream)
        previous = parse(before)
        if previous and (previous.number, previous.digest) == (last.number, last.digest):
            return None
        anchor = Anchor(
            number=last.number,
            count=last.number - previous.number if previous and previous.chain == first else last.number,
            digest=last.digest,
            chain=first,
            at=clock.now().isoformat(timespec="seconds"),
            previous=line_digest(before),
            key=sealing.key_id(sealing.public_pem()),
        )
        anchor = Anchor(**{**asdict(anchor), "signature": sealing.sign(anchor.signed_bytes())})
        stream.write(f"{anchor.line()}\n".encode())
        stream.flush()
        os.fsync(stream.fileno())
    logger.info("audit anchor %s", anchor.line())
    return anchor


def parse(line: str) -> Anchor | None:
    """Anchor of a line; None for a damaged line."""
    try:
        anchor = Anchor(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return None
    whole = all(type(getattr(anchor, name)) is kind for name, kind in KINDS.items())
    return anchor if whole and anchor.number > 0 else None


def lines() -> list[str]:
    """Lines of the file, oldest first; empty if there is no file."""
    try:
        return path().read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def line_digest(line: str) -> str:
    """Digest of a line, stored as ``previous`` in the next one."""
    return hashlib.sha256(line.encode()).hexdigest() if line else ""


@contextmanager
def _opened() -> Iterator[IO[bytes]]:
    """Open the file for appending under a lock."""
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream


def _last_line(stream: IO[bytes]) -> str:
    """The newest complete line; a line truncated by a full disk is terminated first."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 4096))
    tail = stream.read()
    if tail and not tail.endswith(b"\n"):
        stream.write(b"\n")
    found = tail.decode("utf-8", "replace").splitlines()
    return found[-1] if found else ""
