"""Reads that one page makes many times over, made once: switched on by the view that composes many apps, off everywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_held: ContextVar[dict[str, Any] | None] = ContextVar("held_reads", default=None)


@contextmanager
def held_reads() -> Iterator[None]:
    """Keep what ``once`` reads until the block ends. Only for code that changes nothing."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def once(key: str, read: Callable[[], T]) -> T:
    """Return ``read()``, or within ``held_reads`` what it gave the first time under this key."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    found: T = held[key]
    return found
