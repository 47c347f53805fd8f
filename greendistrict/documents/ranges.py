"""Parts of a file by the HTTP header ``Range``; the viewer reads large papers page by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File

PIECE = 64 * 1024
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class UnsatisfiableError(Exception):
    """The range begins after the end of the file."""


@dataclass(frozen=True)
class ByteRange:
    """Bytes ``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


def asked_part(header: str, size: int) -> ByteRange | None:
    """The requested part; None for the whole file: no range, several ranges, or an unsupported one (RFC 9110, 14.2).

    Raises ``UnsatisfiableError``.
    """
    found = ONE_RANGE.fullmatch(header.strip().lower())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        if not int(last) or not size:
            raise UnsatisfiableError
        return ByteRange(max(0, size - int(last)), size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableError
    return ByteRange(int(first), min(int(last), size - 1) if last else size - 1)


class RangeContent:
    """Content of a part in chunks; closes the file at the end of the response."""

    def __init__(self, stream: "File[Any]", part: ByteRange) -> None:
        self._stream = stream
        self._left = part.size
        stream.seek(part.first)

    def __iter__(self) -> Iterator[bytes]:
        """The next piece, as long as there is one."""
        while self._left and (piece := self._stream.read(min(PIECE, self._left))):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        """Called by the response, also of one that nobody read."""
        self._stream.close()
