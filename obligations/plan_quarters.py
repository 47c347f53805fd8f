"""Quarterly reports of the action plan of 美丽上海, due within a term set in the portal (the draft names none)."""

import datetime as dt
from collections.abc import Iterable

from beautiful.plans.content import AskedQuarter, CountedFrom
from beautiful.plans.selectors.owed import TaskOwed, tasks_owed
from beautiful.plans.selectors.plans import report_page
from greendistrict.core import workdays
from greendistrict.core.addresses import reverse
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import duty_kind
from greendistrict.policy.parameters import first_day_in_use
from obligations.duties import Actors, Obligation, ReaderSide, of_kind
from obligations.way import Day, is_default, way_of_days

QUARTER = duty_kind("plan_quarter")
DAYS = "beautiful.quarter_days"
READ_BY = frozenset({ReaderSide.CITY, ReaderSide.PARTNER})  # like the plans; others read obligations of their own body
ANCHOR = {CountedFrom.END: "季度结束于", CountedFrom.ISSUED: "计划印发于", CountedFrom.ADJUSTED: "任务调整于"}


def collect(day: Day) -> Iterable[Obligation]:
    """Past quarters on a day: unreported ones, and those reported in the year before.

    Quarters unreported when the plan was rolled over are no longer owed: the task continues in the next plan, or has ended.
    """
    for task in tasks_owed(day.since):
        for asked in task.days.quarters_asked(day.on):
            filed = task.filed.get((asked.year, asked.quarter))
            done = filed if filed and filed <= day.on else None
            if (done is None and not task.days.closed_by(day.on)) or (done and done >= day.since):
                yield _row(task, asked, done)


def _row(task: TaskOwed, asked: AskedQuarter, done: dt.date | None) -> Obligation:
    due = workdays.current().add(asked.since, parameters.load().integer(DAYS))
    page, title = reverse("beautiful:task", args=[task.pk]), f"{task.name}{asked.year}年第{asked.quarter}季度进展"
    return of_kind(QUARTER, f"{task.pk}:{asked.year}-{asked.quarter}", title, due, QUARTER.creditor)._replace(
        organisation=task.owner,
        organisation_id=task.owner_id,
        debtor_ids=(task.owner_id,),
        authority_ids=(task.owner_id,) if task.is_of_authority else (),
        is_demo=task.is_demo,
        is_recorded=task.joined is not None and due >= max(task.joined, first_day_in_use()),
        met_on=done,
        link=page if done else report_page(task.pk, (asked.year, asked.quarter)),
        followed_at=page,
        opens=asked.opens,
        how=way_of_days(asked.since, ANCHOR[asked.what], DAYS),
        is_default_date=is_default(DAYS),
        year=asked.year,
        record=task.pk,
        actors=Actors(task.roles, task.bodies),
        seen_by=READ_BY,
    )
