"""催办: people who oversee a duty urge the debtor, in words previewed before, audited and limited in frequency.

The text is that of the reminders plus the sender's name and note. The sweep has reminder steps of its own and continues.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, Count, Func, Max, Value

from approvals.cases.selectors.cases import urged_in_bulk
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.memoisation import held_reads
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.policy.duty_table import CLIMBING, EXPERT, duty_kind
from greendistrict.workflow import urged as urgings
from greendistrict.workflow.messages import LONGEST_TITLE
from obligations import case_terms
from obligations.duties import Obligation, ObligationState
from obligations.models import Urging
from obligations.reminder_ladder import Rung
from obligations.reminder_seats import seats_today
from obligations.reminder_settings import ladder_of
from obligations.reminder_texts import Words, body, subject, words_of
from obligations.rules import may_urge
from obligations.selectors import acts, in_sight

MOST = 200
URGENT = frozenset({ObligationState.DUE, ObligationState.OVERDUE})
SECRETARY = "评审秘书"
OF_CASES = frozenset(kind for kind in case_terms.KINDS if duty_kind(kind).rungs == CLIMBING)  # obligations of a district's side


class SplitPart(Func):
    """Part of a separated text, counted from 1."""

    function = "split_part"
    output_field = CharField()


@dataclass(frozen=True)
class UrgingItem:
    """One obligation: recipients and text, or why nobody is urged."""

    obligation: Obligation
    people: tuple[User, ...] = ()
    title: str = ""
    body: str = ""
    out: str = ""

    @property
    def shown(self) -> str:
        """What the person saw; compared with the current state on confirmation."""
        return f"{self.obligation.key}|{self.obligation.due}|{','.join(str(user.pk) for user in self.people)}|{self.out}"

    @property
    def names_people(self) -> bool:
        """Whether recipients may be named; experts are shown by number only."""
        return duty_kind(self.obligation.kind).debtor != EXPERT


@dataclass(frozen=True)
class Urged:
    """How often an obligation with one due date was urged, and when last."""

    times: int
    last: dt.date


def urged(keys: Iterable[str]) -> Mapping[str, Urged]:
    """Urgings of these obligations by key; one query."""
    rows = Urging.objects.filter(obligation__in=list(keys)).values("obligation").order_by("obligation")
    return {key: Urged(times, last) for key, times, last in rows.annotate(n=Count("pk"), d=Max("day")).values_list("obligation", "n", "d")}


def is_offered(user: User, owed: Obligation, today: dt.date) -> bool:
    """Whether the person may urge it, apart from the frequency limit and missing recipients."""
    posts = posts_of(user)
    return may_urge(posts) and not _not_now(owed, today) and not _not_by(user, posts, owed)


def planned(user: User, rows: Iterable[Obligation], note: str, today: dt.date) -> list[UrgingItem]:
    """What urging each of them would send to whom; sends nothing."""
    NotAllowed.unless(may_urge(posts_of(user)), "催办由市级、评审秘书和实施主体办理")
    found = list(rows)
    with held_reads():
        held, seats, calendar = posts_of(user), seats_today(), workdays.current()
        words, before = words_of(today, calendar, seats), urged(row.key for row in found)
        limit = urgings.UrgingLimit(today)
        beside = limit.last_urged({matter for row in found if (matter := _matter(row))}, urged_in_bulk, urged_of_cases)
    items = []
    for owed in found:
        days = [before[owed.key].last] if owed.key in before else []
        days += [beside[matter]] if (matter := _matter(owed)) in beside else []
        out = _not_now(owed, today) or _not_by(user, held, owed) or (limit.why_too_soon(max(days)) if days else "")
        people = tuple(seats.people[pk] for pk in sorted(seats.acting(owed)) if pk != user.pk)
        if out or not people:
            items.append(UrgingItem(owed, out=out or "没有接收人：应办单位没有人员在平台办理"))
        else:
            title, said = _said(user, owed, words, note)
            items.append(UrgingItem(owed, people, title, said))
    return items


def _not_now(owed: Obligation, today: dt.date) -> str:
    """Why it cannot be urged today; empty if it can."""
    kind, state = duty_kind(owed.kind), owed.state(today)
    if not kind.is_urged:
        return "只作关注，不催办" if kind.is_watch else "是当事人的权利，不催办"
    return "" if state in URGENT else f"{state.label}，不催办"


def _not_by(user: User, held: HeldPosts, owed: Obligation) -> str:
    """Why this person may not urge it; empty if they may."""
    kind = duty_kind(owed.kind)
    if acts(posts_of(user), owed):
        return "由您本人办理"
    if kind.debtor == EXPERT:
        return "" if held.has(Role.SECRETARIAT) else "专家由评审秘书催办"
    if held.is_city or (held.has(Role.SECRETARIAT) and kind.creditor == SECRETARY):
        return ""
    leads = held.organisations_as(Role.AUTHORITY).intersection(owed.authority_ids)
    if leads and kind.rungs == CLIMBING and not leads.intersection(owed.debtor_ids):
        return ""
    return "由市级催办"


def _matter(owed: Obligation) -> str:
    """The case behind an obligation of the district's side, which is urged as a whole too; empty for others."""
    return owed.key.split(":")[1] if owed.kind in OF_CASES else ""


def urged_of_cases(matters: Collection[str], since: dt.date) -> dict[str, dt.date]:
    """Last day on which the district's side was urged, by case."""
    parts = {part: SplitPart("obligation", Value(":"), Value(number)) for part, number in (("of_kind", 1), ("matter", 2))}
    found = Urging.objects.filter(day__gte=since).alias(of_kind=parts["of_kind"]).annotate(matter=parts["matter"])
    rows = found.filter(of_kind__in=OF_CASES, matter__in=matters).values("matter").order_by("matter")
    return dict(rows.annotate(last=Max("day")).values_list("matter", "last"))


def _said(user: User, owed: Obligation, words: Words, note: str) -> tuple[str, str]:
    """Title and text: the day's reminder, the sender, and their note."""
    ladder = ladder_of(duty_kind(owed.kind))
    on_day = words.today == owed.due or (ladder is not None and not ladder.before)
    rung = Rung("after-1" if words.today > owed.due else "on-day" if on_day else "before-1", words.today, "")
    added = f"{note.strip()}\n" if note.strip() else ""
    title = f"催办：{subject(owed, rung, words, acts=True)}"[:LONGEST_TITLE]
    return title, f"{words.seats.bodies.get(user.pk, '')}{user.name}催办。\n{added}{body(owed, rung, words, acts=True)}"


@transaction.atomic
def urge(*, keys: Collection[str], shown: Collection[str], note: str, by: User) -> int:
    """Urge several obligations exactly as ``shown`` to the person; all or none. Returns how many.

    Raises ``Stale`` if a due date, recipient or state has changed.
    """
    urgings.hold()
    today = clock.today()
    items = planned(by, chosen(by, keys, today), note, today)
    Stale.when({item.shown for item in items} != set(shown), "所选事项的期限、状态或接收人已有变化，请按现在的情况重新核对")
    sent = [item for item in items if not item.out]
    Refused.unless(sent, "所选事项都不能催办")
    for item in sent:
        owed = item.obligation
        made = Urging.objects.create(
            obligation=owed.key, due=owed.due, day=today, at=clock.now(), by=by, note=note.strip(), receivers=len(item.people)
        )
        notify(
            kind=Message.URGED,
            key=f"urging:{made.pk}",
            receivers=item.people,
            title=item.title,
            body=item.body,
            link=owed.link,
            demo=owed.is_demo,
        )
        audit.record(action="obligations.urge", by=by, obj=made, data={"obligation": owed.key, "receivers": len(item.people)})
    return len(sent)


def chosen(user: User, keys: Collection[str], today: dt.date) -> Sequence[Obligation]:
    """Visible obligations with these keys, with the links of those who act."""
    wanted = set(keys)
    with held_reads():
        return [row for row in in_sight(Viewer(user).at(today)) if row.key in wanted]
