"""The score table as a workbook: out, in with a preview cell by cell, written at once."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.score_page.views.tables import sheet_of
from assessments.tables.models import ScoreTable
from assessments.tables.services import import_rights
from assessments.tables.views import filled_table
from assessments.workbook.score_table import BOOK, ScoreBook
from assessments.workbook.services import apply_import, live_book
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.pages import sealed_page
from greendistrict.documents.workbooks.sealed import sealed_book


@require_safe
def table_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as a workbook, as this person sees it; whoever takes data out is on record."""
    user = signed_in(request)
    table = filled_table(user, pk)
    sheet, version = sheet_of(user, table)
    content = sealed_book(ScoreBook(sheet))
    audit.record(action="table.export", by=user, obj=table, data={"version": version.number if version else None})
    return as_workbook(content, f"{table}.xlsx")


def _shown(table: ScoreTable) -> dict[str, Any]:
    names = {"list": "score_table", **{what: f"table_{what}" for what in ("export", "import", "import_apply")}}
    hrefs = {what: reverse(f"assessments:{name}", args=[table.pk]) for what, name in names.items()}
    return {"table": table, "book": BOOK, "hrefs": {**hrefs, "apply": hrefs["import_apply"]}}


PAGE = sealed_page("assessments.scores", "另一张评分表", "assessments/workbook/score_import.html", live_book, _shown)


def table_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and see cell by cell what it would change; nothing is written yet."""
    user = signed_in(request)
    table = filled_table(user, pk)
    import_rights.hold_import(table, user)
    return PAGE.upload(request, table)


@require_POST
def table_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was previewed and chosen, what changed meanwhile is shown again; or give back the clauses that were not taken."""
    user = signed_in(request)
    table = filled_table(user, pk)
    if "returned" in request.POST:
        import_rights.hold_import(table, user)
        return PAGE.copy(request, table, f"{table}（退回）.xlsx")
    count = PAGE.write(request, table, partial(apply_import, table=table, by=user))
    if isinstance(count, HttpResponse):
        return count
    words = f"已按工作簿写入{count}处改动" if count else "没有选用工作簿中的内容，平台上的没有改动"
    return PAGE.done(request, table, words, reverse("assessments:score_table", args=[pk]))
