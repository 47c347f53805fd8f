"""Printable score table with all chapters."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.common.enums import BuildState
from assessments.score_page.selectors import table_page as pages
from assessments.score_page.selectors.table_rows import GroupHead, ScoreSheet, heads_of, row_view, sheet_of
from assessments.tables.selectors.widgets import base_lines, exact_words
from assessments.tables.views import seen_table
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from indicators.scoring.prepare import Item


def line_of(sheet: ScoreSheet, item: Item) -> dict[str, Any]:
    """One row in words."""
    row, stored = row_view(sheet, item), sheet.rows.get(item.id)
    value = row.out or exact_words(item, stored.value if stored else None)
    build = "" if row.out or not row.build_state else str(BuildState(row.build_state).label)
    return {"row": row, "value": value, "build": build, "note": stored.explanation if stored else ""}


def chapters_printed(sheet: ScoreSheet) -> list[tuple[pages.ChapterView, list[tuple[GroupHead, list[dict[str, Any]]]]]]:
    """Every chapter with its rows below their headings."""
    views = {view.key: view for view in pages.chapters_of(sheet, "")}
    return [
        (views[chapter.key], [(head, [line_of(sheet, item) for item in head.items]) for head in heads_of(sheet, chapter)])
        for chapter in sheet.scored.table.chapters
        if chapter.items
    ]


@require_safe
def score_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole table in printable form; ``?now`` opens the browser's print dialogue."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    sheet, version = sheet_of(viewer, table)
    operation = table.stage == "operation"
    if version is not None:
        bases = list(version.content.get("bases", ()))
    else:
        bases = [one for one in base_lines(sheet.table, sheet.rows) if one.value]
    context: dict[str, Any] = {
        "table": table,
        "frozen": version,
        "chapters": chapters_printed(sheet),
        "totals": pages.totals_of(sheet),
        "bases": bases,
        "operation": operation,
        "building": table.building,
        "columns": (9 if table.building else 8) if operation else 6,
        "printed_at": clock.now(),
        "now": "now" in request.GET,
    }
    return render(request, "assessments/score_page/score_print.html", context)
