"""Celery: queues, time limits and schedule."""

from typing import Any
from urllib.parse import quote

from celery.schedules import crontab
from kombu import Queue

from greendistrict import env
from greendistrict.settings.adapters import ADAPTERS
from greendistrict.settings.base import BACKUP_DIR, REDIS_SENTINELS, REDIS_URL, SENTINEL_PASSWORD, TEST_PREFIX, TESTING, TIME_ZONE
from greendistrict.settings.files import CLAMD, OFD_SECONDS, OFFICE_SECONDS

# kombu and redis-py use different schemes for a socket.
_opened = f":{quote(REDIS_SENTINELS.password, safe='')}@" if REDIS_SENTINELS.password else ""
CELERY_BROKER_URL = ";".join(
    f"sentinel://{_opened}{host}:{port}/{REDIS_SENTINELS.number}" for host, port in REDIS_SENTINELS.places
) or REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 3600,
    "global_keyprefix": env.text("GD_QUEUE_PREFIX", f"{TEST_PREFIX}:" if TESTING else ""),
    # Longest wait of a request that publishes if Redis is unavailable; reads of the worker may take longer.
    "socket_connect_timeout": 1,
    "socket_timeout": env.integer("GD_BROKER_SECONDS", 2, minimum=1),
    "retry_on_timeout": False,
}
if REDIS_SENTINELS.places:
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "master_name": REDIS_SENTINELS.name,
        "sentinel_kwargs": {"socket_connect_timeout": 1, "socket_timeout": 1, "password": SENTINEL_PASSWORD or None},
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # workers wait for Redis without limit; for running tasks see core/broker.py
CELERY_TASK_PUBLISH_RETRY = False  # the outbox keeps the job and retries
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name) for name in ("default", "mail", "hooks", "reports", "imports", "maintenance", "office")]
CELERY_TASK_ROUTES = {
    "reports.tasks.make_report": {"queue": "reports"},  # reports must not delay the tasks that watch them
    "reports.tasks.convert_to_ofd": {"queue": "reports"},
    "greendistrict.workflow.tasks.drain_mail": {"queue": "mail"},
    "greendistrict.workflow.tasks.drain_hooks": {"queue": "hooks"},
    "portal.tasks.push_webhook": {"queue": "hooks"},
    "portal.tasks.exchange*": {"queue": "mail"},  # it alone has the secrets of what the office names, and a way out
    "*.tasks.import_*": {"queue": "imports"},
    "greendistrict.documents.tasks.make_copy": {"queue": "office"},  # an external program, takes minutes
    "greendistrict.documents.tasks.sweep_copies": {"queue": "default"},
    "greendistrict.documents.tasks.scan_*": {"queue": "default"},  # people wait for the result
    "greendistrict.documents.tasks.*": {"queue": "maintenance"},
    "reports.tasks.expire_zips": {"queue": "maintenance"},
    "portal.tasks.make_backup": {"queue": "maintenance"},
    "portal.tasks.check_data": {"queue": "maintenance"},
}
CELERY_WORKER_CONSUMER = "greendistrict.core.newer_tasks:ReleaseConsumer"  # leaves tasks of a newer release alone
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # no job waits behind a long one while another worker is idle
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 1770, 1800  # below visibility_timeout, after which Redis delivers a job again
_LONG = {"soft_time_limit": 3300, "time_limit": 3420}  # almost visibility_timeout
_SHORT = {"soft_time_limit": 240, "time_limit": 300}
CELERY_TASK_ANNOTATIONS = {
    "greendistrict.workflow.tasks.drain_outbox": _SHORT,
    "greendistrict.workflow.tasks.drain_mail": _SHORT,
    "greendistrict.workflow.tasks.drain_hooks": _SHORT,
    "greendistrict.audit.tasks.seal": _SHORT,
    "portal.tasks.push_webhook": _SHORT,
    "portal.tasks.try_line": _SHORT,
    "portal.tasks.exchange": _SHORT,
    "portal.tasks.exchange_all": {"soft_time_limit": 1200, "time_limit": 1260},
    "reports.tasks.requeue_lost": _SHORT,
    "carbon.tasks.sweep_readings": _SHORT,
    "districts.tasks.sweep_imports": _SHORT,
    "greendistrict.documents.tasks.sweep_copies": _SHORT,
    "portal.tasks.make_backup": _LONG,
    "portal.tasks.check_data": _LONG,
    "reports.tasks.convert_to_ofd": {"soft_time_limit": OFD_SECONDS + 60, "time_limit": OFD_SECONDS + 120},
    "greendistrict.documents.tasks.make_copy": {"soft_time_limit": OFFICE_SECONDS + 60, "time_limit": OFFICE_SECONDS + 120},
}
OUTBOX_ATTEMPTS = env.integer("GD_OUTBOX_ATTEMPTS", 24, minimum=1)  # about three and a half days, to survive a weekend
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
LEASE_SECONDS = env.integer("GD_LEASE_SECONDS", 30, minimum=3)  # see core/leases.py
EXPORT_DAYS = env.integer("GD_EXPORT_DAYS", 30, minimum=1)  # retention of a batch's zip
_EVERY = env.integer("GD_DAILY_SECONDS", 0)  # for trials: run daily jobs at this interval
_LOST = LEASE_SECONDS / 2  # between two looks for work whose worker is gone
_SWEEP = env.integer("GD_OUTBOX_SECONDS", 10, minimum=1)
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-drain": {"task": "greendistrict.workflow.tasks.drain_outbox", "schedule": _SWEEP},
    "mail-drain": {"task": "greendistrict.workflow.tasks.drain_mail", "schedule": _SWEEP},
    "hooks-drain": {"task": "greendistrict.workflow.tasks.drain_hooks", "schedule": _SWEEP},
    "hooks-push": {"task": "portal.tasks.push_webhooks", "schedule": _SWEEP},
    # Hourly, because quiet hours are settings.
    "reminder-sweep": {"task": "obligations.tasks.sweep", "schedule": _EVERY or crontab(minute="5")},
    "open-stage-assessments": {"task": "assessments.tasks.open_stage_assessments", "schedule": _EVERY or crontab(minute="55", hour="5")},
    "open-yearly-reports": {"task": "assessments.tasks.open_yearly_reports", "schedule": _EVERY or crontab(minute="45", hour="5")},
    "sweep-uploads": {"task": "greendistrict.documents.tasks.sweep_uploads", "schedule": _EVERY or crontab(minute="20", hour="3")},
    "sweep-files": {"task": "greendistrict.documents.tasks.sweep_files", "schedule": crontab(minute="40", hour="3", day_of_week="0")},
    "check-file-owners": {"task": "greendistrict.documents.tasks.check_file_owners", "schedule": _EVERY or crontab(minute="30", hour="3")},
    "clear-sessions": {"task": "greendistrict.signin.tasks.clear_sessions", "schedule": _EVERY or crontab(minute="35", hour="3")},
    "open-self-checks": {"task": "assessments.tasks.open_self_checks", "schedule": _EVERY or crontab(minute="50", hour="5")},
    "lapse-invitations": {"task": "assessments.tasks.lapse_invitations", "schedule": _EVERY or crontab(minute="45", hour="5")},
    "expire-zips": {"task": "reports.tasks.expire_zips", "schedule": _EVERY or crontab(minute="25", hour="3")},
    "yearly-reports": {"task": "reports.tasks.ask_for_yearly", "schedule": _EVERY or crontab(minute="15", hour="6")},
    "prepare-closings": {"task": "reports.tasks.prepare_closings", "schedule": _EVERY or crontab(minute="10", hour="0")},
    "sweep-readings": {"task": "carbon.tasks.sweep_readings", "schedule": _LOST},
    "reading-partitions": {"task": "carbon.tasks.make_partitions", "schedule": _EVERY or crontab(minute="20", hour="1")},
    "sweep-imports": {"task": "districts.tasks.sweep_imports", "schedule": _LOST},
    "sweep-copies": {"task": "greendistrict.documents.tasks.sweep_copies", "schedule": _LOST},
    "unused-accounts": {"task": "greendistrict.accounts.tasks.look_for_unused", "schedule": _EVERY or crontab(minute="30", hour="4")},
    "report-requeue": {"task": "reports.tasks.requeue_lost", "schedule": _LOST},
    "collect-names": {"task": "portal.tasks.collect_names", "schedule": _EVERY or crontab(minute="*/5")},
    "open-data-versions": {"task": "portal.tasks.keep_versions", "schedule": _EVERY or crontab(minute="*/5")},
    "check-data": {"task": "portal.tasks.check_data", "schedule": crontab(minute="0", hour="4")},
    "drop-expired": {"task": "portal.tasks.drop_expired", "schedule": _EVERY or crontab(minute="10", hour="3")},
    "audit-alarms": {"task": "portal.tasks.tell_audit_keepers", "schedule": 300},
    "audit-seal": {"task": "greendistrict.audit.tasks.seal", "schedule": 60},
}
if CLAMD:
    CELERY_BEAT_SCHEDULE["scan-files"] = {"task": "greendistrict.documents.tasks.scan_files", "schedule": 60}
if ADAPTERS:
    CELERY_BEAT_SCHEDULE["exchange"] = {"task": "portal.tasks.exchange_all", "schedule": _EVERY or crontab(minute="*/10")}
if BACKUP_DIR:
    CELERY_BEAT_SCHEDULE["nightly-backup"] = {"task": "portal.tasks.make_backup", "schedule": _EVERY or crontab(minute="0", hour="2")}
for _job in CELERY_BEAT_SCHEDULE.values():
    if isinstance(_job["schedule"], int | float):  # expire before the next ones are due, so that they do not pile up while no worker runs
        # Long enough for two hosts whose clocks differ by some minutes: beat says until when, the worker asks its own clock.
        _job["options"] = {"expires": max(_job["schedule"], 900)}
