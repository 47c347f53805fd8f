"""Agree to the notice, ask for a correction, reveal contact data, delete data whose retention period is over."""

import datetime as dt
from collections.abc import Callable

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import PasswordLink, User
from greendistrict.accounts.selectors import administrators, holders, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import remove
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from outreach.disclosures.selectors import files_before, replied_before
from outreach.exchange.selectors import sign_ups_before
from outreach.opinions.selectors import aside_before, closed_before
from outreach.quarantine import selectors as quarantine
from portal.api.meter_readings import kept_before
from portal.personal.inventory import current_notice, inventory
from portal.webhooks.selectors import sent_before

# What the nightly job deletes, by key of the inventory, which defines the number of days.
DROPPED: dict[str, Callable[[dt.datetime], QuerySet]] = {  # type: ignore[type-arg]  # of several models
    "password_links": lambda before: PasswordLink.objects.filter(asked_at__lt=before),
    "sign_in_attempts": lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
    "sign_in_failures": lambda before: AccessFailureLog.objects.filter(attempt_time__lt=before),
    "sign_ins": lambda before: AccessLog.objects.filter(attempt_time__lt=before),
    "kept_answers": kept_before,
    "webhook_deliveries": sent_before,
    "public_opinions": closed_before,
    "opinions_set_aside": aside_before,
    "held_filings": quarantine.closed_before,
    "event_sign_ups": sign_ups_before,
    "disclosures": replied_before,
}
# Files to delete with the rows, by the same key.
FILES: dict[str, Callable[[dt.datetime], list[Evidence]]] = {"disclosures": files_before}


def no_files(_before: dt.datetime) -> list[Evidence]:
    """Default for kinds without files."""
    return []


@transaction.atomic
def agree(*, by: User, version: int) -> None:
    """Store that a person read the current notice. Raises ``Stale`` if another version is current by now."""
    notice = current_notice()
    if version != notice.version:
        msg = "告知书已有新的版本，请重新阅读"
        raise Stale(msg)
    User.objects.filter(pk=by.pk).update(notice_agreed=notice.version)
    audit.record(action="personal.agree", by=by, obj=by, data={"version": notice.version, "sha256": notice.sha256})


@transaction.atomic
def ask_correction(*, by: User, text: str) -> int:
    """Ask the organisation's administrators and the system keepers for a correction; returns how many are notified."""
    row = audit.record(action="personal.ask_correction", by=by, obj=by, data={"text": text})
    admins = administrators(posts_of(by).organisation_ids).exclude(pk=by.pk)
    receivers = {user.pk: user for user in (*admins, *holders(Role.SYSTEM_KEEPER)) if user.pk != by.pk}
    return notify(
        kind=Message.PERSONAL_DATA,
        key=f"personal-correction:{row.pk}",
        receivers=receivers.values(),
        title=f"{by.name}申请更正个人信息",
        body=text,
        link=reverse("accounts:user_list"),
        demo=by.is_demo,
    )


@transaction.atomic
def reveal(*, by: User, person: User, reason: str) -> tuple[str, str]:
    """Telephone number and mail address of a person; the reason is recorded."""
    audit.record(action="personal.reveal", by=by, obj=person, data={"reason": reason})
    return person.phone, person.email


@transaction.atomic
def _drop(key: str, before: dt.datetime) -> int:
    """Delete the rows of one kind; returns their number."""
    files = FILES.get(key, no_files)(before)
    _, of = DROPPED[key](before).delete()
    for file in files:  # after the rows, which refer to them
        remove(file)
    return sum(of.values())


def drop_expired() -> int:
    """Delete data whose retention period is over and record it; returns the number of rows."""
    days = {kept.key: kept.drop_days for kept in inventory() if kept.drop_days}
    gone = dict(one_by_one("drop-expired", days, lambda key: (key, _drop(key, clock.now() - dt.timedelta(days=days[key])))))
    if any(gone.values()):
        audit.record(action="personal.drop", by=None, data={key: count for key, count in gone.items() if count})
    return sum(gone.values())
