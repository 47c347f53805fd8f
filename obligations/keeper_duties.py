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
from obligations.duties import Actors, How, Obligation
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
    yield from _dated(BACKUP, "备份", on, after=DAY)
    yield from _dated(CERTIFICATE, "证书更换", on, before=NOTICE)
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


def _dated(
    kind: DutyKind, title: str, on: dt.date, *, after: dt.timedelta = 0 * DAY, before: dt.timedelta = 0 * DAY
) -> Iterator[Obligation]:
    known = met_days(kind.key, on, (on.year,))
    day = max(known.values()) if known else None
    due = day + after if day else on
    anchor = How(day_in_words(day), kind.due) if day else How()
    yield _of_keeper(kind, "last", title, due)._replace(opens=due - before if before else None, how=anchor, is_recorded=day is not None)


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
