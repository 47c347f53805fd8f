"""Restore a backup into an empty installation, all or nothing.

Also here: Read an archive sequentially and verify the digest of every member. Writes nothing; needs no database.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.migrations.loader import MigrationLoader

from greendistrict.audit import anchors
from greendistrict.core import clock
from portal.backup import encryption, postgres
from portal.backup import writing as manifest
from portal.backup.postgres import LAST_WORDS, TABLES, DumpFailed, rows_by_table
from portal.backup.writing import ANCHORS, DIGESTS, DUMP, MEDIA, NAME, Hashed, NoBackup, Signed
from portal.data_check.checks import files_in

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


logger = logging.getLogger(__name__)
RESTORE = ("--format=custom", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password")


class NotEmpty(RuntimeError):  # noqa: N818 -- reads as a sentence
    """The installation has tables or files, or the backup is of a newer version; the message says which."""


@dataclass
class Restored:
    """What was restored, and differences from the manifest."""

    files: int = 0
    rows: int = 0
    differences: list[str] = field(default_factory=list)


def restore(path: Path, identities: list[Any], named: Sequence[str], tell: Callable[[CheckedBackup], None]) -> Restored:
    """Verify a backup, ``tell`` whose it is, then restore it. Raises ``NoBackup``, ``UnusableKey``, ``NotEmpty``, ``DumpFailed``.

    When it raises, nothing stays: files are restored first, and removed again if the database, restored in one transaction, fails.
    """
    known = check(path, identities, named)
    tell(known)
    refuse_newer(known)
    refuse_occupied()
    restored = Restored()
    with tempfile.TemporaryFile() as dump, tempfile.TemporaryFile() as proofs, _all_or_nothing() as stored:

        def take(name: str, source: IO[bytes], size: int) -> None:
            if name.startswith(MEDIA):
                _store(name.removeprefix(MEDIA), source, size, stored)
            elif name == DUMP:
                shutil.copyfileobj(source, dump, PIECE)
            elif name.startswith(ANCHORS):
                shutil.copyfileobj(source, proofs, PIECE)

        if check(path, identities, named, take).manifest != known.manifest:
            msg = "备份在恢复过程中被换掉"
            raise NoBackup(msg)
        dump.seek(0)
        _put_anchors(proofs)
        _restore_database(dump, known.content["server"])
        restored.files = len(stored)
    with postgres.connected() as connection:
        rows = rows_by_table(connection)
    wanted = known.content["rows"]
    restored.rows = sum(wanted.values())
    differ = sorted(name for name in rows.keys() | wanted.keys() if rows.get(name) != wanted.get(name))
    restored.differences += [f"{name}：备份时{wanted.get(name)}行，现在{rows.get(name)}行" for name in differ]
    return restored


def refuse_occupied() -> None:
    """Raise ``NotEmpty`` if there is a table or a file already."""
    with postgres.connected() as connection:
        tables = len(connection.execute(TABLES).fetchall())
    if tables:
        msg = f"数据库不是空的（{tables}张表）：只恢复到空的数据库"
        raise NotEmpty(msg)
    if (name := next(files_in(), None)) is not None:
        msg = f"文件夹不是空的（{name}）：只恢复到空的文件存储"
        raise NotEmpty(msg)


def refuse_newer(known: CheckedBackup) -> None:
    """Raise ``NotEmpty`` for a backup with migrations unknown to this portal."""
    have = set(MigrationLoader(None).disk_migrations)
    unknown = [f"{app}.{name}" for app, name in known.content["migrations"].items() if (app, name) not in have]
    if unknown:
        msg = f"备份出自更新的版本（{known.content['portal']}），本平台没有 {'、'.join(unknown[:3])}"
        raise NotEmpty(msg)


@contextmanager
def _all_or_nothing() -> Iterator[list[str]]:
    """Collects names of stored files, and deletes these files if something fails."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for name in stored:
            with suppress(OSError):
                default_storage.delete(name)
        raise


def _store(name: str, source: IO[bytes], size: int, stored: list[str]) -> None:
    content = File(source)
    content.size = size
    stored.append(name)
    kept = default_storage.save(name, content)
    if kept != name:
        default_storage.delete(kept)
        msg = f"{name} 已经存在"
        raise NotEmpty(msg)


def _put_anchors(content: IO[bytes]) -> None:
    """Restore the anchors of the backup's audit chain; existing anchors of a later chain are kept under another name."""
    path = anchors.path()
    if path.exists() and not _is_same(path, content):
        aside = path.with_name(f"{path.stem}-before-{clock.now():%Y%m%d-%H%M%S}{path.suffix}")
        path.rename(aside)
        logger.warning("anchors put aside: %s", aside)
    if content.seek(0, os.SEEK_END):
        content.seek(0)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, PIECE)


def _is_same(path: Path, content: IO[bytes]) -> bool:
    content.seek(0)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest() == hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]  # a real file


def _restore_database(dump: IO[bytes], server: int) -> None:
    own = postgres.parameters()
    with postgres.connected() as connection:
        here = connection.info.server_version
    path = postgres.program("pg_restore", max(here, server))
    done = subprocess.run(  # noqa: S603 -- fixed words
        [path, *RESTORE, f"--dbname={own['dbname']}"], env=postgres.environment(), stdin=dump, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        msg = f"pg_restore: {done.stderr.decode(errors='replace')[-LAST_WORDS:].strip()}"
        raise DumpFailed(msg)
