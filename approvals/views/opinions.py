"""The list of a panel's opinions at the case: replied, compared, closed one by one; made to be printed as a table."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from approvals.forms.opinions import OpinionBodyForm, OpinionCheckForm, OpinionReplyForm
from approvals.lifecycle.opinion import OPINION
from approvals.models import Case, ReviewOpinion
from approvals.rules import answers_for, may_name_body
from approvals.selectors import cases_visible_to
from approvals.selectors.opinions import bodies_to_answer, opinions_visible_to
from approvals.services import opinions
from approvals.views.common import UNPROCESSABLE, crumbs, seen_case, typed_version
from assessments.enums import CommentKind
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.workflow.machine import State
from greendistrict.workflow.services import available_actions

DONE = {"reply": "已答复", "close": "已销号", "send_back": "已退回再答", "body": "责任单位已保存"}
FORMS: dict[str, type[forms.Form]] = {"reply": OpinionReplyForm, "close": OpinionCheckForm, "send_back": OpinionCheckForm}


@dataclass(frozen=True)
class Line:
    """One opinion with its state in words and the forms this person may use."""

    row: ReviewOpinion
    state: State
    reply: OpinionReplyForm | None
    check: OpinionCheckForm | None
    body: OpinionBodyForm | None


Typed = tuple[int, str, forms.Form]


def _lines(case: Case, user: User, typed: Typed | None, *, whole: bool) -> list[Line]:
    """Every line to who sees the case, else those given to the person's own body."""
    rows = list(_rows(case, user, whole=whole).select_related("document", "replied_by", "checked_by"))
    for row in rows:
        row.case = case  # seats ask the case; it is here already
    bodies = _bodies(case) if may_name_body(user, case) else None
    return [_line(row, user, typed, bodies) for row in rows]


def _rows(case: Case, user: User, *, whole: bool) -> QuerySet[ReviewOpinion]:
    rows = case.review_opinions.all()
    return rows if whole else rows.filter(organisation_id__in=answers_for(user))


def _bodies(case: Case) -> list[tuple[int, str]]:
    return list(bodies_to_answer(case).values_list("pk", "name"))


def _line(row: ReviewOpinion, user: User, typed: Typed | None, bodies: list[tuple[int, str]] | None) -> Line:
    offered = {offer.action for offer in available_actions(OPINION, row, user)}
    given = {typed[1]: typed[2]} if typed and typed[0] == row.pk else {}
    prefix = f"o{row.pk}"
    reply = OpinionReplyForm(initial={"reply": row.reply}, prefix=prefix) if "reply" in offered else None
    check = OpinionCheckForm(prefix=prefix) if "close" in offered else None
    body = None
    if bodies is not None and row.status != "closed":
        now = {"organisation": row.organisation_id, "body": "" if row.organisation_id else row.body}
        body = OpinionBodyForm(initial=now, prefix=f"{prefix}b", bodies=bodies)
    compared = given.get("close") or given.get("send_back")
    return Line(
        row=row,
        state=OPINION.state(row.status),
        reply=given.get("reply", reply),  # type: ignore[arg-type]  # the form of that action
        check=compared or check,  # type: ignore[arg-type]
        body=given.get("body", body),  # type: ignore[arg-type]
    )


def seen_list(request: HttpRequest, pk: int) -> tuple[Case, bool]:
    """The case and whether the person sees the whole of it, or only what was given to the own body. Raises ``Http404``."""
    user = signed_in(request)
    if cases_visible_to(user).filter(pk=pk).exists():
        return seen_case(request, pk), True
    rows = Case.objects.filter(review_opinions__in=opinions_visible_to(user)).distinct()
    return get_object_or_404(rows.select_related("district", "applicant", "review"), pk=pk), False


def _page(request: HttpRequest, case: Case, typed: Typed | None = None, *, whole: bool, status: int = 200, **extra: Any) -> HttpResponse:
    lines = _lines(case, signed_in(request), typed, whole=whole)
    left = [line.row for line in lines if line.row.status != "closed"]
    here = ("评审意见逐条办理", "")
    context = {
        "case": case,
        "whole": whole,
        "lines": lines,
        "left": len(left),
        "musts": sum(row.kind == CommentKind.MUST for row in left),
        "handled": [line for line in lines if line.reply or line.check or line.body],
        "crumbs": crumbs(case, here) if whole else [here],
        **extra,
    }
    return render(request, "approvals/case_opinions.html", context, status=status)


@login_required
@require_GET
def case_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list with what this person may do with each line; there is none before the conclusion."""
    case, whole = seen_list(request, pk)
    concluded = case.review is not None and case.review.concluded_at is not None
    if not concluded and not case.review_opinions.exists():
        raise Http404
    return _page(request, case, whole=whole)


@login_required
@require_POST
def opinion_step(request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
    """Reply, close, send back, or name the body; what is refused or stale is shown at its line with what was typed."""
    user = signed_in(request)
    case, whole = seen_list(request, pk)
    row = get_object_or_404(_rows(case, user, whole=whole), pk=opinion)
    action = request.POST.get("action", "")
    form = _form(request, case, row, action)
    if not form.is_valid():
        return _page(request, case, (row.pk, action, form), whole=whole, status=UNPROCESSABLE, errors=form)
    try:
        _take(row, action, form.cleaned_data, typed_version(request), user)
    except NotAllowed:
        raise
    except Refused as refused:
        for refusal in refused.refusals:
            named = "note" if refusal.field == "reason" else refusal.field
            form.add_error(named if named in form.fields else None, refusal.text)
        status = Stale.status if isinstance(refused, Stale) else UNPROCESSABLE
        return _page(request, case, (row.pk, action, form), whole=whole, status=status, errors=form)
    messages.success(request, f"第{row.number}条{DONE[action]}")
    return HttpResponseRedirect(f"{reverse('approvals:case_opinions', args=[case.pk])}#opinion-{row.pk}")


def _form(request: HttpRequest, case: Case, row: ReviewOpinion, action: str) -> forms.Form:
    """The form of an action with what was typed. Raises ``Http404`` for an unknown one."""
    if action == "body":
        return OpinionBodyForm(request.POST, prefix=f"o{row.pk}b", bodies=_bodies(case))
    if action not in FORMS:
        raise Http404
    return FORMS[action](request.POST, request.FILES, prefix=f"o{row.pk}")


def _take(row: ReviewOpinion, action: str, typed: dict[str, Any], version: int | None, user: User) -> None:
    if action == "reply":
        opinions.reply(opinion=row, text=typed["reply"], upload=typed["upload"] or None, version=version, by=user)
    elif action == "body":
        opinions.name_body(opinion=row, organisation=typed["organisation"], body=typed["body"], version=version, by=user)
    else:
        opinions.check(opinion=row, action=action, note=typed["note"], version=version, by=user)
