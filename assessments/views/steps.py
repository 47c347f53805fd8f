"""What the pages of filed matters share: a step with its question, the file shown again, the version a form was made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.services import Offered, available_actions

UNPROCESSABLE = 422


@dataclass(frozen=True)
class FilePage:
    """The page of one kind of filed matter: who sees which, what it shows, what its guards ask, how a step is taken.

    ``seen(user, pk)`` raises ``Http404``; ``context(user, found, **extra)`` is what the template shows; ``take(found, action=, by=,
    reason=, version=)`` raises ``Refused``. ``page`` is the address of the file, its steps are posted to ``page`` + ``_action``.
    """

    page: str
    template: str
    machine: Machine
    seen: Callable[[User, int], Any]
    context: Callable[..., dict[str, Any]]
    facts: Callable[[Any], Mapping[str, Any]]
    take: Callable[..., object]

    def again(self, request: HttpRequest, pk: int, refused: Refused | None = None, **extra: Any) -> HttpResponse:
        """Show the file once more with what stands against a change; what was typed comes in ``extra``."""
        user = signed_in(request)
        if refused is not None:
            extra["errors"] = [one.text for one in refused.refusals]
        context = self.context(user, self.seen(user, pk), **extra)
        return render(request, self.template, context, status=refused.status if refused else UNPROCESSABLE)

    def done(self, request: HttpRequest, pk: int, words: str, anchor: str = "") -> HttpResponse:
        """Back to the file with what was done."""
        messages.success(request, words)
        return HttpResponseRedirect(reverse(self.page, args=[pk]) + anchor)

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the posted step; a refusal shows the file again with every reason and what was typed."""
        user = signed_in(request)
        found = self.seen(user, pk)
        action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
        offered = available_actions(self.machine, found, user, self.facts(found))
        offer = next((one for one in offered if one.action == action), None)
        if offer is not None and wants_asking(request, offer):
            addresses = {"url": reverse(f"{self.page}_action", args=[pk]), "back": reverse(self.page, args=[pk])}
            return ask_once_more(request, found, offer, **addresses)
        try:
            self.take(found, action=action, by=user, reason=reason, version=typed_version(request))
        except Refused as refused:
            return self.again(request, pk, refused, reason=reason)
        return self.done(request, pk, f"已办理：{offer.label}" if offer else "已办理")


def typed_version(request: HttpRequest) -> int:
    """Version in the form; -1, which fits nothing, where none came."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() else -1


def wants_asking(request: HttpRequest, offer: Offered) -> bool:
    """Whether a step that cannot be taken back has not been asked about yet."""
    return offer.confirm and not offer.refusals and request.POST.get("confirmed") != "yes"


def ask_once_more(request: HttpRequest, found: Model, offer: Offered, *, url: str, back: str) -> HttpResponse:
    """The page that says what a step does and whom it tells; version and reason are carried over."""
    context = {
        "title": offer.label,
        "question": f"{found}：确定办理“{offer.label}”？",
        "effects": [text for text in (offer.message, f"通知{offer.told}" if offer.told else "") if text],
        "url": url,
        "action": offer.action,
        "label": offer.label,
        "kind": "refuse" if offer.tone == "danger" else "primary",
        "reason": request.POST.get("reason", ""),
        "reason_required": offer.reason_required,
        "hidden": {"version": vars(found)["version"]},
        "back": back,
    }
    return render(request, "components/confirm.html", context)
