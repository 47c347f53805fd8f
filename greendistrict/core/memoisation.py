"""Memoisation of reads within one request, and values cached for the life of a process."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_held: ContextVar[dict[str, Any] | None] = ContextVar("held_reads", default=None)


@contextmanager
def held_reads() -> Iterator[None]:
    """Memoise results of ``once`` until the outermost such block ends. Only for code that changes nothing."""
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
    """Whether ``once`` has a memoised result for the key."""
    return key in (_held.get() or {})


class Kept(Generic[T]):
    """Values computed from a key alone and cached in this process; beyond ``most`` entries the oldest is dropped.

    For results whose function arguments ``lru_cache`` cannot use as key. The key must cover everything the result depends on.
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
