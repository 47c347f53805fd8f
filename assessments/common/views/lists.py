"""Helpers shared by lists of filed matters: filters from the address, available years, page and workbook."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.core.paginator import Page
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import ListTable, RowAddress, ShownList
from greendistrict.documents.downloads import list_workbook

EXPORT_ROWS = 5_000


def chosen_of(form: Form) -> Mapping[str, Any]:
    """Cleaned conditions of a filter; empty for an invalid one."""
    return form.cleaned_data if form.is_valid() else {}


def narrowed(rows: QuerySet[Any], chosen: Mapping[str, Any], *names: str) -> QuerySet[Any]:
    """Rows with the chosen values of ``names``, whose district matches every word of ``q``."""
    for name in names:
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    for word in chosen.get("q", "").lower().split():
        rows = rows.filter(district__search_text__contains=word)
    return rows


def list_page(viewer: Viewer, table: ListTable, page: Page[Any], route: str, lines: Iterable[Any] | None = None) -> ShownList:
    """The rows of a page of the list, or its ``lines`` as a selector made them, each leading to ``route``."""
    rows = table.read(cast("QuerySet[Any]", page.object_list)) if lines is None else table.rows_of(lines)
    return table.html(rows, viewer.today, RowAddress(route), first=page.start_index())


def list_export(request: HttpRequest, table: ListTable, found: QuerySet[Any] | list[Any], unit: str, *, action: str) -> HttpResponse:
    """The list of rows or lines as a workbook, which tells how many there are; the download is audited as ``action``."""
    name, rows = table.caption, table.rows_of(found) if isinstance(found, list) else table.read(found)
    content = table.book(rows, viewer_of(request).today, name, f"{name}（{len(rows)}{unit}）")
    return list_workbook(request, content, name=name, action=action, rows=len(rows))


def years_of(rows: QuerySet[Any]) -> list[int]:
    """Years that occur in the rows, newest first."""
    return sorted(rows.order_by().values_list("year", flat=True).distinct(), reverse=True)
