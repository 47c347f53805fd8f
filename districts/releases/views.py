"""Page of a release: what the public reads or would read, the form of whoever releases or withdraws it, and the record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from districts.releases.models import PublicRelease
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import UNPROCESSABLE, asked_first


def _form_of(columns: Columns, data: QueryDict | None = None) -> ColumnsForm:
    @with_columns(columns)
    class ReleaseForm(ColumnsForm):
        pass

    return ReleaseForm(data)


@dataclass(frozen=True)
class ReleasePage:
    """Page of one matter for one viewer, at ``address``; its withdrawal is posted to ``withdraw/`` below.

    ``columns`` are typed for a release. ``may``: whether the viewer releases and withdraws; ``only`` says who does. ``ready``: whether
    there is something to release.
    ``what`` is said to be public, ``asked`` names it in the question before the release. ``release`` and ``withdraw`` are the services of
    the matter, with ``by`` and what was typed left open. ``context()`` returns what the template shows, with ``live``, what is released.
    """

    template: str
    address: str
    viewer: Viewer
    columns: Columns
    may: bool
    only: str
    what: str
    asked: str
    release: Callable[..., PublicRelease]
    withdraw: Callable[..., PublicRelease]
    context: Callable[[], dict[str, Any]]
    ready: bool = True

    def show(self, request: HttpRequest) -> HttpResponse:
        """The page; a POST releases, once it was confirmed. Raises ``NotAllowed``."""
        if request.method != "POST":
            return self._page(request)
        form = _form_of(self.columns, request.POST)
        return self._acted(request, "form", form, lambda: self.release(by=self.viewer.user, **form.cleaned_data), "已向公众公开")

    def take_back(self, request: HttpRequest) -> HttpResponse:
        """Withdraw what is released. Raises ``NotAllowed``."""
        form = _form_of(self._reason, request.POST)

        def act() -> PublicRelease:
            return self.withdraw(by=self.viewer.user, reason=form.cleaned_data["withdrawal"])

        return self._acted(request, "withdrawal", form, act, "已撤回，公众不再看到")

    @property
    def _reason(self) -> Columns:
        return Columns(self.columns.model, withdrawal=TextColumn(rows=2)).needed()

    def _acted(self, request: HttpRequest, name: str, form: ColumnsForm, act: Callable[[], object], words: str) -> HttpResponse:
        NotAllowed.unless(self.may, self.only)
        status = UNPROCESSABLE
        if form.is_valid():
            with RefusalsIn(form) as refusing:
                if name == "form":
                    question = f"向公众公开{self.asked}？依据：{form.cleaned_data['basis']}"
                    if asking := asked_first(request, act, title="向公众公开", question=question, back=request.path):
                        return asking
                act()
                messages.success(request, f"{self.what}{words}")
                return HttpResponseRedirect(self.address)
            status = refusing.code
        return self._page(request, status, errors=form, **{name: form})

    def _page(self, request: HttpRequest, status: int = 200, **bound: Any) -> HttpResponse:
        context = {
            **bound,
            **self.context(),
            "address": self.address,
            "form": bound.get("form", _form_of(self.columns)) if self.may and self.ready else None,
            "withdrawal": bound.get("withdrawal", _form_of(self._reason)) if self.may else None,
        }
        return render(request, self.template, context, status=status)
