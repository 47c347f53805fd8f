"""An expert's workbook: export, import with preview."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.reviews.enums import ReviewState
from assessments.reviews.models.review import PanelMember
from assessments.reviews.services.score_sheet import BOOK, ExpertSheet, apply_scores
from assessments.reviews.views.reviews import person
from assessments.reviews.views.workspace import working_seat
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.pages import sealed_page
from greendistrict.documents.workbooks.sealed import sealed_book


@require_safe
def review_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The own clauses as a workbook; its name tells the seat, not the person."""
    user = person(request)
    seat = working_seat(user, pk)
    content = sealed_book(ExpertSheet(seat))
    audit.record(action="review.export_scores", by=user, obj=seat.review, data={"seat": seat.seat})
    return as_workbook(content, _name(seat))


def _name(seat: PanelMember, more: str = "") -> str:
    return f"专家评审 {seat.review.subject.get('number', '')} {seat}{more}.xlsx"


def _scoring_seat(user: User, pk: int) -> PanelMember:
    seat = working_seat(user, pk)
    if seat.submitted_at is not None or seat.review.status != ReviewState.SCORING:
        msg = "评分已提交，不能再改" if seat.submitted_at else "现在不是专家评分环节"
        raise Closed(msg)
    return seat


def _shown(seat: PanelMember) -> dict[str, Any]:
    names = {"list": "review_workspace", "export": "review_book", "import": "review_import", "apply": "review_import_apply"}
    hrefs = {what: reverse(f"assessments:{name}", args=[seat.review_id]) for what, name in names.items()}
    return {"review": seat.review, "seat": seat, "book": BOOK, "hrefs": hrefs}


PAGE = sealed_page("assessments.review", "另一席位", "assessments/reviews/review_import.html", ExpertSheet, _shown, named=False)


def review_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    return PAGE.upload(request, _scoring_seat(person(request), pk))


@require_POST
def review_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed and chosen, what changed meanwhile is shown again; or give back the clauses that were not taken."""
    user = person(request)
    seat = _scoring_seat(user, pk)
    if "returned" in request.POST:
        return PAGE.copy(request, seat, _name(seat, "（退回）"))
    count = PAGE.write(request, seat, partial(apply_scores, member=seat, by=user))
    if isinstance(count, HttpResponse):
        return count
    words = f"已按工作簿写入{count}条" if count else "没有选用工作簿中的内容，平台上的没有改动"
    return PAGE.done(request, seat, words, reverse("assessments:review_submit", args=[pk]))
