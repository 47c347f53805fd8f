"""Pages of opinions: those of the public and those of the city."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases.models.correspondence import Notice
from approvals.publicity.selectors import notices_public
from districts.file.models.district import District
from districts.file.selectors.visibility import public_districts
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core import clock, workdays
from greendistrict.core.answers import looked_at
from greendistrict.core.masks import masked_contact
from greendistrict.core.paging import PAGE_ROWS, list_context
from outreach.common.areas import area_names
from outreach.common.models import FilingKind
from outreach.common.services import HeldReceipt
from outreach.common.views import CityPage, filed, held_page, looked_up, with_days
from outreach.opinions import selectors, services
from outreach.opinions.columns import OPINION_LIST
from outreach.opinions.forms import AnswerForm, AsideForm, OpinionFilter, OpinionForm, PublicOpinionFilter, SummaryForm
from outreach.opinions.models import OpinionProgress, PublicOpinion
from outreach.opinions.selectors import due_of, may_handle_opinions, may_read_opinions, opinions_visible_to, term_of, term_settings
from outreach.opinions.services import OpinionWords

# Pages of the city: the list, one opinion with answer and summary, the sender's contact.

TEMPLATE = "outreach/opinions/opinion.html"


@require_safe
def opinion_list(request: HttpRequest) -> HttpResponse:
    """Every opinion with the last day of its answer."""
    viewer = viewer_of(request)
    if not may_read_opinions(viewer.held):
        raise Http404
    found = OpinionFilter(request.GET, opinions_visible_to(viewer))
    context = list_context(request, found.qs, found.form)
    terms = term_settings()
    page = context["page"]
    rows = OPINION_LIST.rows_of(with_days(page.object_list, lambda one: due_of(one, terms), terms.calendar, viewer.today))
    context["shown"] = OPINION_LIST.html(rows, viewer.today, RowAddress("outreach:opinion"), first=page.start_index())
    return render(request, "outreach/opinions/opinion_list.html", context)


def _seen(request: HttpRequest, pk: int) -> PublicOpinion:
    return get_object_or_404(opinions_visible_to(viewer_of(request)), pk=pk)


def _page(request: HttpRequest, found: PublicOpinion, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    """Render the page of one opinion; ``given`` are bound forms that were refused."""
    term = term_of(found, term_settings())
    due = term and term.awaited_on
    viewer = viewer_of(request)
    handles, progress = may_handle_opinions(viewer.held), found.progress
    open_here = handles and found.objection is None and progress == OpinionProgress.AWAITED
    publishes = handles and found.may_publish and progress == OpinionProgress.ANSWERED
    summary = {"summary": found.summary, "areas": found.areas, "answer_summary": found.answer_summary or found.source.reply[:500]}
    context = {
        "opinion": found,
        "term": term,
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


# Public pages of opinions: published summaries, filing, receipt. They need neither scripts nor an account.

FILE_TEMPLATE = "outreach/opinions/opinion_file.html"


@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """Published summaries with answers, newest first, and links to file an opinion."""
    found = PublicOpinionFilter(request.GET, selectors.opinions_published())
    page = Paginator(found.qs, PAGE_ROWS).get_page(request.GET.get("page"))
    reads_all = may_read_opinions(viewer_of(request).held)
    lines = [(one, area_names(one.areas)) for one in page]
    context = {"page": page, "lines": lines, "total": page.paginator.count, "form": found.form, "reads_all": reads_all}
    return render(request, "outreach/opinions/opinions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_on_programme(request: HttpRequest) -> HttpResponse:
    """File an opinion on the programme."""
    return _file(request, "对绿色生态城区工作的意见", {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_on_district(request: HttpRequest, code: str) -> HttpResponse:
    """File an opinion on a district of the register."""
    district = public_districts().filter(code=code).first()
    if district is None:
        raise Http404
    return _file(request, f"对{district.name}的意见", {"district": district})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_on_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """File an objection to a notice during its notice period."""
    notice = get_object_or_404(notices_public(), pk=pk)
    today = clock.today()
    is_open = notice.opens_on <= today <= notice.closes_on and notice.closed_at is None
    return _file(request, "对公示的异议", {"notice": notice}, is_open=is_open)


def _file(request: HttpRequest, heading: str, on: "dict[str, Any]", *, is_open: bool = True) -> HttpResponse:
    """The filing form, or the receipt after filing; a refused form keeps what was typed."""
    form = OpinionForm(request.POST if request.method == "POST" else None, on_notice=bool(on.get("notice")))
    made, status = filed(
        request, form, FilingKind.OPINION, lambda words, sender: services.take_opinion(words=OpinionWords(**words), sender=sender, **on)
    )
    if isinstance(made, HeldReceipt):
        return held_page(request, made)
    if made is not None:
        term = selectors.term_of(made.opinion, selectors.term_settings())
        return render(request, "outreach/opinions/opinion_filed.html", {"row": made.opinion, "code": made.code, "term": term})
    notice: Notice | None = on.get("notice")
    district: District | None = on.get("district")
    context = {"form": form, "notice": notice, "district": district, "subject_heading": heading, "is_open": is_open}
    return render(request, FILE_TEMPLATE, context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_receipt(request: HttpRequest) -> HttpResponse:
    """State and answer of an opinion, for the holder of the secret code."""
    found, status, context = looked_up(request, selectors.opinion_of_receipt, services.may_look)
    context |= {"opinion": found, "term": selectors.term_of(found, selectors.term_settings())} if found is not None else {}
    return render(request, "outreach/opinions/opinion_receipt.html", context, status=status)
