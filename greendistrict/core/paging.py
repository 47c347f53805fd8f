"""Pagination of lists: requested page, query string of the filters, number of rows."""

from typing import Any

from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse

PAGE_ROWS = 50


class KnownCountPaginator(Paginator):  # type: ignore[type-arg]  # no subscript at run time
    """Paginator with a known number of rows."""

    def __init__(self, object_list: Any, per_page: int, count: int) -> None:
        super().__init__(object_list, per_page)
        self.__dict__["count"] = count  # overrides Django's cached property


def list_context(request: HttpRequest, found: Any, form: BaseForm, *, export: str = "", count: int | None = None) -> dict[str, Any]:
    """Context of every filtered list (``templates/base_list.html``). ``export``: name of the view that returns the workbook."""
    pages = Paginator(found, PAGE_ROWS) if count is None else KnownCountPaginator(found, PAGE_ROWS, count)
    page = pages.get_page(request.GET.get("page"))
    return {"page": page, "form": form, "total": page.paginator.count, "export": reverse(export) if export else ""}
