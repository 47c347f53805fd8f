"""Drafts (参考稿) for printing: those of a case, and the announcement of a batch."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.cases.rules import is_city, is_secretary, may_announce, may_approve_announcement
from approvals.cases.views import crumbs, seen_case
from approvals.casework.letters.kinds import letter_of, letters_of
from approvals.publicity.letters import batch_letter
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from greendistrict.accounts.http import signed_in


@require_safe
def case_letter(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One draft letter of a case; the office's own system issues the paper."""
    user, case = signed_in(request), seen_case(request, pk)
    inside = is_city(user) or is_secretary(user, case)
    letter = letter_of(case, key, inside=inside)
    if letter is None:
        raise Http404
    name = next(kind.title for kind in letters_of(case, inside=inside) if kind.key == key)
    context = {
        "letter": letter,
        "matter": case,
        "name": name,
        "is_demo": case.is_demo,
        "back": reverse("approvals:case", args=[case.pk]),
        "crumbs": crumbs(case, (name, "")),
    }
    return render(request, "approvals/casework/letter.html", context)


@require_safe
def announcement_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft announcement of a batch in the official form: 序号、城区名称、星级、类型."""
    user = signed_in(request)
    if not (may_announce(user) or may_approve_announcement(user)):
        raise Http404
    batch = get_object_or_404(Announcement, pk=pk)
    trail = [("申报与验收", reverse("approvals:case_list")), ("公告批次", reverse("approvals:announcement_list"))]
    context = {
        "letter": batch_letter(batch),
        "name": "公告参考稿",
        "is_demo": batch.is_demo,
        "back": reverse("approvals:announcement_edit", args=[batch.pk]) if batch.status == AnnouncementState.DRAFT else trail[1][1],
        "crumbs": [*trail, (str(batch), ""), ("公告参考稿", "")],
    }
    return render(request, "approvals/casework/letter.html", context)
