"""Views shared by opinions, requests for information and sign-ups: filing, receipt look-up, pages of the city."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.proxies import caller
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.core.workdays import WorkCalendar
from greendistrict.workflow.pages import NOT_YOURS
from outreach.common import bounds, humans
from outreach.common.bounds import Sender
from outreach.common.enums import FilingKind
from outreach.common.forms import PublicForm, ReceiptForm
from outreach.common.models import HeldFiling
from outreach.common.selectors import held_of_receipt
from outreach.common.services import HeldReceipt, Unanswered

T = TypeVar("T")


def looked_up(
    request: HttpRequest, find: Callable[[str], T | None], may_look: Callable[[str], bool]
) -> tuple[T | None, HTTPStatus, dict[str, Any]]:
    """Look up the object of a posted receipt code with ``find``; ``may_look`` limits the wrong codes per address.

    Returns the object (None without a code, for an unknown one, or for a filing that waits apart), the HTTP status, and the context of
    ``outreach/common/receipt.html``. The code is posted, so that it appears in no URL or log. A right code is always answered: nobody
    guesses one, and others behind the same gateway are no concern of its holder.
    """
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return None, HTTPStatus.OK, {"form": form}
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, {"form": form}
    code = form.cleaned_data["code"]
    if (found := find(code)) is not None:
        return found, HTTPStatus.OK, {"form": form, "asked": True, "found": found}
    if (held := held_of_receipt(code)) is not None:
        return None, HTTPStatus.OK, {"form": form, **held_context(held, code)}
    if not may_look(caller(request)):
        return None, HTTPStatus.TOO_MANY_REQUESTS, {"form": form, "busy": True}
    return None, HTTPStatus.NOT_FOUND, {"form": form, "asked": True, "found": None}


def held_context(held: HeldFiling, code: str) -> dict[str, Any]:
    """What a page tells of a filing that waits apart: while it waits, the question whose answer lets it through."""
    return {"held": held, "code": code, "question": None if held.closed_at else humans.new_question()}


def held_page(request: HttpRequest, made: HeldReceipt) -> HttpResponse:
    """The receipt of a filing that was kept apart."""
    context = {"row": made.held, **held_context(made.held, made.code)}
    return render(request, "outreach/common/held_filed.html", context)


def filed(
    request: HttpRequest, form: PublicForm, kind: FilingKind, store: Callable[[dict[str, Any], Sender], T]
) -> tuple[T | None, HTTPStatus]:
    """The receipt returned by ``store``; or None with the HTTP status for showing the form again with its errors.

    A form that is shown under load asks the question for humans.
    """
    made, status = _taken(request, form, store)
    if made is None and not form.asked and bounds.is_loaded(kind, caller(request)):
        form.ask()
    return made, status


def _taken(request: HttpRequest, form: PublicForm, store: Callable[[dict[str, Any], Sender], T]) -> tuple[T | None, HTTPStatus]:
    if request.method != "POST":
        return None, HTTPStatus.OK
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return store(form.words(), Sender(caller(request), answered=form.is_answered())), HTTPStatus.OK
    except Refused as refused:
        if isinstance(refused, Unanswered):
            form.ask()
        add_refusals(form, refused)
        if not any(refusal.field for refusal in refused.refusals):
            form.refused_title = "没有提交"
        return None, HTTPStatus(refused.status)


@dataclass(frozen=True)
class CityPage:
    """Page of one object with several forms: its URL name, and ``show(request, row, status=…, **bound forms that were refused)``."""

    name: str
    show: Callable[..., HttpResponse]

    def entered(  # noqa: PLR0917 -- a row, its form, what keeps it, what is said
        self,
        request: HttpRequest,
        row: Any,
        which: str,
        form: forms.Form,
        keep: Callable[..., object],
        said: str,
        *,
        may: Callable[[HeldPosts], bool],
    ) -> HttpResponse:
        """Save a form and redirect to the page; if it is invalid or refused, show the page with the form under the name ``which``."""
        NotAllowed.unless(may(viewer_of(request).held), NOT_YOURS)
        if form.is_valid():
            with RefusalsIn(form):
                keep(**form.cleaned_data)
                messages.success(request, said)
                return redirect(self.name, row.pk)
        return self.show(request, row, status=HTTPStatus.UNPROCESSABLE_ENTITY, **{which: form})


def with_days(rows: Iterable[T], due_of: Callable[[T], dt.date | None], calendar: WorkCalendar, today: dt.date) -> list[T]:
    """Rows of the city's list, each with the last day of its answer (``due``) and the working days ``left``."""
    found = list(rows)
    for row in found:
        due = due_of(row)
        vars(row).update(due=due, left=due and calendar.left(today, due))
    return found
