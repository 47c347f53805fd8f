"""Make backups: complete or not at all, one at a time; delete old ones."""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage

from greendistrict.audit import anchors
from greendistrict.core import clock, release, sealing
from portal.backup import encryption, postgres, record, retention, writing
from portal.backup.writing import ArchiveWriter, archive

logger = logging.getLogger(__name__)
PART, LOCK = ".part", ".lock"
RECEIPT_KEY, CERTIFICATES = f"{writing.KEYS}receipt-key.pem", f"{writing.KEYS}signing-certificates.pem"


class AlreadyRunning(RuntimeError):  # noqa: N818 -- reads as a sentence
    """Another backup is being written to the same folder."""


@dataclass(frozen=True)
class MadeBackup:
    """A backup that was written: ``missing`` are files named by rows but not in the storage."""

    path: Path
    size: int
    files: int
    rows: int
    missing: tuple[str, ...]


def make(folder: Path, *, recipient: str = "") -> MadeBackup:
    """Write a backup to ``folder``, encrypted for ``recipient`` if given.

    Raises ``AlreadyRunning``, ``DumpFailed``, ``NoProgram``, ``UnusableKey``, ``OSError``. The file has another name until it is complete
    and flushed to disk, so that an interrupted backup never looks like a complete one.
    """
    if recipient:
        encryption.recipient_of(recipient)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        now = clock.now()
        path = folder / retention.name_of(now.astimezone(clock.SHANGHAI), encryption.SUFFIX if recipient else "")
        part = path.with_name(f"{path.name}{PART}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
                with encryption.encrypted(sink, recipient) as entry:
                    content = _written(entry, folder)
                sink.flush()
                os.fsync(sink.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        # Flush the renamed directory entry to disk.
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    made = MadeBackup(path, path.stat().st_size, content["files"], sum(content["rows"].values()), tuple(content["missing"]))
    logger.info("backup %s written: %s bytes, %s files, %s rows", path.name, made.size, made.files, made.rows)
    return made


def nightly() -> int:
    """Make the nightly backup, record it, delete old ones; returns its size in bytes, 0 if no folder is configured."""
    if not settings.BACKUP_DIR:
        return 0
    folder = Path(settings.BACKUP_DIR)
    made = make(folder, recipient=settings.BACKUP_RECIPIENT)
    record.note(clock.now())
    names = [path.name for path in folder.iterdir()]
    for name in retention.superfluous(names, clock.today(), settings.BACKUP_DAYS):
        (folder / name).unlink(missing_ok=True)
        logger.info("backup %s removed", name)
    return made.size


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder; delete remains of a killed backup."""
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"{folder} 中正在写入另一份备份"
            raise AlreadyRunning(msg) from error
        for left in folder.glob(f"{retention.PREFIX}*{PART}"):
            left.unlink(missing_ok=True)
        yield


def _written(sink: IO[bytes], folder: Path) -> dict[str, Any]:
    """Write the archive; returns the content of its manifest. The dump is kept in an unnamed temporary file."""
    now = clock.now()
    with (
        _anchored(folder) as anchored,  # before the snapshot: it must know every seal that they name
        postgres.taken() as taken,
        tempfile.TemporaryFile(dir=folder) as dump,
        tempfile.TemporaryFile(dir=folder) as digests,
        archive(sink, digests, int(now.timestamp())) as writer,
    ):
        taken.dump(dump)
        for name, pem in ((RECEIPT_KEY, sealing.public_pem()), (CERTIFICATES, _certificates())):
            writer.add_bytes(name, pem.encode())
        writer.add_file(f"{writing.ANCHORS}{anchors.FILE}", anchored)
        missing = [name for name in taken.files() if not _added(writer, name)]
        files = writer.members - 3
        writer.add_file(writing.DUMP, dump)
        content = {
            "made_at": now.isoformat(timespec="seconds"),
            "portal": release.version(),
            "server": taken.server_version(),
            "migrations": taken.migrations(),
            "rows": taken.rows_by_table(),
            "files": files,
            "missing": missing,
            "digests": writer.add_digests(),
            "members": writer.members,
            "bytes": writer.size,
        }
        writer.add_manifest(writing.written(content))
    return content


@contextmanager
def _anchored(folder: Path) -> Iterator[IO[bytes]]:
    """The current anchors in an unnamed temporary file; an empty one if there are none."""
    with tempfile.TemporaryFile(dir=folder) as held:
        with suppress(FileNotFoundError), anchors.path().open("rb") as source:
            shutil.copyfileobj(source, held)
        yield held


def _certificates() -> str:
    """Certificates for verifying papers; empty if the configured ones cannot be read, which must not prevent a backup."""
    from reports.signing.keys import UnusableSigningKeyError, certificates  # noqa: PLC0415 -- the libraries that sign are large, and only here

    try:
        return certificates()
    except UnusableSigningKeyError as error:
        logger.warning("certificates are not in the backup: %s", error)
        return ""


def _added(writer: ArchiveWriter, name: str) -> bool:
    """Add a stored file; False if it is not in the storage. A file that grows meanwhile is stored in its initial length."""
    try:
        with default_storage.open(name, "rb") as file:
            writer.add(f"{writing.MEDIA}{name}", file, file.size)
    except FileNotFoundError:
        return False
    return True
