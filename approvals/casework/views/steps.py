"""Take a step of a case: from the decision panel, or on the step's own page with consequences and fields; the grounds of its decision."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.cases import forms as cases_forms
from approvals.cases.lifecycle import machine_of, state_of
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_secretary
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.selectors.materials import hidden_slots
from approvals.cases.views import crumbs, offers, page_of, refused_form, seen_case, typed_version
from approvals.casework.letters import letters_of
from approvals.casework.selectors.decision_grounds import replay_of
from approvals.casework.selectors.verification import verify
from approvals.casework.views.cases import case_page
from approvals.changes.views import change_context
from approvals.common.enums import CaseKind
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.workflow.dry_run import is_decisive
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, ask, take_posted, would_do
from greendistrict.workflow.procedure import STALE, barred, posted, procedure_of
from greendistrict.workflow.services import Offered


@require_safe
def case_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """决定回放: what the decision was based on, part by part, compared with what is stored and recomputed."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    held = viewer.held
    found, inside = verify(case), is_city(held) or is_secretary(held, case)
    if not found.frozen or (not inside and "decision" in hidden_slots(case)):  # a loss of title is disclosed once it is delivered
        raise Http404
    context = {
        "case": case,
        "found": found,
        "sections": replay_of(case, inside=inside),
        "records": case.decision_records.select_related("by"),
        "inside": inside,
        "crumbs": crumbs(case, ("决定依据与复核", "")),
    }
    return render(request, "approvals/titles/case_decision.html", context)


TEMPLATE = "approvals/requests/case_action.html"


def case_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Decision panel: take a simple step at once; show the step's page, keeping the reason, if it needs more fields or a confirmation."""
    if request.method != "POST":  # a reload, or going back after a refusal
        return HttpResponseRedirect(reverse("approvals:case", args=[seen_case(request, pk).pk]))
    case, action = seen_case(request, pk), request.POST.get("action", "")
    if not action:
        reason = request.POST.get("reason", "")
        return case_page(request, case, status=UNPROCESSABLE, errors=["请选择这一步怎么办"], reason=reason)
    NotAllowed.when(barred(case, signed_in(request), action), NOT_YOURS)
    choice = posted(case, signed_in(request), action)
    if choice is not None and (page := page_of(choice, case)):
        return HttpResponseRedirect(page)
    kind = _form_of(case, action)
    form = kind(request.POST, request.FILES, case=case, today=viewer_of(request).today)
    is_simple = not (form.asks_more_than_reason or (choice and choice.confirm))
    if is_simple and form.is_valid():
        return _take(request, case, action, form)
    choice = _offered(request, case, action)
    reason = request.POST.get("reason", "").strip()
    fresh = kind(case=case, today=viewer_of(request).today, initial={"reason": reason})
    unkept = "" if "reason" in fresh.fields else reason
    if typed_version(request) != case.version:  # the case changed since the page was loaded: refuse before asking for a confirmation
        return refused_form(
            request, TEMPLATE, _context(viewer_of(request), case, action, fresh, choice) | {"unkept": unkept}, Stale(STALE, current=case)
        )
    return _page(request, case, action, fresh, choice, unkept=unkept)


def case_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Page of one step: consequences, who is notified, fields, refusals."""
    case = seen_case(request, pk)
    kind = _form_of(case, action)
    if request.method != "POST":
        return _page(request, case, action, kind(case=case, today=viewer_of(request).today), _offered(request, case, action))
    NotAllowed.when(barred(case, signed_in(request), action), NOT_YOURS)
    form = kind(request.POST, request.FILES, case=case, today=viewer_of(request).today)
    if not form.is_valid():
        return _page(request, case, action, form, _offered(request, case, action))
    return _take(request, case, action, form)


def _form_of(case: Case, action: str) -> Any:
    """Form of a step taken on this page. Raises ``Http404`` for steps of the system and steps with a page of their own."""
    if not any(transition.action == action and transition.seats and not transition.page for transition in machine_of(case).transitions):
        raise Http404
    return procedure_of(case).steps[action].form


def _offered(request: HttpRequest, case: Case, action: str) -> Offered | None:
    return next(iter(offers(viewer_of(request), case, action=action)), None)


def _take(request: HttpRequest, case: Case, action: str, form: cases_forms.StepForm) -> HttpResponse:
    def again(refused: Refused, **_typed: Any) -> HttpResponse:
        return refused_form(request, TEMPLATE, _context(viewer_of(request), case, action, form, _offered(request, case, action)), refused)

    page = StepPage(reverse("approvals:case", args=[case.pk]), again, partial(_done, request, case, action), action=action)
    choice = posted(case, signed_in(request), action)
    asks = is_decisive(machine_of(case).name, action) and request.POST.get("confirmed") != "yes"
    if asks and choice is not None and typed_version(request) == case.version:
        try:
            return ask(request, case, choice, page, would_do(case, action, signed_in(request), form), form)
        except Refused as refused:
            return again(refused)
    return take_posted(request, case, form, page, choice)


def _done(request: HttpRequest, case: Case, action: str, choice: Offered | None) -> HttpResponse:
    messages.success(request, f"已办理：{_label(case, action, choice)}")
    made = procedure_of(case).steps[action].makes
    name = "approvals:case_receipt" if "submission" in made and "entry" not in made else "approvals:case"  # who enters a paper is no sender
    if action == "discard" or not cases_visible_to(viewer_of(request)).filter(pk=case.pk).exists():  # a draft again, not visible to them
        return HttpResponseRedirect(reverse("approvals:case_list"))
    return HttpResponseRedirect(reverse(name, args=[case.pk]))


def _page(
    request: HttpRequest, case: Case, action: str, form: cases_forms.StepForm, choice: Offered | None, *, unkept: str = ""
) -> HttpResponse:
    """The step's page; ``unkept``: text typed in the panel for which the step has no field."""
    if choice is None:  # the case moved on, or the step belongs to somebody else: say which
        msg = f"办件现为“{state_of(case).label}”，这一步现在不由您办理"
        if request.method == "POST":
            raise Refused(msg)
        messages.warning(request, msg)
        return HttpResponseRedirect(reverse("approvals:case", args=[case.pk]))
    context = _context(viewer_of(request), case, action, form, choice) | {"unkept": unkept}
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if form.errors else 200)


def _context(viewer: Viewer, case: Case, action: str, form: cases_forms.StepForm, choice: Offered | None) -> dict[str, Any]:
    label = _label(case, action, choice)
    about = change_context(viewer, case) if case.kind == CaseKind.CHANGE else {}
    drafts = [kind for kind in letters_of(case, inside=True) if action in kind.actions] if choice else []  # the post of the step reads them
    return {
        "case": case,
        "drafts": drafts,
        "action": action,
        "label": label,
        "form": form,
        "choice": choice,
        "version": case.version,
        "crumbs": crumbs(case, (label, "")),
        **about,
    }


def _label(case: Case, action: str, choice: Offered | None) -> str:
    if choice is not None:
        return choice.label
    known = next((transition for transition in machine_of(case).transitions if transition.action == action), None)
    return known.label if known else str(case)
