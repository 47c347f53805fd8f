"""Opens untrusted packed files (Word, Excel, zip); any packing error becomes one exception."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

# Everything that zipfile and its unpackers are known to raise. RuntimeError: locked with a password; NotImplementedError is one, too.
DAMAGE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
SPOILT: tuple[type[Exception], ...] = (*DAMAGE, SyntaxError, TypeError)  # readers of pictures, PDFs and sheets raise these as well
PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # what the office formats allow
CHUNK = 1024 * 1024
HEAD = 8


class DamagedError(RuntimeError):
    """A package that cannot be opened or read."""


@contextmanager
def opened(source: IO[bytes] | bytes) -> Iterator[zipfile.ZipFile]:
    """Package opened for reading. Raises ``DamagedError``, also for errors while its parts are read."""
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            if any(entry.compress_type not in PACKINGS or entry.flag_bits & 1 for entry in archive.infolist()):
                msg = "packing"
                raise DamagedError(msg)
            yield archive
    except DAMAGE as error:
        raise DamagedError(str(error)) from error


def heads(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Name and first bytes of every part, each read to its end, so that damage is found. Raises what ``opened`` converts."""
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        with archive.open(entry) as stream:
            head = stream.read(HEAD)
            yield entry.filename, head
            while stream.read(CHUNK):
                pass
