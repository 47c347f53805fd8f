"""Counters of the page frame (待办, 消息, 到期), cached for a minute or until a step is taken.

The frame is on every page, so it never computes a figure that is not cached; it shows none instead. A page needs one small query for the
frame, and none if nothing is cached.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection

from assessments.reviews.selectors.member import LAST_SCORES
from greendistrict.accounts.viewer import Viewer
from greendistrict.notifications.selectors import UNREAD
from greendistrict.workflow.timeline import LAST_STEP
from obligations.open_counts import overdue_count
from portal.frame.context import Figures
from portal.todo.selectors import todo_of

KEPT_SECONDS = 12 * 3600
FRESH_SECONDS = 60
STAMP = f"SELECT concat(({LAST_STEP}), ' ', ({LAST_SCORES})), ({UNREAD})"


@dataclass(frozen=True)
class _Kept:
    """Cached figures with the day, the time, the last logged step and the seats of their computation."""

    todo: int
    due: int
    day: dt.date
    at: float
    step: str


def _key(viewer: Viewer) -> str:
    return f"portal:figures:{viewer.person}"


def _stamp(viewer: Viewer) -> tuple[str, int]:
    """(last log step, last scores handed in and seats held; unread messages) in one query."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [viewer.person])
        step, unread = cursor.fetchone()
    return f"{step} {viewer.held.sight}", unread


def keep(viewer: Viewer, *, todo: int, due: int) -> Figures:
    """Cache figures computed by a page; returns them with the number of unread messages."""
    step, unread = _stamp(viewer)
    now = viewer.moment
    cache.set(_key(viewer), _Kept(todo, due, now.date(), now.timestamp(), step), KEPT_SECONDS)
    viewer.user.__dict__["_figures"] = figures = Figures(todo, due, unread)
    return figures


def figures_of(viewer: Viewer) -> Figures | None:
    """Figures of the frame, read once per request; None until the work desk was opened."""
    if "_figures" not in viewer.user.__dict__:
        viewer.user.__dict__["_figures"] = _read(viewer)
    found: Figures | None = viewer.user.__dict__["_figures"]
    return found


def _read(viewer: Viewer) -> Figures | None:
    kept: _Kept | None = cache.get(_key(viewer))
    if kept is None:
        return None
    step, unread = _stamp(viewer)
    now = viewer.moment
    if kept.step == step and kept.day == now.date() and 0 <= now.timestamp() - kept.at < FRESH_SECONDS:
        return Figures(kept.todo, kept.due, unread)
    return keep(viewer, todo=len(todo_of(viewer)), due=overdue_count(viewer.at(now.date())))
