"""Pages of recusals: bodies that took part, requests of the applicant, answers of the secretariat."""

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.recusals import selectors, services
from assessments.recusals.forms import BodyForm, RecusalForm
from assessments.recusals.lifecycle import RECUSAL, answers_recusal, asks_recusal, reads_recusals
from assessments.recusals.models import ProjectBody, RecusalRequest
from assessments.tables.models import ScoreTable
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered


def seen_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table if the user may read its recusals; else raises ``Http404``."""
    table = get_object_or_404(selectors.tables_of_recusals(viewer), pk=pk)
    if not reads_recusals(viewer.held, table):
        raise Http404
    return table


def context_of(viewer: Viewer, table: ScoreTable, **extra: Any) -> dict[str, Any]:
    """Template context of the page."""
    frozen, typed = selectors.is_frozen(table), {extra.get("answered"): extra.pop("reason", "")}
    held = viewer.held
    asks, answers = asks_recusal(held, table), answers_recusal(held)
    review = table.reviews.order_by("-pk").first()
    return {
        "table": table,
        "frozen": frozen,
        "bodies": table.project_bodies.all(),
        "requests": [
            {**_line(viewer, table, recusal, frozen=frozen), "reason": typed.get(recusal.pk, "")}
            for recusal in selectors.recusals_visible_to(viewer, table)
        ],
        "writes_bodies": (asks or answers) and not frozen,
        "body_form": BodyForm(),
        "asks": asks and not frozen,
        "form": RecusalForm(),
        "review": review if answers else None,
        **extra,
    }


def _line(viewer: Viewer, table: ScoreTable, asked: RecusalRequest, *, frozen: bool) -> dict[str, Any]:
    asked.table = table
    offers = offered(asked, viewer.user, {"frozen": frozen})
    return {"asked": asked, "state": RECUSAL.state(asked.status), "offered": offers, "prefix": f"r{asked.pk}"}


@require_safe
def recusals(request: HttpRequest, pk: int) -> HttpResponse:
    """Show named bodies and requests of a table."""
    viewer = viewer_of(request)
    return render(request, "assessments/recusals/recusals.html", context_of(viewer, seen_table(viewer, pk)))


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    return redirect_saying(request, words, "assessments:recusals", pk)


def _again(
    request: HttpRequest, table: ScoreTable, errors: Form | list[str] | None, *, status: int = UNPROCESSABLE, **extra: Any
) -> HttpResponse:
    context = context_of(viewer_of(request), table, errors=errors, **extra)
    return render(request, "assessments/recusals/recusals.html", context, status=status)


@require_POST
def recusal_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Request that somebody does not judge the table."""
    viewer = viewer_of(request)
    table, form = seen_table(viewer, pk), RecusalForm(request.POST)
    NotAllowed.unless(asks_recusal(viewer.held, table), NOT_YOURS)
    if form.is_valid():
        with RefusalsIn(form, passing=()):
            services.ask(table=table, **form.cleaned_data, by=viewer.user)
            return _done(request, pk, "已提出回避申请，评审秘书在名单冻结前答复")
    return _again(request, table, form, form=form)


@require_POST
def body_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a body that took part."""
    viewer = viewer_of(request)
    table, form = seen_table(viewer, pk), BodyForm(request.POST)
    held = viewer.held
    NotAllowed.unless(asks_recusal(held, table) or answers_recusal(held), NOT_YOURS)
    if form.is_valid():
        with RefusalsIn(form, passing=()):
            services.add_body(table=table, **form.cleaned_data, by=viewer.user)
            return _done(request, pk, "已登记参与单位")
    return _again(request, table, form, body_form=form)


@require_POST
def body_remove(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Remove a named body."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    body = get_object_or_404(ProjectBody, table=table, pk=key)
    held = viewer.held
    if asks_recusal(held, table) or answers_recusal(held):
        asking = deletion_question(request, f"{body.get_role_display()}“{body.name}”", back=reverse("assessments:recusals", args=[pk]))
        if asking:
            return asking
    services.remove_body(body=body, by=viewer.user)
    return _done(request, pk, "已删除")


@require_POST
def recusal_answer(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Grant or refuse a request."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    asked = get_object_or_404(selectors.recusals_visible_to(viewer, table), pk=key)
    page = StepPage(
        back=reverse("assessments:recusals", args=[pk]),
        again=lambda refused, errors=None, **typed: _refused(request, table, refused, errors, answered=key, **typed),
        done=lambda _: _done(request, pk, "已答复，申请单位收到通知"),
    )
    return act(request, asked, page)


def _refused(request: HttpRequest, table: ScoreTable, refused: Refused | None, errors: Form | None, **typed: Any) -> HttpResponse:
    """Show the page again with the refusals of the answer and what was typed."""
    if refused is None:
        return _again(request, table, errors, **typed)
    return _again(request, table, [refusal.text for refusal in refused.refusals], status=refused.status, **typed)
