"""Taking a step: from the decision panel, or on the step's own page with its consequences and fields."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.enums import CaseKind
from approvals.forms import steps as step_forms
from approvals.letters import letters_of
from approvals.lifecycle import machine_of, state_of
from approvals.models import Case
from approvals.selectors import cases_visible_to
from approvals.views.common import UNPROCESSABLE, crumbs, offers, page_of, refused_form, seen_case, typed_version
from approvals.views.ways import WAYS_OF
from greendistrict.accounts.http import signed_in
from greendistrict.core.errors import Refused
from greendistrict.workflow.services import Offered

RECEIPT_AFTER = frozenset({"sign", "answer", "resubmit"})
FROZEN_KINDS = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Decision panel: a simple step is taken at once, one that asks for more opens its page with what was typed."""
    if request.method != "POST":  # a reload, or the way back from a refusal
        return HttpResponseRedirect(reverse("approvals:case", args=[seen_case(request, pk).pk]))
    case, action = seen_case(request, pk), request.POST.get("action", "")
    choice = _offered(request, case, action)
    if choice is not None and (page := page_of(choice, case)):
        return HttpResponseRedirect(page)
    ways = WAYS_OF[case.kind]
    if action not in ways:
        raise Http404
    form = ways[action].form(request.POST, request.FILES, case=case)
    is_simple = not (form.asks_more_than_reason or (choice and choice.confirm))
    if is_simple and form.is_valid():
        return _take(request, case, action, form, choice)
    fresh = ways[action].form(case=case, initial={"reason": request.POST.get("reason", "")})
    return _page(request, case, action, fresh, choice)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Page of one step: consequences, who is told, fields, what stands against it."""
    case = seen_case(request, pk)
    if action not in WAYS_OF[case.kind]:
        raise Http404
    choice = _offered(request, case, action)
    way = WAYS_OF[case.kind][action]
    if request.method != "POST":
        return _page(request, case, action, way.form(case=case), choice)
    form = way.form(request.POST, request.FILES, case=case)
    if not form.is_valid():
        return _page(request, case, action, form, choice)
    return _take(request, case, action, form, choice)


def _offered(request: HttpRequest, case: Case, action: str) -> Offered | None:
    return next((choice for choice in offers(case, signed_in(request)) if choice.action == action), None)


def _take(request: HttpRequest, case: Case, action: str, form: step_forms.StepForm, choice: Offered | None) -> HttpResponse:
    try:
        WAYS_OF[case.kind][action].service(case=case, by=signed_in(request), version=typed_version(request), **form.cleaned_data)
    except Refused as refused:
        return refused_form(request, "approvals/case_action.html", _context(case, action, form, choice), refused)
    messages.success(request, f"已办理：{_label(case, action, choice)}")
    name = "approvals:case_receipt" if action in RECEIPT_AFTER and case.kind in FROZEN_KINDS else "approvals:case"
    if action == "discard" or not cases_visible_to(signed_in(request)).filter(pk=case.pk).exists():  # a draft again, and not theirs
        return HttpResponseRedirect(reverse("approvals:case_list"))
    return HttpResponseRedirect(reverse(name, args=[case.pk]))


def _page(request: HttpRequest, case: Case, action: str, form: step_forms.StepForm, choice: Offered | None) -> HttpResponse:
    if choice is None:  # the case moved on, or the step is somebody else's: say which
        msg = f"办件现为“{state_of(case).label}”，这一步现在不由您办理"
        if request.method == "POST":
            raise Refused(msg)
        messages.warning(request, msg)
        return HttpResponseRedirect(reverse("approvals:case", args=[case.pk]))
    return render(request, "approvals/case_action.html", _context(case, action, form, choice), status=UNPROCESSABLE if form.errors else 200)


def _context(case: Case, action: str, form: step_forms.StepForm, choice: Offered | None) -> dict[str, Any]:
    label = _label(case, action, choice)
    drafts = [kind for kind in letters_of(case, inside=True) if action in kind.actions] if choice else []  # the seat of the step reads them
    return {
        "case": case,
        "drafts": drafts,
        "action": action,
        "label": label,
        "form": form,
        "choice": choice,
        "version": case.version,
        "crumbs": crumbs(case, (label, "")),
    }


def _label(case: Case, action: str, choice: Offered | None) -> str:
    if choice is not None:
        return choice.label
    known = next((transition for transition in machine_of(case).transitions if transition.action == action), None)
    return known.label if known else str(case)
