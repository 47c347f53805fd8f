"""Short-lived page cache for anonymous visitors; signed-in people always get a fresh page."""

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
    """Serve visitors from the cache for ``GD_PUBLIC_CACHE_SECONDS``, 关怀版 separately; 0 disables the cache.

    Only for pages that are the same for everybody without a session. Errors are not cached; without Redis every page is rendered anew.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seconds = settings.PUBLIC_CACHE_SECONDS
        if not seconds or settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            return view(request, *args, **kwargs)
        look = "care" if request.COOKIES.get(CARE_COOKIE) == "on" else "plain"
        kept: HttpResponse = cache_page(seconds, key_prefix=f"public:{look}")(view)(request, *args, **kwargs)
        # Set ``max-age`` to the remaining lifetime of the cached page, so that browsers do not keep it longer.
        if ends := parse_http_date_safe(kept.headers.get("Expires", "")):
            left = max(0, int(ends - time.time()))
            kept.headers["Cache-Control"] = re.sub(r"max-age=\d+", f"max-age={left}", kept.headers.get("Cache-Control", ""))
        return kept

    return answer
