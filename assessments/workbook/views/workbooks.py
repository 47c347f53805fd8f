"""The score table as a workbook: out, in with a preview cell by cell, applied all or nothing."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.score_page.views.tables import sheet_of
from assessments.tables.models import ScoreTable
from assessments.tables.services import import_rights
from assessments.tables.views import filled_table
from assessments.workbook import services as imports
from assessments.workbook.build import table_book
from assessments.workbook.compare import Comparison
from assessments.workbook.read import Book, read_book
from assessments.workbook.views.previews import Preview
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.documents.downloads import as_workbook


@login_required
@require_safe
def table_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as a workbook, as this person sees it; whoever takes data out is on record."""
    user = signed_in(request)
    table = filled_table(user, pk)
    sheet, version = sheet_of(user, table)
    content = table_book(sheet)
    audit.record(action="table.export", by=user, obj=table, data={"version": version.number if version else None})
    return as_workbook(content, f"{table}.xlsx")


def _look(table: ScoreTable, content: bytes) -> tuple[Book, Comparison]:
    sheet = imports.live_sheet(table)
    book = read_book(sheet, content)
    return book, imports.compared(sheet, book.taken)


def _shown(table: ScoreTable) -> dict[str, Any]:
    return {"table": table, "check": getattr(table, "self_check", None)}


PREVIEW = Preview("table", "另一张评分表", "assessments/workbook/score_import.html", _look, _shown)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    user = signed_in(request)
    table = filled_table(user, pk)
    import_rights.hold_import(table, user)
    return PREVIEW.upload(request, table)


@login_required
@require_POST
def table_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed and chosen, all or nothing; what changed meanwhile is shown again with the choices made."""
    user = signed_in(request)
    table = filled_table(user, pk)
    count = PREVIEW.write(request, table, partial(imports.apply_import, table=table, by=user))
    if isinstance(count, HttpResponse):
        return count
    messages.success(request, f"已按工作簿写入{count}处改动" if count else "没有选用工作簿中的内容，平台上的没有改动")
    return HttpResponseRedirect(reverse("assessments:score_table", args=[pk]))
