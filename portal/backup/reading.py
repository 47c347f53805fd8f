"""Read an archive sequentially and verify the digest of every member. Writes nothing; needs no database."""

import hashlib
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.backup import encryption, manifest
from portal.backup.manifest import DIGESTS, NAME, NoBackup, Signed
from portal.backup.writing import Hashed

PIECE = 1024 * 1024
LONGEST_MANIFEST = 64 * 1024 * 1024
NAMED = 5
Take = Callable[[str, IO[bytes], int], None]


@dataclass(frozen=True)
class CheckedBackup:
    """A backup whose members all have the digests in its manifest."""

    path: Path
    manifest: Signed

    @property
    def content(self) -> Any:
        """Content of the manifest."""
        return self.manifest.content


def check(path: Path, identities: list[Any], named: Sequence[str] = (), take: Take | None = None) -> CheckedBackup:
    """Verify a complete backup, signed by the portal or by a public key in ``named``.

    Raises ``NoBackup`` with missing or altered members or the foreign key, ``UnusableKey`` if it cannot be decrypted.

    ``take`` is called for each member with name, stream and length; unread content is skipped.
    """
    with _members(path, identities) as members, tempfile.TemporaryFile() as lines:
        running, count, size, listed, signed = hashlib.sha256(), 0, 0, "", None
        for name, source, length in members:
            if signed is not None:
                msg = f"清单之后还有 {name}"
                raise NoBackup(msg)
            if name == NAME:
                signed = manifest.read(source.read(LONGEST_MANIFEST), named)
            elif name == DIGESTS:
                listed = _listed(source, lines)
            else:
                line = f"{_digest(name, source, length, take)}  {name}\n".encode()
                lines.write(line)
                running.update(line)
                count, size = count + 1, size + length
        if signed is None:
            msg = "没有清单：备份不完整"
            raise NoBackup(msg)
        found = (running.hexdigest(), listed, count, size)
        wanted = tuple(signed.content[name] for name in ("digests", "digests", "members", "bytes"))
        if found != wanted:
            msg = "内容与清单的校验值不符：备份被改动或不完整"
            raise NoBackup(msg)
    return CheckedBackup(path, signed)


def _digest(name: str, source: IO[bytes], length: int, take: Take | None) -> str:
    hashed = Hashed(source)
    if take is not None:
        take(name, hashed, length)  # type: ignore[arg-type]  # all that a reader asks for
    while hashed.read(PIECE):
        pass
    return hashed.hexdigest()


def _listed(source: IO[bytes], lines: IO[bytes]) -> str:
    """Digest of the list of digests. Raises ``NoBackup`` with the first members that differ."""
    lines.seek(0)
    whole, differ = hashlib.sha256(), []
    for number, given in enumerate(iter(source.readline, b""), 1):
        whole.update(given)
        if given != lines.readline():
            differ.append(given.decode(errors="replace").partition("  ")[2].strip() or f"第{number}行")
    if differ:
        msg = f"{len(differ)}个文件与校验值不符：{'、'.join(differ[:NAMED])}{'等' if len(differ) > NAMED else ''}"
        raise NoBackup(msg)
    return whole.hexdigest()


@contextmanager
def _members(path: Path, identities: list[Any]) -> Iterator[Iterator[tuple[str, IO[bytes], int]]]:
    try:
        with encryption.decrypted(path, identities) as content, tarfile.open(fileobj=content, mode="r|") as tar:
            yield _each(tar)
            while content.read(PIECE):  # the end of an encrypted file vouches for all of it
                pass
    except (tarfile.TarError, EOFError) as error:
        msg = "文件不是备份，或被截断"
        raise NoBackup(msg) from error


def _each(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes], int]]:
    for entry in tar:
        source = tar.extractfile(entry) if entry.isreg() else None
        if source is None:
            msg = f"{entry.name} 不是普通文件"
            raise NoBackup(msg)
        yield entry.name, source, entry.size
        tar.members = []  # type: ignore[attr-defined]  # the library would keep every entry
