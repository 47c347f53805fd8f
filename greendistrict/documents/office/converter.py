"""LibreOffice in a process of its own, without network, database, queue, secrets and files: it is handed one file and gives one PDF back.

``python -m greendistrict.documents.office.converter`` answers at ``GD_OFFICE_CONVERTER``, one file at a time; the worker of the queue
"office" asks there. A question is a line (extension, length) and the file; an answer is ``ok`` and the length, or ``no`` and the length of
the reason, and what is that long. What comes back is checked by who asked, as any upload.
"""

import contextlib
import io
import os
import shutil
import signal
import socket
import socketserver
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from greendistrict import env
from greendistrict.documents.office import conversion
from greendistrict.documents.office.conversion import FILTERS, MOST_BYTES, NotConverted

if TYPE_CHECKING:
    from django.core.files.base import File

LINE = 100  # longest first line
HANDED_SECONDS = 20  # longest pause of the other side while it sends or takes
NO_FILE = "转换程序没有给出文件"


class ConverterAway(Exception):  # noqa: N818 -- an outcome
    """The process that converts did not answer; nothing is said about the file."""


def as_pdf(source: "File[bytes]", extension: str) -> bytes:
    """The file as PDF, made in the other process where there is one. Raises ``NotConverted`` or ``ConverterAway``."""
    if not settings.OFFICE_CONVERTER:
        return conversion.as_pdf(source, extension)
    with tempfile.TemporaryDirectory(prefix="gd-office-") as name:
        return conversion.checked(fetch(source, extension, Path(name) / "file.pdf"))


def fetch(source: "File[bytes]", extension: str, target: Path) -> Path:
    """``target``, written with the PDF of a file. Raises ``NotConverted`` or ``ConverterAway``."""
    content = source.read()
    try:
        with _connected() as link, link.makefile("rwb") as line:
            line.write(f"{extension} {len(content)}\n".encode() + content)
            line.flush()
            link.settimeout(2 * settings.OFFICE_SECONDS + HANDED_SECONDS)  # another file may be before this one
            verdict, length = _heading(line)
            if verdict == "no":
                raise NotConverted(_taken(line, min(length, MOST_BYTES)).decode(errors="replace"))
            if length > settings.GD_UPLOAD_MAX_BYTES:
                raise NotConverted(NO_FILE)
            target.write_bytes(_taken(line, length))
    except (OSError, ValueError) as error:
        msg = f"{settings.OFFICE_CONVERTER}: {error}"
        raise ConverterAway(msg) from error
    return target


def _connected() -> socket.socket:
    kind, _, rest = settings.OFFICE_CONVERTER.partition("://")
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=HANDED_SECONDS)
    link = socket.socket(socket.AF_UNIX)
    try:
        link.settimeout(HANDED_SECONDS)
        link.connect(rest)
    except OSError:
        link.close()
        raise
    return link


def _heading(line: io.BufferedIOBase) -> tuple[str, int]:
    """Word and length of the first line. Raises ``ValueError`` for a line without a number."""
    word, _, length = line.readline(LINE).decode("ascii").strip().partition(" ")
    return word, int(length)


def _taken(line: io.BufferedIOBase, length: int) -> bytes:
    content = line.read(length)
    if len(content) != length:
        msg = "broken off"
        raise ValueError(msg)
    return content


class ConverterHandler(socketserver.StreamRequestHandler):
    """Converts one file."""

    timeout = HANDED_SECONDS

    def handle(self) -> None:
        """Read the question and answer it; one that is none, or that nobody waits for any more, is dropped."""
        with contextlib.suppress(OSError, ValueError):
            extension, length = _heading(self.rfile)
            if extension not in FILTERS or length > MOST_BYTES:
                return
            content = io.BytesIO(_taken(self.rfile, length))
            with tempfile.TemporaryDirectory(prefix="gd-office-") as name:
                self._convert(content, extension, Path(name))

    def _convert(self, content: "IO[bytes]", extension: str, folder: Path) -> None:
        try:
            made, problem = conversion.converted(content, extension, folder), NO_FILE
        except NotConverted as refused:
            made, problem = folder / "none", str(refused)
        if made.is_symlink() or not made.is_file():
            words = problem.encode()
            self.wfile.write(b"no %d\n" % len(words) + words)
            return
        with made.open("rb") as stream:
            self.wfile.write(b"ok %d\n" % made.stat().st_size)
            shutil.copyfileobj(stream, self.wfile)


class _AtSocket(socketserver.UnixStreamServer):
    request_queue_size = 20


class _AtPort(socketserver.TCPServer):
    request_queue_size = 20
    allow_reuse_address = True


def server(address: str) -> socketserver.BaseServer:
    """Server at ``unix:///path`` or ``tcp://host:port``; a socket that a killed one left is replaced."""
    kind, _, rest = address.partition("://")
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        return _AtPort((host.strip("[]"), int(port)), ConverterHandler)
    Path(rest).unlink(missing_ok=True)
    mask = os.umask(0o077)
    try:
        return _AtSocket(rest, ConverterHandler)
    finally:
        os.umask(mask)


def main() -> None:
    """Answer until SIGTERM. Of the settings only those of the program are read: the others ask for secrets."""
    settings.configure(
        OFFICE_PROGRAM=env.program("GD_OFFICE_PROGRAM", "soffice"),
        OFFICE_SECONDS=env.integer("GD_OFFICE_SECONDS", 120, minimum=1),
        GD_UPLOAD_MAX_BYTES=env.integer("GD_UPLOAD_MAX_BYTES", 50 * 1024 * 1024, minimum=1),
    )

    def ended(*_: Any) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, ended)
    with server(env.address("GD_OFFICE_CONVERTER")) as answering:
        answering.serve_forever()


if __name__ == "__main__":
    main()
