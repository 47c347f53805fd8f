"""到期事项: the list, and the decision about one obligation."""

from itertools import islice, takewhile

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import workdays
from greendistrict.core.errors import Refused
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.downloads import list_workbook
from obligations import services
from obligations.columns import DUTY_LIST, ListedDuty
from obligations.decisions import decisions_about
from obligations.duties import Obligation, is_decided_elsewhere
from obligations.forms import ExemptionForm, ObligationFilter
from obligations.models import Exemption
from obligations.reminder_preview import has_reminders, may_preview
from obligations.rules import may_decide, may_urge, seat_word
from obligations.selectors import bodies_of, obligations_visible_to, sees_all, urgent_first
from obligations.urging import MOST, is_offered, urged


@require_safe
def obligation_list(request: HttpRequest) -> HttpResponse:
    """Visible obligations, overdue first, filtered by kind, authority, district, state, year, day and text."""
    viewer = viewer_of(request)
    today = viewer.today
    held = viewer.held
    with held_reads():
        rows = urgent_first(obligations_visible_to(viewer), today)
        form = ObligationFilter(request.GET, rows, names=bodies_of(rows), today=today, own=_answered_by(viewer.held))
        found, calendar, decides = form.chosen(), workdays.current(), may_decide(held)
    context = list_context(request, found, form, export="obligations:obligation_export") | {
        "today": today,
        "may_decide": decides,
        "may_urge": may_urge(held),
    }
    context["plan_years"] = [today.year, today.year + 1] if rows else []
    shown = context["page"].object_list
    decided, before = decisions_about(row.key for row in shown), urged(row.key for row in shown)
    context["lines"] = [
        {
            "obligation": row,
            "state": row.state(today),
            "left": calendar.left(today, row.due),
            "open": row.met_on is None,
            "decision": decided.get(row.key),
            "decidable": row.met_on is None and not is_decided_elsewhere(row.key),
            "previewed": has_reminders(row, today) and may_preview(viewer.held, row),
            "urged": before.get(row.key),
            "urgeable": context["may_urge"] and is_offered(viewer.user, row, today),
        }
        for row in shown
    ]
    late = takewhile(lambda row: row.is_overdue(today), found) if context["may_urge"] else ()
    context["late_urgeable"] = len(list(islice((row for row in late if is_offered(viewer.user, row, today)), MOST + 1)))
    context["most_urged"] = MOST
    return render(request, "obligations/obligation_list.html", context)


@require_safe
def obligation_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    viewer = viewer_of(request)
    today = viewer.today
    with held_reads():
        rows = urgent_first(obligations_visible_to(viewer), today)
        found = ObligationFilter(request.GET, rows, names=bodies_of(rows), today=today, own=_answered_by(viewer.held)).chosen()
        calendar, before = workdays.current(), urged(row.key for row in found)
    lines = [
        ListedDuty(row, row.state(today), calendar.left(today, row.due) if row.is_open else None, before.get(row.key)) for row in found
    ]
    content = DUTY_LIST.book(DUTY_LIST.rows_of(lines), today, "到期事项", "到期事项")
    return list_workbook(request, content, name="到期事项", action="obligations.export", rows=len(found))


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
    if found.met_on is not None:  # met by somebody else while the page was open
        messages.error(request, f"{found.district}{found.title}{found.state(today).label}，不办理免报和延期")
        return redirect("obligations:obligation_detail", key=key)
    form = ExemptionForm(request.POST or None, owed=found, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["extended_to"] is None and request.POST.get("confirmed") != "yes":
            return _asked_again(request, found, form.cleaned_data["reason"])
        try:
            decided_now = services.decide(obligation=key, by=viewer.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            until = decided_now.extended_to
            rolled = "，顺延至工作日" if until != form.cleaned_data["extended_to"] else ""
            done = f"延期至{cn_date(until)}{rolled}" if until else "免报"
            messages.success(request, f"{found.district}{found.title}已{done}")
            return redirect("obligations:obligation_list")
    decided = Exemption.objects.filter(obligation=key).select_related("decided_by")
    context = {"obligation": found, "form": form, "decided": decided, "state": found.state(today), "seat": seat_word(held)}
    return render(request, "obligations/obligation_decide.html", context)


def _asked_again(request: HttpRequest, found: Obligation, reason: str) -> HttpResponse:
    """A waiver is unlimited, so an empty day must be confirmed once more."""
    context = {
        "title": f"免报：{found.district}{found.title}",
        "question": "没有填写延至的日期，决定后免报，不再提醒。只是推迟的，请返回填写日期。",
        "effects": [f"{found.organisation}不再报送这一事项", "到期清单显示为免报"],
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
