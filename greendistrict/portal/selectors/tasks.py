"""What waits for a person, collected from every app."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from approvals import selectors as approvals
from assessments import selectors as assessments
from assessments.selectors import inspections, postevaluations, reviews, stages
from districts import selectors as districts
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core import workdays
from greendistrict.obligations.duties import Obligation, State
from greendistrict.workflow.todo import Task

SOURCES: tuple[Callable[[User], list[Task]], ...] = (
    approvals.tasks_for,
    assessments.tasks_for,
    reviews.tasks_for,
    stages.tasks_for,
    inspections.tasks_for,
    postevaluations.tasks_for,
    districts.tasks_for,
)
FAR_WORKING_DAYS = 60


@dataclass(frozen=True)
class Item:
    """A thing to do or coming due as the desk shows it; ``days`` are working days left, negative when overdue."""

    title: str
    note: str
    link: str
    days: int | None = None
    side: str = ""
    is_demo: bool = False


def tasks_of(user: User) -> list[Task]:
    """Tasks of all apps, most urgent first, each once; keepers have none."""
    held = seats(user)
    if held.is_keeper or not held.roles:
        return []
    found = {(task.title, task.subject, task.link): task for source in SOURCES for task in source(user)}
    return sorted(found.values(), key=lambda task: task.order)


def task_items(tasks: list[Task], today: dt.date, calendar: workdays.WorkCalendar) -> list[Item]:
    """Tasks with the working days left."""
    return [
        Item(
            title=task.title,
            note="　".join(part for part in (task.subject, task.detail) if part),
            link=task.link,
            days=calendar.between(today, task.due) if task.due else None,
            side="" if task.due else "无期限",
            is_demo=task.is_demo,
        )
        for task in tasks
    ]


def due_items(owed: list[Obligation], today: dt.date, calendar: workdays.WorkCalendar) -> list[Item]:
    """Obligations that are open or overdue, one line per duty and day, most urgent first."""
    groups: dict[tuple[dt.date, str, bool], list[Obligation]] = {}
    for row in owed:
        if row.state(today) in {State.OPEN, State.OVERDUE}:
            groups.setdefault((row.due, row.title, row.state(today) is State.OVERDUE), []).append(row)
    return [_due_item(rows, today, calendar) for _, rows in sorted(groups.items())]


def _due_item(rows: list[Obligation], today: dt.date, calendar: workdays.WorkCalendar) -> Item:
    first = rows[0]
    days = calendar.between(today, first.due)
    whose = first.district if len(rows) == 1 else f"{first.district}等{len(rows)}个城区"
    day = f"{first.due.year}年{first.due.month}月{first.due.day}日"
    default = "（默认值）" if first.is_default_date else ""
    near = days <= FAR_WORKING_DAYS
    return Item(
        title=first.title,
        note="　".join((whose, *((f"{day}止{default}",) if near else ()), first.cite)),
        link=first.link if len(rows) == 1 and first.link else reverse("obligations:obligation_list"),
        days=days if near else None,
        side="" if near else f"{day}{default}",
        is_demo=first.is_demo,
    )
