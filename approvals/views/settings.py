"""Settings of the policy: list, one setting with preview and history, proposals and their steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.forms.settings import SettingForm
from approvals.lifecycle import SETTING
from approvals.models.settings import OPEN_PROPOSALS
from approvals.rules import may_propose_setting, reads_settings
from approvals.selectors.impact import touched_by
from approvals.selectors.settings import history_of, proposals_visible_to, setting_lines
from approvals.services.settings import propose_setting, setting_step
from approvals.views.common import UNPROCESSABLE, typed_version
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.policy.ruleparameters import rule_parameters
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.workflow.services import available_actions

NUMBERS_NOTE = "文件原文的数值；另定的须有依据，只影响以后的核对"


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not reads_settings(user):
        raise Http404
    request.nav = "policy:rule_list"  # type: ignore[attr-defined]  # read by the menu
    return user


@login_required
@require_safe
def setting_list(request: HttpRequest) -> HttpResponse:
    """Every setting: value, 默认值 or confirmed, and what is proposed."""
    user = _reader(request)
    lines, numbers = setting_lines(user)
    context = {
        "groups": [("全部参数", "文件未规定的事项", lines), ("政策条款中的数值", NUMBERS_NOTE, numbers)],
        "confirmed": sum(not line.row.is_default for line in lines),
        "may_propose": may_propose_setting(user),
        "crumbs": [("政策规则", reverse("policy:rule_list")), ("参数", "")],
    }
    return render(request, "approvals/setting_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """One setting: whom a change touches, the form that proposes one, the open proposal with its steps, the history."""
    user = _reader(request)
    if not parameters.is_known(key):
        raise Http404
    proposals = proposals_visible_to(user).filter(key=key)
    waiting = proposals.filter(status__in=OPEN_PROPOSALS).first()
    form = SettingForm(request.POST or None, key=key) if may_propose_setting(user) and waiting is None else None
    context = _context(user, key, waiting, form) | {"proposals": proposals.exclude(status__in=OPEN_PROPOSALS)}
    if request.method != "POST" or form is None:
        return render(request, "approvals/setting.html", context)
    if not form.is_valid():
        return render(request, "approvals/setting.html", context, status=UNPROCESSABLE)
    try:
        propose_setting(key=key, by=user, **form.cleaned_data)
    except Refused as refused:
        for refusal in refused.refusals:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.text)
        return render(request, "approvals/setting.html", context, status=refused.status)
    messages.success(request, "已提出，待审核")
    return HttpResponseRedirect(reverse("approvals:setting", args=[key]))


def _context(user: User, key: str, waiting: Any, form: SettingForm | None) -> dict[str, Any]:
    now = parameters.get(key)
    label = setting_label(key)
    return {
        "key": key,
        "rule": rule_parameters().get(key),
        "label": label,
        "now": now,
        "value": setting_value(key, now.value),
        "default": setting_value(key, parameters.default_of(key)),
        "touched": touched_by(key),
        "form": form,
        "waiting": waiting,
        "waiting_value": setting_value(key, waiting.typed) if waiting else "",
        "state": SETTING.state(waiting.status) if waiting else None,
        "offered": available_actions(SETTING, waiting, user, {}) if waiting else [],
        "history": history_of(key),
        "crumbs": [("政策规则", reverse("policy:rule_list")), ("参数", reverse("approvals:setting_list")), (label, "")],
    }


@login_required
@require_POST
def setting_act(request: HttpRequest, key: str) -> HttpResponse:
    """Take a step of the open proposal."""
    user = _reader(request)
    waiting = proposals_visible_to(user).filter(key=key, status__in=OPEN_PROPOSALS).first()
    if waiting is None:
        msg = "这一参数没有在办的变更"
        raise Refused(msg)
    action = request.POST.get("action", "")
    setting_step(proposal=waiting, action=action, by=user, reason=request.POST.get("reason", ""), version=typed_version(request))
    messages.success(request, "已办理")
    return HttpResponseRedirect(reverse("approvals:setting", args=[key]))
