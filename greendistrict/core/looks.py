"""Reveals masked data after a reason was given: the form, and the page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
