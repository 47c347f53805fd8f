"""The two pages on a record that a second person checks: check it, or send it back with a reason."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow import second_person

UNPROCESSABLE = 422


class SendBackForm(forms.Form):
    """Reason for sending back what nobody has checked."""

    reason = forms.CharField(label="退回理由", max_length=300)


def check_page(
    request: HttpRequest,
    rows: QuerySet[Any],
    pk: int,
    template: str,
    *,
    back: str | Callable[[Any], str],
    beside: Callable[[Any], dict[str, Any]] | None = None,
    returning: bool = False,
) -> HttpResponse:
    """Check a row, or send it back; ``template`` extends ``workflow/second_person.html`` and shows the row.

    What was entered anew since the page was shown is shown again instead.
    ``back``: where one came from. ``beside``: what the template shows besides the row. Who may not check the row is told that there is
    none (404).
    """
    viewer = viewer_of(request)
    row = get_object_or_404(rows, pk=pk)
    if not second_person.may_check(viewer.held, row):
        raise Http404
    back = back if isinstance(back, str) else back(row)
    form = (SendBackForm if returning else forms.Form)(request.POST if request.method == "POST" else None)
    unsaid = str(row.times_changed) if returning else ""  # who checks says what they have seen
    if request.method == "POST" and request.POST.get("times_changed", unsaid) != str(row.times_changed):
        form.add_error(None, second_person.CHANGED)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            if returning:
                second_person.send_back(row=row, reason=form.cleaned_data["reason"], by=viewer.user)
            else:
                second_person.check(row=row, by=viewer.user)
            messages.success(request, f"{row}：{'已退回' if returning else '已核对'}")
            return HttpResponseRedirect(back)
    does = ("退回", "退回") if returning else ("核对", "核对无误")
    page: dict[str, Any] = {"heading": f"{does[0]}{row.NAME}", "submit": does[1], "back": back}
    page["send_back"] = "" if returning else reverse(row.PAGES[1], args=[row.pk])
    page |= beside(row) if beside else {}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, template, {"row": row, "form": form, **page}, status=status)
