"""Autosave of a base quantity, which updates every clause that uses it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from assessments.score_page.selectors import table_page as pages
from assessments.score_page.selectors.table_rows import BUILD_CHOICES, heads_of, live_sheet
from assessments.score_page.views.cells import refused_cell
from assessments.score_page.views.rendered_rows import beside, chapter_list
from assessments.tables.forms import version_of
from assessments.tables.models import ScoreTable
from assessments.tables.rules import may_edit_table
from assessments.tables.selectors.widgets import key_of
from assessments.tables.services.base_cells import save_base
from assessments.tables.views import filled_table
from greendistrict.accounts.http import at_the_page
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import Refused, Stale


@method_decorator(at_the_page, name="dispatch")
class BaseView(View):
    """Responds as for a cell: 200 with the changed parts, 409 with both values, 422 and others with the reason."""

    def get(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        """The quantity and its clauses as fragments; without htmx the page of the table."""
        viewer = viewer_of(request)
        table = filled_table(viewer, pk)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{reverse('assessments:score_table', args=[pk])}#bases")
        return render(request, "assessments/score_page/_base_saved.html", base_context(request, viewer, table, key))

    def post(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        """Save the quantity."""
        viewer = viewer_of(request)
        table, name = filled_table(viewer, pk), f"base-{key}"
        raw, token = request.POST.get(f"{name}-value", ""), request.POST.get("token", "")
        try:
            saved = save_base(table=table, key=key, value=raw, version=version_of(name, request.POST), token=token, by=viewer.user)
        except Stale as stale:
            return _conflict(request, key, raw, stale)
        except Refused as refused:
            return refused_cell(request, name, raw, refused)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{reverse('assessments:score_table', args=[pk])}#bases")
        response = render(request, "assessments/score_page/_base_saved.html", base_context(request, viewer, table, key))
        response["X-Version"], response["X-Saved-At"] = str(saved.version), f"{clock.now().astimezone(clock.SHANGHAI):%H:%M:%S}"
        return response


def base_context(request: HttpRequest, viewer: Viewer, table: ScoreTable, key: str) -> dict[str, Any]:
    """Template context of everything on the page that changes with a base quantity."""
    sheet = live_sheet(table)
    chapter = pages.chapter_named(sheet, (request.POST or request.GET).get("chapter", ""))
    return {
        "table": table,
        **beside(sheet, {key}),
        "chapters": chapter_list(sheet, chapter.key),
        "totals": pages.totals_of(sheet),
        "heads": heads_of(sheet, chapter),
        "page_href": reverse("assessments:score_table", args=[table.pk]),
        "operation": table.stage == "operation",
        "editable": may_edit_table(viewer.held, table),
        "building": table.building,
        "build_choices": BUILD_CHOICES,
        "oob": True,
    }


def _conflict(request: HttpRequest, key: str, raw: str, stale: Stale) -> HttpResponse:
    name = f"base-{key}"
    context = {
        "key": key_of(name),
        "item_id": name,
        "field": "value",
        "text": str(stale),
        "theirs": getattr(stale.current, "value", ""),
        "mine": raw,
        "version": getattr(stale.current, "version", 0),
    }
    return render(request, "assessments/score_page/_score_conflict.html", context, status=409)
