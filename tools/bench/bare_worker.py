"""A minimal Celery application: one empty task, with Celery's defaults, without Django and the portal.

Its worker reads the broker from ``CELERY_BROKER_URL`` and the prefix of its keys from ``PREFIX``.
"""

import os

from celery import Celery

QUEUE, PREFIX = "bare", "BENCH_BARE_PREFIX"

app = Celery("bare", fixups=[], set_as_current=False)
app.conf.task_default_queue = QUEUE
app.conf.broker_transport_options = {"global_keyprefix": os.environ.get(PREFIX, "")}


@app.task(name="bare.nothing", ignore_result=True)
def nothing() -> None:
    """Empty task, to measure the cost of a task itself."""
