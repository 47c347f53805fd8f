"""Pages of the score table: one chapter per request, printed table, pasting a block of cells with preview, trial of values."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from assessments.common.enums import BuildState
from assessments.findings.selectors.check_list import check_list
from assessments.findings.selectors.plausibility import findings
from assessments.findings.selectors.row_facts import frozen_counts, group_of
from assessments.prefill.selectors import LAST_YEAR, follows, targets_wait, waiting_offers
from assessments.score_page.selectors import table_filter
from assessments.score_page.selectors import table_page as pages
from assessments.score_page.selectors.table_drawer import drawer_of
from assessments.score_page.selectors.table_filter import Show, picked
from assessments.score_page.selectors.table_filter import choices as filter_choices
from assessments.score_page.selectors.table_rows import BUILD_CHOICES, GroupHead, ScoreSheet, heads_of, row_view, sheet_of, version_lines
from assessments.score_page.views.rendered_rows import TableLayout, chapter_list, groups_of
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import ScoreTable
from assessments.tables.rules import may_edit_table, sees_live_rows
from assessments.tables.selectors.scoring import RowData, inputs_of, rows_of, without_state
from assessments.tables.selectors.tables import overdue_word, score_tables_visible_to
from assessments.tables.selectors.widgets import base_lines, exact_words, key_of
from assessments.tables.services.cells import DECLARED, LEFT_OUT, CellProblem, cleaned, closed_words, save_rows
from assessments.tables.services.rows import RowTyped
from assessments.tables.views import filled_table, raw_value, seen_table, typed_fields, version_of
from assessments.versions.selectors import past_of
from districts.file.rules import may_edit_district
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.core.fragments import written
from greendistrict.documents.selectors import withheld
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import ChapterRules, Item
from indicators.scoring.values_file import ValuesFile
from indicators.what_if.views import trial_page


def line_of(sheet: ScoreSheet, item: Item) -> dict[str, Any]:
    """One row in words."""
    row, stored = row_view(sheet, item), sheet.rows.get(item.id)
    value = row.out or exact_words(item, stored.value if stored else None)
    build = "" if row.out else BuildState(row.build_state).label if row.build_state else "未填" if sheet.table.building else ""
    return {"row": row, "value": value, "build": str(build), "note": stored.explanation if stored else ""}


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


ALL = "all"


class PageSelection(NamedTuple):
    """What the query string selects: chapters, a filter with its clauses (None without a filter), the open row."""

    chapters: list[ChapterRules]
    show: str
    only: Collection[str] | None
    selected: str
    opened: bool

    @property
    def key(self) -> str:
        """Key of the chapter if a single one is shown; empty for several."""
        return self.chapters[0].key if len(self.chapters) == 1 and self.only is None else ""

    @property
    def query(self) -> str:
        """Query string of the selection."""
        return f"chapter={self.key or ALL}" if self.only is None else f"show={self.show}"


def asked(request: HttpRequest, viewer: Viewer, sheet: ScoreSheet, *, editable: bool) -> PageSelection:
    """Read the query string: ``?show=`` a filter over all chapters, ``?chapter=`` one chapter or ``all``, ``?item=`` a row.

    Without any of them, a user who may fill in starts with what waits for them.
    """
    layout, show = sheet.scored.table, request.GET.get("show", "")
    item_id, wanted = request.GET.get("item", ""), request.GET.get("chapter", "")
    if editable and not (show or item_id or wanted):
        show = table_filter.default_key(viewer, sheet)
        show = "" if show == table_filter.ALL else show
    only = picked(show, sheet, viewer) if show in Show else None
    if only is not None or ALL in (wanted, show):
        chapters = [chapter for chapter in layout.chapters if chapter.items]
    else:
        chapters = [pages.chapter_named(sheet, pages.chapter_of_item(sheet, item_id) or wanted)]
    shown = [item.id for chapter in chapters for item in chapter.items if only is None or item.id in only]
    known = item_id in layout.items
    return PageSelection(chapters, show, only, item_id if known else next(iter(shown), next(iter(layout.items))), known)


def strange_words(request: HttpRequest, sheet: ScoreSheet) -> str:
    """Parts of the query string that the table does not have, in words."""
    item_id, chapter, show = (request.GET.get(name, "") for name in ("item", "chapter", "show"))
    if item_id and item_id not in sheet.scored.table.items:
        return f"这张评分表没有条文“{item_id[:20]}”"
    if show and show not in (*Show, ALL):
        return f"没有“{show[:20]}”这一筛选条件"
    return f"这张评分表没有“{chapter[:20]}”这一章" if chapter and chapter != ALL and not pages.is_chapter(sheet, chapter) else ""


def filter_bar(wanted: PageSelection) -> SafeString:
    """Rendered links of the filters, the current one with the number of its rows."""
    found = None if wanted.only is None else len(wanted.only)
    everything = found is None and not wanted.key
    return written("assessments/score_page/_score_filter_bar.html", filters=filter_choices(wanted.show), found=found, everything=everything)


def links_of(table: ScoreTable, *, editable: bool) -> SafeString:
    """Rendered buttons beside the heading."""
    check = getattr(table, "self_check", None)
    return written("assessments/score_page/_score_links.html", table=table.pk, check=check and check.pk, editable=editable)


def page_context(request: HttpRequest, table: ScoreTable, typed: Mapping[str, tuple[Any, str]] | None = None) -> dict[str, Any]:
    """Template context of the page; ``typed`` are refused cells."""
    viewer = viewer_of(request)
    sheet, version = sheet_of(viewer, table)
    held = viewer.held
    editable = version is None and may_edit_table(held, table)
    wanted = asked(request, viewer, sheet, editable=editable)
    look = TableLayout(editable, sees_live_rows(held, table), table.stage == "operation", table.building)
    left = table_filter.shown(viewer, sheet, wanted.show) if wanted.only is not None else None
    why = left["why"] if left else {}
    return {
        **look._asdict(),
        "table": table,
        "check": getattr(table, "self_check", None),
        "chapter": wanted.chapters[0] if wanted.key else None,
        "chapters": chapter_list(sheet, wanted.key),
        "groups": groups_of(sheet, wanted.chapters, look, wanted.selected, wanted.only, typed or {}, why),
        "totals": pages.totals_of(sheet),
        "filters": filter_bar(wanted),
        "links": links_of(table, editable=editable),
        "left": left,
        "last_source": next((row.source_label for row in sheet.rows.values() if row.source == LAST_YEAR.key), ""),
        "brought": editable and any(row.brought for row in sheet.rows.values()),
        "follows": editable and follows(table, sheet.rows),
        "unchosen": len(without_state(table, sheet.rows.values())) if editable else 0,
        "targets_wait": editable and targets_wait(table, sheet.rows),
        "here": wanted.query,
        "page_href": reverse("assessments:score_table", args=[table.pk]),
        "rows_href": reverse("assessments:score_row", args=[table.pk, "-"]).removesuffix("-/"),
        "drawer": drawer_of(sheet, wanted.selected, live=version is None, past=past_of(viewer, table, wanted.selected)),
        "opened": wanted.opened,
        "strange": strange_words(request, sheet),
        "frozen": version,
        **_bases(sheet, live=version is None),
        "build_choices": BUILD_CHOICES,
        "columns": look.columns,
        "saved_at": clock.now(),
        "late": overdue_word(table, viewer.today),
        "saved_words": "" if "saved" in request.GET else "自动保存",
    }


def _bases(sheet: ScoreSheet, *, live: bool) -> dict[str, Any]:
    """Template context of the base quantities, unfolded while one needs work; frozen versions show them in their rows."""
    lines = base_lines(sheet.table, sheet.rows) if live else []
    return {"bases": lines, "bases_open": any(line.differing or not line.value for line in lines)}


class ScoreTablePage(View):
    """One chapter; without JavaScript its form saves every changed cell of the chapter."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the chapter."""
        table = filled_table(viewer_of(request), pk)
        return render(request, "assessments/score_page/score_table.html", page_context(request, table))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save the chapter's changed cells; refused ones are shown again with what was typed."""
        viewer = viewer_of(request)
        table = filled_table(viewer, pk)
        problems = save_posted(viewer, table, request)
        if not problems:
            address = reverse("assessments:score_table", args=[pk])
            return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}&saved=1")
        status = 409 if any(isinstance(problem, Stale) for _, problem in problems.values()) else 422
        typed = {name: (raw, str(problem)) for name, (raw, problem) in problems.items()}
        context = page_context(request, table, typed)
        context["errors"] = [(f"row-{key_of(name)}", f"{name}：{text}") for name, (_, text) in typed.items()]
        return render(request, "assessments/score_page/score_table.html", context, status=status)


def save_posted(viewer: Viewer, table: ScoreTable, request: HttpRequest) -> dict[str, tuple[Any, Refused]]:
    """Save the changed fields of the posted rows together; returns by item what was typed and why it was refused."""
    if not may_edit_table(viewer.held, table):
        raise_closed(viewer, table)
    problems: dict[str, tuple[Any, Refused]] = {}
    rows = rows_of(table.pk)[table.pk]
    layout = rules_for(table.edition).table(table.type, table.stage).items
    changed = []
    for name in dict.fromkeys(name for name in request.POST.getlist("rows") if name in rows and name in layout):
        fields = {}
        for field, raw in typed_fields(layout[name], request.POST).items():
            try:
                value = cleaned(table, layout[name], field, raw)
            except CellProblem as problem:
                problems[name] = (raw, problem)
            else:
                if value != getattr(rows[name], field):
                    fields[field] = value
        if fields:
            changed.append(RowTyped(name, version_of(name, request.POST), fields))
    for name, refused in save_rows(table=table, rows=changed, by=viewer.user).items():
        problems[name] = (typed_fields(layout[name], request.POST).get("value"), _with_stored(layout[name], refused))
    return problems


def _with_stored(item: Item, refused: Refused) -> Refused:
    """A version conflict, completed with the value stored now."""
    if not isinstance(refused, Stale):
        return refused
    said = exact_words(item, getattr(refused.current, "value", None))
    return Stale(f"{refused}：现存“{said}”，框内是您填的，再次暂存即用您的", current=refused.current)


def raise_closed(viewer: Viewer, table: ScoreTable) -> None:
    """Raise ``NotAllowed`` or ``Closed`` with the reason why nothing can be saved."""
    NotAllowed.unless(may_edit_district(viewer.held, table.district), "您可以查看这张评分表，不能填报")
    raise Closed(closed_words(table))


@require_safe
def score_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show 提交前核对: everything that is missing, blocks or warns, by kind and chapter, linked to its row."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    held = viewer.held
    if not sees_live_rows(held, table):
        return HttpResponseRedirect(reverse("assessments:score_table", args=[pk]))
    check = getattr(table, "self_check", None)
    if check is not None:
        address, query = reverse("assessments:selfcheck_check", args=[check.pk]), request.GET.urlencode()
        return HttpResponseRedirect(f"{address}?{query}" if query else address)
    found = findings(table, viewer.today)
    editable = may_edit_table(held, table)
    context = {
        "table": table,
        "list": check_list(table, found, request.GET.dict()),
        "editable": editable,
        "offers": waiting_offers(table, viewer.today) if editable else [],
    }
    return render(request, "assessments/score_page/score_check.html", context)


@require_safe
def table_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show the receipt of a submission: the frozen content with its digest."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    version = get_object_or_404(table.versions.select_related("frozen_by"), number=number)
    content = version.content
    context = {
        "withheld_files": withheld(viewer, (file["sha256"] for row in content["rows"] for file in row["evidence"])),
        "table": table,
        "version": version,
        "content": content,
        "lines": version_lines(table, content),
        "counts": frozen_counts(content, rules_for(table.edition).items),
        "files": sum(len(row["evidence"]) for row in content["rows"]),
        "check": getattr(table, "self_check", None),
    }
    return render(request, "assessments/score_page/score_version.html", context)


@require_safe
def score_table_list(request: HttpRequest) -> HttpResponse:
    """Show the newest 200 score tables the user sees."""
    tables = score_tables_visible_to(viewer_of(request)).select_related("self_check").order_by("-created_at", "-pk")[:200]
    return render(
        request, "assessments/score_page/score_table_list.html", {"tables": [(table, TABLE.state(table.status)) for table in tables]}
    )


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


def score_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Try values on a copy of the rows the user sees (live or last frozen). Writes nothing."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    sheet, version = sheet_of(viewer, table)
    inputs = inputs_of(table, sheet.scored.table.items, sheet.rows.values())
    start = ValuesFile(inputs.values, inputs.exclusions, inputs.absent)
    return trial_page(request, table.edition, table.type, table.stage, start=start, context={"table": table, "version": version})
