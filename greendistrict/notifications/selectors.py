"""Inbox of one person, and the files that its messages lead to."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry
from greendistrict.notifications.enums import MessageGroup, group_of
from greendistrict.notifications.models import Notification

# SQL for the figures of the frame: messages that a person has not opened.
UNREAD = "SELECT count(*) FROM notifications_notification WHERE receiver_id = %s AND read_at IS NULL"


def notifications_visible_to(viewer: Viewer) -> QuerySet[Notification]:
    """Own messages, newest first."""
    return Notification.objects.filter(receiver=viewer.person)


class LinkedFile(NamedTuple):
    """A file on the page that a message links to: words of its link, and the stored file (``documents.Evidence``)."""

    words: str
    document: Any


FilesBehind = Callable[[Viewer, Collection[str]], Mapping[str, list[LinkedFile]]]
files_behind: Registry[FilesBehind] = Registry(
    "files behind messages",
    entry="finds the files that a viewer may open on the pages that messages link to, by link, in as many queries for many as for one",
)


class ShownMessage(NamedTuple):
    """A message with the files that it offers at once."""

    note: Notification
    files: list[LinkedFile]

    @property
    def deletable(self) -> bool:
        """Whether its receiver may delete it."""
        return group_of(self.note.kind) != MessageGroup.LEGAL


def with_files(viewer: Viewer, notes: Iterable[Notification]) -> list[ShownMessage]:
    """Messages of the viewer with the files on the pages that they link to."""
    shown = list(notes)
    links = {note.link for note in shown if note.link}
    found = {link: files for find in files_behind for link, files in find(viewer, links).items()} if links else {}
    return [ShownMessage(note, found.get(note.link, [])) for note in shown]
