"""Second person of a waiver: check it, or send it back with a reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from greendistrict.accounts.viewer import viewer_of
from greendistrict.workflow.second_person import may_check
from greendistrict.workflow.second_person_pages import check_page
from obligations.models import Exemption
from obligations.selectors import obligation_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def waiver_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a waiver that somebody else decided; one of a matter done meanwhile, or whose title ended, can only be sent back."""
    viewer = viewer_of(request)
    row = Exemption.objects.waiting().filter(pk=pk).first()
    if request.method == "POST" and row is not None and may_check(viewer.held, row):
        found = obligation_of(viewer, row.obligation)
        if found is not None and not found.is_undone:
            messages.error(request, f"{found.district}{found.title}{found.state(viewer.today).label}，免报不再核对，请写明理由退回")
            return redirect("obligations:waiver_return", pk=pk)
    return _second_person(request, pk)


@require_http_methods(METHODS)
def waiver_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a waiver back that somebody else decided; the obligation stays as it is."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    viewer, rows = viewer_of(request), Exemption.objects.waiting().select_related("decided_by")

    def beside(row: Exemption) -> dict[str, Any]:
        return {"obligation": obligation_of(viewer, row.obligation)}

    listed = reverse("obligations:obligation_list")
    return check_page(request, rows, pk, "obligations/waiver_check.html", back=listed, beside=beside, returning=returning)
