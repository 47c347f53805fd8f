"""Settings and readings that the city has not made its own: nothing adverse follows from them."""

import datetime as dt

from django.urls import reverse

from greendistrict.core.errors import Refusal
from greendistrict.policy.citing import policy_of
from greendistrict.policy.rule_parameters import reading_key
from greendistrict.policy.selectors import setting_label


def waiting_criterion(rule_id: str, day: dt.date) -> str:
    """Key of the setting by which the city confirms what qualifies in an assessment, as long as it has not; else empty."""
    policy = policy_of(day)
    own = policy.rule(rule_id).qualifying
    return reading_key(policy, own) if own and not own.confirmed else ""


def not_confirmed(key: str, result: str, otherwise: str = "", state: str = "未经市级确认") -> Refusal:
    """Refusal of a step against a party that would rest on such a setting.

    ``result`` says what cannot be decided by it (定为不合格), ``otherwise`` what can be done without it, ``state`` how the setting stands.
    """
    return Refusal(
        f"“{setting_label(key)}”{state}，不能据以{result}",
        required="市级确认的标准",
        found=state,
        remedy="；".join(filter(None, ("先在“平台参数”办理确认", otherwise))),
        href=reverse("approvals:setting", args=[key]),
    )
