"""Duties of every titled district, year by year: self-check and yearly reports, due by a day of a setting; and what was begun of them."""

import datetime as dt
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, TypeVar

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse

from assessments.common.calendar import self_check_windows
from assessments.common.enums import YearlyReportKind
from assessments.common.owed_papers import OF_REPORT
from assessments.self_checks.models import SIGNED_STATES, SelfCheck
from assessments.self_checks.selectors.self_checks import HANDED_IN_ROWS as CHECKS_HANDED_IN
from assessments.yearly_reports.kinds import REPORT_SPECS, report_dues
from assessments.yearly_reports.lifecycle import HANDED_IN
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import HANDED_IN_ROWS as REPORTS_HANDED_IN
from greendistrict.core import clock, memoisation
from greendistrict.core.django_internals import CompiledFor
from greendistrict.policy.duty_table import duty_kind, told_kind
from greendistrict.workflow.models import TransitionRecord
from obligations.duties import Record, Yearly, YearlyDuty
from obligations.way import is_default, way_by_setting

SELF_CHECK = "self_check"


def begun(kind: str, years: Collection[int], only: Collection[int] | None) -> Mapping[tuple[int, int], Record]:
    """Records of a kind (``SELF_CHECK`` or a yearly report) by district and year; may include other years.

    Read once for all kinds, and again only for years not read before.
    """
    years_read, records = memoisation.once(_begun, memoisation.as_key(only))
    if missing := set(years) - years_read:
        years_read.update(missing)
        for district, year, of, pk, status, filed in RECORDS.read(only, min(missing), max(missing)):
            handed_in = filed if status in (SIGNED_STATES if of == SELF_CHECK else HANDED_IN) else None
            records.setdefault(of, {})[district, year] = Record(pk, status, handed_in)
    return records.get(kind, {})


def _begun(_only: Collection[int] | None) -> tuple[set[int], dict[str, dict[tuple[int, int], Record]]]:
    """The years read so far, and their records by kind, district and year."""
    return set(), {}


def _records(only: Collection[int] | None, first: int, last: int) -> QuerySet[Any, Any]:
    """Self-checks and yearly reports of the years from ``first`` to ``last``; one statement."""
    where: dict[str, Any] = {"year__gte": first, "year__lte": last} | ({} if only is None else {"district__in": only})
    columns = ("pk", "status", "filed_at")
    checks = SelfCheck.objects.filter(**where).order_by().values_list("district_id", "year", Value(SELF_CHECK, CharField()), *columns)
    reports = YearlyReport.objects.filter(**where).order_by().values_list("district_id", "year", "kind", *columns)
    both: QuerySet[Any, Any] = checks.union(reports, all=True)
    return both


RECORDS = CompiledFor(_records, 1001, 1002)  # years that are possible in the columns, but not meant


# Duty SELF-CHECK (八（二）): yearly self-check of every pilot. 八（四） asks demonstrations for a self-evaluation from time to time, which
# the portal takes each year in the same form.

CHECK_SETTING = "selfcheck.due"
CHECK_KIND = duty_kind(SELF_CHECK)


def _self_checks(years: Collection[int]) -> list[Yearly]:
    """Due dates for the reporting years."""
    pages = ("assessments:selfcheck", reverse("assessments:selfcheck_list"))
    return [
        Yearly(
            *(CHECK_KIND.rule, CHECK_KIND.cite, f"{year}年度自查", SELF_CHECK, SELF_CHECK, year, window.due, *pages),
            opens=window.opens,
            how=way_by_setting(CHECK_SETTING, year, window.due),
            is_default=is_default(CHECK_SETTING),
            of_demonstrations=told_kind(SELF_CHECK, "OPERATE-REPORT"),
        )
        for year, window in sorted(self_check_windows(years).items())
    ]


SELF_CHECKS = YearlyDuty(
    *(CHECK_KIND, lambda today: (today.year - 1, today.year), _self_checks, partial(begun, SELF_CHECK)),
    *(CHECKS_HANDED_IN, SelfCheck._meta.label_lower, SIGNED_STATES),
)


# Duties OPERATE-REPORT (八（四）) and OPERATE-CARBON (七（三）4): yearly reports, due after the end of the year.


def _reports(kind: YearlyReportKind, years: Collection[int]) -> list[Yearly]:
    """Due dates of one kind of report; carbon verifications are owed by leading bodies and prepared by the operators."""
    days, form = report_dues(years), REPORT_SPECS[kind]
    key, listed = OF_REPORT[kind], reverse("assessments:yearly_report_list")
    titles = {year: f"{year}年度{form.kind.label}" for year in sorted(years)}
    by_authorities = kind == YearlyReportKind.CARBON
    shared = ("assessments:yearly_report", listed, by_authorities)
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
    return YearlyDuty(
        *(duty_kind(OF_REPORT[kind]), lambda today: (today.year - 1,), partial(_reports, kind), partial(begun, kind.value)),
        *(REPORTS_HANDED_IN, YearlyReport._meta.label_lower, HANDED_IN),
    )


OPERATION, CARBON = _duty(YearlyReportKind.OPERATION), _duty(YearlyReportKind.CARBON)


Key = TypeVar("Key")


def stood(records: Mapping[Key, Record], model: str, handed_in: Collection[str], on: dt.date) -> dict[Key, Record]:
    """Status and handing-in of these records as of ``on``, replayed from the transition log; one query.

    ``model`` is their model's label, ``handed_in`` the states that count as handed in. Records without logged steps count by their own day.
    """
    until = clock.end_of(on)
    names = {f"{model}:{record.pk}": key for key, record in records.items()}
    steps = TransitionRecord.objects.filter(subject__in=list(names)).order_by("at", "pk")
    found: dict[Key, Record] = {}
    logged = set()
    for subject, source, target, at in steps.values_list("subject", "source", "target", "at"):
        key = names[subject]
        logged.add(key)
        if at >= until:
            earlier = records[key].handed_in
            found.setdefault(key, Record(records[key].pk, source, earlier if source in handed_in and earlier and earlier < until else None))
            continue
        before = found.get(key)
        since = before.handed_in if before and before.status in handed_in else at
        found[key] = Record(records[key].pk, target, since if target in handed_in else None)
    for key, record in records.items():
        if key not in logged:
            found[key] = record._replace(status="", handed_in=None) if record.handed_in and record.handed_in >= until else record
    return found
