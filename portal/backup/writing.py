"""The archive of a backup: a tar file written sequentially, with a digest of every member and the manifest last.

Also here: The manifest of a backup, signed with the key of the receipts: the public key proves that the portal wrote it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from greendistrict.core import sealing

FORMAT = "greendistrict.backup/1"
NAME, DIGESTS, DUMP = "manifest.json", "files.sha256", "database.dump"
KEYS, ANCHORS, MEDIA = "keys/", "anchors/", "media/"
FIELDS: Mapping[str, type] = {
    "made_at": str,
    "portal": str,
    "server": int,
    "migrations": dict,
    "rows": dict,
    "files": int,
    "missing": list,
    "members": int,
    "bytes": int,
    "digests": str,
}


class NoBackup(ValueError):  # noqa: N818 -- reads as a sentence
    """The file is not a backup, or incomplete; the message says why."""


@dataclass(frozen=True)
class Signed:
    """A parsed manifest; ``key`` names the key that signed it, ``own`` whether that is the portal's, now or formerly."""

    content: Mapping[str, Any]
    key: str
    own: bool


def canonical(content: Any) -> bytes:
    """The bytes that are signed: UTF-8 JSON with sorted keys and no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def written(content: Mapping[str, Any]) -> bytes:
    """Bytes of the manifest in the archive."""
    held = {"format": FORMAT, **content}
    return json.dumps({"manifest": held, "signature": sealing.signature_of(canonical(held))}, ensure_ascii=False, indent=1).encode()


def read(content: bytes, named: Sequence[str] = ()) -> Signed:
    """Parse a manifest signed by the portal, or by a public key (PEM) in ``named``. Raises ``NoBackup``, ``UnusableKeyError``."""
    try:
        found = json.loads(content)
        held, signature = found["manifest"], found["signature"]
        shaped = held["format"] == FORMAT and all(isinstance(held[name], kind) for name, kind in FIELDS.items())
        key = str(signature["key"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        msg = "清单 manifest.json 读不出"
        raise NoBackup(msg) from error
    if not shaped:
        msg = f"清单的格式不是 {FORMAT}"
        raise NoBackup(msg)
    if doubt := sealing.doubts(signature, canonical(held), named):
        msg = f"清单{doubt}"
        raise NoBackup(msg)
    return Signed(held, key, key in sealing.trusted_keys())


MODE = 0o600


class Hashed:
    """A stream read once, which computes the digest of what was read."""

    closed = False

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read further bytes."""
        content = self._source.read(size)
        self._digest.update(content)
        return content

    def seekable(self) -> bool:
        """Always False, so that a storage does not try to read it again."""
        return False

    def hexdigest(self) -> str:
        """SHA-256 of everything read so far."""
        return self._digest.hexdigest()


@dataclass
class ArchiveWriter:
    """Adds members one after the other; ``digests`` gets a line for each, in the format of ``sha256sum``."""

    tar: tarfile.TarFile
    digests: IO[bytes]
    at: int
    members: int = 0
    size: int = 0
    _of_digests: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add ``size`` bytes of a stream. Raises ``OSError`` if it is shorter."""
        hashed = Hashed(source)
        self.tar.addfile(self._entry(name, size), hashed)
        self.tar.members = []  # type: ignore[attr-defined]  # the library would keep every entry
        line = f"{hashed.hexdigest()}  {name}\n".encode()
        self.digests.write(line)
        self._of_digests.update(line)
        self.members += 1
        self.size += size

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a short member."""
        self.add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, file: IO[bytes]) -> None:
        """Add a complete file from its beginning."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.add(name, file, size)

    def add_digests(self) -> str:
        """Add the list of digests; returns the list's own digest for the manifest."""
        length = self.digests.tell()
        self.digests.seek(0)
        self.tar.addfile(self._entry(DIGESTS, length), self.digests)
        return self._of_digests.hexdigest()

    def add_manifest(self, content: bytes) -> None:
        """Add the manifest, without which an archive is not valid."""
        self.tar.addfile(self._entry(NAME, len(content)), io.BytesIO(content))

    def _entry(self, name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, MODE, self.at
        return entry


@contextmanager
def archive(sink: IO[bytes], digests: IO[bytes], at: int) -> Iterator[ArchiveWriter]:
    """Write an archive to ``sink``; ``at`` is the modification time of its members in seconds."""
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        yield ArchiveWriter(tar, digests, at)
