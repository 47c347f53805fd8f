"""URLs computed once per process (lists of obligations repeat the same few hundred on every page), and the page that sent a request."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import urls
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def reverse(name: str, args: Sequence[Any] = ()) -> str:
    """Like Django's ``reverse``, with the script prefix of this request."""
    return _address(urls.get_script_prefix(), name, tuple(args))


@lru_cache(maxsize=20_000)
def _address(_prefix: str, name: str, args: tuple[Any, ...]) -> str:
    return urls.reverse(name, args=args)


def sent_from(request: HttpRequest) -> str:
    """Path and query of the page of the portal that sent the request; empty if the browser does not tell or names another site."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    page = urlsplit(referer)
    return f"{page.path}?{page.query}" if page.query else page.path
