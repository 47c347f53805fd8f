"""Helpers shared by lists of filed matters: page and workbook."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import ListTable, RowAddress, ShownList
from greendistrict.documents.downloads import list_workbook

EXPORT_ROWS = 5_000


def list_page(viewer: Viewer, table: ListTable, page: Page[Any], route: str, lines: Iterable[Any] | None = None) -> ShownList:
    """The rows of a page of the list, or its ``lines`` as a selector made them, each leading to ``route``."""
    rows = table.read(cast("QuerySet[Any]", page.object_list)) if lines is None else table.rows_of(lines)
    return table.html(rows, viewer.today, RowAddress(route), first=page.start_index())


def list_export(request: HttpRequest, table: ListTable, found: QuerySet[Any] | list[Any], unit: str, *, action: str) -> HttpResponse:
    """The list of rows or lines as a workbook, which tells how many there are; the download is audited as ``action``."""
    name, rows = table.caption, table.rows_of(found) if isinstance(found, list) else table.read(found)
    content = table.book(rows, viewer_of(request).today, name, f"{name}（{len(rows)}{unit}）")
    return list_workbook(request, content, name=name, action=action, rows=len(rows))
