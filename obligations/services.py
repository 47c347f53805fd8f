"""The reminder sweep, and decisions about obligations."""

import datetime as dt
import logging
from collections.abc import Collection

from django.db import transaction

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import administrators, holders
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.locks import one_at_a_time
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.policy import parameters
from greendistrict.policy.rules import decides
from obligations.batch import BatchWish, planned
from obligations.duties import UNMET_STATES, Obligation, is_decided_elsewhere
from obligations.models import Exemption
from obligations.reminder_ladder import Ladder, Rung, climbed, rung_on
from obligations.selectors import due

logger = logging.getLogger(__name__)
HEAD, AUTHORITY, CITY = "本单位负责人", "实施主体", "市级经办"


def ladder() -> Ladder:
    """The ladder of the settings."""
    found = parameters.load()
    return Ladder(
        before=found.integers("reminders.before"),
        on_day=found.flag("reminders.on_day"),
        after=found.integers("reminders.after"),
        then=found.words("reminders.then"),
    )


def sweep(today: dt.date) -> int:
    """Send what is due on ``today``: one message per obligation, rung and receiver, however often it runs.

    Each obligation has its own transaction; one that fails is logged with its key and the others go on.
    """
    steps, calendar, sent = ladder(), workdays.current(), 0
    for obligation in due(today):
        if obligation.is_watch or obligation.state(today) not in UNMET_STATES:
            continue
        rung = rung_on(steps, obligation.due, today, calendar)
        if rung is None:
            continue
        try:
            with transaction.atomic():
                sent += _remind(obligation, rung, steps, today)
        except Exception:
            logger.exception("reminder for %s failed", obligation.key)
    return sent


def receivers(obligation: Obligation, rung_key: str, steps: Ladder) -> list[User]:
    """Those who owe it and those who prepare it, and those it has climbed to by this rung."""
    people: dict[int, User] = {}
    own = frozenset({obligation.organisation_id} if obligation.organisation_id else ())

    def add(*roles: str, of: frozenset[int] | None) -> None:
        people.update({user.pk: user for user in holders(*roles, organisation_ids=of)})

    add(Role.PREPARER, Role.REVIEWER, of=own)
    if obligation.carried_by:
        add(Role.AUTHORITY, of=frozenset(obligation.debtor_ids))
    for whom in climbed(steps, rung_key):
        if whom == HEAD:
            people.update({user.pk: user for user in administrators(own)})
        elif whom == AUTHORITY:
            add(Role.AUTHORITY, of=frozenset(obligation.authority_ids))
        elif whom == CITY:
            add(Role.CITY_OFFICER, of=None)
    return [people[key] for key in sorted(people)]


def _remind(obligation: Obligation, rung: Rung, steps: Ladder, today: dt.date) -> int:
    overdue = today > obligation.due
    kind = Message.OBLIGATION_DUE
    if overdue:
        kind = Message.OBLIGATION_ESCALATED if rung.whom else Message.OBLIGATION_OVERDUE
    day = obligation.due
    return notify(
        kind=kind,
        key=f"{obligation.key}:{day.isoformat()}:{rung.key}",
        receivers=receivers(obligation, rung.key, steps),
        title=f"{obligation.district}{obligation.title}{_how_far(today, day)}",
        body=f"请于{day_in_words(day)}（含当日）前报送{obligation.to}。依据《指导意见》{obligation.cite}。",
        link=obligation.link,
        demo=obligation.is_demo,
    )


def _how_far(today: dt.date, due: dt.date) -> str:
    """Remaining time to the due day in words; 今日到期 only on the day itself."""
    left = abs(workdays.current().between(today, due))
    if today > due:
        return f"已逾期{left}个工作日" if left else "已逾期"
    if today == due:
        return "今日到期"
    return f"还有{left}个工作日" if left else f"将于{due.month}月{due.day}日到期"


@transaction.atomic
def decide(*, obligation: str, by: User, reason: str, extended_to: dt.date | None = None) -> Exemption:
    """Waive (no date) or extend one obligation; the settings say which of the two is the director's.

    A day on which offices rest is rolled forward, as every other due day is.
    """
    NotAllowed.unless(decides(by, "extend" if extended_to else "waive"), "免报和延期由审定办理")
    Refused.unless(reason.strip(), "请填写理由")
    Refused.when(is_decided_elsewhere(obligation), "整改期限在阶段评估中申请延期，不在这里办理")
    Refused.when(extended_to is not None and extended_to <= clock.today(), "延期后的日期须在今天之后")
    if extended_to is not None:
        extended_to = workdays.current().roll_forward(extended_to)
    exemption = Exemption.objects.create(
        obligation=obligation, extended_to=extended_to, reason=reason.strip(), decided_at=clock.now(), decided_by=by
    )
    audit.record(action="obligations.decide", by=by, obj=exemption, data={"obligation": obligation, "extended_to": str(extended_to or "")})
    return exemption


@transaction.atomic
def decide_many(*, keys: Collection[str], wish: BatchWish, shown: Collection[str], by: User, reason: str) -> int:
    """Waive or extend several obligations for one reason, exactly as the person was ``shown``; all or none. Returns how many.

    Raises ``Stale`` where a day has moved, or somebody decided, since.
    """
    one_at_a_time("obligations.decide_many")
    today = clock.today()
    items = planned((row for row in due(today) if row.key in keys), wish, today, workdays.current())
    if {item.shown for item in items} != set(shown):
        msg = "所选事项的期限或状态已有变化，请按现在的情况重新核对"
        raise Stale(msg)
    done = [item for item in items if not item.out]
    Refused.unless(done, "所选事项都不能办理")
    for item in done:
        decide(obligation=item.obligation.key, by=by, reason=reason, extended_to=item.new_due)
    return len(done)
