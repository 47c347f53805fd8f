"""Background jobs of this app."""

from celery import shared_task

from greendistrict.accounts.models import User
from greendistrict.core import leases
from portal.adapters import services as adapters
from portal.audit_log import services as audit_log
from portal.backup import services as backups
from portal.data_check.services import nightly
from portal.first_day import services as first_day
from portal.open_data import versions
from portal.personal import services as personal
from portal.search import services
from portal.webhooks import pushing


@shared_task(name="portal.tasks.collect_names")
def collect_names() -> int:
    """Store the pinyin of new names for the search; run every few minutes, idempotent. Returns the number of new names."""
    return services.collect_names()


@shared_task(name="portal.tasks.keep_versions")
def keep_versions() -> int:
    """Store each published change of the open data as a version; run every few minutes, idempotent. Returns the number of changed sets."""
    return versions.keep_versions()


@shared_task(name="portal.tasks.tell_audit_keepers")
def tell_audit_keepers() -> int:
    """Request alarms about the audit record for its keepers; idempotent. Returns how many are new."""
    return audit_log.tell_audit_keepers()


@shared_task(name="portal.tasks.drop_expired")
def drop_expired() -> int:
    """Delete personal data after its retention period, and ended leases; run nightly, idempotent. Returns how many rows of the former."""
    leases.drop_ended()
    return personal.drop_expired()


@shared_task(name="portal.tasks.push_webhook")
def push_webhook(webhook_id: int) -> int:
    """Send what waits for one webhook, for some seconds at a time; safe to repeat. Returns how many were delivered."""
    return pushing.push(webhook_id)


@shared_task(name="portal.tasks.push_webhooks")
def push_webhooks() -> int:
    """Put webhooks with messages that are due on their queue; run every few seconds, safe to repeat. Returns how many."""
    return pushing.push_due()


@shared_task(name="portal.tasks.make_backup")
def make_backup() -> int:
    """Make the nightly backup if a folder is set; of two at once the second fails. Returns its size in bytes."""
    return backups.nightly()


@shared_task(name="portal.tasks.check_data")
def check_data() -> int:
    """Check all data and store the findings for 运行状况; run nightly, changes nothing else. Returns the number of findings."""
    return nightly()


@shared_task(name="portal.tasks.try_line")
def try_line(item: str) -> bool:
    """Make a trial of 开用检查 in the worker that has what it needs; a second run does nothing."""
    return first_day.try_line(item)


@shared_task(name="portal.tasks.exchange_all")
def exchange_all() -> int:
    """Exchange with every system that is connected; run every few minutes, idempotent. Returns how many exchanges were recorded."""
    return adapters.exchange_all()


@shared_task(name="portal.tasks.exchange")
def exchange(adapter: str, by: int) -> int:
    """Exchange with one system because a keeper asked for it; idempotent. Returns how many exchanges were recorded."""
    return len(adapters.exchange(adapter, User.objects.get(pk=by)))
