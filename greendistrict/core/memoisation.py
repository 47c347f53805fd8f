"""Memoisation of reads within one request, and values cached for the life of a process."""

from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held_reads", default=None)
_writes: ContextVar[int] = ContextVar("acts recorded", default=0)


@contextmanager
def held_reads() -> Iterator[None]:
    """Memoise results of ``once`` until the outermost such block ends, or something is written (``forget``)."""
    outer = _held.get()
    token = _held.set({} if outer is None else outer)
    try:
        yield
    finally:
        _held.reset(token)


@contextmanager
def read_apart() -> Iterator[None]:
    """A memory of its own for what is read on other terms than the rest of the page, as under an assumed setting."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


class Memory:
    """Results of functions by their hashable arguments, until something is written (``forget``)."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}
        self._writes = _writes.get()

    def once(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Result of the function; within ``held_reads`` that of the block, whoever remembers it."""
        held = _held.get()
        if held is None:
            if self._writes != _writes.get():
                self._found, self._writes = {}, _writes.get()
            held = self._found
        return _remembered(held, function, *args, **kwargs)


def once(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Result of the function with these hashable arguments, memoised within ``held_reads``.

    The function is its own key: one of a module or a method of a constant, never a closure, which would be another one each time.
    """
    held = _held.get()
    return function(*args, **kwargs) if held is None else _remembered(held, function, *args, **kwargs)


def _remembered(held: dict[Hashable, Any], function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    key = (function, args, *sorted(kwargs.items())) if kwargs else (function, args)
    if key not in held:
        held[key] = function(*args, **kwargs)
    found: T = held[key]
    return found


def is_held(function: Callable[..., Any], *args: Hashable) -> bool:
    """Whether ``once`` has a memoised result of the function with these arguments."""
    return (function, args) in (_held.get() or {})


def forget() -> None:
    """Forget what is memoised, because something was written; called by whatever records an act (``audit.services.record``)."""
    _writes.set(_writes.get() + 1)
    if held := _held.get():
        held.clear()


def as_key(only: Collection[int] | None) -> tuple[int, ...] | None:
    """Keys of rows in the form in which they are an argument of ``once``; None, which means all, stays None."""
    return None if only is None else tuple(sorted(only))


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
