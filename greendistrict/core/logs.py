"""Structured log lines: JSON in production, readable text elsewhere; secrets are masked in both."""

import logging
import re
from contextvars import ContextVar
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.typing import EventDict, Processor, WrappedLogger

from greendistrict.core import request_id
from greendistrict.core.django_internals import user_read

MASK = "***"
SECRET_KEY = re.compile(r"passw(or)?d|passwd|secret|token|authorization|cookie|api[_-]?key|credential", re.IGNORECASE)
# user:password@ of a URL, "password=…" and "Authorization: Bearer …" inside running text
SECRET_URL = re.compile(r"(?P<scheme>[a-z][a-z+]*://[^/\s:@]*):[^@\s/]+@", re.IGNORECASE)
SECRET_PAIR = re.compile(
    r"(?P<key>\b[\w-]*(?:password|passwd|secret|token|sessionid|api[_-]?key)[\w-]*['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,;)}]+",
    re.IGNORECASE,
)
# URLs that contain a secret: of a calendar feed, or of a link to set a password
SECRET_PATH = re.compile(r"(?P<key>/(?:obligations/feed|accounts/link)/)[\w-]+")
SECRET_HEADER = re.compile(r"(?P<key>authorization['\"]?\s*[=:]\s*['\"]?(?:\w+\s+)?)[^\s'\",;]+", re.IGNORECASE)

request_of_context: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def mask_text(text: str) -> str:
    """``text`` with passwords, tokens and URL credentials masked."""
    text = SECRET_URL.sub(rf"\g<scheme>:{MASK}@", text)
    text = SECRET_PATH.sub(rf"\g<key>{MASK}", text)
    text = SECRET_HEADER.sub(rf"\g<key>{MASK}", text)
    return SECRET_PAIR.sub(rf"\g<key>{MASK}", text)


def _masked(key: str, value: Any) -> Any:
    if SECRET_KEY.search(key):
        return MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {inner: _masked(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", item) for item in value]
    return value if value is None or isinstance(value, int | float) else mask_text(repr(value))  # such as a request, which contains its URL


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Log processor: replace values of sensitive keys, and secrets inside texts, by ``***``."""
    for key, value in event.items():
        if not key.startswith("_") and key != "exc_info":
            event[key] = _masked(key, value)
    return event


def known_user_id(request: HttpRequest | None) -> int | None:
    """Primary key of the request's user if already loaded, so that logging never causes a query."""
    key = getattr(user_read(request), "pk", None)
    return key if isinstance(key, int) else None


def add_context(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Log processor: add request id and user id of the running request or job."""
    if identifier := request_id.current():
        event.setdefault("request_id", identifier)
    if (user_id := known_user_id(request_of_context.get())) is not None:
        event.setdefault("user_id", user_id)
    return event


def formatter(*, machine_readable: bool) -> logging.Formatter:
    """Formatter of all handlers: one JSON object per line, or readable text for a terminal."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.contextvars.merge_contextvars,
        add_context,
    ]
    endings: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if machine_readable:
        endings += [structlog.processors.format_exc_info, mask_secrets, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        endings += [structlog.processors.format_exc_info, mask_secrets, structlog.dev.ConsoleRenderer(colors=False)]
    _configure_structlog(shared)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=endings)


def _configure_structlog(shared: list[Processor]) -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
