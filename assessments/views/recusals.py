"""What an applicant says before experts are drawn: bodies that took part, people who should step back; and the answers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.forms.experts import AnswerForm, BodyForm, RecusalForm
from assessments.lifecycle import RECUSAL
from assessments.models import ProjectBody, ScoreTable
from assessments.rules.experts import answers_recusal, asks_recusal, reads_recusals
from assessments.selectors import recusals as selectors
from assessments.services import recusals as services
from assessments.views.experts import UNPROCESSABLE, add_refusals
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused


def seen_table(user: User, pk: int) -> ScoreTable:
    """Return the table if its recusals are this person's business, else 404."""
    table = get_object_or_404(selectors.tables_of_recusals(user), pk=pk)
    if not reads_recusals(user, table):
        raise Http404
    return table


def context_of(user: User, table: ScoreTable, **extra: Any) -> dict[str, Any]:
    """What the page shows."""
    frozen = selectors.is_frozen(table)
    asks, answers = asks_recusal(user, table), answers_recusal(user)
    review = table.reviews.order_by("-pk").first()
    return {
        "table": table,
        "frozen": frozen,
        "bodies": table.project_bodies.all(),
        "requests": [(one, RECUSAL.state(one.status)) for one in selectors.recusals_visible_to(user, table)],
        "writes_bodies": (asks or answers) and not frozen,
        "body_form": BodyForm(),
        "asks": asks and not frozen,
        "form": RecusalForm(),
        "answers": answers,
        "answer_form": AnswerForm(),
        "review": review if answers else None,
        **extra,
    }


@login_required
@require_safe
def recusals(request: HttpRequest, pk: int) -> HttpResponse:
    """Show bodies and requests of a table."""
    user = signed_in(request)
    return render(request, "assessments/recusals.html", context_of(user, seen_table(user, pk)))


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("assessments:recusals", args=[pk]))


def _again(request: HttpRequest, table: ScoreTable, errors: Form, **extra: Any) -> HttpResponse:
    context = context_of(signed_in(request), table, errors=errors, **extra)
    return render(request, "assessments/recusals.html", context, status=UNPROCESSABLE)


@login_required
@require_POST
def recusal_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that somebody does not judge the table."""
    user = signed_in(request)
    table, form = seen_table(user, pk), RecusalForm(request.POST)
    if form.is_valid():
        try:
            services.ask(table=table, **form.cleaned_data, by=user)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return _done(request, pk, "已提出回避申请，评审秘书在名单冻结前答复")
    return _again(request, table, form, form=form)


@login_required
@require_POST
def body_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a body that took part."""
    user = signed_in(request)
    table, form = seen_table(user, pk), BodyForm(request.POST)
    if form.is_valid():
        try:
            services.add_body(table=table, **form.cleaned_data, by=user)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return _done(request, pk, "已登记参与单位")
    return _again(request, table, form, body_form=form)


@login_required
@require_POST
def body_remove(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a body out again."""
    user = signed_in(request)
    table = seen_table(user, pk)
    services.remove_body(body=get_object_or_404(ProjectBody, table=table, pk=key), by=user)
    return _done(request, pk, "已删除")


@login_required
@require_POST
def recusal_answer(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Grant or refuse a request."""
    user = signed_in(request)
    table, form = seen_table(user, pk), AnswerForm(request.POST)
    asked = get_object_or_404(selectors.recusals_visible_to(user, table), pk=key)
    if form.is_valid():
        try:
            granted = form.cleaned_data["decision"] == "grant"
            services.answer(request=asked, granted=granted, words=form.cleaned_data["words"], by=user)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return _done(request, pk, "已答复，申请单位收到通知")
    return _again(request, table, form, answer_form=form, answered=asked.pk)
