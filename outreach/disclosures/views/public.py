"""Public pages of requests for information: guide, filing, receipt. They need neither scripts nor an account."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Refused
from greendistrict.core.refusals import add_refusals
from greendistrict.documents.views import CLOSED
from greendistrict.policy.statutes import ANSWER_DISCLOSURE, COMPLETE_DISCLOSURE, EXTEND_DISCLOSURE
from outreach.common.enums import FilingKind
from outreach.common.services import HeldReceipt
from outreach.common.views import filed, held_page, looked_up
from outreach.disclosures import handover, selectors, services
from outreach.disclosures.enums import DisclosureProgress
from outreach.disclosures.forms import CompleteForm, DisclosureForm
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.remedies import consequence_of
from outreach.disclosures.rules import may_read_disclosures
from outreach.disclosures.services import DisclosureWords
from outreach.opinions.services import may_look

RECEIPT, COMPLETING = "outreach/disclosures/disclosure_receipt.html", "id_completing_%s"


@login_not_required
@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """How to ask, the terms of replies, and links to file and to look up a request."""
    reads_all = may_read_disclosures(viewer_of(request).held)
    terms = {"term": ANSWER_DISCLOSURE, "extension": EXTEND_DISCLOSURE, "completion": COMPLETE_DISCLOSURE}
    context = {"reads_all": reads_all, **terms}
    return render(request, "outreach/disclosures/disclosures.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_new(request: HttpRequest) -> HttpResponse:
    """The filing form, or the receipt after filing; a refused form keeps what was typed."""
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    made, status = filed(
        request, form, FilingKind.DISCLOSURE, lambda words, sender: services.take_disclosure(words=DisclosureWords(**words), sender=sender)
    )
    if isinstance(made, HeldReceipt):
        return held_page(request, made)
    if made is not None:
        context = {"row": made.request, "code": made.code, "due": selectors.due_of(made.request)}
        return render(request, "outreach/disclosures/disclosure_filed.html", context)
    return render(request, "outreach/disclosures/disclosure_new.html", {"form": form}, status=status)


def _looked_up(request: HttpRequest) -> tuple[DisclosureRequest | None, HTTPStatus, dict[str, Any]]:
    """The request of a posted code, the HTTP status, and the context of the receipt page."""
    found, status, context = looked_up(request, selectors.disclosure_of_receipt, may_look)
    context["lookup"] = reverse("outreach:disclosure_receipt")
    return found, status, context | (_told(found, request.POST["code"]) if found is not None else {})


def _told(row: DisclosureRequest, code: str) -> dict[str, Any]:
    """Context of the receipt page; its forms carry the secret code in a hidden field."""
    remedies = list(selectors.remedies_of(row))
    return {
        "row": row,
        "found": row,
        "code": code,
        "due": selectors.due_of(row),
        "files": selectors.files_given(row),
        "remedies": [(one, consequence_of(one)) for one in remedies],
        "ways": selectors.ways_of(row, remedies),
        "completing": CompleteForm(auto_id=COMPLETING) if row.progress == DisclosureProgress.INCOMPLETE else None,
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure_receipt(request: HttpRequest) -> HttpResponse:
    """State and reply of a request, for the holder of the secret code."""
    _, status, context = _looked_up(request)
    return render(request, RECEIPT, context, status=status)


@login_not_required
@never_cache
@require_POST
def disclosure_complete(request: HttpRequest) -> HttpResponse:
    """Complete a request by secret code; a refused form keeps what was typed."""
    found, status, context = _looked_up(request)
    if found is None:
        return render(request, RECEIPT, context, status=status)
    typed = CompleteForm(request.POST, auto_id=COMPLETING)
    if typed.is_valid():
        try:
            done = services.complete_disclosure(row=found, words=typed.cleaned_data["words"])
        except Refused as refused:
            add_refusals(typed, refused)
        else:
            context |= _told(done, context["code"]) | {"said": "补正已收到，答复期限自今天起计算。"}
            return render(request, RECEIPT, context)
    context |= {"refused": typed, "completing": typed}
    return render(request, RECEIPT, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@login_not_required
@never_cache
@require_POST
def disclosure_hand_over(request: HttpRequest) -> HttpResponseBase:
    """Download a file of the reply; without the secret code always the same refusal."""
    found, status, context = _looked_up(request)
    if found is None:
        return render(request, RECEIPT, context, status=status)
    if not handover.may_take(found):
        return render(request, RECEIPT, context | {"busy": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        file = handover.hand_over(row=found, key=request.POST.get("file", ""))
    except Refused as refused:
        return render(request, RECEIPT, context | {"said": str(refused)})
    if file is None:
        raise Http404
    response = FileResponse(file.file.open("rb"), as_attachment=True, filename=file.original_name, content_type=file.content_type)
    response["Content-Security-Policy"] = CLOSED
    return response
