"""Find the signature that covers a whole PDF from its bytes alone, without parsing the file."""

import binascii
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from greendistrict.core.papers import SIGNATURE

HEAD = b"%PDF-"
RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
TIME = re.compile(rb"/M\s*\(D:(\d{14})(Z|[+-]\d\d)?'?(\d\d)?")
OCTAL = re.compile(rb"\\([0-7]{3})")
MARKS = (b"/ByteRange", SIGNATURE, b"/adbe.pkcs7.detached")
LONGEST = 1024 * 1024  # hexadecimal digits of a signature
MOST = 16  # signatures looked at
NEAR = 2048  # bytes beside the signature in which its time stands


@dataclass(frozen=True)
class FoundSignature:
    """A signature: bytes before and after its value, the value (CMS, DER padded with zeros), and the time it states."""

    before: int
    after: int
    length: int
    value: bytes
    stated: dt.datetime | None

    @property
    def end(self) -> int:
        """Position where the signed bytes end."""
        return self.after + self.length


def is_pdf(content: bytes | mmap) -> bool:
    """Whether the content starts like a PDF."""
    return content[: len(HEAD)] == HEAD


def is_signed(content: bytes | mmap) -> bool:
    """Whether the content contains any part of a signature, valid or damaged."""
    return any(content.find(mark) >= 0 for mark in MARKS)


def signatures(content: bytes | mmap) -> Iterator[FoundSignature]:
    """Signatures with a readable value, last first: the last one covers the whole file unless it was changed later."""
    places = [tuple(map(int, place.groups())) for place in RANGE.finditer(content)]
    for before, after, length in reversed(places[-MOST:]):
        if before < after <= len(content) and after + length <= len(content) and after - before <= LONGEST:
            value = _value(content[before:after])
            if value is not None:
                yield FoundSignature(before, after, length, value, _stated(content, before, after))


def _value(written: bytes) -> bytes | None:
    """Bytes of ``<hex>``; None for anything else, and for mixed upper and lower case, which no program writes."""
    digits = written[1:-1]
    if written[:1] != b"<" or written[-1:] != b">" or digits not in (digits.lower(), digits.upper()):
        return None
    try:
        return binascii.unhexlify(digits)
    except binascii.Error:
        return None


def _stated(content: bytes | mmap, before: int, after: int) -> dt.datetime | None:
    near = content[max(before - NEAR, 0) : before].rpartition(b" obj")[2] + content[after : after + NEAR].partition(b"endobj")[0]
    found = TIME.search(OCTAL.sub(lambda sign: bytes([int(sign[1], 8) & 0xFF]), near))
    if found is None:
        return None
    day, hours, minutes = found[1].decode(), (found[2] or b"Z").decode(), (found[3] or b"00").decode()
    zone = "+0000" if hours == "Z" else f"{hours}{minutes}"
    try:
        return dt.datetime.strptime(f"{day}{zone}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


class SignedBytes(io.RawIOBase):
    """The bytes that a signature covers, as a stream without a copy of the whole."""

    def __init__(self, content: bytes | mmap, found: FoundSignature) -> None:
        super().__init__()
        self._content, self._rest = content, [(0, found.before), (found.after, found.end)]

    def readable(self) -> bool:
        """Always True (interface of streams)."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what callers pass is one
        """Fill the buffer with the next bytes; returns their number, 0 at the end."""
        while self._rest:
            start, end = self._rest[0]
            piece = self._content[start : min(end, start + len(buffer))]
            if piece:
                buffer[: len(piece)] = piece
                self._rest[0] = (start + len(piece), end)
                return len(piece)
            self._rest.pop(0)
        return 0
