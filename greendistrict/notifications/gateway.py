"""HTTP client of channels run by providers: one request, and whether the provider accepted it, refused it, or left it open.

URLs and responses may contain keys and phone numbers, so requests are not logged, and errors contain the provider's code only.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from greendistrict.workflow.outbox import NotTaken

LARGEST_ANSWER = 100_000
FAILED = frozenset({429, 500, 503})  # the provider states that it did nothing
SERVER_ERROR = 500  # other codes may come from a proxy, which does not know the outcome


class NoAnswerError(Exception):
    """The provider was reached but did not say whether it accepted the message."""


def call(method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, Any]]:
    """Status and decoded JSON of the answer to one request, without redirects.

    Raises ``NotTaken`` if the provider was not reached, ``NoAnswerError`` if no response came.
    """
    address = urlsplit(url)
    connection = (
        http.client.HTTPSConnection(address.netloc, timeout=settings.EMAIL_TIMEOUT, context=ssl.create_default_context())
        if address.scheme == "https"
        else http.client.HTTPConnection(address.netloc, timeout=settings.EMAIL_TIMEOUT)
    )
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotTaken(_words(address.hostname, type(error).__name__)) from error
        target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
        try:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(_words(address.hostname, type(error).__name__)) from None
    finally:
        connection.close()
    return _read(answer.status, content, address.hostname or "")


def _read(status: int, content: bytes, host: str) -> tuple[int, Mapping[str, Any]]:
    if status in FAILED:
        raise NotTaken(_words(host, f"HTTP {status}"))
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if status >= SERVER_ERROR or not isinstance(found, dict):
        raise NoAnswerError(_words(host, f"HTTP {status}"))
    return status, found


def _words(host: str | None, what: str) -> str:
    return f"{host}: {what}"
