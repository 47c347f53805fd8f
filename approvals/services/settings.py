"""Decisions about settings of the policy: proposed with a reason, checked by the chain, and in force once decided."""

from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.lifecycle import SETTING
from approvals.models import SettingProposal
from approvals.rules import may_propose_setting
from approvals.selectors.impact import touched_by
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.policy import parameters
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.policy.services import set_setting
from greendistrict.workflow.services import perform


@transaction.atomic
def propose_setting(*, key: str, value: Any, reason: str, by: User) -> SettingProposal:
    """Propose a value, or to confirm the default; the preview of whom it touches is kept with it.

    Raises ``NotAllowed`` for anybody but the city's officer, ``Refused`` without a reason, for a value of another kind or while
    another proposal for the key is open.
    """
    if not may_propose_setting(by):
        msg = "参数变更由市级经办提出"
        raise NotAllowed(msg)
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    try:
        typed = parameters.coerce(key, value)
    except parameters.WrongValue as error:
        raise Refused([Refusal(str(error), field="value")]) from error
    now = parameters.get(key)
    if typed == now.value and not now.is_default:
        raise Refused([Refusal("拟定值与现值相同，而且已经确认", field="value")])
    touched = [{"label": row.label, "count": row.count} for row in touched_by(key, typed)]
    try:
        with transaction.atomic():
            made = SettingProposal.objects.create(
                key=key, value=typed, reason=reason.strip(), touched=touched, proposed_by=by, proposed_at=clock.now()
            )
    except IntegrityError as error:
        msg = "这一参数已有在办的变更，请先办结"
        raise Refused(msg) from error
    audit.record(action="setting.propose", by=by, obj=made, data={"key": key, "value": str(typed)})
    _tell(made, Role.CITY_CHECKER, Role.CITY_DIRECTOR, words="待审核")
    return made


@transaction.atomic
def setting_step(*, proposal: SettingProposal, action: str, by: User, reason: str = "", version: int | None = None) -> SettingProposal:
    """Take one step; ``decide`` puts the value in force. Raises ``Stale`` when somebody was faster, and as ``perform``."""
    locked = SettingProposal.objects.select_for_update().get(pk=proposal.pk)
    if version is not None and version != locked.version:
        msg = "期间已有人办理了这项变更，请核对后再办"
        raise Stale(msg, current=locked)
    locked.version += 1
    locked.save(update_fields=["version"])
    perform(machine=SETTING, obj=locked, action=action, by=by, facts={}, reason=reason)
    if locked.status == "decided":
        set_setting(by=by, key=locked.key, value=locked.typed, reason=locked.reason)
    if locked.status == "deciding":
        _tell(locked, Role.CITY_DIRECTOR, words="待审定")
    elif locked.status != "withdrawn" and locked.proposed_by_id != by.pk:
        _send(locked, [locked.proposed_by], SETTING.state(locked.status).label)
    return locked


def _tell(proposal: SettingProposal, *roles: str, words: str) -> None:
    _send(proposal, [user for role in roles for user in holders(role)], words)


def _send(proposal: SettingProposal, receivers: list[User], words: str) -> None:
    notify(
        kind=Message.CASE_TODO,
        key=f"setting:{proposal.pk}:{proposal.version}",
        receivers=receivers,
        title=f"参数变更{words}：{setting_label(proposal.key)}"[:200],
        body=f"拟定值：{setting_value(proposal.key, proposal.typed)}。理由：{proposal.reason}",
        link=reverse("approvals:setting", args=[proposal.key]),
        demo=False,
    )
