"""Duty SELF-CHECK (八（二）): yearly self-check of every pilot and demonstration."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.urls import reverse

from assessments.common.calendar import self_check_windows
from assessments.self_checks.models import SIGNED_STATES, SelfCheck
from assessments.self_checks.selectors.self_checks import HANDED_IN_ROWS
from greendistrict.policy.duty_table import duty_kind
from obligations.duties import Record, Yearly, YearlyDuty
from obligations.way import is_default, way_by_setting
from obligations.yearly_records import SELF_CHECK, begun

KEY, SETTING = "self_check", "selfcheck.due"
KIND = duty_kind(KEY)
RULE, CITE = KIND.rule, KIND.cite


def asked(today: dt.date) -> Collection[int]:
    """Last year and this year."""
    return (today.year - 1, today.year)


def dues(years: Collection[int]) -> list[Yearly]:
    """Due dates for the reporting years."""
    pages = ("assessments:selfcheck", reverse("assessments:selfcheck_list"))
    return [
        Yearly(
            *(RULE, CITE, f"{year}年度自查", KEY, KEY, year, window.due, *pages),
            opens=window.opens,
            how=way_by_setting(SETTING, year, window.due),
            is_default=is_default(SETTING),
        )
        for year, window in sorted(self_check_windows(years).items())
    ]


def records(years: Collection[int], only: Collection[int] | None) -> Mapping[tuple[int, int], Record]:
    """Opened self-checks by district and year."""
    return begun(SELF_CHECK, years, only)


DUTY = YearlyDuty(KIND, asked, dues, records, HANDED_IN_ROWS, SelfCheck._meta.label_lower, SIGNED_STATES)
