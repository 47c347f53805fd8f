"""Settings of the web server wherever it is started; the rest stands on its command line.

The application is loaded once and the workers are forked from it, so that they share its code and its tables of addresses. Nothing is
opened before the fork: the pool of database connections, Redis and the broker are reached for by the first request that needs them.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from greendistrict import env

preload_app = True
# Words of the command line come before these.
workers, threads = env.integer("GD_WEB_WORKERS", 2, minimum=1), env.integer("GD_WEB_THREADS", 4, minimum=1)
# What all workers counted, for /metrics: files in memory that go with this server.
_shared = Path("/dev/shm")  # noqa: S108 -- a folder of its own is made in it
_counted = tempfile.mkdtemp(prefix="gd-counted-", dir=_shared if os.access(_shared, os.W_OK) else None)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counted
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {"()": "greendistrict.core.logs.formatter", "machine_readable": env.boolean("GD_PRODUCTION", default=False)},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False}},
}
# The application alone decides whom it believes (GD_TRUSTED_PROXIES); gunicorn would believe every local peer.
forwarded_allow_ips = ""


def post_worker_init(_worker: object) -> None:
    """Refuse to answer with other keys than the other hosts; asked after the fork, because it takes a connection to the database."""
    from django.apps import apps  # noqa: PLC0415 -- the application is loaded by now

    if apps.is_installed("greendistrict.core"):  # not in the bare application of the bench
        from greendistrict.core import key_marks  # noqa: PLC0415 -- its models belong to that app

        key_marks.refuse_others()


def child_exit(_server: object, worker: object) -> None:
    """What a worker that ended still counts as living goes with it."""
    from prometheus_client import multiprocess  # noqa: PLC0415 -- after the folder was named

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined]


def on_exit(_server: object) -> None:
    """Leave nothing in memory."""
    shutil.rmtree(_counted, ignore_errors=True)


def when_ready(_server: object) -> None:
    """Load what the first request would load, then keep the collector from touching it: a page that is written to is shared no more."""
    from django.urls import get_resolver  # noqa: PLC0415 -- the application is loaded by now

    pending = [get_resolver()]
    while pending:
        pending += [one for one in pending.pop().url_patterns if hasattr(one, "url_patterns")]
    gc.collect()
    gc.freeze()
