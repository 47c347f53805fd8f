"""Page of acts that need two keepers: waiting and decided ones."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import proposals
from greendistrict.accounts.models import KeeperProposal
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused


def _keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.held.is_keeper:
        raise Http404
    return viewer


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Proposals waiting for a second keeper, and those decided within ninety days; for the three kinds of keepers only."""
    return _page(request, _keeper(request))


def _page(request: HttpRequest, viewer: Viewer, status: int = 200, **extra: object) -> HttpResponse:
    waiting = [(one, proposals.may_decide(viewer.user, one), proposals.LABELS[one.kind]) for one in proposals.waiting()]
    recent = [(one, proposals.LABELS[one.kind]) for one in proposals.recent()]
    return render(request, "accounts/proposal_list.html", {"waiting": waiting, "recent": recent, **extra}, status=status)


@require_POST
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline."""
    viewer = _keeper(request)
    proposal = get_object_or_404(KeeperProposal, pk=pk)
    approve = request.POST.get("action") == "approve"
    try:
        proposals.decide(
            proposal=proposal, by=viewer.user, approve=approve, remark=fitted(proposal, "remark", request.POST.get("remark", ""))
        )
    except Refused as refused:
        errors = [(f"remark-{pk}", one.text) for one in refused.refusals]
        return _page(request, viewer, refused.status, errors=errors, refused_pk=pk, remark=request.POST.get("remark", ""))
    messages.success(request, "已同意并办理" if approve else "已记录不同意")
    return redirect("accounts:proposal_list")
