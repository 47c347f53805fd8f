"""Files attached to a clause by its reader, and score sheets filled in without the portal."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.models import PanelMember
from assessments.reviews.selectors.workspace import desk_of
from assessments.reviews.services.score_sheet import BOOK, ExpertSheet, apply_scores
from assessments.reviews.services.scoring import attach_file, detach_file
from assessments.reviews.views.workspace import clause_page, own_member, working_member
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.integers import whole
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.forms import level_name
from greendistrict.documents.upload_levels import choose
from greendistrict.documents.workbooks.sealed import sealed_book
from greendistrict.documents.workbooks.sealed_pages import sealed_page


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


@require_safe
def review_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the own clauses as a workbook; the file name has the member's number, not the person's name."""
    viewer = viewer_of(request)
    member = working_member(viewer, pk)
    content = sealed_book(ExpertSheet(member))
    audit.record(action="review.export_scores", by=viewer.user, obj=member.review, data={"member": member.number})
    return as_workbook(content, _name(member))


def _name(member: PanelMember, more: str = "") -> str:
    return f"专家评审 {member.review.subject.get('number', '')} {member}{more}.xlsx"


def _hold_scoring(member: PanelMember) -> None:
    if member.submitted_at is not None or member.review.status != ReviewState.SCORING:
        msg = "评分已提交，不能再改" if member.submitted_at else "现在不是专家评分环节"
        raise Closed(msg)


def _shown(member: PanelMember) -> dict[str, Any]:
    names = {"list": "review_workspace", "export": "review_book", "import": "review_import", "apply": "review_import_apply"}
    hrefs = {what: reverse(f"assessments:{name}", args=[member.review_id]) for what, name in names.items()}
    return {"review": member.review, "member": member, "book": BOOK, "hrefs": hrefs}


PAGE = sealed_page("assessments.review", "另一席位", "assessments/reviews/review_import.html", ExpertSheet, _shown, named=False)


def review_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and preview its changes cell by cell; writes nothing."""
    member = working_member(viewer_of(request), pk)
    return PAGE.received(request, member, partial(_hold_scoring, member))


@require_POST
def review_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the chosen changes (what changed meanwhile is shown again), or return the rejected clauses as a workbook."""
    viewer = viewer_of(request)
    member = working_member(viewer, pk)
    _hold_scoring(member)
    if "returned" in request.POST:
        return PAGE.copy(request, member, _name(member, "（退回）"))
    count = PAGE.write(request, member, partial(apply_scores, member=member, by=viewer.user))
    if isinstance(count, HttpResponse):
        return count
    came_in = PAGE.came_in(request, member)
    words = f"已按{came_in}写入{count}条" if count else f"没有选用{came_in}中的内容，平台上的没有改动"
    return PAGE.done(request, member, words, reverse("assessments:review_submit", args=[pk]))
