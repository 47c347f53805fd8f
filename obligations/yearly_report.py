"""Duties OPERATE-REPORT (八（四）) and OPERATE-CARBON (七（三）4): yearly reports, due after the end of the year."""

import datetime as dt
from collections.abc import Collection
from functools import partial

from django.urls import reverse

from assessments.common.enums import YearlyReportKind
from assessments.common.owed_papers import OF_REPORT
from assessments.yearly_reports.kinds import REPORT_SPECS, report_dues
from assessments.yearly_reports.lifecycle import HANDED_IN
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import HANDED_IN_ROWS
from greendistrict.policy.duty_table import duty_kind
from obligations.duties import Yearly, YearlyDuty
from obligations.way import is_default, way_by_setting
from obligations.yearly_records import begun


def asked(today: dt.date) -> Collection[int]:
    """The past year."""
    return (today.year - 1,)


def _dues(kind: YearlyReportKind, years: Collection[int]) -> list[Yearly]:
    """Due dates of one kind of report; carbon verifications are owed by leading bodies and prepared by the operators."""
    days, form = report_dues(years), REPORT_SPECS[kind]
    key, unopened = OF_REPORT[kind], reverse("assessments:yearly_report_list")
    titles = {year: f"{year}年度{form.kind.label}" for year in sorted(years)}
    by_authorities = kind == YearlyReportKind.CARBON
    shared = ("assessments:yearly_report", unopened, by_authorities)
    return [
        Yearly(
            *(form.rule, form.cite, title, key, kind.value, year, days[kind, year], *shared),
            opens=dt.date(year + 1, 1, 1),
            how=way_by_setting(form.setting, year, days[kind, year]),
            is_default=is_default(form.setting),
        )
        for year, title in titles.items()
    ]


def _duty(kind: YearlyReportKind) -> YearlyDuty:
    label = YearlyReport._meta.label_lower
    return YearlyDuty(duty_kind(OF_REPORT[kind]), asked, partial(_dues, kind), partial(begun, kind.value), HANDED_IN_ROWS, label, HANDED_IN)


OPERATION, CARBON = _duty(YearlyReportKind.OPERATION), _duty(YearlyReportKind.CARBON)
