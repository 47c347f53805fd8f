"""Minimal HTTP client for measurements: one persistent connection, constant cookies, no parsing."""

import gzip
import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from tools.bench.errors import BenchError

CSRF = "b" * 32
Form = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """Status and body of a response."""

    status: int
    body: bytes

    @property
    def kilobytes(self) -> float:
        """Size of the response."""
        return len(self.body) / 1024

    @property
    def packed(self) -> float:
        """Size after gzip, KB."""
        return len(gzip.compress(self.body)) / 1024


class Browser:
    """A browser signed in with ``session`` (empty: anonymous) at a server on the loopback interface."""

    def __init__(self, port: int, session: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        cookies = f"csrftoken={CSRF}" + (f"; sessionid={session}" if session else "")
        self._headers = {"Cookie": cookies, "X-CSRFToken": CSRF, "HX-Request": ""}

    def get(self, path: str, *, part: str = "") -> Answer:
        """Response to a page request, or to an htmx request for the element with id ``part``; it must be 200."""
        headers = {"HX-Request": "true", "HX-Target": part} if part else {}
        return self._send("GET", path, None, headers, {HTTPStatus.OK})

    def post(self, path: str, form: Form, *, htmx: bool = False) -> Answer:
        """Response to a form; it must be 200, 204 or 302."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **({"HX-Request": "true"} if htmx else {})}
        wanted = {HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.FOUND}
        return self._send("POST", path, urlencode(form, doseq=True), headers, wanted)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str], wanted: set[HTTPStatus]) -> Answer:
        sent = {name: value for name, value in {**self._headers, **headers}.items() if value}
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):  # the server closed the idle connection; send again
            self._connection.close()
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
        answer = Answer(response.status, response.read())
        if answer.status not in wanted:
            msg = f"{method} {path} answered {answer.status}: {answer.body[:300].decode(errors='replace')}"
            raise BenchError(msg)
        return answer
