"""Record outages: deadlines near an outage are moved by rule, once and for everybody."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.db import transaction

from approvals.losses.services import move_hearing
from approvals.requests.services import move_correction
from assessments.inspections.services import move_finding
from assessments.stage_assessments.services import move_rectification
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy import parameters
from obligations.duties import Obligation
from obligations.models import Exemption, PortalOutage
from obligations.outages import OutagePeriod, OutageRule, moved_days
from obligations.selectors import due
from obligations.stored_days import is_stored, move_stored_day

# Kinds whose day is stored with their matter: it is moved there, and later extensions start from it.
STORED: Mapping[str, Callable[[int, dt.date], None]] = {
    "rectification": move_rectification,
    "rectification:finding": move_finding,
    "correction": move_correction,
    "hearing": move_hearing,
}
LONGEST = dt.timedelta(days=30)


class MovedDay(NamedTuple):
    """A due date moved by the outage: its new day, and the number of obligations due on it."""

    due: dt.date
    to: dt.date
    number: int

    @property
    def words(self) -> str:
        """As one line of text."""
        return f"{day_in_words(self.due)}到期的{self.number}项顺延至{day_in_words(self.to)}"


def moved_by(outage: PortalOutage) -> list[MovedDay]:
    """Due dates moved by a recorded outage."""
    return [MovedDay(dt.date.fromisoformat(due), dt.date.fromisoformat(to), number) for due, to, number in outage.moved]


def may_record(held: HeldPosts) -> bool:
    """Whether the person may record outages."""
    return held.has(Role.SYSTEM_KEEPER)


def rule() -> OutageRule:
    """The outage rule of the settings."""
    found = parameters.load()
    least = dt.timedelta(minutes=found.integer("outage.least_minutes"))
    return OutageRule(least, found.integer("outage.near_days"), found.integer("outage.extend_days"))


def preview(period: OutagePeriod) -> list[MovedDay]:
    """Due dates such an outage would move, earliest first. Raises ``Refused`` for an invalid period."""
    _check(period)
    moved = moved_days(period, rule(), workdays.current())
    return _counted(moved, _near(moved))


@transaction.atomic
def record_outage(*, period: OutagePeriod, reason: str, by: User) -> PortalOutage:
    """Store the outage and extend every obligation concerned, whether open or met late."""
    NotAllowed.unless(may_record(posts_of(by)), "平台停运由系统管理员登记")
    Refused.unless(reason.strip(), "请填写原因")
    _check(period)
    moved = moved_days(period, rule(), workdays.current())
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
    return STORED.get(kind)


def _check(period: OutagePeriod) -> None:
    Refused.unless(period.ended > period.began, "恢复时间须晚于停运开始时间")
    Refused.when(period.ended > clock.now(), "平台恢复后再登记，恢复时间不能晚于现在")
    Refused.when(period.ended - period.began > LONGEST, "一次停运不超过30天，请核对日期")
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
    late = (row for row in rows if row.met_on is None or row.met_on > row.due)
    return [row for row in late if row.due in moved and not row.waived and row.is_recorded]
