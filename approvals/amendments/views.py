"""City page for the corrections and the withdrawal of an announcement."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from approvals.amendments.forms import AmendmentForm, PublishAmendmentForm
from approvals.amendments.lifecycle import AMENDMENT
from approvals.amendments.selectors import amendments_visible_to
from approvals.amendments.services import propose_amendment
from approvals.cases.rules import is_city, may_announce
from approvals.proposals.views import ProposalPage
from approvals.publicity.selectors import announcements_issued
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.amendments import OPEN_AMENDMENTS, Amendment
from approvals.titles.models.publicity import Announcement
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered

TEMPLATE = "approvals/amendments/amendments.html"
PUBLISH = "publish"


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not is_city(viewer.held):
        raise Http404
    request.nav = "approvals:announcement_list"  # type: ignore[attr-defined]  # read by the menu
    return viewer


def _batch(key: str) -> Announcement:
    return get_object_or_404(announcements_issued(), pk=whole(key, -1))


def _page(viewer: Viewer, key: str, data: Any) -> dict[str, Any]:
    batch, rows = _batch(key), list(amendments_visible_to(viewer).filter(announcement=whole(key, -1)))
    waiting = next((row for row in rows if row.status in OPEN_AMENDMENTS), None)
    may_propose = may_announce(viewer.held) and waiting is None and batch.status == AnnouncementState.PUBLISHED
    form = AmendmentForm(data, batch=batch) if may_propose else None
    steps = offered(waiting, viewer.user) if waiting else []
    return {
        "batch": batch,
        "form": form,
        "errors": form,
        "waiting": waiting,
        "state": AMENDMENT.state(waiting.status) if waiting else None,
        "offered": [step for step in steps if step.action != PUBLISH],
        "publishing": [step for step in steps if step.action == PUBLISH],
        "publish_form": PublishAmendmentForm(today=viewer.today),
        "rows": [(row, AMENDMENT.state(row.status)) for row in rows],
        "crumbs": [("公告批次", reverse("approvals:announcement_list")), (str(batch), reverse("approvals:announcement", args=[batch.pk])),
                   ("更正与撤回", "")],
    }  # fmt: skip


def _newest(viewer: Viewer, key: str) -> Amendment | None:
    return amendments_visible_to(viewer).filter(announcement=whole(key, -1)).first()


def _label(key: str) -> str:
    return f"{_batch(key)}公告"


PAGE = ProposalPage("approvals:amendments", TEMPLATE, _page, _newest, _label)


def amendments(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrections and withdrawal of an announcement: earlier ones, the open one with its steps, and the form for a new one."""
    viewer, key = _reader(request), str(pk)
    batch = _batch(key)
    return PAGE.answer(request, key, lambda typed: propose_amendment(batch=batch, by=viewer.user, **typed), done="已提出，待审定")


@require_POST
def amendments_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the newest amendment; a refused publication keeps the typed values."""
    viewer, key = _reader(request), str(pk)
    found = _newest(viewer, key)
    if found is None:
        raise Http404

    def again(refused: Refused | None, **typed: Any) -> HttpResponse:
        if refused is not None:
            typed["errors"] = [refusal.text for refusal in refused.refusals]
        if request.POST.get("action") == PUBLISH:
            typed["publish_form"] = PublishAmendmentForm(request.POST, today=viewer.today)
        return render(request, TEMPLATE, _page(viewer, key, None) | typed, status=refused.status if refused else UNPROCESSABLE)

    def done(offer: Offered | None) -> HttpResponse:
        return redirect_saying(request, f"已办理：{offer.label}" if offer else "已办理", back)

    back = reverse("approvals:amendments", args=[pk])
    return act(request, found, StepPage(back, again, done, lambda offer: f"{found}：确定办理“{offer.label}”？"))
