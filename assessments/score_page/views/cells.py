"""A row of a score table: drawer, autosave of a cell, and presence of other people.

Also here: Autosave of a base quantity, which updates every clause that uses it. Prefilling rows, confirming 无变化 by one click, and the
reason for differing from a prefilled value.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from assessments.findings.services import declare_unchanged
from assessments.prefill import services
from assessments.score_page.selectors import table_page as pages
from assessments.score_page.selectors.table_drawer import drawer_of
from assessments.score_page.selectors.table_filter import ALL, LABELS
from assessments.score_page.selectors.table_rows import BUILD_CHOICES, ScoreSheet, heads_of, live_sheet, row_view, sheet_of
from assessments.score_page.views.rendered_rows import beside, chapter_list
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.tables.rules import may_edit_table, sees_live_rows
from assessments.tables.selectors import presence as presences
from assessments.tables.selectors.tables import overdue_word
from assessments.tables.selectors.widgets import exact_words, key_of
from assessments.tables.services import cells
from assessments.tables.services.cells import CellProblem, SavedCell, cleaned, item_of, save_base, save_cell
from assessments.tables.views import filled_table, live_table, seen_table, typed_field, version_of
from assessments.versions.selectors import past_of
from greendistrict.accounts.http import at_the_page, signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused, Stale
from indicators.scoring.prepare import Item


@method_decorator(at_the_page, name="dispatch")
class ScoreRowView(View):
    """One row: its drawer, and the autosave of one cell."""

    def get(self, request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
        """Drawer as a fragment, or with ``?fresh`` the current row; without htmx the whole page with the drawer open."""
        viewer = viewer_of(request)
        table = seen_table(viewer, pk)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{reverse('assessments:score_table', args=[pk])}?item={item_id}")
        sheet, version = sheet_of(viewer, table)
        item = sheet.scored.table.items.get(item_id)
        if item is None:
            return HttpResponse("没有这一条文", status=404)
        held = viewer.held
        editable = version is None and may_edit_table(held, table)
        if editable and "fresh" in request.GET:
            return render(request, "assessments/score_page/_score_saved.html", saved_context(request, sheet, item, reshape=True))
        context = {
            "table": table,
            "drawer": drawer_of(sheet, item_id, live=version is None, past=past_of(viewer, table, item_id)),
            "editable": editable,
            "reads_files": sees_live_rows(held, table),
            "opened": True,
            "build_choices": BUILD_CHOICES,
        }
        return render(request, "assessments/score_page/_score_drawer.html", context)

    def post(self, request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
        """Save one cell; 200 with the row's figures and the totals, else the reason and what to do.

        Header ``X-Version`` is the row's new version; ``X-Rebased`` says that others changed the row meanwhile.
        """
        viewer = viewer_of(request)
        table = filled_table(viewer, pk)

        def row(item: Item, saved: SavedCell, *, reshape: bool) -> HttpResponse:
            sheet, _ = sheet_of(viewer, table)
            context = saved_context(request, sheet, item, reshape=reshape, settled=saved.settled)
            return render(request, "assessments/score_page/_score_saved.html", context)

        return save_posted(request, table, item_id, f"{reverse('assessments:score_table', args=[pk])}?item={item_id}&saved=1", row)


class RowAnswer(Protocol):
    """Callable that renders the row after its cell was saved; ``reshape``: render its inputs too."""

    def __call__(self, item: Item, saved: SavedCell, /, *, reshape: bool) -> HttpResponse: ...  # noqa: D102


def save_posted(request: HttpRequest, table: ScoreTable, item_id: str, back: str, answer: RowAnswer) -> HttpResponse:
    """Save the posted cell and respond with its row (without htmx: redirect to ``back``), or with the reason and what to do."""
    field, raw = request.POST.get("field", "value"), ""
    try:
        item = item_of(table, item_id)
        raw = typed_field(item, field, request.POST)
        version, token = version_of(item_id, request.POST), request.POST.get("token", "")
        saved = save_cell(table=table, item_id=item_id, field=field, value=raw, version=version, token=token, by=signed_in(request))
    except Stale as stale:
        return conflict(request, table, item, field, raw, stale)
    except Refused as refused:
        return refused_cell(request, item_id, raw, refused)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(back)
    response = answer(item, saved, reshape=saved.rebased or saved.repeated or field in {"exclusion_reason", "absent_reason"})
    response["X-Version"], response["X-Saved-At"] = str(saved.version), f"{clock.now().astimezone(clock.SHANGHAI):%H:%M:%S}"
    if saved.rebased or saved.repeated:
        response["X-Rebased"] = "1"
    return response


def saved_context(request: HttpRequest, sheet: ScoreSheet, item: Item, *, reshape: bool, settled: Collection[str] = ()) -> dict[str, Any]:
    """Template context of everything that changes with a row: its figures, chapter list, totals. ``reshape``: the inputs too.

    ``settled``: base quantities stored by this save, whose other clauses change as well.
    """
    table = sheet.table
    rule_shown = request.POST.get("drawer") == item.id
    return {
        "table": table,
        "row": row_view(sheet, item),
        "drawer": drawer_of(sheet, item.id, live=False) if rule_shown else None,
        "chapters": chapter_list(sheet, (request.POST or request.GET).get("chapter", item.chapter)),
        "totals": pages.totals_of(sheet),
        "page_href": reverse("assessments:score_table", args=[table.pk]),
        "heads": heads_of(sheet, pages.chapter_named(sheet, item.chapter)),
        "saved_at": clock.now(),
        "late": overdue_word(table, viewer_of(request).today),
        "operation": table.stage == "operation",
        "reads_files": True,
        "editable": True,
        "building": table.building,
        "rule_shown": rule_shown,
        "reshape": reshape or bool(settled),
        **beside(sheet, settled, item.id),
        "build_choices": BUILD_CHOICES,
        "oob": True,
    }


def conflict(request: HttpRequest, table: ScoreTable, item: Item, field: str, raw: Any, stale: Stale) -> HttpResponse:  # noqa: PLR0917 - what the fragment shows
    """Response to a version conflict: both values, to choose from."""
    current = stale.current
    try:
        mine = cleaned(table, item, field, raw)
    except CellProblem:
        mine = raw
    words = (lambda value: exact_words(item, value)) if field == "value" else str
    context = {
        "table": table,
        "key": key_of(item.id),
        "item_id": item.id,
        "field": field,
        "text": str(stale),
        "theirs": words(getattr(current, "value", "")),
        "mine": words(mine),
        "version": getattr(current, "version", 0),
    }
    return render(request, "assessments/score_page/_score_conflict.html", context, status=409)


def refused_cell(request: HttpRequest, item_id: str, raw: Any, refused: Refused) -> HttpResponse:
    """Response to a refusal: the reason, with what was typed so that it can be copied."""
    shown = "，".join(str(part) for part in raw.values() if part) if isinstance(raw, Mapping) else raw
    context = {"key": key_of(item_id), "item_id": item_id, "text": str(refused), "typed": shown if refused.status in {403, 410} else ""}
    response = render(request, "assessments/score_page/_score_refused.html", context, status=refused.status)
    response["X-Refused"] = "1"  # our own answer, not the frame's: the browser need not send it again
    return response


@require_safe
@at_the_page
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Other people in the table and their rows; rows changed since ``?since``. ``?item`` is the user's own row."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    if not sees_live_rows(viewer.held, table):
        return JsonResponse({"others": [], "changed": [], "now": ""})
    now = clock.now()
    presences.note(table.pk, viewer, request.GET.get("item", ""))
    changed = presences.changed_since(table, parse_datetime(request.GET.get("since", "").replace(" ", "+")))
    others = [{"name": one.name, "item": one.item_id} for one in presences.others(table.pk, viewer)]
    return JsonResponse({"others": others, "changed": changed, "now": (now - presences.OVERLAP).isoformat()})


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
            messages.success(request, "已保存")
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


MOST_NAMED = 5


@require_POST
def unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the named rows, or all eligible ones, unchanged; refused rows are listed with the reason."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    items = None if "all" in request.POST else request.POST.getlist("item")
    declared = declare_unchanged(table=table, by=viewer.user, items=items)
    if declared.done:
        messages.success(request, f"{len(declared.done)}条已确认{'无变化' if table.previous_id else ''}")
    for name, text in list(declared.refused.items())[:MOST_NAMED]:
        messages.warning(request, f"{name} 不能确认：{text}")
    if not (declared.done or declared.refused):
        messages.info(request, "没有可以确认无变化的条文")
    show = request.POST.get("show", ALL)
    query = f"show={show}" if show in LABELS else f"item={items[0]}" if items else f"show={ALL}"
    return HttpResponseRedirect(f"{reverse('assessments:score_table', args=[pk])}?{query}")


@require_POST
def begin_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Save 实施中 in every answered clause without a construction state, and return to the view it was asked from."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    done = cells.begin_rest(table=table, by=viewer.user)
    asked = parse_qs(request.POST.get("back", ""))
    query = urlencode([(name, asked[name][0]) for name in ("chapter", "show") if name in asked])
    address = reverse("assessments:score_table", args=[pk])
    said = f"{done}条的建设情况已填为实施中" if done else "没有需要填建设情况的条文"
    return redirect_saying(request, said, f"{address}?{query}" if query else address)


@require_POST
def bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Prefill rows that are still empty, and return to the check."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    done = services.bring_in(table=table, by=viewer.user)
    return redirect_saying(request, f"已带入{done}条，请逐条核对后确认" if done else "没有可以带入的取值", "assessments:score_check", pk)


@require_POST
@at_the_page
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Update untouched rows when a table is opened; responds with a note about the changes."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    return render(request, "assessments/score_page/_score_brought.html", {"items": services.follow_sources(table=table, by=viewer.user)})


@require_POST
def override_reason(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Save why the row differs from the prefilled value."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    row = get_object_or_404(ScoreRow.objects.select_related("table__district"), table=table, item_id=item_id)
    services.give_reason(row=row, reason=request.POST.get("reason", ""), by=viewer.user)
    return redirect_saying(request, f"{item_id} 的改写理由已保存", f"{reverse('assessments:score_table', args=[pk])}?item={item_id}")
