"""Files attached to a clause by its reader."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from assessments.reviews.enums import MemberState
from assessments.reviews.models import PanelMember
from assessments.reviews.selectors.workspace import desk_of
from assessments.reviews.services.scoring import attach_file, detach_file
from assessments.reviews.views.workspace import clause_page, own_member
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.integers import whole
from greendistrict.documents.forms import level_name
from greendistrict.documents.upload_levels import choose


@require_POST
def review_files(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Attach a file to an own clause, or remove one with ``remove``."""
    viewer = viewer_of(request)
    member = own_member(viewer, pk, MemberState.ACCEPTED)
    try:
        _change(request, member, item_id, viewer.user)
    except NotAllowed as missing:
        raise Http404 from missing
    except Closed:
        raise
    except Refused as refused:
        desk = desk_of(member)
        errors = [("id_upload", refusal.text) for refusal in refused.refusals]
        return clause_page(request, member, desk, desk.scores[item_id], {"errors": errors}, 422)
    return redirect("assessments:review_clause", pk, item_id)


def _change(request: HttpRequest, member: PanelMember, item_id: str, user: User) -> None:
    removed, upload = request.POST.get("remove", ""), request.FILES.get("upload")
    if removed:
        detach_file(member=member, item_id=item_id, key=whole(removed, 0), by=user)
        messages.success(request, "已取下附件")
    elif upload is None:
        msg = "请选择要附的文件"
        raise Refused(msg)
    else:
        choose(upload, request.POST.get(level_name("upload"), ""))
        attach_file(member=member, item_id=item_id, upload=upload, by=user)
        messages.success(request, "已附上，文件名和文件中的作者信息已隐去")
