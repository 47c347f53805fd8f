"""Memoisation: reads repeated within one request, and values kept for the life of a process."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_held: ContextVar[dict[str, Any] | None] = ContextVar("held_reads", default=None)


@contextmanager
def held_reads() -> Iterator[None]:
    """Memoise what ``once`` reads until the outermost such block ends. Only around code that changes nothing."""
    outer = _held.get()
    token = _held.set({} if outer is None else outer)
    try:
        yield
    finally:
        _held.reset(token)


def once(key: str, read: Callable[[], T]) -> T:
    """Result of ``read()``, memoised under ``key`` within ``held_reads``."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    found: T = held[key]
    return found


def is_held(key: str) -> bool:
    """Whether ``once`` has read this within ``held_reads``."""
    return key in (_held.get() or {})


class Kept(Generic[T]):
    """Values computed from a key alone and cached in this process; the oldest is dropped beyond ``most`` entries.

    For results that ``lru_cache`` cannot key by the arguments of the function. The key must cover everything the result depends on.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[Hashable, T] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Cached value of the key, computed if missing."""
        found = self._held.get(key)
        if found is None:
            found = make()
            with self._lock:
                self._held[key] = found
                if len(self._held) > self._most:
                    del self._held[next(iter(self._held))]
        return found
