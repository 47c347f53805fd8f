"""Pages of an expert: invitation, workspace with autosave, agreeing with the rest, handing in, recusal."""

from functools import partial
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from assessments.common.enums import CommentKind
from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.forms import InvitationReplyForm, MemberReasonForm
from assessments.reviews.models import ExpertScore, PanelMember
from assessments.reviews.selectors import reviews as selectors
from assessments.reviews.selectors.agenda import not_opened_by
from assessments.reviews.selectors.pool import parties_of
from assessments.reviews.selectors.precedents import afterwards
from assessments.reviews.selectors.screen import file_pane_of
from assessments.reviews.selectors.workspace import Workspace, clause_of, desk_of, files_of, member_of
from assessments.reviews.services.scoring import TypedScore, confirm_rest, note_seen, save_score, submit_scores
from assessments.reviews.unseen import confirmed_unseen
from assessments.reviews.views.reviews import with_refusals
from assessments.score_page.views.cells import refused_cell
from assessments.tables.selectors.widgets import key_of
from assessments.tables.views import field_name
from greendistrict.accounts.http import is_at_the_page, signed_out
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.documents.office.inspection import ACCEPT
from greendistrict.policy.parameters import load
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered

# Template for each part of the page that htmx replaces.
PARTS = {
    "": "assessments/reviews/review_workspace.html",
    "clause": "assessments/reviews/_review_next.html",
    "viewer": "assessments/reviews/_review_viewer.html",
}

# For each thing an incomplete clause lacks (``missing_of``): link target and what to do.
TO_GO_ON = {
    "未评": ("id_judgement_0", "，不能确认：请选一致、不同或存疑"),
    "未给分数": ("id_points", "，不能确认：请填写分数"),
    "与申报分相同，应选一致": ("id_points", ""),
    "未写意见": ("id_comment", "，不能确认：请写明意见"),
}


def own_member(viewer: Viewer, pk: int, *states: str) -> PanelMember:
    """The user's own membership of a review in one of the given states; else raises ``Http404``."""
    if (member := member_of(viewer, pk, *states)) is None:
        raise Http404
    return member


def working_member(viewer: Viewer, pk: int) -> PanelMember:
    """The own accepted membership of a review that is or was being scored; else raises ``Http404``."""
    member = own_member(viewer, pk, MemberState.ACCEPTED)
    if member.review.status == ReviewState.PREPARING or not member.assignments.exists():
        raise Http404
    return member


@require_http_methods(["GET", "POST"])
def review_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the invitation with the parties under review, and take the answer: accept with a declaration, recuse, decline."""
    member = own_member(viewer_of(request), pk, MemberState.INVITED, MemberState.ACCEPTED)
    if request.method == "GET" or member.state != MemberState.INVITED:
        return _invitation(request, member, InvitationReplyForm(), 200)
    if not (form := InvitationReplyForm(request.POST)).is_valid():
        return _invitation(request, member, form, UNPROCESSABLE)
    page = StepPage(
        back=request.path,
        again=partial(_not_answered, request, member),
        done=lambda offer: _answered(request, pk, accepted=offer is not None and offer.action == "accept"),
    )
    return act(request, member, page)


def _invitation(request: HttpRequest, member: PanelMember, form: InvitationReplyForm, status: int) -> HttpResponse:
    answer = selectors.answer_deadline(member)
    context = {
        "member": member,
        "review": member.review,
        "answer": answer,
        "days": selectors.days_left(answer.day, viewer_of(request).today),
        "parties": parties_of(member.review),
        "work": selectors.workload_of(member),
        "offered": offered(member, viewer_of(request).user),
        "form": form,
    }
    return render(request, "assessments/reviews/expert_invitation.html", context, status=status)


def _not_answered(request: HttpRequest, member: PanelMember, refused: Refused | None, **_typed: Any) -> HttpResponse:
    member.refresh_from_db()
    return _invitation(
        request, member, with_refusals(InvitationReplyForm(request.POST), refused), refused.status if refused else UNPROCESSABLE
    )


def _answered(request: HttpRequest, pk: int, *, accepted: bool) -> HttpResponse:
    messages.success(request, "已接受邀请，分派条文后通知您评分" if accepted else "已答复，谢谢")
    return redirect("assessments:review_invitation", pk) if accepted else redirect("assessments:review_list")


@require_GET
def review_workspace(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the clause to judge next."""
    viewer = viewer_of(request)
    member = own_member(viewer, pk, MemberState.ACCEPTED)
    if not member.assignments.exists():
        return redirect("assessments:review_invitation", pk)
    return redirect("assessments:review_clause", pk, desk_of(member).first())


@login_not_required
@vary_on_headers("HX-Request", "HX-Target")
@require_http_methods(["GET", "POST"])
def review_clause(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Show one assigned clause; POST saves the judgement: by htmx while typing, by the button with a check before the next clause."""
    if not is_at_the_page(request):  # an autosave gets 401, no redirect to the sign-in page: what was typed stays
        return signed_out() if _is_fragment(request) else _led(request, redirect_to_login(request.get_full_path()))
    viewer = viewer_of(request)
    if request.method == "POST":
        return _save(request, own_member(viewer, pk, MemberState.ACCEPTED), item_id, viewer.user)
    member = working_member(viewer, pk)
    desk = desk_of(member)
    if item_id not in desk.scores:
        raise Http404
    return clause_page(request, member, desk, desk.scores[item_id])


def _replaced(request: HttpRequest) -> str:
    """Part of the page that htmx requests; empty for the whole page, also after the browser's back button."""
    restores = request.headers.get("HX-History-Restore-Request") == "true"
    asked = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") and not restores else ""
    return asked if asked in PARTS else ""


def _is_fragment(request: HttpRequest) -> bool:
    """Whether the request is an autosave."""
    return bool(request.headers.get("HX-Request")) and request.method == "POST" and not _replaced(request)


def _led(request: HttpRequest, answer: HttpResponseRedirect) -> HttpResponse:
    """A redirect that leaves the page, even if htmx requested only a part of it."""
    return HttpResponse(headers={"HX-Redirect": answer.url}) if _replaced(request) else answer


def _save(request: HttpRequest, member: PanelMember, item_id: str, user: User) -> HttpResponse:
    names = ("judgement", "points", "comment", "comment_kind")
    posted, fragment = request.POST, _is_fragment(request)
    typed = TypedScore(**{name: posted.get(name, "") for name in names})
    # The browser's retry queue sends the version that the page shows per clause.
    written = posted.get("overwrite") or posted.get(field_name(item_id, "version")) or posted.get("version", "")
    try:
        score = save_score(member=member, item_id=item_id, typed=typed, version=whole(written, -1), by=user)
    except Stale as stale:
        stored = cast("ExpertScore", stale.current)
        conflict = {"typed": typed, "stored": stored, "present": TypedScore.of(stored), "fragment": fragment}
        return _answer(request, member, item_id, conflict, 409)
    except NotAllowed as missing:
        raise Http404 from missing
    except Closed as closed:
        if fragment:
            return refused_cell(request, item_id, typed.comment, closed)
        raise
    except Refused as refused:
        texts = [(f"id_{refusal.field or 'points'}", refusal.text) for refusal in refused.refusals]
        return _answer(request, member, item_id, {"typed": typed, "errors": texts, "fragment": fragment}, 422)
    if not fragment:
        return _go_on(request, member, score, typed)
    answer = _answer(request, member, item_id, {"fragment": True}, 200)
    answer["X-Version"], answer["X-Saved-At"] = str(score.version), f"{clock.now().astimezone(clock.SHANGHAI):%H:%M:%S}"
    return answer


def _go_on(request: HttpRequest, member: PanelMember, score: ExpertScore, typed: TypedScore) -> HttpResponse:
    item_id, desk = score.assignment.item_id, desk_of(member)
    line = next(line for line in desk.lines if line.item_id == item_id)
    if line.lack:
        anchor, advice = TO_GO_ON[line.lack]
        return _answer(request, member, item_id, {"typed": typed, "errors": [(anchor, f"{item_id} {line.lack}{advice}")]}, 422)
    following = desk.after(item_id)
    if following:
        return redirect("assessments:review_clause", member.review_id, following)
    return _led(request, HttpResponseRedirect(reverse("assessments:review_submit", args=[member.review_id])))


def _answer(request: HttpRequest, member: PanelMember, item_id: str, extra: dict[str, Any], status: int) -> HttpResponse:
    desk = desk_of(member)
    score = desk.scores[item_id]
    if extra.pop("fragment", False):
        line = next(line for line in desk.lines if line.item_id == item_id)
        shown = {"line": line, "desk": desk, "groups": desk.groups_with(item_id)}
        context = {"score": score, **shown, "review": member.review, "key": key_of(item_id), "oob": True, **extra}
        return render(request, "assessments/reviews/_review_saved.html", context, status=status)
    return clause_page(request, member, desk, score, extra, status)


def clause_page(  # noqa: PLR0917 -- the page, and what a refused save adds to it
    request: HttpRequest, member: PanelMember, desk: Workspace, score: ExpertScore, extra: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render one clause of a member; ``extra`` is what a refused save or file adds."""
    item_id = score.assignment.item_id
    given = (extra or {}).get("typed") or TypedScore.of(score)
    open_ = member.review.status == ReviewState.SCORING and member.submitted_at is None
    context = {
        "review": member.review,
        "member": member,
        "desk": desk,
        "groups": desk.groups_with(item_id),
        "score": score,
        "given": given,
        "clause": clause_of(member, score),
        "line": next(line for line in desk.lines if line.item_id == item_id),
        "before": desk.before(item_id),
        "following": desk.after(item_id),
        "open": open_,
        "key": key_of(item_id),
        "files": files_of(score),
        "after": afterwards(member, item_id),
        "accept": ACCEPT,
        "viewer": file_pane_of(viewer_of(request), member.review, item_id, request.GET.get("file", "")),
        "kinds": CommentKind.choices,
        "days": selectors.days_left(member.review.score_due, viewer_of(request).today) if open_ else None,
        **(extra or {}),
    }
    if open_ and any(not file.of_case for file in context["viewer"].files):
        note_seen(score)
    part = _replaced(request)
    answer = render(request, PARTS[part], context, status=status)
    if part and status != HTTPStatus.OK:
        answer["HX-Push-Url"] = "false"  # it stays where it is
    return answer


@require_http_methods(["GET", "POST"])
def review_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree with all own unjudged clauses, after listing them."""
    viewer = viewer_of(request)
    member = working_member(viewer, pk)
    if request.method == "POST":
        shown = request.POST.get("count", "")
        count = confirm_rest(member=member, expected=whole(shown, -1), by=viewer.user)
        return redirect_saying(request, f"已将{count}条确认为一致", "assessments:review_submit", pk)
    desk = desk_of(member)
    rest, unopened = [line for line in desk.lines if line.lack == "未评"], not_opened_by(member)
    unread = [line for line in rest if line.item_id in unopened]
    context = {"review": member.review, "member": member, "rest": rest, "unread": unread, "desk": desk}
    return render(request, "assessments/reviews/review_rest.html", context)


@require_http_methods(["GET", "POST"])
def review_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the own judgements and hand them in; afterwards show a receipt."""
    viewer = viewer_of(request)
    member = working_member(viewer, pk)
    if request.method == "POST":
        submit_scores(member=member, by=viewer.user)
        return redirect_saying(request, "评分已提交", "assessments:review_submit", pk)
    desk = desk_of(member)
    unseen = confirmed_unseen(desk.scores.values(), member.review.claims, load())
    context = {
        "review": member.review,
        "member": member,
        "desk": desk,
        "lacking": [line for line in desk.lines if line.lack],
        "unseen": unseen,
        "unseen_lines": [line for line in desk.lines if line.item_id in unseen.items],
        "receipt": [
            ("评审对象", f"{member.review.subject.get('number', '')} {member.review.subject.get('title', '')}"),
            ("席位", str(member)),
            ("条文", f"{desk.counts['assigned']}条：一致{desk.counts['agree']}、不同{desk.counts['differ']}、存疑{desk.counts['doubt']}"),
        ],
    }
    return render(request, "assessments/reviews/review_submit.html", context)


@require_http_methods(["GET", "POST"])
def review_recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Recuse oneself while scoring, if a conflict becomes known late."""
    member = own_member(viewer_of(request), pk, MemberState.ACCEPTED)
    if request.method == "GET":
        return _recusing(request, member, MemberReasonForm(), 200)
    page = StepPage(
        back=reverse("assessments:review", args=[pk]),
        again=partial(_not_recused, request, member),
        done=lambda _: redirect_saying(request, "已声明回避，本次评审的材料不再向您显示", "assessments:review_list"),
        action="recuse",
    )
    return act(request, member, page)


def _recusing(request: HttpRequest, member: PanelMember, form: MemberReasonForm, status: int) -> HttpResponse:
    context = {"review": member.review, "member": member, "offered": offered(member, viewer_of(request).user), "form": form}
    return render(request, "assessments/reviews/expert_recuse.html", context, status=status)


def _not_recused(request: HttpRequest, member: PanelMember, refused: Refused | None, **_typed: Any) -> HttpResponse:
    member.refresh_from_db()
    return _recusing(request, member, with_refusals(MemberReasonForm(request.POST), refused), refused.status if refused else UNPROCESSABLE)
