"""Helpers for the pages of a case: visible case, offered steps with consequences, refused and stale forms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from approvals.cases.checklist import HANDED
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case
from approvals.cases.rules import may_edit_case
from approvals.cases.selectors.cases import cases_visible_to, open_duties
from approvals.common.enums import CaseKind
from districts.file.rules import may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import workdays
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refusal, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.procedure import against, offered
from greendistrict.workflow.services import Offered

WITHOUT_PK = frozenset({"approvals:announcement_list"})


def starter(request: HttpRequest) -> Viewer:
    """The signed-in person who may open a case for an applicant. Raises ``Http404`` for others."""
    viewer = viewer_of(request)
    if not viewer.held.has(Role.PREPARER):
        raise Http404
    return viewer


def seen_case(request: HttpRequest, pk: int, kind: str = "") -> Case:
    """Case of a kind if the person may see it. Raises ``Http404``."""
    rows = cases_visible_to(viewer_of(request))
    if kind:
        rows = rows.filter(kind=kind)
    return get_object_or_404(rows.select_related("district__edition", "applicant", "table__edition", "review", "created_by"), pk=pk)


def offers(viewer: Viewer, case: Case, known: Mapping[str, Any] | None = None, *, action: str = "") -> list[Offered]:
    """Steps this person may take now, with the effects and receivers of each. ``known``: verdicts that the page has queried already.

    ``action`` limits the result to one step; without it, steps that another one replaces are left out.
    """
    found = offered(case, viewer.user, known or {}, action=action)
    return [_in_reach(one, viewer, case) for one in found if action or not one.is_moot]


def handing_over(viewer: Viewer, case: Case, choices: Iterable[Offered], known: Mapping[str, Any] | None = None) -> Offered | None:
    """The step by which the applicant hands the case over now, with all that stands against it, for everybody who fills in.

    That of ``choices`` if the person may take it; None in a state that has no such step.
    """
    mine = next((one for one in choices if one.action in HANDED), None)
    found = mine or next(filter(None, (against(case, action, known or {}) for action in HANDED)), None)
    return found if found is mine or found is None else _in_reach(found, viewer, case)


def _in_reach(choice: Offered, viewer: Viewer, case: Case) -> Offered:
    """A step whose refusals lead the person to what is there for them.

    Who does not edit the district's file is led to the policy check, who does not fill the case in to its pages without their fields.
    """
    refusals = choice.refusals
    if not may_edit_district(viewer.held, case.district):
        refusals = tuple(_in_sight(why, case) for why in refusals)
    if not may_edit_case(viewer.held, case):
        refusals = tuple(replace(why, href=why.href.partition("#id_")[0]) for why in refusals)
    return replace(choice, refusals=refusals)


def _in_sight(refusal: Refusal, case: Case) -> Refusal:
    """Refusal whose link leads to the policy check instead of the district's file."""
    if not refusal.href.startswith(reverse("districts:district_detail", args=[case.district.code])):
        return refusal
    name = "approvals:acceptance_gates" if case.kind == CaseKind.ACCEPTANCE else "approvals:case_check"
    page = reverse(name, args=[case.district.code if case.kind == CaseKind.ACCEPTANCE else case.pk])
    return replace(refusal, href=f"{page}#rule-{refusal.rule}" if refusal.rule else page)


def page_of(choice: Offered, case: Case) -> str:
    """Address of the page on which the step is taken; empty if it has no page of its own."""
    if not choice.page:
        return ""
    return reverse(choice.page) if choice.page in WITHOUT_PK else reverse(choice.page, args=[case.pk])


def typed_version(request: HttpRequest) -> int | None:
    """Version of the case for which the form was opened."""
    return whole(request.POST.get("version"))


def refused_form(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused) -> HttpResponse:
    """Response to a refused form: typed values are kept; for a stale form the page shows what happened in the meantime."""
    form, case = context.get("form"), context["case"]
    if isinstance(form, forms.BaseForm) and form.is_bound:
        add_refusals(form, refused)
    was, action = case.status, context.get("action") or getattr(context.get("choice"), "action", "")
    case.refresh_from_db()
    # The step may have been taken since this request began; then it is not offered again.
    choice = next((one for one in offers(viewer_of(request), case) if one.action == action), None) if action else None
    meanwhile = timeline.of_subject(case)[-1:] if isinstance(refused, Stale) else []
    shown = {
        **context,
        **({"choice": choice} if isinstance(refused, Stale) and "choice" in context else {}),
        "stale": isinstance(refused, Stale),
        "may_send_again": choice is not None if action else case.status == was,
        "meanwhile": meanwhile,
        "case_state": state_of(case).label,
        "version": case.version,
        "refusals": refused.refusals,
    }
    return render(request, template, shown, status=refused.status)


def posted(
    request: HttpRequest, template: str, context: dict[str, Any], save: Callable[[], object], *, done: str, to: str = ""
) -> HttpResponse:
    """Handle a page with one form (``context["form"]``) or several (``context["forms"]``): show it, show errors, or redirect to ``to``."""
    if request.method != "POST":
        return render(request, template, context)
    if not all([form.is_valid() for form in context.get("forms", [context["form"]])]):  # noqa: C419 -- each tells what is wrong with it
        return render(request, template, context, status=UNPROCESSABLE)
    try:
        save()
    except Refused as refused:
        return refused_form(request, template, context, refused)
    return redirect_saying(request, done, to or reverse("approvals:case", args=[context["case"].pk]))


def posted_form(
    request: HttpRequest, case: Case, form: forms.Form, label: str, *, save: Callable[..., object], done: str, **more: Any
) -> HttpResponse:
    """Handle the page of one form on a case. ``save`` takes the case, the person, the version shown and the typed values."""
    context = {"case": case, "form": form, "label": label, "action": "", "version": case.version, "crumbs": crumbs(case, (label, ""))}
    return posted(
        request,
        "approvals/requests/case_action.html",
        {**context, **more},
        lambda: save(case=case, by=signed_in(request), version=typed_version(request), **form.cleaned_data),
        done=done,
    )


def due_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Who has to do what until when, each with the working days left; the fewest of these and its mark (``due``: None without a duty)."""
    found, calendar = open_duties(viewer, case), workdays.current()
    left = [calendar.left(viewer.today, duty.due) for duty in found]
    first = {"due": left[0], "due_mark": found[0].default_word} if found else {"due": None, "due_mark": ""}
    return {"open_duties": list(zip(found, left, strict=True)), **first}


def crumbs(case: Case, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Breadcrumbs of a page of the case."""
    own = (str(case), reverse("approvals:case", args=[case.pk]) if more else "")
    return [("申报与验收", reverse("approvals:case_list")), own, *more]


def form_context(case: Case, form: forms.Form, label: str, hint: str = "", **more: Any) -> dict[str, Any]:
    """Context of a page with one form beside the steps of a case (``approvals/cases/case_form.html`` and others)."""
    own = {"case": case, "form": form, "label": label, "hint": hint, "version": case.version, "crumbs": crumbs(case, (label, ""))}
    return {**own, **more}
