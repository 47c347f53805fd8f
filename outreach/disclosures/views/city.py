"""Pages of the city: the work list, one request with its extension and reply, who asked."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.core import clock, workdays
from greendistrict.core.looks import LookForm
from greendistrict.core.masks import masked_contact, masked_name, masked_phone
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import RefusalsIn
from outreach.disclosures import selectors, services
from outreach.disclosures.enums import DisclosureAsker
from outreach.disclosures.forms import DisclosureFilter, ExtendForm, ReplyForm
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.rules import may_extend_disclosures, may_read_disclosures, may_reply_disclosures

TEMPLATE = "outreach/disclosures/disclosure.html"
UNPROCESSABLE = 422


@require_safe
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """Every request with the last day of its reply."""
    user = signed_in(request)
    if not may_read_disclosures(user):
        raise Http404
    form = DisclosureFilter(request.GET)
    context = list_context(request, selectors.disclosures_matching(user, form.cleaned_data if form.is_valid() else {}), form)
    calendar, today = workdays.current(), clock.today()
    dues = [(row, selectors.due_of(row, calendar)) for row in context["page"].object_list]
    lines = [{"row": row, "due": due, "left": due and calendar.left(today, due)} for row, due in dues]
    return render(request, "outreach/disclosures/disclosure_list.html", {**context, "lines": lines})


def _seen(request: HttpRequest, pk: int) -> DisclosureRequest:
    return get_object_or_404(selectors.disclosures_visible_to(signed_in(request)), pk=pk)


def _masked(row: DisclosureRequest) -> dict[str, str]:
    name = masked_name(row.name) if row.asker == DisclosureAsker.CITIZEN else row.name
    return {"name": name, "contact": masked_contact(row.contact), "identity": masked_phone(row.identity)}


def _page(request: HttpRequest, row: DisclosureRequest, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    """The page of one request; ``given`` are the forms that were sent and refused."""
    user, due = signed_in(request), selectors.due_of(row)
    extends = due is not None and row.extended_at is None and clock.today() <= due and may_extend_disclosures(user)
    replies = due is not None and may_reply_disclosures(user)
    context = {
        "row": row,
        "due": due,
        "term": selectors.term_of(row, workdays.current()),
        "left": due and workdays.current().left(clock.today(), due),
        "masked": _masked(row),
        "extend_form": given.get("extend") or (ExtendForm() if extends else None),
        "reply_form": given.get("reply") or (ReplyForm() if replies else None),
        "errors": next(iter(given.values()), None),
    }
    return render(request, TEMPLATE, context, status=status)


def disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """One request; the officer registers the reply here."""
    row = _seen(request, pk)
    if request.method != "POST":
        return _page(request, row)
    form = ReplyForm(request.POST)
    if form.is_valid():
        with RefusalsIn(form):
            services.reply_disclosure(row=row, by=signed_in(request), answer=services.DisclosureReply(**form.cleaned_data))
            messages.success(request, "已登记答复，申请人凭查询码可以看到")
            return redirect("outreach:disclosure", row.pk)
    return _page(request, row, status=UNPROCESSABLE, reply=form)


@require_POST
def disclosure_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Extend the term of the reply with a reason."""
    row, form = _seen(request, pk), ExtendForm(request.POST)
    if form.is_valid():
        with RefusalsIn(form):
            services.extend_disclosure(row=row, by=signed_in(request), reason=form.cleaned_data["reason"])
            messages.success(request, "已延长答复期限，申请人凭查询码可以看到")
            return redirect("outreach:disclosure", row.pk)
    return _page(request, row, status=UNPROCESSABLE, extend=form)


def disclosure_identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asked: after a reason, which goes on record."""
    row, form, shown = _seen(request, pk), LookForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        shown = services.reveal_identity(row=row, by=signed_in(request), reason=form.cleaned_data["reason"])
    context = {"row": row, "form": form, "shown": shown, "masked": _masked(row)}
    return render(request, "outreach/disclosures/disclosure_identity.html", context, status=UNPROCESSABLE if form.errors else 200)
