"""Public pages: how to ask for information, filing a request, looking up its receipt. None of them needs a script or an account."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused
from greendistrict.core.proxies import caller
from greendistrict.core.refusals import add_refusals
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, EXTEND_DISCLOSURE
from outreach.common.views import looked_up
from outreach.disclosures import selectors, services
from outreach.disclosures.forms import DisclosureForm
from outreach.disclosures.rules import may_read_disclosures
from outreach.opinions.services import may_look


@login_not_required
@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """How to ask, within which days the city replies, and the ways to file and look up a request."""
    reads_all = isinstance(request.user, User) and may_read_disclosures(request.user)
    context = {"reads_all": reads_all, "term": ANSWER_DISCLOSURE, "extension": EXTEND_DISCLOSURE}
    return render(request, "outreach/disclosures/disclosures.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_new(request: HttpRequest) -> HttpResponse:
    """The form, or the receipt of what was filed; a refused one keeps what was typed."""
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                made = services.file_disclosure(words=services.DisclosureWords(**form.words()), address=caller(request))
            except Refused as refused:
                status = HTTPStatus(refused.status)
                add_refusals(form, refused)
            else:
                context = {"row": made.request, "code": made.code, "due": selectors.due_of(made.request)}
                return render(request, "outreach/disclosures/disclosure_filed.html", context)
    return render(request, "outreach/disclosures/disclosure_new.html", {"form": form}, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_receipt(request: HttpRequest) -> HttpResponse:
    """State and reply of a request by the secret code."""
    found, status, context = looked_up(request, selectors.disclosure_of_receipt, may_look)
    context |= {"row": found, "due": selectors.due_of(found)} if found is not None else {}
    return render(request, "outreach/disclosures/disclosure_receipt.html", context, status=status)
