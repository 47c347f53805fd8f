"""Id of the running request or job, shared by its log lines, audit records and transition records."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")
_address: ContextVar[str] = ContextVar("address", default="")


def current() -> str:
    """Request id of this thread or task, ``""`` outside of both; at most 64 characters."""
    return _current.get()


def accepted(offered: str) -> str:
    """``offered`` if it consists of 8–64 harmless characters, otherwise a new random id."""
    return offered if SANE.fullmatch(offered) else uuid.uuid4().hex


def address() -> str:
    """Network address of the caller of the running request; ``""`` outside one."""
    return _address.get()


def begin(request_id: str) -> None:
    """Set the request id until the next job begins."""
    _current.set(request_id)


@contextmanager
def bound(request_id: str, address: str = "") -> Iterator[str]:
    """Set request id and caller's address within the block."""
    token, place = _current.set(request_id), _address.set(address[:64])
    try:
        yield request_id
    finally:
        _current.reset(token)
        _address.reset(place)
