"""Decisions about settings."""

import datetime as dt
from typing import Any

from django.db import transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import record
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.policy import parameters
from greendistrict.policy.models import Setting, SettingChange
from greendistrict.policy.rules import may_set


@transaction.atomic
def set_setting(*, by: User, key: str, value: Any, reason: str, effective_on: dt.date | None = None) -> SettingChange:
    """Confirm a default or set another value, from today or a later day; the decision is logged and audited.

    Raises ``NotAllowed`` for anybody but the director, ``Refused`` without a reason or for a value of another type than the default's,
    ``parameters.UnknownParameter`` for an unknown key.
    """
    if not may_set(posts_of(by)):
        raise NotAllowed([Refusal("政策参数由审定人确认或变更")])
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    try:
        new = parameters.coerce(key, value)
    except parameters.WrongSettingValue as error:
        raise Refused([Refusal(str(error), field="value")]) from error
    moment = clock.now()
    since = effective_on or clock.today()
    if since < clock.today():
        raise Refused([Refusal("生效日期不早于今天", field="effective_on")])
    Setting.objects.select_for_update(no_key=True).filter(pk=key).first()
    old = parameters.get(key)
    told = {"by": by, "at": moment, "effective_on": since, "reason": reason.strip()}
    Setting.objects.update_or_create(key=key, defaults=told | {"value": new, "confirmed": True})
    change = SettingChange.objects.create(key=key, old=old.value, was_default=old.is_default, new=new, **told)
    record(
        action="policy.set_setting",
        by=by,
        obj=change,
        data={"key": key, "old": str(old.value), "new": str(new), "since": str(since), "reason": reason},
    )
    return change
