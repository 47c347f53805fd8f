"""The calendar feed, and the page for creating or revoking its URL."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import limits
from obligations.feed import calendar_of, in_feed
from obligations.feed_tokens import digest_of, make_feed, reader_of, revoke_feed
from obligations.models import CalendarFeed

READ_AN_HOUR, HOUR = 30, 3600


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Calendar of the token's holder; uses no session."""
    viewer = Viewer(reader_of(token))
    held = viewer.held
    if not held.roles or held.is_keeper:
        raise Http404
    if not limits.within(f"calendar-feed:{digest_of(token)}", READ_AN_HOUR, seconds=HOUR):
        return HttpResponse("读取过于频繁，请一小时后再试", status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(HOUR)})
    content = calendar_of(in_feed(viewer))
    mark = quote_etag(digest_of(content.decode()))
    unchanged = get_conditional_response(request, etag=mark)
    response = unchanged or HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["ETag"] = mark
    response.headers["Cache-Control"] = f"private, max-age={HOUR}"
    response.headers["Content-Disposition"] = 'inline; filename="obligations.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def feed_settings(request: HttpRequest) -> HttpResponse:
    """Create the URL (shown once), replace it, or revoke it."""
    user = signed_in(request)
    if not viewer_of(request).held.roles:
        raise Http404
    if request.method == "POST" and request.POST.get("action") == "revoke":
        if revoke_feed(by=user):
            messages.success(request, "订阅地址已收回，日历程序不能再读取")
        return redirect("obligations:feed_settings")
    token = make_feed(by=user) if request.method == "POST" else ""
    context = {
        "address": f"{settings.SITE_URL}{reverse('obligations:feed', args=[token])}" if token else "",
        "feed": CalendarFeed.objects.filter(user=user).first(),
    }
    response = render(request, "obligations/feed_settings.html", context)
    response["Cache-Control"] = "no-store"
    return response
