"""Storage backend that writes a file completely or not at all."""

import errno
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from greendistrict.core import disk
from greendistrict.core.disk import FileMissing, StorageAway


class WholeFileStorage(FileSystemStorage):
    """File storage that deletes a partly written file and raises ``StorageUnavailable`` on a full disk.

    Reading raises ``FileMissing`` for a file that is gone, ``StorageAway`` for a folder that does not answer.
    """

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        try:
            opened: File[Any] = super()._open(name, mode)  # type: ignore[misc]  # its types leave it out
        except FileNotFoundError as error:
            raise FileMissing(name) from error
        except OSError as error:
            msg = f"{name}: {error.strerror or error}"
            raise StorageAway(error.errno or errno.EIO, msg) from error
        return opened

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        was_there = path.exists()
        with disk.named():
            try:
                kept: str = super()._save(name, content)  # type: ignore[misc]  # its types leave it out
            except OSError:
                if not was_there:
                    path.unlink(missing_ok=True)
                raise
        return kept
