"""Preview of an obligation's reminders: day, recipients, channels and texts, from the same code as the sweep."""

import datetime as dt
from dataclasses import dataclass, replace

from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core import workdays
from greendistrict.core.memoisation import held_reads
from greendistrict.notifications.channels import choices_of
from greendistrict.notifications.enums import Channel, MessageGroup
from greendistrict.notifications.transports import channels_of
from greendistrict.policy.duty_table import EXPERT, duty_kind
from obligations.duties import UNMET_STATES, Obligation
from obligations.models import Reminder
from obligations.reminder_ladder import Rung, climbed, rung_days
from obligations.reminder_seats import receivers, seats_today
from obligations.reminder_settings import ladder_of
from obligations.reminder_texts import body, subject, words_of
from obligations.reminders import mark_of


@dataclass(frozen=True)
class RungReceiver:
    """A recipient of a step with channels; ``sent`` is the day of sending."""

    name: str
    body: str
    channels: str
    acts: bool
    sent: dt.date | None = None


@dataclass(frozen=True)
class RungLine:
    """One step: day, recipients by today's posts, subjects and texts."""

    label: str
    day: dt.date
    people: tuple[RungReceiver, ...]
    texts: tuple[tuple[str, str], ...]
    is_past: bool


def may_preview(held: HeldPosts, owed: Obligation) -> bool:
    """The city, and those responsible for the people of debtor or preparer; not for expert duties, because recipients are named."""
    if duty_kind(owed.kind).debtor == EXPERT:
        return False
    return held.is_city or not held.admin_of.isdisjoint({*owed.debtor_ids, *([owed.organisation_id] if owed.organisation_id else ())})


def has_reminders(owed: Obligation, today: dt.date) -> bool:
    """Whether it is reminded of individually."""
    return owed.state(today) in UNMET_STATES and duty_kind(owed.kind).is_urged


def rung_lines(owed: Obligation, today: dt.date) -> list[RungLine]:
    """All steps of an obligation in time order; empty if there are no reminders."""
    ladder = ladder_of(duty_kind(owed.kind))
    if ladder is None or not has_reminders(owed, today):
        return []
    with held_reads():
        calendar, seats = workdays.current(), seats_today()
        words = words_of(today, calendar, seats)
        rungs = rung_days(ladder, owed.due, calendar)
        marks = [mark_of(owed, rung.key) for rung in rungs]
        days = Reminder.objects.filter(mark__in=marks).values_list("mark", "receiver", "day")
        sent = {(mark, person): day for mark, person, day in days}
        found = {rung.key: list(receivers(seats, owed, climbed(ladder, rung.key))) for rung in rungs}
        people = {person for some in found.values() for person, _ in some}
        chosen = choices_of([seats.people[person] for person in sorted(people)])
    reach = {}
    for person in people:
        channels = channels_of(seats.people[person], MessageGroup.REMINDERS, chosen.get(person, {}))
        reach[person] = "、".join(channel.label for channel in (Channel.PORTAL, *channels))
    lines = []
    for rung, mark in zip(rungs, marks, strict=True):
        receivers_then = tuple(
            RungReceiver(seats.people[person].name, seats.bodies[person], reach[person], acts, sent.get((mark, person)))
            for person, acts in found[rung.key]
        )
        then, told = replace(words, today=rung.day), "、".join(climbed(ladder, rung.key))
        texts = tuple(
            (subject(owed, rung, then, acts=acts, told=told), body(owed, rung, then, acts=acts, told=told))
            for acts in dict.fromkeys(acts for _, acts in found[rung.key]) or (True,)
        )
        lines.append(RungLine(_label(rung), rung.day, receivers_then, texts, rung.day < today))
    return lines


def _label(rung: Rung) -> str:
    """Step as text."""
    where, _, days = rung.key.partition("-")
    words = {"before": f"到期前{days}个工作日", "after": f"逾期{days}个工作日", "escalate": f"上报{rung.whom}"}
    return words.get(where, "到期当日")
