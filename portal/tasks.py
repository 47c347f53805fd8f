"""Background jobs of this app."""

from celery import shared_task

from portal.audit_log import services as audit_log
from portal.backup import services as backups
from portal.data_check import services as data_check
from portal.open_data import versions
from portal.personal import services as personal
from portal.search import services


@shared_task(name="portal.tasks.collect_names")
def collect_names() -> int:
    """Keep the pinyin of new names for the search; run every few minutes, safe to repeat. Returns how many were new."""
    return services.collect_names()


@shared_task(name="portal.tasks.keep_versions")
def keep_versions() -> int:
    """Keep each published change of the open data as a version; run every few minutes, safe to repeat. Returns how many sets changed."""
    return versions.keep_versions()


@shared_task(name="portal.tasks.tell_audit_keepers")
def tell_audit_keepers() -> int:
    """Request alarms about the audit record for its keeper; safe to repeat. Returns how many are new."""
    return audit_log.tell_audit_keepers()


@shared_task(name="portal.tasks.drop_expired")
def drop_expired() -> int:
    """Delete personal data that was kept as long as the inventory says; run nightly, safe to repeat. Returns how many rows went."""
    return personal.drop_expired()


@shared_task(name="portal.tasks.make_backup")
def make_backup() -> int:
    """Make the backup of the night where a folder is set; run twice at once, the second fails. Returns its bytes."""
    return backups.nightly()


@shared_task(name="portal.tasks.check_data")
def check_data() -> int:
    """Check all data and keep what was found for 运行状况; run nightly, changes nothing else. Returns how many findings there are."""
    return data_check.nightly()
