"""Texts of reminders: subject and body by step and reader; the city may change the wording (``policy.message_texts``)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from districts.common.enums import World
from greendistrict.accounts.enums import Role
from greendistrict.core.workdays import WorkCalendar
from greendistrict.notifications.enums import MessageGroup
from greendistrict.policy import message_texts
from greendistrict.policy.duty_table import CLIMBING, duty_kind, told_kind
from greendistrict.policy.letter_texts import BLANK, contact_line, text_of
from obligations.duties import Obligation
from obligations.reminder_ladder import Rung
from obligations.reminder_seats import Seats
from obligations.way import ground

PERSON = "person"
UNCONFIRMED = "所列期限按平台默认值计算，待市级确认。"
SOON, SHOWN = 10, 10  # weekly summary: working days ahead, and number of obligations named
Line = dict[str, str | bool]


@dataclass(frozen=True)
class Words:
    """Data needed by the texts of a day, read once: wordings, contacts, calendar, people."""

    today: dt.date
    calendar: WorkCalendar
    seats: Seats
    texts: Mapping[str, str]
    contact: str
    helpers: Mapping[str, str] = field(default_factory=dict)


def words_of(today: dt.date, calendar: WorkCalendar, seats: Seats) -> Words:
    """Read all data needed by the texts of a day; two queries."""
    helpers = {}  # contact line of the first holder of each post that answers questions
    for role in (Role.CITY_OFFICER, Role.SECRETARIAT):
        people = sorted(seats.holders((role,), None))
        person = seats.people[people[0]] if people else None
        helpers[role.value] = contact_line(person.name, person.phone) if person else ""
    return Words(today, calendar, seats, message_texts.texts_in_force(today), text_of("contact", today), helpers)


def helper_of(words: Words, owed: Obligation) -> str:
    """Contact for help: as worded for the office's letters, else its officer; for expert duties the secretariat."""
    kind = duty_kind(owed.kind)
    if kind.rungs == CLIMBING and BLANK not in words.contact:
        return words.contact
    if kind.rungs not in {CLIMBING, PERSON}:
        return ""
    line = words.helpers[Role.SECRETARIAT if kind.rungs == PERSON else Role.CITY_OFFICER]
    return line.partition(f"，联系电话：{BLANK}")[0]


def named(owed: Obligation, words: Words) -> str:
    """Owner, subject, and remaining time, marked where the city has not confirmed the rule of the date."""
    return f"{owed.owner}{owed.title}{how_far(words.today, owed.due, words.calendar)}{owed.unconfirmed}"


def _far(owed: Obligation, words: Words) -> str:
    """Remaining time; what is late by a date that the city has not confirmed is told as such."""
    late = owed.unconfirmed if words.today > owed.due else ""
    return f"{how_far(words.today, owed.due, words.calendar)}{late}"


def subject(owed: Obligation, rung: Rung, words: Words, *, acts: bool, told: str = "") -> str:
    """Subject line of a step: what is owed and the remaining time."""
    return _text(owed, rung, acts=acts).said(_values(owed, words, told, acts=acts), words.texts, is_subject=True)


def body(owed: Obligation, rung: Rung, words: Words, *, acts: bool, told: str = "") -> str:
    """Text: due date, ground, contact; ``told`` names the escalation recipients. An unconfirmed date is told whatever the wording."""
    text = _text(owed, rung, acts=acts).said(_values(owed, words, told, acts=acts), words.texts)
    helper = helper_of(words, owed)
    lines = (text, UNCONFIRMED if owed.is_default_date else "", f"{helper}。" if helper else "")
    return "\n".join(filter(None, lines))


def _text(owed: Obligation, rung: Rung, *, acts: bool) -> message_texts.ReminderText:
    reader = message_texts.reader_of(duty_kind(owed.kind))
    return message_texts.ReminderText(block_of_rung(rung, acts=acts), reader, owed.kind)


def _values(owed: Obligation, words: Words, told: str, *, acts: bool) -> dict[str, str]:
    """Variables of the texts. For a duty without district, other readers see the body's name in the district's place."""
    return {
        "事项": owed.title,
        "城区": owed.district if acts else owed.owner,
        "应办单位": owed.organisation,
        "接收单位": owed.to,
        "期限": owed.due_words,
        "剩余": _far(owed, words),
        "完成标准": duty_kind(owed.kind).met_by,
        "告知对象": told,
        "依据": ground(owed.cite, told_kind(owed.kind, owed.rule)),
    }


def block_of_rung(rung: Rung, *, acts: bool) -> str:
    """Key of the text block of a step."""
    if rung.whom:
        return message_texts.UP if acts else message_texts.TOLD
    if rung.key == "on-day":
        return message_texts.DAY
    if rung.key.startswith("after-"):
        return message_texts.LATE
    return message_texts.BEFORE


def how_far(today: dt.date, due: dt.date, calendar: WorkCalendar) -> str:
    """Remaining time as text; 今日到期 only on the due date itself."""
    left = abs(calendar.between(today, due))
    if today > due:
        return f"已逾期{left}个工作日" if left else "已逾期"
    if today == due:
        return "今日到期"
    return f"还有{left}个工作日" if left else f"将于{due.month}月{due.day}日到期"


def line(owed: Obligation, rung: Rung, words: Words, *, acts: bool, told: str) -> Line:
    """One item of a person's digest."""
    late, today = words.today > owed.due, words.today == owed.due
    return {
        "group": MessageGroup.REMINDERS.value,
        "sort": "逾期" if late else "今日到期" if today else "将到期",
        "title": subject(owed, rung, words, acts=acts, told=told),
        "body": body(owed, rung, words, acts=acts, told=told),
        "link": owed.link if acts else reverse("obligations:obligation_detail", args=[owed.key]),
        "informs": not acts,
    }


def watch_line(rows: Sequence[Obligation], words: Words, *, demo: bool) -> Line:
    """Watched items of real or of fictional districts in the digest."""
    return {
        "group": MessageGroup.WATCHES.value,
        "sort": "关注",
        "title": f"关注事项{len(rows)}项",
        "body": f"{'；'.join(_first(rows, words))}{f'；等{len(rows)}项' if len(rows) > SHOWN else ''}。",
        "link": f"{reverse('obligations:watch_list')}?world={World.DEMO if demo else World.REAL}",
        "informs": True,
    }


def summary(rows: Iterable[Obligation], words: Words) -> tuple[str, str] | None:
    """Title and text of a chief's weekly summary; None if it would be empty."""
    parts: dict[str, list[Obligation]] = {"逾期": [], "两周内到期": [], "关注事项": []}
    for owed in rows:
        if owed.is_watch:
            parts["关注事项"].append(owed)
        elif owed.is_overdue(words.today):
            parts["逾期"].append(owed)
        elif words.calendar.between(words.today, owed.due) <= SOON:
            parts["两周内到期"].append(owed)
    found = {name: some for name, some in parts.items() if some}
    if not found:
        return None
    title = "，".join(f"{name}{len(some)}项" for name, some in found.items())
    return f"每周综述：{title}", "\n\n".join(_listed(name, some, words) for name, some in found.items())


def _listed(name: str, rows: Sequence[Obligation], words: Words) -> str:
    """A section of the summary: its first obligations with their days, one per line."""
    more = [f"等{len(rows)}项。"] if len(rows) > SHOWN else []
    return "\n".join([f"{name}：", *(f"{number}. {words_on}" for number, words_on in enumerate(_first(rows, words), start=1)), *more])


def _first(rows: Sequence[Obligation], words: Words) -> list[str]:
    return [owed.owner + owed.title if owed.is_watch else named(owed, words) for owed in rows[:SHOWN]]
