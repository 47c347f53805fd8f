"""Previews: reminders of an obligation from the code of the sweep, days that a changed setting would move, and a reminder text on trial."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from approvals.common.duties import AffectedGroup, OpenDuty, TriedMessage
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads
from greendistrict.notifications.channels import choices_of
from greendistrict.notifications.enums import Channel, MessageGroup
from greendistrict.notifications.transports import channels_of
from greendistrict.policy import message_texts, parameters
from greendistrict.policy.duty_table import DUTY_KINDS, EXPERT, duty_kind
from obligations.duties import UNMET_STATES, Obligation
from obligations.models import Reminder
from obligations.papers import open_on_pages
from obligations.reminder_ladder import Rung, climbed, rung_days
from obligations.reminder_seats import receivers, seats_today
from obligations.reminder_settings import ladder_of
from obligations.reminder_texts import block_of_rung, body, subject, words_of
from obligations.reminders import mark_of
from obligations.selectors import everything, obligations_visible_to
from obligations.urging import urged_of_cases


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
    """One step: day, recipients by today's posts, subjects and texts; ``first_sent``: day of its first reminder, whoever got it."""

    label: str
    day: dt.date
    people: tuple[RungReceiver, ...]
    texts: tuple[tuple[str, str], ...]
    is_past: bool
    first_sent: dt.date | None

    @property
    def is_left_out(self) -> bool:
        """Whether its day passed and no reminder of it to anybody is on record."""
        return self.is_past and bool(self.people) and self.first_sent is None

    @property
    def was_late(self) -> bool:
        """Whether nobody was reminded on its day, but afterwards."""
        return self.first_sent is not None and self.first_sent > self.day

    @property
    def went_to_others(self) -> bool:
        """Whether it was sent, to none of those who are named today."""
        return self.first_sent is not None and not any(one.sent for one in self.people)


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
        first_sent = min((day for (one, _), day in sent.items() if one == mark), default=None)
        lines.append(RungLine(_label(rung), rung.day, receivers_then, texts, rung.day < today, first_sent))
    return lines


def _label(rung: Rung) -> str:
    """Step as text."""
    where, _, days = rung.key.partition("-")
    words = {"before": f"到期前{days}个工作日", "after": f"逾期{days}个工作日", "escalate": f"上报{rung.whom}"}
    return words.get(where, "到期当日")


def moved_by_setting(key: str, value: object, today: dt.date) -> list[AffectedGroup]:
    """Open and future obligations whose due date another value would move, by kind and day, earliest first."""
    before = _open(today)
    with parameters.supposing(key, value):
        after = _open(today)
    moved = Counter((row.kind, row.due, after[one].due) for one, row in before.items() if one in after and after[one].due != row.due)
    lists = reverse("obligations:obligation_list")
    return [
        AffectedGroup(f"{DUTY_KINDS[kind].label}，期限由{day_in_words(old)}移至{day_in_words(new)}", number, f"{lists}?kind={kind}")
        for (kind, old, new), number in sorted(moved.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


def _open(today: dt.date) -> dict[str, Obligation]:
    return {row.key: row for row in everything(Viewer(None, as_of=today)) if row.is_open}


MOST_SAMPLES = 200


class DutiesOfPages:
    """Implementation of the interface ``approvals.common.duties``."""

    def open_on_pages(self, viewer: Viewer, districts: Collection[int]) -> Sequence[OpenDuty]:
        """Open duties of cases and reviews that the person may read."""
        return open_on_pages(viewer, districts)

    def moved_by_setting(self, key: str, value: object, today: dt.date) -> list[AffectedGroup]:
        """Obligations whose last day another value would move."""
        return moved_by_setting(key, value, today)

    def urged_of_cases(self, matters: Collection[str], since: dt.date) -> Mapping[str, dt.date]:
        """Last day of urging by case."""
        return urged_of_cases(matters, since)

    def samples(self, viewer: Viewer, key: str) -> list[tuple[str, str]]:
        """Visible unmet obligations whose reminders contain the text block, the most urgent ones."""
        found = [owed for owed in _unmet(viewer) if _has(owed, key)]
        return [(owed.key, f"{owed.district}{owed.title}，{owed.organisation}") for owed in found[:MOST_SAMPLES]]

    def tried(self, viewer: Viewer, key: str, text: str, duty: str) -> TriedMessage | None:
        """The reminder on the day of its step."""
        owed = next((row for row in _unmet(viewer) if row.key == duty and _has(row, key)), None)
        rung = _rung(owed, key) if owed else None
        if owed is None or rung is None:
            return None
        told = message_texts.PREFIX + message_texts.TOLD
        with held_reads():
            words = words_of(rung.day, workdays.current(), seats_today())
        own = f"{key.partition(message_texts.OF_KIND)[0]}{message_texts.OF_KIND}{owed.kind}"
        words = replace(words, texts={**words.texts, own: text})
        ladder = ladder_of(duty_kind(owed.kind))
        whom = "、".join(climbed(ladder, rung.key)) if ladder else ""
        acts = not key.startswith(told)
        title, said = subject(owed, rung, words, acts=acts, told=whom), body(owed, rung, words, acts=acts, told=whom)
        return TriedMessage(f"{owed.district}{owed.title}", title, said)


def _unmet(viewer: Viewer) -> list[Obligation]:
    rows = obligations_visible_to(viewer)
    return [owed for owed in rows if owed.state(viewer.today) in UNMET_STATES and duty_kind(owed.kind).is_urged]


def _has(owed: Obligation, key: str) -> bool:
    """Whether reminders of the obligation contain the text block."""
    general, _, kind = key.partition(message_texts.OF_KIND)
    reader = message_texts.reader_of(duty_kind(owed.kind))
    return general.removesuffix(message_texts.SUBJECT).endswith(f"-{reader}") and kind in {"", owed.kind} and _rung(owed, key) is not None


def _rung(owed: Obligation, key: str) -> Rung | None:
    """First step that contains the text block."""
    ladder, calendar = ladder_of(duty_kind(owed.kind)), workdays.current()
    wanted = key.removeprefix(message_texts.PREFIX).partition("-")[0]
    rungs = rung_days(ladder, owed.due, calendar) if ladder else []
    return next((rung for rung in rungs if wanted in {block_of_rung(rung, acts=True), block_of_rung(rung, acts=False)}), None)
