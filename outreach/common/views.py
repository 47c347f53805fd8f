"""Views that opinions, requests for information and sign-ups share: filing, look-up of a receipt, lists and forms of the city."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.proxies import caller
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.core.workdays import WorkCalendar
from outreach.common.forms import PublicForm, ReceiptForm

T = TypeVar("T")


def looked_up(
    request: HttpRequest, find: Callable[[str], T | None], may_look: Callable[[str], bool]
) -> tuple[T | None, HTTPStatus, dict[str, Any]]:
    """Look up by ``find`` what the posted secret code of a receipt leads to; ``may_look`` bounds the tries of an address.

    Returns what was found (None without a code, with an unknown one, or beyond the bound), the status of the answer and the context of
    ``outreach/common/receipt.html``. The code is sent in the body, so that it stands in no address or log.
    """
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return None, HTTPStatus.OK, {"form": form}
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, {"form": form}
    if not may_look(caller(request)):
        return None, HTTPStatus.TOO_MANY_REQUESTS, {"form": form, "busy": True}
    found = find(form.cleaned_data["code"])
    return found, HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND, {"form": form, "asked": True, "found": found}


def filed(request: HttpRequest, form: PublicForm, file: Callable[[dict[str, Any], str], T]) -> tuple[T | None, HTTPStatus]:
    """What ``file`` stored of the words and for the address; None, and the status of the page that keeps what was typed, if nothing was."""
    if request.method != "POST":
        return None, HTTPStatus.OK
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        return file(form.words(), caller(request)), HTTPStatus.OK
    except Refused as refused:
        add_refusals(form, refused)
        return None, HTTPStatus(refused.status)


@dataclass(frozen=True)
class CityPage:
    """Page of one row with several forms: its address, and ``show(request, row, status=…, **forms that were sent and refused)``."""

    name: str
    show: Callable[..., HttpResponse]

    def entered(  # noqa: PLR0917 -- a row, its form, what keeps it, what is said
        self, request: HttpRequest, row: Any, which: str, form: forms.Form, keep: Callable[..., object], said: str
    ) -> HttpResponse:
        """Keep what was typed and go back; the page with the form as ``which`` where it is wrong or refused."""
        if form.is_valid():
            with RefusalsIn(form):
                keep(**form.cleaned_data)
                messages.success(request, said)
                return redirect(self.name, row.pk)
        return self.show(request, row, status=HTTPStatus.UNPROCESSABLE_ENTITY, **{which: form})


def with_days(rows: Iterable[T], due_of: Callable[[T], dt.date | None], calendar: WorkCalendar) -> list[dict[str, Any]]:
    """Lines of the city's list: each row with the last day of its answer and how far away that is."""
    dues, today = [(row, due_of(row)) for row in rows], clock.today()
    return [{"row": row, "due": due, "left": due and calendar.left(today, due)} for row, due in dues]
