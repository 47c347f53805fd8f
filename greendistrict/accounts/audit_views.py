"""Audit log pages. They stand here because the audit app must not import roles."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.selectors import records
from greendistrict.audit.verification import verify

PER_PAGE = 50


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Records newest first; ``?verify=1`` checks the whole chain and its anchors."""
    if not posts_of(signed_in(request)).has(Role.AUDIT_KEEPER):
        raise Http404
    text = request.GET.get("q", "").strip()[:60]
    page = Paginator(records(text), PER_PAGE).get_page(request.GET.get("page"))
    checked = verify() if request.GET.get("verify") == "1" else None
    context = {"page": page, "text": text, "checked": checked}
    return render(request, "audit/event_list.html", context)
