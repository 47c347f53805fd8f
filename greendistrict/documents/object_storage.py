"""Files in an S3-compatible object storage.

Unfinished uploads and files of refused forms stay in the local folder, because pieces must be appended to them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3File, S3Storage

from greendistrict.core.disk import FileMissing, StorageAway
from greendistrict.core.errors import StorageUnavailable
from greendistrict.documents.storage import WholeFileStorage

LOCAL = "uploads"
IN_MEMORY = 1024 * 1024  # bytes of a file kept in memory when read; larger ones use a temporary file
SECONDS, ATTEMPTS = 20, 3
WORDS = "文件存储现在没有应答，文件没有保存。请稍后再试，或联系系统管理员"
FAULTS = (ClientError, BotoCoreError, Boto3Error)


@contextmanager
def _as_disk() -> Iterator[None]:
    """Convert errors of the storage to ``OSError``, as a disk would raise."""
    try:
        yield
    except FAULTS as error:
        raise StorageAway(str(error)) from error


class ObjectFile(S3File):  # type: ignore[misc]  # the library has no types
    """An object opened for reading; it is fetched when its first byte is read."""

    def _get_file(self) -> Any:
        with _as_disk():
            return super()._get_file()

    def _set_file(self, value: Any) -> None:
        self._file = value

    file = property(_get_file, _set_file)


class ObjectStorage(S3Storage):  # type: ignore[misc]  # as above
    """Objects with the names stored in rows; never overwritten."""

    def __init__(self, **given: Any) -> None:
        # Only checksums that every such storage supports; no threads, because workers fork.
        config = Config(
            s3={"addressing_style": "path"}, signature_version="s3v4", connect_timeout=SECONDS, read_timeout=SECONDS,
            retries={"max_attempts": ATTEMPTS}, request_checksum_calculation="when_required", response_checksum_validation="when_required",
        )  # fmt: skip
        own = {"file_overwrite": False, "default_acl": None, "max_memory_size": IN_MEMORY, "client_config": config}
        super().__init__(**own, transfer_config=TransferConfig(use_threads=False), **given)
        self.local = WholeFileStorage()

    def _home(self, name: str) -> "FileSystemStorage | None":
        return self.local if name == LOCAL or name.startswith(f"{LOCAL}/") else None

    def _open(self, name: str, mode: str = "rb") -> Any:
        if home := self._home(name):
            return home.open(name, mode)
        try:
            return ObjectFile(self._normalize_name(name), mode, self)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004 -- the object does not exist
                raise FileMissing(name) from error
            raise StorageAway(str(error)) from error
        except FAULTS as error:
            raise StorageAway(str(error)) from error

    def _save(self, name: str, content: "File[Any]") -> str:
        if home := self._home(name):
            return home.save(name, content)
        with _as_disk():
            return str(super()._save(name, content))

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store a file. Raises ``StorageUnavailable``; an object becomes visible only when complete, so that a failure leaves nothing."""
        try:
            return str(super().save(name, content, max_length))
        except StorageAway as away:
            raise StorageUnavailable(WORDS) from away

    def delete(self, name: str) -> None:
        """Delete a file."""
        if home := self._home(name):
            home.delete(name)
            return
        with _as_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether a file is there."""
        if home := self._home(name):
            return home.exists(name)
        with _as_disk():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        """Bytes of a file. Raises ``FileNotFoundError``."""
        if home := self._home(name):
            return home.size(name)
        with _as_disk():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> Any:
        """When the file was stored."""
        if home := self._home(name):
            return home.get_modified_time(name)
        with _as_disk():
            return super().get_modified_time(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Folders and files in a folder; at the top level, those of the local folder and of the storage."""
        if home := self._home(name):
            return home.listdir(name)
        with _as_disk():
            folders, files = super().listdir(name)
        if not name and self.local.exists(LOCAL):
            folders = [*folders, LOCAL]
        return folders, files
