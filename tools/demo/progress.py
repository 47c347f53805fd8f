"""Progress output while the demo is loaded."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from django.db.models.signals import post_save

from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.workflow.models import TransitionRecord

EACH_SECONDS = 2.0
STEPS = 740  # approximate number for all demo data; checked by a test


class Progress:
    """Counts the steps taken within the block; ``say`` receives lines of text."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say, self.count, self.last = say, 0, time.monotonic()

    def __enter__(self) -> Self:
        post_save.connect(self._taken, sender=TransitionRecord)
        post_save.connect(self._kept, sender=Evidence)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        del kind, error, trace
        post_save.disconnect(self._taken, sender=TransitionRecord)
        post_save.disconnect(self._kept, sender=Evidence)

    def _taken(self, instance: TransitionRecord, **_kwargs: Any) -> None:
        self.count += 1
        self._say(instance.label)

    def _kept(self, instance: Evidence, **_kwargs: Any) -> None:
        self._say(instance.title)

    def _say(self, what: str) -> None:
        now = time.monotonic()
        if now - self.last >= EACH_SECONDS:
            self.last = now
            self.say(f"演示数据 {min(99, self.count * 100 // STEPS)}%：{clock.today()} {what}")
