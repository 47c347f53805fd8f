"""延期申请 and 更正 on the page of a case: request, propose, decide."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from approvals.cases.forms import StepForm
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_officer, is_signer
from approvals.cases.selectors.cases import waits_for_number
from approvals.cases.selectors.presence import may_have
from approvals.cases.views import crumbs, posted_form, seen_case
from approvals.common.enums import DossierStep
from approvals.consultations.selectors import consultations_visible_to
from approvals.requests import services as requests
from approvals.requests.forms import EnteredExtensionForm, ExtensionForm, RectificationForm
from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.requests.models import ExtensionRequest, ExtensionState, Rectification, RectificationState
from approvals.requests.selectors import deadline_of, wrong_fields
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered

OPEN = {ExtensionState.ASKED, ExtensionState.DECIDING, RectificationState.PROPOSED, RectificationState.DECIDING}
MACHINES = {"extension": EXTENSION, "rectification": RECTIFICATION}
MODELS: dict[str, type[ExtensionRequest] | type[Rectification]] = {"extension": ExtensionRequest, "rectification": Rectification}


def asked_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Consultations, extensions, rectifications and 代录 of the case, with the person's possible actions."""
    held = viewer.held
    deadline, inside = deadline_of(case), is_city(held)
    records = case.decision_records if inside and may_have(case, "decision_records") else None
    return {
        "consultations": consultations_visible_to(viewer).filter(case=case) if may_have(case, "consultations") else [],
        "today": viewer.today,
        "extensions": [_shown(viewer, row) for row in case.extensions.select_related("asked_by")] if may_have(case, "extensions") else [],
        "rectifications": [_shown(viewer, row) for row in case.rectifications.select_related("proposed_by")]
        if may_have(case, "rectifications")
        else [],
        "entries": case.paper_entries.select_related("scan", "entered_by") if may_have(case, "paper_entries") else [],
        "may_number": is_officer(held, case) and waits_for_number(case),
        "numbered": records.filter(step=DossierStep.NUMBER).select_related("by").last() if records else None,
        "may_extend": bool(deadline) and (is_signer(held, case) or is_officer(held, case)),
        "may_rectify": inside and is_officer(held, case) and bool(wrong_fields(case)),
    }


def _shown(viewer: Viewer, row: ExtensionRequest | Rectification) -> dict[str, Any]:
    kind = "extension" if isinstance(row, ExtensionRequest) else "rectification"
    steps = offered(row, viewer.user) if row.status in OPEN else []
    return {"row": row, "state": MACHINES[kind].state(row.status), "offered": steps, "kind": kind, "prefix": f"{kind}-{row.pk}"}


def extension_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """延期申请 by the signer, or by the officer with the paper on which it arrived."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    held = viewer.held
    if deadline_of(case) is None or not (is_signer(held, case) or is_officer(held, case)):
        msg = "这个办件现在没有可以申请延期的期限"
        raise NotAllowed(msg)
    kind = ExtensionForm if is_signer(held, case) else EnteredExtensionForm
    form: StepForm = kind(request.POST or None, request.FILES or None, case=case, today=viewer.today)
    return posted_form(request, case, form, "延期申请", save=requests.ask_extension, done="已提交：延期申请")


def rectification_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """更正, by the officer, after a decision."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    NotAllowed.when(not is_officer(viewer.held, case) or not wrong_fields(case), "更正由市级经办在决定以后提出")
    form = RectificationForm(request.POST or None, case=case, today=viewer.today)
    return posted_form(request, case, form, "提出更正", save=requests.propose_rectification, done="已提交：提出更正")


@require_POST
def asked_step(request: HttpRequest, pk: int, kind: str, asked: int) -> HttpResponse:
    """Take a step of an extension or a rectification on the page of its case; a refusal keeps the input."""
    viewer, case = viewer_of(request), seen_case(request, pk)
    if kind not in MODELS:
        raise Http404
    found = cast("ExtensionRequest | Rectification", get_object_or_404(MODELS[kind], pk=asked, case=case))
    back = reverse("approvals:case", args=[case.pk])
    url = reverse("approvals:asked_step", args=[pk, kind, asked])

    def again(refused: Refused | None, **typed: Any) -> HttpResponse:
        if refused is not None:
            typed["errors"] = [refusal.text for refusal in refused.refusals]
        found.refresh_from_db()
        shown = {"case": case, "one": _shown(viewer, found), "asked_url": url, "crumbs": crumbs(case, (found.what, "")), **typed}
        return render(request, "approvals/requests/asked_step.html", shown, status=refused.status if refused else UNPROCESSABLE)

    def done(_offer: Offered | None) -> HttpResponse:
        return redirect_saying(request, "已办理", back)

    def beside() -> SafeString:
        return render_to_string("approvals/requests/_asked_for.html", {"kind": kind, "row": found})

    return act(request, found, StepPage(back, again, done, beside=beside))
