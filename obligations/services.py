"""Decide waivers and extensions; record outages of the portal, which move the deadlines near them by rule, once and for everybody."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from django.db import transaction

from approvals.consultations.services import move_answer
from approvals.losses.services import move_hearing
from approvals.record_requests.services import move_request
from approvals.requests.services import move_correction
from assessments.inspections.services import move_finding
from assessments.post_evaluations.services import move_report
from assessments.reviews.enums import SeatDuty
from assessments.reviews.models import PanelMember
from assessments.reviews.rules import seat_key
from assessments.reviews.services.scoring import move_scores
from assessments.sharing.services import move_share
from assessments.stage_assessments.services import move_rectification
from districts.plots.services.opinions import move_opinion
from greendistrict.accounts.acting import PRINCIPAL, principal_in
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.locks import one_at_a_time
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import is_waivable
from greendistrict.policy.rules import deciding_role, deciding_roles
from obligations.batch import ELSEWHERE, NO_WAIVER, WAIVER_WAITS, BatchWish, planned
from obligations.duties import Obligation, is_decided_elsewhere
from obligations.models import Exemption, PortalOutage
from obligations.outages import OutagePeriod, OutageRule, moved_days
from obligations.selectors import due
from obligations.waivers import waivers_waiting

# Kinds whose day is stored with a matter that has no extension step of its own: a decision here moves the stored day, so that matter page,
# boards of late items and list of obligations show the same. ``Exemption.was`` keeps the former day: past days are shown as they were.
STORED_DAYS: Mapping[str, Callable[[int, dt.date], dt.date]] = {
    "consult_reply": move_answer,
    "plot_opinion": move_opinion,
    "assigned_rows": move_share,
    SeatDuty.SCORES: move_scores,
    "post_material": move_report,
    "record_request": move_request,
}


def is_stored(key: str) -> bool:
    """Whether the due date of this obligation is stored with its matter and movable."""
    return key.partition(":")[0] in STORED_DAYS


def keys_moved_with(key: str) -> list[str]:
    """Keys of all obligations that share this stored day (a panel scores by one day)."""
    if not key.startswith(f"{SeatDuty.SCORES}:"):
        return [key]
    seats = PanelMember.objects.filter(review__members=_record(key)).order_by("pk")
    return [seat_key(SeatDuty.SCORES, pk) for pk in seats.values_list("pk", flat=True)]


def _record(key: str) -> int:
    return int(key.split(":")[1].rpartition("-")[2])


def move_stored_day(key: str, day: dt.date) -> dt.date:
    """Move the stored day to a later one, unless it is that late already; returns the former day."""
    return STORED_DAYS[key.partition(":")[0]](_record(key), day)


@transaction.atomic
def decide(*, obligation: str, by: User, reason: str, extended_to: dt.date | None = None) -> Exemption:
    """Waive (no day) or extend one obligation; the settings say which of them the director decides.

    A waiver counts once another person of the city has checked it (``workflow.second_person``), an extension at once. A rest day is moved
    to the next working day, as for every due date.
    """
    seat = deciding_role(posts_of(by), action := "extend" if extended_to else "waive")
    NotAllowed.unless(seat, f"{'延期' if extended_to else '免报'}由{'或者'.join(role.label for role in deciding_roles(action))}办理")
    Refused.unless(reason.strip(), "请填写理由")
    Refused.when(is_decided_elsewhere(obligation), ELSEWHERE)
    Refused.unless(extended_to or is_waivable(obligation.partition(":")[0]), NO_WAIVER)
    Refused.when(extended_to is None and waivers_waiting([obligation]), WAIVER_WAITS)
    Refused.when(extended_to is not None and extended_to <= clock.today(), "延期后的日期须在今天之后")
    if extended_to is not None:
        extended_to = workdays.current().roll_forward(extended_to)
    told: dict[str, Any] = {"extended_to": extended_to, "reason": reason.strip(), "decided_at": clock.now(), "decided_as": seat}
    if extended_to is not None and is_stored(obligation):
        told["was"] = move_stored_day(obligation, extended_to)
        Refused.when(extended_to <= told["was"], "延期后的日期须晚于原期限")
        others = [key for key in keys_moved_with(obligation) if key != obligation]
        Exemption.objects.bulk_create(_signed(Exemption(obligation=key, **told), by) for key in others)
    exemption = _signed(Exemption(obligation=obligation, **told), by)
    exemption.save()
    audit.record(action="obligations.decide", by=by, obj=exemption, data={"obligation": obligation, "extended_to": str(extended_to or "")})
    return exemption


def _signed(exemption: Exemption, by: User) -> Exemption:
    """The decision with who decided it, for whom in the seat in which it was decided."""
    exemption.decided_by = by
    setattr(exemption, f"decided_by_{PRINCIPAL}", principal_in(by, (exemption.decided_as,)))
    return exemption


@transaction.atomic
def decide_many(*, keys: Collection[str], wish: BatchWish, shown: Collection[str], by: User, reason: str) -> int:
    """Waive or extend several obligations for one reason, exactly as the person was ``shown``; all or none. Returns how many.

    Raises ``Stale`` where a day has moved, or somebody decided, since.
    """
    one_at_a_time("obligations.decide_many")
    today = clock.today()
    items = planned((row for row in due(Viewer(None)) if row.key in keys), wish, today, workdays.current(), waivers_waiting(keys))
    if {item.shown for item in items} != set(shown):
        msg = "所选事项的期限或状态已有变化，请按现在的情况重新核对"
        raise Stale(msg)
    done = [item for item in items if not item.out]
    Refused.unless(done, "所选事项都不能办理")
    moved: set[str] = set()
    for item in done:
        if item.obligation.key not in moved:
            decide(obligation=item.obligation.key, by=by, reason=reason, extended_to=item.new_due)
            moved.update(keys_moved_with(item.obligation.key) if item.new_due else ())
    return len(done)


# Kinds whose day an outage moves in their matter, where later extensions start from it.
MOVERS: Mapping[str, Callable[[int, dt.date], None]] = {
    "rectification": move_rectification,
    "rectification:finding": move_finding,
    "correction": move_correction,
    "hearing": move_hearing,
}
LONGEST_OUTAGE = dt.timedelta(days=30)


class MovedDay(NamedTuple):
    """A due date moved by the outage: its new day, and the number of obligations due on it."""

    due: dt.date
    to: dt.date
    number: int

    @property
    def words(self) -> str:
        """As one line of text."""
        return f"{day_in_words(self.due)}到期的{self.number}项顺延至{workdays.term_in_words(self.to)}"


def moved_by(outage: PortalOutage) -> list[MovedDay]:
    """Due dates moved by a recorded outage."""
    return [MovedDay(dt.date.fromisoformat(due), dt.date.fromisoformat(to), number) for due, to, number in outage.moved]


def may_record(held: HeldPosts) -> bool:
    """Whether the person may record outages."""
    return held.has(Role.SYSTEM_KEEPER)


def outage_rule() -> OutageRule:
    """The outage rule of the settings."""
    found = parameters.load()
    least = dt.timedelta(minutes=found.integer("outage.least_minutes"))
    return OutageRule(least, found.integer("outage.near_days"), found.integer("outage.extend_days"))


def outage_preview(period: OutagePeriod) -> list[MovedDay]:
    """Due dates such an outage would move, earliest first. Raises ``Refused`` for an invalid period."""
    _check_outage(period)
    moved = moved_days(period, outage_rule(), workdays.current())
    return _counted(moved, _near(moved))


@transaction.atomic
def record_outage(*, period: OutagePeriod, reason: str, by: User) -> PortalOutage:
    """Store the outage and extend every obligation concerned, whether open or met late."""
    NotAllowed.unless(may_record(posts_of(by)), "平台停运由系统管理员登记")
    Refused.unless(reason.strip(), "请填写原因")
    _check_outage(period)
    moved = moved_days(period, outage_rule(), workdays.current())
    near = _near(moved)
    outage = PortalOutage.objects.create(
        began_at=period.began,
        ended_at=period.ended,
        reason=reason.strip(),
        moved=[(day.due.isoformat(), day.to.isoformat(), day.number) for day in _counted(moved, near)],
        recorded_at=clock.now(),
        recorded_by=by,
    )
    for row in near:
        if (move := _mover(row)) and row.record is not None:
            move(row.record, moved[row.due])
    told = {"reason": f"平台停运，按规则顺延：{outage.reason}", "decided_at": outage.recorded_at, "decided_by": by, "outage": outage}
    kept = [row for row in near if _mover(row) is None]
    stored = {row.key for row in kept if is_stored(row.key)}
    for row in kept:
        if row.key in stored:
            move_stored_day(row.key, moved[row.due])
    rows = [Exemption(obligation=row.key, extended_to=moved[row.due], was=row.due if row.key in stored else None, **told) for row in kept]
    Exemption.objects.bulk_create(rows)
    audit.record(action="obligations.outage", by=by, obj=outage, data={"extended": sorted(row.key for row in near)})
    return outage


def _mover(row: Obligation) -> Callable[[int, dt.date], None] | None:
    """Function that moves a day stored with the obligation's matter; None if its day is not stored."""
    kind = "rectification:finding" if row.key.startswith("rectification:finding-") else row.kind
    return MOVERS.get(kind)


def _check_outage(period: OutagePeriod) -> None:
    Refused.unless(period.ended > period.began, "恢复时间须晚于停运开始时间")
    Refused.when(period.ended > clock.now(), "平台恢复后再登记，恢复时间不能晚于现在")
    Refused.when(period.ended - period.began > LONGEST_OUTAGE, "一次停运不超过30天，请核对日期")
    overlapping = PortalOutage.objects.filter(began_at__lt=period.ended, ended_at__gt=period.began).first()
    if overlapping:
        msg = f"与已登记的停运重叠：{overlapping.reason}（{overlapping.began_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}起）"
        raise Refused(msg)


def _counted(moved: dict[dt.date, dt.date], near: list[Obligation]) -> list[MovedDay]:
    counted = Counter(row.due for row in near)
    return [MovedDay(day, to, counted[day]) for day, to in moved.items() if counted[day]]


def _near(moved: dict[dt.date, dt.date]) -> list[Obligation]:
    """Obligations due on these days that were not met in time."""
    if not moved:
        return []
    rows = due(Viewer(None))
    late = (row for row in rows if row.is_undone or (row.met_on is not None and row.met_on > row.due))
    return [row for row in late if row.due in moved and not row.waived and row.is_recorded]
