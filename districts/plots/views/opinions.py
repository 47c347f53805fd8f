"""Answering a question about a plot, and the reply as a printable letter."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from districts.common.enums import OpinionPurpose
from districts.file.rules import fills_plot
from districts.file.views.common import UNPROCESSABLE, add_refusals
from districts.land.greenindicators import indicators, show
from districts.plots.forms.plots import AnswerForm, ReplyForm
from districts.plots.models import PlotOpinion
from districts.plots.rules import answers_opinion
from districts.plots.services.plotcontrol import reply_conditions
from districts.plots.services.plotopinions import answer_opinion
from districts.plots.views.access import plot_to_read
from districts.plots.views.control import page_address
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused


def _seen(request: HttpRequest, code: str, pk: int) -> PlotOpinion:
    opinions = PlotOpinion.objects.select_related("plot__district", "organisation", "answered_by", "asked_by")
    opinion = get_object_or_404(opinions, pk=pk, plot__district__code=code)
    plot_to_read(request, code, opinion.plot_id)
    return opinion


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Answer for the body that was asked; a paper answer is entered by those who fill in the plot."""
    opinion, user = _seen(request, code, pk), signed_in(request)
    if not _may_answer(user, opinion):
        msg = f"这份意见由{opinion.organisation or opinion.department}答复"
        raise NotAllowed(msg)
    form = _form(request, opinion)
    if request.method == "POST" and form.is_valid():
        try:
            _save(opinion, form, user)
        except NotAllowed:
            raise
        except Refused as refused:
            names = {refusal.field: refusal.field.replace(".", "-") for refusal in refused.refusals}
            add_refusals(form, refused, aliases=names)
        else:
            messages.success(request, "答复已登记")
            return HttpResponseRedirect(page_address(opinion.plot))
    context = {
        "district": opinion.plot.district,
        "plot": opinion.plot,
        "opinion": opinion,
        "form": form,
        "required": [form[f"{key}-required"] for key in indicators()] if isinstance(form, ReplyForm) else [],
    }
    return render(request, "districts/plots/opinion_answer.html", context, status=UNPROCESSABLE if form.errors else 200)


def _may_answer(user: User, opinion: PlotOpinion) -> bool:
    if opinion.answered_on:
        return False
    return answers_opinion(user, opinion) if opinion.organisation_id else fills_plot(user, opinion.plot.district)


def _form(request: HttpRequest, opinion: PlotOpinion) -> Any:
    data, initial = request.POST if request.method == "POST" else None, {"on": clock.today()}
    if opinion.purpose == OpinionPurpose.CONDITIONS:
        return ReplyForm(data, rows=opinion.plot.indicators.all(), initial=initial)
    return AnswerForm(data, initial=initial)


def _save(opinion: PlotOpinion, form: Any, user: User) -> None:
    values = {name: form.cleaned_data[name] for name in ("number", "text", "on")}
    if isinstance(form, ReplyForm):
        reply_conditions(opinion=opinion, required=form.required_values(), by=user, **values)
    else:
        answer_opinion(opinion=opinion, result=form.cleaned_data["result"], by=user, **values)


@login_required
@require_safe
def opinion_letter(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The reply to a consultation as a letter for printing; a draft is none."""
    opinion = _seen(request, code, pk)
    if not opinion.answered_on:
        msg = "尚未答复，没有复函"
        raise Refused(msg)
    asked = [(known, show(known, opinion.required[key])) for key, known in indicators().items() if opinion.required.get(key)]
    context = {"opinion": opinion, "plot": opinion.plot, "district": opinion.plot.district, "asked": asked}
    return render(request, "districts/plots/opinion_letter.html", context)
