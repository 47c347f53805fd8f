"""Makes backups: whole or not at all, one at a time, the old ones removed."""

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
from portal.backup import encryption, manifest, record, retention, snapshot
from portal.backup.writing import ArchiveWriter, archive

logger = logging.getLogger(__name__)
PART, LOCK = ".part", ".lock"
RECEIPT_KEY, CERTIFICATES = f"{manifest.KEYS}receipt-key.pem", f"{manifest.KEYS}signing-certificates.pem"


class AlreadyRunning(RuntimeError):  # noqa: N818 -- reads as a sentence
    """Another backup is being written into the same folder."""


@dataclass(frozen=True)
class MadeBackup:
    """A backup that was written: ``missing`` are files that rows name and the storage does not have."""

    path: Path
    size: int
    files: int
    rows: int
    missing: tuple[str, ...]


def make(folder: Path, *, recipient: str = "") -> MadeBackup:
    """Write a backup into ``folder``, encrypted for ``recipient`` where one is given.

    Raises ``AlreadyRunning``, ``DumpFailed``, ``NoProgram``, ``UnusableKey``, ``OSError``.
    Until it is whole and on the disk the file has another name: what is cut off by a kill or a full disk never looks like a backup.
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
        _settle(folder)
    made = MadeBackup(path, path.stat().st_size, content["files"], sum(content["rows"].values()), tuple(content["missing"]))
    logger.info("backup %s written: %s bytes, %s files, %s rows", path.name, made.size, made.files, made.rows)
    return made


def nightly() -> int:
    """Make the backup of the night, note it, remove what need not be kept; returns its bytes, 0 where no folder is set."""
    if not settings.BACKUP_DIR:
        return 0
    folder = Path(settings.BACKUP_DIR)
    made = make(folder, recipient=settings.BACKUP_RECIPIENT)
    record.note()
    names = [path.name for path in folder.iterdir()]
    for name in retention.superfluous(names, clock.today(), settings.BACKUP_DAYS):
        (folder / name).unlink(missing_ok=True)
        logger.info("backup %s removed", name)
    return made.size


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; what a killed backup left behind goes."""
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"{folder} 中正在写入另一份备份"
            raise AlreadyRunning(msg) from error
        for left in folder.glob(f"{retention.PREFIX}*{PART}"):
            left.unlink(missing_ok=True)
        yield


def _settle(folder: Path) -> None:
    """Write the new name to the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(sink: IO[bytes], folder: Path) -> dict[str, Any]:
    """Write the archive; returns what its manifest says. The dump lies meanwhile in a file without a name, which ends with the process."""
    now = clock.now()
    with (
        _anchored(folder) as anchored,  # before the snapshot: it must know every seal that they name
        snapshot.taken() as taken,
        tempfile.TemporaryFile(dir=folder) as dump,
        tempfile.TemporaryFile(dir=folder) as digests,
        archive(sink, digests, int(now.timestamp())) as writer,
    ):
        taken.dump(dump)
        for name, pem in ((RECEIPT_KEY, sealing.public_pem()), (CERTIFICATES, _certificates())):
            writer.add_bytes(name, pem.encode())
        writer.add_file(f"{manifest.ANCHORS}{anchors.FILE}", anchored)
        missing = [name for name in taken.files() if not _added(writer, name)]
        files = writer.members - 3
        writer.add_file(manifest.DUMP, dump)
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
        writer.add_manifest(manifest.written(content))
    return content


@contextmanager
def _anchored(folder: Path) -> Iterator[IO[bytes]]:
    """The anchors as they are now, in a file without a name; an empty one where there are none."""
    with tempfile.TemporaryFile(dir=folder) as held:
        with suppress(FileNotFoundError), anchors.path().open("rb") as source:
            shutil.copyfileobj(source, held)
        yield held


def _certificates() -> str:
    """Certificates that papers are checked with; none where the configured ones cannot be read, which is no reason for having no backup."""
    from reports.signing import keys  # noqa: PLC0415 -- the libraries that sign are large, and only here

    try:
        return keys.certificates()
    except keys.UnusableSigningKeyError as error:
        logger.warning("certificates are not in the backup: %s", error)
        return ""


def _added(writer: ArchiveWriter, name: str) -> bool:
    """Add a stored file; False where the storage does not have it. A piece that grows meanwhile is taken as long as it was."""
    try:
        with default_storage.open(name, "rb") as file:
            writer.add(f"{manifest.MEDIA}{name}", file, file.size)
    except FileNotFoundError:
        return False
    return True
