"""Page for answering a question about a plot."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from districts.common.enums import OpinionPurpose
from districts.file.views.common import UNPROCESSABLE
from districts.land.green_indicators import indicators
from districts.plausibility.selectors import answered
from districts.plots.columns import PLOT
from districts.plots.forms import BACKFILL, ConsultationReplyForm, DesignOpinionForm, mark_needed
from districts.plots.models import PlotOpinion
from districts.plots.rules import answers_opinion, may_answer
from districts.plots.services.opinions import answer_opinion
from districts.plots.views.access import plot_to_read
from districts.plots.views.control import page_address
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.workflow.pages import StepPage, act
from greendistrict.workflow.procedure import offered


def _seen(request: HttpRequest, code: str, pk: int) -> PlotOpinion:
    opinions = PlotOpinion.objects.select_related("plot__district", "organisation", "answered_by", "asked_by")
    opinion = get_object_or_404(opinions, pk=pk, plot__district__code=code)
    plot_to_read(request, code, opinion.plot_id)
    return opinion


def opinion_answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Answer for the body that was asked; editors of the plot enter paper answers."""
    opinion, viewer = _seen(request, code, pk), viewer_of(request)
    if not may_answer(viewer.held, opinion):
        msg = f"这份意见由{opinion.organisation or opinion.department}答复"
        raise NotAllowed(msg)
    if opinion.purpose == OpinionPurpose.CONDITIONS:
        return _reply(request, opinion)
    files = request.FILES if request.method == "POST" else None
    typed, on_paper = request.POST if request.method == "POST" else None, opinion.organisation_id is None
    form = DesignOpinionForm(typed, files, initial={"on": viewer.today}, on_paper=on_paper)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            answer_opinion(opinion=opinion, by=viewer.user, **form.cleaned_data)
            return _answered(request, opinion)
    return _page(request, opinion, form, status=UNPROCESSABLE if form.errors else 200)


def _reply(request: HttpRequest, opinion: PlotOpinion) -> HttpResponse:
    """Take the step of plot control that the reply with requirements is."""
    control, rows = opinion.plot.control, opinion.plot.indicators.all()
    brought = any(row.required not in {None, ""} for row in rows)
    if request.method != "POST":
        form = ConsultationReplyForm(rows=rows, initial={"on": viewer_of(request).today})
        return _page(request, opinion, form, brought=brought, offered=offered(control, signed_in(request)))

    def again(refused: Refused | None, **_typed: Any) -> HttpResponse:
        typed = ConsultationReplyForm(request.POST, request.FILES, rows=rows)
        if refused is not None:
            add_refusals(typed, refused)
        return _page(request, opinion, typed, brought=brought, status=refused.status if refused else UNPROCESSABLE)

    page = StepPage(page_address(opinion.plot), again, lambda _offer: _answered(request, opinion), action="reply")
    return act(request, control, page)


def _answered(request: HttpRequest, opinion: PlotOpinion) -> HttpResponse:
    messages.success(request, "答复已登记")
    return HttpResponseRedirect(page_address(opinion.plot))


def _page(request: HttpRequest, opinion: PlotOpinion, form: Form, *, status: int = 200, **extra: Any) -> HttpResponse:
    backfills = not answers_opinion(viewer_of(request).held, opinion)
    if backfills and isinstance(form, ConsultationReplyForm):
        mark_needed(form, *BACKFILL)
    context = {
        "district": opinion.plot.district,
        "plot": opinion.plot,
        "facts": PLOT.part("land_use", "area_ha", "acquisition", "owner").facts(opinion.plot),
        "opinion": opinion,
        "answered": answered(opinion.plot.district.plots.filter(pk=opinion.plot_id)),
        "form": form,
        "backfills": backfills,
        "required": [form[f"{key}-required"] for key in indicators()] if isinstance(form, ConsultationReplyForm) else [],
        **extra,
    }
    return render(request, "districts/plots/opinion_answer.html", context, status=status)
