"""The archive of a backup: a tar that is written once from beginning to end, every member with its digest, the manifest last."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from portal.backup.manifest import DIGESTS, NAME

MODE = 0o600


class Hashed:
    """A stream that is read once; the digest of what was read."""

    closed = False

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        content = self._source.read(size)
        self._digest.update(content)
        return content

    def seekable(self) -> bool:
        """A storage that would like to begin again learns that it cannot."""
        return False

    def hexdigest(self) -> str:
        """SHA-256 of everything read so far."""
        return self._digest.hexdigest()


@dataclass
class ArchiveWriter:
    """Members are added one after the other; ``digests`` takes a line for each, as ``sha256sum`` writes it."""

    tar: tarfile.TarFile
    digests: IO[bytes]
    at: int
    members: int = 0
    size: int = 0
    _of_digests: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add ``size`` bytes of a stream. Raises ``OSError`` where it has fewer."""
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
        """Add a whole file, from its beginning."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.add(name, file, size)

    def add_digests(self) -> str:
        """Add the list of digests; returns its own, which the manifest holds."""
        length = self.digests.tell()
        self.digests.seek(0)
        self.tar.addfile(self._entry(DIGESTS, length), self.digests)
        return self._of_digests.hexdigest()

    def add_manifest(self, content: bytes) -> None:
        """Add the manifest; without it an archive is none."""
        self.tar.addfile(self._entry(NAME, len(content)), io.BytesIO(content))

    def _entry(self, name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, MODE, self.at
        return entry


@contextmanager
def archive(sink: IO[bytes], digests: IO[bytes], at: int) -> Iterator[ArchiveWriter]:
    """Write an archive into ``sink``; ``at`` is the time of its members in seconds."""
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        yield ArchiveWriter(tar, digests, at)
