"""Reports a full or read-only disk as such instead of as an internal error."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from greendistrict.core.errors import StorageUnavailable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
FULL_WORDS = "存储空间不足，文件没有保存。请联系系统管理员腾出空间后再试"
CLOSED_WORDS = "存储现在不能写入，文件没有保存。请联系系统管理员"


class FileMissing(FileNotFoundError):  # noqa: N818 -- reads as a sentence
    """A stored file is not in the storage; ``name`` is its name there."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"文件不在存储中：{name}")


class StorageAway(OSError):  # noqa: N818 -- reads as a sentence
    """The storage does not answer or refuses the request."""


def refusal_of(error: BaseException) -> StorageUnavailable | None:
    """Refusal for an error of the disk; None for other errors."""
    number = error.errno if isinstance(error, OSError) else None
    if number in FULL:
        return StorageUnavailable(FULL_WORDS)
    return StorageUnavailable(CLOSED_WORDS) if number in CLOSED else None


def is_writable(folder: Path) -> bool:
    """Whether files can be created in a folder (a read-only disk prevents it); a missing folder counts if it can be created."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK)


@contextmanager
def named() -> Iterator[None]:
    """Context that raises ``StorageUnavailable`` instead of an error of the disk."""
    try:
        yield
    except OSError as error:
        if refused := refusal_of(error):
            raise refused from error
        raise


def make_room(path: Path, size: int) -> None:
    """Create a file and reserve ``size`` bytes, then leave it empty. Raises ``StorageUnavailable`` and removes the file."""
    with named():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(size, 1))
                file.truncate(0)
        except OSError:
            path.unlink(missing_ok=True)
            raise
