"""Sign up, apart beyond the bounds, withdraw, reject; the waiting list moves up.

Also here: attendance, ratings, and the entry of a training in the ledger of a district.
"""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from approvals.cases.selectors.cases import day_of
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, limits
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.workflow.procedure import hold, hold_version, notify_event
from operation.entries.models import TrainingSession
from operation.entries.rules import may_keep
from operation.entries.sections import TRAININGS
from operation.ledger.services import KEEPER, save_entry
from outreach.common.models import FilingKind, HeldFiling
from outreach.common.receipts import Arrival, new_arrival
from outreach.common.services import HeldReceipt, Sender, keep_apart, load_of, passes
from outreach.exchange import mails, rules, selectors
from outreach.exchange.models import EventSignUp, EventState, ExchangeEvent, LedgerTaking, SignUpCircle

PREFIX = "BM"
SALT = "outreach.sign_up"
LOOKS_A_MINUTE = 20
MINUTE = 60


class SignUpWords(NamedTuple):
    """Contents of a public sign-up."""

    name: str
    contact: str
    body: str = ""


class SignUpReceipt(NamedTuple):
    """The stored sign-up, and its secret code, which is shown once."""

    sign_up: EventSignUp
    code: str


def may_look(address: str) -> bool:
    """Count a receipt look-up from this address; False above the limit per minute."""
    return limits.within(f"outreach:sign-up-receipt:{limits.place_of(address)}", LOOKS_A_MINUTE, seconds=MINUTE)


@transaction.atomic
def sign_up(*, event: ExchangeEvent, by: User, district: District | None = None) -> EventSignUp:
    """Take a place or the end of the waiting list. Raises ``NotAllowed``, ``Closed``, ``Refused``."""
    locked = _taking(event)
    posts = posts_of(by)
    NotAllowed.when(posts.is_keeper or not posts.roles, "您的账号不能报名")
    own = {one.pk for one in selectors.districts_to_speak_for(Viewer(by))}
    if district is None and locked.circle == SignUpCircle.DISTRICTS:
        raise Refused([Refusal("这次活动由城区报名，请选择代表的城区", field="district")])
    NotAllowed.unless(district is None or district.pk in own, "您不能代表这个城区报名")
    Refused.when(locked.sign_ups.filter(selectors.LIVE, person=by).exists(), "您已经报名")
    made = _made(locked, person=by, district=district)
    audit.record(action="exchange_event.sign_up", by=by, obj=locked)
    return made


@writing
def take_sign_up(*, event: ExchangeEvent, words: SignUpWords, sender: Sender) -> SignUpReceipt | HeldReceipt:
    """Take a sign-up of the public as ``sign_up_public`` does; beyond the bounds it is kept apart, dated and with a receipt.

    Raises as ``sign_up_public`` and ``Unanswered``.
    """
    came = new_arrival(PREFIX, SALT, sender.address)
    locked = _taking(event)
    NotAllowed.unless(locked.circle == SignUpCircle.PUBLIC, "这次活动不接受公众报名")
    load = load_of((selectors.signed_since(clock.day_began()), settings.SIGN_UPS_A_DAY))
    if passes(FilingKind.SIGN_UP, sender, load):
        return sign_up_public(event=event, words=words, address=sender.address, came=came)
    _whole(words)
    return keep_apart(FilingKind.SIGN_UP, came, sender, text="", words=words._asdict(), is_demo=event.is_demo, event=event)


def let_through(held: HeldFiling) -> EventSignUp:
    """Make a filing that waited apart the sign-up it is, in the order it came. Raises as ``sign_up_public``."""
    if held.event is None:  # the database holds that a sign-up has one
        raise ExchangeEvent.DoesNotExist
    return sign_up_public(event=held.event, words=SignUpWords(**held.said), address="", came=held.arrival).sign_up


@writing
def sign_up_public(*, event: ExchangeEvent, words: SignUpWords, address: str, came: Arrival | None = None) -> SignUpReceipt:
    """Sign up without an account; ``came``: when that was, by default now.

    Raises ``Closed`` outside the sign-up period, ``NotAllowed`` if not open to the public, ``Refused``.
    """
    came = came or new_arrival(PREFIX, SALT, address)
    locked = _taking(event, day_of(came.filed_at))
    NotAllowed.unless(locked.circle == SignUpCircle.PUBLIC, "这次活动不接受公众报名")
    _whole(words)
    contact = words.contact.strip()
    mark = salted_hmac("outreach.sign_up", f"{locked.pk}:{''.join(contact.lower().split())}").hexdigest()
    if locked.sign_ups.filter(selectors.LIVE, contact_digest=mark).exists():
        raise Refused([Refusal("这个联系方式已经报名，请凭回执上的查询码查看", field="contact")])
    about = {"name": words.name.strip(), "body": words.body.strip(), "contact": contact, "contact_digest": mark}
    stamp = {"number": came.number, "digest": came.digest, "origin": came.origin, "signed_at": came.filed_at}
    return SignUpReceipt(_made(locked, **stamp, **about), came.code)


def _whole(words: SignUpWords) -> None:
    """Raise ``Refused`` for what is missing."""
    lacking = [Refusal(text, field=field) for field, text in (("name", "请填写姓名"), ("contact", "请填写联系方式"))
               if not getattr(words, field).strip()]  # fmt: skip
    if lacking:
        raise Refused(lacking)


def _taking(event: ExchangeEvent, day: dt.date | None = None) -> ExchangeEvent:
    """The event, locked; it takes sign-ups that come on this day, by default today. Raises ``Closed``."""
    locked: ExchangeEvent = hold(event)
    if not selectors.is_taking(locked, day or clock.today()):
        msg = "报名已经截止或者尚未开始"
        raise Closed(msg)
    return locked


def _made(locked: ExchangeEvent, **about: object) -> EventSignUp:
    places = selectors.places_of(locked)
    Refused.when(places.is_full, "名额和候补都已报满")
    has_place = places.free > 0 and not places.waiting
    now = clock.now()
    return EventSignUp.objects.create(**{"event": locked, "signed_at": now, "placed_at": now if has_place else None, **about})


@transaction.atomic
def withdraw(*, row: EventSignUp, by: User) -> None:
    """Withdraw one's own sign-up. Raises ``NotAllowed``, ``Refused``."""
    locked = _movable(row)
    NotAllowed.unless(rules.may_withdraw(posts_of(by), locked), "只能取消自己的报名")
    _free(locked)
    audit.record(action="exchange_event.withdraw", by=by, obj=locked.event)


@writing
def withdraw_public(*, row: EventSignUp) -> None:
    """Withdraw a sign-up by its secret code. Raises ``Refused``."""
    _free(_movable(row))


@transaction.atomic
def strike(*, row: EventSignUp, reason: str, by: User) -> None:
    """Reject a sign-up, such as an invented one; the person is told. Raises ``NotAllowed``, ``Refused``."""
    locked = _movable(row)
    NotAllowed.unless(rules.may_strike(posts_of(by), locked), "报名由市级经办在活动举办前核对")
    if not reason.strip():
        raise Refused([Refusal("请填写理由", field="reason")])
    locked.struck_reason = reason.strip()
    _free(locked)
    audit.record(action="exchange_event.strike", by=by, obj=locked.event, data={"reason": locked.struck_reason})
    if locked.person is not None:
        notify_event(locked.event, "turned_away", by, mark=locked.pk, reason=locked.struck_reason, values={"people": [locked.person]})
    else:
        mails.tell(locked, mails.TURNED_AWAY)


def _movable(row: EventSignUp) -> EventSignUp:
    """The sign-up, locked after its event (the locking order used everywhere). Raises ``Refused``."""
    event: ExchangeEvent = hold(row.event)
    locked = EventSignUp.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=row.pk)
    locked.event = event
    Refused.unless(rules.is_movable(locked), "这个报名已经取消，或者活动已经举办")
    return locked


def _free(locked: EventSignUp) -> None:
    locked.withdrawn_at = clock.now()
    locked.save(update_fields=["withdrawn_at", "struck_reason"])
    fill_places(locked.event)


def fill_places(event: ExchangeEvent) -> None:
    """Give free places to those who waited longest and tell them; the caller holds a lock on the event."""
    free = selectors.places_of(event).free
    waiting = event.sign_ups.filter(selectors.LIVE, placed_at__isnull=True).select_related("person").order_by("signed_at", "pk")
    for row in waiting[:free]:
        row.placed_at = clock.now()
        row.save(update_fields=["placed_at"])
        if row.person is not None:
            notify_event(event, "moved_up", mark=row.pk, values={"people": [row.person]})
        else:
            mails.tell(row, mails.MOVED_UP)


@transaction.atomic
def reveal_contact(*, row: EventSignUp, by: User, reason: str) -> str:
    """Decrypt the contact of a member of the public; the reason is audited. Raises ``NotAllowed``."""
    NotAllowed.unless(rules.may_read_people(posts_of(by)), "报名人的联系方式由市级查看")
    audit.record(action="exchange_event.reveal_contact", by=by, obj=row.event, data={"reason": reason, "number": row.number})
    contact: str = row.contact
    return contact


MATERIAL = 200
COUNTED = "人数和满意率由交流活动的到场和评价登记得出"


@transaction.atomic
def mark(*, event: ExchangeEvent, came: Collection[int], evaluation: str, version: int, by: User) -> ExchangeEvent:
    """Record who attended, and the organiser's evaluation. Raises ``NotAllowed``, ``Stale``."""
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(rules.may_mark(posts_of(by), locked), "到场由市级经办在活动举办后、办结前登记")
    hold_version(locked, version)
    rows = locked.sign_ups.filter(selectors.PLACED)
    rows.filter(pk__in=came).update(attended=True)
    rows.exclude(pk__in=came).update(attended=False, satisfied=None, comment="")
    locked.evaluation = evaluation.strip()
    locked.version += 1
    locked.save(update_fields=["evaluation", "version"])
    counted = selectors.attendance_of(locked)
    audit.record(action="exchange_event.mark", by=by, obj=locked, data={"placed": counted.placed, "attended": counted.attended})
    return locked


@writing
def rate(*, row: EventSignUp, satisfied: bool, comment: str) -> None:
    """Save or change an attendee's rating. Raises ``Refused``."""
    event: ExchangeEvent = hold(row.event)
    locked = EventSignUp.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    locked.event = event
    Refused.unless(rules.may_rate(locked), "到场的人在活动办结前可以评价")
    locked.satisfied, locked.comment = satisfied, comment.strip()
    locked.save(update_fields=["satisfied", "comment"])


@transaction.atomic
def take_to_ledger(*, event: ExchangeEvent, district: District, by: User) -> LedgerTaking:
    """Enter a closed training, with the district's number of attendees, in the district's ledger; once per district.

    Raises ``NotAllowed``, ``Refused`` if nobody attended for the district or the ledger has the training already.
    """
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(may_keep(posts_of(by), district), KEEPER)
    Refused.unless(locked.is_training and locked.status == EventState.CLOSED, "办结的培训才能记入运营台账")
    counted = selectors.attendance_of(locked)
    Refused.unless(counted.of(district), "这个城区没有人到场")
    Refused.when(locked.takings.filter(district=district).exists(), "这个城区已经把这次培训记入台账")
    by_hand = selectors.same_in_ledger(locked, district)
    Refused.when(by_hand is not None, "运营台账已有同名、同日的培训，不重复记入")
    day = locked.starts_on or clock.today()
    values = {
        "tier": locked.tier,
        "title": locked.title,
        "planned_on": day,
        "held_on": day,
        "hours": locked.hours,
        "invited": None,
        "attended": counted.of(district),
        "material": "、".join(one.title for one in selectors.material_of(locked))[:MATERIAL],
        "rating": counted.rating,
        "result": fitted(TrainingSession, "result", locked.evaluation),
        "note": f"由交流活动{locked.number}记入",
    }
    entry = save_entry(section=TRAININGS, district=district, year=day.year, values=values, by=by, explanation=COUNTED)
    session = TrainingSession.objects.get(pk=entry.pk)
    made = LedgerTaking.objects.create(event=locked, district=district, session=session, taken_at=clock.now(), taken_by=by)
    audit.record(action="exchange_event.take", by=by, obj=district, data={"event": locked.number, "attended": counted.of(district)})
    return made
