"""开用检查: what an agency still lacks, who sees to it, and trials of what can be tried; for the three keepers."""

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import Refused
from portal.first_day import selectors, services
from portal.first_day.forms import NeedlessForm, OwnerForm
from portal.first_day.rules import may_keep_check


def _keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not may_keep_check(viewer.held):
        raise Http404
    return viewer


def _line(viewer: Viewer, key: str) -> selectors.OpeningLine:
    found = next((line for line in selectors.check_lines(viewer.moment) if line.item == key), None)
    if found is None:
        raise Http404
    return found


def _common(viewer: Viewer) -> dict[str, object]:
    # The pages that the lines lead to are the system keeper's.
    return {"is_system": viewer.held.has(Role.SYSTEM_KEEPER), "now": viewer.moment, "today": viewer.today}


@require_safe
def first_day(request: HttpRequest) -> HttpResponse:
    """The check list."""
    viewer = _keeper(request)
    lines = selectors.check_lines(viewer.moment)
    counts = [(state, sum(line.state == state for line in lines)) for state in selectors.STATES]
    groups = [(group, list(found)) for group, found in groupby(lines, key=lambda line: line.group)]
    shown = [(state, count) for state, count in counts if count or state != selectors.NEEDLESS]
    return render(request, "portal/first_day/first_day.html", {"groups": groups, "counts": shown, **_common(viewer)})


def first_day_line(request: HttpRequest, key: str) -> HttpResponse:
    """One line: who sees to it by when, and that it is not needed here."""
    viewer = _keeper(request)
    line, action = _line(viewer, key), request.POST.get("action", "")
    begun = {"owner": line.mark.owner_id, "due": line.mark.due} if line.mark else {}
    owning = OwnerForm(request.POST if action == "assign" else None, initial=begun, today=viewer.today)
    aside = NeedlessForm(request.POST if action == "set_aside" else None)
    if done := _done(action, line, owning, aside, viewer):
        messages.success(request, done)
        return redirect(f"{reverse('portal:first_day')}#{line.item}")
    context = {"line": line, "owning": owning, "aside": aside, "errors": [owning, aside], **_common(viewer)}
    return render(request, "portal/first_day/line.html", context, status=422 if request.method == "POST" else 200)


def _done(action: str, line: selectors.OpeningLine, owning: OwnerForm, aside: NeedlessForm, viewer: Viewer) -> str:
    """Do what was asked; returns what to say of it, nothing if nothing was done."""
    item, by = line.item, viewer.user
    if action == "assign" and owning.is_valid():
        services.assign(item=item, owner=owning.cleaned_data["owner"], due=owning.cleaned_data["due"], by=by)
        return f"{item.label}：已记下负责人和期限"
    if action == "set_aside" and aside.is_valid():
        services.set_aside(item=item, reason=aside.cleaned_data["reason"], by=by)
        return f"{item.label}：已写明本地不需要"
    if action == "take_back":
        services.take_back(item=item, by=by)
        return f"{item.label}：已收回“本地不需要”"
    return ""


@require_POST
def first_day_try(request: HttpRequest, key: str) -> HttpResponse:
    """Try what a line is about; the answer is shown with the line."""
    viewer = _keeper(request)
    item = _line(viewer, key).item
    try:
        if services.ask_for_trial(item=item, by=viewer.user):
            messages.success(request, f"{item.label}：已交后台进程去试，几秒后刷新本页看结果")
        else:
            services.try_line(item)
            messages.success(request, f"{item.label}：试过了，结果见下")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('portal:first_day')}#{item}")
