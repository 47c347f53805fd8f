"""Answers of several views: a redirect that says what was done, the question before something is deleted, masked data shown after a reason.

A deletion is confirmed by the request itself, whether it comes from a page or a program.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url


def redirect_saying(request: HttpRequest, words: str, to: Any, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """Redirect as ``django.shortcuts.redirect`` does; the next page shows the words as a success message."""
    messages.success(request, words)
    return HttpResponseRedirect(resolve_url(to, *args, **kwargs))


ANSWER = "confirmed"
ANSWERS = frozenset({"1", "yes"})  # values sent by templates/components/delete.html and by the page of this module
LOSS = "删除后不能恢复。"
NOT_CARRIED = frozenset({ANSWER, "action", "csrfmiddlewaretoken"})


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the request contains the confirmation."""
    return request.POST.get(ANSWER) in ANSWERS


def deletion_question(request: HttpRequest, what: str, *, back: str, label: str = "删除", loss: str = LOSS) -> HttpResponse | None:
    """Page asking for confirmation, with all posted values carried over; None if the request is confirmed.

    A view calls it after checking permission and before the service: ``if asking := deletion_question(…): return asking``.
    """
    if is_confirmed(request):
        return None
    context = {
        "title": f"确认{label}",
        "question": f"{what}：确定{label}？{loss}",
        "url": request.get_full_path(),
        "label": f"确认{label}",
        "kind": "refuse",
        "hidden": {name: value for name, value in request.POST.items() if name not in NOT_CARRIED},
        "back": back,
    }
    return render(request, "components/confirm.html", context)


def deleted(
    request: HttpRequest, what: str, drop: Callable[[], object], *, back: str, to: str, loss: str = LOSS, may: bool = True
) -> HttpResponse:
    """Ask for confirmation, then delete a whole matter and redirect to ``to``; the service refuses people without permission."""
    if may and (asking := deletion_question(request, what, back=back, loss=loss)):
        return asking
    drop()
    return redirect_saying(request, f"{what}已删除", to)


class LookForm(forms.Form):
    """The reason, which is recorded with person and time."""

    reason = forms.CharField(label="查看事由", max_length=200, help_text="与查看人、时间一起记入审计记录")


def looked_at(request: HttpRequest, template: str, reveal: Callable[..., Any], **context: Any) -> HttpResponse:
    """The page with masked data; after a reason, ``reveal`` records it and returns the data shown as ``shown``."""
    form, shown = LookForm(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        shown = reveal(reason=form.cleaned_data["reason"])
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, {**context, "form": form, "shown": shown}, status=status)
