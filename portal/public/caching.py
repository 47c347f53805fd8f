"""Public pages for visitors come from the cache for some seconds; whoever is signed in always reads what is stored."""

import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_http_date_safe
from django.views.decorators.cache import cache_page

CARE_COOKIE = "gd_care"
PublicView = Callable[..., HttpResponse]


def cached_for_visitors(view: PublicView) -> PublicView:
    """Answer a visitor from the cache for ``GD_PUBLIC_CACHE_SECONDS``, apart for the 关怀版; 0 keeps nothing.

    Only for pages that look the same to everybody without a session. Errors are not kept, and without Redis every page is made anew.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = settings.PUBLIC_CACHE_SECONDS
        if not seconds or settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            return view(request, *args, **kwargs)
        look = "care" if request.COOKIES.get(CARE_COOKIE) == "on" else "plain"
        kept: HttpResponse = cache_page(seconds, key_prefix=f"public:{look}")(view)(request, *args, **kwargs)
        _tell_age(kept)
        return kept

    return answer


def _tell_age(kept: HttpResponse) -> None:
    """Let browsers keep a page no longer than the rest of its time, so that no visitor reads an older one than that."""
    if ends := parse_http_date_safe(kept.headers.get("Expires", "")):
        left = max(0, int(ends - time.time()))
        kept.headers["Cache-Control"] = re.sub(r"max-age=\d+", f"max-age={left}", kept.headers.get("Cache-Control", ""))
