"""The barest Celery application: one task that does nothing, with Celery's own defaults, without Django and the portal.

Its worker reads the broker from ``CELERY_BROKER_URL`` and what its keys begin with from ``PREFIX``.
"""

import os

from celery import Celery

QUEUE, PREFIX = "bare", "BENCH_BARE_PREFIX"

app = Celery("bare", fixups=[], set_as_current=False)
app.conf.task_default_queue = QUEUE
app.conf.broker_transport_options = {"global_keyprefix": os.environ.get(PREFIX, "")}


@app.task(name="bare.nothing", ignore_result=True)
def nothing() -> None:
    """What a task costs that does nothing."""
