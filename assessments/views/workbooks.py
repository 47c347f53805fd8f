"""The score table as a workbook: out, in with a preview cell by cell, applied all or nothing."""

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.forms.workbooks import WorkbookForm
from assessments.models import ScoreTable
from assessments.services import imports
from assessments.views.tables import filled_table, sheet_of
from assessments.workbook import compare
from assessments.workbook.build import table_book
from assessments.workbook.compare import Comparison
from assessments.workbook.read import Book, read_book
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.inspection import display_name
from greendistrict.documents.workbooks import XLSX, taken_upload

TEMPLATE = "assessments/score_import.html"
SALT = "assessments.import"
VALID_SECONDS = 24 * 3600
UNPROCESSABLE, CONFLICT = 422, 409


@login_required
@require_safe
def table_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as a workbook, as this person sees it; whoever takes data out is on record."""
    user = signed_in(request)
    table = filled_table(user, pk)
    sheet, version = sheet_of(user, table)
    content = table_book(sheet)
    audit.record(action="table.export", by=user, obj=table, data={"version": version.number if version else None})
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{table}.xlsx")
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    user = signed_in(request)
    table = filled_table(user, pk)
    imports.hold_import(table, user)
    if request.method != "POST":
        return _page(request, table, WorkbookForm())
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, table, form, status=UNPROCESSABLE)
    upload: UploadedFile[Any] = form.cleaned_data["workbook"]
    sheet = imports.live_sheet(table)
    try:
        content = taken_upload(upload)
        book = read_book(sheet, content)
    except Refused as refused:
        form.add_error("workbook", str(refused))
        return _page(request, table, form, status=UNPROCESSABLE)
    found = imports.compared(sheet, book.taken)
    found.refused[:0] = book.refused
    source = {"name": display_name(upload.name or ""), "sha256": hashlib.sha256(content).hexdigest()}
    token = ""
    if found.applicable and not book.problems:
        token = _token(table, {"cells": compare.dump(book.taken), "source": source})
    context = {"found": found, "book": book, "token": token, "unchanged": found.same + book.same}
    wrong = bool(book.problems or found.refused)
    return _page(request, table, WorkbookForm(), context, status=UNPROCESSABLE if wrong else 200)


def _page(
    request: HttpRequest, table: ScoreTable, form: WorkbookForm, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    given = {"table": table, "check": getattr(table, "self_check", None), "form": form, **(context or {})}
    return render(request, TEMPLATE, given, status=status)


def _token(table: ScoreTable, work: dict[str, Any]) -> str:
    """The previewed work, signed, so that what is applied is what was seen."""
    return signing.dumps({"table": table.pk, **work}, salt=SALT, compress=True)


@login_required
@require_POST
def table_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed and chosen, all or nothing; what changed meanwhile is shown again with the choices made."""
    user = signed_in(request)
    table = filled_table(user, pk)
    token = request.POST.get("token", "")
    work = _work(table, token)
    cells = compare.load(work["cells"])
    choices = {one.address: request.POST.get(f"cell-{one.address}", "") for one in cells}
    try:
        count = imports.apply_import(
            table=table,
            taken=cells,
            choices=choices,
            seen=request.POST.get("seen", ""),
            source=work["source"],
            by=user,
        )
    except Stale as stale:
        if not isinstance(stale.current, Comparison):
            raise
        return _again(request, table, stale.current, token, str(stale))
    messages.success(request, f"已按工作簿写入{count}处改动" if count else "没有选用工作簿中的内容，平台上的没有改动")
    return HttpResponseRedirect(reverse("assessments:score_table", args=[pk]))


def _again(request: HttpRequest, table: ScoreTable, found: Comparison, token: str, text: str) -> HttpResponse:
    context = {"found": found, "book": Book(), "token": token, "unchanged": found.same, "errors": [text]}
    return _page(request, table, WorkbookForm(), context, status=CONFLICT)


def _work(table: ScoreTable, token: str) -> dict[str, Any]:
    """The signed work of a preview of this table. Raises ``Refused``."""
    try:
        work: dict[str, Any] = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        msg = "预览已失效，请重新上传"
        raise Refused(msg) from error
    if work["table"] != table.pk:
        msg = "预览是另一张评分表的，请重新上传"
        raise Refused(msg)
    return work
