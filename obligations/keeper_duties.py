"""Duties of system keepers: next year's holidays, backup, certificate, failed jobs.

And of the security keeper: the yearly review of accounts.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.urls import reverse

from greendistrict.accounts import yearly_review
from greendistrict.accounts.enums import Role
from greendistrict.core import clock, schedule
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date
from greendistrict.policy.duty_table import CITY, DutyKind, duty_kind
from obligations.city_duties import city_row
from obligations.duties import Actors, Obligation
from obligations.expected_records import met_days
from obligations.way import NO_WORDS, Day, is_default, way_by_setting, way_of_days

HOLIDAYS, BACKUP = duty_kind("holidays_missing"), duty_kind("backup_age")
CERTIFICATE, JOB = duty_kind("certificate"), duty_kind("job_failed")
ACCOUNTS = duty_kind("account_review")
KEEPER, NAME = Actors((Role.SYSTEM_KEEPER,), None), "系统管理员"
SECURITY, SECURITY_NAME = Actors((Role.SECURITY_KEEPER,), None), "安全管理员"
HOLIDAYS_DUE, REVIEW_DUE, BACKUP_DAYS, CERTIFICATE_DAYS, JOB_DAYS = (
    "duties.holidays",
    "duties.account_review",
    "duties.backup_days",
    "duties.certificate_days",
    "duties.job_days",
)
REVIEW_TIME = dt.timedelta(days=60)  # time for reviewing every account
NOTICE = dt.timedelta(days=30)  # the arrangement is published about a month before it has to be entered


def _days(key: str) -> dt.timedelta:
    """Number of calendar days of a setting."""
    return dt.timedelta(days=parameters.load().integer(key))


def _of_keeper(kind: DutyKind, key: str, title: str, due: dt.date) -> Obligation:
    return city_row(kind, key, title, due, CITY)._replace(organisation=NAME, actors=KEEPER, link=reverse("portal:operations"))


def collect(day: Day) -> Iterable[Obligation]:
    """Duties of system keepers. Backup and certificate dates come from registered readers (``expected_records``)."""
    yield from _holidays(day)
    yield _backup(day.on)
    yield _certificate(day.on)
    yield from _failed_jobs(day.on)
    yield from _account_review(day)


def _holidays(day: Day) -> Iterator[Obligation]:
    """Next year's holidays, published each autumn; nothing is owed for years already entered."""
    calendar, expression = day.terms.calendar, day.terms.settings.text(HOLIDAYS_DUE)
    for year in (day.on.year, day.on.year + 1):
        due = due_date(expression, year=year, calendar=calendar)
        if calendar.is_provisional(year):
            row = _of_keeper(HOLIDAYS, str(year), f"{year}年节假日安排", due)
            opens, how = due - NOTICE, way_by_setting(HOLIDAYS_DUE, year, due)
            yield row._replace(opens=opens, how=how, is_default_date=is_default(HOLIDAYS_DUE), year=year)


def _backup(on: dt.date) -> Obligation:
    """The next backup, a set number of days after the last recorded one."""
    last = max((met_days(BACKUP.key, on, ()) or {}).values(), default=None)
    due = last + _days(BACKUP_DAYS) if last else on
    how = way_of_days(last, "最近一次备份", BACKUP_DAYS) if last else NO_WORDS
    row = _of_keeper(BACKUP, "last", "备份", due)
    return row._replace(opens=due, how=how, is_default_date=is_default(BACKUP_DAYS), is_recorded=last is not None)


def _certificate(on: dt.date) -> Obligation:
    """The certificate that expires first, to be replaced by its last day."""
    end = min((met_days(CERTIFICATE.key, on, ()) or {}).values(), default=None)
    due = end or on
    how = way_of_days(end, "有效期至", CERTIFICATE_DAYS) if end else NO_WORDS
    row = _of_keeper(CERTIFICATE, "first", "更换最先到期的证书", due)
    return row._replace(opens=due - _days(CERTIFICATE_DAYS), how=how, is_default_date=False, is_recorded=end is not None)


def _failed_jobs(on: dt.date) -> Iterator[Obligation]:
    """Jobs whose last recorded run failed."""
    for job in schedule.jobs(clock.end_of(on)):
        run = job.run
        if run is None or run.failed_at is None:
            continue
        failed = run.failed_at.astimezone(clock.SHANGHAI).date()
        again = run.succeeded_at.astimezone(clock.SHANGHAI).date() if run.succeeded_at and run.succeeded_at > run.failed_at else None
        if failed <= on and (again is None or again > on):
            row = _of_keeper(JOB, job.name, f"定时任务{job.name}", failed + _days(JOB_DAYS))
            yield row._replace(how=way_of_days(failed, "失败于", JOB_DAYS), is_default_date=is_default(JOB_DAYS))


def _account_review(day: Day) -> Iterator[Obligation]:
    """This year's review of accounts, and an unfinished one of last year; nothing if no account is old enough."""
    on, calendar, expression = day.on, day.terms.calendar, day.terms.settings.text(REVIEW_DUE)
    for year in (on.year - 1, on.year):
        due = due_date(expression, year=year, calendar=calendar)
        opens = due - REVIEW_TIME
        if on < opens or due < day.first:
            continue
        progress = yearly_review.progress_of(year, on)
        if not progress.owed or (year < on.year and progress.last is None):
            continue
        met = progress.last if not progress.left else None
        row = _of_keeper(ACCOUNTS, str(year), f"{year}年账号年度复核", due)
        how = way_by_setting(REVIEW_DUE, year, due)
        row = row._replace(organisation=SECURITY_NAME, actors=SECURITY, link=reverse("portal:account_review"), opens=opens, how=how)
        yield row._replace(is_default_date=is_default(REVIEW_DUE), year=year, met_on=met)
