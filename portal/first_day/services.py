"""Writes at the lines of the check: who sees to one by when, that it is not needed here, and its trials."""

import datetime as dt

from celery import current_app
from django.db import transaction
from django.db.models import F, Q

from greendistrict.accounts.enums import KEEPERS
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders, posts_of
from greendistrict.audit.services import record
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused, TooMany
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from portal.first_day.enums import OpeningItem
from portal.first_day.models import OpeningMark
from portal.first_day.rules import may_keep_check
from portal.first_day.trials import TRIALS

TRIAL, TRY = "opening_trial", "portal.tasks.try_line"  # the task by name: it imports this module
BETWEEN = dt.timedelta(seconds=30)
OURS = "开用检查由三员办理"


@transaction.atomic
def assign(*, item: OpeningItem, owner: User, due: dt.date, by: User) -> None:
    """Say who sees to a line, and by when. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_keep_check(posts_of(by)), OURS)
    Refused.unless(holders(*KEEPERS).filter(pk=owner.pk).exists(), "负责人须是在任的管理员")
    mark, _ = OpeningMark.objects.update_or_create(key=item, defaults={"owner": owner, "due": due})
    record(action="portal.assign_opening", by=by, obj=mark, data={"owner": owner.pk, "due": due.isoformat()})


@transaction.atomic
def set_aside(*, item: OpeningItem, reason: str, by: User) -> None:
    """Say that a line is not needed here, and why. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_keep_check(posts_of(by)), OURS)
    Refused.unless(reason.strip(), "请写明理由")
    told = {"needless": reason.strip(), "needless_by": by, "needless_at": clock.now()}
    mark, _ = OpeningMark.objects.update_or_create(key=item, defaults=told)
    record(action="portal.set_aside_opening", by=by, obj=mark, data={"reason": mark.needless})


@transaction.atomic
def take_back(*, item: OpeningItem, by: User) -> None:
    """Take back that a line is not needed; a second time nothing happens. Raises ``NotAllowed``."""
    NotAllowed.unless(may_keep_check(posts_of(by)), OURS)
    found = OpeningMark.objects.filter(key=item).exclude(needless="")
    if found.update(needless="", needless_by=None, needless_at=None):
        record(action="portal.take_back_opening", by=by, obj=OpeningMark.objects.get(key=item))


@transaction.atomic
def ask_for_trial(*, item: OpeningItem, by: User) -> bool:
    """Ask for the trial of a line, at most one in half a minute; returns whether it is left to a worker.

    What the web server tries itself is done by ``try_line`` after this. Raises ``NotAllowed``, ``Refused``, ``TooMany``.
    """
    NotAllowed.unless(may_keep_check(posts_of(by)), OURS)
    trial, now = TRIALS.get(item), clock.now()
    if trial is None:
        msg = "这一项没有可以试的"
        raise Refused(msg)
    Refused.unless(trial.target(), f"尚未设置，没有可以试的。{trial.setting}")
    mark, _ = OpeningMark.objects.get_or_create(key=item)
    rested = OpeningMark.objects.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=now - BETWEEN), pk=mark.pk)
    TooMany.unless(rested.update(asked_by=by, asked_at=now), f"刚刚试过，请过{BETWEEN.seconds}秒再试")
    record(action="portal.try_opening", by=by, obj=mark)
    if trial.queue:
        outbox.emit(TRIAL, f"{TRIAL}:{item}:{now.isoformat()}", {"item": item})
    return bool(trial.queue)


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: hand the trial to the worker that has what it needs."""
    item = message.payload["item"]
    current_app.send_task(TRY, args=(item,), queue=TRIALS[item].queue, retry=False, ignore_result=True)


def try_line(item: str) -> bool:
    """Make the trial that was asked for and keep what came of it; nothing if it was made already. Returns whether it was made now."""
    waiting = OpeningMark.objects.filter(Q(tried_at__isnull=True) | Q(tried_at__lt=F("asked_at")), key=item, asked_at__isnull=False)
    mark = waiting.select_related("asked_by").first()
    if mark is None or mark.asked_by is None:
        return False
    trial = TRIALS[item]
    well, words = trial.outcome(mark.asked_by)
    with transaction.atomic():
        made = {"tried_at": clock.now(), "tried_well": well, "tried_words": fitted(mark, "tried_words", words)}
        OpeningMark.objects.filter(pk=mark.pk).update(**made, target=fitted(mark, "target", trial.target()))
        record(action="portal.tried_opening", by=None, obj=mark, data={"well": well, "words": words})
    return True
