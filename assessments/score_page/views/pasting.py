"""Pasting a block of cells into a score table: preview of each cell before saving."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.http import require_POST

from assessments.findings.selectors.row_facts import group_of
from assessments.score_page.views.tables import raise_closed
from assessments.tables.forms import raw_value
from assessments.tables.models import ScoreTable
from assessments.tables.rules import may_edit_table
from assessments.tables.selectors.scoring import RowData, rows_of
from assessments.tables.selectors.widgets import exact_words
from assessments.tables.services.cells import DECLARED, LEFT_OUT, CellProblem, cleaned
from assessments.tables.views import filled_table
from greendistrict.accounts.viewer import viewer_of
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item


@require_POST
def paste_check(request: HttpRequest, pk: int) -> HttpResponse:
    """For each pasted row of ``rows``: old and new value in words, or the reason for refusing it.

    Saves nothing: the browser writes accepted values into the cells, and each is saved as if typed. ``put`` holds the inputs in stored
    form, by name.
    """
    viewer = viewer_of(request)
    table = filled_table(viewer, pk)
    if not may_edit_table(viewer.held, table):
        raise_closed(viewer, table)
    items = rules_for(table.edition).table(table.type, table.stage).items
    rows = rows_of(table.pk)[table.pk]
    names = dict.fromkeys(name for name in request.POST.getlist("rows") if name in items and name in rows)
    return JsonResponse({"rows": [_checked(table, items[name], rows[name], request.POST) for name in names]})


def _checked(table: ScoreTable, item: Item, row: RowData, data: QueryDict) -> dict[str, Any]:
    cell: dict[str, Any] = {"item": item.id, "title": item.title, "old": exact_words(item, row.value), "refused": "", "put": {}}
    if row.exclusion_reason or row.absent_reason:
        return {**cell, "refused": DECLARED}
    if group_of(table, item, None) == "excluded":
        return {**cell, "refused": LEFT_OUT}
    try:
        value = cleaned(table, item, "value", raw_value(item, data, touched=True))
    except CellProblem as problem:
        return {**cell, "refused": str(problem)}
    name = f"{item.id}-value"
    inputs = {f"{name}-{key}": _text(one) for key, one in value.items()} if isinstance(value, dict) else {name: _text(value)}
    return {**cell, "new": exact_words(item, value), "same": value == row.value, "put": inputs}


def _text(value: Any) -> str:
    return {True: "true", False: "false", None: ""}.get(value, value) if not isinstance(value, list) else ""
