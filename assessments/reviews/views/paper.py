"""Scores on paper: the sheet to print, typing by the secretariat, and the check by a second person."""

from functools import partial
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.common.enums import CommentKind
from assessments.reviews.enums import MemberState, PaperState, ReviewState
from assessments.reviews.lifecycle.paper import PAPER
from assessments.reviews.models import PanelMember, PaperScores
from assessments.reviews.rules import checks_paper, reads_paper, runs_reviews, types_paper
from assessments.reviews.selectors.papers import FIELDS, sheet_of
from assessments.reviews.services import paper as reviews_paper
from assessments.reviews.services.paper import gaps_of
from assessments.reviews.views.reviews import run_review
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refusal, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered, take

PAPERS = "review__table__district", "review__table__edition", "expert__user"


def _member(pk: int, number: int) -> PanelMember:
    found = get_object_or_404(PanelMember.objects.select_related(*PAPERS), review_id=pk, number=number, state=MemberState.ACCEPTED)
    if not found.assignments.exists():
        raise Http404
    return found


@require_safe
def paper_sheet(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The printable blank sheet of a member: clauses, claims and boxes, without scores and names."""
    viewer, found = viewer_of(request), _member(pk, number)
    own = found.expert.user_id == viewer.person and found.review.status not in {
        ReviewState.PREPARING,
        ReviewState.CONCLUDED,
        ReviewState.STOPPED,
    }
    if not own and not (runs_reviews(viewer.held) and found.review.status == ReviewState.SCORING):
        raise Http404
    context = {"review": found.review, "member": found, "lines": sheet_of(found, {}), "own": own}
    return render(request, "assessments/reviews/paper_sheet.html", context)


def paper_type(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Type the scores on the paper; ``do=hand_over`` passes them on for the check."""
    viewer = viewer_of(request)
    run_review(request, pk)
    found = _member(pk, number)
    paper = reviews_paper.paper_of(member=found, by=viewer.user)
    if not types_paper(viewer.held, paper):
        # Somebody else types this member's sheet: the page contains only the user's own input.
        if request.method != "POST" or paper.status != PaperState.TYPING:
            raise Http404
        words = f"{paper.typed_by.name}已在录入这一席位的纸质评分，您填的没有保存"
        blank = PaperScores(member=found, typed_by=viewer.user)
        return _typing(request, found, blank, {"errors": [("", words)], "entries": _posted(request, found)}, Stale.status)
    if request.method != "POST":
        return _typing(request, found, paper)
    paper = reviews_paper.open_paper(member=found, by=viewer.user)
    try:
        return _take(request, found, paper, viewer.user)
    except Stale as stale:
        return _typing(request, found, paper, {"errors": [("", str(stale))], "entries": _posted(request, found)}, 409)
    except Refused as refused:
        errors = [(f"id_{refusal.field}" if refusal.field else "", refusal.text) for refusal in refused.refusals]
        paper.refresh_from_db()
        kept = {} if request.POST.get("do") == "scan" else {"entries": _posted(request, found)}
        return _typing(request, found, paper, {"errors": errors, **kept}, 422)


def _take(request: HttpRequest, member: PanelMember, paper: PaperScores, user: User) -> HttpResponse:
    if request.POST.get("do") == "scan":
        if (upload := request.FILES.get("upload")) is None:
            raise Refused([Refusal("请选择扫描件", field="upload")])
        reviews_paper.keep_scan(paper=paper, upload=upload, by=user)
        return redirect_saying(request, "扫描件已上传", "assessments:paper_type", member.review_id, member.number)
    written = request.POST.get("version", "")
    saved = reviews_paper.save_paper(paper=paper, entries=_posted(request, member), version=whole(written, -1), by=user)
    if request.POST.get("do") != "hand_over":
        return redirect_saying(request, "已保存，尚未提请复核", "assessments:paper_type", member.review_id, member.number)
    take(obj=saved, action="hand_over", by=user, version=saved.version)
    return redirect_saying(request, f"{member}的纸质评分已录入，待另一名评审秘书复核", "assessments:review", member.review_id)


def _posted(request: HttpRequest, member: PanelMember) -> dict[str, dict[str, str]]:
    """Typed entries by clause. A comment for a clause not assigned to the member is kept too, and is refused by the service."""
    assigned = set(member.assignments.values_list("item_id", flat=True))
    named = {key.removesuffix("-comment") for key in request.POST if key.endswith("-comment")}
    found = {}
    for item_id in sorted(assigned | named):
        fields = {name: request.POST.get(f"{item_id}-{name}", "").strip() for name in FIELDS}
        if any(fields[name] for name in ("judgement", "points", "comment")):
            found[item_id] = fields
    return found


def _typing(
    request: HttpRequest, member: PanelMember, paper: PaperScores, extra: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    given = extra or {}
    entries = given.pop("entries", paper.entries)
    context = {
        "review": member.review,
        "member": member,
        "paper": paper,
        "state": PAPER.state(paper.status),
        "lines": sheet_of(member, entries),
        "kinds": CommentKind.choices,
        "gaps": gaps_of(paper),
        "offered": offered(paper, viewer_of(request).user) if paper.pk else [],
        **given,
    }
    return render(request, "assessments/reviews/paper_type.html", context, status=status)


def paper_check(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Compare the typed scores with the paper: confirm them, or return them to the typist."""
    viewer = viewer_of(request)
    run_review(request, pk)
    found = _member(pk, number)
    paper = get_object_or_404(PaperScores.objects.select_related("typed_by", "member"), member=found)
    held = viewer.held
    if not (checks_paper(held, paper) and reads_paper(held, paper)):
        raise Http404
    if request.method != "POST":
        return _checking(request, found, paper)
    page = StepPage(
        back=reverse("assessments:review", args=[pk]),
        again=partial(_not_checked, request, found, paper),
        done=lambda offer: _checked(request, found, paper, agrees=offer is not None and offer.action == "check"),
    )
    return act(request, paper, page)


def _checking(request: HttpRequest, member: PanelMember, paper: PaperScores, status: int = 200, **extra: Any) -> HttpResponse:
    lines, offers = sheet_of(member, paper.entries), offered(paper, viewer_of(request).user)
    context = {"review": member.review, "member": member, "paper": paper, "lines": lines, "offered": offers, **extra}
    return render(request, "assessments/reviews/paper_check.html", context, status=status)


def _not_checked(
    request: HttpRequest, member: PanelMember, paper: PaperScores, refused: Refused | None, *, errors: Form | None = None, reason: str = ""
) -> HttpResponse:
    """Show the current sheet again; what another person handed in or returned meanwhile is shown only to those who may read it."""
    paper.refresh_from_db()
    if not reads_paper(viewer_of(request).held, paper):
        paper.entries = {}
    texts: Any = [("id_reason", refusal.text) for refusal in refused.refusals] if refused else errors
    return _checking(request, member, paper, refused.status if refused else UNPROCESSABLE, errors=texts, reason=reason)


def _checked(request: HttpRequest, member: PanelMember, paper: PaperScores, *, agrees: bool) -> HttpResponse:
    return redirect_saying(
        request,
        f"{member}的纸质评分已复核，评分已提交" if agrees else f"已退回{paper.typed_by.name}重录",
        "assessments:review",
        member.review_id,
    )
