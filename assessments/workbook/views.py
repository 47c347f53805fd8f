"""A score table, or the clauses of a share, as a workbook: export, import with preview cell by cell."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.score_page.selectors.table_rows import sheet_of
from assessments.share_page.selectors import share_sheet
from assessments.sharing.models import RowShare
from assessments.sharing.views import seen_share
from assessments.tables.models import ScoreTable
from assessments.tables.services.cells import hold_import
from assessments.tables.views import filled_table
from assessments.workbook.score_table import BOOK, SHARE_BOOK, ScoreBook, ShareBook
from assessments.workbook.services import apply_import, apply_share_import, hold_share_import, live_book, live_share_book
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.workbooks.sealed import sealed_book
from greendistrict.documents.workbooks.sealed_pages import sealed_page


@require_safe
def table_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the table as a workbook, as the user sees it; the download is audited."""
    viewer = viewer_of(request)
    table = filled_table(viewer, pk)
    sheet, version = sheet_of(viewer, table)
    content = sealed_book(ScoreBook(sheet, viewer.moment))
    audit.record(action="table.export", by=viewer.user, obj=table, data={"version": version.number if version else None})
    return as_workbook(content, f"{table}.xlsx")


def _shown(table: ScoreTable) -> dict[str, Any]:
    names = {"list": "score_table", **{what: f"table_{what}" for what in ("export", "import", "import_apply")}}
    hrefs = {what: reverse(f"assessments:{name}", args=[table.pk]) for what, name in names.items()}
    return {"table": table, "book": BOOK, "hrefs": {**hrefs, "apply": hrefs["import_apply"]}}


PAGE = sealed_page("assessments.scores", "另一张评分表", "assessments/workbook/score_import.html", live_book, _shown)


def table_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and preview its changes cell by cell; writes nothing."""
    viewer = viewer_of(request)
    table = filled_table(viewer, pk)
    return PAGE.received(request, table, partial(hold_import, table, viewer.user))


@require_POST
def table_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the chosen changes (what changed meanwhile is shown again), or return the rejected clauses as a workbook."""
    viewer = viewer_of(request)
    table = filled_table(viewer, pk)
    if "returned" in request.POST:
        hold_import(table, viewer.user)
        return PAGE.copy(request, table, f"{table}（退回）.xlsx")
    count = PAGE.write(request, table, partial(apply_import, table=table, by=viewer.user))
    if isinstance(count, HttpResponse):
        return count
    return PAGE.done(request, table, _written(count, PAGE.came_in(request, table)), reverse("assessments:score_table", args=[pk]))


@require_safe
def share_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the clauses of a share as a workbook; the download is audited."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    content = sealed_book(ShareBook(share_sheet(share), share, viewer.moment))
    audit.record(action="table.export", by=viewer.user, obj=share.table, data={"share": share.pk})
    return as_workbook(content, f"{share}.xlsx")


def _share_shown(share: RowShare) -> dict[str, Any]:
    names = {"list": "share", **{what: f"share_{what}" for what in ("export", "import", "import_apply")}}
    hrefs = {what: reverse(f"assessments:{name}", args=[share.pk]) for what, name in names.items()}
    return {"share": share, "table": share.table, "book": SHARE_BOOK, "hrefs": {**hrefs, "apply": hrefs["import_apply"]}}


SHARE_PAGE = sealed_page("assessments.shared_scores", "另一次分派", "assessments/workbook/share_import.html", live_share_book, _share_shown)


def share_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload the workbook of a share and preview its changes cell by cell; writes nothing."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    return SHARE_PAGE.received(request, share, partial(hold_share_import, share, viewer.user))


@require_POST
def share_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the chosen changes, or return the rejected clauses as a workbook."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    if "returned" in request.POST:
        hold_share_import(share, viewer.user)
        return SHARE_PAGE.copy(request, share, f"{share}（退回）.xlsx")
    count = SHARE_PAGE.write(request, share, partial(apply_share_import, share=share, by=viewer.user))
    if isinstance(count, HttpResponse):
        return count
    return SHARE_PAGE.done(request, share, _written(count, SHARE_PAGE.came_in(request, share)), reverse("assessments:share", args=[pk]))


def _written(count: int, came_in: str) -> str:
    return f"已按{came_in}写入{count}处改动" if count else f"没有选用{came_in}中的内容，平台上的没有改动"
