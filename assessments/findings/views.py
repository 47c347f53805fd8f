"""Views that explain findings of the check before submission, one or several at once."""

from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import reselect, reswap, retarget

from assessments.findings.selectors.check_list import CONDITIONS
from assessments.findings.services import answer_finding, answer_findings, declare_unchanged
from assessments.tables.models import ScoreTable
from assessments.tables.rules import sees_live_rows
from assessments.tables.views import live_table, seen_table
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.middleware import refusal

MOST_NAMED = 5


def check_address(table: ScoreTable, asked: str = "", **more: str) -> str:
    """URL of the check with the filter it was opened under."""
    check = getattr(table, "self_check", None)
    address = reverse("assessments:selfcheck_check", args=[check.pk]) if check else reverse("assessments:score_check", args=[table.pk])
    held = {name: values[0] for name, values in parse_qs(asked).items() if name in CONDITIONS} | more
    return f"{address}?{urlencode(held)}" if held else address


@require_POST
def finding_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Save an explanation for one finding, for those ticked, or for all shown in the group, and return to its place on the page."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    NotAllowed.unless(sees_live_rows(viewer.held, table), "您不能填报这张评分表")
    text, kind, asked = (request.POST.get(name, "") for name in ("text", "kind", "query"))
    try:
        if not kind:
            key = request.POST.get("finding", "")
            kept = answer_finding(table=table, key=key, text=text, by=viewer.user)
            messages.success(request, "说明已保存，审核人和评审专家可见" if kept else "说明已撤回")
            anchor = f"finding-{key}".replace(":", "-").replace(".", "_")
            return HttpResponseRedirect(f"{check_address(table, asked, at=key)}#{anchor}")
        keys = request.POST.getlist("shown" if "all" in request.POST else "finding")
        done, skipped = answer_findings(table=table, keys=keys, text=text, by=viewer.user)
    except Refused as why:
        # Shown over the page, which keeps what was typed; without JavaScript on a page of its own.
        if not getattr(request, "htmx", False):
            raise
        return reselect(reswap(retarget(refusal(request, why), "#messages"), "innerHTML"), ".gd-note")
    messages.success(request, f"{done}条已写入同一说明，审核人和评审专家可见")
    for words in list(dict.fromkeys(skipped.values()))[:MOST_NAMED]:
        messages.warning(request, words)
    return HttpResponseRedirect(f"{check_address(table, asked, at=kind)}#kind-{kind}")


@require_POST
def finding_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm prefilled rows from the check: those ticked, or all shown in the group."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    items = request.POST.getlist("shown" if "all" in request.POST else "item")
    declared = declare_unchanged(table=table, by=viewer.user, items=items)
    if declared.done:
        messages.success(request, f"{len(declared.done)}条已确认")
    elif not items:
        messages.warning(request, "请勾选要确认的条文")
    for name, text in list(declared.refused.items())[:MOST_NAMED]:
        messages.warning(request, f"{name} 不能确认：{text}")
    return HttpResponseRedirect(check_address(table, request.POST.get("query", ""), at="confirmed"))
