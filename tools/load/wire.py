"""HTTP over one kept connection of a person, by asyncio alone: sends, reads the answer to its end, and parses nothing more."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from tools.bench.client import CSRF

HEAD_END = b"\r\n\r\n"
CLOSED = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Request:
    """Path, and the form of what is posted; None for a page."""

    path: str
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Reply:
    """Status, where it leads, new version of a saved row, and the body."""

    status: int
    location: str
    version: str
    body: bytes


class KeptLine:
    """The connection of one person at the loopback interface, opened when it is needed."""

    def __init__(self, port: int, session: str) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        cookies = f"csrftoken={CSRF}" + (f"; sessionid={session}" if session else "")
        self._head = f"Host: 127.0.0.1\r\nCookie: {cookies}\r\nX-CSRFToken: {CSRF}\r\n"

    async def ask(self, request: Request) -> Reply:
        """Answer to a request; sent again once where the server had closed the idle connection before a word of it."""
        kept = self._streams is not None
        try:
            return await self._asked(request)
        except CLOSED as error:
            await self.close()
            if not kept or (isinstance(error, asyncio.IncompleteReadError) and error.partial):
                raise
            return await self._asked(request)

    async def close(self) -> None:
        """Close the connection, whatever it is at."""
        if self._streams:
            _, writer = self._streams
            self._streams = None
            writer.transport.abort()
            with suppress(OSError):  # what broke it has been told
                await writer.wait_closed()

    async def _asked(self, request: Request) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(self._bytes_of(request))
        await writer.drain()
        lines = (await reader.readuntil(HEAD_END)).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = await _body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Reply(int(lines[0].split(" ", 2)[1]), headers.get("location", ""), headers.get("x-version", ""), body)

    def _bytes_of(self, request: Request) -> bytes:
        if request.form is None:
            return f"GET {request.path} HTTP/1.1\r\n{self._head}\r\n".encode()
        body = urlencode(request.form).encode()
        typed = f"HX-Request: true\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return f"POST {request.path} HTTP/1.1\r\n{self._head}{typed}\r\n".encode() + body


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "chunked" not in headers.get("transfer-encoding", ""):
        return await reader.readexactly(int(headers.get("content-length", "0")))
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
