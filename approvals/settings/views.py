"""Settings of the policy: list, one setting with preview and history, and the steps of proposals."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.cases.rules import may_propose_setting, reads_settings
from approvals.proposals.views import ProposalPage
from approvals.settings.forms import SettingFilter, SettingForm
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import OPEN_PROPOSALS, SettingProposal
from approvals.settings.selectors import history_of, proposals_visible_to, setting_lines, touched_by
from approvals.settings.services import propose_setting
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.policy import parameters
from greendistrict.policy.rule_parameters import readings, rule_parameters
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.policy.setting_groups import grouped
from greendistrict.workflow.pages import NOT_YOURS, UNPROCESSABLE
from greendistrict.workflow.procedure import offered

TEMPLATE = "approvals/settings/setting.html"
NUMBERS_NOTE = "文件原文的数值；另定的须有依据，只影响以后的核对"


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not reads_settings(viewer.held):
        raise Http404
    request.nav = "policy:rule_list"  # type: ignore[attr-defined]  # read by the menu
    return viewer


@require_safe
def setting_list(request: HttpRequest) -> HttpResponse:
    """All settings: value, whether default (默认值) or confirmed, and open proposals."""
    viewer = _reader(request)
    lines, ladders, numbers, understood = setting_lines(viewer)
    form = SettingFilter(request.GET)
    shown = [form.chosen(rows) for rows in (lines, ladders, numbers, understood)]
    parts = [(title, "《指导意见》未规定的事项", some, "默认值") for title, some in grouped(shown[0], lambda line: line.row.key)]
    parts += [
        ("各类到期事项的提醒节点", "另定的替代通用设置", shown[1], "默认值"),
        ("政策条款中的数值", NUMBERS_NOTE, shown[2], "文件原文"),
        ("对政策原文的理解", "原文没有写明的，确认以后不再标“待确认”", shown[3], "本平台理解"),
    ]
    context = {
        "groups": [part for part in parts if part[2]],
        "form": form,
        "total": sum(map(len, shown)),
        "confirmed": sum(not line.row.is_default for line in (*lines, *ladders, *understood)),
        "may_propose": may_propose_setting(viewer.held),
        "crumbs": [("政策条款", reverse("policy:rule_list")), ("平台参数", "")],
    }
    return render(request, "approvals/settings/setting_list.html", context)


def setting(request: HttpRequest, key: str) -> HttpResponse:
    """One setting: effects, proposal form, open proposal with its steps, history."""
    viewer = _reader(request)
    if not parameters.is_known(key):
        raise Http404
    if "preview" in request.POST:
        return _previewed(request, viewer, key)
    return PAGE.answer(request, key, lambda typed: propose_setting(key=key, by=viewer.user, **typed), done="已提出，待审核")


def _previewed(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """The page with a preview of what the typed value would change; nothing is stored."""
    context = _page(viewer, key, request.POST)
    form = context["form"]
    if form is None:
        raise NotAllowed(NOT_YOURS)
    form.fields["reason"].required = False
    if not form.is_valid():
        return render(request, TEMPLATE, context, status=UNPROCESSABLE)
    value = form.cleaned_data["value"]
    return render(request, TEMPLATE, context | {"touched": touched_by(key, viewer.today, value), "tried": setting_value(key, value)})


def _page(viewer: Viewer, key: str, data: Any) -> dict[str, Any]:
    proposals = proposals_visible_to(viewer).filter(key=key)
    waiting = proposals.filter(status__in=OPEN_PROPOSALS).first()
    form = SettingForm(data, key=key) if may_propose_setting(viewer.held) and waiting is None else None
    now = parameters.get(key)
    label = setting_label(key)
    return {
        "key": key,
        "origin": _origin(key),
        "label": label,
        "now": now,
        "value": setting_value(key, now.value),
        "default": setting_value(key, parameters.default_of(key)),
        "touched": touched_by(key, viewer.today),
        "form": form,
        "errors": form,
        "proposals": proposals.exclude(status__in=OPEN_PROPOSALS),
        "waiting": waiting,
        "waiting_value": setting_value(key, waiting.typed) if waiting else "",
        "state": SETTING.state(waiting.status) if waiting else None,
        "offered": offered(waiting, viewer.user) if waiting else [],
        "history": history_of(key),
        "crumbs": [("政策条款", reverse("policy:rule_list")), ("平台参数", reverse("approvals:setting_list")), (label, "")],
    }


def _origin(key: str) -> str:
    """What a value is called as long as the city has not decided about it."""
    if key in rule_parameters() or key in parameters.OF_TEXT:
        return "文件原文"
    return "本平台理解" if key in readings() else "默认值"


def _newest(viewer: Viewer, key: str) -> SettingProposal | None:
    return proposals_visible_to(viewer).filter(key=key).first()


@require_POST
def setting_act(request: HttpRequest, key: str) -> HttpResponse:
    """Take a step of the open proposal."""
    _reader(request)
    return PAGE.act(request, key)


PAGE = ProposalPage("approvals:setting", TEMPLATE, _page, _newest, setting_label)
