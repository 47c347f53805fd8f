"""Decisions about policy settings: proposed with a reason, effective once decided."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from approvals.cases.rules import may_propose_setting
from approvals.settings.models import SettingProposal
from approvals.settings.selectors import touched_by
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import parameters
from greendistrict.policy.rule_parameters import readings
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.policy.services import set_setting
from greendistrict.workflow.dry_run import is_dry_run, tell
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event


@transaction.atomic
def propose_setting(*, key: str, value: Any, reason: str, by: User, effective_on: dt.date | None = None) -> SettingProposal:
    """Propose a value, or propose to confirm the default; stores the preview of its effects.

    Raises ``NotAllowed`` for anybody but the city's officer, ``Refused`` without a reason, for a value of another kind or while
    another proposal for the key is open.
    """
    NotAllowed.unless(may_propose_setting(posts_of(by)), "参数变更由市级经办提出")
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    try:
        typed = parameters.coerce(key, value)
    except parameters.WrongSettingValue as error:
        raise Refused([Refusal(error.words, field="value")]) from error
    now = parameters.get(key)
    if typed == now.value and not now.is_default:
        raise Refused([Refusal("拟定值与现值相同，而且已经确认", field="value")])
    Refused.when(key in readings() and typed == now.value, "这一理解尚未确认，确认的请选择“按此理解”")
    if effective_on is not None and effective_on < clock.today():
        raise Refused([Refusal("生效日期不早于今天", field="effective_on")])
    touched = [{"label": row.label, "count": row.count} for row in touched_by(key, clock.today(), typed)]
    try:
        with transaction.atomic():
            made = SettingProposal.objects.create(
                key=key,
                value=typed,
                effective_on=effective_on,
                reason=reason.strip(),
                touched=touched,
                proposed_by=by,
                proposed_at=clock.now(),
                version=_next_version(key),
            )
    except IntegrityError as error:
        msg = "这一参数已有在办的变更，请先办结"
        raise Refused(msg) from error
    audit.record(action="setting.propose", by=by, obj=made, data={"key": key, "value": str(typed)})
    notify_event(made, BEGUN, by)
    return made


def on_decide(taken: Taken) -> None:
    """Set the value, effective from the proposed day, but not before the day of the decision."""
    proposal = taken.obj
    since = max(proposal.effective_on or clock.today(), clock.today())
    if is_dry_run():
        tell("参数", f"{setting_label(proposal.key)}，自{cn_date(since)}起为{setting_value(proposal.key, proposal.typed)}")
        for one in touched_by(proposal.key, clock.today(), proposal.typed):
            tell("影响", f"{one.label}：{one.count}")
    set_setting(by=taken.person, key=proposal.key, value=proposal.typed, reason=proposal.reason, effective_on=since)


def _next_version(key: str) -> int:
    """Version number that continues the setting's previous proposal, so that pages opened for that one are stale."""
    last = SettingProposal.objects.filter(key=key).aggregate(last=Max("version"))["last"]
    return 0 if last is None else last + 1
