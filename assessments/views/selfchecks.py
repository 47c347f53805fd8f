"""Pages of the yearly self-check: file, report, check, receipt and the steps of its life."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from assessments.calendar import self_check_due
from assessments.forms.selfchecks import posted_findings
from assessments.lifecycle.selfcheck import SELF_CHECK
from assessments.models import SelfCheck
from assessments.report import LONGEST, SECTIONS
from assessments.rules.tables import may_edit_table, sees_live_rows
from assessments.selectors import selfchecks as selectors
from assessments.selectors.prefill_sources import waiting_offers
from assessments.services import selfchecks as services
from assessments.views.receipts import signed_part
from greendistrict.accounts.http import is_at_the_page, signed_in, signed_out
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused, Stale
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import Offered, available_actions
from indicators.selectors import rules_for

EMPTY_LINES = 5
MOST_REFUSALS = 3
ACTIONS: dict[str, Callable[..., Any]] = {
    "hand_up": services.hand_up,
    "take_back": services.take_back,
    "send_back": services.send_back,
    "sign": services.sign_and_submit,
    "sign_for_countersign": services.sign_and_submit,
    "countersign": services.countersign,
    "countersign_after": services.countersign,
    "recall": services.recall,
    "receive": services.receive,
}
WITH_REASON = ("send_back", "recall")
RETURNS = ("return", "decline")
DONE = {
    "hand_up": "已送审核签发",
    "take_back": "已撤回，可以继续填报",
    "send_back": "已退回填报人",
    "countersign": "已会签",
    "countersign_after": "已会签",
    "recall": "已撤回，可以继续填报",
    "receive": "已接收，这一版计入年度评估",
    "return": "已退回补充",
    "decline": "已退回修改",
}


def seen_check(user: User, pk: int) -> SelfCheck:
    """Self-check in this person's sight. Raises ``Http404``."""
    return get_object_or_404(selectors.self_checks_visible_to(user), pk=pk)


@login_required
@require_safe
def selfcheck(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one self-check: where it is, what was submitted, what can be done now."""
    user = signed_in(request)
    check = seen_check(user, pk)
    return render(request, "assessments/selfcheck_detail.html", detail_context(user, check))


def detail_context(user: User, check: SelfCheck) -> dict[str, Any]:
    """What the file shows; the offered buttons are exactly what ``perform`` would allow."""
    live = sees_live_rows(user, check.table)
    found = selectors.all_findings(check) if live and check.status in {"draft", "returned", "signing"} else []
    blocking = selectors.blocking_texts(found)
    due = self_check_due(check.year)
    items = rules_for(check.table.edition).table(check.table.type, check.table.stage).items.values()
    offered = available_actions(SELF_CHECK, check, user, {"blocking": blocking})
    returning = next((one for one in offered if one.action in RETURNS), None)
    return {
        "check": check,
        "table": check.table,
        "state": SELF_CHECK.state(check.status),
        "due": due,
        "late": selectors.is_late(check, due, clock.today()),
        "offered": offered,
        "returning": returning,
        "others": [short_offer(one) for one in offered if one is not returning],
        "action_url": reverse("assessments:selfcheck_action", args=[check.pk]),
        "finding_lines": finding_lines(()),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(check))],
        "versions": check.table.versions.select_related("frozen_by").order_by("-number"),
        "findings": found,
        "blocking": blocking,
        "live": live,
        "table_seen": live or check.table.submitted_at is not None,
        "report": report_rows(user, check),
        "editable": may_edit_table(user, check.table),
        "items": items if returning else (),
    }


def short_offer(offer: Offered) -> Offered:
    """The step with the first few of what stands against it: an empty table has a hundred rows, 提交前核对 lists every one."""
    if not (more := len(offer.refusals[MOST_REFUSALS:])):
        return offer
    rest = Refusal(f"另有{more}处未填或须更正，见提交前核对")
    return replace(offer, refusals=(*offer.refusals[:MOST_REFUSALS], rest))


def finding_lines(typed: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Typed findings and some empty lines after them."""
    return [*typed, *({"item_id": "", "text": ""} for _ in range(EMPTY_LINES))]


def timeline_entry(record: TransitionRecord) -> dict[str, Any]:
    """One step as the timeline shows it."""
    who = "　".join(filter(None, (record.organisation, record.actor_name, record.seat.partition("（")[0])))
    return {"at": record.at, "title": timeline.action_label(record), "who": who, "note": record.reason}


def report_rows(user: User, check: SelfCheck) -> list[tuple[str, str]]:
    """Sections of the report: live for the district's people, as frozen for others."""
    if sees_live_rows(user, check.table):
        return [(section.title, str(check.report.get(section.key, ""))) for section in SECTIONS]
    newest = check.table.versions.order_by("-number").first()
    return [(title, text) for title, text in (newest.content.get("report", ()) if newest else ())]


@login_required
@require_POST
def selfcheck_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step; a refusal shows the file again with every reason and what was typed."""
    user = signed_in(request)
    check = seen_check(user, pk)
    action = request.POST.get("action", "")
    offer = next((one for one in available_actions(SELF_CHECK, check, user) if one.action == action), None)
    if offer is not None and offer.confirm and not offer.refusals and request.POST.get("confirmed") != "yes":
        return _confirm(request, check, offer)
    try:
        _perform(request, check, action, user)
    except Refused as refused:
        context = detail_context(user, selectors.self_checks_visible_to(user).get(pk=pk))
        context |= {"errors": [refusal.text for refusal in refused.refusals], "reason": request.POST.get("reason", "")}
        context["typed_findings"] = posted_findings(request.POST)
        context["finding_lines"] = finding_lines(context["typed_findings"])
        return render(request, "assessments/selfcheck_detail.html", context, status=refused.status)
    if action in {"sign", "sign_for_countersign"}:
        return HttpResponseRedirect(reverse("assessments:selfcheck_receipt", args=[pk]))
    messages.success(request, DONE[action])
    return HttpResponseRedirect(reverse("assessments:selfcheck", args=[pk]))


def _perform(request: HttpRequest, check: SelfCheck, action: str, by: User) -> None:
    reason = request.POST.get("reason", "")
    if action in RETURNS:
        services.return_(check=check, by=by, reason=reason, findings=posted_findings(request.POST), action=action)
    elif action in WITH_REASON:
        ACTIONS[action](check=check, by=by, reason=reason)
    elif action in ACTIONS:
        ACTIONS[action](check=check, by=by)
    else:
        msg = "没有这一步"
        raise Refused(msg)


def _confirm(request: HttpRequest, check: SelfCheck, offer: Offered) -> HttpResponse:
    context = {
        "title": offer.label,
        "question": f"签发后冻结这一版，接收前可以撤回。{check}的评分表和自评报告是否属实、完整？",
        "effects": [offer.message, f"通知{offer.told}"],
        "url": reverse("assessments:selfcheck_action", args=[check.pk]),
        "action": offer.action,
        "label": offer.label,
        "kind": "primary",
        "back": reverse("assessments:selfcheck", args=[check.pk]),
    }
    return render(request, "components/confirm.html", context)


@login_required
@require_safe
def selfcheck_check(request: HttpRequest, pk: int) -> HttpResponse:
    """提交前核对 of table and report."""
    user = signed_in(request)
    check = seen_check(user, pk)
    if not sees_live_rows(user, check.table):
        return HttpResponseRedirect(reverse("assessments:selfcheck", args=[pk]))
    found = selectors.all_findings(check)
    blocking = [one for one in found if one.blocks]
    offered = available_actions(SELF_CHECK, check, user, {"blocking": selectors.blocking_texts(found)})
    hand_up = next((one for one in offered if one.action == "hand_up"), None)
    context = {
        "check": check,
        "table": check.table,
        "blocking": blocking,
        "warnings": [one for one in found if not one.blocks],
        "findings": found,
        "hand_up": hand_up,
        "editable": (editable := may_edit_table(user, check.table)),
        "offers": waiting_offers(check.table) if editable else [],
        "late": selectors.is_late(check, self_check_due(check.year), clock.today()),
    }
    return render(request, "assessments/selfcheck_check.html", context)


@login_required
@require_safe
def selfcheck_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Receipt of the newest submission, printable."""
    user = signed_in(request)
    check = seen_check(user, pk)
    version = check.table.versions.select_related("frozen_by", "receipt").order_by("-number").first()
    if version is None or not check.number:
        return HttpResponseRedirect(reverse("assessments:selfcheck", args=[pk]))
    context = {"check": check, "table": check.table, "version": version, "rows": _receipt_rows(check, version)}
    return render(request, "assessments/selfcheck_receipt.html", context | signed_part(version))


def _receipt_rows(check: SelfCheck, version: Any) -> list[tuple[str, str]]:
    content = version.content
    filled = sum(1 for row in content["rows"] if row["value"] is not None)
    files = {entry["sha256"] for row in content["rows"] for entry in row["evidence"]}
    late = "（逾期）" if selectors.is_late(check, self_check_due(check.year), clock.today()) else ""
    frozen: dt.datetime = version.frozen_at.astimezone(clock.SHANGHAI)
    return [
        ("编号", check.number or ""),
        ("城区", check.district.name),
        ("年度", f"{check.year}年度自查"),
        ("提交时间", f"{frozen.year}年{frozen.month}月{frozen.day}日{frozen:%H:%M:%S}{late}"),
        ("签发", version.frozen_by.name if version.frozen_by else "系统"),
        (
            "评分表",
            f"{content['edition']['code']}，第{version.number}版，{len(content['rows'])}条，已填{filled}条，不参评{len(content['exclusions'])}条",
        ),
        ("佐证材料", f"{len(files)}件"),
        ("自评报告", f"{len(content.get('report', []))}节"),
        ("得分", f"{content['result']['total']}（{'建设期不作结论' if content['building'] else '自评'}）"),
    ]


class ReportPage(View):
    """自评报告: sections, each saved alone; the plain form saves them all."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask who is there; a section that saves itself is told, and not led to the sign-in page."""
        if request.headers.get("HX-Request") and not is_at_the_page(request):
            return signed_out()
        return login_required(super().dispatch)(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the sections."""
        return self._page(request, seen_check(signed_in(request), pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save one section (htmx) or all changed ones (plain form)."""
        user = signed_in(request)
        check = seen_check(user, pk)
        version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else -1
        keys = [key for key in (section.key for section in SECTIONS) if key in request.POST]
        if request.headers.get("HX-Request"):
            return _section_saved(request, check, request.POST.get("field", ""), version, user)
        problems: dict[str, str] = {}
        for key in keys:
            text = request.POST[key].replace("\r\n", "\n")
            if text != str(check.report.get(key, "")):
                try:
                    version = services.save_section(check=check, key=key, text=text, version=version, by=user)
                except Refused as refused:
                    if refused.status in {403, 410}:
                        raise
                    problems[key] = str(refused)
        if problems:
            return self._page(request, seen_check(user, pk), problems)
        messages.success(request, "自评报告已保存")
        return HttpResponseRedirect(reverse("assessments:selfcheck_report", args=[pk]))

    def _page(self, request: HttpRequest, check: SelfCheck, problems: dict[str, str] | None = None) -> HttpResponse:
        user = signed_in(request)
        frozen = dict(report_rows(user, check))
        sections = [
            (section, request.POST.get(section.key, frozen.get(section.title, "")), (problems or {}).get(section.key, ""))
            for section in SECTIONS
        ]
        context = {
            "check": check,
            "sections": sections,
            "editable": may_edit_table(user, check.table),
            "longest": LONGEST,
            "saved_at": clock.now(),
            "errors": [(f"id_{key}", text) for key, text in (problems or {}).items()],
        }
        return render(request, "assessments/selfcheck_report.html", context, status=409 if problems else 200)


def _section_saved(request: HttpRequest, check: SelfCheck, key: str, version: int, user: User) -> HttpResponse:
    """Answer of an autosave: the new version, or both texts."""
    text = request.POST.get(key, "").replace("\r\n", "\n")
    context: dict[str, Any] = {"check": check, "key": key, "saved_at": clock.now(), "version": version}
    try:
        context["version"] = services.save_section(check=check, key=key, text=text, version=version, by=user)
    except Stale as stale:
        stored, current = stale.current if isinstance(stale.current, tuple) else ("", version)
        context |= {"text": str(stale), "theirs": stored, "mine": text, "version": current}
        return render(request, "assessments/_selfcheck_section.html", context, status=409)
    except Refused as refused:
        context["text"] = str(refused)
        answer = render(request, "assessments/_selfcheck_section.html", context, status=refused.status)
        answer["X-Refused"] = "1"
        return answer
    answer = render(request, "assessments/_selfcheck_section.html", context)
    answer["X-Version"], answer["X-Saved-At"] = str(context["version"]), f"{clock.now().astimezone(clock.SHANGHAI):%H:%M:%S}"
    return answer
