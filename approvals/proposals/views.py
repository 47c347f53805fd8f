"""Page of an object that is changed by proposals: propose a change, and take steps of the pending proposal."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, act


@dataclass(frozen=True)
class ProposalPage:
    """View helper for one kind of object changed by proposals, identified by a key. The caller has checked that the person may read it.

    ``context(viewer, key, data)`` returns the template context; its ``form`` is None if the person may not propose now.
    ``newest(viewer, key)`` the newest visible proposal, ``label(key)`` the name of the object. Steps are posted to ``page`` + ``_act``.
    """

    page: str
    template: str
    context: Callable[[Viewer, str, Any], dict[str, Any]]
    newest: Callable[[Viewer, str], Any]
    label: Callable[[str], str]

    def answer(self, request: HttpRequest, key: str, propose: Callable[[dict[str, Any]], object], *, done: str) -> HttpResponse:
        """The page, or the result of a posted proposal; refusals are shown at their fields."""
        context = self.context(viewer_of(request), key, request.POST or None)
        form = context["form"]
        if request.method != "POST":
            return render(request, self.template, context)
        if form is None:
            raise NotAllowed(NOT_YOURS)
        if not form.is_valid():
            return render(request, self.template, context, status=UNPROCESSABLE)
        try:
            propose(form.cleaned_data)
        except Refused as refused:
            add_refusals(form, refused)
            return render(request, self.template, context, status=refused.status)
        return self._done(request, key, done)

    def act(self, request: HttpRequest, key: str) -> HttpResponse:
        """Take the posted step of the newest proposal. Raises ``Http404`` if there is no proposal."""
        proposal = self.newest(viewer_of(request), key)
        if proposal is None:
            raise Http404
        page = StepPage(
            back=reverse(self.page, args=[key]),
            again=partial(self._again, request, key),
            done=lambda offer: self._done(request, key, f"已办理：{offer.label}" if offer else "已办理"),
            question=lambda offer: f"{self.label(key)}：确定办理“{offer.label}”？",
        )
        return act(request, proposal, page)

    def _again(self, request: HttpRequest, key: str, refused: Refused | None, **typed: Any) -> HttpResponse:
        """The page again, with the refusals of a step and the typed reason."""
        if refused is not None:
            typed["errors"] = [refusal.text for refusal in refused.refusals]
        context = self.context(viewer_of(request), key, None) | typed
        return render(request, self.template, context, status=refused.status if refused else UNPROCESSABLE)

    def _done(self, request: HttpRequest, key: str, words: str) -> HttpResponse:
        return redirect_saying(request, words, self.page, key)
