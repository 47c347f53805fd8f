"""Duties of the system keeper: holiday arrangement of the next year, backup, certificate, failed jobs."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.core import clock, schedule, workdays
from greendistrict.core.days import day_in_words
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date
from obligations.city_duties import city_row
from obligations.duties import NO_WORDS, Actors, How, Obligation
from obligations.duty_table import CITY, DutyKind, duty_kind
from obligations.expected_records import met_days
from obligations.way import is_default, way_by_setting

HOLIDAYS, BACKUP = duty_kind("holidays_missing"), duty_kind("backup_age")
CERTIFICATE, JOB = duty_kind("certificate"), duty_kind("job_failed")
KINDS = (HOLIDAYS, BACKUP, CERTIFICATE, JOB)
KEEPER, NAME = Actors((Role.SYSTEM_KEEPER,), None), "系统管理员"
HOLIDAYS_DUE = "duties.holidays"
DAY = dt.timedelta(days=1)
NOTICE = 30 * DAY


def _of_keeper(kind: DutyKind, key: str, title: str, due: dt.date) -> Obligation:
    return city_row(kind, key, title, due, CITY)._replace(organisation=NAME, actors=KEEPER, link=reverse("portal:operations"))


def collect(on: dt.date) -> Iterable[Obligation]:
    """What keeps the installation going. Backup and certificate are told by whoever knows them (``expected_records``)."""
    yield from _holidays(on)
    yield _backup(on)
    yield _certificate(on)
    yield from _failed_jobs(on)


def _holidays(on: dt.date) -> Iterator[Obligation]:
    """The arrangement of a year is published in the autumn before; a year that has one asks nothing."""
    calendar, expression = workdays.current(), parameters.load().text(HOLIDAYS_DUE)
    for year in (on.year, on.year + 1):
        due = due_date(expression, year=year, calendar=calendar)
        if calendar.is_provisional(year):
            row = _of_keeper(HOLIDAYS, str(year), f"{year}年节假日安排", due)
            opens, how = due - NOTICE, way_by_setting(HOLIDAYS_DUE, year, due)
            yield row._replace(opens=opens, how=how, is_default_date=is_default(HOLIDAYS_DUE), year=year)


def _backup(on: dt.date) -> Obligation:
    """The next backup, a day after the last one that was recorded."""
    last = max((met_days(BACKUP.key, on, ()) or {}).values(), default=None)
    due = last + DAY if last else on
    how = How(f"最近一次备份{day_in_words(last)}", BACKUP.due) if last else NO_WORDS
    return _of_keeper(BACKUP, "last", "备份", due)._replace(opens=due, how=how, is_recorded=last is not None)


def _certificate(on: dt.date) -> Obligation:
    """The certificate that ends first; it is replaced by its last day."""
    end = min((met_days(CERTIFICATE.key, on, ()) or {}).values(), default=None)
    due = end or on
    how = How(f"有效期至{day_in_words(end)}", CERTIFICATE.due) if end else NO_WORDS
    return _of_keeper(CERTIFICATE, "first", "更换签名证书", due)._replace(opens=due - NOTICE, how=how, is_recorded=end is not None)


def _failed_jobs(on: dt.date) -> Iterator[Obligation]:
    """Jobs whose last run failed, by the runs that are kept."""
    for job in schedule.jobs(clock.now()):
        run = job.run
        if run is None or run.failed_at is None:
            continue
        failed = run.failed_at.astimezone(clock.SHANGHAI).date()
        again = run.succeeded_at.astimezone(clock.SHANGHAI).date() if run.succeeded_at and run.succeeded_at > run.failed_at else None
        if failed <= on and (again is None or again > on):
            yield _of_keeper(JOB, job.name, f"定时任务{job.name}", failed + DAY)._replace(how=How(f"{day_in_words(failed)}失败", JOB.due))
