"""Pages of plot changes: the list, and one change with its preview before confirmation."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from districts.file.models.district import District
from districts.file.rules import is_preparer
from districts.file.services import hold_right
from districts.file.views.common import UNPROCESSABLE, district_of_form, district_to_read, section_context
from districts.plot_changes import forms
from districts.plot_changes.proposals import Proposal
from districts.plot_changes.selectors import taken_back
from districts.plot_changes.services import against_revoking, hold_outside_baseline, record_change, revoke_change
from districts.plots.frozen import frozen_among
from districts.plots.models import Plot
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.refusals import RefusalsIn, add_refusals


@require_safe
def plot_change_list(request: HttpRequest, code: str) -> HttpResponse:
    """Recorded changes of a district, newest first."""
    district, _editable = district_to_read(request, code)
    page = Paginator(district.plot_changes.select_related("document", "recorded_by"), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {**section_context(request, district, "plot_list"), "page": page, "taken_back": taken_back(district)}
    return render(request, "districts/plot_changes/plot_change_list.html", context)


def plot_change(request: HttpRequest, code: str, pk: int, kind: str) -> HttpResponse:
    """Content of a change; then its preview with day, ground and file, and the confirmation.

    Whoever goes back from the preview finds day, ground and file below the content. For a plot of the pilot baseline a link to the change
    case instead.
    """
    district = district_of_form(request, code)
    plot: Plot = get_object_or_404(district.plots.all(), pk=pk)
    plot.district = district
    act = forms.acts().get(kind)
    if act is None:
        raise Http404
    form = act.form(request.POST or None, plot=plot)
    context: dict[str, Any] = {"district": district, "plot": plot, "act": act, "acts": forms.acts().values(), "form": form}
    if TYPED in request.POST:
        context["ground"] = forms.GroundForm(request.POST, request.FILES, today=viewer_of(request).today, judged=False)
    if frozen_among(district, [plot]):
        asked = {"district": district.code, "kind": f"plot_{act.kind}", "plot": plot.number}
        asking = urlencode(asked) if is_preparer(viewer_of(request).held, district) else ""
        status = Refused.status if request.method == "POST" else 200
        return render(request, TEMPLATE, {**context, "form": None, "is_frozen": True, "asking": asking}, status=status)
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, TEMPLATE, context, status=UNPROCESSABLE if form.errors else 200)
    try:
        proposal = form.proposing()()
        hold_outside_baseline(proposal)
    except Refused as refused:
        add_refusals(form, refused)
        return render(request, TEMPLATE, context, status=UNPROCESSABLE)
    return _confirm(request, district, form, proposal, context)


def plot_change_revoke(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Reasons against revoking a change, or the form that revokes it; all readers of the file see the reasons."""
    district, editable = district_to_read(request, code)
    change = get_object_or_404(district.plot_changes.select_related("document", "recorded_by"), pk=pk)
    change.district = district
    if request.method == "POST":
        hold_right(signed_in(request), district)
    against = against_revoking(change)
    form = forms.RevokeForm(request.POST or None) if (editable or request.method == "POST") and not against else None
    if form and request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            revoke_change(change=change, by=signed_in(request), **form.cleaned_data)
            messages.success(request, f"{change}已撤回")
            return redirect("districts:plot_change_list", code=code)
    status = 200 if request.method != "POST" else UNPROCESSABLE
    context = {"district": district, "change": change, "against": against, "form": form, "editable": editable}
    return render(request, "districts/plot_changes/plot_change_revoke.html", context, status=status)


TEMPLATE = "districts/plot_changes/plot_change.html"
TYPED = "act-reason"  # a field of the preview, which a form sent before it does not have


def _confirm(
    request: HttpRequest, district: District, form: forms.PlotChangeForm, proposal: Proposal, context: dict[str, Any]
) -> HttpResponse:
    """The preview, and the change itself once day, ground and file are given."""
    confirmed = "confirmed" in request.POST
    ground = (
        forms.GroundForm(request.POST, request.FILES, today=viewer_of(request).today)
        if confirmed
        else context.get("ground") or forms.GroundForm(today=viewer_of(request).today)
    )
    status = 200
    if confirmed and ground.is_valid():
        try:
            change = record_change(
                district=district,
                propose=form.proposing(),
                read=request.POST.get("read", ""),
                by=signed_in(request),
                **ground.cleaned_data,
            )
        except NotAllowed:
            raise
        except Refused as refused:
            add_refusals(ground, refused)
            status = Stale.status if isinstance(refused, Stale) else UNPROCESSABLE
        else:
            messages.success(request, f"地块变更已登记，{change}")
            return redirect("districts:plot_control", code=district.code, pk=change.after[0]["id"])
    elif confirmed:
        status = UNPROCESSABLE
    context |= {"proposal": proposal, "ground": ground}
    return render(request, "districts/plot_changes/plot_change_confirm.html", context, status=status)
