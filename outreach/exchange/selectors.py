"""Read events: visibility, public lists, sign-ups, attendance, conditions of steps, tasks."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from districts.file.models.district import District
from districts.file.selectors.visibility import districts_edited_by, own_districts
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import half_up
from greendistrict.documents.enums import QUARANTINED, Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_of
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from operation.entries.models import TrainingSession
from operation.entries.rules import may_keep
from outreach.common.receipts import digest_of
from outreach.exchange.columns import EVENT
from outreach.exchange.models import IN_PUBLIC, OVER, EventSignUp, EventState, ExchangeEvent

HUNDRED = Decimal(100)
LIVE = Q(withdrawn_at__isnull=True)
PLACED = LIVE & Q(placed_at__isnull=False)
NEEDED = EVENT.part("summary", "place", "starts_on", "ends_on", "capacity")
WORDS = {
    EventState.PUBLISHED.value: "登记活动举办情况",
    EventState.HELD.value: "登记到场、办结活动",
}


@dataclass(frozen=True)
class Attendance:
    """Attendance figures of one event; the single source for pages, ledger and the stored figures of a closed event.

    ``by_district`` counts attendees by district, keyed by the district's primary key as text.
    """

    placed: int
    attended: int
    unmarked: int
    by_district: Mapping[str, int]
    rated: int
    satisfied: int

    @property
    def rating(self) -> Decimal | None:
        """Share of satisfied ratings in per cent; None without ratings."""
        return half_up(self.satisfied * HUNDRED / self.rated, 2) if self.rated else None

    def of(self, district: District) -> int:
        """Number of attendees for a district."""
        return self.by_district.get(str(district.pk), 0)

    def as_stored(self) -> dict[str, Any]:
        """As JSON-compatible data."""
        return asdict(self)


def attendance_of(event: ExchangeEvent) -> Attendance:
    """The stored figures of a closed event, else the current ones."""
    if event.counted is not None:
        return Attendance(**event.counted)
    return _attendance_now(event)


def _attendance_now(event: ExchangeEvent) -> Attendance:
    rows = event.sign_ups.filter(PLACED)
    counts = {
        "placed": Q(),
        "attended": Q(attended=True),
        "unmarked": Q(attended__isnull=True),
        "rated": Q(satisfied__isnull=False),
        "satisfied": Q(satisfied=True),
    }
    asked = rows.aggregate(**{f"number_{name}": Count("pk", filter=condition) for name, condition in counts.items()})
    found = {name: asked[f"number_{name}"] for name in counts}
    came = rows.filter(attended=True, district__isnull=False).order_by().values_list("district").annotate(n=Count("pk"))
    return Attendance(**found, by_district={str(key): number for key, number in came})


@dataclass(frozen=True)
class Places:
    """Places of an event: total, taken, waiting."""

    capacity: int
    placed: int
    waiting: int

    @property
    def free(self) -> int:
        """Number of free places."""
        return max(self.capacity - self.placed, 0)

    @property
    def is_full(self) -> bool:
        """Whether no place is free and the waiting list, as long as the number of places, is full too."""
        return not self.free and self.waiting >= self.capacity


def places_of(event: ExchangeEvent) -> Places:
    """Places taken and waited for now; one query."""
    found = event.sign_ups.filter(LIVE).aggregate(
        placed=Count("pk", filter=Q(placed_at__isnull=False)), waiting=Count("pk", filter=Q(placed_at__isnull=True))
    )
    return Places(event.capacity or 0, **found)


def is_taking(event: ExchangeEvent, today: dt.date) -> bool:
    """Whether sign-up is open."""
    return event.status == EventState.PUBLISHED and event.taking is not None and today <= event.taking


def not_taking(event: ExchangeEvent) -> str:
    """Why nobody can sign up for a public event now, in words."""
    if event.status == EventState.CANCELLED:
        return "活动已取消，不接收报名。"
    if event.status != EventState.PUBLISHED:
        return "活动已经举办，不再接收报名。"
    return f"报名已于{day_in_words(event.taking)}截止。" if event.taking else "报名截止日期没有填写，暂不接收报名。"


def place_in_line(sign_up: EventSignUp) -> int:
    """Position on the waiting list, from 1."""
    before = Q(signed_at__lt=sign_up.signed_at) | Q(signed_at=sign_up.signed_at, pk__lt=sign_up.pk)
    return sign_up.event.sign_ups.filter(LIVE, before, placed_at__isnull=True).count() + 1


def events_visible_to(viewer: Viewer) -> QuerySet[ExchangeEvent]:
    """The city sees all; others see public events, and the ones they signed up for while these are changed; keepers none."""
    held = viewer.held
    events = ExchangeEvent.objects.select_related("opened_by", "written_by")
    if held.is_keeper or not held.roles:
        return events.none()
    if held.roles & CITY:
        return events
    own = EventSignUp.objects.filter(LIVE, person=viewer.person).values("event")
    return events.filter(Q(status__in=IN_PUBLIC) | Q(pk__in=own))


def sign_ups_visible_to(viewer: Viewer) -> QuerySet[EventSignUp]:
    """The city sees all, others only their own."""
    held = viewer.held
    rows = EventSignUp.objects.select_related("event", "person", "district")
    if held.is_keeper or not held.roles:
        return rows.none()
    return rows if held.roles & CITY else rows.filter(person=viewer.person)


def own_sign_up(event: ExchangeEvent, viewer: Viewer) -> EventSignUp | None:
    """The person's newest sign-up for an event; None if there is none."""
    return event.sign_ups.filter(person=viewer.person).select_related("event", "district").order_by("-signed_at", "-pk").first()


def sign_up_of_receipt(code: str) -> EventSignUp | None:
    """The sign-up with this receipt code; None if there is none."""
    return EventSignUp.objects.select_related("event").filter(digest=digest_of(code)).first()


def events_public() -> QuerySet[ExchangeEvent]:
    """Public events, latest starting day first."""
    return ExchangeEvent.objects.filter(status__in=IN_PUBLIC).order_by("-starts_on", "-pk")


def events_newest() -> QuerySet[ExchangeEvent]:
    """Public events by time of publication, for feeds."""
    return ExchangeEvent.objects.filter(status__in=IN_PUBLIC).order_by("-published_at", "-pk")


def material_rows(event: ExchangeEvent) -> QuerySet[Evidence]:
    """Files of an event."""
    return evidence_of(event).order_by("pk")


def material_of(event: ExchangeEvent) -> list[Evidence]:
    """Files of an event as a list."""
    return list(material_rows(event))


def material_public(event: ExchangeEvent) -> QuerySet[Evidence]:
    """Files that everybody may read."""
    rows = Evidence.objects.filter(owner=subject_of(event), confidentiality=Confidentiality.PUBLIC)
    return rows.exclude(scan__in=QUARANTINED).order_by("pk")


def districts_to_speak_for(viewer: Viewer) -> list[District]:
    """Districts for which the person may attend: those it works for, as a member of a party or as an authorised consultant."""
    if not viewer.held.has(Role.AUTHORITY, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT, Role.BUREAU):
        return []
    return own_districts(viewer)


@dataclass(frozen=True)
class LedgerLineOfEvent:
    """A district that attended a training: number counted, number in its ledger."""

    district: District
    came: int
    session: TrainingSession | None
    may_take: bool

    @property
    def differs(self) -> bool:
        """Whether the number in the ledger was changed."""
        return self.session is not None and self.session.attended != self.came


def ledger_lines(event: ExchangeEvent, viewer: Viewer) -> list[LedgerLineOfEvent]:
    """Districts that attended a closed training and whose file the person reads: all for the city, own ones for others."""
    if not event.is_training or event.status != EventState.CLOSED:
        return []
    counted = attendance_of(event)
    districts = District.objects.filter(pk__in=[int(key) for key in counted.by_district]).order_by("name_pinyin", "pk")
    held = viewer.held
    if not held.is_city:
        own = {district.pk for district in districts_to_speak_for(viewer)}
        districts = districts.filter(pk__in=own)
    taken = {taking.district_id: taking.session for taking in event.takings.select_related("session")}
    edited = set(districts_edited_by(viewer).values_list("pk", flat=True))
    return [
        LedgerLineOfEvent(one, counted.of(one), taken.get(one.pk), one.pk not in taken and (one.pk in edited or may_keep(held, one)))
        for one in districts
    ]


def same_in_ledger(event: ExchangeEvent, district: District) -> TrainingSession | None:
    """A ledger entry about the same training that was entered by hand; None if there is none."""
    return TrainingSession.objects.filter(district=district, title=event.title, held_on=event.starts_on).first()


def blocking(event: ExchangeEvent, today: dt.date) -> list[tuple[str, str]]:
    """(field, message) for everything missing before publication."""
    lacking = [(name, f"“{column.label}”未填") for name, column in NEEDED.items() if not column.of(event)]
    if event.is_training and not event.tier:
        lacking.append(("tier", "培训的“培训对象”未选"))
    if event.starts_on and event.starts_on < today:
        lacking.append(("starts_on", "开始日期已过"))
    if event.sign_up_until and event.sign_up_until < today:
        lacking.append(("sign_up_until", "报名截止日期已过"))
    rows = list(event.agenda.all())
    if not rows:
        lacking.append(("subject", "尚无议程"))
    outside = [row for row in rows if event.starts_on and event.ends_on and not event.starts_on <= row.day <= event.ends_on]
    return [*lacking, *(("day", f"议程“{one.subject}”的日期不在活动日期内") for one in outside)]


def unheld(event: ExchangeEvent, today: dt.date) -> list[str]:
    """Why the event cannot be marked as held; empty if it can."""
    is_early = event.starts_on is not None and today < event.starts_on
    return [f"活动{day_in_words(event.starts_on)}才开始"] if is_early and event.starts_on else []


def open_ends(event: ExchangeEvent, _today: dt.date) -> list[str]:
    """What prevents closing the event."""
    counted = attendance_of(event)
    found = [f"还有{counted.unmarked}人没有登记是否到场"] if counted.unmarked else []
    return found if event.evaluation.strip() else [*found, "“活动评价”未填"]


def counted(event: ExchangeEvent, _today: dt.date) -> dict[str, Any]:
    """Figures stored when the event is closed."""
    return attendance_of(event).as_stored()


@among(lambda: ExchangeEvent.objects.filter(status__in=(EventState.DRAFT, EventState.PUBLISHED, EventState.HELD)))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: events that wait for this person; one query."""
    held = viewer.held
    if not held.has(Role.CITY_OFFICER, Role.CITY_CHECKER):
        return []
    waiting = Q(status=EventState.DRAFT) & ~Q(written_by=viewer.person)
    if held.has(Role.CITY_OFFICER):
        over = Q(status=EventState.PUBLISHED, starts_on__lte=viewer.today)
        waiting |= Q(status=EventState.DRAFT) | over | Q(status=EventState.HELD)
    rows = ExchangeEvent.objects.filter(waiting).order_by("opened_at", "pk")
    return [_task(row, viewer) for row in rows]


def _task(event: ExchangeEvent, viewer: Viewer) -> Task:
    writes = event.status == EventState.DRAFT and event.written_by_id == viewer.person
    return Task(
        title="编写交流活动" if writes else WORDS.get(event.status, "核对、发布交流活动"),
        subject=event.title,
        link=reverse("outreach:event", args=[event.pk]),
        since=event.opened_at,
        kind=f"exchange_event.{event.status}",
        is_demo=event.is_demo,
    )


def sign_ups_before(moment: dt.datetime) -> QuerySet[EventSignUp]:
    """Sign-ups of the public for events that ended before a moment and are finished; their totals stay with the event."""
    day = moment.astimezone(clock.SHANGHAI).date()
    return EventSignUp.objects.filter(person__isnull=True, event__status__in=OVER, event__ends_on__lt=day)


def signed_since(moment: dt.datetime) -> int:
    """Number of public sign-ups since a moment, for the daily limit."""
    return EventSignUp.objects.filter(person__isnull=True, signed_at__gte=moment).count()
