"""An expert's workbook: export, import with preview, and the printable score sheet."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.reviews.enums import ReviewState
from assessments.reviews.models.review import PanelMember
from assessments.reviews.services import offline
from assessments.reviews.services.offline import compared, held_scores
from assessments.reviews.views.reviews import person
from assessments.reviews.views.workspace import working_seat
from assessments.reviews.workbook.score_book import score_book
from assessments.reviews.workbook.score_read import ScoreComparison, read_scores
from assessments.workbook.read import Book
from assessments.workbook.views.previews import Preview
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed
from greendistrict.documents.downloads import as_workbook


@login_required
@require_safe
def review_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The own clauses as a workbook; its name tells the seat, not the person."""
    user = person(request)
    seat = working_seat(user, pk)
    content = score_book(seat, held_scores(seat))
    audit.record(action="review.export_scores", by=user, obj=seat.review, data={"seat": seat.seat})
    return as_workbook(content, f"专家评审 {seat.review.subject.get('number', '')} {seat}.xlsx")


def _scoring_seat(user: User, pk: int) -> PanelMember:
    seat = working_seat(user, pk)
    if seat.submitted_at is not None or seat.review.status != ReviewState.SCORING:
        msg = "评分已提交，不能再改" if seat.submitted_at else "现在不是专家评分环节"
        raise Closed(msg)
    return seat


def _look(seat: PanelMember, content: bytes) -> tuple[Book, ScoreComparison]:
    book = read_scores(seat, held_scores(seat), content)
    return book, compared(seat, book.taken)


def _shown(seat: PanelMember) -> dict[str, Any]:
    return {"review": seat.review, "seat": seat}


PREVIEW = Preview("seat", "另一席位", "assessments/reviews/review_import.html", _look, _shown, named=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    return PREVIEW.upload(request, _scoring_seat(person(request), pk))


@login_required
@require_POST
def review_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed and chosen, all or nothing; what changed meanwhile is shown again."""
    user = person(request)
    seat = _scoring_seat(user, pk)
    count = PREVIEW.write(request, seat, partial(offline.apply_scores, member=seat, by=user))
    if isinstance(count, HttpResponse):
        return count
    messages.success(request, f"已按工作簿写入{count}条" if count else "没有选用工作簿中的内容，平台上的没有改动")
    return redirect("assessments:review_submit", pk)
