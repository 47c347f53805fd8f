"""An expert's workbook: out, in with a preview cell by cell, applied all or nothing; and the paper sheet to print."""

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.workbooks import WorkbookForm
from assessments.models import PanelMember
from assessments.services import reviews as services
from assessments.services.reviews.offline import compared, held_scores
from assessments.views.reviews import person
from assessments.views.reviews_work import working_seat
from assessments.workbook import compare
from assessments.workbook.read import Book
from assessments.workbook.score_book import score_book
from assessments.workbook.score_read import ScoreComparison, read_scores
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Closed, Refused, Stale
from greendistrict.documents.workbooks import XLSX, taken_upload

TEMPLATE = "assessments/review_import.html"
SALT = "assessments.review_import"
VALID_SECONDS = 24 * 3600
UNPROCESSABLE, CONFLICT = 422, 409


@login_required
@require_safe
def review_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The own clauses as a workbook; its name tells the seat, not the person."""
    user = person(request)
    seat = working_seat(user, pk)
    content = score_book(seat, held_scores(seat))
    audit.record(action="review.export_scores", by=user, obj=seat.review, data={"seat": seat.seat})
    response = HttpResponse(content, content_type=XLSX)
    name = f"专家评审 {seat.review.subject.get('number', '')} {seat}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _scoring_seat(user: User, pk: int) -> PanelMember:
    seat = working_seat(user, pk)
    if seat.submitted_at is not None or seat.review.status != "scoring":
        msg = "评分已提交，不能再改" if seat.submitted_at else "现在不是专家评分环节"
        raise Closed(msg)
    return seat


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    seat = _scoring_seat(person(request), pk)
    if request.method != "POST":
        return _page(request, seat, WorkbookForm())
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, seat, form, status=UNPROCESSABLE)
    try:
        content = taken_upload(form.cleaned_data["workbook"])
        book = read_scores(seat, held_scores(seat), content)
    except Refused as refused:
        form.add_error("workbook", str(refused))
        return _page(request, seat, form, status=UNPROCESSABLE)
    found = compared(seat, book.taken)
    found.refused[:0] = book.refused
    token = ""
    if found.applicable and not book.problems:
        work = {"seat": seat.pk, "cells": compare.dump(book.taken), "sha256": hashlib.sha256(content).hexdigest()}
        token = signing.dumps(work, salt=SALT, compress=True)
    context = {"found": found, "book": book, "token": token, "unchanged": found.same + book.same}
    return _page(request, seat, WorkbookForm(), context, status=UNPROCESSABLE if book.problems or found.refused else 200)


def _page(
    request: HttpRequest, seat: PanelMember, form: WorkbookForm, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, TEMPLATE, {"review": seat.review, "seat": seat, "form": form, **(context or {})}, status=status)


@login_required
@require_POST
def review_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed and chosen, all or nothing; what changed meanwhile is shown again."""
    user = person(request)
    seat = _scoring_seat(user, pk)
    token = request.POST.get("token", "")
    work = _work(seat, token)
    cells = compare.load(work["cells"])
    choices = {one.address: request.POST.get(f"cell-{one.address}", "") for one in cells}
    source = {"sha256": work["sha256"]}
    try:
        seen = request.POST.get("seen", "")
        count = services.apply_scores(member=seat, taken=cells, choices=choices, seen=seen, source=source, by=user)
    except Stale as stale:
        if not isinstance(stale.current, ScoreComparison):
            raise
        context = {"found": stale.current, "book": Book(), "token": token, "unchanged": stale.current.same, "errors": [str(stale)]}
        return _page(request, seat, WorkbookForm(), context, status=CONFLICT)
    messages.success(request, f"已按工作簿写入{count}条" if count else "没有选用工作簿中的内容，平台上的没有改动")
    return redirect("assessments:review_submit", pk)


def _work(seat: PanelMember, token: str) -> dict[str, Any]:
    """The signed work of a preview of this seat. Raises ``Refused``."""
    try:
        work: dict[str, Any] = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        msg = "预览已失效，请重新上传"
        raise Refused(msg) from error
    if work["seat"] != seat.pk:
        msg = "预览是另一席位的，请重新上传"
        raise Refused(msg)
    return work
