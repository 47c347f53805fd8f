"""Answers to a form that was taken."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url


def redirect_saying(request: HttpRequest, words: str, to: Any, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
    """Redirect as ``django.shortcuts.redirect`` does; the next page shows the words as a success message."""
    messages.success(request, words)
    return HttpResponseRedirect(resolve_url(to, *args, **kwargs))
