"""Send reminders: one digest per person and day, each step of an obligation once; and weekly summaries."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from districts.common.enums import World
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import row_faults, workdays
from greendistrict.core.memoisation import held_reads
from greendistrict.core.row_faults import one_by_one
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.notifications.texts import digest_title
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import duty_kind
from greendistrict.workflow.messages import LONGEST_TITLE
from obligations.duties import ANSWERED, UNMET_STATES, Obligation, ObligationState
from obligations.models import Reminder
from obligations.reminder_ladder import Ladder, Rung, climbed, rung_on
from obligations.reminder_seats import receivers, seats_today
from obligations.reminder_settings import ladder_of, week_of
from obligations.reminder_texts import Line, Words, line, summary, watch_line, words_of
from obligations.selectors import due, keepers_due, read_by, sees_all, watched

logger = logging.getLogger(__name__)
TEXTS = "reminder-sweep:texts"
BATCH = 1000
STORY = ":demo"  # ends the keys of messages about fictional duties
T = TypeVar("T", Obligation, "PendingReminder")


@dataclass(frozen=True)
class Reached:
    """An obligation with the step reached on the day, relative to ``due`` (or the day it was last asked for)."""

    owed: Obligation
    due: dt.date
    rung: Rung
    ladder: Ladder

    @property
    def mark(self) -> str:
        """Unique mark; an extension makes new ones, so that the steps start again."""
        return mark_of(self.owed._replace(due=self.due), self.rung.key)


def mark_of(owed: Obligation, rung: str) -> str:
    """Unique mark of a step of an obligation."""
    return f"{owed.key}:{owed.due.isoformat()}:{rung}"


def reached(rows: Iterable[Obligation], today: dt.date, calendar: workdays.WorkCalendar) -> Iterator[Reached]:
    """Steps reached on a day by unmet obligations with reminders; computed once per due date."""
    found, ladders, rungs = parameters.load(), dict[str, Ladder | None](), dict[tuple[Ladder, dt.date], Rung | None]()

    def rung_of(ladder: Ladder, due: dt.date) -> Rung | None:
        if (ladder, due) not in rungs:
            rungs[ladder, due] = rung_on(ladder, due, today, calendar)
        return rungs[ladder, due]

    for owed in rows:
        if owed.is_watch or owed.state(today) not in UNMET_STATES:
            continue
        if owed.kind not in ladders:
            ladders[owed.kind] = ladder_of(duty_kind(owed.kind), found)
        ladder = ladders[owed.kind]
        if ladder is None:
            continue
        days = (owed.due, owed.asked_on) if owed.asked_on else (owed.due,)
        standing = next(((day, rung) for day in days if (rung := rung_of(ladder, day)) is not None), None)
        if standing:
            yield Reached(owed, *standing, ladder)


@dataclass(frozen=True)
class PendingReminder:
    """An item of a person's digest: its mark, and a function that makes its text when sent."""

    mark: str
    about: str
    words: Callable[[], Line]
    is_demo: bool


def sweep(today: dt.date) -> int:
    """Send the digests of a day, those of real and of fictional duties apart; safe to repeat. Returns the number of new reminders.

    Each digest has its own transaction: a failing one is written down, the others are sent. New items after today's digest wait for the
    next one.
    """
    with held_reads():
        portal = Viewer(None, as_of=today)
        calendar, seats, rows = workdays.current(), seats_today(), [*due(portal), *keepers_due(portal)]
        words = words_of(today, calendar, seats)
        waiting: dict[int, list[PendingReminder]] = defaultdict(list)
        watches = _watches(watched(portal), words) if week_of(today) else ()
        for step in reached(rows, today, calendar):
            whom = climbed(step.ladder, step.rung.key)
            for person, acts in receivers(seats, step.owed, whom):
                made = partial(line, step.owed, step.rung, words, acts=acts, told="、".join(whom))
                waiting[person].append(PendingReminder(step.mark, step.owed.key, made, step.owed.is_demo))
        for person, item in watches:
            waiting[person].append(item)
        told = _told({item.mark for items in waiting.values() for item in items})
    new = {person: [item for item in waiting[person] if (item.mark, person) not in told] for person in sorted(waiting)}
    row_faults.forget(TEXTS)
    told_now = [person for person, items in new.items() if items]
    return sum(one_by_one("reminder-sweep", told_now, lambda person: _send(person, new[person], words), called=_name_in(words)))


def _name_in(words: Words) -> Callable[[int], str]:
    return lambda person: str(words.seats.people[person])


def by_world(found: Iterable[T]) -> Iterator[tuple[bool, list[T]]]:
    """What is about real districts, and what is about fictional ones: a message never holds both."""
    rows = list(found)
    for demo in (False, True):
        if own := [row for row in rows if row.is_demo is demo]:
            yield demo, own


def _watches(rows: Iterable[Obligation], words: Words) -> Iterator[tuple[int, PendingReminder]]:
    """Watched items, summed up weekly for those who act; chiefs read them in their weekly summary."""
    week = week_of(words.today)
    if week is None:
        return
    by_person: dict[int, list[Obligation]] = defaultdict(list)
    for owed in rows:
        for person in words.seats.acting(owed) - words.seats.overseeing(owed):
            by_person[person].append(owed)
    for person, found in by_person.items():
        for demo, own in by_world(found):
            yield person, PendingReminder(f"watches:{week}{STORY * demo}", "watches", partial(watch_line, own, words, demo=demo), demo)


def _told(marks: Collection[str]) -> set[tuple[str, int]]:
    """Recipients already told of each of these steps; reads only these."""
    found: set[tuple[str, int]] = set()
    asked = sorted(marks)
    for first in range(0, len(asked), BATCH):
        found.update(Reminder.objects.filter(mark__in=asked[first : first + BATCH]).values_list("mark", "receiver"))
    return found


def _send(person: int, items: Iterable[PendingReminder], words: Words) -> int:
    """Send one person's digests of a day."""
    return sum(_send_one(person, own, words, demo=demo) for demo, own in by_world(items))


def _send_one(person: int, items: Iterable[PendingReminder], words: Words, *, demo: bool) -> int:
    """Send a digest, most urgent first; an item whose text fails is logged and tried again next time."""
    lines, told = [], []
    for item in items:
        try:
            lines.append(item.words())
        except Exception as error:
            logger.exception("reminder for %s failed", item.about)
            row_faults.note(TEXTS, item.about, error)
        else:
            told.append(item)
    if not told:
        return 0
    only: Line = lines[0] if len(lines) == 1 else {}
    notified = notify(
        kind=Message.DIGEST,
        key=f"digest:{words.today.isoformat()}{STORY * demo}",
        receivers=[words.seats.people[person]],
        title=digest_title(lines)[:LONGEST_TITLE],
        body=str(only.get("body", "")),
        link=str(only.get("link", "")),
        lines=lines,
        demo=demo,
    )
    if not notified:
        return 0
    Reminder.objects.bulk_create(Reminder(mark=item.mark, receiver_id=person, day=words.today) for item in told)
    return len(told)


def weekly(today: dt.date) -> int:
    """Send weekly summaries to chiefs, including watched items; returns the number of new ones. Empty ones are not sent.

    Runs every hour: people who have it are skipped, and nothing is read once everybody has it.
    """
    week = week_of(today)
    if week is None:
        return 0
    with held_reads():
        seats, mark = seats_today(), f"weekly:{week}"
        waiting = seats.overseers() - {person for _, person in _told([mark])}
        if not waiting:
            return 0
        words, portal = words_of(today, workdays.current(), seats), Viewer(None, as_of=today)
        rows = [*due(portal), *watched(portal)]
    found: dict[int, list[Obligation]] = defaultdict(list)
    for owed in rows:
        if owed.is_watch or owed.state(today) in UNMET_STATES:
            for person in seats.overseeing(owed) & waiting:
                found[person].append(owed)

    def summed_up(person: int) -> int:
        return _summary(seats.people[person], read_by(posts_of(seats.people[person]), found[person]), words, mark)

    return sum(one_by_one("reminder-sweep:weekly", sorted(found), summed_up, called=_name_in(words)))


def _summary(person: User, rows: list[Obligation], words: Words, mark: str) -> int:
    """Send a chief's summaries of a week, of real and of fictional duties apart; 1 if there was one."""
    found = [(demo, said, own) for demo, own in by_world(rows) if (said := summary(own, words))]
    whose = {} if sees_all(posts_of(person)) else {"whose": ANSWERED}
    with transaction.atomic():
        if found:
            Reminder.objects.bulk_create([Reminder(mark=mark, receiver=person, day=words.today)], ignore_conflicts=True)
        for demo, (title, body), own in found:
            # the link leads to the list with the filter by which the summary counts
            late = (
                {"state": ObligationState.OVERDUE.value} if any(owed.is_overdue(words.today) and not owed.is_watch for owed in own) else {}
            )
            world = {"world": World.DEMO if demo else World.REAL}
            link = f"{reverse('obligations:obligation_list')}?{urlencode(late | whose | world)}"
            key = f"{mark}{STORY * demo}"
            notify(kind=Message.WEEKLY_SUMMARY, key=key, receivers=[person], title=title, body=body, link=link, demo=demo)
    return int(bool(found))
