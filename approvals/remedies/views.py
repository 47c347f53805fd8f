"""Pages of reconsiderations and suits: the list of a case with the filing terms, and one remedy with its steps."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from approvals.cases.rules import may_announce
from approvals.cases.views import crumbs, seen_case
from approvals.remedies import rules, selectors
from approvals.remedies.forms import RemedyForm
from approvals.remedies.lifecycle import REMEDY
from approvals.remedies.services import record_remedy
from approvals.titles.enums import RemedyOutcome, RemedyState
from approvals.titles.models.remedies import Remedy, RemedyRecord
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import workdays
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.forms import form_on
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered, procedure_of
from greendistrict.workflow.services import Offered

TEMPLATE, LIST = "approvals/remedies/remedy.html", "行政复议与诉讼"
Context = Callable[[Viewer, Any, forms.BaseForm | None, str], dict[str, Any]]


def case_remedies(request: HttpRequest, pk: int) -> HttpResponse:
    """Reconsiderations and suits against the decision of a case; the officer records new ones."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    records = may_announce(viewer.held) and selectors.remediable(case)
    form = RemedyForm(request.POST if request.method == "POST" else None) if records else None
    status = 200
    if request.method == "POST" and form is not None:
        status = UNPROCESSABLE
        if form.is_valid():
            with RefusalsIn(form):
                made = record_remedy(case=case, by=viewer.user, **form.cleaned_data)
                return redirect_saying(request, "已登记", "approvals:remedy", made.pk)
    rows = selectors.remedies_visible_to(viewer).filter(case=case)
    context = {
        "case": case,
        "rows": [(row, REMEDY.state(row.status), selectors.consequence_of(row)) for row in rows],
        "ways": selectors.ways_of(case),
        "form": form,
        "crumbs": crumbs(case, (LIST, "")),
    }
    return render(request, "approvals/remedies/remedies.html", context, status=status)


def _seen(viewer: Viewer, pk: int) -> Remedy:
    return get_object_or_404(selectors.remedies_visible_to(viewer), pk=pk)


def _page(viewer: Viewer, row: Remedy, typed: forms.BaseForm | None = None, action: str = "") -> dict[str, Any]:
    path = crumbs(row.case, (LIST, reverse("approvals:case_remedies", args=[row.case_id])), (str(row), ""))
    own = {"consequence": selectors.consequence_of(row), "way": selectors.way_of(row), "crumbs": path}
    return proceedings(viewer, row, own, typed, action)


def proceedings(
    viewer: Viewer, row: RemedyRecord, own: dict[str, Any], typed: forms.BaseForm | None = None, action: str = ""
) -> dict[str, Any]:
    """Context of the page of any remedy, merged with ``own``; the form of the refused ``action`` keeps the typed values."""
    calendar, procedure = workdays.current(), procedure_of(row)
    due = rules.answer_term(row.kind, row.served_on, calendar, simplified=row.is_simplified)

    def made(name: str) -> forms.BaseForm:
        form = typed if typed and name == action else form_on(viewer.today, procedure.steps[name].form, auto_id=f"id_{name}_%s")
        if field := form.fields.get("outcome"):
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared by the form
            fits = rules.outcomes_at(row.kind, name)
            field.choices = [("", "请选择"), *((one.value, row.outcome_word(one)) for one in RemedyOutcome if one in fits)]
        return form

    owed = row.replied_on is None and row.status == RemedyState.OPEN and row.owes_reply
    way = own["way"]
    return {
        "row": row,
        "state": procedure.machine.state(row.status),
        "due": due,
        "left": calendar.left(viewer.today, due) if owed else None,
        "how": rules.term_of_answer(row.kind, simplified=row.is_simplified).explained(row.served_on, "收到副本"),
        "late": way is not None and row.filed_on > way.until,
        "appeal_until": rules.appeal_until(row, calendar) if row.judged_on else None,
        "appeal_how": rules.appeal_term(row).explained(row.judged_on, "送达") if row.judged_on else "",
        "following": rules.following(row),
        "steps": [(one, made(one.action)) for one in offered(row, viewer.user) if rules.concerns(row, one.action)],
        **own,
    }


def remedy(request: HttpRequest, pk: int) -> HttpResponse:
    """One remedy with the steps that the reader may take."""
    viewer = viewer_of(request)
    return render(request, TEMPLATE, _page(viewer, _seen(viewer, pk)))


@require_POST
def remedy_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step; a refused step keeps the typed values."""
    return act_on(request, _seen(viewer_of(request), pk), reverse("approvals:remedy", args=[pk]), TEMPLATE, _page)


def act_on(request: HttpRequest, row: RemedyRecord, back: str, template: str, context: Context) -> HttpResponse:
    """Take the posted step of a remedy whose page at ``back`` shows ``template`` with ``context(viewer, row, typed, action)``."""

    def again(refused: Refused | None, **typed: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        step = procedure_of(row).steps.get(action)
        form = form_on(viewer_of(request).today, step.form, request.POST, auto_id=f"id_{action}_%s") if step else None
        row.refresh_from_db()
        shown = context(viewer_of(request), row, form, action) | {"errors": typed.get("errors")}
        if refused is not None:
            shown["errors"] = [refusal.text for refusal in refused.refusals]
        return render(request, template, shown, status=refused.status if refused else UNPROCESSABLE)

    def done(offer: Offered | None) -> HttpResponse:
        return redirect_saying(request, f"已办理：{offer.label}" if offer else "已办理", back)

    return act(request, row, StepPage(back, again, done, lambda offer: f"{row}：确定办理“{offer.label}”？"))
