"""Tasks of a newer release: a worker of an older one puts them back and leaves them to the workers of the new one.

While an installation is upgraded, web may run the new release and a worker still the old one. Celery would take a task it does not know, or
one whose arguments have changed, and throw it away (``Received unregistered task``, ``TypeError``). Every task carries the release of its
sender; a newer one goes back to its queue after some seconds, so that a worker of the new release gets it, and the old worker does its own
work meanwhile. Nothing is tried or counted: a task that is put back is as new.
"""

import logging
from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer
from vine import promise

from greendistrict.core import release

logger = logging.getLogger(__name__)
HEADER = "release"
BACK_SECONDS = 5  # how long a newer task is kept from its queue, lest it be taken up again at once


class ReleaseConsumer(Consumer):
    """Consumer that takes tasks of its own and earlier releases only (setting ``worker_consumer``)."""

    def create_task_handler(self, promise: Any = promise) -> Callable[[Any], Any]:
        """Handler of each message, which comes before the task is looked up."""
        handle = super().create_task_handler(promise)

        def on_task_received(message: Any) -> Any:
            sent_by = str((message.headers or {}).get(HEADER, ""))
            return self._put_back(message, sent_by) if release.is_newer(sent_by) else handle(message)

        return on_task_received

    def _put_back(self, message: Any, sent_by: str) -> None:
        task = message.headers.get("task")
        logger.warning("task of a newer release put back", extra={"task": task, "release": sent_by, "own": release.version()})
        consumer: Any = self  # Celery's types leave out most of it
        consumer.qos.increment_eventually()  # as for tasks with an ETA: what is put back takes no place of other tasks

        def back() -> None:
            message.reject_log_error(logger, consumer.connection_errors, requeue=True)
            consumer.qos.decrement_eventually()

        consumer.timer.call_after(BACK_SECONDS, back)
