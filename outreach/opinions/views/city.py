"""Pages of the city: the list, one opinion with answer and summary, the sender's contact."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core import workdays
from greendistrict.core.looks import looked_at
from greendistrict.core.masks import masked_contact
from greendistrict.core.paging import list_context
from outreach.common.areas import area_names
from outreach.common.views import CityPage, with_days
from outreach.opinions import selectors, services
from outreach.opinions.columns import OPINION_LIST
from outreach.opinions.enums import OpinionProgress
from outreach.opinions.forms import AnswerForm, AsideForm, OpinionFilter, SummaryForm
from outreach.opinions.models import PublicOpinion
from outreach.opinions.rules import may_handle_opinions, may_read_opinions

TEMPLATE = "outreach/opinions/opinion.html"


@require_safe
def opinion_list(request: HttpRequest) -> HttpResponse:
    """Every opinion with the last day of its answer."""
    viewer = viewer_of(request)
    if not may_read_opinions(viewer.held):
        raise Http404
    found = OpinionFilter(request.GET, selectors.opinions_visible_to(viewer))
    context = list_context(request, found.qs, found.form)
    terms = selectors.term_settings()
    page = context["page"]
    rows = OPINION_LIST.rows_of(with_days(page.object_list, lambda one: selectors.due_of(one, terms), terms.calendar, viewer.today))
    context["shown"] = OPINION_LIST.html(rows, viewer.today, RowAddress("outreach:opinion"), first=page.start_index())
    return render(request, "outreach/opinions/opinion_list.html", context)


def _seen(request: HttpRequest, pk: int) -> PublicOpinion:
    return get_object_or_404(selectors.opinions_visible_to(viewer_of(request)), pk=pk)


def _page(request: HttpRequest, found: PublicOpinion, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    """Render the page of one opinion; ``given`` are bound forms that were refused."""
    due = selectors.due_of(found, selectors.term_settings())
    viewer = viewer_of(request)
    handles, progress = may_handle_opinions(viewer.held), found.progress
    open_here = handles and found.objection is None and progress == OpinionProgress.AWAITED
    publishes = handles and found.may_publish and progress == OpinionProgress.ANSWERED
    summary = {"summary": found.summary, "areas": found.areas, "answer_summary": found.answer_summary or found.source.reply[:500]}
    context = {
        "opinion": found,
        "due": due,
        "left": due and workdays.current().left(viewer.today, due),
        "masked": masked_contact(found.source.contact),
        "answer_form": given.get("answer") or (AnswerForm() if open_here else None),
        "aside_form": given.get("aside") or (AsideForm() if open_here else None),
        "summary_form": given.get("summary") or (SummaryForm(initial=summary) if publishes else None),
        "errors": next(iter(given.values()), None),
        "areas": area_names(found.areas),
        "handles": handles,
    }
    return render(request, TEMPLATE, context, status=status)


PAGE = CityPage("outreach:opinion", _page)


def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of one opinion; the officer answers it here, an objection on its case."""
    found = _seen(request, pk)
    if request.method != "POST":
        return _page(request, found)
    keep = partial(services.answer_opinion, opinion=found, by=signed_in(request))
    return PAGE.entered(request, found, "answer", AnswerForm(request.POST), keep, "已答复，提出人凭查询码可以看到", may=may_handle_opinions)


@require_POST
def opinion_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Set an opinion aside with a reason."""
    found = _seen(request, pk)
    keep = partial(services.set_aside, opinion=found, by=signed_in(request))
    return PAGE.entered(request, found, "aside", AsideForm(request.POST), keep, "已记为不予办理", may=may_handle_opinions)


@require_POST
def opinion_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish or change the summary."""
    found = _seen(request, pk)
    keep = partial(services.publish_opinion, opinion=found, by=signed_in(request))
    return PAGE.entered(request, found, "summary", SummaryForm(request.POST), keep, "摘要已公开", may=may_handle_opinions)


@require_POST
def opinion_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published summary."""
    found = _seen(request, pk)
    services.withdraw_summary(opinion=found, by=signed_in(request))
    messages.success(request, "摘要已撤下")
    return redirect("outreach:opinion", found.pk)


def opinion_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sender's contact for a stated reason, which is audited."""
    found = _seen(request, pk)
    template, reveal = "outreach/opinions/opinion_contact.html", partial(services.reveal_contact, opinion=found, by=signed_in(request))
    return looked_at(request, template, reveal, opinion=found, masked=masked_contact(found.source.contact))
