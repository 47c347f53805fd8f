"""Views shared by opinions, requests for information and sign-ups: filing, receipt look-up, pages of the city."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.forms import ColumnsForm
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.forms import per_file
from greendistrict.core.proxies import caller
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.core.workdays import WorkCalendar
from greendistrict.workflow.pages import NOT_YOURS
from outreach.common import humans
from outreach.common.models import FilingKind, HeldFiling
from outreach.common.selectors import held_of_receipt
from outreach.common.services import HeldReceipt, Sender, Unanswered, is_loaded

TRAP = "homepage"


class PublicForm(ColumnsForm):
    """Base of forms that need no account. ``homepage`` is a honeypot: hidden from people, filled in by spam programs, then refused."""

    homepage = forms.CharField(label="此项请留空", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[TRAP] = self.fields.pop(TRAP)  # after the visible fields

    asked = ""  # token of the question for humans, if the form asks one
    refused_title = ""  # heading of the errors after a refusal that no change of the form would turn

    def clean_homepage(self) -> str:
        """Refuse a filled honeypot, with a message that helps a person who filled it in by mistake."""
        if self.cleaned_data[TRAP]:
            msg = "“此项请留空”一栏填了内容，请清空后再提交"
            raise forms.ValidationError(msg)
        return ""

    def ask(self) -> None:
        """Ask a question for humans; it need not be answered."""
        question = humans.new_question()
        hint = "现在来件很多。答对的直接转交经办；不答也可以提交，来件先核对再转交，收到的时间不变"
        entry = forms.TextInput(attrs={"autocomplete": "off"})
        self.fields["answer"] = forms.CharField(
            label=question.text, max_length=humans.LONGEST, required=False, help_text=hint, widget=entry
        )
        self.asked = question.token
        if self.is_bound:  # what was answered belongs to the question before
            typed: Any = self.data.copy()  # type: ignore[attr-defined]  # of a QueryDict or a dict
            typed["answer"] = ""
            self.data = typed

    def is_answered(self) -> bool:
        """Whether the question that came with the form was answered rightly; uses it up."""
        return humans.is_right(self.data.get("asked", ""), self.data.get("answer", ""))

    def words(self) -> dict[str, Any]:
        """Cleaned values without the honeypot, as keyword arguments of the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {TRAP, "answer"}}


class ReceiptForm(forms.Form):
    """The secret code of a receipt."""

    code = forms.CharField(
        label="查询码",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="提交时显示在回执上，如 ABCD-EFGH-JKMN-PQRS-TUVW",
    )


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
    if made is None and not form.asked and is_loaded(kind, caller(request)):
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
                with transaction.atomic():
                    for data in per_file(form.cleaned_data):
                        keep(**data)
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
