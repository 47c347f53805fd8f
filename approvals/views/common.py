"""What the pages of a case share: the case in sight, offers with their consequences, forms that were refused or stale."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from approvals.acceptancefacts import acceptance_facts
from approvals.enums import CaseKind
from approvals.facts import case_facts
from approvals.guards import OUT_OF_POLICY
from approvals.lifecycle import machine_of, state_of
from approvals.lossfacts import loss_facts
from approvals.models import Case
from approvals.selectors import cases_visible_to, due_of
from approvals.selectors.changes import change_facts
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused, Stale
from greendistrict.policy import parameters
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.workflow import timeline
from greendistrict.workflow.services import Offered, available_actions

UNPROCESSABLE = 422
WITHOUT_PK = frozenset({"approvals:announcement_list"})


def seen_case(request: HttpRequest, pk: int, kind: str = "") -> Case:
    """Case if the person may see it, and if it is of the kind that the page is for. Raises ``Http404``."""
    rows = cases_visible_to(signed_in(request))
    if kind:
        rows = rows.filter(kind=kind)
    return get_object_or_404(rows.select_related("district__edition", "applicant", "table__edition", "review", "created_by"), pk=pk)


FACTS_OF: dict[CaseKind, Callable[[Case], Mapping[str, Any]]] = {
    CaseKind.APPLICATION: lambda case: case_facts(case, clock.today()),
    CaseKind.ACCEPTANCE: acceptance_facts,
    CaseKind.LOSS: loss_facts,
    CaseKind.CHANGE: change_facts,
}


def facts_or_none(case: Case) -> Mapping[str, Any]:
    """Facts for the guards; when no policy is in force only that, so that every step that needs them is refused with the reason."""
    try:
        return FACTS_OF[CaseKind(case.kind)](case)
    except NoPolicyInForce as refused:
        return {OUT_OF_POLICY: refused.refusals}


def offers(case: Case, user: User, facts: Mapping[str, Any] | None = None) -> list[Offered]:
    """Steps this person may take now, with what each does and who is told."""
    return available_actions(machine_of(case), case, user, facts_or_none(case) if facts is None else facts)


def page_of(choice: Offered, case: Case) -> str:
    """Address of the page on which the step is taken; empty when it has none of its own."""
    if not choice.page:
        return ""
    return reverse(choice.page) if choice.page in WITHOUT_PK else reverse(choice.page, args=[case.pk])


def typed_version(request: HttpRequest) -> int | None:
    """Version that the form was opened with."""
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def refused_form(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused) -> HttpResponse:
    """Answer a refused form: what was typed stays; a stale one is told what happened meanwhile."""
    form, case = context.get("form"), context["case"]
    if isinstance(form, forms.BaseForm):
        for refusal in refused.refusals:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.text)
    case.refresh_from_db()
    meanwhile = timeline.of_subject(case)[-1:] if isinstance(refused, Stale) else []
    shown = {
        **context,
        "stale": isinstance(refused, Stale),
        "meanwhile": meanwhile,
        "case_state": state_of(case).label,
        "version": case.version,
        "refusals": refused.refusals,
    }
    return render(request, template, shown, status=refused.status)


def left_of(case: Case) -> int | None:
    """Working days left for the step the case is in; None where nothing gives a last day."""
    today, calendar = clock.today(), workdays.current()
    due = due_of(case, parameters.load(), calendar, today)
    return calendar.between(today, due) if due else None


def crumbs(case: Case, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where the page stands."""
    own = (str(case), reverse("approvals:case", args=[case.pk]) if more else "")
    return [("申报与验收", reverse("approvals:case_list")), own, *more]
