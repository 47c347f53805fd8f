"""Decisions about many settings at once."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from approvals.cases.rules import may_propose_setting
from approvals.setting_sheets.models import SettingSheet
from approvals.setting_sheets.selectors import rows_of, typed, waiting_keys
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import parameters
from greendistrict.policy.selectors import setting_label, setting_value
from greendistrict.policy.services import set_setting
from greendistrict.workflow.dry_run import is_dry_run, tell
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event


@transaction.atomic
def propose_sheet(
    *, part: str, lines: Sequence[tuple[str, Any, str]], reason: str, by: User, effective_on: dt.date | None = None
) -> SettingSheet:
    """Propose values (key, value, reason of a changed one) in one sheet.

    Raises ``NotAllowed`` for anybody but the city's officer, ``Refused`` with all that is wrong: nothing chosen, no reason, a change
    without its reason, a setting that stands in no such sheet or is proposed elsewhere, another open sheet.
    """
    NotAllowed.unless(may_propose_setting(posts_of(by)), "参数变更由市级经办提出")
    found = [] if reason.strip() else [Refusal("请填写理由", field="reason")]
    if not lines:
        found.append(Refusal("没有勾选要确认的参数"))
    if effective_on is not None and effective_on < clock.today():
        found.append(Refusal("生效日期不早于今天", field="effective_on"))
    now, elsewhere, rows = parameters.load(), waiting_keys(), []
    held = {row.key for row in rows_of(part)}
    for key, value, why in lines:
        wanted, old = parameters.coerce(key, value), now[key].value
        if key not in held:
            found.append(Refusal(f"“{setting_label(key)}”不列入这张表，请逐项提出"))
        if key in elsewhere:
            found.append(Refusal(f"“{setting_label(key)}”另有在办的变更，不能列入参数表"))
        if wanted != old and not why.strip():
            found.append(Refusal(f"“{setting_label(key)}”改为{setting_value(key, wanted)}，请写明理由"))
        rows.append({"key": key, "old": old, "value": wanted, "reason": why.strip()})
    if found:
        raise Refused(found)
    try:
        with transaction.atomic():
            made = SettingSheet.objects.create(
                part=part, lines=rows, reason=reason.strip(), effective_on=effective_on, proposed_by=by, proposed_at=clock.now()
            )
    except IntegrityError as error:
        msg = "这一类参数已有在办的参数表，请先办结"
        raise Refused(msg) from error
    audit.record(action="setting_sheet.propose", by=by, obj=made, data={"part": part, "keys": [row["key"] for row in rows]})
    notify_event(made, BEGUN, by)
    return made


def on_decide(taken: Taken) -> None:
    """Set every value that nobody has changed since the sheet was made, not before the day of the decision."""
    sheet = taken.obj
    since, now = max(sheet.effective_on or clock.today(), clock.today()), parameters.load()
    for line in sheet.lines:
        key = line["key"]
        value = typed(key, line["value"])
        line["left"] = now[key].value != typed(key, line["old"])
        if line["left"]:
            continue
        if is_dry_run():
            tell("参数", f"{setting_label(key)}，自{cn_date(since)}起为{setting_value(key, value)}")
        set_setting(by=taken.person, key=key, value=value, reason=line["reason"] or sheet.reason, effective_on=since)
    sheet.save(update_fields=["lines"])
