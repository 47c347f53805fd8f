"""到期事项: the list, decisions about one obligation or several selected ones, 催办, and the preview of reminders."""

from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import workdays
from greendistrict.core.errors import Refused
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from obligations import urging
from obligations.batch import MOST_TOGETHER, BatchItem, BatchWay, planned
from obligations.columns import DUTY_LIST, ListedDuty
from obligations.decisions import decisions_about
from obligations.duties import Obligation, is_decided_elsewhere
from obligations.forms import BatchForm, ExemptionForm, ObligationFilter, UrgingForm
from obligations.previews import has_reminders, may_preview, rung_lines
from obligations.reminder_settings import hours
from obligations.rules import may_decide, may_urge, seat_word
from obligations.selectors import (
    bodies_of,
    in_sight,
    listed_in,
    obligation_of,
    obligations_visible_to,
    sees_all,
    urgent_first,
    years_in_short,
)
from obligations.services import decide, decide_many
from obligations.waivers import decided_on, waivers_waiting


@require_safe
def obligation_list(request: HttpRequest) -> HttpResponse:
    """Visible obligations, overdue first, filtered by kind, authority, district, state, year, day and text."""
    viewer = viewer_of(request)
    today = viewer.today
    held = viewer.held
    rows = urgent_first(listed_in(viewer, request.GET.get("year", "")), today)
    form = _filter(request, rows, viewer)
    found, calendar, decides = form.chosen(), workdays.current(), may_decide(held)
    context = list_context(request, found, form, export="obligations:obligation_export") | {
        "today": today,
        "may_decide": decides,
        "may_urge": may_urge(held),
    }
    context["plan_years"] = [today.year, today.year + 1] if rows else []
    year, short = form.cleaned_data.get("year") if form.is_valid() else None, years_in_short(today)
    if year and year < today.year:
        context["of_past"] = {"year": year, "examined": year + 1 if held.is_city else 0}
    elif short and rows and not year:
        context["left_out"] = short[-1]
    shown = context["page"].object_list
    keys = [row.key for row in shown]
    decided, before, waiting = decisions_about(keys), urging.urged(keys), waivers_waiting(keys) if context["may_decide"] else {}
    context["lines"] = [
        {
            "obligation": row,
            "state": row.state(today),
            "left": calendar.left(today, row.due),
            "open": row.is_undone,
            "decision": decided.get(row.key),
            "waiver_waits": row.key in waiting,
            "decidable": row.is_undone and not is_decided_elsewhere(row.key),
            "previewed": has_reminders(row, today) and may_preview(viewer.held, row),
            "urged": before.get(row.key),
            "urgeable": context["may_urge"] and urging.is_offered(viewer.user, row, today),
        }
        for row in shown
    ]
    late = takewhile(lambda row: row.is_overdue(today), found) if context["may_urge"] else ()
    context["late_urgeable"] = len(list(islice((row for row in late if urging.is_offered(viewer.user, row, today)), urging.MOST + 1)))
    context["most_urged"] = urging.MOST
    return render(request, "obligations/obligation_list.html", context)


@require_safe
def obligation_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    viewer = viewer_of(request)
    today = viewer.today
    rows = urgent_first(listed_in(viewer, request.GET.get("year", "")), today)
    found = _filter(request, rows, viewer).chosen()
    calendar, before = workdays.current(), urging.urged(row.key for row in found)
    lines = [
        ListedDuty(row, row.state(today), calendar.left(today, row.due) if row.is_open else None, before.get(row.key)) for row in found
    ]
    content = DUTY_LIST.book(DUTY_LIST.rows_of(lines), today, "到期事项", "到期事项")
    return list_workbook(request, content, name="到期事项", action="obligations.export", rows=len(found))


def _filter(request: HttpRequest, rows: Sequence[Obligation], viewer: Viewer) -> ObligationFilter:
    """The filter of the list, with years of which it has all only when it is asked for them."""
    own, years = _answered_by(viewer.held), years_in_short(viewer.today) if rows else ()
    return ObligationFilter(request.GET, rows, names=bodies_of(rows), today=viewer.today, own=own, years=years)


def _answered_by(held: HeldPosts) -> frozenset[int]:
    """Bodies of a person who sees only some districts; empty for people who see all."""
    return frozenset() if sees_all(held) else frozenset(held.organisation_ids)


def obligation_decide(request: HttpRequest, key: str) -> HttpResponse:
    """Waive or extend one obligation; for the posts that the settings name."""
    viewer = viewer_of(request)
    today = viewer.today
    found = next((row for row in obligations_visible_to(viewer) if row.key == key), None)
    held = viewer.held
    if found is None or not may_decide(held) or is_decided_elsewhere(key):
        raise Http404
    if not found.is_undone:  # met by somebody else, or its title ended, while the page was open
        messages.error(request, f"{found.district}{found.title}{found.state(today).label}，不办理免报和延期")
        return redirect("obligations:obligation_detail", key=key)
    form = ExemptionForm(request.POST or None, owed=found, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["extended_to"] is None and request.POST.get("confirmed") != "yes":
            return _asked_again(request, found, form.cleaned_data["reason"])
        try:
            decided_now = decide(obligation=key, by=viewer.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            until = decided_now.extended_to
            rolled = "，顺延至工作日" if until != form.cleaned_data["extended_to"] else ""
            done = f"已延期至{workdays.term_in_words(until)}{rolled}" if until else f"的免报已{seat_word(held)}，{CHECKED_FIRST}"
            messages.success(request, f"{found.district}{found.title}{done}")
            return redirect("obligations:obligation_list")
    decided = decided_on(viewer, key)
    context = {"obligation": found, "form": form, "decided": decided, "state": found.state(today), "seat": seat_word(held)}
    return render(request, "obligations/obligation_decide.html", context)


CHECKED_FIRST = "市级另一人核对后生效，核对前照常应报"


def _asked_again(request: HttpRequest, found: Obligation, reason: str) -> HttpResponse:
    """A waiver is unlimited, so an empty day must be confirmed once more."""
    context = {
        "title": f"免报：{found.district}{found.title}",
        "question": "没有填写延至的日期，即为免报。免报是平台的办法，《指导意见》没有规定。只是推迟的，请返回填写日期。",
        "effects": [CHECKED_FIRST, f"生效后{found.organisation}不再报送{found.title}，其他应报事项不变", "到期清单显示为免报，不再提醒"],
        "reason": reason,
        "reason_required": True,
        "hidden": {"extended_to": ""},
        "url": request.path,
        "action": "waive",
        "label": f"{seat_word(viewer_of(request).held)}免报",
        "kind": "refuse",
        "back": request.path,
        "crumbs": [("到期", reverse("obligations:obligation_list")), ("免报或延期", request.path), ("免报", "")],
    }
    return render(request, "components/confirm.html", context)


@require_POST
def obligation_batch(request: HttpRequest) -> HttpResponse:
    """Preview of a decision with old and new day of each obligation; the confirmation does exactly what was shown."""
    viewer = viewer_of(request)
    if not may_decide(viewer.held):
        raise Http404
    wanted = set(request.POST.getlist("key")[:MOST_TOGETHER])
    with held_reads():
        chosen = urgent_first((row for row in obligations_visible_to(viewer) if row.key in wanted), viewer.today)
    if not chosen:
        messages.error(request, "请先在清单中勾选事项")
        return redirect(_back_to_list(request))
    form = BatchForm(request.POST if "reason" in request.POST else None)
    waiting = waivers_waiting(row.key for row in chosen)
    items = planned(chosen, form.wish, viewer.today, workdays.current(), waiting) if form.is_valid() else []
    if items and request.POST.get("confirmed") == "yes":
        keys, shown = {item.obligation.key for item in items}, request.POST.getlist("shown")
        try:
            number = decide_many(keys=keys, wish=form.wish, shown=shown, by=viewer.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
            form.refused_status = refused.status
        else:
            first = f"，{CHECKED_FIRST}" if form.wish.way == BatchWay.WAIVE else ""
            messages.success(request, f"已{seat_word(viewer.held)}{number}项：{form.words}{first}")
            return redirect(_back_to_list(request))
    context: dict[str, Any] = {
        "form": form,
        "items": items or [BatchItem(row) for row in chosen],
        "is_planned": bool(items),
        "doable": sum(not item.out for item in items),
        "waived": bool(items) and form.wish.way == BatchWay.WAIVE,
        "any_demo": any(row.is_demo for row in chosen),
        "back": _back_to_list(request),
        "asked": request.POST.get("asked", ""),
        "seat": seat_word(viewer.held),
        "crumbs": [("到期", _back_to_list(request)), ("批量免报或延期", "")],
    }
    return render(request, "obligations/obligation_batch.html", context, status=form.refused_status)


def _back_to_list(request: HttpRequest) -> str:
    """URL of the list with the filter from which the obligations were selected."""
    asked = request.POST.get("asked", "")
    return reverse("obligations:obligation_list") + (f"?{QueryDict(asked).urlencode()}" if asked else "")


ALL_LATE = "late"


@require_http_methods(["GET", "POST"])
def obligation_urge(request: HttpRequest) -> HttpResponse:
    """Preview of an urging (by query string for few, by POST from the list for many); the confirmation sends what was shown.

    A list that names the recipient beside the button may urge immediately, with the text of the preview.
    """
    viewer = viewer_of(request)
    if not may_urge(viewer.held):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    rows = _chosen_to_urge(viewer, asked)
    if not rows:
        if asked.getlist("key") and asked.get("all") != ALL_LATE:  # of others: as if they were not there
            raise Http404
        messages.error(request, "没有可催办的事项，请在清单中勾选")
        return redirect(_back(request, asked))
    form = UrgingForm(asked if request.method == "POST" else None)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    status = 422 if form.errors else 200
    at_once = request.POST.get("at_once") == "yes" and len(rows) == 1
    if request.method == "POST" and (at_once or request.POST.get("confirmed") == "yes") and not form.errors:
        try:
            shown = (
                [item.shown for item in urging.planned(viewer.user, rows, note, viewer.today)] if at_once else request.POST.getlist("shown")
            )
            number = urging.urge(keys=[row.key for row in rows], shown=shown, note=note, by=viewer.user)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            messages.success(request, f"已催办{number}项")
            return redirect(_back(request, asked))
    items = urging.planned(viewer.user, rows, note, viewer.today)
    back = _back(request, asked)
    context: dict[str, Any] = {
        "form": form,
        "items": items,
        "doable": sum(not item.out for item in items),
        "any_demo": any(item.obligation.is_demo for item in items),
        "back": back,
        "asked": asked.get("asked", ""),
        "crumbs": [("到期", reverse("obligations:obligation_list")), ("催办", "")],
    }
    return render(request, "obligations/obligation_urge.html", context, status=status)


def _chosen_to_urge(viewer: Viewer, asked: QueryDict) -> Sequence[Obligation]:
    """Selected obligations, or all overdue ones matching the list's filter that the person may urge."""
    today = viewer.today
    if asked.get("all") != ALL_LATE:
        return urgent_first(urging.chosen(viewer.user, asked.getlist("key")[: urging.MOST], today), today)
    with held_reads():
        rows = urgent_first(in_sight(viewer), today)
        form = ObligationFilter(QueryDict(asked.get("asked", "")), rows, names=bodies_of(rows), today=today)
        late = (row for row in form.chosen() if row.is_overdue(today) and urging.is_offered(viewer.user, row, today))
        return [row for row, _ in zip(late, range(urging.MOST), strict=False)]


def _back(request: HttpRequest, asked: QueryDict) -> str:
    """URL of the page it was requested from, else of the filtered list."""
    back = asked.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    conditions = QueryDict(asked.get("asked", "")).urlencode()
    return reverse("obligations:obligation_list") + (f"?{conditions}" if conditions else "")


@require_safe
def obligation_reminders(request: HttpRequest, key: str) -> HttpResponse:
    """Every step with its recipients; for the city and those responsible for the debtor's people."""
    viewer = viewer_of(request)
    today = viewer.today
    obligation = obligation_of(viewer, key)
    if obligation is None or not may_preview(viewer.held, obligation):
        raise Http404
    listed, detail = reverse("obligations:obligation_list"), reverse("obligations:obligation_detail", args=[key])
    context = {
        "obligation": obligation,
        "today": today,
        "lines": rung_lines(obligation, today),
        "hours": hours(),
        "crumbs": [("到期", listed), (f"{obligation.district}{obligation.title}", detail), ("提醒安排", "")],
    }
    return render(request, "obligations/obligation_reminders.html", context)
