"""URLs computed once per process; lists of obligations repeat the same few hundred on every page."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import urls


def reverse(name: str, args: Sequence[Any] = ()) -> str:
    """Like Django's ``reverse``, with the script prefix of this request."""
    return _address(urls.get_script_prefix(), name, tuple(args))


@lru_cache(maxsize=20_000)
def _address(_prefix: str, name: str, args: tuple[Any, ...]) -> str:
    return urls.reverse(name, args=args)
