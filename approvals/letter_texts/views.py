"""Text blocks of letters: list, one block with preview, versions and steps."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.letter_texts.forms import TextForm
from approvals.letter_texts.lifecycle import LETTER_WORDING
from approvals.letter_texts.rules import may_propose_text, reads_texts
from approvals.letter_texts.selectors import current_text, preview, text_lines, texts_visible_to
from approvals.letter_texts.services import propose_text
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused
from greendistrict.policy.enums import WordingState
from greendistrict.policy.letter_texts import BLOCKS
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered

TEMPLATE = "approvals/letter_texts/letter_text.html"


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not reads_texts(user):
        raise Http404
    request.nav = "policy:rule_list"  # type: ignore[attr-defined]  # read by the menu
    return user


@require_safe
def letter_text_list(request: HttpRequest) -> HttpResponse:
    """Every text block: in which letters, which version, what waits."""
    user = _reader(request)
    context = {"lines": text_lines(user), "crumbs": [("政策条款", reverse("policy:rule_list")), ("文书文本", "")]}
    return render(request, "approvals/letter_texts/letter_text_list.html", context)


def letter_text(request: HttpRequest, key: str) -> HttpResponse:
    """One block: wording in force, proposal with preview, open version with its steps, earlier versions."""
    user = _reader(request)
    if key not in BLOCKS:
        raise Http404
    context = _page(user, key, request.POST or None)
    form = context["form"]
    if request.method != "POST" or form is None:
        return render(request, TEMPLATE, context)
    if not form.is_valid():
        return render(request, TEMPLATE, context, status=UNPROCESSABLE)
    case = form.cleaned_data.pop("case")
    if "preview" in request.POST:
        if case is None:
            form.add_error("case", "请选择预览用的办件")
            return render(request, TEMPLATE, context, status=UNPROCESSABLE)
        return render(request, TEMPLATE, context | {"preview": preview(key, form.cleaned_data["text"], case, user)})
    try:
        propose_text(key=key, by=user, **form.cleaned_data)
    except Refused as refused:
        for refusal in refused.refusals:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.text)
        return render(request, TEMPLATE, context, status=refused.status)
    return _done(request, key, "已提出，待审定")


def _page(user: User, key: str, data: Any = None) -> dict[str, Any]:
    block, versions = BLOCKS[key], texts_visible_to(user).filter(key=key)
    waiting = versions.filter(status=WordingState.PROPOSED).first()
    may_propose = may_propose_text(user) and waiting is None
    form = TextForm(data, block=block, user=user, initial={"text": current_text(key)}) if may_propose else None
    return {
        "block": block,
        "current": current_text(key),
        "form": form,
        "errors": form,
        "waiting": waiting,
        "state": LETTER_WORDING.state(waiting.status) if waiting else None,
        "offered": offered(waiting, user) if waiting else [],
        "versions": [(row, LETTER_WORDING.state(row.status)) for row in versions],
        "crumbs": [("政策条款", reverse("policy:rule_list")), ("文书文本", reverse("approvals:letter_text_list")), (block.title, "")],
    }


@require_POST
def letter_text_act(request: HttpRequest, key: str) -> HttpResponse:
    """Take a step of the version that waits."""
    user = _reader(request)
    newest = texts_visible_to(user).filter(key=key).first()
    if newest is None:
        raise Http404
    page = StepPage(
        back=reverse("approvals:letter_text", args=[key]),
        again=partial(_again, request, key),
        done=lambda offer: _done(request, key, f"已办理：{offer.label}" if offer else "已办理"),
        question=lambda offer: f"{BLOCKS[key].title}：确定办理“{offer.label}”？",
    )
    return act(request, newest, page)


def _again(request: HttpRequest, key: str, refused: Refused | None, **typed: Any) -> HttpResponse:
    """The page again with the refusals of a step and the typed reason."""
    if refused is not None:
        typed["errors"] = [one.text for one in refused.refusals]
    return render(request, TEMPLATE, _page(signed_in(request), key) | typed, status=refused.status if refused else UNPROCESSABLE)


def _done(request: HttpRequest, key: str, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("approvals:letter_text", args=[key]))
