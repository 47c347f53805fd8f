"""Pages of shared rows."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.findings.selectors.check import holding_words, standings
from assessments.findings.services import declare_unchanged
from assessments.score_page.selectors.table_drawer import drawer_of
from assessments.score_page.selectors.table_rows import BUILD_CHOICES, ScoreSheet, row_view
from assessments.score_page.views.cells import save_posted
from assessments.score_page.views.rendered_rows import TableLayout, groups_of
from assessments.share_page.selectors import progress_of, share_blocking, share_sheet
from assessments.sharing import services
from assessments.sharing.forms import GivingForm, SeveralForm, ShareForm
from assessments.sharing.lifecycle import SHARE, gives_out, may_fill
from assessments.sharing.models import RowShare, ShareState
from assessments.sharing.selectors import ClauseGroup, clause_groups
from assessments.sharing.views import seen_share
from assessments.tables.models import ScoreTable
from assessments.tables.selectors import presence as presences
from assessments.tables.selectors.scoring import rows_of
from assessments.tables.selectors.widgets import key_of
from assessments.tables.services.cells import CellProblem, SavedCell, cleaned, item_of, save_cell
from assessments.tables.views import seen_table, typed_fields, version_of
from districts.file.rules import works_on_system
from greendistrict.accounts.http import at_the_page
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

# 分工: assigning rows of a table, and the assignee's page.

DONE = {"sign": SHARE.state(ShareState.SIGNED).label, "reopen": "已退回补充", "withdraw": SHARE.state(ShareState.WITHDRAWN).label}


@require_http_methods(["GET", "POST"])
def share_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has which rows of a table; POST by the preparer assigns rows."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    held = viewer.held
    if not works_on_system(held, table.district):
        raise Http404
    form = ShareForm(request.POST or None, table=table, today=viewer.today)
    if request.method == "POST" and form.is_valid() and _given(request, table, viewer.user, form):
        return HttpResponseRedirect(reverse("assessments:share_list", args=[pk]))
    rows, progress = rows_of(table.pk)[table.pk], progress_of(table)
    shares = list(table.shares.select_related("organisation", "person").exclude(status=ShareState.WITHDRAWN))
    names = {share.pk: share.assignee for share in shares}
    context = {
        "table": table,
        "form": form,
        "errors": [form] if request.method == "POST" else [],
        "chosen": set(request.POST.getlist("items")),
        "may_give": gives_out(held, table),
        "shares": [(share, SHARE.state(share.status), *progress.get(share.pk, (0, 0))) for share in shares],
        "chapters": _chapters(table, {name: names.get(row.share or 0, "") for name, row in rows.items()}),
    }
    return render(request, "assessments/share_page/share_list.html", context, status=422 if request.method == "POST" else 200)


def _chapters(table: ScoreTable, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Chapters with their clauses, each clause's assignee, and the department named by the standard."""
    layout = rules_for(table.edition).table(table.type, table.stage)
    return [
        {
            "chapter": chapter,
            "lines": [(item, item.data["source_department"] or "", names.get(item.id, "")) for item in chapter.items],
            "free": sum(not names.get(item.id) for item in chapter.items),
        }
        for chapter in layout.chapters
        if chapter.items
    ]


def _given(request: HttpRequest, table: ScoreTable, user: User, form: ShareForm) -> bool:
    """Assign what was ticked: single clauses, and the unassigned clauses of whole chapters. Returns whether it succeeded."""
    layout = rules_for(table.edition).table(table.type, table.stage)
    taken = {row.item_id for row in rows_of(table.pk)[table.pk].values() if row.share}
    wanted = set(request.POST.getlist("chapters"))
    items = {item.id for chapter in layout.chapters if chapter.key in wanted for item in chapter.items} - taken
    items |= set(request.POST.getlist("items"))
    data = form.cleaned_data
    try:
        share = services.give_out(
            table=table, items=items, by=user, organisation=form.organisation, person=form.person, due_on=data["due_on"], note=data["note"]
        )
    except Refused as refused:
        _add_refusals(form, refused)
        return False
    messages.success(request, f"{len(items)}条已分派给{share.assignee}")
    return True


@require_http_methods(["GET", "POST"])
def share_by_department(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose an assignee per clause from the departments named by the standard, or per chapter; a confirming POST assigns them."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    held = viewer.held
    if not works_on_system(held, table.district):
        raise Http404
    NotAllowed.unless(gives_out(held, table), "分工由申报主体的填报人在评分表开放时安排")
    by_chapter = request.GET.get("by") == "chapter"
    groups = clause_groups(table, by_chapter=by_chapter)
    form = SeveralForm(request.POST or None, table=table, today=viewer.today, groups=groups)
    free = {item.id for group in groups for item in group.free}
    ticked = set(request.POST.getlist("items")) & free if request.method == "POST" else free
    valid = request.method == "POST" and form.is_valid()
    confirmed = valid and request.POST.get("do") == "confirm"
    if confirmed and _several_given(request, table, viewer.user, form, ticked):
        return HttpResponseRedirect(reverse("assessments:share_list", args=[pk]))
    wrong = confirmed or (request.method == "POST" and not valid)
    sections: dict[str, list[tuple[ClauseGroup, BoundField]]] = {"可以分派的": [], "没有对应的部门，请选定或不分派": [], "已全部分派的": []}
    proposed, asked, assigned = sections.values()
    for part in form.groups:
        place = (asked if part.why else proposed) if part.free else assigned
        place.append((part, form[part.key]))
    context = {
        "table": table,
        "form": form,
        "errors": [form] if wrong else [],
        "by_chapter": by_chapter,
        "ticked": ticked,
        "sections": [(title, lines) for title, lines in sections.items() if lines],
        **_foreseen(form, ticked),
    }
    return render(request, "assessments/share_page/share_by_department.html", context, status=UNPROCESSABLE if wrong else 200)


def _foreseen(form: SeveralForm, ticked: Collection[str]) -> dict[str, Any]:
    """Preview: number of clauses per assignee as chosen, number unassigned, number already assigned."""
    names = {key: str(one) for key, one in form.bureaus.items()} | {key: one.name for key, one in form.people.items()}
    counts, staying = Counter[str](), 0
    for group in form.groups:
        chosen = sum(item.id in ticked for item in group.free)
        to = names.get(str(form[group.key].value() or ""), "")
        counts[to] += chosen if to else 0
        staying += len(group.free) - (chosen if to else 0)
    return {
        "foreseen": [(name, count) for name, count in counts.items() if count],
        "staying": staying,
        "taken": sum(len(group.taken) for group in form.groups),
    }


def _several_given(request: HttpRequest, table: ScoreTable, user: User, form: SeveralForm, ticked: Collection[str]) -> bool:
    """Assign what was chosen; a refusal becomes a form error. Returns whether it succeeded."""
    data = form.cleaned_data
    try:
        given = services.give_out_several(table=table, parts=form.parts(ticked), by=user, due_on=data["due_on"], note=data["note"])
    except Refused as refused:
        _add_refusals(form, refused)
        return False
    words = "，".join(f"{share.assignee}{share.rows.count()}条" for share in given)
    messages.success(request, f"已分派给{len(given)}家：{words}")
    return True


def _add_refusals(form: GivingForm, refused: Refused) -> None:
    """Add refusals to their fields; a refusal of another kind is raised again."""
    if refused.status != Refused.status:
        raise refused
    add_refusals(form, refused)


@require_safe
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rows of one share for filling in and signing off, and nothing else of the table."""
    viewer = viewer_of(request)
    found = seen_share(viewer, pk)
    return render(request, "assessments/share_page/share.html", share_context(request, viewer, found))


def share_context(
    request: HttpRequest, viewer: Viewer, found: RowShare, typed: Mapping[str, tuple[Any, str]] | None = None, **extra: Any
) -> dict[str, Any]:
    """Template context of the page; the offered buttons are exactly those that ``perform`` would allow. ``typed`` are refused cells."""
    sheet, editable = share_sheet(found), may_fill(viewer.held, found)
    chapters = [chapter for chapter in sheet.scored.table.chapters if any(item.id in sheet.rows for item in chapter.items)]
    item_id = request.GET.get("item", "")
    selected = item_id if item_id in sheet.rows else next(iter(sheet.rows), "")
    look = TableLayout(editable, True, found.table.stage == "operation", found.table.building)
    blocking = share_blocking(found, viewer.today) if found.status == ShareState.OPEN else []
    return {
        **look._asdict(),
        "share": found,
        "table": found.table,
        "state": SHARE.state(found.status),
        "groups": groups_of(sheet, chapters, look, selected, set(sheet.rows), typed or {}, {}),
        "count": len(sheet.rows),
        **dict(zip(("holding", "held"), _holding(sheet, viewer.today) if editable else (0, ""), strict=True)),
        "blocking": blocking,
        "offered": offered(found, viewer.user, {"blocking": blocking[:5]}),
        "action_url": reverse("assessments:share_action", args=[found.pk]),
        "rows_href": reverse("assessments:share_row", args=[found.pk, "-"]).removesuffix("-/"),
        "drawer": drawer_of(sheet, selected) if selected else None,
        "opened": bool(item_id),
        "build_choices": BUILD_CHOICES,
        "columns": look.columns,
        "saved_at": clock.now(),
        **extra,
    }


def _holding(sheet: ScoreSheet, today: dt.date) -> tuple[int, str]:
    """Number of rows that one click on 无变化 settles, and a sentence about them; no query if nothing was prefilled."""
    if not any(row.brought for row in sheet.rows.values()):
        return 0, ""
    return holding_words(standings(sheet.table, sheet.scored, sheet.rows, today).values())


@require_POST
def share_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, send back or withdraw."""
    viewer = viewer_of(request)
    found, back = seen_share(viewer, pk), reverse("assessments:share", args=[pk])

    def again(refused: Refused | None, **extra: Any) -> HttpResponse:
        if refused is not None:
            extra["errors"] = [refusal.text for refusal in refused.refusals]
        context = share_context(request, viewer, seen_share(viewer, pk), **extra)
        return render(request, "assessments/share_page/share.html", context, status=refused.status if refused else UNPROCESSABLE)

    def done(offer: Offered | None) -> HttpResponse:
        action = offer.action if offer else ""
        shares = reverse("assessments:share_list", args=[found.table_id])
        return redirect_saying(request, DONE.get(action, "已办理"), shares if action == "withdraw" else back)

    return act(request, found, StepPage(back, again, done))


# Rows of a share: drawer and autosave, the form without JavaScript.


@method_decorator(at_the_page, name="dispatch")
class ShareRowView(View):
    """One assigned row; other rows of the table give 404."""

    def get(self, request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
        """Drawer as a fragment, or with ``?fresh`` the row as it is now; without htmx the page with the row open."""
        viewer = viewer_of(request)
        share = seen_share(viewer, pk)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(f"{reverse('assessments:share', args=[pk])}?item={item_id}")
        sheet = _with_row(share, item_id)
        editable = may_fill(viewer.held, share)
        if editable and "fresh" in request.GET:
            return render(
                request,
                "assessments/share_page/_share_saved.html",
                share_saved_context(request, sheet, sheet.scored.table.items[item_id], reshape=True),
            )
        context = {
            "table": share.table,
            "share": share,
            "drawer": drawer_of(sheet, item_id),
            "editable": editable,
            "reads_files": True,
            "opened": True,
            "build_choices": BUILD_CHOICES,
        }
        return render(request, "assessments/score_page/_score_drawer.html", context)

    def post(self, request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
        """Save one cell; responds as ``ScoreRowView`` but without totals."""
        share = seen_share(viewer_of(request), pk)
        _with_row(share, item_id)

        def row(item: Item, _saved: SavedCell, *, reshape: bool) -> HttpResponse:
            context = share_saved_context(request, share_sheet(share), item, reshape=reshape)
            return render(request, "assessments/share_page/_share_saved.html", context)

        return save_posted(request, share.table, item_id, f"{reverse('assessments:share', args=[pk])}?item={item_id}", row)


def _with_row(share: RowShare, item_id: str) -> ScoreSheet:
    """Sheet of the share. Raises ``Http404`` if the row is not in it."""
    sheet = share_sheet(share)
    if item_id not in sheet.rows:
        raise Http404
    return sheet


def share_saved_context(request: HttpRequest, sheet: ScoreSheet, item: Item, *, reshape: bool) -> dict[str, Any]:
    """Template context of what changes with a row of a share: only that row."""
    rule_shown = request.POST.get("drawer") == item.id
    return {
        "table": sheet.table,
        "row": row_view(sheet, item),
        "drawer": drawer_of(sheet, item.id, live=False) if rule_shown else None,
        "operation": sheet.table.stage == "operation",
        "editable": True,
        "building": sheet.table.building,
        "rule_shown": rule_shown,
        "reshape": reshape,
        "build_choices": BUILD_CHOICES,
        "oob": True,
    }


@require_POST
def share_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save every changed cell of the share's form without JavaScript; refused ones are shown again with what was typed."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    NotAllowed.unless(may_fill(viewer.held, share), NOT_YOURS)
    sheet = share_sheet(share)
    problems: list[tuple[str, str]] = []
    typed: dict[str, tuple[Any, str]] = {}
    for name in [name for name in request.POST.getlist("rows") if name in sheet.rows]:
        item, version = item_of(share.table, name), version_of(name, request.POST)
        for field, raw in typed_fields(item, request.POST).items():
            try:
                if cleaned(share.table, item, field, raw) != getattr(sheet.rows[name], field):
                    version = save_cell(
                        table=share.table, item_id=name, field=field, value=raw, version=version, token="", by=viewer.user
                    ).version
            except (CellProblem, Stale) as problem:
                problems.append((f"row-{key_of(name)}", f"{name}：{problem}"))
                typed[name] = typed_fields(item, request.POST).get("value", sheet.rows[name].value), str(problem)
    if not problems:
        return redirect_saying(request, "填写的内容已保存", reverse("assessments:share", args=[pk]))
    context = share_context(request, viewer, share, typed) | {"errors": problems}
    return render(request, "assessments/share_page/share.html", context, status=422)


@require_safe
@at_the_page
def share_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Other people working on rows of the share, and rows changed since ``?since``."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    now, own = clock.now(), share_sheet(share).rows
    presences.note(share.table_id, viewer, request.GET.get("item", ""))
    changed = presences.changed_since(share.table, parse_datetime(request.GET.get("since", "").replace(" ", "+")))
    others = [{"name": one.name, "item": one.item_id} for one in presences.others(share.table_id, viewer) if one.item_id in own]
    answer = {"others": others, "changed": [one for one in changed if one[0] in own], "now": (now - presences.OVERLAP).isoformat()}
    return JsonResponse(answer)


@require_POST
def share_unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare 无变化 for the named rows, or for all eligible rows of the share."""
    viewer = viewer_of(request)
    share = seen_share(viewer, pk)
    NotAllowed.unless(may_fill(viewer.held, share), NOT_YOURS)
    declared = declare_unchanged(table=share.table, by=viewer.user, items=None if "all" in request.POST else request.POST.getlist("item"))
    if declared.done:
        messages.success(request, f"{len(declared.done)}条已确认无变化")
    for name, text in declared.refused.items():
        messages.warning(request, f"{name} 不能确认：{text}")
    if not (declared.done or declared.refused):
        messages.info(request, "没有可以确认无变化的条文")
    return HttpResponseRedirect(reverse("assessments:share", args=[pk]))
