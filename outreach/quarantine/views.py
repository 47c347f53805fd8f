"""Pages of filings that wait apart: the city's list with its decisions, and the sender's answer to the question for humans."""

from http import HTTPStatus
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.integers import whole
from greendistrict.core.paging import list_context
from outreach.common import humans
from outreach.common.models import HeldFiling
from outreach.common.selectors import held_of_receipt
from outreach.common.views import held_context
from outreach.opinions.selectors import term_settings
from outreach.quarantine import services
from outreach.quarantine.selectors import due_of, held_visible_to, may_decide_held, may_read_held, with_neighbours


class HeldStanding(models.TextChoices):
    """Whether somebody looked at it; what was let through is a matter of its kind."""

    WAITING = "waiting", "待核对"
    CLOSED = "closed", "已关闭"


class HeldFilter(ListFilter):
    """Filter of the list, which by default shows what waits."""

    q = WordsFilter("编号或内容", "text", "number")
    kind = ColumnFilter(Columns.of(HeldFiling, "kind")["kind"])
    standing = ChosenFilter("办理情况", HeldStanding.choices[1:], nothing=HeldStanding.WAITING.label)
    network = django_filters.CharFilter(max_length=64, widget=forms.HiddenInput)

    @property
    def is_closed(self) -> bool:
        """Whether it shows what was closed."""
        return bool(self.data.get("standing") == HeldStanding.CLOSED)

    def filter_queryset(self, queryset: QuerySet[HeldFiling]) -> QuerySet[HeldFiling]:
        """Oldest first."""
        found: QuerySet[HeldFiling] = super().filter_queryset(queryset).filter(closed_at__isnull=not self.is_closed)
        return found.order_by("filed_at", "pk")


class CloseForm(forms.Form):
    """Reason for closing filings."""

    reason = Columns.of(HeldFiling, "close_reason")["close_reason"].form_field(required=True)


SHOWN = 5  # refusals that a message quotes


@require_safe
def held_list(request: HttpRequest) -> HttpResponse:
    """What waits, folded, and what was closed."""
    if not may_read_held(viewer_of(request).held):
        raise Http404
    return _page(request, CloseForm())


def _page(request: HttpRequest, close_form: forms.Form, *, status: int = HTTPStatus.OK) -> HttpResponse:
    viewer = viewer_of(request)
    found = HeldFilter(request.GET, held_visible_to(viewer))
    context = list_context(request, with_neighbours(found.qs), found.form)
    terms, today = term_settings(), viewer.today
    dues = [(row, None if row.closed_at else due_of(row.kind, row.filed_at, terms)) for row in context["page"].object_list]
    context |= {
        "lines": [{"row": row, "due": due, "left": due and terms.calendar.left(today, due)} for row, due in dues],
        "close_form": close_form,
        "chosen": {whole(key, 0) for key in request.POST.getlist("row")},
        "errors": close_form if close_form.errors else None,
        "decides": may_decide_held(viewer.held) and not found.is_closed,
    }
    return render(request, "outreach/quarantine/held_list.html", context, status=status)


def _chosen(request: HttpRequest) -> QuerySet[HeldFiling]:
    """What still waits of the chosen rows, or of all that the filter in the address finds. Raises ``Http404``."""
    viewer = viewer_of(request)
    if not may_read_held(viewer.held):
        raise Http404
    waiting = held_visible_to(viewer).filter(closed_at__isnull=True)
    if request.POST.get("all"):
        found: QuerySet[HeldFiling] = HeldFilter(request.GET, waiting).qs
        return found
    return waiting.filter(pk__in=[whole(key, 0) for key in request.POST.getlist("row")]).order_by("filed_at", "pk")


def _again(request: HttpRequest, form: forms.Form, words: str) -> HttpResponse:
    form.add_error(None, words)
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _back(request: HttpRequest) -> HttpResponse:
    query = request.GET.urlencode()
    return redirect(f"{reverse('outreach:held_list')}{'?' if query else ''}{query}")


@require_POST
def held_release(request: HttpRequest) -> HttpResponse:
    """Let the chosen filings through; a reason for closing that was typed is shown again instead of being dropped."""
    rows = _chosen(request)
    if request.POST.get("reason", "").strip():
        return _again(request, CloseForm(request.POST), "写了关闭的理由：要关闭的，办理“写明理由关闭”；要转交的，清空理由")
    done, refused = services.release_all(rows=rows[: services.MOST_AT_ONCE], by=signed_in(request))
    if done:
        messages.success(request, f"已转交{len(done)}件，期限自收到之日起算")
    if refused:
        told = "；".join(f"{number}：{reason}" for number, reason in refused[:SHOWN])
        messages.error(request, f"{len(refused)}件没有转交。{told}")
    if not (done or refused):
        messages.error(request, "请先勾选来件")
    return _back(request)


@require_POST
def held_close(request: HttpRequest) -> HttpResponse:
    """Close the chosen filings with a reason."""
    rows, form = _chosen(request), CloseForm(request.POST)
    NotAllowed.unless(may_decide_held(viewer_of(request).held), services.OFFICER)
    keys = list(rows.values_list("pk", flat=True))
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    closed = services.close(keys=keys, by=signed_in(request), reason=form.cleaned_data["reason"])
    if not closed:
        return _again(request, form, "请先勾选来件")
    messages.success(request, f"已关闭{closed}件，提出人凭查询码可以看到理由")
    return _back(request)


@never_cache
@require_POST
def held_answer(request: HttpRequest) -> HttpResponse:
    """Let one's own filing through by answering the question for humans; a wrong answer brings another question."""
    code = request.POST.get("code", "")[: humans.LONGEST * 3]
    held = held_of_receipt(code)
    if held is None:
        raise Http404
    context: dict[str, Any] = {"row": held}
    status = HTTPStatus.OK
    if held.closed_at is None and humans.is_right(request.POST.get("asked", ""), request.POST.get("answer", "")):
        try:
            services.release(held=held, by=None)
        except Refused as refused:
            status, context["refused"] = HTTPStatus(refused.status), [refusal.text for refusal in refused.refusals]
        else:
            return render(request, "outreach/quarantine/held_done.html", context)
    elif held.closed_at is None:
        status, context["wrong"] = HTTPStatus.UNPROCESSABLE_ENTITY, True
    return render(request, "outreach/common/held_filed.html", {**context, **held_context(held, code)}, status=status)
