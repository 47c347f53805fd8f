"""Tasks of a user, collected from all apps."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter, itemgetter
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from approvals.casework.selectors import queue
from greendistrict.accounts import links, proposals
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.features import features
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import DUTY_KINDS
from greendistrict.workflow.todo import Task
from obligations.duties import Obligation
from obligations.forms import UNMET
from obligations.open_counts import OpenCount
from obligations.selectors import acts, in_sight
from portal.first_day.selectors import open_lines

FAR_WORKING_DAYS = 60
OPENING = "开用检查"


@dataclass(frozen=True)
class TaskItem:
    """A task or obligation as the desk shows it; ``days`` are working days left, negative if overdue.

    ``notes`` are phrases, each kept on one line if possible. ``is_others``: others must do it.
    """

    title: str
    notes: tuple[str, ...]
    link: str
    days: int | None = None
    side: str = ""
    is_demo: bool = False
    is_others: bool = False


@dataclass(frozen=True)
class Todo:
    """Tasks of a user: all are counted, but only those shown are built.

    ``dues`` are deadlines by page and by duty: a task without its own deadline takes that of the duties it serves or of its page.
    """

    few: list[Task] = field(default_factory=list)
    cases: queue.Queue | None = None
    dues: Mapping[str, dt.date] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of tasks."""
        return len(self.few) + (self.cases.count if self.cases else 0)

    @property
    def is_demo(self) -> bool:
        """Whether any task concerns demo data."""
        return bool(self.cases and self.cases.is_demo) or any(task.is_demo for task in self.few)

    def first(self, most: int | None = None) -> list[Task]:
        """The ``most`` most urgent tasks, by default all."""
        return sorted(map(self._dated, [*self.few, *(self.cases.first(most) if self.cases else ())]), key=lambda task: task.order)[:most]

    def _dated(self, task: Task) -> Task:
        days = [self.dues[key] for key in task.served if key in self.dues]
        return task if task.due or not days else replace(task, due=min(days))


def todo_of(viewer: Viewer) -> Todo:
    """Tasks of all apps, each once; of keepers what they decide as the second one: the programme's matters are not theirs."""
    held = viewer.held
    if held.is_keeper:
        return Todo(keeper_tasks(viewer))
    if not held.roles:
        return Todo()
    sources = (source for _, feature in features() for source in feature.tasks)
    with held_reads():  # asked once which sources have rows
        found = {(task.title, task.subject, task.link): task for source in sources for task in source(viewer)}
    return Todo(list(found.values()), queue.queue_of(viewer))


def keeper_tasks(viewer: Viewer) -> list[Task]:
    """Proposed acts and password links that this keeper may decide, each until the day on which it lapses; lines of 开用检查."""
    acts = [
        Task(
            f"决定{proposals.LABELS[one.kind]}",
            one.person.name,
            reverse("accounts:proposal_list"),
            since=one.proposed_at,
            due=timezone.localdate(one.proposed_at + proposals.WAITS),
            detail=f"{one.proposed_by.name}提出",
            is_demo=one.person.is_demo,
        )
        for one in proposals.waiting()
        if proposals.may_decide(viewer.user, one)
    ]
    resets = [
        Task(
            "放行密码重置",
            link.user.name,
            reverse("accounts:link_list"),
            since=link.asked_at,
            due=timezone.localdate(link.asked_at + links.WAITS_FOR_RELEASE),
            detail=f"{link.asked_by.name}提出" if link.asked_by else "",
            is_demo=link.is_demo,
        )
        for link, is_mine in links.waiting_for(viewer.user)
        if is_mine
    ]
    return [*acts, *resets, *_opening_tasks(viewer)]


def _opening_tasks(viewer: Viewer) -> list[Task]:
    """Open lines of 开用检查 that this keeper sees to, and as one task those that nobody sees to."""
    own, nobodys = open_lines(viewer)
    tasks = [Task(OPENING, line.what, reverse("portal:first_day_line", args=[line.item]), due=line.mark.due) for line in own if line.mark]
    return [*tasks, *([Task(OPENING, f"{len(nobodys)}项没有负责人", reverse("portal:first_day"))] if nobodys else [])]


def duty_of(row: Obligation) -> str:
    """The first two parts of the key."""
    return ":".join(row.key.split(":")[:2])


def dues_of(viewer: Viewer, rows: Iterable[Obligation]) -> dict[str, dt.date]:
    """Earliest deadline of visible obligations by duty (the first two parts of the key), of the user's own also by page."""
    found: dict[str, dt.date] = {}
    for row in rows:
        if row.is_open and (row.opens is None or row.opens <= viewer.as_of):
            duty = duty_of(row)
            for key in (duty, row.link) if row.link and acts(viewer.held, row) else (duty,):
                found[key] = min(row.due, found.get(key, row.due))
    return found


def defaults_of_dues(viewer: Viewer) -> dict[tuple[str, dt.date], bool]:
    """Whether the day of a duty or page, as ``Task.served`` names them, rests on a setting that the city has not confirmed."""
    found: dict[tuple[str, dt.date], bool] = {}
    for row in in_sight(viewer):
        if row.is_open:
            for key in (duty_of(row), row.link):
                found[key, row.due] = row.is_default_date or found.get((key, row.due), False)
    return found


def tasks_of(viewer: Viewer) -> list[Task]:
    """Every task, most urgent first."""
    return todo_of(viewer).first()


def task_items(tasks: list[Task], today: dt.date, calendar: workdays.WorkCalendar) -> list[TaskItem]:
    """Tasks with the working days left."""
    return [
        TaskItem(
            title=task.title,
            notes=tuple(part for part in (task.subject, task.detail) if part),
            link=task.link,
            days=calendar.left(today, task.due) if task.due else None,
            side="" if task.due else "无期限",
            is_demo=task.is_demo,
        )
        for task in tasks
    ]


def due_items(open_counts: list[OpenCount], today: dt.date, calendar: workdays.WorkCalendar, district: int | None = None) -> list[TaskItem]:
    """Open or overdue obligations, one line per duty and day, own ones first, most urgent first, with links to them.

    ``district`` is the key of the district if all belong to the same one.
    """
    groups: dict[tuple[dt.date, str, int], list[OpenCount]] = defaultdict(list)
    for entry in open_counts:
        groups[entry.due, entry.kind, entry.year].append(entry)
    items = [_due_item(rows, today, calendar, district) for _, rows in sorted(groups.items(), key=itemgetter(0))]
    return sorted(items, key=attrgetter("is_others"))


def _rows_of(entry: OpenCount, district: int | None) -> str:
    """URL of the open obligations of the same kind, year and day."""
    asked = {"kind": entry.kind, "year": entry.year, "due": entry.due.isoformat(), "state": UNMET, "district": district}
    return f"{reverse('obligations:obligation_list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _due_item(open_counts: list[OpenCount], today: dt.date, calendar: workdays.WorkCalendar, district: int | None) -> TaskItem:
    first, count = min(open_counts, key=attrgetter("district")), sum(entry.number for entry in open_counts)
    days = calendar.left(today, first.due)
    day = workdays.term_in_words(first.due)
    default = "（默认值）" if first.is_default_date else ""
    near = days <= FAR_WORKING_DAYS
    titles = {entry.title for entry in open_counts}
    whose, others = _whose(open_counts), {entry.others for entry in open_counts}
    debtors = (f"由{first.others}负责",) if all(others) and len(others) == 1 and first.others != first.district else ()
    return TaskItem(
        title=first.title if len(titles) == 1 else DUTY_KINDS[first.kind].label,
        notes=(whose, *debtors, *((f"{day}止{default}",) if near else ()), first.cite),
        link=first.link if count == 1 and first.link else _rows_of(first, district),
        days=days if near else None,
        side="" if near else f"{day}{default}",
        is_demo=first.is_demo,
        is_others=all(others),
    )


def _whose(open_counts: list[OpenCount]) -> str:
    """Who owes these obligations: a district may owe several of the same kind on the same day, such as those of its experts."""
    count, first = sum(entry.number for entry in open_counts), min(entry.district for entry in open_counts)
    if open_counts[0].is_of_body:
        return first if count == 1 else f"{first}等{count}项"
    single = {entry.district for entry in open_counts if entry.number == 1}
    districts = len(single) + sum(entry.number for entry in open_counts if entry.number > 1)
    whose = first if districts == 1 else f"{first}等{districts}个城区"
    return whose if districts == count else f"{whose}，{count}项"
