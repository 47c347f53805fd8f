"""Inbox pages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.core import clock
from greendistrict.notifications import services
from greendistrict.notifications.selectors import notifications_visible_to

PER_PAGE = 30


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Own messages, newest first."""
    rows = notifications_visible_to(signed_in(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page": page})


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a message is about and mark it as read."""
    user = signed_in(request)
    note = get_object_or_404(notifications_visible_to(user), pk=pk)
    services.mark_read(by=user, notification=note)
    if note.link and url_has_allowed_host_and_scheme(note.link, {request.get_host()}):
        return redirect(note.link)
    return redirect("notifications:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    notifications_visible_to(signed_in(request)).filter(read_at__isnull=True).update(read_at=clock.now())
    return redirect("notifications:inbox")
