"""People who have a score table open, stored in the cache for a minute."""

import datetime as dt
from typing import NamedTuple

from django.core.cache import cache

from assessments.tables.models import ScoreTable
from greendistrict.accounts.viewer import Viewer

SECONDS = 45  # three missed calls of the browser
GROUP_SECONDS = 24 * 3600
OVERLAP = dt.timedelta(seconds=10)  # a save is dated a little before it can be read
LONGEST_ITEM = 20


class PresentPerson(NamedTuple):
    """A person who has a table open; ``item_id`` is their row, empty for none."""

    user_id: int
    name: str
    item_id: str


def note(table_id: int, viewer: Viewer, item_id: str) -> None:
    """Record that the user is present. Two users arriving at once may miss each other until the next call."""
    known: frozenset[int] = cache.get(_group(table_id), frozenset())
    if viewer.person not in known:
        cache.set(_group(table_id), known | {viewer.person}, GROUP_SECONDS)
    cache.set(_place(table_id, viewer.person), PresentPerson(viewer.person, viewer.user.name, item_id[:LONGEST_ITEM]), SECONDS)


def others(table_id: int, viewer: Viewer) -> list[PresentPerson]:
    """All other people present, by name."""
    known: frozenset[int] = cache.get(_group(table_id), frozenset())
    found = cache.get_many([_place(table_id, pk) for pk in known - {viewer.person}])
    return sorted(found.values(), key=lambda here: (here.name, here.user_id))


def changed_since(table: ScoreTable, since: dt.datetime | None) -> list[tuple[str, int]]:
    """(clause, version) of rows and base quantities saved after ``since``; empty without ``since``."""
    if since is None or since.tzinfo is None:
        return []
    bases = [(f"base-{key}", int(one["version"])) for key, one in table.bases.items() if dt.datetime.fromisoformat(one["at"]) >= since]
    return [*bases, *table.rows.filter(changed_at__gte=since).order_by("order").values_list("item_id", "version")]


def _group(table_id: int) -> str:
    return f"presence:{table_id}"


def _place(table_id: int, user_id: int) -> str:
    return f"presence:{table_id}:{user_id}"
