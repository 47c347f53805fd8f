"""Desk task: the structure that every app's ``tasks_for(viewer)`` returns."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One thing to do. ``due``: last day; ``since``: when it arrived. Sorted by ``due``, tasks without one last.

    ``owed``: first two parts of the keys of obligations that it serves; without an own ``due`` it has the earliest day of these.
    ``rests_on``: setting from which ``due`` is counted, of a task that serves no obligation.
    """

    title: str
    subject: str
    link: str
    since: dt.datetime | None = None
    due: dt.date | None = None
    detail: str = ""
    kind: str = ""
    is_demo: bool = False
    owed: tuple[str, ...] = ()
    rests_on: str = ""

    @property
    def served(self) -> tuple[str, ...]:
        """Duties that it serves, and its page: where its days are looked up."""
        return (*self.owed, self.link.partition("#")[0])

    @property
    def order(self) -> tuple[dt.date, str]:
        """Sort key: most urgent first."""
        return (self.due or dt.date.max, self.subject)
