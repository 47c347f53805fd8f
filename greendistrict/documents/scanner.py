"""Asks clamd whether a file contains a virus, with its command INSTREAM over a socket.

Implemented without a library: ``clamd`` and ``pyclamd`` had their last releases in 2014 and 2017, and this is all of the protocol needed.
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import closing

from django.conf import settings

LONGEST_ANSWER = 4096
CLEAN, FOUND = "stream: OK", " FOUND"


class ScannerAway(Exception):  # noqa: N818 -- reads as a sentence
    """clamd does not answer or could not scan the file; the message says why. The state of the file is unchanged."""


def virus_in(pieces: Iterable[bytes]) -> str:
    """Name of the virus found; empty if there is none. Raises ``ScannerAway`` for any answer that is not clear."""
    try:
        with closing(_connected()) as link:
            link.sendall(b"zINSTREAM\0")
            for piece in pieces:
                link.sendall(struct.pack("!L", len(piece)) + piece)
            link.sendall(struct.pack("!L", 0))
            answer = _answer(link)
    except OSError as error:
        msg = f"查毒程序（{settings.CLAMD}）没有应答：{error.strerror or error}"
        raise ScannerAway(msg) from error
    if answer == CLEAN:
        return ""
    if answer.startswith("stream: ") and answer.endswith(FOUND):
        return answer.removeprefix("stream: ").removesuffix(FOUND)
    msg = f"查毒程序不能查这份文件：{answer or '没有说明'}"
    raise ScannerAway(msg)


def _connected() -> socket.socket:
    kind, _, rest = settings.CLAMD.partition("://")
    if kind == "unix":
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(settings.CLAMD_SECONDS)
        try:
            link.connect(rest)
        except OSError:
            link.close()
            raise
        return link
    host, _, port = rest.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=settings.CLAMD_SECONDS)


def _answer(link: socket.socket) -> str:
    found = b""
    while b"\0" not in found and len(found) < LONGEST_ANSWER and (piece := link.recv(LONGEST_ANSWER)):
        found += piece
    return found.partition(b"\0")[0].decode(errors="replace").strip()
