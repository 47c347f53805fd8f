"""Pages of the yearly self-check: record, check, receipt, steps.

Also here: Inserting a picture into a section of the report.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.calendar import not_yet_open
from assessments.common.views import short_offer, timeline_entry
from assessments.findings.selectors.check_list import check_list
from assessments.findings.selectors.row_facts import frozen_counts
from assessments.prefill.selectors import waiting_offers
from assessments.score_page.views.rendered_rows import own_result_shown
from assessments.self_checks import services
from assessments.self_checks.forms import PictureForm, posted_findings
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.self_checks.selectors import self_checks as selectors
from assessments.self_checks.selectors.report import report_rows
from assessments.self_checks.selectors.self_checks import pictures_for
from assessments.tables.rules import may_edit_table, sees_live_rows
from assessments.versions.views import signed_part
from greendistrict.accounts.acting import named
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import MatterPage, StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered
from indicators.editions.selectors import rules_for

EMPTY_LINES = 5
RETURNS = ("return", "decline")
DETAIL = "assessments/self_checks/selfcheck_detail.html"
QUESTION = "签发后冻结这一版，接收前可以撤回。{}的自评分表和自评报告是否属实、完整？"


def seen_check(viewer: Viewer, pk: int) -> SelfCheck:
    """The self-check if the user sees it. Raises ``Http404``."""
    return get_object_or_404(selectors.self_checks_visible_to(viewer), pk=pk)


@require_safe
def selfcheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record of one self-check: state, submissions, possible steps."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    return render(request, DETAIL, detail_context(viewer, check))


def detail_context(viewer: Viewer, check: SelfCheck, **extra: Any) -> dict[str, Any]:
    """Template context of the record; the offered buttons are exactly those that ``perform`` would allow."""
    held = viewer.held
    live = sees_live_rows(held, check.table)
    found = (
        selectors.all_findings(check, viewer.today)
        if live and check.status in {SelfCheckState.DRAFT, SelfCheckState.RETURNED, SelfCheckState.SIGNING}
        else []
    )
    blocking = selectors.blocking_texts(found)
    items = rules_for(check.table.edition).table(check.table.type, check.table.stage).items.values()
    steps = offered(check, viewer.user, {"blocking": blocking})
    returning = next((step for step in steps if step.action in RETURNS), None)
    return {
        "check": check,
        "table": check.table,
        "state": SELF_CHECK.state(check.status),
        "deadline": selectors.deadline_of(check),
        "late": selectors.late_word(check, viewer.today),
        "early": not_yet_open(check.year, viewer.today),
        "offered": steps,
        "returning": returning,
        "others": [short_offer(step) for step in steps if step is not returning],
        "own_reason": "" if returning else extra.get("reason", ""),
        "action_url": reverse("assessments:selfcheck_action", args=[check.pk]),
        "finding_lines": finding_lines(()),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(check))],
        "versions": check.table.versions.select_related("frozen_by").order_by("-number"),
        "findings": found,
        "blocking": blocking,
        "live": live,
        "table_seen": live or check.table.submitted_at is not None,
        "report": report_rows(viewer, check),
        "editable": may_edit_table(held, check.table),
        "items": items if returning else (),
        **extra,
    }


def finding_lines(typed: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Typed findings followed by some empty lines."""
    return [*typed, *({"item_id": "", "text": ""} for _ in range(EMPTY_LINES))]


FILE = MatterPage("assessments:selfcheck", DETAIL, seen_check, detail_context)


@require_POST
def selfcheck_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the self-check."""
    viewer = viewer_of(request)
    check, typed = seen_check(viewer, pk), posted_findings(request.POST)
    page = StepPage(
        back=reverse("assessments:selfcheck", args=[pk]),
        again=partial(FILE.again, request, pk, typed_findings=typed, finding_lines=finding_lines(typed)),
        done=lambda offer: _done(request, pk, offer),
        question=lambda _: QUESTION.format(check),
        beside=lambda: own_result_shown(viewer, check.table),
    )
    return act(request, check, page)


def _done(request: HttpRequest, pk: int, offer: Offered | None) -> HttpResponse:
    if offer and offer.confirm:
        return HttpResponseRedirect(reverse("assessments:selfcheck_receipt", args=[pk]))
    return FILE.done(request, pk, f"已办理：{offer.label}" if offer else "已办理")


@require_safe
def selfcheck_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show 提交前核对 of table and report."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    held = viewer.held
    if not sees_live_rows(held, check.table):
        return HttpResponseRedirect(reverse("assessments:selfcheck", args=[pk]))
    found = selectors.all_findings(check, viewer.today)
    steps = offered(check, viewer.user, {"blocking": selectors.blocking_texts(found)})
    hand_up = next((step for step in steps if step.action == "hand_up"), None)
    context = {
        "check": check,
        "table": check.table,
        "list": check_list(check.table, found, request.GET.dict()),
        "hand_up": hand_up,
        "editable": (editable := may_edit_table(held, check.table)),
        "offers": waiting_offers(check.table, viewer.today) if editable else [],
        "late": selectors.late_word(check, viewer.today, deadline := selectors.deadline_of(check)),
        "moved": deadline.moved,
        "early": not_yet_open(check.year, viewer.today),
    }
    return render(request, "assessments/self_checks/selfcheck_check.html", context)


@require_safe
def selfcheck_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the printable receipt of the newest submission."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    version = check.table.versions.select_related("frozen_by", "receipt").order_by("-number").first()
    if version is None or not check.number:
        return HttpResponseRedirect(reverse("assessments:selfcheck", args=[pk]))
    context = {"check": check, "table": check.table, "version": version, "rows": _receipt_rows(viewer, check, version)}
    return render(request, "assessments/self_checks/selfcheck_receipt.html", context | signed_part(viewer, version))


def _receipt_rows(viewer: Viewer, check: SelfCheck, version: Any) -> list[tuple[str, str]]:
    content = version.content
    counts = frozen_counts(content, rules_for(check.table.edition).items)
    files = {entry["sha256"] for row in content["rows"] for entry in row["evidence"]}
    word = selectors.late_word(check, viewer.today)
    late = f"（{word}）" if word else ""
    frozen: dt.datetime = version.frozen_at.astimezone(clock.SHANGHAI)
    return [
        ("编号", check.number or ""),
        ("城区", check.district.name),
        ("年度", f"{check.year}年度自查"),
        ("提交时间", f"{day_in_words(frozen)}{frozen:%H:%M:%S}{late}"),
        ("签发", named(version, "frozen_by")),
        ("自评分表", f"{content['edition']['code']}　{content['edition']['title']}，第{version.number}版，{counts.words}"),
        ("佐证材料", f"{len(files)}件"),
        ("自评报告", f"{len(content.get('report', []))}节"),
        ("得分", f"{content['result']['total']}（自评）"),
    ]


def report_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose or upload a picture; it is inserted after the line with the text cursor, or at the end of the section."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    NotAllowed.unless(may_edit_table(viewer.held, check.table), "这份自评报告现在不能改")
    first = {name: request.GET[name] for name in ("section", "at") if name in request.GET}
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm(initial=first)
    form.fields["document"].queryset = pictures_for(viewer, check)  # type: ignore[attr-defined]  # set for each district
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_picture(
                check=check,
                key=data["section"],
                caption=data["caption"],
                document=data["document"],
                upload=data["upload"],
                at=data["at"],
                by=viewer.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            section = f"{reverse('assessments:selfcheck_report', args=[pk])}#id_{data['section']}"
            return redirect_saying(request, "插图已放入自评报告，可以在文字中移动它所在的一行", section)
    context = {"check": check, "form": form}
    return render(request, "assessments/self_checks/selfcheck_report_picture.html", context, status=422 if form.errors else 200)
